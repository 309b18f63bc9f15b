/** The messages room's tables. */
import type { Actor } from "../../contract/accounts.ts";
import type { ChannelName } from "../../contract/channels.ts";
import type { CappedKind, MessageKind } from "../../contract/consent.ts";
import type { ConnectionId, ContactId, ConversationId, Id, MessageId } from "../../contract/ids.ts";
import type { Attempt, DeliveryEvent, MessageStatus, Reason } from "../../contract/messages.ts";
import type { RemoteFile } from "../channels/channels.ts";
import type { Tx, View } from "../platform/db/handles.ts";

export interface MessageRow {
  id: MessageId;
  conversationId: ConversationId;
  contactId: ContactId;
  direction: "inbound" | "outbound";
  kind: MessageKind | null;
  channel: ChannelName;
  connectionId: ConnectionId;
  from: string;
  to: string;
  addressHash: string;
  sender: string;
  content: string;
  media: RemoteFile[];
  author: Actor;
  status: MessageStatus;
  reason: Reason | null;
  segments: number;
  encoding: "GSM-7" | "UCS-2";
  providerSid: string | null;
  resendOf: MessageId | null;
  fromOptedOut: boolean;
  sendAt: Date | null;
  createdAt: Date;
  sentAt: Date | null;
  deliveredAt: Date | null;
}

const ROW = `m.id, m.conversation_id as "conversationId", m.contact_id as "contactId", m.direction, m.kind, m.channel,
  m.connection_id as "connectionId", m.from_address as "from", m.to_address as "to", m.address_hash as "addressHash", m.sender, m.content, m.media,
  m.author, m.status, m.reason, m.segments, m.encoding, m.provider_sid as "providerSid", m.resend_of as "resendOf", m.from_opted_out as "fromOptedOut", m.send_at as "sendAt", m.created_at as "createdAt",
  m.sent_at as "sentAt", m.delivered_at as "deliveredAt"`;

/** What leaves first: answers to keywords, then replies, then the rest (product 3.4). */
const PRIORITY: Record<MessageKind, number> = { notice: 0, reply: 1, service: 2, automated: 3, marketing: 4 };

