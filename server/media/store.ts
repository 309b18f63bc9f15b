/** The media room's tables. Bytes are kept in the database, in parts: every process has them, and one backup holds all. */
import { createHash } from "node:crypto";
import type { ConnectionId, ConversationId, MediaId, MessageId } from "../../contract/ids.ts";
import type { Media } from "../../contract/media.ts";
import type { Tx, View } from "../platform/db/handles.ts";

export interface MediaRow {
  id: MediaId;
  messageId: MessageId | null;
  conversationId: ConversationId | null;
  state: Media["state"];
  reason: Media["reason"];
  sourceUrl: string | null;
  connectionId: ConnectionId | null;
  contentType: string | null;
  name: string | null;
  size: number | null;
  hash: string | null;
  tries: number;
  createdAt: Date;
}

const ROW = `f.id, f.message_id as "messageId", f.conversation_id as "conversationId", f.state, f.reason, f.source_url as "sourceUrl",
  f.connection_id as "connectionId", f.content_type as "contentType", f.name, f.size, f.hash, f.tries, f.created_at as "createdAt"`;

export const mediaOfMessages = (view: View, ids: readonly MessageId[]) =>
  view.rows<MediaRow & { messageId: MessageId }>(
    `select ${ROW} from media f where f.workspace_id = $1 and f.message_id = any($2) order by f.message_id, f.position`,
    [view.workspaceId, ids],
  );

export const findMedia = (view: View, id: MediaId) =>
  view.maybe<MediaRow>(`select ${ROW} from media f where f.workspace_id = $1 and f.id = $2`, [view.workspaceId, id]);

export const lockFetching = (tx: Tx, id: MediaId) =>
  tx.maybe<MediaRow>(
    `select ${ROW} from media f where f.workspace_id = $1 and f.id = $2 and f.state = 'fetching' for update`,
    [tx.workspaceId, id],
  );

export const insertMedia = (
  tx: Tx,
  row: Omit<MediaRow, "connectionId" | "tries" | "createdAt" | "reason"> & { position: number },
) =>
  tx.rows(
    `insert into media (workspace_id, id, message_id, conversation_id, position, state, source_url, content_type, name, size, hash, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      tx.workspaceId,
      row.id,
      row.messageId,
      row.conversationId,
      row.position,
      row.state,
      row.sourceUrl,
      row.contentType,
      row.name,
      row.size,
      row.hash,
      tx.now,
    ],
  );

export const markStored = (tx: Tx, id: MediaId, row: { hash: string; size: number; contentType: string }) =>
  tx.rows(
    `update media set state = 'stored', reason = null, due_at = null, hash = $3, size = $4, content_type = $5
      where workspace_id = $1 and id = $2`,
    [tx.workspaceId, id, row.hash, row.size, row.contentType],
  );

export const markFailed = (tx: Tx, id: MediaId, reason: NonNullable<Media["reason"]>) =>
  tx.rows("update media set state = 'failed', reason = $3, due_at = null where workspace_id = $1 and id = $2", [
    tx.workspaceId,
    id,
    JSON.stringify(reason),
  ]);

export const fetchLater = (tx: Tx, id: MediaId, at: Date) =>
  tx.rows("update media set due_at = $3 where workspace_id = $1 and id = $2", [tx.workspaceId, id, at]);

/** How many bytes a part has; a read begins in the middle of the file without reading what stands before. */
export const PART_BYTES = 256 * 1024;

/** Keeps bytes under their hash, which it answers, once. Holds it until the commit, so that nobody drops them in between. */
export async function keepBytes(tx: Tx, bytes: Buffer): Promise<string> {
  const hash = createHash("sha256").update(bytes).digest("hex");
  await tx.rows("select pg_advisory_xact_lock(blob_lock($1, $2))", [tx.workspaceId, hash]);
  const fresh = await tx.maybe(
    `insert into blobs (workspace_id, hash, size, created_at) values ($1, $2, $3, $4)
       on conflict (workspace_id, hash) do nothing returning 1`,
    [tx.workspaceId, hash, bytes.length, tx.now],
  );
  if (!fresh) return hash;
  for (let n = 0; n * PART_BYTES < bytes.length; n++) {
    const part = bytes.subarray(n * PART_BYTES, (n + 1) * PART_BYTES);
    await tx.rows("insert into blob_parts (workspace_id, hash, n, bytes) values ($1, $2, $3, $4)", [
      tx.workspaceId,
      hash,
      n,
      part,
    ]);
  }
  return hash;
}

export const readPart = (view: View, hash: string, n: number) =>
  view.maybe<{ bytes: Buffer }>("select bytes from blob_parts where workspace_id = $1 and hash = $2 and n = $3", [
    view.workspaceId,
    hash,
    n,
  ]);
