/** What people did with a conversation besides writing in it: kept with its own moment, and shown in the thread. */
import type { Actor } from "../../contract/accounts.ts";
import type { ConversationChange } from "../../contract/conversations.ts";
import type { ConversationId } from "../../contract/ids.ts";
import type { Page } from "../../contract/paging.ts";
import type { Tx, View } from "../platform/db/handles.ts";
import { pageOfRows } from "../platform/page.ts";
import { type ConversationRow, changesOf, insertChange } from "./store.ts";

export type Done = Pick<ConversationChange, "kind"> & { givenTo?: Actor; until?: Date };

/** What became of a conversation, in the order in which it is told. `givenTo`: who has it now, where that is somebody else. */
export function doneTo(before: ConversationRow, next: ConversationRow, givenTo: Actor | null): Done[] {
  const done: Done[] = [];
  const [was, is] = [before.status === "RESOLVED", next.status === "RESOLVED"];
  if (givenTo?.type === "agent") done.push({ kind: "handed_back", givenTo });
  else if (was && !is) done.push({ kind: "reopened" });
  if (givenTo?.type === "member") done.push({ kind: "assigned", givenTo });
  else if (before.assigneeId && !next.assigneeId && !givenTo) done.push({ kind: "unassigned" });
  if (is && !was) done.push({ kind: "resolved" });
  const until = next.snoozedUntil;
  if (until && until.getTime() !== before.snoozedUntil?.getTime()) done.push({ kind: "snoozed", until });
  else if (before.snoozedUntil && !until && !next.archived && !is) done.push({ kind: "woken" });
  return done;
}

export async function noteDone(tx: Tx, id: ConversationId, done: readonly Done[], by: Actor): Promise<void> {
  for (const { kind, givenTo = null, until = null } of done)
    await insertChange(tx, { conversationId: id, kind, actor: by, givenTo, until });
}

/** Newest first. */
export async function listChanges(
  view: View,
  id: ConversationId,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<ConversationChange>> {
  const rows = await changesOf(view, id, cursor ?? null, limit + 1);
  const items = rows.map((row) => ({ ...row, at: row.at.toISOString(), until: row.until?.toISOString() ?? null }));
  return pageOfRows(items, limit, (last) => last.id);
}
