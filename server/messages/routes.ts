/** HTTP of the messages room. */
import { z } from "zod";
import { MaySend, MaySendQuery } from "../../contract/consent.ts";
import { idOf } from "../../contract/ids.ts";
import {
  LATER_CURSOR,
  Message,
  MessagePatch,
  MessageWithEvents,
  NewMessage,
  Resend,
  ResentMessage,
  SegmentsAnswer,
  SegmentsQuestion,
} from "../../contract/messages.ts";
import { pageOf, pagingBy, pagingById } from "../../contract/paging.ts";
import { countSegments } from "../../contract/segments.ts";
import { getConversation } from "../conversations/conversations.ts";
import { Refusal } from "../platform/errors.ts";
import { Answer, type Route, reads, writes } from "../platform/http/route.ts";
import { explainMaySend } from "./explain-may-send.ts";
import { cancelMessage, moveMessage } from "./later.ts";
import { laterMessages, listMessages, readMessage } from "./read.ts";
import { resend } from "./resend.ts";
import { send } from "./send.ts";

const conversationId = z.strictObject({ id: idOf("cnv") });
const messageId = z.strictObject({ id: idOf("msg") });

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
        environment: body.environment,
        mediaUrls: body.mediaUrls,
        sendAt: body.sendAt ? new Date(body.sendAt) : undefined,
        lastSeenMessageId: body.lastSeenMessageId,
      });
      if (sent.outcome === "refused") throw new Refusal(422, sent.code, sent.detail);
      return sent.message;
    },
  }),
  reads({
    path: "/api/conversations/:id/scheduled",
    summary: "Messages of a conversation that were written for later: waiting, or of the last 30 days, soonest first",
    permission: "inbox.read",
    params: conversationId,
    query: z.strictObject(pagingBy(LATER_CURSOR)),
    answer: pageOf(Message),
    async handle(view, { params, query }) {
      await getConversation(view, params.id);
      return laterMessages(view, params.id, query);
    },
  }),
  writes({
    method: "PATCH",
    path: "/api/messages/:id",
    summary: "Move a message that has not left to another time, or let it leave now",
    permission: "inbox.reply",
    params: messageId,
    body: MessagePatch,
    answer: Message,
    handle: (tx, { params, body, caller }) =>
      moveMessage(tx, params.id, body.sendAt === null ? null : new Date(body.sendAt), caller.actor),
  }),
  writes({
    method: "POST",
    path: "/api/messages/:id/cancel",
    summary: "Take back a message that has not left",
    permission: "inbox.reply",
    params: messageId,
    answer: Message,
    handle: (tx, { params, caller }) => cancelMessage(tx, params.id, caller.actor),
  }),
  writes({
    method: "POST",
    path: "/api/messages/:id/resend",
    summary: "Send again what failed or was not delivered, by a person's decision",
    permission: "inbox.reply",
    status: 201,
    otherStatus: 200,
    params: messageId,
    body: Resend,
    answer: ResentMessage,
    async handle(tx, { params, body, caller }) {
      const resent = await resend(tx, params.id, { connectionId: body.connectionId, by: caller.actor });
      if (resent.outcome === "refused") throw new Refusal(422, resent.code, resent.detail);
      return resent.outcome === "repeated" ? new Answer(200, resent.message) : resent.message;
    },
  }),
  reads({
    path: "/api/messages/:id",
    summary: "One message with its delivery events",
    permission: "inbox.read",
    params: messageId,
    answer: MessageWithEvents,
    handle: (view, { params }) => readMessage(view, params.id),
  }),
  reads({
    path: "/api/consent/may-send",
    summary: "Whether a message may be sent, and why not",
    permission: "contacts.read",
    query: MaySendQuery,
    answer: MaySend,
    handle: (view, { query, caller }) => explainMaySend(view, query, caller.actor),
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
