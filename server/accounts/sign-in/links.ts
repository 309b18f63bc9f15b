/** One-time links: each lets one person in, once. Only the hash of its secret part is kept. */
import { createHash } from "node:crypto";
import type { FastifyRequest } from "fastify";
import type { z } from "zod";
import type { LinkUse, SignInLink } from "../../../contract/sign-in.ts";
import type { Database } from "../../platform/db/database.ts";
import type { Ground } from "../../platform/db/handles.ts";
import { conflict, invalid, Refusal } from "../../platform/errors.ts";
import { audit } from "../audit/audit.ts";
import { changesBetween } from "../audit/changes.ts";
import { ensureMember, findWorkspace, insertMembership } from "../store.ts";
import { auditPerson } from "./audit-person.ts";
import type { SignIn } from "./sign-in.ts";
import {
  deleteResetLinks,
  ensureUser,
  findLink,
  findUser,
  insertLink,
  type LinkRow,
  resetUser,
  takeLink,
} from "./store.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** How long a link is good for. The first set-up's ends with the process that printed it, or when it is used. */
const GOOD_FOR_MS = { set_up: 365 * DAY_MS, invitation: 7 * DAY_MS, reset: DAY_MS };

const PLACES = { set_up: "set-up", invitation: "join", reset: "reset" } as const;

export const hashToken = (token: string): string => createHash("sha256").update(token).digest("base64url");

type NewLink = Pick<LinkRow, "kind"> & Partial<Omit<LinkRow, "id" | "createdAt" | "expiresAt">>;

/** Makes a link; its address holds the token in the fragment, which no browser sends and no server's log keeps. */
export async function makeLink(
  ground: Ground,
  { publicUrl, bytes }: { publicUrl: string; bytes: (count: number) => Buffer },
  link: NewLink,
): Promise<LinkRow & { url: string }> {
  const token = bytes(32).toString("base64url");
  const nothing = { workspaceId: null, email: null, name: null, role: null, userId: null, madeById: null };
  const expiresAt = new Date(ground.now.getTime() + GOOD_FOR_MS[link.kind]);
  const row = await insertLink(ground, { ...nothing, madeByName: null, ...link, expiresAt }, hashToken(token));
  return { ...row, url: `${publicUrl}/${PLACES[link.kind]}#token=${token}` };
}

export const notValid = (remedy: string) =>
  invalid(
    "link_not_valid",
    `This link was used already, has expired or was replaced by a newer one. ${remedy}`,
    "token",
  );

async function findOpen(ground: Ground, token: string): Promise<LinkRow & { email: string; name: string }> {
  const link = await findLink(ground, hashToken(token));
  const { email = null, name = null } = link ?? {};
  if (!link || link.kind === "set_up" || email === null || name === null)
    throw notValid("Ask whoever gave it to you for a new one.");
  return { ...link, email, name };
}

/** What a link is for. */
export async function lookAtLink(
  database: Database,
  signIn: SignIn,
  request: FastifyRequest,
  token: string,
): Promise<SignInLink> {
  const { ground } = database;
  const link = await findOpen(ground, token);
  const workspace =
    link.workspaceId && link.kind === "invitation" ? await findWorkspace(ground, link.workspaceId) : null;
  return {
    kind: link.kind === "reset" ? "reset" : "invitation",
    workspace: workspace && { id: workspace.id, name: workspace.name },
    role: link.role,
    madeBy: link.madeByName,
    email: link.email,
    name: link.name,
    expiresAt: link.expiresAt.toISOString(),
    known: (await findUser(ground, link.email))?.hasPassword ?? false,
    signedInAs: (await signIn.userOf(request))?.email ?? null,
  };
}

/** Uses a link up. @returns the user who is to be signed in */
export async function useLink(
  database: Database,
  signIn: SignIn,
  request: FastifyRequest,
  { token, name, password }: z.output<typeof LinkUse>,
): Promise<string> {
  const link = await findOpen(database.ground, token);
  const known = (await findUser(database.ground, link.email))?.hasPassword ?? false;
  if (link.kind === "invitation" && known) {
    const here = await signIn.userOf(request);
    if (here?.email !== link.email)
      throw new Refusal(
        401,
        "sign_in_first",
        `${link.email} signs in here already. Sign in as them, then open the link again.`,
      );
    return join(database, token, null, link.name);
  }
  if (password === undefined)
    throw invalid("password_needed", "Choose a password of 12 characters or more.", "password");
  const passwordHash = await signIn.hashPassword(password);
  return link.kind === "reset"
    ? reset(database, token, passwordHash)
    : join(database, token, passwordHash, name ?? link.name);
}

const reset = (database: Database, token: string, passwordHash: string): Promise<string> =>
  database.groundTx(async (ground) => {
    const userId = (await takeLink(ground, hashToken(token)))?.userId;
    if (!userId) throw notValid("Ask whoever gave it to you for a new one.");
    await resetUser(ground, userId, passwordHash);
    await auditPerson(ground, userId, "sign_in.reset");
    await deleteResetLinks(ground, userId);
    return userId;
  });

/** Makes somebody a member. Without a hash they are known here, and are asking themselves. */
async function join(database: Database, token: string, passwordHash: string | null, name: string): Promise<string> {
  const { workspaceId } = await findOpen(database.ground, token);
  if (!workspaceId) throw new Error("an invitation to nowhere");
  return database.tx(workspaceId, async (tx) => {
    const link = await takeLink(tx.ground, hashToken(token));
    const workspace = await findWorkspace(tx.ground, workspaceId);
    if (!link?.email || !link.role || !workspace) throw notValid("Ask whoever gave it to you for a new one.");
    const user = await ensureUser(tx.ground, { name, email: link.email, passwordHash });
    // A link opens no session for somebody who had a password of their own by now.
    if (passwordHash !== null && !user.gotPassword)
      throw conflict(
        "sign_in_first",
        `${link.email} signs in here already. Sign in as them, then open the link again.`,
      );
    const memberId = await ensureMember(tx.ground, workspace.accountId, user);
    if (!(await insertMembership(tx.ground, workspaceId, memberId, link.role)))
      throw conflict("member_exists", `${link.email} is a member of this workspace already.`, { memberId });
    const actor = { type: "member" as const, id: memberId, name: user.name };
    const changes = changesBetween({}, { role: link.role }, ["role"]);
    await audit(tx, { by: actor, verb: "member.joined", thing: { id: memberId, name: user.name }, changes });
    await tx.emit({ type: "members.changed", data: { memberId }, actor });
    return user.id;
  });
}
