/** Messages as the API shows them. */
import type { ConversationId, MessageId } from "../../contract/ids.ts";
import { LATER_CURSOR, type Message, type MessageWithEvents } from "../../contract/messages.ts";
import type { Page } from "../../contract/paging.ts";
import { mediaOf } from "../media/media.ts";
import type { View } from "../platform/db/handles.ts";
import { notFound } from "../platform/errors.ts";
import { pageOfRows } from "../platform/page.ts";
import type { MessageRow } from "./message-row.ts";
import * as queries from "./queries.ts";

const iso = (date: Date | null) => date?.toISOString() ?? null;

/** Messages with their attempts, in the order given. */
export async function readMessages(view: View, rows: readonly MessageRow[]): Promise<Message[]> {
  if (rows.length === 0) return [];
  const attempts = await queries.attemptsOf(
    view,
    rows.map((row) => row.id),
  );
  const withFiles = rows.filter((row) => row.media.length > 0).map((row) => row.id);
  const media = withFiles.length > 0 ? await mediaOf(view, withFiles) : null;
  return rows.map(({ addressHash: _hash, sender: _sender, contactId: _contact, environment: _in, author, ...row }) => ({
    ...row,
    media: media?.get(row.id) ?? [],
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
  const [message] = await readMessages(view, await queries.messagesByIds(view, [id]));
  if (!message) throw notFound("message");
  const events = await queries.deliveriesOf(view, id);
  return { ...message, deliveryEvents: events.map((each) => ({ ...each, at: each.at.toISOString() })) };
}

export async function readMessagesByIds(view: View, ids: readonly MessageId[]): Promise<Message[]> {
  const messages = await readMessages(view, await queries.messagesByIds(view, ids));
  return ids.flatMap((id) => messages.find((each) => each.id === id) ?? []);
}

/** One page of a conversation, newest first. */
export async function listMessages(
  view: View,
  conversationId: ConversationId,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<Message>> {
  const rows = await queries.threadOf(view, conversationId, cursor ?? null, limit + 1);
  const { items, nextCursor } = pageOfRows(rows, limit, (last) => last.id);
  return { items: await readMessages(view, items), nextCursor };
}

/** A thread is in the order in which it was written: what was written long ago for a later time stands far up in it. */
const LATER_FOR_MS = 30 * 24 * 60 * 60 * 1000;

/** What was written for later: what waits, and what had its time within 30 days; soonest first. */
export async function laterMessages(
  view: View,
  conversationId: ConversationId,
  { limit, cursor = "" }: { limit: number; cursor?: string | undefined },
): Promise<Page<Message>> {
  const [, ms = view.now.getTime() - LATER_FOR_MS, id = ""] = LATER_CURSOR.exec(cursor) ?? [];
  const rows = await queries.laterOf(view, conversationId, { at: new Date(Number(ms)), id }, limit + 1);
  const { items, nextCursor } = pageOfRows(rows, limit, (last) => `${last.sendAt?.getTime()}.${last.id}`);
  return { items: await readMessages(view, items), nextCursor };
}

export const recentMessages = async (view: View, conversationId: ConversationId, limit: number): Promise<Message[]> =>
  (await listMessages(view, conversationId, { limit })).items;
