/** Agents: they answer customers from what the business knows, and hand over to people where they should. */
import type { z } from "zod";
import type { Actor } from "../../contract/accounts.ts";
import type { Agent, AgentPatch, NewAgent } from "../../contract/agents.ts";
import type { Environment } from "../../contract/channels.ts";
import type { AgentId, KnowledgeBaseId } from "../../contract/ids.ts";
import { audit, changesBetween } from "../accounts/accounts.ts";
import { findBases } from "../knowledge/knowledge.ts";
import { modelExists } from "../models/models.ts";
import type { Tx, View } from "../platform/db/handles.ts";
import { invalid, notFound } from "../platform/errors.ts";
import { type AgentRow, deleteAgent, findAgent, type PublicationRow, putAgent } from "./store.ts";
import { agentIn, publishedOf } from "./versions.ts";

export { takeTurn } from "./take-turn.ts";
export { startTurns } from "./turn-lane.ts";

/** @param publications what is published of it; others' are passed over */
export const agentJson = (row: AgentRow, publications: readonly PublicationRow[]): Agent => ({
  ...row,
  published: publishedOf(row, publications),
  createdAt: row.createdAt.toISOString(),
});

export async function agentOf(view: View, id: AgentId): Promise<AgentRow> {
  const agent = await findAgent(view, id);
  if (!agent) throw notFound("agent");
  return agent;
}

/** What a connection shows of its agent: the first knowledge base that it answers from there. Null where there is no such agent. */
export async function resolveAgent(
  view: View,
  agentId: AgentId,
  environment: Environment = "live",
): Promise<{ id: AgentId; knowledgeBase: { id: KnowledgeBaseId; name: string } | null } | null> {
  const agent = await agentIn(view, agentId, environment);
  if (!agent) return null;
  const first = agent.knowledgeBaseIds.slice(0, 1);
  const [base] = await findBases(view, first);
  return { id: agent.id, knowledgeBase: base ? { id: base.id, name: base.name } : null };
}

/** What the audit log may show of an agent; its instructions and words may hold anything. */
const OPEN_FIELDS = ["name", "knowledgeBaseIds", "modelId", "confidenceBound", "active"];
const asThing = ({ id, name }: AgentRow) => ({ id, name });
const fieldsOf = ({ id: _, createdAt: _at, ...fields }: AgentRow) => fields;

export async function createAgent(tx: Tx, draft: z.output<typeof NewAgent>, by: Actor): Promise<AgentRow> {
  const agent = await keep(tx, { ...draft, id: tx.id("agt"), createdAt: tx.now });
  const changes = changesBetween({}, fieldsOf(agent), OPEN_FIELDS);
  await audit(tx, { by, verb: "agent.created", thing: asThing(agent), changes });
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
  const before = await agentOf(tx, id);
  const agent = await keep(tx, { ...before, ...given });
  const changes = changesBetween(fieldsOf(before), fieldsOf(agent), OPEN_FIELDS);
  await audit(tx, { by, verb: "agent.changed", thing: asThing(before), changes });
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
  const agent = await agentOf(tx, id);
  if (!(await deleteAgent(tx, id))) throw notFound("agent");
  await audit(tx, { by, verb: "agent.deleted", thing: asThing(agent) });
  await tx.emit({ type: "agent.deleted", data: { agentId: id }, actor: by });
}
