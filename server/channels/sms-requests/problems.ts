/** Why a request waits, could not be sent, or is not taken: stable codes, and what to do. */
import type { Asked, PaperFinding } from "../../../contract/sms-requests.ts";
import type { Stuck } from "../market.ts";
import type { NotTaken, PaperRefusal, Unmet } from "../paperwork.ts";
import { because, OF_THE_PROVIDER, type Problem } from "../problems.ts";
import type { Made } from "./store.ts";

export const PROBLEMS = {
  interrupted: OF_THE_PROVIDER.interrupted,
  no_account: because(
    "provider_account_gone",
    "Parley has no credentials any more for the Twilio account of this request. Add that account again under Channels and Parley goes on.",
  ),
  gone: because(
    "papers_gone",
    "Somebody deleted these papers in Twilio’s console. What you filled in is still here: submit it again.",
  ),
  taken_back: because(
    "papers_taken_back",
    "At Twilio these papers are a draft again, so nobody reviews them. Submit them again.",
  ),
  no_reason: because(
    "rejected_without_reason",
    "Twilio rejected this without saying what is wrong with it. Look into Twilio’s console, or ask its support, then send it again.",
  ),
  rejected: because("papers_rejected", "Twilio’s reviewers rejected this. What they said stands at the fields."),
} satisfies Record<string, Problem>;

/** In words for people; a refusal that we have no words for names Twilio's code. */
export function problemOf({ why, providerCode }: Stuck): Problem {
  if (why === "refused" || why === "number_taken" || why === "address_needed" || why === "bundle_needed")
    return because(
      "papers_refused",
      `Twilio refused this${providerCode === null ? "" : ` with its error ${providerCode}: https://www.twilio.com/docs/api/errors/${providerCode} says what it asks for`}. Nothing was submitted.`,
    );
  return OF_THE_PROVIDER[why];
}

const NOT_TAKEN: ReadonlySet<string> = new Set<NotTaken["why"]>([
  ...(["address_not_found", "address_differs", "address_incomplete"] as const),
  ...(["file_refused", "not_editable", "in_use"] as const),
]);
/** Whether the provider has read it and does not take it, rather than that it could not be asked. */
export const isNotTaken = (answer: NotTaken | Stuck): answer is NotTaken => NOT_TAKEN.has(answer.why);

export type Told = { problem: Problem | null; findings: PaperFinding[] };

/** @param path where in the papers the thing is that was not taken */
export function notTaken({ why, providerCode, said }: NotTaken, path: string): Told {
  const at = (where: string, message: string): Told => ({
    problem: null,
    findings: [{ path: where, message: said ? `${message} Twilio says: ${said}` : message }],
  });
  switch (why) {
    case "address_not_found":
      return at(
        "address.street",
        "Twilio’s records have no such address. Write it as the post does, with the house number.",
      );
    case "address_differs":
      return at(
        "address.street",
        "Twilio’s records have this address in another spelling. Write it as the post does, with its own postal code.",
      );
    case "address_incomplete":
      return at("address", "Twilio finds this address incomplete. Check its street, city, region and postal code.");
    case "file_refused":
      return at(`${path}.file`, "Twilio did not take this file. Give a PDF, JPEG or PNG of at most 5 MB.");
    case "not_editable":
    case "in_use":
      return { problem: problemOf({ ok: false, why: "refused", providerCode }), findings: [] };
  }
}

/** Each thing that the provider's check misses, at its field. */
export function findingsOf(unmet: readonly Unmet[], asked: Asked): PaperFinding[] {
  return unmet.flatMap(({ requirement, reason, fields }) => {
    const document = asked.documents.find(({ name }) => name === requirement);
    const place = document ? `documents.${document.name}` : "endUser";
    if (fields.length === 0) return [{ path: place, message: reason }];
    return fields.map((each) => ({
      path: /^address/.test(each.name) ? "address" : `${place}.${each.name}`,
      message: each.reason,
    }));
  });
}

/** What the reviewers said, at the documents that they meant. */
export function refusalsOf(refusals: readonly PaperRefusal[], made: Made): Told {
  const placeOf = ({ documentSid, name }: PaperRefusal) => {
    const found = Object.entries(made.documents).find(([, it]) => it.sid === documentSid || it.name === name);
    return found ? `documents.${found[0]}` : "endUser";
  };
  const findings = refusals.map((each) => ({ path: placeOf(each), message: each.reason }));
  return { problem: findings.length > 0 ? PROBLEMS.rejected : PROBLEMS.no_reason, findings };
}
