/** Who gets the texts of a number or service at Twilio now. */
import type { ProviderService } from "../../../contract/channels.ts";
import type { Credentials, SenderKind, Trouble } from "../channel.ts";
import { type TwilioHosts, troubleOf, twilioClient } from "./client.ts";

/** Twilio's own example, which it enters for every number that is bought. */
const EXAMPLE = /^https?:\/\/demo\.twilio\.com\//;

/** The host and path of an app that is not ours; null: there is none. What follows `?` may be a secret of theirs. */
export function otherAppAt(url: string | null, ourUrl: string): string | null {
  if (!url || url === ourUrl || EXAMPLE.test(url)) return null;
  if (!URL.canParse(url)) return "an address that can't be read";
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

export async function ownedServices(
  hosts: TwilioHosts,
  credentials: Credentials,
  ourUrl: string,
): Promise<{ ok: true; items: ProviderService[] } | Trouble> {
  try {
    const client = await twilioClient(hosts, credentials);
    const services = await client.messaging.v1.services.list({ limit: 400 });
    const items = services.map(
      ({ sid, friendlyName, inboundRequestUrl, useInboundWebhookOnNumber }): ProviderService => ({
        messagingServiceSid: sid,
        friendlyName,
        otherApp: useInboundWebhookOnNumber ? null : otherAppAt(inboundRequestUrl, ourUrl),
      }),
    );
    return { ok: true, items };
  } catch (error) {
    return troubleOf(error);
  }
}

export async function readWebhook(
  hosts: TwilioHosts,
  credentials: Credentials,
  { kind, sid }: { kind: SenderKind; sid: string },
): Promise<{ ok: true; url: string | null } | Trouble> {
  try {
    const client = await twilioClient(hosts, credentials);
    if (kind !== "messaging_service") return { ok: true, url: (await client.incomingPhoneNumbers(sid).fetch()).smsUrl };
    const { inboundRequestUrl, useInboundWebhookOnNumber } = await client.messaging.v1.services(sid).fetch();
    return { ok: true, url: useInboundWebhookOnNumber ? null : inboundRequestUrl };
  } catch (error) {
    return troubleOf(error);
  }
}