export const insertOutbound = (
  tx: Tx,
  row: Omit<MessageRow, "providerSid" | "fromOptedOut" | "createdAt" | "sentAt" | "deliveredAt" | "direction"> & {
    kind: MessageKind;
  },
) =>
  tx.one<MessageRow>(
    `insert into messages as m (workspace_id, id, conversation_id, contact_id, direction, kind, channel, connection_id, from_address, to_address,
       address_hash, sender, content, media, author, status, reason, segments, encoding, send_at, due_at, priority, created_at, resend_of)
     values ($1, $2, $3, $4, 'outbound', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
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
    ],
  );

export const wakeSender = (tx: Tx, connectionId: ConnectionId, at: Date) =>
  tx.rows("select wake_sender($1, $2, $3)", [tx.workspaceId, connectionId, at]);

export const messagesByIds = (view: View, ids: readonly MessageId[]) =>
  view.rows<MessageRow>(`select ${ROW} from messages m where m.workspace_id = $1 and m.id = any($2)`, [
    view.workspaceId,
    ids,
  ]);

export const threadOf = (view: View, conversationId: ConversationId, before: string | null, limit: number) =>
  view.rows<MessageRow>(
    `select ${ROW} from messages m where m.workspace_id = $1 and m.conversation_id = $2 and ($3::text is null or m.id < $3)
      order by m.id desc limit $4`,
    [view.workspaceId, conversationId, before, limit],
  );

/** The newest message of ours in a conversation that this author did not write; answers to keywords aside. */
export const newestByOthers = (view: View, conversationId: ConversationId, author: Actor) =>
  view.maybe<{ id: MessageId }>(
    `select id from messages where workspace_id = $1 and conversation_id = $2
        and direction = 'outbound' and kind <> 'notice'
        and not (author->>'type' = $3 and author->>'id' is not distinct from $4)
      order by id desc limit 1`,
    [view.workspaceId, conversationId, author.type, author.id],
  );

/** Where the next page of what was written for later begins: after this one. */
export interface LaterCursor {
  at: Date;
  id: string;
}

/** What was written for a time after another message's, waiting or not, soonest first. */
export const laterOf = (view: View, conversationId: ConversationId, after: LaterCursor, limit: number) =>
  view.rows<MessageRow>(
    `select ${ROW} from messages m where m.workspace_id = $1 and m.conversation_id = $2 and (m.send_at, m.id) > ($3, $4)
      order by m.send_at, m.id limit $5`,
    [view.workspaceId, conversationId, after.at, after.id, limit],
  );

/** Holds what is written to somebody unasked to the end of the transaction, so that two at once don't both find room under a cap. */
export const holdUnasked = (tx: Tx, addressHash: string) =>
  tx.rows("select pg_advisory_xact_lock(hashtextextended($1 || '/' || $2, 3))", [tx.workspaceId, addressHash]);

/** What left, or is to leave, unasked to somebody since a moment. What never reached the provider does not count. */
export const leavingsTo = (
  view: View,
  to: { channel: ChannelName; addressHash: string; since: Date; except?: MessageId | undefined },
) =>
  view.rows<{ kind: CappedKind; at: Date }>(
    `select kind, coalesce(send_at, created_at) as at from messages
      where workspace_id = $1 and channel = $2 and address_hash = $3 and kind in ('automated', 'marketing')
        and coalesce(send_at, created_at) > $4 and status not in ('canceled', 'suppressed', 'failed') and id is distinct from $5`,
    [view.workspaceId, to.channel, to.addressHash, to.since, to.except ?? null],
  );

/** Ends a message's wait, if it still waits: into the queue, to another time, or to an end with its reason. Null: it has left. */
export const endWait = (
  tx: Tx,
  id: MessageId,
  next: { status: MessageStatus; reason: Reason | null; sendAt: Date | null },
  from: ReadonlyArray<"scheduled" | "queued"> = ["scheduled"],
) =>
  tx.maybe<MessageRow>(
    `update messages m set status = $3, reason = $4, send_at = $5, due_at = case when $3 = 'queued' then $6::timestamptz end
      where m.workspace_id = $1 and m.id = $2 and m.status = any($7) and m.direction = 'outbound' returning ${ROW}`,
    [tx.workspaceId, id, next.status, next.reason && JSON.stringify(next.reason), next.sendAt, tx.now, from],
  );

/** A message, held to the end of the transaction. */
export const lockMessage = (tx: Tx, id: MessageId) =>
  tx.maybe<MessageRow>(`select ${ROW} from messages m where m.workspace_id = $1 and m.id = $2 for update`, [
    tx.workspaceId,
    id,
  ]);

/** What repeats a message that did not get there; null: nobody has asked for it. */
export const resendOf = (view: View, id: MessageId) =>
  view.maybe<MessageRow>(`select ${ROW} from messages m where m.workspace_id = $1 and m.resend_of = $2`, [
    view.workspaceId,
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

type AttemptRow = Omit<Attempt, "at"> & { messageId: MessageId; at: Date };
export const attemptsOf = (view: View, ids: readonly MessageId[]) =>
  view.rows<AttemptRow>(
    `select message_id as "messageId", at, outcome, provider_sid as "providerSid", provider_code as "providerCode" from attempts
      where workspace_id = $1 and message_id = any($2) order by id`,
    [view.workspaceId, ids],
  );

type DeliveryRow = Omit<DeliveryEvent, "at"> & { at: Date };
export const deliveriesOf = (view: View, id: MessageId) =>
  view.rows<DeliveryRow>(
    `select at, status, provider_code as "providerCode", source from delivery_events where workspace_id = $1 and message_id = $2 order by id`,
    [view.workspaceId, id],
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

export const dropLane = (tx: Tx, connectionId: ConnectionId) =>
  tx.rows("delete from sender_lanes where connection_id = $1", [connectionId]);

export interface OpenAttempt {
  id: Id<"att">;
  messageId: MessageId;
  at: Date;
  outcome: Attempt["outcome"];
  missedAt: Date | null;
}
export const lockOpenAttempt = (tx: Tx, id: string) =>
  tx.maybe<OpenAttempt>(
    `select id, message_id as "messageId", at, outcome, missed_at as "missedAt" from attempts
      where workspace_id = $1 and id = $2 and outcome in ('pending', 'unknown') for update`,
    [tx.workspaceId, id],
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
  next: { status: MessageStatus; reason: Reason | null; sendAt: Date | null },
): Promise<void> {
  await tx.rows("update attempts set outcome = 'absent' where workspace_id = $1 and id = $2", [
    tx.workspaceId,
    attempt.id,
  ]);
  await tx.rows(
    `update messages set status = $3, reason = $4, send_at = $5, due_at = case when $3 = 'queued' then $6::timestamptz end
      where workspace_id = $1 and id = $2 and status = 'sending'`,
    [tx.workspaceId, attempt.messageId, next.status, next.reason && JSON.stringify(next.reason), next.sendAt, tx.now],
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

/** Which of these provider ids are messages here already, and which. */
export const messagesBySids = (view: View, connectionId: ConnectionId, sids: readonly string[]) =>
  view.rows<{ sid: string; id: MessageId }>(
    "select provider_sid as sid, id from messages where workspace_id = $1 and connection_id = $2 and provider_sid = any($3)",
    [view.workspaceId, connectionId, sids],
  );

export const setCreatedAt = (tx: Tx, id: MessageId, at: Date) =>
  tx.rows("update messages set created_at = $3 where workspace_id = $1 and id = $2", [tx.workspaceId, id, at]);

/** The last message of a conversation, and when its contact last wrote. */
export const lastOf = (view: View, conversationId: ConversationId) =>
  view.one<{ lastMessageId: MessageId; lastInboundAt: Date }>(
    `select (select id from messages where workspace_id = $1 and conversation_id = $2 order by id desc limit 1) as "lastMessageId",
       (select created_at from messages where workspace_id = $1 and conversation_id = $2 and direction = 'inbound'
         order by id desc limit 1) as "lastInboundAt"`,
    [view.workspaceId, conversationId],
  );

/** What we handed over since then through a connection, and of which nobody knows yet how it ended. */
export const underWaySince = (view: View, connectionId: ConnectionId, since: Date, limit: number) =>
  view.rows<{ id: MessageId; providerSid: string; status: MessageStatus; sentAt: Date }>(
    // Ids sort by time: a range of the primary key, without an index of its own that every message would pay for.
    `select id, provider_sid as "providerSid", status, coalesce(sent_at, created_at) as "sentAt" from messages
      where workspace_id = $1 and id > $3 and connection_id = $2 and status in ('accepted', 'sent') and provider_sid is not null
      order by id desc limit $4`,
    [view.workspaceId, connectionId, `msg_${since.getTime().toString(16).padStart(12, "0")}`, limit],
  );

/** Whether another message of the same words to the same person has been on its way to the provider since then. */
export const hasTwinUnderWay = async (view: View, message: MessageRow, since: Date): Promise<boolean> =>
  (await view.maybe(
    `select 1 from messages m join attempts a on a.workspace_id = m.workspace_id and a.message_id = m.id
      where m.workspace_id = $1 and m.channel = $2 and m.address_hash = $3 and m.status = 'sending' and m.connection_id = $4
        and m.id <> $5 and m.content = $6 and a.outcome = 'pending' and a.at > $7 limit 1`,
    [view.workspaceId, message.channel, message.addressHash, message.connectionId, message.id, message.content, since],
  )) !== null;
