/** Search across the desk: people by name or number, messages by their words, and where each was said. */
import { z } from "zod";
import { ContactSummary } from "../../contract/contacts.ts";
import { Conversation } from "../../contract/conversations.ts";
import type { ContactId, ConversationId, MessageId } from "../../contract/ids.ts";
import { Message } from "../../contract/messages.ts";
import { limit } from "../../contract/paging.ts";
import { listContacts } from "../contacts/contacts.ts";
import { readMessagesByIds } from "../messages/messages.ts";
import type { View } from "../platform/db/handles.ts";
import { readConversations } from "./conversation-list.ts";

export const SearchQuery = z.strictObject({
  q: z.string().trim().min(1).max(200),
  /** Whether the last word may go on, as while it is being typed. */
  beginning: z.enum(["true", "false"]).optional(),
  limit,
});

export const Found = z.object({
  contacts: z.array(ContactSummary),
  messages: z.array(Message),
  /** Those of the messages, and the newest of each contact. */
  conversations: z.array(Conversation),
});

export async function search(
  view: View,
  { q, beginning, limit }: z.output<typeof SearchQuery>,
): Promise<z.input<typeof Found>> {
  const ids = await view.rows<{ id: MessageId }>("select search_messages($1, $2, $3, $4) as id", [
    view.workspaceId,
    q,
    limit,
    beginning === "true",
  ]);
  const messages = await readMessagesByIds(
    view,
    ids.map((row) => row.id),
  );
  const contacts = (await listContacts(view, { q, limit })).items.map(({ id, name, phone }) => ({ id, name, phone }));
  const theirs = await newestOf(
    view,
    contacts.map((each) => each.id),
  );
  const wanted = new Set([...messages.map((each) => each.conversationId), ...theirs]);
  return { contacts, messages, conversations: await readConversations(view, [...wanted]) };
}

/** The conversation of each of these people that moved last. */
async function newestOf(view: View, contactIds: readonly ContactId[]): Promise<ConversationId[]> {
  const rows = await view.rows<{ id: ConversationId }>(
    `select distinct on (contact_id) id from conversations where workspace_id = $1 and contact_id = any($2)
      order by contact_id, last_activity_at desc, id desc`,
    [view.workspaceId, contactIds],
  );
  return rows.map((row) => row.id);
}
