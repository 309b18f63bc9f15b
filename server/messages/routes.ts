/** HTTP of the messages room. */
import { z } from "zod";
import { MaySend, MaySendQuery } from "../../contract/consent.ts";
import { idOf } from "../../contract/ids.ts";
import { Message, MessageWithEvents, NewMessage, SegmentsAnswer, SegmentsQuestion } from "../../contract/messages.ts";
import { pageOf, pagingById } from "../../contract/paging.ts";
import { countSegments } from "../../contract/segments.ts";
import { getConversation } from "../conversations/conversations.ts";
import { Refusal } from "../platform/errors.ts";
import { type Route, reads, writes } from "../platform/http/route.ts";
import { explainMaySend } from "./explain-may-send.ts";
import { listMessages, readMessage } from "./read.ts";
import { send } from "./send.ts";

const conversationId = z.strictObject({ id: idOf("cnv") });

export const messageRoutes: Route[] = [
  reads({
    path: "/api/conversations/:id/messages",
    summary: "Messages of a conversation, newest first",
    permission: "inbox.read",
    params: conversationId,
    query: z.strictObject(pagingById("msg")),
    answer: pageOf(Message),
    async handle(view, { params, query }) {
      await getConversation(view, params.id);
      return listMessages(view, params.id, query);
    },
  }),
  writes({
    method: "POST",
    path: "/api/conversations/:id/messages",
    summary: "Send a message",
    permission: "inbox.reply",
    status: 201,
    params: conversationId,
    body: NewMessage,
    answer: Message,
    async handle(tx, { params, body, caller }) {
      const sent = await send(tx, {
        conversationId: params.id,
        content: body.content,
        kind: body.kind,
        by: caller.actor,
        connectionId: body.connectionId,
        mediaUrls: body.mediaUrls,
        sendAt: body.sendAt ? new Date(body.sendAt) : undefined,
        lastSeenMessageId: body.lastSeenMessageId,
      });
      if (sent.outcome === "refused") throw new Refusal(422, sent.code, sent.detail);
      return sent.message;
    },
  }),
  reads({
    path: "/api/messages/:id",
    summary: "One message with its delivery events",
    permission: "inbox.read",
    params: z.strictObject({ id: idOf("msg") }),
    answer: MessageWithEvents,
    handle: (view, { params }) => readMessage(view, params.id),
  }),
  reads({
    path: "/api/consent/may-send",
    summary: "Whether a message may be sent, and why not",
    permission: "contacts.read",
    query: MaySendQuery,
    answer: MaySend,
    handle: (view, { query }) => explainMaySend(view, query),
  }),
  writes({
    method: "POST",
    path: "/api/tools/segments",
    summary: "Count a text's segments",
    permission: "inbox.read",
    body: SegmentsQuestion,
    answer: SegmentsAnswer,
    handle: async (_tx, { body }) => countSegments(body.content),
  }),
];
