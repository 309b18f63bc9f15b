/** Reading languages without spaces: fixed phrases, the longest at each place, in one walk over the letters. */

import type { Language } from "../keywords.ts";
import type { Hit } from "./clause.ts";
import { plainLetters } from "./letters.ts";
import { japanese } from "./lexicon/ja.ts";
import { korean } from "./lexicon/ko.ts";
import type { Phrases } from "./lexicon/phrases.ts";
import { chinese } from "./lexicon/zh.ts";
import type { Word } from "./own-words.ts";
import type { Meter } from "./sentences.ts";

type Says = keyof Omit<Phrases, "language">;
/** The choices for each part of a pattern, in their order. */
type Columns = ReadonlyArray<readonly string[]>;
interface Pattern {
  says: Says;
  language: Language;
  columns: Columns;
}

/** Chinese, Japanese and Korean letters. */
const LETTERS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー]/u;

/** Of two phrases of one length, the later in this list is taken. */
const ORDER: readonly Says[] = ["polite", "review", "alone", "revoke", "ordinary"];

/** Every pattern, by the first letters that it can begin with. */
const patterns = new Map<string, Pattern[]>();
for (const says of ORDER)
  for (const language of [chinese, japanese, korean])
    for (const line of language[says].split("\n").filter((each) => each.trim() !== "")) {
      const columns = line.split("+").map((part) => part.split("|").map(plainPart));
      for (const letter of new Set(columns[0]?.map((part) => part.charAt(0))))
        patterns.set(letter, [...(patterns.get(letter) ?? []), { says, language: language.language, columns }]);
    }

function plainPart(choice: string): string {
  const written = choice.replaceAll(" ", "");
  return written === "~" ? "" : plainLetters(written);
}

/** What stands between phrases: another language's word, or a pause that no phrase runs across. */
const BETWEEN = "\0";

/** @param words of any languages; those without the letters cost one look each */
export function readUnspaced(words: readonly Word[], meter: Meter): Hit | null {
  if (!words.some(({ text }) => LETTERS.test(text))) return null;
  let letters = "";
  const wordOf: number[] = [];
  words.forEach(({ text, pause }, word) => {
    meter.steps++;
    const ours = LETTERS.test(text) || text === "SMS";
    for (const letter of `${pause ? BETWEEN : ""}${ours ? text : BETWEEN}`) {
      letters += letter;
      for (let unit = 0; unit < letter.length; unit++) wordOf.push(word);
    }
  });

  let best: Hit | null = null;
  let alone: Hit | null = null;
  let onlyThat = true;
  for (let at = 0; at < letters.length; ) {
    const found = longestAt(letters, at, meter);
    const length = found?.length ?? 1;
    const place = { language: found?.language ?? "zh", from: wordOf[at] ?? 0, to: (wordOf[at + length - 1] ?? 0) + 1 };
    if (found?.says === "revoke") return { verdict: "revoke", rule: "phrase", ...place };
    if (found?.says === "review") best ??= { verdict: "review", rule: "displeased", ...place };
    if (found?.says === "alone") alone ??= { verdict: "revoke", rule: "phrase", ...place };
    else if (found?.says !== "polite" && letters[at] !== BETWEEN) onlyThat = false;
    at += length;
  }
  return alone && onlyThat ? alone : best;
}

interface Found {
  says: Says;
  language: Language;
  length: number;
}

function longestAt(letters: string, at: number, meter: Meter): Found | null {
  let found: Found | null = null;
  for (const { says, language, columns } of patterns.get(letters.charAt(at)) ?? []) {
    const length = longestOf(columns, letters, at, meter);
    if (length > 0 && length >= (found?.length ?? 0)) found = { says, language, length };
  }
  return found;
}

/** The longest way through the columns, walking all ways at once: each column can end in few places only. */
function longestOf(columns: Columns, letters: string, at: number, meter: Meter): number {
  let ends = new Set([at]);
  for (const column of columns) {
    const next = new Set<number>();
    for (const end of ends)
      for (const part of column) {
        meter.steps++;
        if (letters.startsWith(part, end)) next.add(end + part.length);
      }
    if (next.size === 0) return 0;
    ends = next;
  }
  return Math.max(...ends) - at;
}
