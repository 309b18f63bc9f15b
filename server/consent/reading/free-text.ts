/** The free-text layer of consent: whether a message that is no keyword asks to be left in peace all the same. */
import { type Finding, type Hit, has, hasLimits, type Rule, type Scene } from "./clause.ts";
import { leaving, noConsent, notTheirNumber, offTheList, removing, wrongNumber } from "./leaving.ts";
import type { WordClass } from "./lexicon/lexicon.ts";
import type { Word } from "./own-words.ts";
import { endingMessages, forbidding, forbiddingAfterwards, noMore, stopping, unwanted } from "./requests.ts";
import { type Clause, clausesOf, type Meter } from "./sentences.ts";
import { asMeant, slipOf } from "./spelling.ts";
import { readUnspaced } from "./unspaced.ts";
import { type Vocabulary, vocabularies } from "./vocabulary.ts";

/** Which rules look at a unit, by what the unit is. */
const RULES: ReadonlyArray<readonly [WordClass, Rule]> = [
  ["stop", stopping],
  ["weak", stopping],
  ["stop", endingMessages],
  ["weak", endingMessages],
  ["not", forbidding],
  ["text", forbiddingAfterwards],
  ["send", forbiddingAfterwards],
  ["call", forbiddingAfterwards],
  ["want", unwanted],
  ["no", noMore],
  ["not", noMore],
  ["remove", removing],
  ["off", offTheList],
  ["out", leaving],
  ["wrong", wrongNumber],
  ["consent", noConsent],
  ["not", notTheirNumber],
  ["deny", notTheirNumber],
];

/** Words of a message that may be one misspelt keyword with a courtesy. */
const SHORT = 4;

/** The clearest wish in the words of a message; null where there is none. */
export function readFreeText(text: string, words: readonly Word[], meter: Meter = { steps: 0 }): Hit | null {
  const meant = words.map((word) => ({ ...word, text: asMeant(word.text) }));
  const once = meant.filter((word, at) => at === 0 || word.text !== meant[at - 1]?.text);
  // Hits count words of the message as it was written.
  const places = meant.flatMap((word, at) => (at === 0 || word.text !== meant[at - 1]?.text ? [at] : []));
  meter.steps += words.length;
  let best: Hit | null = null;
  for (const vocabulary of vocabularies) {
    const may =
      (vocabulary.language === "en" && once.length <= SHORT) || once.some((word) => vocabulary.signs.has(word.text));
    meter.steps += once.length;
    const found = may ? readIn(vocabulary, once, meter) : null;
    best = clearer(
      best,
      found && {
        ...found,
        language: vocabulary.language,
        from: places[found.from] ?? 0,
        to: (places[found.to - 1] ?? 0) + 1,
      },
    );
    if (best?.verdict === "revoke") return best;
  }
  return clearer(best, readUnspaced(words, meter)) ?? (words.length === 0 ? readSigns(text) : null);
}

const clearer = <F extends Finding>(a: F | null, b: F | null): F | null =>
  b && (!a || (a.verdict === "review" && b.verdict === "revoke")) ? b : a;

function readIn(vocabulary: Vocabulary, words: readonly Word[], meter: Meter): Finding | null {
  const clauses = clausesOf(words, vocabulary, meter);
  const aboutPeople = clauses.some(({ units }) => units.some((unit) => has(unit, "list", "wrong")));
  let best: Finding | null = null;
  for (const clause of clauses) {
    const scene: Scene = { ...clause, meter, verbFirst: vocabulary.verbFirst, aboutPeople };
    best = clearer(best, readClause(scene, clauses));
  }
  if (best?.rule === "do_not_call" && clauses.some(wantsTexts)) return null;
  if (best === null && words.length <= SHORT) return slippedKeyword(clauses);
  return best;
}

function readClause(scene: Scene, clauses: readonly Clause[]): Finding | null {
  let best = fixedPhrase(scene, clauses);
  for (let at = 0; at < scene.units.length; at++) {
    for (const [name, rule] of RULES) {
      scene.meter.steps++;
      if (!has(scene.units[at], name)) continue;
      const found = rule(scene, at);
      const limited = found && hasLimits(scene) ? { ...found, verdict: "review" as const } : found;
      best = clearer(best, limited);
    }
  }
  return best;
}

function fixedPhrase({ phrases, units, meter, asks }: Scene, clauses: readonly Clause[]): Finding | null {
  let best: Finding | null = null;
  for (const { says, from, to } of phrases) {
    meter.steps++;
    const around = units.filter((unit) => unit.to <= from || unit.from >= to);
    const whole = around.every((unit) => has(unit, "polite"));
    if (says === "idiom") best = clearer(best, { verdict: "revoke", rule: "idiom", from, to } as const);
    else if (says === "alone" && whole) best = clearer(best, { verdict: "revoke", rule: "idiom", from, to } as const);
    else if (says === "soft") best = clearer(best, { verdict: "review", rule: "displeased", from, to } as const);
    else if (says === "softAlone" && whole && !asks && isOnly(clauses, { from, to }))
      best = clearer(best, { verdict: "review", rule: "displeased", from, to } as const);
  }
  return best;
}

/** Whether a message says nothing but this, and courtesies. */
const isOnly = (clauses: readonly Clause[], { from, to }: { from: number; to: number }): boolean =>
  clauses.every(({ units }) => units.every((unit) => has(unit, "polite") || (unit.from >= from && unit.to <= to)));

/** "Text me instead": who asks for a text does not forbid it with "don't call". */
const wantsTexts = ({ units }: Clause): boolean =>
  units.some(
    (unit, at) =>
      has(unit, "text", "send", "messages") &&
      (has(units[at + 1], "me", "phone", "messages") || units.slice(0, at).every((before) => has(before, "polite"))),
  ) && !units.some((unit) => has(unit, "not", "no", "deny", "stop"));

/** A message of one misspelt keyword, maybe in two words: "Dtop", "opt oit". */
function slippedKeyword(clauses: readonly Clause[]): Finding | null {
  const units = clauses.flatMap((clause) => clause.units);
  const odd = units.filter((unit) => !has(unit, "polite"));
  const [first, last] = [odd[0], odd.at(-1)];
  if (!first || !last || odd.length > 2 || odd.some((unit) => unit.is.size > 0)) return null;
  if (slipOf(odd.map((unit) => unit.text).join("")) === null) return null;
  return { verdict: "revoke", rule: "misspelt_keyword", from: first.from, to: last.to };
}

const SIGNS = /[🛑🚫🔕⛔📵✋]/u;

/** A stop sign without a word. */
function readSigns(text: string): Hit | null {
  return SIGNS.test(text) ? { verdict: "review", rule: "stop_sign", language: "en", from: 0, to: 0 } : null;
}
