/** Sending: the words are checked, the gate is asked, and the message stands in the queue, or says why not. */
import type { Actor } from "../../contract/accounts.ts";
import type { Environment } from "../../contract/channels.ts";
import type { MessageKind } from "../../contract/consent.ts";
import type { CallId, ConnectionId, ConversationId, MessageId } from "../../contract/ids.ts";
import type { Message } from "../../contract/messages.ts";
import { countSegments } from "../../contract/segments.ts";
import {
  type ConnectionRow,
  defaultConnection,
  environmentOf,
  findConnection,
  noSenderFor,
  senderName,
} from "../channels/channels.ts";
import { addressesOf } from "../contacts/contacts.ts";
import { type ConversationRow, holdConversation, noteSent } from "../conversations/conversations.ts";
import { filesFor } from "../media/media.ts";
import type { Tx } from "../platform/db/handles.ts";
import { conflict, invalid, notFound, Refusal } from "../platform/errors.ts";
import { isUnasked, kindFor, maySend } from "./may-send.ts";
import * as queries from "./queries.ts";
import { readMessages } from "./read.ts";
import * as store from "./store.ts";

export interface Draft {
  conversationId: ConversationId;
  content: string;
  kind?: MessageKind | undefined;
  by: Actor;
  connectionId?: ConnectionId | undefined;
  mediaUrls?: readonly string[] | undefined;
  /** When it shall leave; a time that is past means now. */
  sendAt?: Date | undefined;
  /** The last message that the writer had seen: a teammate's newer one stops the send. */
  lastSeenMessageId?: MessageId | undefined;
  /** The missed call that it answers. */
  answers?: CallId | undefined;
  /** On whose behalf it is sent; else on that of the environment in which the conversation is. */
  environment?: Environment | undefined;
  /** The message that did not get there, which this one repeats by a person's decision. */
  resendOf?: MessageId | undefined;
}

export type SendOutcome =
  | { outcome: "queued" | "scheduled" | "suppressed"; message: Message }
  | { outcome: "refused"; code: string; detail: string };

/**
 * @throws Invalid content_empty, content_too_long, token_unfilled, over_daily_cap, no_connection, no_sender_for_environment,
 *   no_address; Conflict newer_message_exists
 */
export async function send(tx: Tx, draft: Draft): Promise<SendOutcome> {
  const { by, mediaUrls = [] } = draft;
  const conversation = await holdConversation(tx, draft.conversationId);
  await checkNothingNewer(tx, draft);
  const { connection, environment } = await senderFor(tx, conversation, draft);
  const address = await addressFor(tx, conversation, connection);
  const { segments, encoding } = countSegments(draft.content);
  const later = draft.sendAt && draft.sendAt > tx.now ? draft.sendAt : null;
  const at = later ?? tx.now;
  const { lastInboundAt } = conversation;
  const kind = draft.kind ?? kindFor(at, lastInboundAt);
  if (isUnasked(kind)) await store.holdUnasked(tx, tx.hashOf(connection.family, address));
  const verdict = await maySend(tx, {
    ...{ connection, address, kind, by, lastInboundAt, at, contactId: conversation.contactId },
    words: { content: draft.content, segments, files: mediaUrls.length },
    environment,
    answers: draft.answers,
  });
  if (verdict.verdict === "refused") {
    if (verdict.field) throw invalid(verdict.code, verdict.detail, verdict.field, verdict.more);
    return { outcome: "refused", code: verdict.code, detail: verdict.detail };
  }

  const sendAt = verdict.verdict === "held" ? verdict.until : later;
  const outcome = verdict.verdict === "suppressed" ? "suppressed" : sendAt ? "scheduled" : "queued";
  const { files, attach } = await filesFor(tx, mediaUrls, connection.polled);
  const row = await store.insertOutbound(tx, {
    id: tx.id("msg"),
    conversationId: conversation.id,
    contactId: conversation.contactId,
    kind,
    channel: connection.family,
    connectionId: connection.id,
    environment: connection.environment,
    from: senderName(connection),
    to: address,
    addressHash: tx.hashOf(connection.family, address),
    sender: senderName(connection),
    content: draft.content,
    media: files,
    author: by,
    status: outcome,
    reason: verdict.verdict === "may_send" ? null : verdict.reason,
    segments,
    encoding,
    sendAt: outcome === "scheduled" ? sendAt : null,
    leaveBefore: verdict.verdict === "may_send" ? verdict.until : null,
    resendOf: draft.resendOf ?? null,
  });
  await attach({ messageId: row.id, conversationId: conversation.id });
  const sent = { messageId: row.id, channel: connection.family, connectionId: connection.id, address };
  await noteSent(tx, conversation, sent, by);
  await tx.emit({
    type: "message.created",
    data: { messageId: row.id, conversationId: conversation.id, status: outcome },
    actor: by,
  });
  if (outcome === "queued") await store.wakeSender(tx, connection.id, at);
  const [message] = await readMessages(tx, [row]);
  if (!message) throw new Error("a message that was just stored can't be read");
  return { outcome, message };
}

/** As `send`, where what it throws (too long, no number left to send from) is an outcome for a machine like the others. */
export async function trySend(tx: Tx, draft: Draft): Promise<SendOutcome> {
  try {
    return await send(tx, draft);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { outcome: "refused", code: error.code, detail: error.message };
  }
}

/**
 * Which of our senders it leaves by: as asked, or as the last message went; and on behalf of which environment, where another
 * one could come in. A conversation stays in the environment of the sender that it came by, also once that one is gone.
 */
async function senderFor(
  tx: Tx,
  { connectionId: last, channel }: ConversationRow,
  { connectionId, environment }: Draft,
): Promise<{ connection: ConnectionRow; environment: Environment | undefined }> {
  if (connectionId) {
    const behalf = environment ?? (last && last !== connectionId ? await environmentOf(tx, last) : undefined);
    const connection = await findConnection(tx.ground, tx.workspaceId, connectionId);
    if (!connection) throw await senderGone(tx, connectionId);
    return { connection, environment: behalf };
  }
  const used = last && (await findConnection(tx.ground, tx.workspaceId, last));
  if (used && (!environment || used.environment === environment)) return { connection: used, environment };
  if (last && !environment) throw await senderGone(tx, last);
  return { connection: await defaultConnection(tx, channel, environment), environment };
}

/** No other number takes its place by itself: whoever writes says by which one. */
async function senderGone(tx: Tx, id: ConnectionId): Promise<Refusal> {
  const environment = await environmentOf(tx, id);
  return environment === "live" ? notFound("channel") : noSenderFor(environment);
}

/** At which of the contact's addresses a sender writes to them. */
async function addressFor(tx: Tx, conversation: ConversationRow, { family }: ConnectionRow): Promise<string> {
  if (conversation.address && family === conversation.channel) return conversation.address;
  const address = (await addressesOf(tx, [conversation.contactId])).find((each) => each.channel === family)?.address;
  if (!address)
    throw invalid("no_address", `This contact can't be reached by ${family}: no address is known.`, "channel");
  return address;
}

async function checkNothingNewer(tx: Tx, { conversationId, lastSeenMessageId, by }: Draft): Promise<void> {
  if (!lastSeenMessageId) return;
  const newest = await queries.newestByOthers(tx, conversationId, by);
  if (newest && newest.id > lastSeenMessageId) {
    throw conflict("newer_message_exists", "A teammate or agent answered here meanwhile. Read it, then send again.", {
      messageId: newest.id,
    });
  }
}
