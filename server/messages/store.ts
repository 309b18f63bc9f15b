import type { ChannelName } from "../../contract/channels.ts";
import type { MessageKind } from "../../contract/consent.ts";
import type { ConnectionId, ConversationId, Id, MessageId } from "../../contract/ids.ts";
import type { Attempt, MessageStatus, Reason } from "../../contract/messages.ts";
import type { Tx } from "../platform/db/handles.ts";
import { type MessageRow, ROW } from "./message-row.ts";

/** What leaves first: answers to keywords, then replies, then the rest (product 3.4). */
const PRIORITY: Record<MessageKind, number> = { notice: 0, reply: 1, service: 2, automated: 3, marketing: 4 };

export const insertOutbound = (
  tx: Tx,
  row: Omit<MessageRow, "providerSid" | "fromOptedOut" | "createdAt" | "sentAt" | "deliveredAt" | "direction"> & {
    kind: MessageKind;
    leaveBefore: Date | null;
  },
) =>
  tx.one<MessageRow>(
    `insert into messages as m (workspace_id, id, conversation_id, contact_id, direction, kind, channel, connection_id, from_address, to_address,
       address_hash, sender, content, media, author, status, reason, segments, encoding, send_at, due_at, priority, created_at, resend_of, leave_before,
       environment)
     values ($1, $2, $3, $4, 'outbound', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
     returning ${ROW}`,
    [
      tx.workspaceId,
      row.id,
      row.conversationId,
      row.contactId,
      row.kind,
      row.channel,
      row.connectionId,
      row.from,
      row.to,
      row.addressHash,
      row.sender,
      row.content,
      JSON.stringify(row.media),
      JSON.stringify(row.author),
      row.status,
      row.reason && JSON.stringify(row.reason),
      row.segments,
      row.encoding,
      row.sendAt,
      row.status === "queued" ? tx.now : null,
      PRIORITY[row.kind],
      tx.now,
      row.resendOf,
      row.leaveBefore,
      row.environment,
    ],
  );

export const wakeSender = (tx: Tx, connectionId: ConnectionId, at: Date) =>
  tx.rows("select wake_sender($1, $2, $3)", [tx.workspaceId, connectionId, at]);

/** Holds what is written to somebody unasked to the end of the transaction, so that two at once don't both find room under a cap. */
export const holdUnasked = (tx: Tx, addressHash: string) =>
  tx.rows("select pg_advisory_xact_lock(hashtextextended($1 || '/' || $2, 3))", [tx.workspaceId, addressHash]);

/** Ends a message's wait, if it still waits: into the queue, to another time, or to an end with its reason. Null: it has left. */
export const endWait = (
  tx: Tx,
  id: MessageId,
  next: { status: MessageStatus; reason: Reason | null; sendAt: Date | null; leaveBefore?: Date | null },
  from: ReadonlyArray<"scheduled" | "queued"> = ["scheduled"],
) =>
  tx.maybe<MessageRow>(
    `update messages m set status = $3, reason = $4, send_at = $5, due_at = case when $3 = 'queued' then $6::timestamptz end,
        leave_before = $8
      where m.workspace_id = $1 and m.id = $2 and m.status = any($7) and m.direction = 'outbound' returning ${ROW}`,
    [
      tx.workspaceId,
      id,
      next.status,
      next.reason && JSON.stringify(next.reason),
      next.sendAt,
      tx.now,
      from,
      next.leaveBefore ?? null,
    ],
  );

/** A message, held to the end of the transaction. */
export const lockMessage = (tx: Tx, id: MessageId) =>
  tx.maybe<MessageRow>(`select ${ROW} from messages m where m.workspace_id = $1 and m.id = $2 for update`, [
    tx.workspaceId,
    id,
  ]);

