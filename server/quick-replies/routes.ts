/** HTTP of the quick replies. */
import { z } from "zod";
import { idOf } from "../../contract/ids.ts";
import { pageOf } from "../../contract/paging.ts";
import { NewQuickReply, QuickRepliesQuery, QuickReply, QuickReplyPatch } from "../../contract/quick-replies.ts";
import { type Route, reads, writes } from "../platform/http/route.ts";
import { addQuickReply, changeQuickReply, deleteQuickReply, quickReplies } from "./quick-replies.ts";

const quickReplyId = z.strictObject({ id: idOf("qrp") });

export const quickReplyRoutes: Route[] = [
  reads({
    path: "/api/quick-replies",
    summary: "Texts that the team writes often, by shortcut",
    permission: "inbox.reply",
    query: QuickRepliesQuery,
    answer: pageOf(QuickReply),
    handle: (view, { query }) => quickReplies(view, query),
  }),
  writes({
    method: "POST",
    path: "/api/quick-replies",
    summary: "Add a quick reply",
    permission: "templates.write",
    status: 201,
    body: NewQuickReply,
    answer: QuickReply,
    handle: (tx, { body, caller }) => addQuickReply(tx, body, caller.actor),
  }),
  writes({
    method: "PATCH",
    path: "/api/quick-replies/:id",
    summary: "Change a quick reply",
    permission: "templates.write",
    params: quickReplyId,
    body: QuickReplyPatch,
    answer: QuickReply,
    handle: (tx, { params, body, caller }) => changeQuickReply(tx, params.id, body, caller.actor),
  }),
  writes({
    method: "DELETE",
    path: "/api/quick-replies/:id",
    summary: "Delete a quick reply",
    permission: "templates.write",
    params: quickReplyId,
    answer: null,
    async handle(tx, { params, caller }) {
      await deleteQuickReply(tx, params.id, caller.actor);
      return undefined;
    },
  }),
];
