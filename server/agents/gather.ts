/** What an agent needs to know before it thinks: read in one view, so that it fits together. */
import type { AgentId, ConversationId } from "../../contract/ids.ts";
import type { Message } from "../../contract/messages.ts";
import { workspaceOf } from "../accounts/accounts.ts";
import { type ConversationRow, getConversation, type Turn } from "../conversations/conversations.ts";
import { type BaseRow, type FoundPassage, findBases, findPassages } from "../knowledge/knowledge.ts";
import { recentMessages } from "../messages/messages.ts";
import { type AnsweringModel, openModel } from "../models/models.ts";
import type { View } from "../platform/db/handles.ts";
import type { Secrets } from "../platform/secrets.ts";
import { type AgentRow, countAnswers, findAgent } from "./store.ts";

/** How much of the conversation an agent reads. */
const THREAD = 10;
const PASSAGES = 5;
const HOUR_MS = 3_600_000;

export interface Material {
  conversationId: ConversationId;
  agent: AgentRow;
  business: string;
  language: BaseRow["language"];
  /** Oldest first; ends with the unanswered ones. */
  thread: Message[];
  /** The customer's messages since we last wrote: answered once, together. */
  unanswered: Message[];
  passages: FoundPassage[];
  model: AnsweringModel | null;
  answersInLastHour: number;
}

/** Why there is nothing to think about. */
export type NoMaterial =
  | { nothing: "not_ours" | "answered" }
  | { nothing: "agent_gone" | "agent_inactive"; agentId: AgentId; agent: AgentRow | null };

/** @throws NotFound where the conversation is gone */
export async function gather(view: View, turn: Turn, secrets: Secrets): Promise<Material | NoMaterial> {
  const conversation = await getConversation(view, turn.conversationId);
  const agentId = agentWhoseTurn(conversation);
  if (!agentId) return { nothing: "not_ours" };
  const agent = await findAgent(view, agentId);
  if (!agent?.active) return { nothing: agent ? "agent_inactive" : "agent_gone", agentId, agent };

  const thread = (await recentMessages(view, conversation.id, THREAD)).filter(isWord).reverse();
  const lastOfOurs = thread.findLastIndex((message) => message.direction === "outbound");
  const unanswered = thread.slice(lastOfOurs + 1);
  if (unanswered.length === 0) return { nothing: "answered" };

  const [base] = await findBases(view, agent.knowledgeBaseIds.slice(0, 1));
  const since = new Date(view.now.getTime() - HOUR_MS);
  return {
    conversationId: conversation.id,
    agent,
    business: (await workspaceOf(view.ground, view.workspaceId)).name,
    language: base?.language ?? "en",
    thread,
    unanswered,
    passages: await findPassages(view, agent.knowledgeBaseIds, textOf(unanswered), PASSAGES),
    model: agent.modelId && (await openModel(view, secrets, agent.modelId)),
    answersInLastHour: (await countAnswers(view, conversation.id, since)).count,
  };
}

/** The agent whose turn it is; null once a person has the conversation, or it is done. */
export const agentWhoseTurn = ({ status, agentId }: ConversationRow): AgentId | null =>
  status === "AI_ACTIVE" ? agentId : null;

export const textOf = (messages: readonly Message[]): string =>
  messages
    .map((message) => message.content.trim())
    .filter(Boolean)
    .join("\n");

/** Notices answer keywords, and what never left says nothing: neither is part of what was said. */
function isWord({ direction, kind, status }: Message): boolean {
  const neverLeft = status === "suppressed" || status === "canceled" || status === "failed";
  return direction === "inbound" || (kind !== "notice" && !neverLeft);
}
