/** What missed calls came to. */
import type { CallId, ConversationId, MessageId } from "../../../contract/ids.ts";
import type { Reason } from "../../../contract/messages.ts";
import type { Tx, View } from "../../platform/db/handles.ts";

/** The text that answers a call, or why there is none. */
export interface CallText {
  callId: CallId;
  messageId: MessageId | null;
  reason: Reason | null;
}

export const insertCallText = (tx: Tx, row: CallText & { addressHash: string | null }) =>
  tx.rows(
    "insert into call_texts (workspace_id, call_id, address_hash, message_id, reason, at) values ($1, $2, $3, $4, $5, $6)",
    [tx.workspaceId, row.callId, row.addressHash, row.messageId, row.reason && JSON.stringify(row.reason), tx.now],
  );

export const textsOfCalls = (view: View, calls: readonly CallId[]) =>
  view.rows<CallText & { conversationId: ConversationId | null }>(
    `select t.call_id as "callId", t.message_id as "messageId", t.reason, m.conversation_id as "conversationId"
       from call_texts t left join messages m on m.workspace_id = t.workspace_id and m.id = t.message_id
      where t.workspace_id = $1 and t.call_id = any($2)`,
    [view.workspaceId, calls],
  );

/** The call that a message answers. */
export const callAnsweredBy = async (view: View, messageId: MessageId): Promise<CallId | undefined> =>
  (
    await view.maybe<{ callId: CallId }>(
      `select call_id as "callId" from call_texts where workspace_id = $1 and message_id = $2`,
      [view.workspaceId, messageId],
    )
  )?.callId;

/** Whether a call of theirs was answered by a text since then, or will be: one that never reached the provider does not count. */
export const wasTexted = async (view: View, addressHash: string, since: Date): Promise<boolean> =>
  (await view.maybe(
    `select 1 from call_texts t join messages m on m.workspace_id = t.workspace_id and m.id = t.message_id
      where t.workspace_id = $1 and t.address_hash = $2 and t.at > $3 and m.status not in ('canceled', 'suppressed') limit 1`,
    [view.workspaceId, addressHash, since],
  )) !== null;

/** Whether the last message to them that reached an end met a line that takes no texts. */
export const takesNoTexts = async (view: View, addressHash: string, codes: readonly string[]): Promise<boolean> =>
  (
    await view.maybe<{ landline: boolean }>(
      `select coalesce(reason->>'providerCode' = any($3), false) as landline from messages
        where workspace_id = $1 and address_hash = $2 and direction = 'outbound' and status in ('delivered', 'undelivered', 'failed')
        order by id desc limit 1`,
      [view.workspaceId, addressHash, codes],
    )
  )?.landline ?? false;
