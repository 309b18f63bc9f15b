/** A message as the tables have it. */
import type { Actor } from "../../contract/accounts.ts";
import type { ChannelName, Environment } from "../../contract/channels.ts";
import type { MessageKind } from "../../contract/consent.ts";
import type { ConnectionId, ContactId, ConversationId, MessageId } from "../../contract/ids.ts";
import type { MessageStatus, Reason } from "../../contract/messages.ts";
import type { RemoteFile } from "../channels/channels.ts";

export interface MessageRow {
  id: MessageId;
  conversationId: ConversationId;
  contactId: ContactId;
  direction: "inbound" | "outbound";
  kind: MessageKind | null;
  channel: ChannelName;
  connectionId: ConnectionId;
  /** On whose behalf it was written; null: by them. */
  environment: Environment | null;
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

/** Its columns in SQL, of the table or its alias `m`. */
export const ROW = `m.id, m.conversation_id as "conversationId", m.contact_id as "contactId", m.direction, m.kind, m.channel,
  m.connection_id as "connectionId", m.environment, m.from_address as "from", m.to_address as "to", m.address_hash as "addressHash", m.sender, m.content, m.media,
  m.author, m.status, m.reason, m.segments, m.encoding, m.provider_sid as "providerSid", m.resend_of as "resendOf", m.from_opted_out as "fromOptedOut", m.send_at as "sendAt", m.created_at as "createdAt",
  m.sent_at as "sentAt", m.delivered_at as "deliveredAt"`;
