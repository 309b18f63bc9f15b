/** The agents room's tables. */
import type { Actor } from "../../contract/accounts.ts";
import type { AgentRun } from "../../contract/agents.ts";
import type { Environment } from "../../contract/channels.ts";
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

/** Holds an agent to the end of the transaction, so that its versions are numbered one after the other. */
export const lockAgent = (tx: Tx, id: AgentId) =>
  tx.rows("select 1 from agents where workspace_id = $1 and id = $2 for update", [tx.workspaceId, id]);

export interface VersionRow {
  version: number;
  instructions: string;
  knowledgeBaseIds: KnowledgeBaseId[];
  modelId: LanguageModelId | null;
  confidenceBound: number;
  handoverText: string | null;
  createdAt: Date;
  createdBy: Actor;
}

const VERSION = `v.number as "version", v.instructions, v.model_id as "modelId", v.confidence_bound as "confidenceBound",
  v.handover_text as "handoverText", v.created_at as "createdAt", v.created_by as "createdBy",
  array(select k.id from unnest(v.knowledge_base_ids) with ordinality g(id, position)
    join knowledge_bases k on k.workspace_id = v.workspace_id and k.id = g.id order by g.position) as "knowledgeBaseIds"`;

/** Newest first, from before `before`; a knowledge base that is gone is in none. */
export const listVersions = (view: View, agentId: AgentId, before: number | null, limit: number) =>
  view.rows<VersionRow>(
    `select ${VERSION} from agent_versions v where v.workspace_id = $1 and v.agent_id = $2 and ($3::int is null or v.number < $3)
      order by v.number desc limit $4`,
    [view.workspaceId, agentId, before, limit],
  );

export const findVersion = (view: View, agentId: AgentId, version: number) =>
  view.maybe<VersionRow>(
    `select ${VERSION} from agent_versions v where v.workspace_id = $1 and v.agent_id = $2 and v.number = $3`,
    [view.workspaceId, agentId, version],
  );

export const insertVersion = (
  tx: Tx,
  agentId: AgentId,
  { version, instructions, knowledgeBaseIds, modelId, confidenceBound, handoverText, createdBy }: VersionRow,
) =>
  tx.rows(
    `insert into agent_versions (workspace_id, agent_id, number, instructions, knowledge_base_ids, model_id, confidence_bound,
       handover_text, created_at, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      ...[tx.workspaceId, agentId, version, instructions, knowledgeBaseIds, modelId, confidenceBound, handoverText],
      ...[tx.now, JSON.stringify(createdBy)],
    ],
  );

export interface PublicationRow extends VersionRow {
  agentId: AgentId;
  environment: Environment;
  at: Date;
  by: Actor;
}

/** What is published of an agent, or (null) of all of them. */
export const listPublications = (view: View, agentId: AgentId | null) =>
  view.rows<PublicationRow>(
    `select p.agent_id as "agentId", p.environment, p.published_at as "at", p.published_by as "by", ${VERSION}
       from agent_publications p
       join agent_versions v on v.workspace_id = p.workspace_id and v.agent_id = p.agent_id and v.number = p.number
      where p.workspace_id = $1 and ($2::text is null or p.agent_id = $2) order by p.environment`,
    [view.workspaceId, agentId],
  );

export const putPublication = (
  tx: Tx,
  agentId: AgentId,
  environment: Environment,
  { version, modelId }: Pick<VersionRow, "version" | "modelId">,
  by: Actor,
) =>
  tx.rows(
    `insert into agent_publications (workspace_id, agent_id, environment, number, model_id, published_at, published_by)
       values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (workspace_id, agent_id, environment) do update set number = $4, model_id = $5, published_at = $6, published_by = $7`,
    [tx.workspaceId, agentId, environment, version, modelId, tx.now, JSON.stringify(by)],
  );

export const deletePublication = (tx: Tx, agentId: AgentId, environment: Environment) =>
  tx.rows("delete from agent_publications where workspace_id = $1 and agent_id = $2 and environment = $3", [
    tx.workspaceId,
    agentId,
    environment,
  ]);

export const deleteAgent = (tx: Tx, id: AgentId) =>
  tx.maybe<{ id: AgentId }>("delete from agents where workspace_id = $1 and id = $2 returning id", [
    tx.workspaceId,
    id,
  ]);

export interface RunRow extends Omit<AgentRun, "at"> {
  at: Date;
}

const RUN = `id, agent_id as "agentId", version, conversation_id as "conversationId", message_id as "messageId", outcome, reason, confidence,
  sources, reply_id as "replyId", at`;

export const insertRun = (tx: Tx, run: Omit<RunRow, "id" | "at">) =>
  tx.rows(
    `insert into agent_runs (workspace_id, id, agent_id, conversation_id, message_id, outcome, reason, confidence, sources, reply_id, at,
       version)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
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
      run.version,
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
