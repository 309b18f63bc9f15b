/** What the demo reads across rooms; it writes nothing by itself. */
import type { ConnectionId, ContactId, ConversationId, MessageId } from "../../contract/ids.ts";
import type { View } from "../platform/db/handles.ts";

/** The conversation with somebody that moved last. */
export const lastConversationWith = (view: View, contactId: ContactId) =>
  view.maybe<{ id: ConversationId; status: string; agentId: string | null }>(
    `select id, status, agent_id as "agentId" from conversations where workspace_id = $1 and contact_id = $2
      order by last_activity_at desc, id desc limit 1`,
    [view.workspaceId, contactId],
  );

export interface TextRow {
  messageId: MessageId;
  providerSid: string;
  direction: "inbound" | "outbound";
  with: string;
  body: string;
  hasMedia: boolean;
  at: Date;
  createdAt: Date;
}

/** What a phone and these connections have texted each other, as far as it arrived; newest first. */
export const textsWith = (view: View, phone: string, connectionIds: readonly ConnectionId[], limit: number) =>
  view.rows<TextRow>(
    `select m.id as "messageId", m.provider_sid as "providerSid", m.direction, m.sender as with, m.content as body,
       jsonb_array_length(m.media) > 0 as "hasMedia",
       case m.direction when 'inbound' then m.created_at else coalesce(m.delivered_at, m.sent_at) end as at,
       m.created_at as "createdAt"
       from contact_addresses a
       join conversations c on c.workspace_id = a.workspace_id and c.contact_id = a.contact_id
       join messages m on m.workspace_id = c.workspace_id and m.conversation_id = c.id
      where a.workspace_id = $1 and a.channel = 'sms' and a.address = $2 and m.address_hash = a.address_hash
        and m.connection_id = any($3) and m.provider_sid is not null and m.status in ('received', 'sent', 'delivered')
      order by m.id desc limit $4`,
    [view.workspaceId, phone, connectionIds, limit],
  );

/** Who told which of these senders to stop, by a text of theirs. */
export const stoppedBy = (view: View, senders: readonly string[]) =>
  view.rows<{ phone: string; sender: string }>(
    `select a.address as phone, s.sender from suppressions s
       join contact_addresses a on a.workspace_id = s.workspace_id and a.channel = s.channel and a.address_hash = s.address_hash
      where s.workspace_id = $1 and s.channel = 'sms' and s.source in ('keyword', 'provider') and s.sender = any($2)
      order by a.address, s.sender`,
    [view.workspaceId, senders],
  );
