/** Why something that is done at the provider waits, whatever it is: stable codes, and what to do. */
import type { z } from "zod";
import type { StatusReason } from "../../contract/channels.ts";
import type { Stuck } from "./market.ts";

export type Problem = z.infer<typeof StatusReason>;

export const because = <C extends string>(code: C, message: string) => ({ code, message });

export const OF_THE_PROVIDER = {
  away: because("provider_unreachable", "Twilio can't be reached right now. Parley goes on by itself in a moment."),
  lost: because(
    "answer_lost",
    "Twilio's answer was lost on the way. Parley looks at Twilio what became of it before it does anything twice.",
  ),
  interrupted: because(
    "interrupted",
    "Something broke on our side on the way. It is written down, and Parley goes on with it by itself in a minute or two: look here again.",
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
} satisfies Record<string, Problem>;

/** What passes by itself is waited for. */
export const passes = ({ why }: Stuck): boolean => why === "away" || why === "lost";
