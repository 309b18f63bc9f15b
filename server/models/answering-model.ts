/** The port: what is asked of a language model, and everything that may come of it. */
import type { Outside } from "../platform/db/handles.ts";

export interface ModelRequest {
  /** The business's own words on how to answer. */
  instructions: string;
  /** All that the model may know. */
  passages: readonly { id: string; title: string; content: string }[];
  /** Oldest first; the customer's unanswered ones last. */
  messages: readonly { from: "customer" | "business"; text: string }[];
}

export type ModelAnswer =
  | { outcome: "answered"; text: string; usedPassageIds: string[] }
  | { outcome: "cannot_answer"; reason: string }
  | { outcome: "failed"; reason: "unreachable" | "refused" | "timed_out" | "malformed" };

export interface AnsweringModel {
  /** Never throws for what a server does or leaves undone. */
  answer(outside: Outside, request: ModelRequest): Promise<ModelAnswer>;
}
