/** HTTP of requests for numbers that need papers. */
import { z } from "zod";
import { idOf } from "../../../contract/ids.ts";
import { nameUpTo } from "../../../contract/names.ts";
import { pageOf, pagingById } from "../../../contract/paging.ts";
import { MAX_PAPER_BYTES } from "../../../contract/papers.ts";
import {
  KindWithPapers,
  NewSmsRequest,
  PaperFile,
  PapersQuery,
  SmsRequest,
  SmsRequestPatch,
  SmsRequestSummary,
} from "../../../contract/sms-requests.ts";
import { acts, type Route, reads, takesIn, writes } from "../../platform/http/route.ts";
import { pageOfAll } from "../../platform/page.ts";
import type { SmsRequestParts } from "./act.ts";
import { erase, removeRequest, withdraw } from "./let-go.ts";
import { keepFile } from "./papers.ts";
import {
  beginRequest,
  editable,
  fillIn,
  kindsWithPapers,
  requestJson,
  requestOf,
  send,
  summaryJson,
} from "./requests.ts";
import { listRequests } from "./store.ts";

const requestId = z.strictObject({ id: idOf("smr") });
const permission = "sms.manage";

export function smsRequestRoutes(given: Omit<SmsRequestParts, "database">): Route[] {
  return [
    reads({
      path: "/api/sms-requests",
      summary: "Requests for numbers that need papers, without what was filled in",
      permission,
      query: z.strictObject(pagingById("smr")),
      answer: pageOf(SmsRequestSummary),
      handle: async (view, { query }) => pageOfAll((await listRequests(view)).map(summaryJson), query),
    }),
    acts({
      method: "GET",
      path: "/api/sms-requests/kinds",
      summary: "The kinds of numbers for which a country asks for papers, as the provider says now",
      permission,
      query: PapersQuery,
      answer: pageOf(KindWithPapers),
      handle: async (database, { query, caller }) => ({
        items: await kindsWithPapers({ ...given, database }, query, caller),
        nextCursor: null,
      }),
    }),
    acts({
      method: "POST",
      path: "/api/sms-requests",
      summary: "Begin a request: answers what the country asks for",
      permission,
      status: 201,
      body: NewSmsRequest,
      answer: SmsRequest,
      handle: (database, { body, caller }) => beginRequest({ ...given, database }, body, caller),
    }),
    reads({
      path: "/api/sms-requests/:id",
      summary: "One request, with what was filled in and what the provider finds wrong in it",
      permission,
      params: requestId,
      answer: SmsRequest,
      handle: async (view, { params }) => requestJson(view, given, await requestOf(view, params.id)),
    }),
    writes({
      method: "PATCH",
      path: "/api/sms-requests/:id",
      summary: "Keep what was filled in so far; nothing is sent",
      permission,
      params: requestId,
      body: SmsRequestPatch,
      answer: SmsRequest,
      handle: (tx, { params, body, caller }) => fillIn(tx, given, params.id, body.papers, caller),
    }),
    takesIn({
      path: "/api/sms-requests/files",
      summary: "Upload a file of a request's document; its bytes are the body",
      permission,
      query: z.strictObject({ requestId: idOf("smr"), name: nameUpTo(200) }),
      answer: PaperFile,
      maxBytes: MAX_PAPER_BYTES,
      async handle(tx, { query, body }) {
        await editable(tx, query.requestId);
        return keepFile(tx, given.secrets, query.requestId, body, query.name);
      },
    }),
    acts({
      method: "POST",
      path: "/api/sms-requests/:id/check",
      summary: "Have the provider check what was filled in, without handing it to its reviewers",
      permission,
      params: requestId,
      answer: SmsRequest,
      handle: (database, { params, caller }) => send({ ...given, database }, params.id, "check", caller),
    }),
    acts({
      method: "POST",
      path: "/api/sms-requests/:id/submit",
      summary: "Hand what was filled in to the provider's reviewers",
      permission,
      params: requestId,
      answer: SmsRequest,
      handle: (database, { params, caller }) => send({ ...given, database }, params.id, "review", caller),
    }),
    writes({
      method: "POST",
      path: "/api/sms-requests/:id/withdraw",
      summary: "Take a request back, and erase what was filled in",
      permission,
      params: requestId,
      answer: SmsRequest,
      handle: (tx, { params, caller }) => withdraw(tx, given, params.id, caller),
    }),
    writes({
      method: "POST",
      path: "/api/sms-requests/:id/erase",
      summary: "Erase what was filled in for an approved request; the provider keeps what it has",
      permission,
      params: requestId,
      answer: SmsRequest,
      handle: (tx, { params, caller }) => erase(tx, given, params.id, caller),
    }),
    writes({
      method: "DELETE",
      path: "/api/sms-requests/:id",
      summary: "Delete a draft, or a request that came to nothing, with all that was filled in",
      permission,
      params: requestId,
      answer: null,
      handle: (tx, { params, caller }) => removeRequest(tx, params.id, caller),
    }),
  ];
}
