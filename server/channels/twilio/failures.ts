/** What Twilio's error codes mean to the person who sent the message, and to the machine that decides what comes next. */

/** `fix`: somebody must change something; `stop`: not to this recipient; `retry`: soon; `wait`: later, by itself. */
export type FailureClass = "fix" | "stop" | "retry" | "wait" | "unknown";

export type Failure = {
  /** Ours, snake_case and stable; several of Twilio's codes can share one. */
  code: string;
  /** What happened and what to do. */
  message: string;
  class: FailureClass;
  helpUrl?: string;
};

/** Explains the code of a refused request, a status callback or a message that was looked up; null where there was none. */
export function explainFailure(code: string | number | null): Failure {
  const given = String(code ?? "").trim();
  if (given === "" || given === "0") return unexplained;
  const failure = failureByCode.get(given) ?? {
    code: "unknown_error",
    message: `Twilio could not send this message and gave the code ${given.slice(0, 20)}. Look the code up at Twilio before you send it again.`,
    class: "unknown",
  };
  return /^\d+$/.test(given) ? { ...failure, helpUrl: `https://www.twilio.com/docs/api/errors/${given}` } : failure;
}

/**
 * How Twilio's answer to a request to send is to be read. `refused`: it will not be sent, for good. `limited`: it was not
 * taken, and may be asked for again later. `unknown`: it may or may not have been taken, so it must not be sent again blindly.
 */
export function answerClass(httpStatus: number, code: number | null): "refused" | "limited" | "unknown" {
  // 408 comes from something between us and Twilio, which can't know what Twilio did.
  if (httpStatus < 400 || httpStatus >= 500 || httpStatus === 408) return "unknown";
  return httpStatus === 429 || code === 20429 || code === 21611 ? "limited" : "refused";
}

const unexplained: Failure = {
  code: "no_reason_given",
  message: "The message was not delivered, and Twilio gave no reason. Try once more, or reach the person another way.",
  class: "unknown",
};

type Row = readonly [codes: string, code: string, class_: FailureClass, message: string];

