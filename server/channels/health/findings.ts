/** What can be wrong with a connection, in words: what, why, and what to do; and what it makes of the connection. */
import { FINDINGS, type FindingCode, STATUS_OF, stopsSending } from "../../../contract/channel-health.ts";
import type { Connection, Finding } from "../../../contract/channels.ts";

/** Something wrong as a look sees it. `detail`: another app's address, or the provider's code; part of what it is. */
export interface Found {
  code: FindingCode;
  detail: string | null;
}

/** The same as it is kept. */
export interface KeptFinding extends Found {
  /** ISO 8601. */
  since: string;
}

interface Words {
  message: string;
  remedy: string;
}

const code = (detail: string | null) => (detail === null ? "" : ` (error ${detail})`);

const WORDS: Record<FindingCode, (detail: string | null) => Words> = {
  account_closed: () => ({
    message: "Twilio says that this account is closed, so nothing is sent or received.",
    remedy: "Connect the number again from an account that is open. What was said stays here.",
  }),
  account_suspended: () => ({
    message: "Twilio says that this account is suspended, so nothing is sent or received.",
    remedy: "Open the Twilio console and settle what it asks for, such as its balance. Sending goes on by itself then.",
  }),
  account_restricted: (detail) => ({
    message: `Twilio answers, but does not let this account in${code(detail)}, so nothing is sent.`,
    remedy: "Look in the Twilio console for what it asks of you, or ask its support. Sending goes on by itself then.",
  }),
  number_reclaimed: () => ({
    message:
      "Twilio says that this number is not on the account any more: released, expired or moved. Nothing is sent.",
    remedy:
      "Get it back in the Twilio console, or write from another number and delete this channel. Its history stays.",
  }),
  service_gone: () => ({
    message: "Twilio says that this Messaging Service does not exist any more, so nothing is sent.",
    remedy: "Connect the service or number that took its place, then delete this channel. Its history stays.",
  }),
  credentials_rejected: () => ({
    message: "Twilio does not accept this account’s auth token any more, so nothing is sent.",
    remedy: "Add the account again under “Add a channel” with the auth token that the Twilio console shows now.",
  }),
  sms_lost: () => ({
    message: "Twilio says that this number can’t do SMS any more, so nothing is sent.",
    remedy: "Ask Twilio’s support why, or write from another number.",
  }),
  service_empty: () => ({
    message:
      "This Messaging Service has no sender left, neither a number nor a short code or name, so nothing is sent.",
    remedy: "Add a number to its sender pool in the Twilio console.",
  }),
  sending_disabled: (detail) => ({
    message: `Twilio has turned off sending for this account${code(detail)}: texts fail.`,
    remedy: "Ask Twilio’s support to turn it on. This goes away a day after the last such text.",
  }),
  campaign_suspended: (detail) => ({
    message: `The number’s A2P 10DLC campaign is suspended${code(detail)}: texts to the United States fail.`,
    remedy: "See the reason in the Twilio console and answer it there. This goes away a day after the last such text.",
  }),
  not_registered_10dlc: (detail) => ({
    message: `US carriers block texts from this number, because it is not registered for A2P 10DLC${code(detail)}.`,
    remedy:
      "Fill in 10DLC compliance in the channel’s settings, register it at Twilio and add the number to the approved campaign. This goes away a day after the last such text.",
  }),
  toll_free_not_verified: (detail) => ({
    message: `Carriers block texts from this toll-free number, because it is not verified${code(detail)}.`,
    remedy: "Submit its verification in the Twilio console. This goes away a day after the last such text.",
  }),
  number_being_configured: (detail) => ({
    message: `Carriers are still setting this number up for its A2P 10DLC campaign${code(detail)}: some texts fail.`,
    remedy:
      "Wait a day, then send what failed again. If that does not help, ask Twilio’s support. This goes away a day after the last such text.",
  }),
  sends_failing: (detail) => ({
    message: `Many of the last day’s texts were not delivered${detail === null ? "" : `, most often with Twilio’s error ${detail}`}.`,
    remedy: "Look at why in the texts that failed before you write to more people.",
  }),
  caught_by_service: (detail) => ({
    message: `Texts to this number go to its Messaging Service “${detail ?? ""}” now, and not to Parley.`,
    remedy:
      "If that is not meant, take the number out of the service’s sender pool in the Twilio console, or connect that service here.",
  }),
  webhook_elsewhere: (detail) => ({
    message: `Texts to this number go to ${detail ?? "another app"} now, and not to Parley.`,
    remedy:
      "If that is not meant, enter the address in the channel’s settings at Twilio again. Parley takes nothing over by itself.",
  }),
  webhook_removed: () => ({
    message: "Twilio does not tell Parley of texts to this number any more: its webhook was removed.",
    remedy: "Enter the address in the channel’s settings at Twilio again. Until then Parley asks every five minutes.",
  }),
  calls_elsewhere: (detail) => ({
    message: `Calls to this number go to ${detail ?? "another app"} now, and not to Parley. Its texts are not touched by this.`,
    remedy: "Open Settings > Voice, and let Parley answer its calls again, or leave them where they are.",
  }),
  calls_removed: () => ({
    message: "Twilio does not ask Parley about calls to this number any more. Its texts are not touched by this.",
    remedy: "Open Settings > Voice, and let Parley answer its calls again, or leave it so.",
  }),
};

const HELP = "https://www.twilio.com/docs/api/errors/";

export function findingJson({ code, detail, since }: KeptFinding): Finding {
  const helpUrl = detail !== null && /^\d+$/.test(detail) ? `${HELP}${detail}` : null;
  return { code, ...WORDS[code](detail), since, stopsSending: stopsSending(code), helpUrl };
}

/**
 * The gravest first, and since when each: what is still so keeps its time. What stops a business does so too while the
 * provider gives one reason after the other: it has not been well in between.
 */
export function kept(found: readonly Found[], before: readonly KeptFinding[], now: Date): KeptFinding[] {
  const place = ({ code }: Found) => FINDINGS.indexOf(code);
  return found
    .map(({ code, detail }) => {
      const known = before.find((each) => each.code === code && (each.detail === detail || stopsSending(code)));
      return { code, detail, since: known?.since ?? now.toISOString() };
    })
    .sort((one, other) => place(one) - place(other));
}

/** What a connection's switch and what is wrong with it make of it. */
export function standing(
  active: boolean,
  findings: readonly KeptFinding[],
): Pick<Connection, "status" | "statusReason"> {
  const [worst] = findings;
  if (!worst) return { status: active ? "active" : "inactive", statusReason: null };
  const { message, remedy } = WORDS[worst.code](worst.detail);
  const status = !active && !stopsSending(worst.code) ? "inactive" : STATUS_OF[worst.code];
  return { status, statusReason: { code: worst.code, message: `${message} ${remedy}` } };
}

/** Whether something that was found stops all sending. */
export const isStopped = (health: readonly Found[]): boolean => health.some(({ code }) => stopsSending(code));

/** Whether a connection may send: it is on, and nothing that was found stops it. */
export const canSend = ({
  active,
  status,
  health,
}: Pick<Connection, "active" | "status"> & { health: readonly Found[] }): boolean =>
  active && (status === "active" || status === "degraded" || (status === "restricted" && !isStopped(health)));
