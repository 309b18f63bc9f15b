/** The quick replies' table. */
import type { QuickReplyId } from "../../contract/ids.ts";
import type { Tx, View } from "../platform/db/handles.ts";

export interface QuickReplyRow {
  id: QuickReplyId;
  shortcut: string;
  content: string;
  createdAt: Date;
  updatedAt: Date;
}

const ROW = `id, shortcut, content, created_at as "createdAt", updated_at as "updatedAt"`;

export const listQuickReplies = (view: View, after: string | null, limit: number) =>
  view.rows<QuickReplyRow>(
    `select ${ROW} from quick_replies where workspace_id = $1 and ($2::text is null or id > $2) order by id limit $3`,
    [view.workspaceId, after, limit],
  );

export const findQuickReply = (view: View, id: QuickReplyId) =>
  view.maybe<QuickReplyRow>(`select ${ROW} from quick_replies where workspace_id = $1 and id = $2`, [
    view.workspaceId,
    id,
  ]);

export const insertQuickReply = (tx: Tx, row: Pick<QuickReplyRow, "shortcut" | "content">) =>
  tx.one<QuickReplyRow>(
    `insert into quick_replies (workspace_id, id, shortcut, content, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)
       returning ${ROW}`,
    [tx.workspaceId, tx.id("qrp"), row.shortcut, row.content, tx.now],
  );

/** Changes what is given; null where there is no such one. */
export const updateQuickReply = (
  tx: Tx,
  id: QuickReplyId,
  { shortcut = null, content = null }: { shortcut?: string | null | undefined; content?: string | null | undefined },
) =>
  tx.maybe<QuickReplyRow>(
    `update quick_replies set shortcut = coalesce($3, shortcut), content = coalesce($4, content), updated_at = $5
      where workspace_id = $1 and id = $2 returning ${ROW}`,
    [tx.workspaceId, id, shortcut, content, tx.now],
  );

export const deleteQuickReply = (tx: Tx, id: QuickReplyId) =>
  tx.maybe<QuickReplyRow>(`delete from quick_replies where workspace_id = $1 and id = $2 returning ${ROW}`, [
    tx.workspaceId,
    id,
  ]);
