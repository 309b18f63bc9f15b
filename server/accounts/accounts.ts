/** Accounts: businesses, their workspaces, who works in them, and what each may do. */
import type { z } from "zod";
import type { Actor, Workspace, WorkspacePatch } from "../../contract/accounts.ts";
import type { MemberId, WorkspaceId } from "../../contract/ids.ts";
import type { Ground, Tx } from "../platform/db/handles.ts";
import { notFound } from "../platform/errors.ts";
import { audit } from "./audit/audit.ts";
import { changesBetween } from "./audit/changes.ts";
import { findMember, findWorkspace, updateWorkspace, type WorkspaceRow } from "./store.ts";

export { audit, auditAccount, auditTyping, type Deed } from "./audit/audit.ts";
export { changesBetween } from "./audit/changes.ts";
export { foundAccount } from "./set-up.ts";
export type { SignIn } from "./sign-in/sign-in.ts";
export { findDemoAccount, findFirstOwner, listWorkspaces, type WorkspaceRow } from "./store.ts";

export async function workspaceOf(ground: Ground, workspaceId: WorkspaceId): Promise<WorkspaceRow> {
  const workspace = await findWorkspace(ground, workspaceId);
  if (!workspace) throw notFound("workspace");
  return workspace;
}

/** A member of this workspace, to whom a conversation may be assigned; null: there is none of this id. */
export async function memberActor(tx: Tx, memberId: MemberId): Promise<Actor | null> {
  const found = await findMember(tx.ground, tx.workspaceId, memberId);
  return found && { type: "member", id: memberId, name: found.name };
}

export function workspaceJson(row: WorkspaceRow): Workspace {
  const { stop = null, start = null, help = null, contact = null } = row.notices;
  const { keywords } = row;
  return {
    ...row,
    notices: { stop, start, help, contact },
    keywords: { stop: keywords.stop ?? [], start: keywords.start ?? [], help: keywords.help ?? [] },
    createdAt: row.createdAt.toISOString(),
  };
}

/** Refuses keywords that contradict what keywords mean anyway: consent knows, which stands above this room. */
export type CheckKeywords = (keywords: Workspace["keywords"]) => void;

/** What customers are told stands on their phones, and so it may stand in the audit log; how they reach a person may not. */
const OPEN_SETTINGS = [
  ...["name", "timeZone", "consentScope", "optedOutInbound", "keywords"],
  ...["notices.stop", "notices.start", "notices.help"],
];

/** Changes the workspace's settings; whoever keeps them in memory hears of it by the event. */
export async function changeWorkspace(
  tx: Tx,
  patch: z.output<typeof WorkspacePatch>,
  by: Actor,
  checkKeywords: CheckKeywords,
): Promise<Workspace> {
  const row = await workspaceOf(tx.ground, tx.workspaceId);
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  const changed: WorkspaceRow = {
    ...row,
    ...given,
    notices: { ...row.notices, ...patch.notices } as WorkspaceRow["notices"],
    keywords: { ...row.keywords, ...patch.keywords } as WorkspaceRow["keywords"],
  };
  if (patch.keywords) checkKeywords(workspaceJson(changed).keywords);
  await updateWorkspace(tx.ground, changed);
  const changes = changesBetween(workspaceJson(row), workspaceJson(changed), OPEN_SETTINGS);
  const thing = { id: row.id, name: row.name };
  await audit(tx, { by, verb: "workspace.settings_changed", thing, changes });
  await tx.emit({ type: "workspace.changed", data: { fields: Object.keys(given) }, actor: by });
  return workspaceJson(changed);
}
