/** One turn of an agent: read, think outside of any transaction, and act only where nothing has changed meanwhile. */
import { type Actor, SYSTEM } from "../../contract/accounts.ts";
import type { AgentRun } from "../../contract/agents.ts";
import type { Environment } from "../../contract/channels.ts";
import type { AgentId } from "../../contract/ids.ts";
import { environmentOf } from "../channels/channels.ts";
import { openReviewOf } from "../consent/consent.ts";
import {
  type ConversationRow,
  finishTurn,
  getConversation,
  handOver,
  holdConversation,
  type Turn,
} from "../conversations/conversations.ts";
import { trySend } from "../messages/messages.ts";
import type { Database } from "../platform/db/database.ts";
import type { Tx, View } from "../platform/db/handles.ts";
import { Refusal } from "../platform/errors.ts";
import type { Secrets } from "../platform/secrets.ts";
import { gather } from "./gather.ts";
import { insertRun } from "./store.ts";
import { type Decision, think } from "./think.ts";
import { agentIn, type RunningAgent } from "./versions.ts";

/** A turn that failed this often is handed over. */
const MAX_TRIES = 5;

/** "dropped": there was nothing to do, such as where a person has the conversation. */
export type TurnOutcome = AgentRun["outcome"] | "dropped";

/** Whose decision something is: an agent's, by what it runs in an environment. */
interface Decider {
  agentId: AgentId;
  environment: Environment;
  version: number | null;
}

/** What is to be done, and whose decision it was; null: nothing. */
type Decided = (Decider & { decision: Decision }) | null;

/** A crash anywhere leaves the turn to be claimed again: only the last transaction ends it. */
export async function takeTurn(database: Database, secrets: Secrets, turn: Turn): Promise<TurnOutcome> {
  const decided = await decide(database, secrets, turn);
  return database.tx(turn.workspaceId, (tx) => conclude(tx, turn, decided));
}

async function decide(database: Database, secrets: Secrets, turn: Turn): Promise<Decided> {
  const material = await database.view(turn.workspaceId, async (view) => {
    const conversation = await getConversation(view, turn.conversationId).catch(nullWhereGone);
    const agentId = conversation && agentWhoseTurn(conversation);
    if (!agentId || (await isUnclear(view, conversation))) return null;
    const environment = await whereItGoes(view, conversation);
    const agent = await agentIn(view, agentId, environment);
    const by: Decider = { agentId, environment, version: agent?.version ?? null };
    if (turn.tries > MAX_TRIES) return { by, givingUp: "failed_too_often" };
    if (!agent?.active) return { by, givingUp: agent ? "agent_inactive" : "agent_gone" };
    const gathered = await gather(view, conversation.id, agent, secrets);
    return gathered && { by, gathered };
  });
  if (!material) return null;
  const { by } = material;
  if ("gathered" in material) return { ...by, decision: await think(database.outside, material.gathered) };
  return { ...by, decision: { act: "hand_over", reason: material.givingUp, confidence: null, sources: [] } };
}

/** Their last text came by a number of this environment, and what is published there answers it. */
const whereItGoes = async (view: View, { connectionId }: ConversationRow): Promise<Environment> =>
  connectionId ? environmentOf(view, connectionId) : "live";

/** The agent whose turn it is; null once a person has the conversation, or it is done. */
const agentWhoseTurn = ({ status, agentId }: ConversationRow): AgentId | null =>
  status === "AI_ACTIVE" ? agentId : null;

/** While it is not clear whether they want to stop, no agent answers; it gets its turn when somebody has decided. */
const isUnclear = async (view: View, { channel, address }: ConversationRow): Promise<boolean> =>
  address !== null && (await openReviewOf(view, channel, view.hashOf(channel, address))) !== null;

/** A person's data was erased while their turn waited. */
function nullWhereGone(error: unknown): null {
  if (error instanceof Refusal && error.status === 404) return null;
  throw error;
}

/** The conversation is held before it is looked at, so that nobody takes over or says stop between look and act. */
async function conclude(tx: Tx, turn: Turn, decided: Decided): Promise<TurnOutcome> {
  const conversation = await holdConversation(tx, turn.conversationId).catch(nullWhereGone);
  const agentId = conversation && agentWhoseTurn(conversation);
  // Another agent was given the conversation meanwhile, and with it the turn; or it goes elsewhere now: then it is taken again.
  const environment = conversation && (await whereItGoes(tx, conversation));
  if (decided && agentId && (agentId !== decided.agentId || environment !== decided.environment)) return "dropped";
  const isNewest = await finishTurn(tx, turn);
  if (!decided || !conversation) return "dropped";
  const { decision } = decided;
  const record = recorder(tx, turn, decided);
  if (!agentId) return record("abandoned", { reason: "taken_over" });
  if (!isNewest) return record("abandoned", { reason: "newer_message" });
  if (decision.act === "stay_silent") return record("abandoned", { reason: decision.reason });

  const agent = await agentIn(tx, agentId, decided.environment);
  const by: Actor = agent ? { type: "agent", id: agent.id, name: agent.name } : SYSTEM;
  const { confidence, sources } = decision;
  // By the number that they wrote to, and by no other if that is moved to another environment in this moment.
  const { environment: behalf } = decided;
  const to = {
    conversationId: conversation.id,
    connectionId: conversation.connectionId ?? undefined,
    environment: behalf,
  };
  const toTeam = async (reason: string): Promise<TurnOutcome> => {
    await handOver(tx, { id: conversation.id, agentId }, reason, by);
    const replyId = await sendHandoverText(tx, to, agent, by);
    return record("handed_over", { reason, confidence, sources, replyId });
  };
  if (decision.act === "hand_over") return toTeam(decision.reason);

  const sent = await trySend(tx, { ...to, content: decision.text, kind: "reply", by });
  switch (sent.outcome) {
    case "queued":
    case "scheduled":
      return record("answered", { reason: decision.reason, confidence, sources, replyId: sent.message.id });
    case "suppressed":
      return record("abandoned", { reason: "suppressed", confidence, sources, replyId: sent.message.id });
    case "refused":
      return toTeam(`reply_refused: ${sent.code}`);
  }
}

const recorder =
  (tx: Tx, { conversationId, messageId }: Turn, { agentId, version }: Decider) =>
  async (
    outcome: AgentRun["outcome"],
    more: Partial<Pick<AgentRun, "reason" | "confidence" | "sources" | "replyId">>,
  ) => {
    const blank = { reason: null, confidence: null, sources: [], replyId: null };
    await insertRun(tx, { agentId, version, conversationId, messageId, outcome, ...blank, ...more });
    return outcome;
  };

/** The team has the conversation either way: a text that may not leave keeps nobody from being helped. */
async function sendHandoverText(
  tx: Tx,
  to: Pick<Parameters<typeof trySend>[1], "conversationId" | "connectionId" | "environment">,
  agent: RunningAgent | null,
  by: Actor,
): Promise<AgentRun["replyId"]> {
  if (!agent?.handoverText) return null;
  const draft = { ...to, content: agent.handoverText, kind: "reply" as const, by };
  const sent = await trySend(tx, draft);
  return sent.outcome === "refused" ? null : sent.message.id;
}
