/** The first account of an installation: made from the environment (headless installs), or the demo's. */
import { PERMISSIONS, type Role } from "../../contract/accounts.ts";
import type { AccountId, MemberId, WorkspaceId } from "../../contract/ids.ts";
import type { Config } from "../platform/config.ts";
import type { Database } from "../platform/db/database.ts";
import type { Ground } from "../platform/db/handles.ts";
import { hashKey } from "./authenticate.ts";
import type { SignIn } from "./sign-in.ts";
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
  setup: NonNullable<Config["setup"]>,
): Promise<WorkspaceId | null> {
  if (await anyAccount(database.ground)) return null;
  return database.groundTx(async (ground) => {
    await lockSetUp(ground); // before the user too: several processes may start on an empty database at once
    if (await anyAccount(ground)) return null;
    const user = await signIn.ensureUser({
      name: setup.email.split("@")[0] ?? "Owner",
      email: setup.email,
      password: setup.password,
    });
    const founded = await foundAccount(ground, {
      name: "My business",
      timeZone: "America/New_York",
      demo: false,
      members: [{ user, role: "owner" }],
      apiKey: setup.apiKey,
    });
    return founded?.workspaceId ?? null;
  });
}

export interface Founding {
  /** Of the business and of its first workspace. */
  name: string;
  timeZone: string;
  demo: boolean;
  members: ReadonlyArray<{ user: { id: string; name: string; email: string }; role: Role }>;
  /** A first API key with an owner's rights; null: none. */
  apiKey: string | null;
}

/** Makes the first account, whole, in the caller's transaction. Null where any exists: another process was faster. */
export async function foundAccount(
  ground: Ground,
  { name, timeZone, demo, members, apiKey }: Founding,
): Promise<{ accountId: AccountId; workspaceId: WorkspaceId; memberIds: MemberId[] } | null> {
  await lockSetUp(ground);
  if (await anyAccount(ground)) return null;
  const accountId = await insertAccount(ground, name, demo);
  const workspaceId = await insertWorkspace(ground, accountId, name, timeZone);
  const memberIds: MemberId[] = [];
  for (const { user, role } of members) {
    const memberId = await ensureMember(ground, accountId, user);
    await insertMembership(ground, workspaceId, memberId, role);
    memberIds.push(memberId);
  }
  if (apiKey) {
    await insertKey(ground, {
      workspaceId,
      name: "First key (from the environment)",
      hash: hashKey(apiKey),
      lastFour: apiKey.slice(-4),
      permissions: PERMISSIONS,
    });
  }
  return { accountId, workspaceId, memberIds };
}
