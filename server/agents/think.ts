/** Decides what an agent does with its turn: answer, hand over, or say nothing. Rules first, then words. */
import type { AgentRun } from "../../contract/agents.ts";
import { cutAtSentence, type FoundPassage } from "../knowledge/knowledge.ts";
import type { ModelAnswer } from "../models/models.ts";
import type { Outside } from "../platform/db/handles.ts";
import { unfoundedClaims } from "./claims.ts";
import { greets, saysItIsAutomated } from "./fixed-texts.ts";
import { type Material, textOf } from "./gather.ts";
import { readWish } from "./wishes.ts";

export type Decision =
  | { act: "answer"; text: string; reason: string | null; confidence: number | null; sources: AgentRun["sources"] }
  | { act: "hand_over"; reason: string; confidence: number | null; sources: AgentRun["sources"] }
  | { act: "stay_silent"; reason: string };

/** Automated answers in one conversation within an hour; the next one is a person's. */
const ANSWERS_AN_HOUR = 10;
const MAX_PASSAGE_CHARACTERS = 320;
/** Of a model's answer: it is asked for half of that. */
const MAX_ANSWER_CHARACTERS = 640;
const MAX_EXCERPT_CHARACTERS = 200;

export async function think(outside: Outside, material: Material): Promise<Decision> {
  const decision = byRule(material) ?? (await byKnowledge(outside, material));
  const lastReply = material.thread.findLast((message) => message.direction === "outbound");
  if (decision.act === "answer" && decision.text === lastReply?.content) return handOver("repeated");
  return decision;
}

const handOver = (reason: string, best?: FoundPassage): Decision => ({
  act: "hand_over",
  reason,
  confidence: best?.confidence ?? null,
  sources: [],
});

const fixed = (text: string, reason: string): Decision => ({
  act: "answer",
  text,
  reason,
  confidence: null,
  sources: [],
});

/** What no model is asked: wishes, truths about ourselves, and the limits that keep two machines from talking on. */
function byRule({ thread, unanswered, business, language, answersInLastHour }: Material): Decision | null {
  const text = textOf(unanswered);
  if (text === "") return handOver("no_text");
  const wish = readWish(text);
  if (wish === "person") return handOver("asked_for_person");
  if (wish === "trouble") return handOver("needs_person");
  const earlier = thread.slice(0, -unanswered.length);
  const weAsked = earlier.at(-1)?.content.trimEnd().endsWith("?");
  if (wish === "closing" && !weAsked) return { act: "stay_silent", reason: "nothing_asked" };
  if (answersInLastHour >= ANSWERS_AN_HOUR) return handOver("too_many_answers");
  const before = earlier.findLast((message) => message.direction === "inbound");
  if (before && same(before.content, unanswered.at(-1)?.content ?? "")) return handOver("repeated");
  if (wish === "bot") return fixed(saysItIsAutomated(language, business), "asked_if_automated");
  if (wish === "greeting") return fixed(greets(language, business), "greeted");
  return null;
}

const same = (one: string, other: string) => one.trim().toLowerCase() === other.trim().toLowerCase();

/** By the model's words; where there is none, or where it failed, what is known is looked up. */
async function byKnowledge(outside: Outside, material: Material): Promise<Decision> {
  const { model, agent, passages, thread } = material;
  if (!model) return byRetrieval(material, null);
  const answer = await model.answer(outside, {
    instructions: agent.instructions,
    passages: passages.map(({ passageId, title, content }) => ({ id: passageId, title, content })),
    messages: thread.map((message) => ({
      from: message.direction === "inbound" ? ("customer" as const) : ("business" as const),
      text: message.content,
    })),
  });
  return fromModel(answer, material);
}

function fromModel(answer: ModelAnswer, material: Material): Decision {
  const { agent, passages } = material;
  switch (answer.outcome) {
    case "failed":
      return byRetrieval(material, `model_${answer.reason}`);
    case "cannot_answer":
      return handOver(`model_hands_over: ${cutAtSentence(answer.reason, MAX_EXCERPT_CHARACTERS)}`, passages[0]);
    case "answered": {
      const used = passages.filter((passage) => answer.usedPassageIds.includes(passage.passageId));
      const grounds = [agent.instructions, ...used.flatMap((passage) => [passage.title, passage.content])];
      if (unfoundedClaims(answer.text, grounds).length > 0) return byRetrieval(material, "model_invented");
      const confidence = used.length > 0 ? Math.max(...used.map((passage) => passage.confidence)) : null;
      const text = cutAtSentence(answer.text, MAX_ANSWER_CHARACTERS);
      return { act: "answer", text, reason: null, confidence, sources: used.map(sourceOf) };
    }
  }
}

/** @param reason why no model wrote the answer, where there is one; null: there is none */
function byRetrieval({ agent, passages: [best] }: Material, reason: string | null): Decision {
  if (!best || best.confidence < agent.confidenceBound) return handOver("not_sure", best);
  const text = best.kind === "pair" ? best.content : cutAtSentence(best.content, MAX_PASSAGE_CHARACTERS);
  return { act: "answer", text, reason, confidence: best.confidence, sources: [sourceOf(best)] };
}

const sourceOf = ({ sourceId, title, content }: FoundPassage): AgentRun["sources"][number] => ({
  sourceId,
  title,
  excerpt: cutAtSentence(content, MAX_EXCERPT_CHARACTERS),
});
