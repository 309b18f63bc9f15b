/**
 * The law of quiet hours, as dated data: one rule a line, the stricter one where sources differ. Exemptions for people who
 * gave written consent or bought lately are not used, so nothing here depends on proving one. To change a rule, give the
 * old one's end by a new line with its own `from`: the newest that has begun holds.
 */
import { daily, neverOnSundays, type QuietRule } from "./rule.ts";

const checkedAt = "2026-11-20";
const DROPCOWBOY = "https://www.dropcowboy.com/state-compliance";
const STELLO = "https://usestello.com/compliance";
const REFERRIZER =
  "https://support.referrizer.com/en/category/text-campaigns/article/tcpa-quiet-hours-and-state-specific-rules-for-text-campaigns";
const CALL_DESK = "https://glama.ai/mcp/connectors/com.modernmustardseed/call-desk/tools/can_i_call_now";
const ONE_SOURCE = "Known from one source only.";

const federal: QuietRule = {
  ...{ id: "us-federal", jurisdiction: "US", name: "United States", ...daily("08:00", "21:00"), from: null, checkedAt },
  source: "https://www.law.cornell.edu/cfr/text/47/64.1200",
};

type State = Omit<QuietRule, "id" | "jurisdiction" | "from" | "checkedAt"> & { from?: string };

const perDay = (count: number) => ({ cap: { count, hours: 24 } });

// biome-ignore format: a table, one state a line
const states: Record<string, State> = {
  AL: { name: "Alabama", ...neverOnSundays("08:00", "20:00"), holidays: "us-al", source: DROPCOWBOY, note: "Perhaps for telephone utilities only." },
  CA: { name: "California", ...daily("09:00", "21:00"), source: STELLO, note: ONE_SOURCE },
  CT: { name: "Connecticut", ...daily("09:00", "20:00"), source: DROPCOWBOY },
  FL: { name: "Florida", ...daily("08:00", "20:00"), ...perDay(3), from: "2021-07-01", source: "https://flsenate.gov/Session/Bill/2021/1120/BillText/Filed/HTML" },
  IL: { name: "Illinois", ...daily("09:00", "21:00"), source: STELLO, note: "Another source says from 8:00." },
  KY: { name: "Kentucky", ...daily("10:00", "21:00"), source: DROPCOWBOY },
  LA: { name: "Louisiana", ...neverOnSundays("08:00", "20:00"), holidays: "us-la", source: DROPCOWBOY },
  ME: { name: "Maine", weekdays: { from: "09:00", to: "17:00" }, saturday: null, sunday: null, source: CALL_DESK, note: ONE_SOURCE },
  MD: { name: "Maryland", ...daily("08:00", "20:00"), ...perDay(3), source: DROPCOWBOY, note: "The number a day was not read in a source." },
  MA: { name: "Massachusetts", ...daily("08:00", "20:00"), source: DROPCOWBOY },
  MI: { name: "Michigan", ...daily("09:00", "21:00"), source: DROPCOWBOY },
  MN: { name: "Minnesota", ...daily("09:00", "21:00"), source: DROPCOWBOY },
  MS: { name: "Mississippi", ...neverOnSundays("08:00", "20:00"), source: DROPCOWBOY },
  NV: { name: "Nevada", ...daily("09:00", "20:00"), source: DROPCOWBOY, note: ONE_SOURCE },
  NJ: { name: "New Jersey", ...daily("08:00", "20:00"), source: REFERRIZER, note: ONE_SOURCE },
  NM: { name: "New Mexico", ...daily("09:00", "21:00"), source: DROPCOWBOY, note: ONE_SOURCE },
  OK: { name: "Oklahoma", ...daily("08:00", "20:00"), ...perDay(3), source: DROPCOWBOY },
  OR: { name: "Oregon", ...daily("08:00", "20:00"), ...perDay(3), from: "2026-01-01", source: "https://production.jdsupra.com/legalnews/oregon-passes-new-telephone-8210765" },
  PA: { name: "Pennsylvania", ...neverOnSundays("08:00", "21:00"), from: "2026-10-18", source: CALL_DESK, note: ONE_SOURCE },
  RI: { name: "Rhode Island", weekdays: { from: "09:00", to: "18:00" }, saturday: { from: "10:00", to: "17:00" }, sunday: { from: "10:00", to: "17:00" }, source: REFERRIZER },
  TX: { name: "Texas", ...daily("09:00", "21:00"), sunday: { from: "12:00", to: "21:00" }, from: "2025-09-01", source: "https://www.bassberry.com/?p=85206" },
  UT: { name: "Utah", ...daily("08:00", "21:00"), holidays: "us-ut", source: "https://dnc.dreamhosters.com/2019-january-restricted-call-dates" },
  VA: { name: "Virginia", ...daily("08:00", "21:00"), from: "2026-01-01", source: "https://www.mondaq.com/unitedstates/privacy-protection/1738886/" },
  WA: { name: "Washington", ...daily("08:00", "20:00"), source: CALL_DESK },
  WY: { name: "Wyoming", ...daily("08:00", "20:00"), source: CALL_DESK, note: ONE_SOURCE },
};

const abroad: QuietRule[] = [
  {
    ...{ id: "fr", jurisdiction: "FR", name: "France", ...neverOnSundays("08:00", "20:00"), holidays: "fr" },
    ...{ from: null, checkedAt, note: "Other sources say until 22:00." },
    source: "https://support.yotpo.com/docs/complying-with-frances-sms-regulations-when-using-yotpo-sms-and-email",
  },
  {
    ...{ id: "in", jurisdiction: "IN", name: "India", ...daily("10:00", "21:00"), from: null, checkedAt },
    source: "https://docs.webengage.com/docs/trai-sms-dlt-regulations-india",
  },
];

export const LAWS: readonly QuietRule[] = [
  federal,
  ...Object.entries(states).map(
    ([code, { from = null, ...rule }]): QuietRule => ({
      ...{ id: `us-${code.toLowerCase()}`, jurisdiction: `US-${code}`, ...rule, from, checkedAt },
    }),
  ),
  ...abroad,
];
