/** Keeps cached lists of conversations and messages as the server would answer them, without asking for whole lists again. */
import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { Conversation } from "../../contract/conversations.ts";
import type { ConversationId } from "../../contract/ids.ts";
import type { Message } from "../../contract/messages.ts";
import type { Page } from "../../contract/paging.ts";
import { keys, type ListFilter } from "./keys.ts";

type Pages<T> = InfiniteData<Page<T>, string | null>;

/** Whether a list with this filter shows this conversation; null where only the server can tell. */
export function shows(filter: ListFilter, conversation: Conversation): boolean | null {
  if (filter.q) return null;
  if (filter.inReview && !conversation.inReview) return false;
  if (filter.contactId && conversation.contactId !== filter.contactId) return false;
  const archived = filter.archived ?? (filter.inReview || filter.contactId ? undefined : false);
  if (archived !== undefined && conversation.archived !== archived) return false;
  if (filter.snoozed !== undefined && filter.snoozed !== (conversation.snoozedUntil !== null)) return false;
  if (filter.tag && !conversation.tags.includes(filter.tag)) return false;
  if (filter.status && conversation.status !== filter.status) return false;
  if (filter.channel && conversation.channel !== filter.channel) return false;
  if (filter.assigneeId && (conversation.assigneeId ?? "none") !== filter.assigneeId) return false;
  if (filter.unread && conversation.unreadCount === 0) return false;
  if (filter.starred && !conversation.starred) return false;
  return true;
}

/** Newest activity first, then the greater id: the order of the API. */
function precedes(one: Conversation, other: Conversation): boolean {
  const [a, b] = [Date.parse(one.lastActivityAt), Date.parse(other.lastActivityAt)];
  return a === b ? one.id > other.id : a > b;
}

/** Puts the answer to a change where it is shown. What was asked for before that may be older: it is asked for once more. */
export async function placeAnswer<T>(
  cache: QueryClient,
  queryKey: readonly unknown[],
  change: (was: T | undefined) => T | undefined,
): Promise<void> {
  const wasAsked = cache.isFetching({ queryKey, exact: true }) > 0;
  await cache.cancelQueries({ queryKey, exact: true });
  cache.setQueryData<T>(queryKey, change);
  if (wasAsked) void cache.invalidateQueries({ queryKey, exact: true });
}

/** Puts a conversation where it belongs in every cached list, and takes it out where it no longer does. */
export function placeConversation(cache: QueryClient, conversation: Conversation): void {
  const own = keys.conversation(conversation.id);
  if (cache.getQueryState(own)) cache.setQueryData(own, conversation);
  for (const query of cache.getQueryCache().findAll({ queryKey: keys.lists })) {
    const filter = query.queryKey[1] as ListFilter;
    const belongs = shows(filter, conversation);
    // An answer that is on its way may be older than what is placed here: ask again.
    if (belongs === null || query.state.fetchStatus !== "idle")
      void cache.invalidateQueries({ queryKey: query.queryKey, exact: true });
    if (belongs !== null)
      cache.setQueryData<Pages<Conversation>>(query.queryKey, (data) => data && placed(data, conversation, belongs));
  }
}

function placed(data: Pages<Conversation>, conversation: Conversation, belongs: boolean): Pages<Conversation> {
  const pages = data.pages.map((page) => ({
    ...page,
    items: page.items.filter((each) => each.id !== conversation.id),
  }));
  if (!belongs) return { ...data, pages };
  for (const page of pages) {
    const at = page.items.findIndex((each) => precedes(conversation, each));
    if (at < 0 && page.nextCursor !== null) continue;
    page.items.splice(at < 0 ? page.items.length : at, 0, conversation);
    return { ...data, pages };
  }
  return { ...data, pages }; // beyond what was loaded
}

/** Puts a message into its thread, newest first, or changes it there. A thread that is not cached stays so. */
export function placeMessage(cache: QueryClient, message: Message): void {
  const queryKey = keys.messages(message.conversationId);
  if (cache.getQueryState(queryKey)?.fetchStatus === "fetching") void cache.invalidateQueries({ queryKey });
  cache.setQueryData<Pages<Message>>(queryKey, (data) => {
    if (!data) return data;
    const pages = data.pages.map((page) => ({ ...page, items: page.items.slice() }));
    for (const page of pages) {
      const same = page.items.findIndex((each) => each.id === message.id);
      if (same >= 0) {
        page.items[same] = message;
        return { ...data, pages };
      }
    }
    for (const page of pages) {
      const at = page.items.findIndex((each) => message.id > each.id);
      if (at < 0 && page.nextCursor !== null) continue;
      page.items.splice(at < 0 ? page.items.length : at, 0, message);
      return { ...data, pages };
    }
    return { ...data, pages };
  });
}

/** The newest message of a cached thread. */
export function newestMessage(cache: QueryClient, id: ConversationId): Message | null {
  return cache.getQueryData<Pages<Message>>(keys.messages(id))?.pages[0]?.items[0] ?? null;
}

/** A conversation as some cached list has it, to be shown until it was fetched itself. */
export function conversationFromLists(cache: QueryClient, id: string): Conversation | undefined {
  for (const [, data] of cache.getQueriesData<Pages<Conversation>>({ queryKey: keys.lists })) {
    for (const page of data?.pages ?? []) {
      const found = page.items.find((each) => each.id === id);
      if (found) return found;
    }
  }
  return undefined;
}
