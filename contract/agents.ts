/** AI agents, what they know, and the language models behind them. */
import { z } from "zod";
import { Actor } from "./accounts.ts";
import { ENVIRONMENTS } from "./channel-names.ts";
import { Environment } from "./channels.ts";
import { idOf } from "./ids.ts";
import { nameUpTo } from "./names.ts";

const text = (max: number) => z.string().trim().min(1).max(max);

export const Agent = z.object({
  id: idOf("agt"),
  name: z.string(),
  instructions: z.string(),
  knowledgeBaseIds: z.array(idOf("kbs")),
  modelId: idOf("mdl").nullable(),
  /** From 0 to 1: below it the agent hands over to the team instead of answering. */
  confidenceBound: z.number(),
  /** What the customer is told at a handover; null: nothing. */
  handoverText: z.string().nullable(),
  active: z.boolean(),
  /** Where a version of it answers; an environment that is not listed follows what is saved. */
  published: z.array(
    z.object({
      environment: Environment,
      version: z.number().int(),
      at: z.iso.datetime(),
      by: Actor,
      /** Whether what is saved differs from that version. */
      differs: z.boolean(),
    }),
  ),
  createdAt: z.iso.datetime(),
});
export type Agent = z.infer<typeof Agent>;

export const NewAgent = z.strictObject({
  name: nameUpTo(100),
  instructions: z.string().max(20_000).default(""),
  knowledgeBaseIds: z.array(idOf("kbs")).max(20).default([]),
  modelId: idOf("mdl").nullable().default(null),
  confidenceBound: z.number().min(0).max(1).default(0.5),
  handoverText: text(480).nullable().default("Thanks for your message. A person from our team will answer you here."),
  active: z.boolean().default(true),
});
export type NewAgent = z.infer<typeof NewAgent>;

export const AgentPatch = z
  .strictObject({
    name: nameUpTo(100),
    instructions: z.string().max(20_000),
    knowledgeBaseIds: z.array(idOf("kbs")).max(20),
    modelId: idOf("mdl").nullable(),
    confidenceBound: z.number().min(0).max(1),
    handoverText: text(480).nullable(),
    active: z.boolean(),
  })
  .partial();
export type AgentPatch = z.infer<typeof AgentPatch>;

/** What an agent's saved settings were when they were published: it never changes. The knowledge itself is shared by all. */
export const AgentVersion = Agent.pick({
  instructions: true,
  knowledgeBaseIds: true,
  modelId: true,
  confidenceBound: true,
  handoverText: true,
}).extend({
  /** Counted from 1 for each agent. */
  version: z.number().int(),
  /** Where it answers now. */
  environments: z.array(Environment),
  createdAt: z.iso.datetime(),
  createdBy: Actor,
});
export type AgentVersion = z.infer<typeof AgentVersion>;

export const VERSION_CURSOR = /^[1-9]\d{0,8}$/;

export const PublishAgent = z.strictObject({
  environments: z.array(Environment).min(1).max(ENVIRONMENTS.length),
  /** An earlier one, to go back to it; null: they follow what is saved again. Left out: a new one is made of what is saved. */
  version: z.number().int().min(1).max(999_999_999).nullable().optional(),
});
export type PublishAgent = z.infer<typeof PublishAgent>;

export const AgentRun = z.object({
  id: idOf("run"),
  agentId: idOf("agt"),
  /** Which version of it; null: what was saved then. */
  version: z.number().int().nullable(),
  conversationId: idOf("cnv"),
  /** The customer's last message that this turn answered. */
  messageId: idOf("msg"),
  outcome: z.enum(["answered", "handed_over", "abandoned"]),
  /** Why it handed over; or why its answer is not its language model's: `model_unreachable`, `model_invented` ... */
  reason: z.string().nullable(),
  confidence: z.number().nullable(),
  sources: z.array(z.object({ sourceId: idOf("src"), title: z.string(), excerpt: z.string() })),
  replyId: idOf("msg").nullable(),
  at: z.iso.datetime(),
});
export type AgentRun = z.infer<typeof AgentRun>;

export const KnowledgeBase = z.object({
  id: idOf("kbs"),
  name: z.string(),
  language: z.enum(["en", "es", "fr", "de", "other"]),
  createdAt: z.iso.datetime(),
});
export type KnowledgeBase = z.infer<typeof KnowledgeBase>;
export const NewKnowledgeBase = z.strictObject({
  name: nameUpTo(100),
  language: KnowledgeBase.shape.language.default("en"),
});
export const KnowledgeBasePatch = z.strictObject({ name: nameUpTo(100) });

export const NewKnowledgeSource = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("pair"), question: text(1000), answer: text(1600) }),
  z.strictObject({ kind: z.literal("text"), title: nameUpTo(200), content: text(500_000) }),
]);
export type NewKnowledgeSource = z.infer<typeof NewKnowledgeSource>;

/** Of a pair the question or the answer, of a text the title or the content; what it is stays. */
export const KnowledgeSourcePatch = z
  .strictObject({ question: text(1000), answer: text(1600), title: nameUpTo(200), content: text(500_000) })
  .partial();

export const KnowledgeSource = z.object({
  id: idOf("src"),
  knowledgeBaseId: idOf("kbs"),
  kind: z.enum(["pair", "text"]),
  /** The question of a pair, the title of a text. */
  title: z.string(),
  content: z.string(),
  createdAt: z.iso.datetime(),
});
export type KnowledgeSource = z.infer<typeof KnowledgeSource>;

export const LanguageModel = z.object({
  id: idOf("mdl"),
  name: z.string(),
  provider: z.literal("openai-compatible"),
  baseUrl: z.string(),
  model: z.string(),
  hasKey: z.boolean(),
  createdAt: z.iso.datetime(),
});
export type LanguageModel = z.infer<typeof LanguageModel>;
export const NewLanguageModel = z.strictObject({
  name: nameUpTo(100),
  provider: z.literal("openai-compatible"),
  baseUrl: z.url({ protocol: /^https?$/ }),
  model: text(200),
  apiKey: text(500).optional(),
});
export type NewLanguageModel = z.infer<typeof NewLanguageModel>;
