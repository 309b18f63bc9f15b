/** Reading the rules: whether a moment lies in everybody's hours, and when the next one does. */
import { isHoliday } from "./holidays.ts";
import type { Hours, QuietRule } from "./rule.ts";

/** How far ahead an allowed moment is looked for. */
const LOOK_AHEAD_DAYS = 30;

/** A rule at one of the places where someone may be. */
export interface Closed {
  rule: QuietRule;
  zone: string;
  /** The hours of that day there; null: none. */
  hours: Hours | null;
}

/** The rules of these places that hold on a day: of each place and name the one that began last. */
function inForce(rules: readonly QuietRule[], day: Temporal.PlainDate): QuietRule[] {
  const newest = new Map<string, QuietRule>();
  for (const rule of rules) {
    if (rule.from !== null && rule.from > day.toString()) continue;
    const other = newest.get(rule.jurisdiction);
    if (!other || (other.from ?? "") <= (rule.from ?? "")) newest.set(rule.jurisdiction, rule);
  }
  return [...newest.values()];
}

function hoursOn(rule: QuietRule, day: Temporal.PlainDate): Hours | null {
  if (rule.holidays && isHoliday(rule.holidays, day)) return null;
  if (day.dayOfWeek === 7) return rule.sunday;
  return day.dayOfWeek === 6 ? rule.saturday : rule.weekdays;
}

const localTime = (at: Date, zone: string) =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone);

/** Every rule that is against a moment, in every zone. Empty: it is allowed. @throws RangeError a zone that nobody knows */
export function closedAt(at: Date, rules: readonly QuietRule[], zones: readonly string[]): Closed[] {
  return zones.flatMap((zone) => {
    const local = localTime(at, zone);
    const day = local.toPlainDate();
    const time = local.toPlainTime().toString({ smallestUnit: "minute" });
    return inForce(rules, day).flatMap((rule) => {
      const hours = hoursOn(rule, day);
      return hours && hours.from <= time && time < hours.to ? [] : [{ rule, zone, hours }];
    });
  });
}

/**
 * The next moment at which a rule's hours may end, or a day begins somewhere: what is allowed now stays so until then.
 * Never later than the end, maybe earlier: whoever waits for it asks again.
 */
export function nextBorder(at: Date, rules: readonly QuietRule[], zones: readonly string[]): Date {
  const borders = zones.flatMap((zone) => {
    const day = localTime(at, zone).toPlainDate();
    const ends = inForce(rules, day).flatMap((rule) => hoursOn(rule, day)?.to ?? []);
    return [
      day.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds,
      // An end at 24:00 is the day's.
      ...ends.flatMap((to) =>
        to === "24:00" ? [] : day.toZonedDateTime({ timeZone: zone, plainTime: to }).epochMilliseconds,
      ),
    ];
  });
  return new Date(Math.min(...borders.filter((each) => each > at.getTime())));
}

/** When a rule's next hours begin in a zone; null: not within the days that are looked at. */
function nextOpening(at: Date, { zone, rule: { jurisdiction } }: Closed, rules: readonly QuietRule[]): Date | null {
  const today = localTime(at, zone).toPlainDate();
  const own = rules.filter((each) => each.jurisdiction === jurisdiction);
  for (let days = 0; days <= LOOK_AHEAD_DAYS; days++) {
    const day = today.add({ days });
    const [rule] = inForce(own, day);
    const hours = rule ? hoursOn(rule, day) : null;
    if (!hours || hours.from >= hours.to) continue;
    const opens = day.toZonedDateTime({ timeZone: zone, plainTime: hours.from }).epochMilliseconds;
    if (opens > at.getTime()) return new Date(opens);
  }
  return null;
}

/**
 * The first moment from `at` on that every rule allows in every zone; null: none in sight. Each step goes to a moment before
 * which at least one rule stays closed, so that no allowed one is passed over.
 */
export function firstOpen(at: Date, rules: readonly QuietRule[], zones: readonly string[]): Date | null {
  const giveUpAt = at.getTime() + LOOK_AHEAD_DAYS * 24 * 60 * 60 * 1000;
  let moment = at;
  for (;;) {
    const closed = closedAt(moment, rules, zones);
    if (closed.length === 0) return moment;
    const openings = closed.map((each) => nextOpening(moment, each, rules));
    const latest = openings.reduce<number | null>(
      (last, each) => (last === null || each === null ? null : Math.max(last, each.getTime())),
      moment.getTime(),
    );
    if (latest === null || latest > giveUpAt || latest <= moment.getTime()) return null;
    moment = new Date(latest);
  }
}
