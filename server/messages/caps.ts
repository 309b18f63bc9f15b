/** Frequency caps: how often somebody may be written to unasked, by the workspace's rules and by the law where they are. */
import type { CappedKind, SendingRules } from "../../contract/consent.ts";
import type { LegalCap } from "../consent/consent.ts";

export interface Cap {
  count: number;
  ms: number;
  /** What is counted. */
  kinds: readonly CappedKind[];
  /** "3 marketing messages a day, by your own limit". */
  words: string;
}

/** A message that left, or is to leave, unasked. */
export interface Leaving {
  kind: CappedKind;
  at: Date;
}

const HOUR_MS = 60 * 60 * 1000;
/** The longest span that a cap counts over. */
export const LONGEST_CAP_MS = 7 * 24 * HOUR_MS;

export function capsFor(kind: CappedKind, caps: SendingRules["caps"], legal: readonly LegalCap[]): Cap[] {
  const { perHour, perDay, perWeek } = caps[kind];
  const own = [
    { count: perHour, hours: 1, span: "an hour" },
    { count: perDay, hours: 24, span: "24 hours" },
    { count: perWeek, hours: 7 * 24, span: "7 days" },
  ];
  return [
    ...own.flatMap(({ count, hours, span }): Cap[] =>
      count === null
        ? []
        : [{ count, ms: hours * HOUR_MS, kinds: [kind], words: `your own limit is ${count} of this kind in ${span}` }],
    ),
    ...legal.map(
      ({ rule, count, hours }): Cap => ({
        count,
        ms: hours * HOUR_MS,
        kinds: ["automated", "marketing"],
        words: `the rule for ${rule.name} is ${count} in ${hours} hours`,
      }),
    ),
  ];
}

/** When a cap has room for one more, from `at` on: `at` itself where it has now. @param leavings in any order */
export function roomFrom(at: Date, cap: Cap, leavings: readonly Leaving[]): Date {
  const counted = leavings
    .filter((each) => cap.kinds.includes(each.kind))
    .map((each) => each.at.getTime())
    .sort((a, b) => b - a);
  let moment = at.getTime();
  for (;;) {
    const within = counted.filter((each) => each > moment - cap.ms && each <= moment);
    const oldestThatFills = within[cap.count - 1];
    if (oldestThatFills === undefined) return new Date(moment);
    moment = oldestThatFills + cap.ms;
  }
}
