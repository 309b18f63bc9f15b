/** HTTP of the desk: the inbox list, conversations, notes, timeline, search. Changes go through the conversations room. */
import { z } from "zod";
import type { Environment } from "../../contract/channels.ts";
import { Tag } from "../../contract/contacts.ts";
import {
  BulkAction,
  BulkAnswer,
  Conversation,
  ConversationChange,
  ConversationCounts,
  ConversationPatch,
  ConversationsQuery,
  NewConversation,
  NewNote,
  Note,
} from "../../contract/conversations.ts";
import { idOf } from "../../contract/ids.ts";
import { pageOf, pagingBy, pagingById } from "../../contract/paging.ts";
import { connectionOf, defaultConnection, environmentOf, type ResolveAgent } from "../channels/channels.ts";
import { addressesOf, ensureContact, readContact } from "../contacts/contacts.ts";
import {
  addNote,
  applyBulk,
  changeConversation,
  getConversation,
  listChanges,
  listNotes,
  openConversation,
} from "../conversations/conversations.ts";
import type { View } from "../platform/db/handles.ts";
import { conflict, forbidden, invalid } from "../platform/errors.ts";
import { Answer, type Route, reads, writes } from "../platform/http/route.ts";
import { listConversations, readConversation } from "./conversation-list.ts";
import { conversationTags, countConversations } from "./counts.ts";
import { Found, SearchQuery, search } from "./search.ts";
import { TIMELINE_CURSOR, TimelineEntry, timeline } from "./timeline.ts";

const conversationId = z.strictObject({ id: idOf("cnv") });

/** Assigning is a right of its own; the rest of a conversation may be changed by whoever answers in it. */
const ASSIGNING = ["assigneeId", "teamId"] as const;

/** What is written next in an open conversation leaves by its own sender: whoever asked for another environment has to know. */
async function checkEnvironment(view: View, { id, connectionId }: Conversation, asked: Environment): Promise<void> {
  const environment = connectionId && (await environmentOf(view, connectionId));
  if (!environment || environment === asked) return;
  throw conflict(
    "conversation_elsewhere",
    `Their open conversation goes by a number of ${environment}. Write in it with environment: "${asked}", or resolve it first.`,
    { conversationId: id },
  );
}

export function deskRoutes({ resolveAgent }: { resolveAgent: ResolveAgent }): Route[] {
  return [
    reads({
      path: "/api/conversations",
      summary: "Conversations, newest activity first",
      permission: "inbox.read",
      query: ConversationsQuery,
      answer: pageOf(Conversation),
      handle: (view, { query }) => listConversations(view, query),
    }),
    writes({
      method: "POST",
      path: "/api/conversations",
      summary: "Open a conversation to write to someone",
      permission: "inbox.reply",
      status: 201,
      otherStatus: 200,
      body: NewConversation,
      answer: Conversation,
      async handle(tx, { body, caller }) {
        const connection = body.connectionId
          ? await connectionOf(tx, body.connectionId)
          : await defaultConnection(tx, body.channel, body.environment);
        if (body.environment && connection.environment !== body.environment)
          throw invalid(
            "no_sender_for_environment",
            `This number belongs to ${connection.environment}, not to ${body.environment}. Name one of ${body.environment}, or none.`,
            "connectionId",
          );
        const contactId = body.contactId
          ? (await readContact(tx, body.contactId)).id
          : await ensureContact(tx, body.phone ?? "", caller.actor);
        const address = (await addressesOf(tx, [contactId])).find(
          (each) => each.channel === connection.family,
        )?.address;
        if (!address)
          throw invalid(
            "no_address",
            `This contact can't be reached by ${connection.family}: no address is known.`,
            "contactId",
          );
        const opened = await openConversation(
          tx,
          { contactId, channel: connection.family, connectionId: connection.id, address },
          caller.actor,
        );
        const conversation = await readConversation(tx, opened.id);
        if (body.environment) await checkEnvironment(tx, conversation, body.environment);
        return new Answer(opened.fresh ? 201 : 200, conversation);
      },
    }),
    writes({
      method: "POST",
      path: "/api/conversations/bulk",
      summary: "One act on many conversations",
      permission: "inbox.reply",
      body: BulkAction,
      answer: BulkAnswer,
      async handle(tx, { body, caller }) {
        if ((body.action === "assign" || body.action === "unassign") && !caller.permissions.has("inbox.assign"))
          throw forbidden("inbox.assign");
        return applyBulk(tx, body, resolveAgent, caller.actor);
      },
    }),
    reads({
      path: "/api/conversations/counts",
      summary: "How many conversations wait in each view of the inbox",
      permission: "inbox.read",
      answer: ConversationCounts,
      handle: (view, { caller }) => countConversations(view, caller.actor),
    }),
    reads({
      path: "/api/conversations/tags",
      summary: "The tags that conversations have",
      permission: "inbox.read",
      answer: pageOf(Tag),
      handle: async (view) => ({ items: await conversationTags(view), nextCursor: null }),
    }),
    reads({
      path: "/api/conversations/:id",
      summary: "One conversation",
      permission: "inbox.read",
      params: conversationId,
      answer: Conversation,
      handle: (view, { params }) => readConversation(view, params.id),
    }),
    writes({
      method: "PATCH",
      path: "/api/conversations/:id",
      summary: "Assign, resolve, reopen, hand back, star, archive, snooze or tag",
      permission: "inbox.reply",
      params: conversationId,
      body: ConversationPatch,
      answer: Conversation,
      async handle(tx, { params, body, caller }) {
        if (ASSIGNING.some((field) => body[field] !== undefined) && !caller.permissions.has("inbox.assign"))
          throw forbidden("inbox.assign");
        await changeConversation(tx, params.id, body, resolveAgent, caller.actor);
        return readConversation(tx, params.id);
      },
    }),
    reads({
      path: "/api/conversations/:id/notes",
      summary: "Private notes, newest first",
      permission: "inbox.read",
      params: conversationId,
      query: z.strictObject(pagingById("nte")),
      answer: pageOf(Note),
      handle: (view, { params, query }) => listNotes(view, params.id, query),
    }),
    writes({
      method: "POST",
      path: "/api/conversations/:id/notes",
      summary: "Add a private note",
      permission: "inbox.reply",
      status: 201,
      params: conversationId,
      body: NewNote,
      answer: Note,
      handle: (tx, { params, body, caller }) => addNote(tx, params.id, body.content, caller.actor),
    }),
    reads({
      path: "/api/conversations/:id/changes",
      summary: "Who had it when: assigned, taken over, handed back, resolved, reopened, put to sleep; newest first",
      permission: "inbox.read",
      params: conversationId,
      query: z.strictObject(pagingById("chg")),
      answer: pageOf(ConversationChange),
      async handle(view, { params, query }) {
        await getConversation(view, params.id);
        return listChanges(view, params.id, query);
      },
    }),
    reads({
      path: "/api/contacts/:id/timeline",
      summary: "What happened with a person, newest first",
      permission: "contacts.read",
      params: z.strictObject({ id: idOf("con") }),
      query: z.strictObject(pagingBy(TIMELINE_CURSOR)),
      answer: pageOf(TimelineEntry),
      handle: (view, { params, query }) => timeline(view, params.id, query),
    }),
    reads({
      path: "/api/search",
      summary: "Find people by name or number, and messages by their words",
      permission: "inbox.read",
      query: SearchQuery,
      answer: Found,
      handle: (view, { query }) => search(view, query),
    }),
  ];
}
