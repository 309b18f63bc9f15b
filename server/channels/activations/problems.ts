/** Why an activation waits, or was undone: stable codes, and what to do. */

import type { z } from "zod";
import type { StatusReason } from "../../../contract/channels.ts";
import type { Stuck } from "../market.ts";

type Problem = z.infer<typeof StatusReason>;

const because = <C extends string>(code: C, message: string) => ({ code, message });

export const PROBLEMS = {
  away: because("provider_unreachable", "Twilio can't be reached right now. Parley goes on by itself in a moment."),
  lost: because(
    "answer_lost",
    "Twilio's answer was lost on the way. Parley looks at Twilio what became of it before it does anything twice.",
  ),
  number_taken: because("number_gone", "Somebody else has bought this number in the meantime. Pick another one."),
  no_number: because(
    "no_number_found",
    "Twilio has no number with voice and SMS there that comes without paperwork. Try another area code or country, or request one under Settings > SMS Requests.",
  ),
  owned_already: because(
    "number_already_owned",
    "This number is in your Twilio account already. Connect it instead of buying it.",
  ),
  not_sms_capable: because(
    "number_not_sms_capable",
    "This number can't send or receive SMS, so it was not kept. Pick another one.",
  ),
  vanished: because(
    "number_not_on_account",
    "Twilio took this number back before it was connected. Look into the Twilio console, or pick another one.",
  ),
  connected_elsewhere: because(
    "number_connected_elsewhere",
    "This number is connected to another business or workspace of this installation. Pick another one, or ask them to disconnect it first.",
  ),
  given_up: because(
    "purchase_given_up",
    "Somebody gave this purchase up before it was over. Look in the Twilio console whether the number was bought: connect it, or release it there.",
  ),
  interrupted: because(
    "interrupted",
    "Something broke on our side on the way. It is written down, and Parley goes on with it by itself in a minute or two: look here again.",
  ),
  address_needed: because(
    "address_needed",
    "Twilio sells this number only with an address. Pick another one, or request one under Settings > SMS Requests.",
  ),
  bundle_needed: because(
    "bundle_needed",
    "Twilio sells this number only to a business whose papers it has approved. Pick another one, or request one under Settings > SMS Requests.",
  ),
  credentials_rejected: because(
    "credentials_rejected",
    "Twilio rejected the account's credentials. Enter its current Auth Token under Channels.",
  ),
  account_suspended: because(
    "account_suspended",
    "Twilio has suspended this account. Open the Twilio console and settle what it asks for.",
  ),
  account_closed: because("account_closed", "This Twilio account is closed. Use another one."),
  no_account: because(
    "provider_account_gone",
    "Parley has no credentials any more for the Twilio account that this number is under. Add that account again and Parley goes on, or deactivate this.",
  ),
} satisfies Record<string, Problem>;

/** In words for people; a refusal that we have no words for names Twilio's code. */
export function problemOf({ why, providerCode }: Stuck): Problem {
  if (why !== "refused") return PROBLEMS[why];
  return because(
    "purchase_refused",
    `Twilio refused this${providerCode === null ? "" : ` with its error ${providerCode}`}. Look into the Twilio console, often it is the balance, then try again.`,
  );
}

/** What passes by itself is waited for; anything else has to be undone. */
export const passes = ({ why }: Stuck): boolean => why === "away" || why === "lost";
