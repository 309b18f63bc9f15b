/** One look at a connection at its provider. What stops sending is said only of a definite answer, and mostly of two. */
import type { FindingCode } from "../../../contract/channel-health.ts";
import type { Outside } from "../../platform/db/handles.ts";
import type { Credentials, SmsProvider, TextsGo, Trouble } from "../channel.ts";
import { senderRef } from "../channels.ts";
import type { ConnectionRow } from "../store.ts";
import { inboundUrl, isPolled, leadsTo } from "../webhook-urls.ts";
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

/** @returns null where nothing can be said: the provider can't be reached, is busy, or contradicts itself. It is asked again. */
export async function lookAt(
  outside: Outside,
  { provider, publicUrl, providerUrl }: LookParts,
  connection: ConnectionRow,
  credentials: Credentials,
): Promise<Look | null> {
  const account = await provider.readAccount(outside, credentials);
  // One wrong answer must not stop a business: the same has to be said of its numbers too.
  if (!account.ok && account.code !== "credentials_rejected") return lookOf(account);
  const sender = await provider.findSender(outside, credentials, senderRef(connection));
  if (!account.ok) return !sender.ok && sender.code === "credentials_rejected" ? lookOf(account) : null;

  const isService = connection.messagingServiceSid !== null;
  if (!sender.ok && sender.code === "number_not_sms_capable") return alone("sms_lost");
  if (!sender.ok && sender.code === "number_not_on_account") {
    const { senderType: kind, providerNumberSid: sid } = connection;
    const again = await provider.readWebhook(outside, credentials, { kind, sid }, inboundUrl(publicUrl));
    const isGone = !again.ok && again.code === "provider_refused" && again.status === 404;
    return isGone ? alone(isService ? "service_gone" : "number_reclaimed") : null;
  }
  if (!sender.ok) return lookOf(sender);

  const found: Found[] = [];
  if (connection.messagingServiceSid !== null) {
    const numbers = await provider.numbersOfService(outside, credentials, connection.messagingServiceSid);
    if (!numbers) return null;
    if (numbers.length === 0) found.push({ code: "service_empty", detail: null });
  }
  if (isPolled(credentials, publicUrl, providerUrl)) return { found, webhook: null, sid: sender.sid };
  const read = await provider.readWebhook(outside, credentials, sender, inboundUrl(publicUrl));
  if (!read.ok) return null;
  return { found, webhook: placeOf(provider, read, inboundUrl(publicUrl)), sid: sender.sid };
}

/** What the account's trouble is to a connection. Null: it is the network's, or nobody knows. */
function lookOf(trouble: Trouble): Look | null {
  if (trouble.code === "provider_unreachable") return null;
  if (trouble.code !== "provider_refused") return alone(trouble.code);
  return trouble.status === 403 ? alone("account_restricted", trouble.providerCode) : null;
}

function placeOf(provider: SmsProvider, { url, caughtBy }: TextsGo, ourUrl: string): Look["webhook"] {
  if (leadsTo(url, ourUrl)) return { to: "us", name: null };
  if (caughtBy) return { to: "service", name: caughtBy.friendlyName };
  const name = provider.otherAppAt(url, ourUrl);
  return { to: name === null ? "nobody" : "another", name };
}
