/** Which conversations a key, a button or a dialog is about: those that are picked, else the one that is meant or open. */
import { useParams, useSearch } from "@tanstack/react-router";
import type { Conversation } from "../../contract/conversations.ts";
import type { ConversationId } from "../../contract/ids.ts";
import { conversationFromLists } from "../api/placing.ts";
import { type DeskApi, useApi } from "../shell/desk-api.ts";
import { picksOf, readInboxSearch } from "./inbox-search.ts";

const asConversation = (text: string | undefined | null): ConversationId[] =>
  text && /^cnv_[0-9a-f]{32}$/.test(text) ? [text as ConversationId] : [];

export function useTargets(): ConversationId[] {
  const { conversationId } = useParams({ strict: false });
  const search = readInboxSearch(useSearch({ strict: false }));
  const picks = picksOf(search);
  if (picks.length > 0) return picks;
  const meant = asConversation(search.of);
  return meant.length > 0 ? meant : asConversation(conversationId);
}

/** The conversation whose row has the focus. */
export const rowInFocus = (): ConversationId | null =>
  asConversation(document.activeElement?.closest("[data-conversation]")?.getAttribute("data-conversation"))[0] ?? null;

/** As it is kept here; undefined where it was never shown. */
export const keptConversation = ({ cache, queries }: DeskApi, id: ConversationId): Conversation | undefined =>
  cache.getQueryData<Conversation>(queries.conversation(id).queryKey) ?? conversationFromLists(cache, id);

/** The targets as they are kept here. */
export function useKept(ids: readonly ConversationId[]): Conversation[] {
  const api = useApi();
  return ids.flatMap((id) => keptConversation(api, id) ?? []);
}
