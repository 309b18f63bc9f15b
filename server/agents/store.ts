/** The agents room's tables. */
import type { AgentRun } from "../../contract/agents.ts";
import type { AgentId, ConversationId, KnowledgeBaseId, LanguageModelId } from "../../contract/ids.ts";
import type { Tx, View } from "../platform/db/handles.ts";

export interface AgentRow {
  id: AgentId;
  name: string;
  instructions: string;
  /** In the order in which they were given. */
  knowledgeBaseIds: KnowledgeBaseId[];
  modelId: LanguageModelId | null;
  confidenceBound: number;
  handoverText: string | null;
  active: boolean;
  createdAt: Date;
}

const AGENT = `a.id, a.name, a.instructions, a.model_id as "modelId", a.confidence_bound as "confidenceBound",
  a.handover_text as "handoverText", a.active, a.created_at as "createdAt",
  array(select k.knowledge_base_id from agent_knowledge k where k.workspace_id = a.workspace_id and k.agent_id = a.id
    order by k.position) as "knowledgeBaseIds"`;

export const listAgents = (view: View) =>
  view.rows<AgentRow>(`select ${AGENT} from agents a where a.workspace_id = $1 order by a.id`, [view.workspaceId]);

export const findAgent = (view: View, id: AgentId) =>
  view.maybe<AgentRow>(`select ${AGENT} from agents a where a.workspace_id = $1 and a.id = $2`, [view.workspaceId, id]);

/** Puts an agent in, or gives it its new settings. */
export async function putAgent(tx: Tx, row: AgentRow): Promise<void> {
  await tx.rows(
    `insert into agents (workspace_id, id, name, instructions, model_id, confidence_bound, handover_text, active, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       on conflict (workspace_id, id) do update set name = $3, instructions = $4, model_id = $5, confidence_bound = $6,
         handover_text = $7, active = $8`,
    [
      tx.workspaceId,
      row.id,
      row.name,
      row.instructions,
      row.modelId,
      row.confidenceBound,
      row.handoverText,
      row.active,
      row.createdAt,
    ],
  );
  await tx.rows("delete from agent_knowledge where workspace_id = $1 and agent_id = $2", [tx.workspaceId, row.id]);
  await tx.rows(
    `insert into agent_knowledge (workspace_id, agent_id, knowledge_base_id, position)
       select $1, $2, k.id, k.position from unnest($3::text[]) with ordinality k(id, position)`,
    [tx.workspaceId, row.id, row.knowledgeBaseIds],
  );
}

export const deleteAgent = (tx: Tx, id: AgentId) =>
  tx.maybe<{ id: AgentId }>("delete from agents where workspace_id = $1 and id = $2 returning id", [
    tx.workspaceId,
    id,
  ]);

export interface RunRow extends Omit<AgentRun, "at"> {
  at: Date;
}

const RUN = `id, agent_id as "agentId", conversation_id as "conversationId", message_id as "messageId", outcome, reason, confidence,
  sources, reply_id as "replyId", at`;

export const insertRun = (tx: Tx, run: Omit<RunRow, "id" | "at">) =>
  tx.rows(
    `insert into agent_runs (workspace_id, id, agent_id, conversation_id, message_id, outcome, reason, confidence, sources, reply_id, at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      tx.workspaceId,
      tx.id("run"),
      run.agentId,
      run.conversationId,
      run.messageId,
      run.outcome,
      run.reason,
      run.confidence,
      JSON.stringify(run.sources),
      run.replyId,
      tx.now,
    ],
  );

/** Newest first, from before `before`. */
export const listRuns = (view: View, conversationId: ConversationId, before: string | null, limit: number) =>
  view.rows<RunRow>(
    `select ${RUN} from agent_runs where workspace_id = $1 and conversation_id = $2 and ($3::text is null or id < $3)
      order by id desc limit $4`,
    [view.workspaceId, conversationId, before, limit],
  );

export const countAnswers = (view: View, conversationId: ConversationId, since: Date) =>
  view.one<{ count: number }>(
    `select count(*) as count from agent_runs where workspace_id = $1 and conversation_id = $2 and outcome = 'answered' and at > $3`,
    [view.workspaceId, conversationId, since],
  );
