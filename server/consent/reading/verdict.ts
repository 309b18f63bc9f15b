/** What a text says about consent: first as a keyword, then in free text. Pure, and cheap enough to ask of every text. */
import { defaultKeywords, type KeywordMatch, type Keywords, type Language, matchForm } from "../keywords.ts";
import { normalForm } from "../normalise.ts";
import { readFreeText } from "./free-text.ts";
import { ownWords } from "./own-words.ts";
import type { Meter } from "./sentences.ts";

/** The words that made a rule fire, in UTF-16 code units of the text; null where no word did (a sign). */
export type Fired = { start: number; end: number } | null;

/** - revoke: as good as STOP; review: may mean that, so that a person reads it. */
export interface FreeTextMatch {
  verdict: "revoke" | "review";
  /** The rule that fired; docs/consent.md lists them. */
  rule: string;
  language: Language;
  fired: Fired;
}

export type Reading = { verdict: "none" } | KeywordMatch | FreeTextMatch;

const NOTHING: Reading = { verdict: "none" };

/** The verdict on a text in a workspace's keyword lists. A keyword comes first; STOP wins over all. */
export function readVerdict(text: string, keywords: Keywords = defaultKeywords, meter?: Meter): Reading {
  const words = ownWords(text);
  const keyword = matchForm(normalForm(words), text, keywords);
  if (keyword) return keyword;
  const hit = readFreeText(text, words, meter);
  if (!hit) return NOTHING;
  const [first, last] = [words[hit.from], words[hit.to - 1]];
  const fired = first && last && hit.to > hit.from ? { start: first.start, end: last.end } : null;
  return { verdict: hit.verdict, rule: hit.rule, language: hit.language, fired };
}
