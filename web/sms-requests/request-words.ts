/** What a request and its parts are called. */
import type { EndUserType, NumberType, SmsRequestSummary } from "../../contract/sms-requests.ts";
import { sayCountry } from "../channels/countries.ts";
import { sayDate } from "../shell/words.ts";
import type { Tone } from "../ui/badge.tsx";

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

export const typeCalled = (text: string | undefined): NumberType | null =>
  TYPE_CHOICES.find(({ value }) => value === text)?.value ?? null;

/** "local", as in "a local number". */
export const sayType = (type: NumberType): string => TYPES[type].toLowerCase();

const PEOPLE: Record<EndUserType, string> = { business: "A business", individual: "An individual" };
export const PEOPLE_CHOICES = (["business", "individual"] as const).map((value) => ({ value, label: PEOPLE[value] }));

type Kind = Pick<SmsRequestSummary, "country" | "numberType" | "endUserType">;

/** "Germany, local, business". */
export const nameOfRequest = ({ country, numberType, endUserType }: Kind): string =>
  `${sayCountry(country)}, ${sayType(numberType)}, ${endUserType}`;

const STATUSES: Record<SmsRequestSummary["status"], { word: string; tone: Tone }> = {
  draft: { word: "Draft", tone: "quiet" },
  sending: { word: "Sending", tone: "warn" },
  in_review: { word: "In review", tone: "warn" },
  approved: { word: "Approved", tone: "accent" },
  ready: { word: "Ready", tone: "accent" },
  rejected: { word: "Rejected", tone: "bad" },
  withdrawn: { word: "Withdrawn", tone: "quiet" },
};
export const statusWord = ({ status, goal }: Pick<SmsRequestSummary, "status" | "goal">) =>
  status === "sending" && goal === "check" ? { ...STATUSES.sending, word: "Checking" } : STATUSES[status];

export const mayBuyWith = ({ status }: Pick<SmsRequestSummary, "status">): boolean =>
  status === "approved" || status === "ready";

/** How it stands, in a sentence; nothing that the provider has not said. */
export function sayStanding(request: SmsRequestSummary, isSimulated: boolean): string {
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
      return `${submittedAt ? `With Twilio since ${sayDate(submittedAt)}` : "With Twilio"}. Its reviewers have not decided; ${isSimulated ? "simulated ones do within a minute" : "that takes hours or days"}.`;
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
