/** What an agent needs to know before it thinks: read in one view, so that it fits together. */
import type { ConversationId } from "../../contract/ids.ts";
import type { Message } from "../../contract/messages.ts";
import { workspaceOf } from "../accounts/accounts.ts";
import { defaultKeywords, extendKeywords, type Reading, readVerdict } from "../consent/consent.ts";
import { type BaseRow, type FoundPassage, findBases, findPassages } from "../knowledge/knowledge.ts";
import { recentMessages } from "../messages/messages.ts";
import { type AnsweringModel, openModel } from "../models/models.ts";
import type { View } from "../platform/db/handles.ts";
import type { Secrets } from "../platform/secrets.ts";
import { countAnswers } from "./store.ts";
import type { RunningAgent } from "./versions.ts";

/** How much of the conversation an agent reads. */
const THREAD = 10;
const PASSAGES = 5;
const HOUR_MS = 3_600_000;

export interface Material {
  agent: RunningAgent;
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

/** Null where all was answered already. */
export async function gather(
  view: View,
  conversationId: ConversationId,
  agent: RunningAgent,
  secrets: Secrets,
): Promise<Material | null> {
  const workspace = await workspaceOf(view.ground, view.workspaceId);
  const keywords = extendKeywords(defaultKeywords, workspace.keywords);
  const all = (await recentMessages(view, conversationId, THREAD)).filter(wasSaid).reverse();
  const isAboutConsent = ({ direction, content }: Message, ...verdicts: Reading["verdict"][]) =>
    direction === "inbound" && verdicts.includes(readVerdict(content, keywords).verdict);
  // What was written before a STOP or a START is nobody's to answer any more, and no keyword ever is.
  const lastEnd = all.findLastIndex(
    (each) => each.direction === "outbound" || isAboutConsent(each, "stop", "revoke", "start"),
  );
  const isWord = (message: Message) => !isAboutConsent(message, "stop", "revoke", "start", "help");
  const unanswered = all.slice(lastEnd + 1).filter(isWord);
  if (unanswered.length === 0) return null;

  const [base] = await findBases(view, agent.knowledgeBaseIds.slice(0, 1));
  const since = new Date(view.now.getTime() - HOUR_MS);
  return {
    agent,
    business: workspace.name,
    language: base?.language ?? "en",
    thread: all.filter(isWord),
    unanswered,
    passages: await findPassages(view, agent.knowledgeBaseIds, textOf(unanswered), PASSAGES),
    model: agent.modelId && (await openModel(view, secrets, agent.modelId)),
    answersInLastHour: (await countAnswers(view, conversationId, since)).count,
  };
}

export const textOf = (messages: readonly Message[]): string =>
  messages
    .map((message) => message.content.trim())
    .filter(Boolean)
    .join("\n");

/** Notices answer keywords, and what never left says nothing: neither is part of what was said. */
function wasSaid({ direction, kind, status }: Message): boolean {
  const neverLeft = status === "suppressed" || status === "canceled" || status === "failed";
  return direction === "inbound" || (kind !== "notice" && !neverLeft);
}
