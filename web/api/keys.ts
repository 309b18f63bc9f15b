/** The names of everything that is cached. A change goes through these names, never through a literal elsewhere. */
import type { ConversationId } from "../../contract/ids.ts";

/** Which conversations a list shows; as the API's query, without paging. */
export interface ListFilter {
  status?: string | undefined;
  channel?: string | undefined;
  assigneeId?: string | undefined;
  /** Only those with one person, wherever they were put. */
  contactId?: string | undefined;
  unread?: true | undefined;
  starred?: true | undefined;
  tag?: string | undefined;
  /** Only what was put away; else only what was not. */
  archived?: true | undefined;
  /** Only what sleeps, or only what is awake; both where it is left out. */
  snoozed?: boolean | undefined;
  /** Only what waits for a decision whether it is an opt-out, wherever it was put. */
  inReview?: true | undefined;
  q?: string | undefined;
}

/** Whose calls: to one number, or from the person of one conversation. */
export type CallsOf = { channelId: string } | { conversationId: string };

/** Which entries of the audit log; as the API's query, without paging. */
export interface AuditAsked {
  actor?: string | undefined;
  verb?: string | undefined;
  thing?: string | undefined;
  from?: string | undefined;
}

export const keys = {
  me: ["me"] as const,
  workspace: ["workspace"] as const,
  members: ["members"] as const,
  invitations: ["invitations"] as const,
  security: ["security"] as const,
  sessions: ["sessions"] as const,
  apiKeys: ["api-keys"] as const,
  sendingRules: ["sending-rules"] as const,
  audit: (of: AuditAsked) => ["audit", of] as const,
  channels: ["channels"] as const,
  healthChanges: (id: string) => ["health-changes", id] as const,
  providerAccounts: ["provider-accounts"] as const,
  activations: ["activations"] as const,
  activation: (id: string) => ["activations", id] as const,
  activationPrice: (country: string) => ["activation-price", country] as const,
  smsRequests: ["sms-requests"] as const,
  smsRequest: (id: string) => ["sms-requests", id] as const,
  /** What the provider says; no event tells of it. */
  paperKinds: (country: string, accountId: string | null) => ["paper-kinds", country, accountId] as const,
  /** Not one of the channels: a number that is gone is not asked how it answers. */
  voice: (channelId: string) => ["voice", channelId] as const,
  calls: ["calls"] as const,
  callsOf: (of: CallsOf) => ["calls", of] as const,
  agents: ["agents"] as const,
  agentVersions: (id: string) => ["agents", id, "versions"] as const,
  models: ["models"] as const,
  quickReplies: ["quick-replies"] as const,
  knowledgeBases: ["knowledge-bases"] as const,
  sources: (baseId: string) => ["sources", baseId] as const,
  allSources: ["sources"] as const,
  lists: ["conversations"] as const,
  list: (filter: ListFilter) => ["conversations", filter] as const,
  counts: ["counts"] as const,
  conversationTags: ["conversation-tags"] as const,
  recipients: (q: string) => ["recipients", q] as const,
  search: (q: string) => ["search", q] as const,
  searches: ["search"] as const,
  conversation: (id: ConversationId) => ["conversation", id] as const,
  everyConversation: ["conversation"] as const,
  messages: (id: ConversationId) => ["messages", id] as const,
  scheduled: (id: ConversationId) => ["scheduled", id] as const,
  message: (id: string) => ["message", id] as const,
  notes: (id: ConversationId) => ["notes", id] as const,
  changes: (id: ConversationId) => ["changes", id] as const,
  runs: (id: ConversationId) => ["runs", id] as const,
  contact: (id: string) => ["contact", id] as const,
  /** Open ones. */
  reviews: (id: ConversationId) => ["reviews", id] as const,
  consent: (id: string) => ["consent", id] as const,
  allMaySend: ["may-send"] as const,
  maySend: (to: string, from: string | null) => ["may-send", to, from] as const,
  demoPhones: ["demo-phones"] as const,
  everyDemoTexts: ["demo-texts"] as const,
  demoTexts: (number: string) => ["demo-texts", number] as const,
};
