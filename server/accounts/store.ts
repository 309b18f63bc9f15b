/** The accounts room's tables. */
import type { ApiKey, Member, Permission, Role, Workspace } from "../../contract/accounts.ts";
import type { AccountId, Id, MemberId, WorkspaceId } from "../../contract/ids.ts";
import type { Ground } from "../platform/db/handles.ts";

export interface WorkspaceRow {
  id: WorkspaceId;
  accountId: AccountId;
  name: string;
  timeZone: string;
  consentScope: Workspace["consentScope"];
  optedOutInbound: Workspace["optedOutInbound"];
  notices: Partial<Workspace["notices"]>;
  keywords: Partial<Workspace["keywords"]>;
  createdAt: Date;
}

const WORKSPACE = `id, account_id as "accountId", name, time_zone as "timeZone", consent_scope as "consentScope",
  opted_out_inbound as "optedOutInbound", notices, keywords, created_at as "createdAt"`;

export const findWorkspace = (ground: Ground, id: WorkspaceId) =>
  ground.maybe<WorkspaceRow>(`select ${WORKSPACE} from workspaces where id = $1`, [id]);

export const listWorkspaces = (ground: Ground, ids: readonly WorkspaceId[]) =>
  ground.rows<WorkspaceRow>(`select ${WORKSPACE} from workspaces where id = any($1) order by id`, [ids]);

export async function insertAccount(ground: Ground, name: string, demo: boolean): Promise<AccountId> {
  const id = ground.id("acc");
  await ground.rows("insert into accounts (id, name, demo, created_at) values ($1, $2, $3, $4)", [
    id,
    name,
    demo,
    ground.now,
  ]);
  return id;
}

/** The demo account; null where this installation has none. */
export const findDemoAccount = (ground: Ground) =>
  ground.maybe<{ id: AccountId }>("select id from accounts where demo order by id limit 1");

/** Who has owned an account the longest. */
export const findFirstOwner = (ground: Ground, accountId: AccountId) =>
  ground.maybe<{ userId: string }>(
    `select m.user_id as "userId" from members m join memberships s on s.member_id = m.id
      where m.account_id = $1 and s.role = 'owner' order by m.id limit 1`,
    [accountId],
  );

export async function insertWorkspace(
  ground: Ground,
  accountId: AccountId,
  name: string,
  timeZone: string,
): Promise<WorkspaceId> {
  const id = ground.id("wsp");
  await ground.rows(
    "insert into workspaces (id, account_id, name, time_zone, created_at) values ($1, $2, $3, $4, $5)",
    [id, accountId, name, timeZone, ground.now],
  );
  return id;
}

export const updateWorkspace = (ground: Ground, row: WorkspaceRow) =>
  ground.rows(
    `update workspaces set name = $2, time_zone = $3, consent_scope = $4, opted_out_inbound = $5, notices = $6, keywords = $7
      where id = $1`,
    [
      row.id,
      row.name,
      row.timeZone,
      row.consentScope,
      row.optedOutInbound,
      JSON.stringify(row.notices),
      JSON.stringify(row.keywords),
    ],
  );

export const anyAccount = (ground: Ground) => ground.maybe<{ id: AccountId }>("select id from accounts limit 1");

/** Makes setting up a thing that one process does at a time; held to the end of the transaction. */
export const lockSetUp = (ground: Ground) => ground.rows("select pg_advisory_xact_lock(7275391203)");

/** The member for a user of an account: the one there is, or a new one. */
export async function ensureMember(
  ground: Ground,
  accountId: AccountId,
  user: { id: string; name: string; email: string },
): Promise<MemberId> {
  const { id } = await ground.one<{ id: MemberId }>(
    `insert into members (id, account_id, user_id, name, email, created_at) values ($1, $2, $3, $4, $5, $6)
       on conflict (account_id, user_id) do update set name = members.name returning id`,
    [ground.id("mem"), accountId, user.id, user.name, user.email, ground.now],
  );
  return id;
}

/** @returns whether it was new; false where the member is in the workspace already */
export async function insertMembership(
  ground: Ground,
  workspaceId: WorkspaceId,
  memberId: MemberId,
  role: Role,
): Promise<boolean> {
  const made = await ground.maybe(
    `insert into memberships (workspace_id, member_id, role, created_at) values ($1, $2, $3, $4)
       on conflict do nothing returning 1`,
    [workspaceId, memberId, role, ground.now],
  );
  return made !== null;
}

