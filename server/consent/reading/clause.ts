/** Looking about in a clause: what the rules of the grammar ask of the units around a verb. */
import type { Language } from "../keywords.ts";
import type { WordClass } from "./lexicon/lexicon.ts";
import type { Clause, Meter, Unit } from "./sentences.ts";

export interface Finding {
  verdict: "revoke" | "review";
  /** The rule that fired, as the ledger and docs/consent.md name it. */
  rule: string;
  /** Words of the message: from the first to before the last. */
  from: number;
  to: number;
}

/** A finding with the language in which it was found. */
export type Hit = Finding & { language: Language };

export interface Scene extends Clause {
  meter: Meter;
  /** Whether "not" may follow its verb, as in German. */
  verbFirst: boolean;
  /** Whether the message names a list, a number or a wrong person somewhere: "remove her" means a person then. */
  aboutPeople: boolean;
}

/** Looks at one unit of the clause, and finds a wish there or not. */
export type Rule = (scene: Scene, at: number) => Finding | null;

/** How far back a verb looks for its negation, in units. */
const BEHIND = 5;

export const has = (unit: Unit | undefined, ...names: WordClass[]): boolean =>
  unit !== undefined && names.some((name) => unit.is.has(name));

export const isUnknown = (unit: Unit | undefined): boolean => unit !== undefined && unit.is.size === 0;

/** The first place from `from` to before `to` that holds one of these; -1 for none. */
export function find({ units, meter }: Scene, from: number, to: number, ...names: WordClass[]): number {
  for (let at = Math.max(from, 0); at < Math.min(to, units.length); at++) {
    meter.steps++;
    if (has(units[at], ...names)) return at;
  }
  return -1;
}

/** Whether all units of a stretch change nothing about a request. */
export function isPolite({ units, meter }: Scene, from: number, to: number, ...also: WordClass[]): boolean {
  for (let at = from; at < Math.min(to, units.length); at++) {
    meter.steps++;
    if (!has(units[at], "polite", ...also)) return false;
  }
  return true;
}

/** Where the verb at `at` is negated ("don't stop", "can't stop"), and -1 where what stands before denies something else. */
export function negationOf(scene: Scene, at: number): number {
  for (let back = at - 1; back >= Math.max(0, at - BEHIND); back--) {
    scene.meter.steps++;
    const unit = scene.units[back];
    if (has(unit, "not", "deny")) return back;
    if (isUnknown(unit) || has(unit, "how", "messages", "these", "text", "send", "remove", "other")) return -1;
  }
  return -1;
}

const DIGITS = /^\d/;

/** "Not before ten", "unless it is urgent", "at night": a wish with such words has limits, and a person reads them. */
export function hasLimits(scene: Scene): boolean {
  return scene.units.some((unit, at) => {
    scene.meter.steps++;
    return has(unit, "limits") || (has(unit, "clock") && DIGITS.test(scene.units[at + 1]?.text ?? ""));
  });
}

export const hit = (
  verdict: Finding["verdict"],
  rule: string,
  { units }: Scene,
  from: number,
  to: number,
): Finding => ({
  verdict,
  rule,
  from: units[Math.max(from, 0)]?.from ?? 0,
  to: units[Math.min(to, units.length - 1)]?.to ?? 0,
});

/** Where the object of a verb goes on to somebody or something else: "text my husband", "send the parcel". */
export function goesElsewhere(scene: Scene, from: number): "other" | "unknown" | null {
  let unknown = false;
  for (let at = from; at < Math.min(from + 5, scene.units.length); at++) {
    scene.meter.steps++;
    const unit = scene.units[at];
    if (has(unit, "me", "phone", "more", "messages")) return null;
    if (has(unit, "other", "third")) return "other";
    if (isUnknown(unit)) {
      if (has(scene.units[at - 1], "det") || (at > from && unknown)) return "other";
      unknown = true;
    }
  }
  return unknown ? "unknown" : null;
}
