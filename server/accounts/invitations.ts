/** Letting people in without mail: links that an owner or admin hands over, each good for one person and one use. */
import type { z } from "zod";
import { SYSTEM } from "../../contract/accounts.ts";
import type { MemberId } from "../../contract/ids.ts";
import type { CreatedInvitation, Invitation, NewInvitation, ResetLink } from "../../contract/sign-in.ts";
import type { Database } from "../platform/db/database.ts";
import type { Ground, Tx, View } from "../platform/db/handles.ts";
import { conflict, notFound } from "../platform/errors.ts";
import type { Caller } from "../platform/http/route.ts";
import { audit } from "./audit/audit.ts";
import { changesBetween } from "./audit/changes.ts";
import { checkMayGrant } from "./members.ts";
import { auditPerson } from "./sign-in/audit-person.ts";
import { makeLink } from "./sign-in/links.ts";
import * as links from "./sign-in/store.ts";
import { lockMembers, membershipsOf } from "./store.ts";

function invitationJson({ id, email, name, role, madeByName, createdAt, expiresAt }: links.LinkRow): Invitation {
  if (email === null || name === null || role === null) throw new Error("an invitation of nobody");
  return {
    ...{ id, email, name, role, madeBy: madeByName },
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}

export const invitations = async (view: View): Promise<Invitation[]> =>
  (await links.listInvitations(view.ground, view.workspaceId)).map(invitationJson);

/** Invites somebody. Their older invitation, if there is one, is good no more. */
export async function invite(
  tx: Tx,
  publicUrl: string,
  { email: given, name, role }: z.output<typeof NewInvitation>,
  caller: Caller,
): Promise<CreatedInvitation> {
  checkMayGrant(caller, role);
  const email = given.toLowerCase();
  const user = await links.findUser(tx.ground, email);
  const here = user && (await membershipsOf(tx.ground, user.id)).find((each) => each.workspaceId === tx.workspaceId);
  if (here)
    throw conflict("member_exists", `${email} is a member of this workspace already.`, { memberId: here.memberId });
  await links.deleteInvitation(tx.ground, tx.workspaceId, { email });
  const { id: madeById, name: madeByName } = caller.actor;
  const link = { kind: "invitation" as const, workspaceId: tx.workspaceId, email, name, role, madeById, madeByName };
  const { url, ...row } = await makeLink(tx.ground, { publicUrl, bytes: tx.bytes }, link);
  const changes = changesBetween({}, { email, role }, ["role"]);
  await audit(tx, { by: caller.actor, verb: "member.invited", thing: { id: row.id, name }, changes });
  await tx.emit({ type: "members.changed", data: { memberId: null }, actor: caller.actor });
  return { ...invitationJson(row), url };
}

export async function withdrawInvitation(tx: Tx, id: string, caller: Caller): Promise<void> {
  const withdrawn = await links.deleteInvitation(tx.ground, tx.workspaceId, { id });
  if (!withdrawn) throw notFound("invitation");
  const thing = { id, name: withdrawn.name };
  await audit(tx, { by: caller.actor, verb: "member.invitation_withdrawn", thing });
  await tx.emit({ type: "members.changed", data: { memberId: null }, actor: caller.actor });
}

/**
 * A link by which a member who lost their password or their codes gets in again. Only for somebody who may do no more than
 * the caller, and works nowhere else: a sign-in is one for all the places where a person works.
 */
export async function resetLinkFor(tx: Tx, publicUrl: string, memberId: MemberId, caller: Caller): Promise<ResetLink> {
  const member = (await lockMembers(tx.ground, tx.workspaceId)).find((each) => each.memberId === memberId);
  if (!member) throw notFound("member");
  checkMayGrant(caller, member.role);
  if (memberId === caller.actor.id)
    throw conflict("own_sign_in", "This is your own sign-in. Change your password under Settings > Security.");
  if ((await membershipsOf(tx.ground, member.userId)).length > 1)
    throw conflict(
      "member_elsewhere",
      "They work in another workspace too, so this one can't reset their sign-in. Whoever runs Parley can.",
    );
  const { name } = await links.userById(tx.ground, member.userId);
  await audit(tx, { by: caller.actor, verb: "member.reset_link_made", thing: { id: memberId, name } });
  return makeResetLink(tx.ground, { publicUrl, bytes: tx.bytes }, member.userId, {
    workspaceId: tx.workspaceId,
    madeById: caller.actor.id,
    madeByName: caller.actor.name,
  });
}

async function makeResetLink(
  ground: Ground,
  parts: Parameters<typeof makeLink>[1],
  userId: string,
  maker: Partial<links.LinkRow>,
): Promise<ResetLink> {
  const { name, email } = await links.userById(ground, userId);
  await links.deleteResetLinks(ground, userId);
  const { url, expiresAt } = await makeLink(ground, parts, { kind: "reset", userId, name, email, ...maker });
  return { url, expiresAt: expiresAt.toISOString() };
}

/** The operator's: for whoever can start Parley. Null where nobody signs in with this address. */
export const operatorsResetLink = (database: Database, publicUrl: string, email: string): Promise<ResetLink | null> =>
  database.groundTx(async (ground) => {
    const user = await links.findUser(ground, email);
    if (!user) return null;
    await auditPerson(ground, user.id, "member.reset_link_made", SYSTEM);
    return makeResetLink(ground, { publicUrl, bytes: database.outside.world.bytes }, user.id, {});
  });
