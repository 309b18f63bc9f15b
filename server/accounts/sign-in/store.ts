/** What is kept of how people sign in: users and sessions (in better-auth's schema), one-time links, counted tries. */
import { createHash } from "node:crypto";
import type { Role } from "../../../contract/accounts.ts";
import type { Id, WorkspaceId } from "../../../contract/ids.ts";
import type { Ground } from "../../platform/db/handles.ts";

export interface User {
  id: string;
  name: string;
  email: string;
}

export interface SignedInUser extends User {
  sessionId: string;
}

/** Somebody who is to sign in; without a hash they have no password. */
export interface Person {
  name: string;
  email: string;
  passwordHash: string | null;
}

export const findUser = (ground: Ground, email: string) =>
  ground.maybe<User & { hasPassword: boolean }>(
    `select u.id, u.name, u.email, exists (select 1 from auth.account a where a."userId" = u.id and a.password is not null) as "hasPassword"
       from auth."user" u where u.email = $1`,
    [email.toLowerCase()],
  );

export const userById = (ground: Ground, id: string) =>
  ground.one<User>(`select id, name, email from auth."user" where id = $1`, [id]);

/**
 * The user of this address: the one there is, unchanged, or a new one with this password. One who is nobody's member and has
 * no password was left half made, and gets it now. In the caller's transaction, so that nobody is ever half made again.
 */
export async function ensureUser(
  ground: Ground,
  { name, email, passwordHash }: Person,
): Promise<User & { gotPassword: boolean }> {
  await ground.rows(
    `insert into auth."user" (id, name, email, "emailVerified", "createdAt", "updatedAt") values ($1, $2, $3, true, $4, $4)
       on conflict (email) do nothing`,
    [ground.id("usr"), name, email.toLowerCase(), ground.now],
  );
  const user = await ground.one<User>(`select id, name, email from auth."user" where email = $1`, [
    email.toLowerCase(),
  ]);
  const given = await ground.maybe(
    `insert into auth.account (id, "accountId", "providerId", "userId", password, "createdAt", "updatedAt")
       select $1, $2, 'credential', $2, $3, $4, $4
        where $3::text is not null and not exists (select 1 from members where user_id = $2)
       on conflict ("providerId", "accountId") do nothing returning 1`,
    [ground.id("usr"), user.id, passwordHash, ground.now],
  );
  return { ...user, gotPassword: given !== null };
}

/** Gives somebody a new password, turns their second factor off and ends their sessions. */
export async function resetUser(ground: Ground, userId: string, passwordHash: string): Promise<void> {
  await ground.rows(
    `insert into auth.account (id, "accountId", "providerId", "userId", password, "createdAt", "updatedAt")
       values ($1, $2, 'credential', $2, $3, $4, $4)
       on conflict ("providerId", "accountId") do update set password = excluded.password, "updatedAt" = excluded."updatedAt"`,
    [ground.id("usr"), userId, passwordHash, ground.now],
  );
  await ground.rows(`delete from auth."twoFactor" where "userId" = $1`, [userId]);
  await ground.rows(`update auth."user" set "twoFactorEnabled" = false where id = $1`, [userId]);
  await ground.rows(`delete from auth.session where "userId" = $1`, [userId]);
}

export const securityOf = (ground: Ground, userId: string) =>
  ground.one<{ email: string; passwordChangedAt: Date | null; twoFactor: boolean }>(
    `select u.email, a."updatedAt" as "passwordChangedAt", u."twoFactorEnabled" as "twoFactor"
       from auth."user" u left join auth.account a on a."userId" = u.id and a.password is not null where u.id = $1`,
    [userId],
  );

export interface SessionRow {
  id: string;
  userAgent: string | null;
  address: string | null;
  createdAt: Date;
  lastUsedAt: Date;
}

/** In the order of their ids, which is none. Sessions end by the machine's clock, as better-auth made them. */
export const listSessions = (ground: Ground, userId: string) =>
  ground.rows<SessionRow>(
    `select id, nullif("userAgent", '') as "userAgent", nullif("ipAddress", '') as address, "createdAt", "updatedAt" as "lastUsedAt"
       from auth.session where "userId" = $1 and "expiresAt" > now() order by id collate "C"`,
    [userId],
  );

export const endSession = (ground: Ground, userId: string, id: string) =>
  ground.maybe(`delete from auth.session where "userId" = $1 and id = $2 returning 1`, [userId, id]);

export const endOtherSessions = (ground: Ground, userId: string, id: string) =>
  ground.rows(`delete from auth.session where "userId" = $1 and id <> $2`, [userId, id]);

export interface LinkRow {
  id: Id<"lnk">;
  kind: "set_up" | "invitation" | "reset";
  workspaceId: WorkspaceId | null;
  email: string | null;
  name: string | null;
  role: Role | null;
  userId: string | null;
  /** A member's or a key's id; null: the operator's. */
  madeById: string | null;
  madeByName: string | null;
  createdAt: Date;
  expiresAt: Date;
}

const LINK = `id, kind, workspace_id as "workspaceId", email, name, role, user_id as "userId", made_by_id as "madeById",
  made_by_name as "madeByName", created_at as "createdAt", expires_at as "expiresAt"`;

