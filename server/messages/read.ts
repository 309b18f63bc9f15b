/** Messages as the API shows them. */
import type { ConversationId, MessageId } from "../../contract/ids.ts";
import type { Message, MessageWithEvents } from "../../contract/messages.ts";
import type { Page } from "../../contract/paging.ts";
import type { View } from "../platform/db/handles.ts";
import { notFound } from "../platform/errors.ts";
import * as store from "./store.ts";

const iso = (date: Date | null) => date?.toISOString() ?? null;

/** Messages with their attempts, in the order given. */
export async function readMessages(view: View, rows: readonly store.MessageRow[]): Promise<Message[]> {
  if (rows.length === 0) return [];
  const attempts = await store.attemptsOf(
    view,
    rows.map((row) => row.id),
  );
  return rows.map(({ addressHash: _hash, sender: _sender, contactId: _contact, author, ...row }) => ({
    ...row,
    sender: author,
    sendAt: iso(row.sendAt),
    createdAt: row.createdAt.toISOString(),
    sentAt: iso(row.sentAt),
    deliveredAt: iso(row.deliveredAt),
    attempts: attempts
      .filter((each) => each.messageId === row.id)
      .map(({ messageId: _, at, ...rest }) => ({ ...rest, at: at.toISOString() })),
  }));
}

export async function readMessage(view: View, id: MessageId): Promise<MessageWithEvents> {
  const [message] = await readMessages(view, await store.messagesByIds(view, [id]));
  if (!message) throw notFound("message");
  const events = await store.deliveriesOf(view, id);
  return { ...message, deliveryEvents: events.map((each) => ({ ...each, at: each.at.toISOString() })) };
}

export async function readMessagesByIds(view: View, ids: readonly MessageId[]): Promise<Message[]> {
  const messages = await readMessages(view, await store.messagesByIds(view, ids));
  return ids.flatMap((id) => messages.find((each) => each.id === id) ?? []);
}

/** One page of a conversation, newest first. */
export async function listMessages(
  view: View,
  conversationId: ConversationId,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<Message>> {
  const rows = await store.threadOf(view, conversationId, cursor ?? null, limit + 1);
  const page = rows.slice(0, limit);
  return { items: await readMessages(view, page), nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}

export const recentMessages = async (view: View, conversationId: ConversationId, limit: number): Promise<Message[]> =>
  (await listMessages(view, conversationId, { limit })).items;
