/** Where Twilio sends the texts of numbers and services: seen, set, and cleared where it is ours. */
import type { Twilio } from "twilio";
import type { ProviderService } from "../../../contract/channels.ts";
import { few } from "../../platform/few.ts";
import type { Caught, Credentials, SenderKind, TextsGo, Trouble } from "../channel.ts";
import { leadsTo } from "../webhook-urls.ts";
import { isRefused, type TwilioHosts, troubleOf, twilioClient } from "./client.ts";
import { addressOfAll, addressOfCatcher, addressOfNumber, otherAppAt } from "./webhook-owner.ts";

export const MOST_NUMBERS = 1000;
/** Twilio's own limit of senders in one service. */
const MOST_IN_POOL = 400;
const MOST_SERVICES = 400;
const AT_ONCE = 5;

type Service = Awaited<ReturnType<Twilio["messaging"]["v1"]["services"]["list"]>>[number];
type Sender = { kind: SenderKind; sid: string };

/** The services with the SIDs of their numbers. */
async function withPools(client: Twilio, services: readonly Service[]) {
  const atOnce = few(AT_ONCE);
  return Promise.all(
    services.map((service) =>
      atOnce(async () => {
        const pool = await client.messaging.v1.services(service.sid).phoneNumbers.list({ limit: MOST_IN_POOL });
        return { service, numberSids: new Set(pool.map((each) => each.sid)) };
      }),
    ),
  );
}

const listServices = (client: Twilio) => client.messaging.v1.services.list({ limit: MOST_SERVICES });

/** The numbers whose texts a service catches, by their SIDs: Twilio does not tell it of the number. */
export async function catchers(client: Twilio): Promise<Caught> {
  const catching = (await listServices(client)).filter((each) => !each.useInboundWebhookOnNumber);
  const pools = await withPools(client, catching);
  return new Map(
    pools.flatMap(({ service, numberSids }) => {
      const { sid: messagingServiceSid, friendlyName } = service;
      const goes: TextsGo = { url: addressOfCatcher(service), caughtBy: { messagingServiceSid, friendlyName } };
      return [...numberSids].map((sid) => [sid, goes] as const);
    }),
  );
}

export async function readCaught(
  hosts: TwilioHosts,
  credentials: Credentials,
): Promise<{ ok: true; caught: Caught } | Trouble> {
  try {
    return { ok: true, caught: await catchers(await twilioClient(hosts, credentials)) };
  } catch (error) {
    return troubleOf(error);
  }
}

/** Where the texts of a number go by all that Twilio asks before its own address. */
export async function textsOfNumber(client: Twilio, sid: string, caught?: Caught): Promise<TextsGo> {
  const number = await client.incomingPhoneNumbers(sid).fetch();
  return (caught ?? (await catchers(client))).get(sid) ?? { url: addressOfNumber(number), caughtBy: null };
}

async function textsOfService(client: Twilio, sid: string, ourUrl: string): Promise<TextsGo> {
  const service = await client.messaging.v1.services(sid).fetch();
  if (!service.useInboundWebhookOnNumber) return { url: service.inboundRequestUrl || null, caughtBy: null };
  const [pool] = await withPools(client, [service]);
  const numbers = await client.incomingPhoneNumbers.list({ limit: MOST_NUMBERS });
  const addresses = numbers.filter((each) => pool?.numberSids.has(each.sid)).map(addressOfNumber);
  return { url: addressOfAll(addresses, ourUrl), caughtBy: null };
}

export async function readWebhook(
  hosts: TwilioHosts,
  credentials: Credentials,
  { kind, sid }: Sender,
  ourUrl: string,
  caught?: Caught,
): Promise<({ ok: true } & TextsGo) | Trouble> {
  try {
    const client = await twilioClient(hosts, credentials);
    if (kind === "messaging_service") return { ok: true, ...(await textsOfService(client, sid, ourUrl)) };
    return { ok: true, ...(await textsOfNumber(client, sid, caught)) };
  } catch (error) {
    return troubleOf(error);
  }
}

export async function setWebhook(
  hosts: TwilioHosts,
  credentials: Credentials,
  { kind, sid }: Sender,
  url: string,
): Promise<{ ok: true; set: boolean } | Trouble> {
  try {
    const client = await twilioClient(hosts, credentials);
    if (kind === "messaging_service") {
      const service = client.messaging.v1.services(sid);
      await service.update({ inboundRequestUrl: url, inboundMethod: "POST", useInboundWebhookOnNumber: false });
      return { ok: true, set: leadsTo((await textsOfService(client, sid, url)).url, url) };
    }
    const number = client.incomingPhoneNumbers(sid);
    const { smsApplicationSid } = await number.fetch();
    await number.update({ smsUrl: url, smsMethod: "POST", ...(smsApplicationSid ? { smsApplicationSid: "" } : {}) });
    return { ok: true, set: leadsTo((await textsOfNumber(client, sid)).url, url) };
  } catch (error) {
    return isRefused(error) ? { ok: true, set: false } : troubleOf(error);
  }
}

export async function clearWebhook(
  hosts: TwilioHosts,
  credentials: Credentials,
  { kind, sid }: Sender,
  ourUrl: string,
): Promise<{ ok: true; cleared: boolean } | Trouble> {
  try {
    const client = await twilioClient(hosts, credentials);
    if (kind === "messaging_service") {
      const service = client.messaging.v1.services(sid);
      if (!leadsTo((await service.fetch()).inboundRequestUrl, ourUrl)) return { ok: true, cleared: false };
      await service.update({ inboundRequestUrl: "" });
      return { ok: true, cleared: !(await service.fetch()).inboundRequestUrl };
    }
    const number = client.incomingPhoneNumbers(sid);
    if (!leadsTo((await number.fetch()).smsUrl, ourUrl)) return { ok: true, cleared: false };
    await number.update({ smsUrl: "" });
    return { ok: true, cleared: !(await number.fetch()).smsUrl };
  } catch (error) {
    return isRefused(error) ? { ok: true, cleared: false } : troubleOf(error);
  }
}

export async function ownedServices(
  hosts: TwilioHosts,
  credentials: Credentials,
  ourUrl: string,
): Promise<{ ok: true; items: ProviderService[] } | Trouble> {
  try {
    const client = await twilioClient(hosts, credentials);
    const services = await listServices(client);
    const leaving = services.filter((each) => each.useInboundWebhookOnNumber);
    const numbers = leaving.length > 0 ? await client.incomingPhoneNumbers.list({ limit: MOST_NUMBERS }) : [];
    const pools = new Map(
      (await withPools(client, leaving)).map(({ service, numberSids }) => [service.sid, numberSids]),
    );
    const items = services.map((service): ProviderService => {
      const pool = pools.get(service.sid);
      const address = pool
        ? addressOfAll(numbers.filter((each) => pool.has(each.sid)).map(addressOfNumber), ourUrl)
        : service.inboundRequestUrl;
      const { sid: messagingServiceSid, friendlyName } = service;
      return { messagingServiceSid, friendlyName, otherApp: otherAppAt(address, ourUrl) };
    });
    return { ok: true, items };
  } catch (error) {
    return troubleOf(error);
  }
}
