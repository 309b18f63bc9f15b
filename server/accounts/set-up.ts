/** The first account of an installation: made in the browser by the link in the log, from the environment, or the demo's. */
import type { z } from "zod";
import { PERMISSIONS, type Role, SYSTEM } from "../../contract/accounts.ts";
import type { AccountId, MemberId, WorkspaceId } from "../../contract/ids.ts";
import type { SetUp } from "../../contract/sign-in.ts";
import type { Config } from "../platform/config.ts";
import type { Database } from "../platform/db/database.ts";
import type { Ground } from "../platform/db/handles.ts";
import { conflict } from "../platform/errors.ts";
import { auditAccount } from "./audit/audit.ts";
import { hashKey } from "./authenticate.ts";
import { hashToken, makeLink, notValid } from "./sign-in/links.ts";
import type { SignIn } from "./sign-in/sign-in.ts";
import { deleteSetUpLinks, ensureUser, findLink, type Person, takeLink } from "./sign-in/store.ts";
import {
  anyAccount,
  ensureMember,
  insertAccount,
  insertKey,
  insertMembership,
  insertWorkspace,
  lockSetUp,
} from "./store.ts";

export const hasAccount = async (database: Database): Promise<boolean> => (await anyAccount(database.ground)) !== null;

/**
 * Makes the account, its workspace, its owner and the first API key, once: where any account exists nothing happens.
 * @returns the workspace made, or null
 */
export async function setUpFirstAccount(
  database: Database,
  signIn: SignIn,
  { email, password, apiKey }: NonNullable<Config["setup"]>,
): Promise<WorkspaceId | null> {
  if (await anyAccount(database.ground)) return null;
  const person = { name: email.split("@")[0] ?? "Owner", email, passwordHash: await signIn.hashPassword(password) };
  const founded = await database.groundTx((ground) =>
    foundAccount(ground, {
      name: "My business",
      timeZone: "America/New_York",
      demo: false,
      members: [{ person, role: "owner" }],
      apiKey,
    }),
  );
  return founded?.workspaceId ?? null;
}

/** A new link to set up by, in place of any older one; null where there is an account. */
export const newSetUpLink = (database: Database, publicUrl: string): Promise<string | null> =>
  database.groundTx(async (ground) => {
    await lockSetUp(ground);
    if (await anyAccount(ground)) return null;
    await deleteSetUpLinks(ground);
    return (await makeLink(ground, { publicUrl, bytes: database.outside.world.bytes }, { kind: "set_up" })).url;
  });

const linkNotValid = () =>
  notValid("Parley prints a new one each time it starts: take the newest from where it was started, or its log.");
const alreadySetUp = () =>
  conflict("already_set_up", "This installation was set up already. Sign in, or ask its owner for an invitation.");

/** Makes the first account by the link in the log. Of two who try at once, one is told that the other was faster. @returns the owner's user */
export async function setUpByLink(
  database: Database,
  signIn: SignIn,
  { token, business, name, email, password, timeZone }: z.output<typeof SetUp>,
): Promise<string> {
  const hash = hashToken(token);
  const link = await findLink(database.ground, hash);
  if (await anyAccount(database.ground)) throw alreadySetUp(); // asked last: the link goes with the account's coming
  if (link?.kind !== "set_up") throw linkNotValid();
  const passwordHash = await signIn.hashPassword(password);
  return database.groundTx(async (ground) => {
    const founded = await foundAccount(ground, {
      ...{ name: business, timeZone, demo: false, apiKey: null },
      members: [{ person: { name, email, passwordHash }, role: "owner" }],
    });
    if (!founded) throw alreadySetUp();
    if ((await takeLink(ground, hash))?.kind !== "set_up") throw linkNotValid();
    const [userId] = founded.userIds;
    if (!userId) throw new Error("an account without an owner");
    return userId;
  });
}

export interface Founding {
  /** Of the business and of its first workspace. */
  name: string;
  timeZone: string;
  demo: boolean;
  members: ReadonlyArray<{ person: Person; role: Role }>;
  /** A first API key with an owner's rights; null: none. */
  apiKey: string | null;
}

interface Founded {
  accountId: AccountId;
  workspaceId: WorkspaceId;
  memberIds: MemberId[];
  userIds: string[];
}

/** Makes the first account, whole, in the caller's transaction. Null where any exists: another process was faster. */
export async function foundAccount(
  ground: Ground,
  { name, timeZone, demo, members, apiKey }: Founding,
): Promise<Founded | null> {
  await lockSetUp(ground);
  if (await anyAccount(ground)) return null;
  const accountId = await insertAccount(ground, name, demo);
  const workspaceId = await insertWorkspace(ground, accountId, name, timeZone);
  const founded: Founded = { accountId, workspaceId, memberIds: [], userIds: [] };
  for (const { person, role } of members) {
    const user = await ensureUser(ground, person);
    const memberId = await ensureMember(ground, accountId, user);
    await insertMembership(ground, workspaceId, memberId, role);
    founded.memberIds.push(memberId);
    founded.userIds.push(user.id);
  }
  await auditAccount(ground, accountId, { by: SYSTEM, verb: "account.set_up", thing: { id: accountId, name } });
  if (apiKey) {
    await insertKey(ground, {
      workspaceId,
      name: "First key (from the environment)",
      hash: hashKey(apiKey),
      lastFour: apiKey.slice(-4),
      permissions: PERMISSIONS,
    });
  }
  return founded;
}
