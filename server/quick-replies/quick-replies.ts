/** Quick replies: texts that a team writes often, each called by its shortcut. */
import type { Actor } from "../../contract/accounts.ts";
import type { QuickReplyId } from "../../contract/ids.ts";
import type { Page } from "../../contract/paging.ts";
import type { NewQuickReply, QuickReply, QuickReplyPatch } from "../../contract/quick-replies.ts";
import { audit, changesBetween } from "../accounts/accounts.ts";
import type { Tx, View } from "../platform/db/handles.ts";
import { violates } from "../platform/db/pool.ts";
import { conflict, notFound } from "../platform/errors.ts";
import { pageOfRows } from "../platform/page.ts";
import * as store from "./store.ts";

const json = (row: store.QuickReplyRow): QuickReply => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

const asThing = ({ id, shortcut }: store.QuickReplyRow) => ({ id, name: `/${shortcut}` });

/** Oldest first. */
export async function quickReplies(
  view: View,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<QuickReply>> {
  const rows = await store.listQuickReplies(view, cursor ?? null, limit + 1);
  return pageOfRows(rows.map(json), limit, (last) => last.id);
}

/** @throws Conflict shortcut_taken */
export async function addQuickReply(tx: Tx, body: NewQuickReply, by: Actor): Promise<QuickReply> {
  const row = await free(body.shortcut, store.insertQuickReply(tx, body));
  await audit(tx, { by, verb: "quick_reply.created", thing: asThing(row) });
  await tx.emit({ type: "quick_reply.changed", data: { quickReplyId: row.id }, actor: by });
  return json(row);
}

/** @throws NotFound; Conflict shortcut_taken */
export async function changeQuickReply(
  tx: Tx,
  id: QuickReplyId,
  patch: QuickReplyPatch,
  by: Actor,
): Promise<QuickReply> {
  const before = await store.findQuickReply(tx, id);
  const row = await free(patch.shortcut, store.updateQuickReply(tx, id, patch));
  if (!before || !row) throw notFound("quick reply");
  const { shortcut, content } = row;
  const changes = changesBetween(before, { shortcut, content }, ["shortcut"]);
  await audit(tx, { by, verb: "quick_reply.changed", thing: asThing(before), changes });
  await tx.emit({ type: "quick_reply.changed", data: { quickReplyId: id }, actor: by });
  return json(row);
}

export async function deleteQuickReply(tx: Tx, id: QuickReplyId, by: Actor): Promise<void> {
  const gone = await store.deleteQuickReply(tx, id);
  if (!gone) throw notFound("quick reply");
  await audit(tx, { by, verb: "quick_reply.deleted", thing: asThing(gone) });
  await tx.emit({ type: "quick_reply.deleted", data: { quickReplyId: id }, actor: by });
}

async function free<T>(shortcut: string | undefined, writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    if (!violates(error, "quick_replies_shortcut")) throw error;
    throw conflict("shortcut_taken", `There is a quick reply /${shortcut} already. Choose another shortcut.`);
  }
}
