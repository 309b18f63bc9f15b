/** Accounts: businesses, their workspaces, who works in them, and what each may do. */
import type { z } from "zod";
import type { Actor, Workspace, WorkspacePatch } from "../../contract/accounts.ts";
import type { WorkspaceId } from "../../contract/ids.ts";
import type { Ground, Tx } from "../platform/db/handles.ts";
import { notFound } from "../platform/errors.ts";
import { findMember, findWorkspace, updateWorkspace, type WorkspaceRow } from "./store.ts";

export { foundAccount } from "./set-up.ts";
export type { SignIn } from "./sign-in/sign-in.ts";
export { findDemoAccount, findFirstOwner, listWorkspaces, type WorkspaceRow } from "./store.ts";

export async function workspaceOf(ground: Ground, workspaceId: WorkspaceId): Promise<WorkspaceRow> {
  const workspace = await findWorkspace(ground, workspaceId);
  if (!workspace) throw notFound("workspace");
  return workspace;
}

/** Whether someone is a member of this workspace: whom a conversation may be assigned to. */
export async function isMember(tx: Tx, memberId: Actor["id"]): Promise<boolean> {
  return memberId !== null && (await findMember(tx.ground, tx.workspaceId, memberId as `mem_${string}`)) !== null;
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
  await tx.emit({ type: "workspace.changed", data: { fields: Object.keys(given) }, actor: by });
  return workspaceJson(changed);
}