/** Messages are ours; Twilio's own texts may change, so they are never shown or compared. */
// biome-ignore format: a table, one reason a line
const rows: readonly Row[] = [
  // The account
  ["20003", "credentials_rejected", "fix", "Twilio rejected the account's credentials. Enter the current auth token under Channels; check too that the account is not suspended."],
  ["20005 10001 30002", "account_suspended", "fix", "The Twilio account is suspended or closed. Sort it out with Twilio, then send again."],
  ["20006 20403", "account_not_allowed", "fix", "These Twilio credentials may not send messages. Use the account's own auth token, or a key with the right to send."],
  ["20008", "test_credentials", "fix", "These are Twilio test credentials, which send nothing. Connect the channel with the live ones."],
  ["20404", "not_found", "fix", "Twilio does not know this number, service or account any more. Check the channel's settings and connect it again."],
  ["20001 20002 20422 21658 30028 30029 30030 30031 30400", "request_not_accepted", "fix", "Twilio did not accept the request as it was written. This is a fault in Parley or in the channel's settings; please report it with the code."],
  ["20429 14107", "too_many_requests", "retry", "Twilio is getting more requests than it takes at once. Try again in a few minutes."],
  ["20500 20503 20504 30500", "provider_fault", "unknown", "Twilio had a fault, and it is not known whether the message went out. Look it up in Twilio's message log before you send it again."],
  ["30037 20010", "sending_disabled", "fix", "Twilio has turned off sending for this account. Ask Twilio's support to turn it on."],
  ["30454", "account_limit_reached", "wait", "The Twilio account has used up its allowance of messages. Wait until it renews, or ask Twilio for a higher limit."],
  // The trial account
  ["21608 21219 21264 14111", "trial_recipient_not_verified", "fix", "A trial account can only text numbers verified at Twilio. Verify this number there, or upgrade the account."],
  ["21267 21607", "trial_sender_not_allowed", "fix", "A trial account can't send from this number or name. Use its Twilio trial number, or upgrade the account."],
  // The recipient
  ["21211 21217 21401 21421 14101 20023 30014", "invalid_recipient", "stop", "This is not a phone number that can be texted. Correct the contact's number."],
  ["21266 63031", "same_sender_and_recipient", "stop", "The message is addressed to the number that sends it. Choose another recipient."],
  ["21614 21635 30006", "landline_recipient", "stop", "This number is a landline or its carrier takes no texts. Call, or ask the person for a mobile number."],
  ["21265 21268", "special_recipient", "stop", "Texts to short codes and premium numbers are not allowed. Ask the person for a mobile number."],
  ["21610 30630 63033", "recipient_opted_out", "stop", "This person opted out of messages from this sender, as Twilio has it. You can't text them until they write START."],
  ["63014", "recipient_blocked_sender", "stop", "This person blocked or muted the sender. You can't write to them here until they undo it."],
  ["30003", "unreachable_handset", "retry", "The phone was off, out of coverage or takes no texts. Try once more later."],
  ["30004", "blocked_by_recipient", "stop", "The message was blocked for this recipient, who may have opted out with their carrier. Don't text this number unless the person asks for it."],
  ["30005", "unknown_handset", "stop", "This number does not exist or is no longer in use. Ask the person for their current number."],
  ["30011", "mms_not_supported_by_recipient", "stop", "This phone number can't receive pictures or files. Send the text alone, with a link."],
  ["30450 30453 30485", "delivery_blocked", "stop", "Twilio blocked the message, as traffic to this number or range looks like fraud. Read the help page before you try it again."],
  ["30610 30047", "provider_quiet_hours", "wait", "Twilio held the message back, as it is night where the recipient is. Send it in the daytime."],
  ["30640", "recipient_at_risk", "stop", "Twilio's compliance check advises against texting this number. Don't text it unless the person asks for it."],
  ["63003 63024", "not_on_channel", "stop", "This number can't be reached on this channel. Write by SMS instead."],
  ["63036", "rcs_unreachable", "stop", "This number can't be reached by RCS now. Write by SMS instead."],
  // The sender
  ["21212 14102 21603 21708", "invalid_sender", "fix", "The sender is not a valid Twilio number or service. Check the channel's settings."],
  ["21601 21606 21659 21660 21661 21616 14108 21407 21657", "sender_not_usable", "fix", "This number can't send this message: it is not on this Twilio account, or it can't text. Check the number at Twilio, or choose another sender."],
  ["21612 30016 30043", "sender_cannot_reach", "stop", "This sender can't reach this recipient, often because of the country. Choose another sender."],
  ["21408", "country_not_allowed", "fix", "Texting to this country is turned off. Turn it on in Twilio's console, under Messaging geo permissions."],
  ["21621 21622", "mms_not_enabled", "fix", "This sender can't send pictures or files. Send the text alone, or choose another sender."],
  ["21701 21702 21705", "service_not_usable", "fix", "The Messaging Service does not exist any more or can't send. Check the channel's settings."],
  ["21703 21704 21711", "service_without_sender", "fix", "The Messaging Service has no number that can send this message. Add one to it at Twilio."],
  ["21709 30042", "sender_name_not_allowed", "fix", "This sender name is not allowed here. Choose another name, or send from a number."],
  ["30018 30040 30041", "sender_name_not_registered", "fix", "This country only takes messages from registered senders. Register the sender at Twilio."],
  ["63002 63007", "channel_sender_unknown", "fix", "Twilio has no such sender on this channel. Check the channel's settings and connect it again."],
  // Registration in the United States
  ["30034", "not_registered_10dlc", "fix", "This number is not registered for A2P 10DLC, so US carriers block it. Complete the channel's compliance page, then add the number to the approved campaign."],
  ["30033 21729 21731", "campaign_suspended", "fix", "The number's A2P 10DLC campaign or brand is suspended. See the reason at Twilio and answer it there."],
  ["30032", "toll_free_not_verified", "fix", "This toll-free number is not verified, so carriers block it. Submit its verification at Twilio."],
  ["30035", "number_being_configured", "wait", "This number is still being set up with the carriers. Wait a day, then send again."],
  ["30024", "number_not_on_carrier", "wait", "The recipient's carrier does not know this number yet. Wait a day; if that does not help, ask Twilio's support."],
  // Limits
  ["21611 30001", "queue_full", "retry", "Too many messages are waiting at this sender. Try again later, in smaller batches."],
  ["30022", "rate_exceeded_10dlc", "retry", "The message went over the rate that the campaign allows. Try again more slowly."],
  ["30023 30027", "daily_cap_10dlc", "wait", "The brand's daily limit with T-Mobile is used up. Sending goes on after midnight Pacific time."],
  ["30025 30026", "daily_cap_near_10dlc", "wait", "The brand has used most of its daily limit with T-Mobile. Leave the rest of the broadcast for tomorrow."],
  ["30010", "price_limit_exceeded", "fix", "The message costs more than the highest price that was set. Raise the limit, or shorten the message."],
  ["63017 63018", "channel_rate_exceeded", "retry", "The channel is getting more messages than it takes at once. Try again in a few minutes."],
  ["63038", "channel_daily_limit", "wait", "The sender's daily limit on this channel is used up. Wait until tomorrow, or ask for a higher limit."],
  // The carriers
  ["30007", "filtered", "fix", "A carrier or Twilio filtered the message as unwanted. Don't repeat it as it is; check its links and wording, and that the person agreed to it."],
  ["30008", "carrier_unknown_error", "retry", "The carrier failed without giving a reason. Try once more."],
  ["30017", "carrier_congestion", "retry", "The carrier's network is congested. Try again later."],
  ["30410", "carrier_timeout", "retry", "The carrier did not answer in time, and the message was dropped. Try again later."],
  ["30036", "expired_in_queue", "retry", "The message waited longer than it was valid and was dropped. Send it again if it still matters."],
  ["30038", "one_time_code_filtered", "fix", "The message looks like a one-time passcode, which was not allowed through. Reword it, or send passcodes the way Twilio asks for."],
  ["30039", "loop_filtered", "fix", "Two machines seemed to answer each other, so Twilio dropped the message. Check automatic replies before you write again."],
  ["30020 30021 63009 63010 63012 63023", "provider_failed", "retry", "Twilio or the channel had a fault, and the message was not sent. Try again later."],
  // The message
  ["21617", "too_long", "fix", "The message is longer than 1,600 characters. Shorten it, or send it in two."],
  ["21602 21619 14103 21654", "empty_message", "fix", "The message has neither text nor a file. Write something first."],
  ["21604 21201", "recipient_missing", "fix", "The message has no recipient. Choose one first."],
  ["21618", "text_not_sendable", "fix", "The text holds something that can't be sent. Remove unusual characters, then try again."],
  ["21609 21502 21626", "callback_not_reachable", "fix", "Twilio can't use the address where Parley hears of deliveries. Set the public URL to one that Twilio can reach."],
  ["21620 11200 63019 63037", "media_not_readable", "fix", "Twilio could not fetch a file of this message. Check that it can still be opened, then attach it again."],
  ["21623", "too_many_files", "fix", "A message can carry ten files at most. Remove some."],
  ["30019 11751 63034", "file_too_large", "fix", "A file is too large for the recipient's carrier or channel. Send a smaller one."],
  ["21624 30012 30013", "validity_not_accepted", "fix", "The time for which the message is valid was not accepted. Set it to between 1 second and 10 hours."],
  ["35114 35115 35116 35117 35118 35119 35120 35121 35122 35123 35124 35125", "schedule_not_accepted", "fix", "Twilio did not accept the time of sending. Schedule the message in Parley instead."],
  // WhatsApp
  ["63016", "outside_service_window", "fix", "More than 24 hours have passed since the person last wrote. Use an approved template."],
  ["63015", "sandbox_not_joined", "fix", "The WhatsApp sandbox reaches only people who joined it. Ask the person to join, or connect a real sender."],
  ["63013 63026", "channel_policy", "fix", "The channel refused the message as against its policy. Reword it, and read the policy before you try again."],
  ["63005 63006 63021 63030", "content_not_accepted", "fix", "The channel can't carry this content. Change the kind of message, or send plain text."],
  ["21655 21656 63027 63028 63029", "template_mismatch", "fix", "The template does not exist in this language, or its variables don't fit. Check it under Templates."],
  ["63040 63041 63042", "template_not_usable", "fix", "The template was rejected, paused or disabled by WhatsApp. Choose another one, or correct and submit it again."],
  ["63001 63008 63020 63022 63051", "channel_account_problem", "fix", "The WhatsApp account has a problem that only its owner can solve. See WhatsApp Manager, then try again."],
  ["63032", "whatsapp_limitation", "stop", "WhatsApp does not let this message through to this person. Write by SMS instead."],
  ["63049", "marketing_withheld", "wait", "WhatsApp withheld this marketing message, as this person already gets many. Don't repeat it for some days."],
];

const failureByCode = new Map(
  rows.flatMap(([codes, code, class_, message]) =>
    codes.split(" ").map((provider): [string, Failure] => [provider, { code, message, class: class_ }]),
  ),
);