/** Takes back what has not left yet. Null where it has, or never will. */
export const cancelWaiting = (tx: Tx, id: MessageId) =>
  tx.maybe<MessageRow>(
    `update messages m set status = 'canceled', reason = null, due_at = null
      where m.workspace_id = $1 and m.id = $2 and m.status in ('scheduled', 'queued') and m.kind <> 'notice'
      returning ${ROW}`,
    [tx.workspaceId, id],
  );

/** Turns what waits for an address into `suppressed`, but for notices. `sender` null: whatever the sender. */
export const suppressWaiting = (
  tx: Tx,
  channel: ChannelName,
  addressHash: string,
  sender: string | null,
  reason: Reason,
) =>
  tx.rows<{ id: MessageId; conversationId: ConversationId }>(
    // Locked in the order in which a claim locks them, so that the two never wait for each other.
    `with waiting as (
       select id from messages where workspace_id = $1 and channel = $2 and address_hash = $3 and ($4::text is null or sender = $4)
          and status in ('queued', 'scheduled') and kind <> 'notice'
        order by priority, id for update)
     update messages m set status = 'suppressed', reason = $5, due_at = null, send_at = null
       from waiting w where m.workspace_id = $1 and m.id = w.id
      returning m.id, m.conversation_id as "conversationId"`,
    [tx.workspaceId, channel, addressHash, sender, JSON.stringify(reason)],
  );

/** Takes what a review holds out of the queue, until then at the latest; a person's own reply and notices stay in it. */
export const holdWaiting = (tx: Tx, channel: ChannelName, addressHash: string, reason: Reason, until: Date) =>
  tx.rows<{ id: MessageId; conversationId: ConversationId }>(
    // Locked in the order in which a claim locks them, so that the two never wait for each other.
    `with waiting as (
       select id from messages where workspace_id = $1 and channel = $2 and address_hash = $3 and status = 'queued'
          and is_in_review($1, $2, $3, kind, author)
        order by priority, id for update)
     update messages m set status = 'scheduled', reason = $4, due_at = null, send_at = $5
       from waiting w where m.workspace_id = $1 and m.id = w.id
      returning m.id, m.conversation_id as "conversationId"`,
    [tx.workspaceId, channel, addressHash, JSON.stringify(reason), until],
  );

/** What waits for an address for this reason, in the order in which it was written. */
export const heldFor = (tx: Tx, channel: ChannelName, addressHash: string, code: string) =>
  tx.rows<MessageRow>(
    `select ${ROW} from messages m where m.workspace_id = $1 and m.channel = $2 and m.address_hash = $3
        and m.status = 'scheduled' and m.reason->>'code' = $4
      order by m.id`,
    [tx.workspaceId, channel, addressHash, code],
  );

/** Ends what waits on a connection that is gone, and (for a reason of its own) what may have left by it. */
export const failWaiting = (tx: Tx, connectionId: ConnectionId, reason: Reason, unknown: Reason) =>
  tx.rows<{ id: MessageId; conversationId: ConversationId }>(
    `update messages set status = 'failed', reason = case status when 'sending' then $4::jsonb else $3::jsonb end, due_at = null, send_at = null
      where workspace_id = $1 and connection_id = $2 and direction = 'outbound' and status in ('queued', 'scheduled', 'sending')
      returning id, conversation_id as "conversationId"`,
    [tx.workspaceId, connectionId, JSON.stringify(reason), JSON.stringify(unknown)],
  );

export const hasQueued = async (tx: Tx, connectionId: ConnectionId): Promise<boolean> =>
  (await tx.maybe(
    "select 1 from messages where workspace_id = $1 and connection_id = $2 and status = 'queued' limit 1",
    [tx.workspaceId, connectionId],
  )) !== null;

/** What waits in the queue of a connection that can't send any more ends, with why. What waits for its time is asked again then. */
export const failQueued = (tx: Tx, connectionId: ConnectionId, reason: Reason) =>
  tx.rows<{ id: MessageId; conversationId: ConversationId }>(
    `update messages set status = 'failed', reason = $3, due_at = null
      where workspace_id = $1 and connection_id = $2 and direction = 'outbound' and status = 'queued'
      returning id, conversation_id as "conversationId"`,
    [tx.workspaceId, connectionId, JSON.stringify(reason)],
  );

