/** The names of everything that is cached. A change goes through these names, never through a literal elsewhere. */
import type { ConversationId } from "../../contract/ids.ts";

/** Which conversations a list shows; as the API's query, without paging. */
export interface ListFilter {
  status?: string | undefined;
  channel?: string | undefined;
  assigneeId?: string | undefined;
  unread?: true | undefined;
  starred?: true | undefined;
  q?: string | undefined;
}

export const keys = {
  me: ["me"] as const,
  workspace: ["workspace"] as const,
  members: ["members"] as const,
  apiKeys: ["api-keys"] as const,
  channels: ["channels"] as const,
  providerAccounts: ["provider-accounts"] as const,
  agents: ["agents"] as const,
  models: ["models"] as const,
  knowledgeBases: ["knowledge-bases"] as const,
  sources: (baseId: string) => ["sources", baseId] as const,
  allSources: ["sources"] as const,
  lists: ["conversations"] as const,
  list: (filter: ListFilter) => ["conversations", filter] as const,
  conversation: (id: ConversationId) => ["conversation", id] as const,
  everyConversation: ["conversation"] as const,
  messages: (id: ConversationId) => ["messages", id] as const,
  notes: (id: ConversationId) => ["notes", id] as const,
  runs: (id: ConversationId) => ["runs", id] as const,
  contact: (id: string) => ["contact", id] as const,
  consent: (id: string) => ["consent", id] as const,
  allMaySend: ["may-send"] as const,
  maySend: (to: string, from: string | null) => ["may-send", to, from] as const,
};
