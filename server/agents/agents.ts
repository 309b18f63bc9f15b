/** Agents: they answer customers from what the business knows, and hand over to people where they should. */
import type { z } from "zod";
import type { Actor } from "../../contract/accounts.ts";
import type { Agent, AgentPatch, NewAgent } from "../../contract/agents.ts";
import type { AgentId, KnowledgeBaseId } from "../../contract/ids.ts";
import { findBases } from "../knowledge/knowledge.ts";
import { modelExists } from "../models/models.ts";
import type { Tx, View } from "../platform/db/handles.ts";
import { invalid, notFound } from "../platform/errors.ts";
import { type AgentRow, deleteAgent, findAgent, putAgent } from "./store.ts";

export { takeTurn } from "./take-turn.ts";
export { startTurns } from "./turn-lane.ts";

export const agentJson = (row: AgentRow): Agent => ({ ...row, createdAt: row.createdAt.toISOString() });

export async function agentOf(view: View, id: AgentId): Promise<AgentRow> {
  const agent = await findAgent(view, id);
  if (!agent) throw notFound("agent");
  return agent;
}

/** What a connection shows of its agent: its first knowledge base. Null where there is no such agent. */
export async function resolveAgent(
  view: View,
  agentId: AgentId,
): Promise<{ id: AgentId; knowledgeBase: { id: KnowledgeBaseId; name: string } | null } | null> {
  const agent = await findAgent(view, agentId);
  if (!agent) return null;
  const first = agent.knowledgeBaseIds.slice(0, 1);
  const [base] = await findBases(view, first);
  return { id: agent.id, knowledgeBase: base ? { id: base.id, name: base.name } : null };
}

export async function createAgent(tx: Tx, draft: z.output<typeof NewAgent>, by: Actor): Promise<AgentRow> {
  const agent = await keep(tx, { ...draft, id: tx.id("agt"), createdAt: tx.now });
  await tx.emit({ type: "agent.created", data: { agentId: agent.id }, actor: by });
  return agent;
}

export async function changeAgent(
  tx: Tx,
  id: AgentId,
  patch: z.output<typeof AgentPatch>,
  by: Actor,
): Promise<AgentRow> {
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  const agent = await keep(tx, { ...(await agentOf(tx, id)), ...given });
  await tx.emit({ type: "agent.changed", data: { agentId: id }, actor: by });
  return agent;
}

async function keep(tx: Tx, row: AgentRow): Promise<AgentRow> {
  const knowledgeBaseIds = [...new Set(row.knowledgeBaseIds)];
  if ((await findBases(tx, knowledgeBaseIds)).length < knowledgeBaseIds.length)
    throw invalid(
      "knowledge_base_not_found",
      "One of these knowledge bases is not in this workspace.",
      "knowledgeBaseIds",
    );
  if (row.modelId !== null && !(await modelExists(tx, row.modelId)))
    throw invalid("model_not_found", "There is no such language model in this workspace.", "modelId");
  const agent = { ...row, knowledgeBaseIds };
  await putAgent(tx, agent);
  return agent;
}

/** Its conversations go to the team with the customer's next message; what it did stays on record. */
export async function removeAgent(tx: Tx, id: AgentId, by: Actor): Promise<void> {
  if (!(await deleteAgent(tx, id))) throw notFound("agent");
  await tx.emit({ type: "agent.deleted", data: { agentId: id }, actor: by });
}
