/** Why a message did not get there, and what can be done here about it. The words of why are the server's (docs/api.md), but for an opt-out. */
import { mayHaveLeft } from "../../contract/attempts.ts";
import type { Message } from "../../contract/messages.ts";
import { sayDates } from "../shell/words.ts";

/** An opt-out is said of its time: they may have written START since. */
export function sayWhy({ status, reason }: Pick<Message, "status" | "reason">): string | null {
  if (status === "suppressed" && reason?.code === "opted_out")
    return "They had opted out when this was to leave, so it was not sent.";
  if (isBlockedByTwilio({ reason }))
    return "They had opted out of texts from this sender when this was sent, as Twilio has it.";
  return reason && sayDates(reason.message);
}

/** Whether Twilio refused it because of a STOP that it heard: once they write START, it may be sent again. */
export const isBlockedByTwilio = ({ reason }: Pick<Message, "reason">): boolean =>
  reason?.code === "recipient_opted_out";

/** Again it would fail again, or must not be tried: the person, the number or the words stand in its way. */
const NOT_AGAIN = new Set([
  ...["opted_out", "recipient_opted_out", "blocked_by_recipient", "recipient_blocked_sender", "recipient_at_risk"],
  ...["invalid_recipient", "unknown_handset", "landline_recipient", "special_recipient", "same_sender_and_recipient"],
  ...["too_long", "empty_message", "text_not_sendable", "filtered", "loop_filtered", "delivery_blocked"],
  ...["one_time_code_filtered", "content_not_accepted", "marketing_withheld", "not_on_channel", "no_consent"],
  ...["recipient_missing", "media_not_readable", "too_many_files", "file_too_large", "mms_not_supported_by_recipient"],
]);

/** What an owner or admin mends under Channels. */
const AT_THE_CHANNEL = new Set([
  ...["not_registered_10dlc", "campaign_suspended", "toll_free_not_verified", "credentials_rejected"],
  ...["account_suspended", "account_not_allowed", "test_credentials", "not_found", "sender_not_usable"],
  ...["invalid_sender", "sender_cannot_reach", "service_not_usable", "service_without_sender", "channel_inactive"],
  ...["mms_not_enabled", "disconnected"],
]);

export interface Remedies {
  again: boolean;
  channel: boolean;
  evidence: boolean;
}

export function remediesFor({ status, reason, kind }: Message): Remedies {
  const code = reason?.code ?? "";
  const stranded = status === "failed" || status === "undelivered";
  return {
    again: stranded && kind !== "notice" && !NOT_AGAIN.has(code),
    channel: stranded && AT_THE_CHANNEL.has(code),
    evidence: code === "opted_out" || code === "recipient_opted_out",
  };
}

/** Nobody knows whether the first one arrived: a second one is a decision. */
export const mayArriveTwice = ({ reason, attempts }: Message): boolean => mayHaveLeft(reason, attempts);
