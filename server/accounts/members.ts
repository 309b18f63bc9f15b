/** Members of a workspace and the keys that programs use. */
import type { z } from "zod";
import type { ApiKey, CreatedApiKey, Member, NewApiKey, NewMember, Permission, Role } from "../../contract/accounts.ts";
import type { Id, MemberId } from "../../contract/ids.ts";
import type { Database } from "../platform/db/database.ts";
import type { Ground, Tx } from "../platform/db/handles.ts";
import { conflict, forbidden, invalid, notFound, Refusal } from "../platform/errors.ts";
import type { Caller } from "../platform/http/route.ts";
import { audit, type Deed } from "./audit/audit.ts";
import { changesBetween } from "./audit/changes.ts";
import { hashKey } from "./authenticate.ts";
import { permissionsOf } from "./may.ts";
import type { SignIn } from "./sign-in/sign-in.ts";
import { deleteLinksMadeBy, deleteResetLinks, ensureUser } from "./sign-in/store.ts";
import * as store from "./store.ts";

const memberJson = (row: Omit<Member, "createdAt"> & { createdAt: Date }): Member => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
});

export const keyJson = (
  row: Omit<ApiKey, "createdAt" | "lastUsedAt"> & { createdAt: Date; lastUsedAt: Date | null },
): ApiKey => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
});

export const members = async (ground: Ground, caller: Caller) =>
  (await store.listMembers(ground, caller.workspaceId)).map(memberJson);

/** Nobody gives a role that may do more than they: otherwise an admin, or a key of few scopes, could rise by a detour. */
export function checkMayGrant(caller: Caller, role: Role): void {
  if (role === "owner" && !caller.permissions.has("account.transfer")) {
    throw new Refusal(403, "forbidden", "Only an owner can make another owner.", { permission: "account.transfer" });
  }
  const missing = [...permissionsOf(role)].find((permission) => !caller.permissions.has(permission));
  if (missing) throw forbidden(missing);
}

/** Tells of a change of who works here, and writes it down. */
async function changed(
  tx: Tx,
  { id, name }: Pick<Member, "id" | "name">,
  { actor: by }: Caller,
  deed: Pick<Deed, "verb" | "changes">,
) {
  await audit(tx, { ...deed, by, thing: { id, name } });
  await tx.emit({ type: "members.changed", data: { memberId: id }, actor: by });
}

/** Adds a member with a first password, at once; whoever has a password here already keeps their own. */
export async function addMember(
  database: Database,
  signIn: SignIn,
  { name, email, role, password }: z.output<typeof NewMember>,
  caller: Caller,
): Promise<Member> {
  checkMayGrant(caller, role);
  const passwordHash = await signIn.hashPassword(password);
  return database.tx(caller.workspaceId, async (tx) => {
    const user = await ensureUser(tx.ground, { name, email, passwordHash });
    const memberId = await store.ensureMember(tx.ground, caller.accountId, user);
    if (!(await store.insertMembership(tx.ground, caller.workspaceId, memberId, role))) {
      throw conflict("member_exists", `${email} is a member of this workspace already.`, { memberId });
    }
    const member = await found(tx.ground, caller, memberId);
    await changed(tx, member, caller, { verb: "member.added", changes: changesBetween({}, { role }, ["role"]) });
    return memberJson(member);
  });
}

export async function changeRole(tx: Tx, memberId: MemberId, role: Role, caller: Caller): Promise<Member> {
  const before = await lockMember(tx.ground, caller, memberId, role);
  checkMayGrant(caller, role);
  await store.updateRole(tx.ground, caller.workspaceId, memberId, role);
  await withdrawLinks(tx.ground, caller, memberId, before.userId);
  const member = await found(tx.ground, caller, memberId);
  const changes = changesBetween({ role: before.role }, { role }, ["role"]);
  await changed(tx, member, caller, { verb: "member.role_changed", changes });
  return memberJson(member);
}

export async function removeMember(tx: Tx, memberId: MemberId, caller: Caller): Promise<void> {
  const { userId, role } = await lockMember(tx.ground, caller, memberId, null);
  const member = await found(tx.ground, caller, memberId);
  await store.deleteMembership(tx.ground, caller.workspaceId, memberId);
  await withdrawLinks(tx.ground, caller, memberId, userId);
  const changes = changesBetween({ role }, { role: null }, ["role"]);
  await changed(tx, member, caller, { verb: "member.removed", changes });
}

/** Links were made under the old roles: of the one who made them, and of the one whom they would let in. */
async function withdrawLinks(ground: Ground, caller: Caller, memberId: MemberId, userId: string): Promise<void> {
  await deleteLinksMadeBy(ground, caller.workspaceId, memberId);
  await deleteResetLinks(ground, userId);
}

async function found(ground: Ground, caller: Caller, memberId: MemberId) {
  const member = await store.findMember(ground, caller.workspaceId, memberId);
  if (!member) throw notFound("member");
  return member;
}

/** Locks a member who is to become `role` (null: nothing here). An owner is changed by owners only, and the last one stays. */
async function lockMember(ground: Ground, caller: Caller, memberId: MemberId, role: Role | null) {
  const all = await store.lockMembers(ground, caller.workspaceId);
  const member = all.find((each) => each.memberId === memberId);
  if (!member) throw notFound("member");
  if (member.role !== "owner" || role === "owner") return member;
  checkMayGrant(caller, "owner");
  if (all.filter((each) => each.role === "owner").length === 1) {
    throw conflict("last_owner", "A workspace keeps at least one owner. Make someone else an owner first.");
  }
  return member;
}

/** Makes a key of 256 random bits. It can hold no permission that its maker lacks. */
export async function addKey(tx: Tx, body: z.output<typeof NewApiKey>, caller: Caller): Promise<CreatedApiKeyJson> {
  const missing = body.permissions.filter((permission: Permission) => !caller.permissions.has(permission));
  if (missing.length > 0)
    throw invalid(
      "permission_not_held",
      `You can't give a key what you may not do yourself: ${missing.join(", ")}.`,
      "permissions",
    );
  const secret = `parley_${tx.bytes(32).toString("base64url")}`;
  const row = await store.insertKey(tx.ground, {
    workspaceId: caller.workspaceId,
    name: body.name,
    hash: hashKey(secret),
    lastFour: secret.slice(-4),
    permissions: [...new Set(body.permissions)],
  });
  const { id, name, permissions } = row;
  const changes = changesBetween({}, { permissions }, ["permissions"]);
  await audit(tx, { by: caller.actor, verb: "api_key.created", thing: { id, name }, changes });
  return { ...keyJson(row), secret };
}
type CreatedApiKeyJson = z.input<typeof CreatedApiKey>;

export async function revokeKey(tx: Tx, id: Id<"key">, caller: Caller): Promise<void> {
  const revoked = await store.revokeKey(tx.ground, caller.workspaceId, id);
  if (!revoked) throw notFound("API key");
  await deleteLinksMadeBy(tx.ground, caller.workspaceId, id);
  await audit(tx, { by: caller.actor, verb: "api_key.revoked", thing: { id, name: revoked.name } });
}
