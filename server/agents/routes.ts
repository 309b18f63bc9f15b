/** HTTP of the agents room. */
import { z } from "zod";
import {
  Agent,
  AgentPatch,
  AgentRun,
  AgentVersion,
  NewAgent,
  PublishAgent,
  VERSION_CURSOR,
} from "../../contract/agents.ts";
import { idOf } from "../../contract/ids.ts";
import { pageOf, pagingBy, pagingById } from "../../contract/paging.ts";
import { getConversation } from "../conversations/conversations.ts";
import type { View } from "../platform/db/handles.ts";
import { type Route, reads, writes } from "../platform/http/route.ts";
import { pageOfAll } from "../platform/page.ts";
import { agentJson, agentOf, changeAgent, createAgent, removeAgent } from "./agents.ts";
import { type AgentRow, listAgents, listPublications, listRuns } from "./store.ts";
import { listVersions, publishAgent } from "./versions.ts";

const agentId = z.strictObject({ id: idOf("agt") });

const shown = async (view: View, row: AgentRow): Promise<Agent> => agentJson(row, await listPublications(view, row.id));

export const agentRoutes: Route[] = [
  reads({
    path: "/api/agents",
    summary: "AI agents of this workspace",
    permission: "inbox.read",
    query: z.strictObject(pagingById("agt")),
    answer: pageOf(Agent),
    async handle(view, { query }) {
      const publications = await listPublications(view, null);
      return pageOfAll(
        (await listAgents(view)).map((row) => agentJson(row, publications)),
        query,
      );
    },
  }),
  writes({
    method: "POST",
    path: "/api/agents",
    summary: "Add an AI agent",
    permission: "agents.write",
    status: 201,
    body: NewAgent,
    answer: Agent,
    handle: async (tx, { body, caller }) => agentJson(await createAgent(tx, body, caller.actor), []),
  }),
  reads({
    path: "/api/agents/:id",
    summary: "One AI agent",
    permission: "inbox.read",
    params: agentId,
    answer: Agent,
    handle: async (view, { params }) => shown(view, await agentOf(view, params.id)),
  }),
  writes({
    method: "PATCH",
    path: "/api/agents/:id",
    summary: "Change an AI agent",
    permission: "agents.write",
    params: agentId,
    body: AgentPatch,
    answer: Agent,
    handle: async (tx, { params, body, caller }) => shown(tx, await changeAgent(tx, params.id, body, caller.actor)),
  }),
  writes({
    method: "POST",
    path: "/api/agents/:id/publish",
    summary: "Have what is saved of an agent, or an earlier version, answer in these environments",
    permission: "agents.write",
    params: agentId,
    body: PublishAgent,
    answer: Agent,
    handle: async (tx, { params, body, caller }) => shown(tx, await publishAgent(tx, params.id, body, caller.actor)),
  }),
  reads({
    path: "/api/agents/:id/versions",
    summary: "What was published of an agent, newest first",
    permission: "inbox.read",
    params: agentId,
    query: z.strictObject(pagingBy(VERSION_CURSOR)),
    answer: pageOf(AgentVersion),
    async handle(view, { params, query }) {
      await agentOf(view, params.id);
      return listVersions(view, params.id, query);
    },
  }),
  writes({
    method: "DELETE",
    path: "/api/agents/:id",
    summary: "Remove an AI agent",
    permission: "agents.write",
    params: agentId,
    answer: null,
    async handle(tx, { params, caller }) {
      await removeAgent(tx, params.id, caller.actor);
      return undefined;
    },
  }),
  reads({
    path: "/api/conversations/:id/runs",
    summary: "What agents did in a conversation and what they used, newest first",
    permission: "inbox.read",
    params: z.strictObject({ id: idOf("cnv") }),
    query: z.strictObject(pagingById("run")),
    answer: pageOf(AgentRun),
    async handle(view, { params, query }) {
      await getConversation(view, params.id);
      const rows = await listRuns(view, params.id, query.cursor ?? null, query.limit + 1);
      const items = rows.slice(0, query.limit).map((row) => ({ ...row, at: row.at.toISOString() }));
      return { items, nextCursor: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null };
    },
  }),
];
