/** Why an activation waits, or was undone: stable codes, and what to do. */
import type { Stuck } from "../market.ts";
import { because, OF_THE_PROVIDER, type Problem } from "../problems.ts";

export const PROBLEMS = {
  ...OF_THE_PROVIDER,
  number_taken: because("number_gone", "Somebody else has bought this number in the meantime. Pick another one."),
  no_number: because(
    "no_number_found",
    "Twilio has no number with voice and SMS there that comes without paperwork. Try another country or, in the United States and Canada, another area code; or request one under Settings > SMS Requests.",
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
  address_needed: because(
    "address_needed",
    "Twilio sells this number only with an address. Pick another one, or request one under Settings > SMS Requests.",
  ),
  bundle_needed: because(
    "bundle_needed",
    "Twilio sells this number only to a business whose papers it has approved. Pick another one, or request one under Settings > SMS Requests.",
  ),
  no_account: because(
    "provider_account_gone",
    "Parley has no credentials any more for the Twilio account that this number is under. Add that account again and Parley goes on, or deactivate this.",
  ),
} satisfies Record<string, Problem>;

const givenUp = (and: string): Problem =>
  because("purchase_given_up", `This purchase was given up before it was over. ${and}`);
/** By whether the number was sold when it was given up. */
export const GIVEN_UP = {
  yes: givenUp(
    "Twilio had sold the number already: it stays in your account there and is billed. Connect it here as a number that you have, or release it in the Twilio console.",
  ),
  maybe: givenUp("Look in the Twilio console whether the number was bought: connect it, or release it there."),
  no: givenUp("Twilio had not sold the number."),
};

/** In words for people; a refusal that we have no words for names Twilio's code. */
export function problemOf({ why, providerCode }: Stuck): Problem {
  if (why !== "refused") return PROBLEMS[why];
  return because(
    "purchase_refused",
    `Twilio refused this${providerCode === null ? "" : ` with its error ${providerCode}`}. Look into the Twilio console, often it is the balance, then try again.`,
  );
}
