/** Quiet hours: when promotional texts may reach someone, by the law of every place where they may be and by the house's own hours. */
import { type Closed, closedAt, firstOpen, nextBorder } from "./hours.ts";
import { LAWS } from "./laws.ts";
import type { Hours, QuietRule } from "./rule.ts";
import { type AddressHints, whereaboutsOf } from "./whereabouts.ts";

export { LAWS } from "./laws.ts";
export type { QuietRule } from "./rule.ts";
export { type AddressHints, hintsIn } from "./whereabouts.ts";

/** The workspace's own hours, which only ever narrow the law's. */
export interface HouseHours {
  weekdays: Hours | null;
  saturday: Hours | null;
  sunday: Hours | null;
}

const houseRule = (hours: HouseHours): QuietRule => ({
  ...{ id: "house", jurisdiction: "*", name: "your own hours", ...hours, from: null },
  ...{ source: "Settings > Consent", checkedAt: "" },
});

export interface LegalCap {
  rule: QuietRule;
  count: number;
  hours: number;
}

export type QuietHours =
  | {
      known: true;
      /** Every rule that is against a moment; empty: it is allowed. */
      closedAt(at: Date): Closed[];
      /** The first allowed moment from `at` on; null: none within 30 days. */
      firstOpen(at: Date): Date | null;
      /** A moment until which what is allowed at `at` stays so. */
      allowedUntil(at: Date): Date;
      /** How often the law of these places lets someone be texted. */
      caps: readonly LegalCap[];
    }
  /** Nobody knows where this number is: nothing promotional may go there. */
  | { known: false };

/** The rules for one recipient. Where their place is unknown but their time zone is not, the law of every place counts. */
export function quietHoursFor(phone: string, hints: AddressHints, house: HouseHours): QuietHours {
  const where = whereaboutsOf(phone, hints);
  if (!where) return { known: false };
  const laws = where.placeKnown ? LAWS.filter((rule) => where.places.includes(rule.jurisdiction)) : LAWS;
  const rules = [houseRule(house), ...laws];
  return {
    known: true,
    closedAt: (at) => closedAt(at, rules, where.zones),
    firstOpen: (at) => firstOpen(at, rules, where.zones),
    allowedUntil: (at) => nextBorder(at, rules, where.zones),
    caps: laws.flatMap((rule) => (rule.cap ? [{ rule, ...rule.cap }] : [])),
  };
}

/** "23:14 in New York, and Florida allows 8:00 to 20:00 that day": why a moment is not allowed. */
export function sayClosed(at: Date, { rule, zone, hours }: Closed): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone);
  const time = local.toPlainTime().toString({ smallestUnit: "minute" });
  const city = (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");
  const allows = rule.id === "house" ? "your own hours allow" : `the rule for ${rule.name} allows`;
  return `it is ${time} in ${city}, and ${allows} ${hours ? `${hours.from} to ${hours.to}` : "nothing"} that day`;
}
