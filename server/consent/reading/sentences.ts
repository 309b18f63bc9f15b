/** A message as clauses of units: each unit is a word or a fixed phrase with what it means in one language. */
import type { WordClass } from "./lexicon/lexicon.ts";
import type { Word } from "./own-words.ts";
import { slipOf } from "./spelling.ts";
import type { Meaning, Phrase, Vocabulary } from "./vocabulary.ts";

/** Counts what reading costs, so that a test can show that the cost is in proportion to the length. */
export interface Meter {
  steps: number;
}

export interface Unit {
  /** Words of the message: from the first to before the last. */
  from: number;
  to: number;
  text: string;
  is: Meaning;
}

export interface Clause {
  units: Unit[];
  /** Fixed phrases in it, over the same words. */
  phrases: Array<{ says: Phrase; from: number; to: number }>;
  asks: boolean;
}

const UNKNOWN: Meaning = new Set();
const LONGEST_PHRASE = 8;

/** Cuts a message into clauses at its pauses and at words such as "and". */
export function clausesOf(words: readonly Word[], { root, pairs, language }: Vocabulary, meter: Meter): Clause[] {
  const clauses: Clause[] = [];
  let clause: Clause = { units: [], phrases: [], asks: false };
  for (let at = 0; at < words.length; ) {
    const word = words[at];
    if (!word) break;
    if (word.pause && clause.units.length > 0) {
      clauses.push(clause);
      clause = { units: [], phrases: [], asks: false };
    }
    let node: Vocabulary["root"] | undefined = root;
    let to = at + 1;
    let is = UNKNOWN;
    let isAnd = false;
    for (let end = at; end < Math.min(words.length, at + LONGEST_PHRASE); end++) {
      const next = words[end];
      if (!next || (end > at && next.pause)) break;
      meter.steps++;
      node = node.next.get(next.text);
      if (!node) break;
      for (const says of node.says)
        if (says !== "and") clause.phrases.push({ says, from: at, to: end + 1 });
        else if (end === at) isAnd = true;
      if (node.means.size > 0) {
        to = end + 1;
        is = node.means;
      }
    }
    if (isAnd && to === at + 1) {
      if (clause.units.length > 0) clauses.push(clause);
      clause = { units: [], phrases: clause.units.length > 0 ? [] : clause.phrases, asks: false };
    } else {
      const text = to === at + 1 ? word.text : textOf(words.slice(at, to));
      clause.units.push({ from: at, to, text, is });
    }
    for (let each = at; each < to; each++) clause.asks ||= words[each]?.asks ?? false;
    at = to;
  }
  if (clause.units.length > 0) clauses.push(clause);
  for (const each of clauses) {
    setCourtesiesAside(each, meter);
    joinPairs(each, pairs, meter);
    if (language === "en") mendSlips(each);
  }
  return clauses;
}

const textOf = (words: readonly Word[]): string => words.map((word) => word.text).join(" ");
const AFTER_COURTESY: readonly WordClass[] = ["polite", "stop", "remove", "out", "not"];
const POLITE: Meaning = new Set<WordClass>(["polite"]);

/** "Not interested" says something by itself; its "not" denies nothing that follows: not interested, stop texting me. */
function setCourtesiesAside({ units, phrases }: Clause, meter: Meter): void {
  for (const { says, from, to } of phrases) {
    if (says !== "softAlone" || to - from < 2) continue;
    const next = units.find((unit) => unit.from >= to);
    if (next && !AFTER_COURTESY.some((name) => next.is.has(name))) continue;
    for (const unit of units) {
      meter.steps++;
      if (unit.from >= from && unit.to <= to) unit.is = POLITE;
    }
  }
}

const PAIR_WITHIN = 5;

/** take … off: the first word gets the meaning, and the second has none left. "nicht" between them undoes it. */
function joinPairs({ units }: Clause, pairs: Vocabulary["pairs"], meter: Meter): void {
  for (const pair of pairs) {
    units.forEach((unit, at) => {
      meter.steps++;
      const begins = pair.first.endsWith("*")
        ? unit.text.startsWith(pair.first.slice(0, -1))
        : unit.text === pair.first;
      if (!begins) return;
      for (let n = at + 1; n < Math.min(units.length, at + 1 + PAIR_WITHIN); n++) {
        const second = units[n];
        if (!second || second.is.has("not")) return;
        if (second.text !== pair.second.join(" ")) continue;
        unit.is = new Set([pair.means]);
        second.is = new Set<WordClass>(["polite", "off"]);
        return;
      }
    });
  }
}

const MEANT: Readonly<Record<string, WordClass>> = {
  STOP: "stop",
  QUIT: "stop",
  CANCEL: "weak",
  REMOVE: "remove",
  UNSUBSCRIBE: "out",
  OPTOUT: "out",
};
/** Too short to be sure by themselves. */
const SHORT_STOPS = new Set(["STP", "STO", "SOP", "TOP", "SPT"]);
const AFTER_STOP: readonly WordClass[] = ["text", "send", "messages", "me"];

/** An unknown word that is one slip away from a verb is that verb where the words after it fit. */
function mendSlips({ units }: Clause): void {
  units.forEach((unit, at) => {
    if (unit.is.size > 0) return;
    const next = units[at + 1];
    const meant = SHORT_STOPS.has(unit.text) ? "stop" : MEANT[slipOf(unit.text) ?? ""];
    if (meant === "out") unit.is = new Set([meant]);
    else if (meant && next && AFTER_STOP.some((each) => next.is.has(each))) unit.is = new Set([meant]);
  });
}
