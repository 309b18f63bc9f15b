/** Every question that a page asks, by the noun: what to fetch, under which name it is kept. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { ApiKey, Me, Member, Workspace } from "../../contract/accounts.ts";
import type { Agent, AgentRun, KnowledgeBase, KnowledgeSource, LanguageModel } from "../../contract/agents.ts";
import type { Connection, ProviderAccount } from "../../contract/channels.ts";
import type { ConsentEvent, MaySend } from "../../contract/consent.ts";
import type { Contact } from "../../contract/contacts.ts";
import type { Conversation, Note } from "../../contract/conversations.ts";
import type { ConversationId, KnowledgeBaseId } from "../../contract/ids.ts";
import type { Message } from "../../contract/messages.ts";
import type { Page } from "../../contract/paging.ts";
import type { Client } from "./client.ts";
import { keys, type ListFilter } from "./keys.ts";

export type WhoIAm = z.infer<typeof Me>;

const PAGE = 50;

export function createQueries(client: Client) {
  const all = <T>(queryKey: readonly unknown[], path: string) =>
    queryOptions({
      queryKey,
      queryFn: async ({ signal }) => (await client.ask<{ items: T[] }>(path, { signal })).items,
    });
  const one = <T>(queryKey: readonly unknown[], path: string) =>
    queryOptions({ queryKey, queryFn: ({ signal }) => client.ask<T>(path, { signal }) });
  const paged = <T>(queryKey: readonly unknown[], path: string, query: ListFilter = {}) =>
    infiniteQueryOptions({
      queryKey,
      initialPageParam: null as string | null,
      queryFn: ({ pageParam, signal }) =>
        client.ask<Page<T>>(path, { query: { ...query, limit: PAGE, cursor: pageParam }, signal }),
      getNextPageParam: (page) => page.nextCursor,
    });

  return {
    me: () => one<WhoIAm>(keys.me, "/api/me"),
    workspace: () => one<Workspace>(keys.workspace, "/api/workspace"),
    members: () => all<Member>(keys.members, "/api/members"),
    apiKeys: () => all<ApiKey>(keys.apiKeys, "/api/api-keys"),
    channels: () => all<Connection>(keys.channels, "/api/channels"),
    providerAccounts: () => all<ProviderAccount>(keys.providerAccounts, "/api/provider-accounts"),
    agents: () => all<Agent>(keys.agents, "/api/agents"),
    models: () => all<LanguageModel>(keys.models, "/api/models"),
    knowledgeBases: () => all<KnowledgeBase>(keys.knowledgeBases, "/api/knowledge-bases"),
    sources: (id: KnowledgeBaseId) => paged<KnowledgeSource>(keys.sources(id), `/api/knowledge-bases/${id}/sources`),
    conversations: (filter: ListFilter) => paged<Conversation>(keys.list(filter), "/api/conversations", filter),
    /** The newest conversations with something unread, for counting. */
    unread: () => paged<Conversation>(keys.list({ unread: true }), "/api/conversations", { unread: true }),
    conversation: (id: ConversationId) => one<Conversation>(keys.conversation(id), `/api/conversations/${id}`),
    messages: (id: ConversationId) => paged<Message>(keys.messages(id), `/api/conversations/${id}/messages`),
    notes: (id: ConversationId) => all<Note>(keys.notes(id), `/api/conversations/${id}/notes`),
    runs: (id: ConversationId) => paged<AgentRun>(keys.runs(id), `/api/conversations/${id}/runs`),
    contact: (id: string) => one<Contact>(keys.contact(id), `/api/contacts/${id}`),
    consent: (id: string) => all<ConsentEvent>(keys.consent(id), `/api/contacts/${id}/consent`),
    /** Whether a person may write to this address one to one, and why not. */
    maySend: (to: string, from: string | null) =>
      queryOptions({
        queryKey: keys.maySend(to, from),
        queryFn: ({ signal }) =>
          client.ask<MaySend>("/api/consent/may-send", { query: { to, from, kind: "service" }, signal }),
      }),
  };
}

export type Queries = ReturnType<typeof createQueries>;
