/** One look at a connection at its provider. What stops sending is said only of a definite answer, and mostly of two. */
import type { FindingCode } from "../../../contract/channel-health.ts";
import type { Outside } from "../../platform/db/handles.ts";
import type { CallsGo, Caught, Credentials, SenderMissing, SmsProvider, TextsGo, Trouble } from "../channel.ts";
import { senderRef } from "../channels.ts";
import type { ConnectionRow } from "../store.ts";
import { callUrl, inboundUrl, isPolled, leadsTo } from "../webhook-urls.ts";
import type { Found } from "./findings.ts";

export interface LookParts {
  provider: SmsProvider;
  publicUrl: string;
  /** Where the provider of real accounts is. */
  providerUrl: string;
}

export interface Look {
  /** What is wrong with account and sender. */
  found: Found[];
  /**
   * Where its texts go: here, nowhere, to another app (its address without what may be secret), or into a Messaging Service
   * (its name) that catches them whatever is entered at the number. Null: not seen, or not asked for.
   */
  webhook: { to: "us" | "nobody" | "another" | "service"; name: string | null } | null;
  /** The provider's own id of the sender: another one where the number was given back and bought again. Null: not seen. */
  sid: string | null;
}

const alone = (code: FindingCode, detail: string | null = null): Look => ({
  found: [{ code, detail }],
  webhook: null,
  sid: null,
});

/** What catches texts in the account that is looked at; null: that could not be learned. */
export type AskCaught = () => Promise<Caught | null>;

/** Asks once for all the looks of a round, but again where it was in vain. */
export function askCaught(outside: Outside, provider: SmsProvider, credentials: Credentials): AskCaught {
  let caught: Caught | null = null;
  return async () => {
    const answer = caught ? null : await provider.readCaught(outside, credentials);
    if (answer?.ok) caught = answer.caught;
    return caught;
  };
}

/** @returns null where nothing can be said: the provider can't be reached, is busy, or contradicts itself. It is asked again. */
export async function lookAt(
  outside: Outside,
  { provider, publicUrl, providerUrl }: LookParts,
  connection: ConnectionRow,
  credentials: Credentials,
  caughtThere: AskCaught,
): Promise<Look | null> {
  const ourUrl = inboundUrl(publicUrl);
  const account = await provider.readAccount(outside, credentials);
  // One wrong answer must not stop a business: the same has to be said of its numbers too.
  if (!account.ok && !isWrongSometimes(account)) return lookOf(account);
  const sender = await provider.findSender(outside, credentials, senderRef(connection));
  if (!account.ok) return confirmed(account, sender);

  const isService = connection.messagingServiceSid !== null;
  if (!sender.ok && sender.code === "number_not_sms_capable") return alone("sms_lost");
  if (!sender.ok) {
    const { senderType: kind, providerNumberSid: sid } = connection;
    const again = await provider.readWebhook(outside, credentials, { kind, sid }, ourUrl, NOTHING_CAUGHT);
    if (sender.code !== "number_not_on_account") return confirmed(sender, again);
    const isGone = !again.ok && again.code === "provider_refused" && again.status === 404;
    return isGone ? alone(isService ? "service_gone" : "number_reclaimed") : null;
  }

  const found: Found[] = [];
  if (connection.messagingServiceSid !== null) {
    const numbers = await provider.numbersOfService(outside, credentials, connection.messagingServiceSid);
    const byName = numbers?.length === 0 && (await provider.sendsByName(outside, credentials, sender.sid));
    if (!numbers || byName === null) return null;
    if (numbers.length === 0 && !byName) found.push({ code: "service_empty", detail: null });
  }
  if (isPolled(credentials, publicUrl, providerUrl)) return { found, webhook: null, sid: sender.sid };
  const caught = isService ? NOTHING_CAUGHT : await caughtThere();
  const read = caught && (await provider.readWebhook(outside, credentials, sender, ourUrl, caught));
  if (!read?.ok) return null;
  if (connection.callsUrl === callUrl(publicUrl)) {
    const calls = await provider.readCalls(outside, credentials, sender.sid);
    if (!calls.ok) return null;
    found.push(...lostCalls(provider, calls, connection.callsUrl));
  }
  return { found, webhook: placeOf(provider, read, ourUrl), sid: sender.sid };
}

const NOTHING_CAUGHT: Caught = new Map();

/** What something on the way may answer as well, in the provider's place. */
const isWrongSometimes = ({ code }: Trouble) => code === "credentials_rejected" || code === "provider_refused";

/** What is wrong where a second answer says the same; null: the two contradict each other. */
function confirmed(trouble: Trouble, other: { ok: true } | SenderMissing | Trouble): Look | null {
  if (other.ok || other.code === "number_not_on_account" || other.code === "number_not_sms_capable") return null;
  return other.code === trouble.code && lookOf(other) ? lookOf(trouble) : null;
}

/** What the account's trouble is to a connection. Null: it is the network's, or nobody knows. */
function lookOf(trouble: Trouble): Look | null {
  if (trouble.code === "provider_unreachable") return null;
  if (trouble.code !== "provider_refused") return alone(trouble.code);
  // Without a code of the provider's own it is not the provider who refuses.
  const isShutOut = trouble.status === 403 && trouble.providerCode !== null;
  return isShutOut ? alone("account_restricted", trouble.providerCode) : null;
}

/** A number whose calls Parley has set to come here, and which do not. */
function lostCalls(provider: SmsProvider, { url, trunkSid }: CallsGo, ourUrl: string): Found[] {
  if (trunkSid !== null) return [{ code: "calls_elsewhere", detail: `the SIP trunk ${trunkSid}` }];
  if (leadsTo(url, ourUrl)) return [];
  const detail = provider.otherAppAt(url, ourUrl);
  return [{ code: detail === null ? "calls_removed" : "calls_elsewhere", detail }];
}

function placeOf(provider: SmsProvider, { url, caughtBy }: TextsGo, ourUrl: string): Look["webhook"] {
  if (leadsTo(url, ourUrl)) return { to: "us", name: null };
  if (caughtBy) return { to: "service", name: caughtBy.friendlyName };
  const name = provider.otherAppAt(url, ourUrl);
  return { to: name === null ? "nobody" : "another", name };
}
