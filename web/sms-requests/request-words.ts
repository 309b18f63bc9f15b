/** What a request and its parts are called. */
import type { EndUserType, NumberType, SmsRequestSummary } from "../../contract/sms-requests.ts";
import { sayDate } from "../shell/words.ts";
import type { Tone } from "../ui/badge.tsx";

/** Where Twilio has numbers for sale. */
export const NUMBER_COUNTRIES =
  "AR AT AU BE BG BR CA CH CL CO CR CY CZ DE DK EC EE ES FI FR GB GR HK HR HU ID IE IL IN IS IT JP KE KR LT LU LV MX MY NG NL NO NZ PA PE PH PL PT RO SE SG SI SK TH TR TW US ZA".split(
    " ",
  );

/** Where somebody may live (ISO 3166-1). */
const COUNTRIES =
  "AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW".split(
    " ",
  );

const names = new Intl.DisplayNames(undefined, { type: "region" });
export const sayCountry = (code: string): string => names.of(code) ?? code;

/** By their names. */
export const countryChoices = (codes: readonly string[] = COUNTRIES) =>
  codes
    .map((value) => ({ value, label: sayCountry(value) }))
    .toSorted((one, other) => one.label.localeCompare(other.label));

const TYPES: Record<NumberType, string> = {
  local: "Local",
  mobile: "Mobile",
  national: "National",
  "toll-free": "Toll-free",
};
export const TYPE_CHOICES = (["local", "mobile", "national", "toll-free"] as const).map((value) => ({
  value,
  label: TYPES[value],
}));

const PEOPLE: Record<EndUserType, string> = { business: "A business", individual: "An individual" };
export const PEOPLE_CHOICES = (["business", "individual"] as const).map((value) => ({ value, label: PEOPLE[value] }));

type Kind = Pick<SmsRequestSummary, "country" | "numberType" | "endUserType">;

/** "Germany, local, business". */
export const nameOfRequest = ({ country, numberType, endUserType }: Kind): string =>
  `${sayCountry(country)}, ${TYPES[numberType].toLowerCase()}, ${endUserType}`;

const STATUSES: Record<SmsRequestSummary["status"], { word: string; tone: Tone }> = {
  draft: { word: "Draft", tone: "quiet" },
  sending: { word: "Sending", tone: "warn" },
  in_review: { word: "In review", tone: "warn" },
  approved: { word: "Approved", tone: "accent" },
  ready: { word: "Ready", tone: "accent" },
  rejected: { word: "Rejected", tone: "bad" },
  withdrawn: { word: "Withdrawn", tone: "quiet" },
};
export const statusWord = ({ status }: Pick<SmsRequestSummary, "status">) => STATUSES[status];

export const mayBuyWith = ({ status }: Pick<SmsRequestSummary, "status">): boolean =>
  status === "approved" || status === "ready";

/** How it stands, in a sentence; nothing that the provider has not said. */
export function sayStanding(request: SmsRequestSummary): string {
  const { status, goal, problem, decidedAt, submittedAt, validUntil, checkedAt, findingCount } = request;
  switch (status) {
    case "draft":
      if (problem) return problem.message;
      if (findingCount > 0) return "Twilio’s check found something to mend. Nothing was submitted.";
      return checkedAt
        ? "Twilio’s check found nothing missing. It is not submitted yet."
        : "Not submitted. It is kept here as you type it.";
    case "sending":
      return problem?.message ?? (goal === "check" ? "Twilio checks it." : "It is on its way to Twilio.");
    case "in_review":
      return `${submittedAt ? `With Twilio since ${sayDate(submittedAt)}` : "With Twilio"}. Its reviewers have not decided; that takes hours or days.`;
    case "approved":
      return `Twilio approved it${decidedAt ? ` on ${sayDate(decidedAt)}` : ""}${validUntil ? `, until ${sayDate(validUntil)}` : ""}.`;
    case "ready":
      return "Twilio has the address, and reviews nothing for such a number.";
    case "rejected":
      return problem?.message ?? "Twilio’s reviewers rejected it.";
    case "withdrawn":
      return "Taken back. What was filled in is erased.";
  }
}
