/** HTTP of the knowledge room. */
import { z } from "zod";
import {
  KnowledgeBase,
  KnowledgeBasePatch,
  KnowledgeSource,
  KnowledgeSourcePatch,
  NewKnowledgeBase,
  NewKnowledgeSource,
} from "../../contract/agents.ts";
import { idOf } from "../../contract/ids.ts";
import { pageOf, pagingById } from "../../contract/paging.ts";
import { type Route, reads, writes } from "../platform/http/route.ts";
import { pageOfAll } from "../platform/page.ts";
import {
  addSource,
  baseJson,
  baseOf,
  changeSource,
  createBase,
  removeBase,
  removeSource,
  renameBase,
  sourceJson,
} from "./knowledge.ts";
import { listBases, listSources } from "./store.ts";

const baseId = z.strictObject({ id: idOf("kbs") });
const sourceId = z.strictObject({ id: idOf("kbs"), sourceId: idOf("src") });

export function knowledgeRoutes(): Route[] {
  return [
    reads({
      path: "/api/knowledge-bases",
      summary: "Knowledge bases of this workspace",
      permission: "inbox.read",
      query: z.strictObject(pagingById("kbs")),
      answer: pageOf(KnowledgeBase),
      handle: async (view, { query }) => pageOfAll((await listBases(view)).map(baseJson), query),
    }),
    writes({
      method: "POST",
      path: "/api/knowledge-bases",
      summary: "Add a knowledge base",
      permission: "agents.write",
      status: 201,
      body: NewKnowledgeBase,
      answer: KnowledgeBase,
      handle: async (tx, { body, caller }) => baseJson(await createBase(tx, body, caller.actor)),
    }),
    reads({
      path: "/api/knowledge-bases/:id",
      summary: "One knowledge base",
      permission: "inbox.read",
      params: baseId,
      answer: KnowledgeBase,
      handle: async (view, { params }) => baseJson(await baseOf(view, params.id)),
    }),
    writes({
      method: "PATCH",
      path: "/api/knowledge-bases/:id",
      summary: "Rename a knowledge base",
      permission: "agents.write",
      params: baseId,
      body: KnowledgeBasePatch.partial(),
      answer: KnowledgeBase,
      handle: async (tx, { params, body, caller }) =>
        baseJson(await renameBase(tx, params.id, body.name, caller.actor)),
    }),
    writes({
      method: "DELETE",
      path: "/api/knowledge-bases/:id",
      summary: "Remove a knowledge base with its sources",
      permission: "agents.write",
      params: baseId,
      answer: null,
      async handle(tx, { params, caller }) {
        await removeBase(tx, params.id, caller.actor);
        return undefined;
      },
    }),
    reads({
      path: "/api/knowledge-bases/:id/sources",
      summary: "What a knowledge base holds, oldest first",
      permission: "inbox.read",
      params: baseId,
      query: z.strictObject(pagingById("src")),
      answer: pageOf(KnowledgeSource),
      async handle(view, { params, query }) {
        await baseOf(view, params.id);
        const rows = await listSources(view, params.id, query.cursor ?? "", query.limit + 1);
        const items = rows.slice(0, query.limit).map(sourceJson);
        return { items, nextCursor: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null };
      },
    }),
    writes({
      method: "POST",
      path: "/api/knowledge-bases/:id/sources",
      summary: "Add a question with its answer, or a text",
      permission: "agents.write",
      status: 201,
      params: baseId,
      body: NewKnowledgeSource,
      answer: KnowledgeSource,
      handle: async (tx, { params, body, caller }) => sourceJson(await addSource(tx, params.id, body, caller.actor)),
    }),
    writes({
      method: "PATCH",
      path: "/api/knowledge-bases/:id/sources/:sourceId",
      summary: "Change the words of a source",
      permission: "agents.write",
      params: sourceId,
      body: KnowledgeSourcePatch,
      answer: KnowledgeSource,
      handle: async (tx, { params, body, caller }) =>
        sourceJson(await changeSource(tx, params.id, params.sourceId, body, caller.actor)),
    }),
    writes({
      method: "DELETE",
      path: "/api/knowledge-bases/:id/sources/:sourceId",
      summary: "Remove a source",
      permission: "agents.write",
      params: sourceId,
      answer: null,
      async handle(tx, { params, caller }) {
        await removeSource(tx, params.id, params.sourceId, caller.actor);
        return undefined;
      },
    }),
  ];
}
