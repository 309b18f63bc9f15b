/** One turn of an agent: read, think outside of any transaction, and act only where nothing has changed meanwhile. */
import type { Actor } from "../../contract/accounts.ts";
import type { AgentRun } from "../../contract/agents.ts";
import type { AgentId } from "../../contract/ids.ts";
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
import { type AgentRow, findAgent, insertRun } from "./store.ts";
import { type Decision, think } from "./think.ts";

/** A turn that failed this often is handed over. */
const MAX_TRIES = 5;

/** "dropped": there was nothing to do, such as where a person has the conversation. */
export type TurnOutcome = AgentRun["outcome"] | "dropped";

/** What is to be done, and whose decision it was; null: nothing. */
type Decided = { agentId: AgentId; decision: Decision } | null;

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
    if (turn.tries > MAX_TRIES) return { agentId, givingUp: "failed_too_often" };
    const agent = await findAgent(view, agentId);
    if (!agent?.active) return { agentId, givingUp: agent ? "agent_inactive" : "agent_gone" };
    return gather(view, conversation.id, agent, secrets);
  });
  if (!material) return null;
  if (!("givingUp" in material))
    return { agentId: material.agent.id, decision: await think(database.outside, material) };
  const { agentId, givingUp: reason } = material;
  return { agentId, decision: { act: "hand_over", reason, confidence: null, sources: [] } };
}

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
  // Another agent was given the conversation meanwhile, and with it the turn.
  if (decided && agentId && agentId !== decided.agentId) return "dropped";
  const isNewest = await finishTurn(tx, turn);
  if (!decided || !conversation) return "dropped";
  const { decision } = decided;
  const record = recorder(tx, turn, decided.agentId);
  if (!agentId) return record("abandoned", { reason: "taken_over" });
  if (!isNewest) return record("abandoned", { reason: "newer_message" });
  if (decision.act === "stay_silent") return record("abandoned", { reason: decision.reason });

  const agent = await findAgent(tx, agentId);
  const by: Actor = agent
    ? { type: "agent", id: agent.id, name: agent.name }
    : { type: "system", id: null, name: null };
  const { confidence, sources } = decision;
  const toTeam = async (reason: string): Promise<TurnOutcome> => {
    await handOver(tx, { id: conversation.id, agentId }, reason, by);
    const replyId = await sendHandoverText(tx, turn, agent, by);
    return record("handed_over", { reason, confidence, sources, replyId });
  };
  if (decision.act === "hand_over") return toTeam(decision.reason);

  const sent = await trySend(tx, { conversationId: conversation.id, content: decision.text, kind: "reply", by });
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
  (tx: Tx, { conversationId, messageId }: Turn, agentId: AgentId) =>
  async (
    outcome: AgentRun["outcome"],
    more: Partial<Pick<AgentRun, "reason" | "confidence" | "sources" | "replyId">>,
  ) => {
    const blank = { reason: null, confidence: null, sources: [], replyId: null };
    await insertRun(tx, { agentId, conversationId, messageId, outcome, ...blank, ...more });
    return outcome;
  };

/** The team has the conversation either way: a text that may not leave keeps nobody from being helped. */
async function sendHandoverText(tx: Tx, turn: Turn, agent: AgentRow | null, by: Actor): Promise<AgentRun["replyId"]> {
  if (!agent?.handoverText) return null;
  const draft = { conversationId: turn.conversationId, content: agent.handoverText, kind: "reply" as const, by };
  const sent = await trySend(tx, draft);
  return sent.outcome === "refused" ? null : sent.message.id;
}
