/** What went wrong, as a person reads it: one sentence, and a sentence for each field. */
import { Refused, Unreachable } from "./client.ts";

export function sentenceOf(error: unknown): string {
  if (error instanceof Refused) return sentence(error.problem.detail.replace(/^[\w.]+: /, ""));
  if (error instanceof Unreachable) return error.message;
  return "Something went wrong on this page. Load it again; what is stored is safe.";
}

export const codeOf = (error: unknown): string | null => (error instanceof Refused ? error.problem.code : null);

/** Nothing is decided yet: the answer was lost, or the server can't act at the moment. Asked again, it is the same act. */
export const isUndecided = (error: unknown): boolean =>
  !(error instanceof Refused) || error.problem.status >= 502 || [401, 429].includes(error.problem.status);

export const isOffline = (error: unknown): boolean => error instanceof Unreachable;

/** The message of each field at fault, by its name in the request. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof Refused)) return {};
  return Object.fromEntries((error.problem.errors ?? []).map(({ path, message }) => [path, sentence(message)]));
}

/** "must be a phone number" reads as a sentence beside its field. What is no word, such as an email, stays as it is. */
function sentence(text: string): string {
  const first = text.replace(/^[a-z]+(?=[\s,;:]|[.!?]?$)/, (word) => word.charAt(0).toUpperCase() + word.slice(1));
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
