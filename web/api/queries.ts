/** Every question that a page asks, by the noun: what to fetch, under which name it is kept. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { ApiKey, Me, Member, Workspace } from "../../contract/accounts.ts";
import type { Activation, ActivationPrice } from "../../contract/activations.ts";
import type {
  Agent,
  AgentRun,
  AgentVersion,
  KnowledgeBase,
  KnowledgeSource,
  LanguageModel,
} from "../../contract/agents.ts";
import type { AuditEntry } from "../../contract/audit.ts";
import type { Connection, HealthChange, ProviderAccount } from "../../contract/channels.ts";
import type { ConsentEvent, MaySend, Review, SendingRulesAndLaws } from "../../contract/consent.ts";
import type { Contact } from "../../contract/contacts.ts";
import type { Conversation, ConversationChange, ConversationCounts, Note } from "../../contract/conversations.ts";
import type { ConversationId, KnowledgeBaseId } from "../../contract/ids.ts";
import type { Message, MessageWithEvents } from "../../contract/messages.ts";
import type { Page } from "../../contract/paging.ts";
import type { QuickReply } from "../../contract/quick-replies.ts";
import type { Invitation, Security, Session } from "../../contract/sign-in.ts";
import type { KindWithPapers, SmsRequest, SmsRequestSummary } from "../../contract/sms-requests.ts";
import type { Call, VoiceSettings } from "../../contract/voice.ts";
import type { Client } from "./client.ts";
import { type AuditAsked, type CallsOf, keys, type ListFilter } from "./keys.ts";

export type WhoIAm = z.infer<typeof Me>;

export interface Found {
  contacts: Array<Conversation["contact"]>;
  messages: Message[];
  conversations: Conversation[];
}

const PAGE = 50;

export function createQueries(client: Client) {
  /** A list that is shown whole, however many pages it comes in. */
  const all = <T>(queryKey: readonly unknown[], path: string) =>
    queryOptions({
      queryKey,
      async queryFn({ signal }) {
        const items: T[] = [];
        let cursor: string | null = null;
        do {
          const page: Page<T> = await client.ask<Page<T>>(path, { query: { cursor }, signal });
          items.push(...page.items);
          cursor = page.nextCursor;
        } while (cursor !== null);
        return items;
      },
    });
  const one = <T>(queryKey: readonly unknown[], path: string) =>
    queryOptions({ queryKey, queryFn: ({ signal }) => client.ask<T>(path, { signal }) });
  const paged = <T>(queryKey: readonly unknown[], path: string, query: ListFilter | CallsOf | AuditAsked = {}) =>
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
    invitations: () => all<Invitation>(keys.invitations, "/api/invitations"),
    security: () => one<Security>(keys.security, "/api/security"),
    sessions: () => all<Session>(keys.sessions, "/api/sessions"),
    sendingRules: () => one<SendingRulesAndLaws>(keys.sendingRules, "/api/consent/rules"),
    audit: (of: AuditAsked) => paged<AuditEntry>(keys.audit(of), "/api/audit", of),
    apiKeys: () => all<ApiKey>(keys.apiKeys, "/api/api-keys"),
    channels: () => all<Connection>(keys.channels, "/api/channels"),
    healthChanges: (id: string) => paged<HealthChange>(keys.healthChanges(id), `/api/channels/${id}/health-changes`),
    /** How a number answers calls. */
    voice: (channelId: string) => one<VoiceSettings>(keys.voice(channelId), `/api/channels/${channelId}/voice`),
    calls: (of: CallsOf) => paged<Call>(keys.callsOf(of), "/api/calls", of),
    activations: () => all<Activation>(keys.activations, "/api/activations"),
    activation: (id: string) => one<Activation>(keys.activation(id), `/api/activations/${id}`),
    /** About what a number that Parley gets would cost. */
    activationPrice: (country: string) =>
      one<ActivationPrice>(keys.activationPrice(country), `/api/activations/price?country=${country}`),
    smsRequests: () => all<SmsRequestSummary>(keys.smsRequests, "/api/sms-requests"),
    smsRequest: (id: string) => one<SmsRequest>(keys.smsRequest(id), `/api/sms-requests/${id}`),
    /** For which kinds of numbers a country asks for papers. */
    paperKinds: (country: string, providerAccountId: string | null) =>
      queryOptions({
        queryKey: keys.paperKinds(country, providerAccountId),
        queryFn: async ({ signal }) =>
          (
            await client.ask<Page<KindWithPapers>>("/api/sms-requests/kinds", {
              query: { country, providerAccountId },
              signal,
            })
          ).items,
      }),
    providerAccounts: () => all<ProviderAccount>(keys.providerAccounts, "/api/provider-accounts"),
    agents: () => all<Agent>(keys.agents, "/api/agents"),
    agentVersions: (id: string) => all<AgentVersion>(keys.agentVersions(id), `/api/agents/${id}/versions?limit=200`),
    models: () => all<LanguageModel>(keys.models, "/api/models"),
    knowledgeBases: () => all<KnowledgeBase>(keys.knowledgeBases, "/api/knowledge-bases"),
    sources: (id: KnowledgeBaseId) => paged<KnowledgeSource>(keys.sources(id), `/api/knowledge-bases/${id}/sources`),
    conversations: (filter: ListFilter) => paged<Conversation>(keys.list(filter), "/api/conversations", filter),
    counts: () => one<ConversationCounts>(keys.counts, "/api/conversations/counts"),
    /** No event tells of a new tag by itself: asked for each time that somebody chooses one. */
    conversationTags: () => ({ ...all<string>(keys.conversationTags, "/api/conversations/tags"), staleTime: 0 }),
    /** While it is typed: the last word may go on. */
    search: (q: string) =>
      queryOptions({
        queryKey: keys.search(q),
        queryFn: ({ signal }) => client.ask<Found>("/api/search", { query: { q, beginning: true, limit: 50 }, signal }),
        placeholderData: keepPreviousData,
      }),
    /** Whom one may mean while one types a name or a number. */
    recipients: (q: string) =>
      queryOptions({
        queryKey: keys.recipients(q),
        queryFn: async ({ signal }) =>
          (await client.ask<Page<Contact>>("/api/contacts", { query: { q, limit: 6 }, signal })).items,
        staleTime: 0,
        placeholderData: keepPreviousData,
      }),
    quickReplies: () => all<QuickReply>(keys.quickReplies, "/api/quick-replies?limit=200"),
    conversation: (id: ConversationId) => one<Conversation>(keys.conversation(id), `/api/conversations/${id}`),
    messages: (id: ConversationId) => paged<Message>(keys.messages(id), `/api/conversations/${id}/messages`),
    scheduled: (id: ConversationId) => all<Message>(keys.scheduled(id), `/api/conversations/${id}/scheduled`),
    /** With what the provider said of it. */
    message: (id: string) => one<MessageWithEvents>(keys.message(id), `/api/messages/${id}`),
    notes: (id: ConversationId) => all<Note>(keys.notes(id), `/api/conversations/${id}/notes`),
    changes: (id: ConversationId) =>
      all<ConversationChange>(keys.changes(id), `/api/conversations/${id}/changes?limit=200`),
    runs: (id: ConversationId) => paged<AgentRun>(keys.runs(id), `/api/conversations/${id}/runs`),
    /** What in it waits for a decision whether it is an opt-out. */
    reviews: (id: ConversationId) => all<Review>(keys.reviews(id), `/api/reviews?conversationId=${id}&status=open`),
    contact: (id: string) => one<Contact>(keys.contact(id), `/api/contacts/${id}`),
    consent: (id: string) => all<ConsentEvent>(keys.consent(id), `/api/contacts/${id}/consent?limit=200`),
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