export const insertLink = (ground: Ground, link: Omit<LinkRow, "id" | "createdAt">, tokenHash: string) =>
  ground.one<LinkRow>(
    `insert into sign_in_links (id, kind, token_hash, workspace_id, email, name, role, user_id, made_by_id, made_by_name, created_at, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning ${LINK}`,
    [
      ground.id("lnk"),
      link.kind,
      tokenHash,
      link.workspaceId,
      link.email,
      link.name,
      link.role,
      link.userId,
      link.madeById,
      link.madeByName,
      ground.now,
      link.expiresAt,
    ],
  );

export const findLink = (ground: Ground, tokenHash: string) =>
  ground.maybe<LinkRow>(`select ${LINK} from sign_in_links where token_hash = $1 and expires_at > $2`, [
    tokenHash,
    ground.now,
  ]);

/** Takes the link: of two who use it at once, one gets it. */
export const takeLink = (ground: Ground, tokenHash: string) =>
  ground.maybe<LinkRow>(`delete from sign_in_links where token_hash = $1 and expires_at > $2 returning ${LINK}`, [
    tokenHash,
    ground.now,
  ]);

export const listInvitations = (ground: Ground, workspaceId: WorkspaceId) =>
  ground.rows<LinkRow>(
    `select ${LINK} from sign_in_links where workspace_id = $1 and kind = 'invitation' and expires_at > $2 order by id`,
    [workspaceId, ground.now],
  );

export const deleteInvitation = (ground: Ground, workspaceId: WorkspaceId, which: { id: string } | { email: string }) =>
  ground.maybe<{ name: string | null }>(
    `delete from sign_in_links where workspace_id = $1 and kind = 'invitation' and (id = $2 or email = $3) returning name`,
    [workspaceId, "id" in which ? which.id : null, "email" in which ? which.email : null],
  );

export const deleteSetUpLinks = (ground: Ground) => ground.rows("delete from sign_in_links where kind = 'set_up'");

export const deleteResetLinks = (ground: Ground, userId: string) =>
  ground.rows("delete from sign_in_links where kind = 'reset' and user_id = $1", [userId]);

/** What somebody handed out in a workspace goes with their right to do so. */
export const deleteLinksMadeBy = (ground: Ground, workspaceId: WorkspaceId, madeById: string) =>
  ground.rows("delete from sign_in_links where workspace_id = $1 and made_by_id = $2", [workspaceId, madeById]);

/** Counts a try in a window of `ms` that begins with its first one. */
export const countTry = (ground: Ground, key: string, ms: number) =>
  ground.one<{ tries: number; since: Date }>(
    `insert into sign_in_tries as t (key, tries, since) values ($1, 1, $2)
       on conflict (key) do update set
         tries = case when t.since <= $3 then 1 else least(t.tries + 1, 1000000) end,
         since = case when t.since <= $3 then $2 else t.since end
       returning tries, since`,
    [key, ground.now, new Date(ground.now.getTime() - ms)],
  );

export const lastRightAt = async (ground: Ground, key: string): Promise<Date | null> =>
  (await ground.maybe<{ at: Date | null }>("select right_at as at from sign_in_tries where key = $1", [key]))?.at ??
  null;

export const forgetTries = (ground: Ground, key: string) =>
  ground.rows("update sign_in_tries set tries = 0, right_at = $2 where key = $1", [key, ground.now]);

export const takeBackTry = (ground: Ground, keys: readonly string[]) =>
  ground.rows("update sign_in_tries set tries = greatest(tries - 1, 0) where key = any($1)", [keys]);

const hashCode = (code: string) => createHash("sha256").update(code).digest("base64url");

/** @returns whether nobody gave this code before */
export const takeCode = async (ground: Ground, userId: string, code: string): Promise<boolean> =>
  (await ground.maybe(
    `insert into sign_in_codes (user_id, code_hash, used_at) values ($1, $2, $3) on conflict do nothing returning 1`,
    [userId, hashCode(code), ground.now],
  )) !== null;

/** It was not right, so nothing was used up. */
export const giveCodeBack = (ground: Ground, userId: string, code: string) =>
  ground.rows("delete from sign_in_codes where user_id = $1 and code_hash = $2", [userId, hashCode(code)]);

const HOUR_MS = 60 * 60 * 1000;

/** Forgets what no longer matters, of everybody. */
export async function forgetOldSignIns(ground: Ground): Promise<void> {
  const before = (ms: number) => new Date(ground.now.getTime() - ms);
  await ground.rows("delete from sign_in_codes where used_at < $1", [before(HOUR_MS)]);
  await ground.rows("delete from sign_in_links where expires_at < $1", [ground.now]);
  await ground.rows("delete from sign_in_tries where since < $1 and coalesce(right_at, since) < $2", [
    before(2 * HOUR_MS),
    before(90 * 24 * HOUR_MS),
  ]);
  await ground.rows(`delete from auth.session where "expiresAt" < now()`);
  await ground.rows(`delete from auth.verification where "expiresAt" < now()`);
}
