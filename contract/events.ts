/** What happened, in the past tense: one union, numbered within each workspace, written with the change itself. */

import type { Actor } from "./accounts.ts";
import type { ConnectionStatus, FindingCode } from "./channel-health.ts";
import type { ChannelName, Environment } from "./channels.ts";
import type { ConversationStatus } from "./conversations.ts";
import type {
  ActivationId,
  AgentId,
  CallId,
  ConnectionId,
  ContactId,
  ConversationId,
  KnowledgeBaseId,
  MediaId,
  MemberId,
  MessageId,
  QuickReplyId,
  ReviewId,
  SmsRequestId,
} from "./ids.ts";
import type { Message, MessageStatus } from "./messages.ts";
import type { CallOutcome } from "./voice.ts";

export interface EventData {
  "contact.created": { contactId: ContactId };
  "contact.updated": { contactId: ContactId };
  "contact.erased": { contactId: ContactId };
  "consent.given": { channel: ChannelName; addressHash: string; contactId: ContactId | null; sender: string | null };
  "consent.withdrawn": {
    channel: ChannelName;
    addressHash: string;
    contactId: ContactId | null;
    sender: string | null;
  };
  "review.opened": {
    reviewId: ReviewId;
    conversationId: ConversationId;
    contactId: ContactId;
    channel: ChannelName;
    addressHash: string;
  };
  /** A second unclear text joined it, or our question was asked. */
  "review.changed": { reviewId: ReviewId; conversationId: ConversationId; contactId: ContactId };
  "review.closed": {
    reviewId: ReviewId;
    conversationId: ConversationId;
    contactId: ContactId;
    channel: ChannelName;
    addressHash: string;
    verdict: "opt_out" | "keep";
  };
  "conversation.opened": { conversationId: ConversationId; contactId: ContactId };
  "conversation.changed": { conversationId: ConversationId; status: ConversationStatus };
  "conversation.handed_over": { conversationId: ConversationId; agentId: AgentId; reason: string };
  "conversation.handed_back": { conversationId: ConversationId; agentId: AgentId };
  "conversation.woken": { conversationId: ConversationId };
  "conversation.resolved": { conversationId: ConversationId };
  "note.added": { conversationId: ConversationId; noteId: string };
  "quick_reply.changed": { quickReplyId: QuickReplyId };
  "quick_reply.deleted": { quickReplyId: QuickReplyId };
  "message.received": { messageId: MessageId; conversationId: ConversationId; contactId: ContactId };
  "message.created": { messageId: MessageId; conversationId: ConversationId; status: MessageStatus };
  "message.changed": { messageId: MessageId; conversationId: ConversationId; status: MessageStatus };
  "media.changed": {
    mediaId: MediaId;
    messageId: MessageId;
    conversationId: ConversationId;
    state: "stored" | "failed";
  };
  "channel.connected": { connectionId: ConnectionId; family: ChannelName };
  /** `environment`: where it belongs from now on, where that changed. */
  "channel.changed": { connectionId: ConnectionId; environment?: Environment };
  /** Something is wrong with it that was not, or not any more. */
  "channel.health_changed": { connectionId: ConnectionId; status: ConnectionStatus; findings: FindingCode[] };
  "channel.disconnected": { connectionId: ConnectionId };
  /** It is a step further, waits for something, or is over. */
  "activation.changed": { activationId: ActivationId };
  /** Something was filled in, it is a step further, the provider has decided, or it is gone. Nothing of what it says. */
  "sms_request.changed": { requestId: SmsRequestId };
  /** It came in, ended, or more is known of it; `outcome` is null until it is known, which may be a minute after the end. */
  "call.changed": { callId: CallId; connectionId: ConnectionId; outcome: CallOutcome | null };
  "agent.created": { agentId: AgentId };
  "agent.changed": { agentId: AgentId };
  "agent.deleted": { agentId: AgentId };
  /** `version` answers there from now on; null: what is saved does. */
  "agent.published": { agentId: AgentId; environments: Environment[]; version: number | null };
  "knowledge.changed": { knowledgeBaseId: KnowledgeBaseId };
  "workspace.changed": { fields: string[] };
  /** Somebody joined, left, changed their role, or was invited (then there is no member yet). */
  "members.changed": { memberId: MemberId | null };
}

export type EventType = keyof EventData;

/** An event as a room emits it: number and time are given when it is stored. */
export type NewEvent = { [T in EventType]: { type: T; data: EventData[T]; actor: Actor } }[EventType];

/** An event as readers see it; `seq` grows by one within a workspace and never skips. */
export type StoredEvent = NewEvent & { seq: number; at: string };

/** As the stream tells it: what happened to a message may come with the message as it is now, so that nobody needs to ask. */
export type LiveEvent = StoredEvent & { message?: Message };
