/** What the room reads of its tables. What it writes is in store.ts. */
import type { Actor } from "../../contract/accounts.ts";
import type { ChannelName } from "../../contract/channels.ts";
import type { CappedKind } from "../../contract/consent.ts";
import type { ConnectionId, ConversationId, MessageId } from "../../contract/ids.ts";
import type { Attempt, DeliveryEvent, MessageStatus } from "../../contract/messages.ts";
import type { View } from "../platform/db/handles.ts";
import { type MessageRow, ROW } from "./message-row.ts";

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

/** What repeats a message that did not get there; null: nobody has asked for it. */
export const resendOf = (view: View, id: MessageId) =>
  view.maybe<MessageRow>(`select ${ROW} from messages m where m.workspace_id = $1 and m.resend_of = $2`, [
    view.workspaceId,
    id,
  ]);

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

/** That they opted out says nothing of the sender. */
const NOT_THEIR_STOP = "coalesce(reason->>'code', '') <> 'recipient_opted_out'";

/** How often each of the provider's codes was why a text of a connection failed since then, the most frequent first. */
export const countFailures = (view: View, id: ConnectionId, since: Date) =>
  view.rows<{ providerCode: string; count: number }>(
    `select reason->>'providerCode' as "providerCode", count(*)::int as count from messages
      where workspace_id = $1 and connection_id = $2 and status in ('failed', 'undelivered')
        and coalesce(send_at, created_at) > $3 and reason->>'providerCode' is not null and ${NOT_THEIR_STOP}
      group by 1 order by 2 desc, 1`,
    [view.workspaceId, id, since],
  );

/** Of the workspace's newest hand-overs since then: how many of this connection came to an end, and how many failed by it. */
export const countEnds = (view: View, id: ConnectionId, since: Date, atMost: number) =>
  view.one<{ sent: number; failed: number }>(
    `select count(*)::int as sent, count(*) filter (where m.status in ('failed', 'undelivered'))::int as failed
       from (select message_id, connection_id from attempts
              where workspace_id = $1 and id > $3 and outcome in ('accepted', 'refused') order by id desc limit $4) a
       join messages m on m.workspace_id = $1 and m.id = a.message_id
      where a.connection_id = $2 and m.status in ('sent', 'delivered', 'read', 'undelivered', 'failed') and ${NOT_THEIR_STOP}`,
    [view.workspaceId, id, `att_${since.getTime().toString(16).padStart(12, "0")}`, atMost],
  );

/** Which of these provider ids are messages here already, and which. */
export const messagesBySids = (view: View, sids: readonly string[]) =>
  view.rows<{ sid: string; id: MessageId }>(
    // All connections that this workspace ever had, so that the index is of use: a number may have had another one before.
    `select provider_sid as sid, id from messages
      where workspace_id = $1 and provider_sid = any($2)
        and connection_id = any(array(select id from connections where workspace_id = $1))`,
    [view.workspaceId, sids],
  );

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