/** Takes what waits in a connection's queue out of it, to be judged again at once; answers to keywords stay in it. */
export const judgeQueuedAgain = (tx: Tx, connectionId: ConnectionId) =>
  tx.rows<{ id: MessageId; conversationId: ConversationId }>(
    // Locked in the order in which a claim locks them, so that the two never wait for each other.
    `with waiting as (
       select id from messages where workspace_id = $1 and connection_id = $2 and direction = 'outbound' and status = 'queued'
          and kind <> 'notice'
        order by priority, id for update)
     update messages m set status = 'scheduled', due_at = null, send_at = $3
       from waiting w where m.workspace_id = $1 and m.id = w.id
      returning m.id, m.conversation_id as "conversationId"`,
    [tx.workspaceId, connectionId, tx.now],
  );

export const dropLane = (tx: Tx, connectionId: ConnectionId) =>
  tx.rows("delete from sender_lanes where connection_id = $1", [connectionId]);

export interface OpenAttempt {
  id: Id<"att">;
  messageId: MessageId;
  at: Date;
  outcome: Attempt["outcome"];
  missedAt: Date | null;
}
/** A listing that was missing it and lies ahead was noted while the clock was wrong: when that was nobody knows, so it doesn't count. */
export const lockOpenAttempt = (tx: Tx, id: string) =>
  tx.maybe<OpenAttempt>(
    `select id, message_id as "messageId", at, outcome, case when missed_at <= $3 then missed_at end as "missedAt" from attempts
      where workspace_id = $1 and id = $2 and outcome in ('pending', 'unknown') for update`,
    [tx.workspaceId, id, tx.now],
  );

export const noteMissed = (tx: Tx, id: string) =>
  tx.rows("update attempts set outcome = 'unknown', missed_at = $3 where workspace_id = $1 and id = $2", [
    tx.workspaceId,
    id,
    tx.now,
  ]);

/** Ends an attempt as provably absent; its message goes where the rule says. */
export async function closeAbsent(
  tx: Tx,
  attempt: OpenAttempt,
  next: { status: MessageStatus; reason: Reason | null; sendAt: Date | null; leaveBefore?: Date | null },
): Promise<void> {
  await tx.rows("update attempts set outcome = 'absent' where workspace_id = $1 and id = $2", [
    tx.workspaceId,
    attempt.id,
  ]);
  await tx.rows(
    `update messages set status = $3, reason = $4, send_at = $5, due_at = case when $3 = 'queued' then $6::timestamptz end,
        leave_before = $7
      where workspace_id = $1 and id = $2 and status = 'sending'`,
    [
      ...[
        tx.workspaceId,
        attempt.messageId,
        next.status,
        next.reason && JSON.stringify(next.reason),
        next.sendAt,
        tx.now,
      ],
      next.leaveBefore ?? null,
    ],
  );
}

/** Ends the wait for an attempt that nobody could ask for. A report that comes after all still explains it. */
export async function closeUnexplained(
  tx: Tx,
  attempt: OpenAttempt,
  next: { status: MessageStatus; reason: Reason },
): Promise<void> {
  await tx.rows("update attempts set outcome = 'unknown' where workspace_id = $1 and id = $2", [
    tx.workspaceId,
    attempt.id,
  ]);
  await tx.rows(
    "update messages set status = $3, reason = $4 where workspace_id = $1 and id = $2 and status = 'sending'",
    [tx.workspaceId, attempt.messageId, next.status, JSON.stringify(next.reason)],
  );
}

export const setCreatedAt = (tx: Tx, id: MessageId, at: Date) =>
  tx.rows("update messages set created_at = $3 where workspace_id = $1 and id = $2", [tx.workspaceId, id, at]);