const MEMBER = `m.id, m.name, m.email, s.role, coalesce(u."twoFactorEnabled", false) as "twoFactor", s.created_at as "createdAt"`;
const MEMBERS = `memberships s join members m on m.id = s.member_id left join auth."user" u on u.id = m.user_id`;
type MemberRow = Omit<Member, "createdAt"> & { createdAt: Date };

export const listMembers = (ground: Ground, workspaceId: WorkspaceId) =>
  ground.rows<MemberRow>(`select ${MEMBER} from ${MEMBERS} where s.workspace_id = $1 order by m.id`, [workspaceId]);

/** Locks the workspace's memberships, so that two changes can't together remove its last owner. */
export const lockMembers = (ground: Ground, workspaceId: WorkspaceId) =>
  ground.rows<{ memberId: MemberId; userId: string; role: Role }>(
    `select s.member_id as "memberId", m.user_id as "userId", s.role
       from memberships s join members m on m.id = s.member_id where s.workspace_id = $1 order by s.member_id for update of s`,
    [workspaceId],
  );

export const findMember = (ground: Ground, workspaceId: WorkspaceId, memberId: MemberId) =>
  ground.maybe<MemberRow>(`select ${MEMBER} from ${MEMBERS} where s.workspace_id = $1 and m.id = $2`, [
    workspaceId,
    memberId,
  ]);

export const updateRole = (ground: Ground, workspaceId: WorkspaceId, memberId: MemberId, role: Role) =>
  ground.rows("update memberships set role = $3 where workspace_id = $1 and member_id = $2", [
    workspaceId,
    memberId,
    role,
  ]);

export const deleteMembership = (ground: Ground, workspaceId: WorkspaceId, memberId: MemberId) =>
  ground.rows("delete from memberships where workspace_id = $1 and member_id = $2", [workspaceId, memberId]);

export interface MembershipRow {
  memberId: MemberId;
  name: string;
  accountId: AccountId;
  workspaceId: WorkspaceId;
  workspaceName: string;
  role: Role;
}

export const membershipsOf = (ground: Ground, userId: string) =>
  ground.rows<MembershipRow>(
    `select m.id as "memberId", m.name, m.account_id as "accountId", w.id as "workspaceId", w.name as "workspaceName", s.role
       from members m join memberships s on s.member_id = m.id join workspaces w on w.id = s.workspace_id
      where m.user_id = $1 order by w.id`,
    [userId],
  );

const KEY = `id, name, last_four as "lastFour", permissions, created_at as "createdAt", last_used_at as "lastUsedAt"`;
type KeyRow = Omit<ApiKey, "createdAt" | "lastUsedAt"> & { createdAt: Date; lastUsedAt: Date | null };

export const listKeys = (ground: Ground, workspaceId: WorkspaceId) =>
  ground.rows<KeyRow>(`select ${KEY} from api_keys where workspace_id = $1 and revoked_at is null order by id`, [
    workspaceId,
  ]);

export const insertKey = (
  ground: Ground,
  key: { workspaceId: WorkspaceId; name: string; hash: string; lastFour: string; permissions: readonly Permission[] },
) =>
  ground.one<KeyRow>(
    `insert into api_keys (id, workspace_id, name, hash, last_four, permissions, created_at) values ($1, $2, $3, $4, $5, $6, $7)
       returning ${KEY}`,
    [ground.id("key"), key.workspaceId, key.name, key.hash, key.lastFour, key.permissions, ground.now],
  );

export const revokeKey = (ground: Ground, workspaceId: WorkspaceId, id: Id<"key">) =>
  ground.maybe<{ name: string }>(
    "update api_keys set revoked_at = $3 where workspace_id = $1 and id = $2 and revoked_at is null returning name",
    [workspaceId, id, ground.now],
  );

export interface KeyHolder {
  id: Id<"key">;
  name: string;
  workspaceId: WorkspaceId;
  accountId: AccountId;
  permissions: Permission[];
  lastUsedAt: Date | null;
}

export const findKeyByHash = (ground: Ground, hash: string) =>
  ground.maybe<KeyHolder>(
    `select k.id, k.name, k.workspace_id as "workspaceId", w.account_id as "accountId", k.permissions, k.last_used_at as "lastUsedAt"
       from api_keys k join workspaces w on w.id = k.workspace_id where k.hash = $1 and k.revoked_at is null`,
    [hash],
  );

export const noteKeyUse = (ground: Ground, id: Id<"key">) =>
  ground.rows("update api_keys set last_used_at = $2 where id = $1", [id, ground.now]);
