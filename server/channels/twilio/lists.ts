/** Twilio's own record of messages: what became of ours, and which of the customers' it has. */
import type { Twilio } from "twilio";
import { z } from "zod";
import type { Credentials, InboundText, ListedMessage, Received, RemoteFile } from "../channel.ts";
import { baseFor, type TwilioHosts, twilioClient } from "./client.ts";
import { BLOCKED_BY_PROVIDER, json, reasonFor, UNEXPLAINED } from "./messages.ts";
import { AnswerLost, exchange, NotSent } from "./transport.ts";
import { answersByDefault, keepable, segmentsIn } from "./webhooks.ts";

const TIMEOUT_MS = 10_000;
/** Twilio's largest (error 20007). */
const PAGE_SIZE = 1000;
const MAX_PAGES = 100;
const MAX_NUMBERS = 400;

const Listed = z.looseObject({
  sid: z.string(),
  to: z.string().nullable(),
  from: z.string().nullable(),
  messaging_service_sid: z.string().nullable(),
  body: z.string().nullable(),
  status: z.string(),
  error_code: z.number().nullable(),
  date_created: z.string(),
  date_sent: z.string().nullish(),
  direction: z.string(),
  num_media: z.string().nullish(),
  num_segments: z.string().nullish(),
});
type Listed = z.infer<typeof Listed>;
const Listing = z.looseObject({ next_page_uri: z.string().nullable(), messages: z.array(Listed) });
const Files = z.looseObject({
  media_list: z.array(z.looseObject({ uri: z.string(), content_type: z.string().nullish() })),
});

interface Found<T> {
  found: T;
  /** What time it was at Twilio; null: it does not say. */
  at: Date | null;
}

/** One answer of the API as it should be; null where it could not be had. */
async function read<T>(
  hosts: TwilioHosts,
  { accountSid: username, authToken: password, ...rest }: Credentials,
  path: string,
  shape: z.ZodType<T>,
): Promise<Found<T> | null> {
  try {
    const base = baseFor(hosts, { accountSid: username, authToken: password, ...rest }, "api.twilio.com");
    const answer = await exchange({ method: "GET", url: `${base}${path}`, username, password, timeoutMs: TIMEOUT_MS });
    const parsed = shape.safeParse(json(answer.body));
    const at = new Date(answer.headers.date ?? Number.NaN);
    return answer.status === 200 && parsed.success
      ? { found: parsed.data, at: Number.isNaN(at.getTime()) ? null : at }
      : null;
  } catch (error) {
    if (error instanceof NotSent || error instanceof AnswerLost) return null;
    throw error;
  }
}

/**
 * Every message of a list, newest first, until one that `isPast`; null where a page could not be had, because "absent" may
 * only be said of a complete listing.
 */
async function readAll(
  hosts: TwilioHosts,
  credentials: Credentials,
  query: Record<string, string>,
  isPast: (message: Listed) => boolean,
): Promise<Found<Listed[]> | null> {
  const params = new URLSearchParams({ ...query, PageSize: String(PAGE_SIZE) });
  let path: string | null = `${messagesOf(credentials)}.json?${params}`;
  const found: Listed[] = [];
  let at: Date | null = null;
  for (let page = 0; path !== null; page++) {
    const listing: Found<z.infer<typeof Listing>> | null =
      page < MAX_PAGES ? await read(hosts, credentials, path, Listing) : null;
    if (!listing) return null;
    const { messages, next_page_uri }: z.infer<typeof Listing> = listing.found;
    if (page === 0) at = listing.at; // what came since is on no page
    for (const each of messages) if (!isPast(each)) found.push(each);
    path = messages.some(isPast) ? null : next_page_uri;
  }
  return { found, at };
}

const messagesOf = ({ accountSid }: Credentials) => `/2010-04-01/Accounts/${accountSid}/Messages`;

export async function listSentTo(
  hosts: TwilioHosts,
  credentials: Credentials,
  to: string,
  since: Date,
): Promise<ListedMessage[] | null> {
  // Twilio filters by the day a message was *sent*, in UTC, and one not sent yet has none: no date filter, then.
  const listed = await readAll(hosts, credentials, { To: to }, (each) => new Date(each.date_created) < since);
  return listed?.found.filter((each) => each.direction.startsWith("outbound")).map(sentMessage) ?? null;
}

export async function readSent(
  hosts: TwilioHosts,
  credentials: Credentials,
  providerSid: string,
): Promise<ListedMessage | null> {
  const listed = await read(hosts, credentials, `${messagesOf(credentials)}/${providerSid}.json`, Listed);
  return listed && sentMessage(listed.found);
}

function sentMessage(each: Listed): ListedMessage {
  const failed = each.status === "failed" || each.status === "undelivered";
  return {
    providerSid: each.sid,
    to: each.to ?? "",
    from: each.from,
    messagingServiceSid: each.messaging_service_sid,
    content: each.body ?? "",
    status: each.status,
    providerCode: each.error_code === null ? null : String(each.error_code),
    reason: failed ? reasonFor(each.error_code ?? UNEXPLAINED) : null,
    blocked: each.error_code === BLOCKED_BY_PROVIDER,
    createdAt: new Date(each.date_created),
  };
}

const toSecond = (at: Date) => `${at.toISOString().slice(0, 19)}Z`;
const SECOND_MS = 1000;

export async function listReceived(
  hosts: TwilioHosts,
  credentials: Credentials,
  phoneNumber: string,
  since: Date,
  until: Date | null,
): Promise<Received | null> {
  // Its dates have whole seconds, and its filter may look at the day alone: what it lets through too many is left out here.
  const from = new Date(Math.floor(since.getTime() / SECOND_MS) * SECOND_MS);
  const sentAt = (each: Listed) => new Date(each.date_sent ?? each.date_created);
  const query = {
    To: phoneNumber,
    "DateSent>": toSecond(from),
    ...(until ? { "DateSent<": toSecond(new Date(until.getTime() + SECOND_MS)) } : {}),
  };
  const listed = await readAll(hosts, credentials, query, (each) => sentAt(each) < from);
  if (!listed) return null;
  const texts: InboundText[] = [];
  for (const each of listed.found.reverse()) {
    if (each.direction !== "inbound" || !each.from || (until && sentAt(each) >= until)) continue;
    const media = Number(each.num_media ?? 0) > 0 ? await filesOf(hosts, credentials, each.sid) : [];
    if (!media) return null;
    const content = keepable(each.body ?? "");
    texts.push({
      providerSid: each.sid,
      accountSid: credentials.accountSid,
      messagingServiceSid: each.messaging_service_sid,
      from: each.from,
      to: each.to ?? phoneNumber,
      content,
      media,
      segments: segmentsIn(each.num_segments ?? null),
      // Whether Advanced Opt-Out has answered it is not in the list: at least what answers by default has.
      providerAnswers: answersByDefault(content) ? "by_default" : "no",
      sentAt: sentAt(each),
    });
  }
  return { texts, at: listed.at };
}

async function filesOf(hosts: TwilioHosts, credentials: Credentials, sid: string): Promise<RemoteFile[] | null> {
  const base = baseFor(hosts, credentials, "api.twilio.com");
  const list = await read(hosts, credentials, `${messagesOf(credentials)}/${sid}/Media.json`, Files);
  const addressOf = (uri: string) => `${base}${uri.replace(/\.json$/, "")}`;
  return (
    list?.found.media_list.map((each) => ({ url: addressOf(each.uri), contentType: each.content_type ?? null })) ?? null
  );
}

/** The numbers of a service, whatever their kind: Twilio lists its short codes apart. */
export async function poolOf(client: Twilio, messagingServiceSid: string): Promise<string[]> {
  const service = client.messaging.v1.services(messagingServiceSid);
  const numbers = await service.phoneNumbers.list({ limit: MAX_NUMBERS });
  const shortCodes = await service.shortCodes.list({ limit: MAX_NUMBERS });
  return [...numbers.map((each) => each.phoneNumber), ...shortCodes.map((each) => each.shortCode)];
}

/** @returns null where they could not be listed */
export const numbersOfService = (
  hosts: TwilioHosts,
  credentials: Credentials,
  messagingServiceSid: string,
): Promise<string[] | null> => orNull(async () => poolOf(await twilioClient(hosts, credentials), messagingServiceSid));

/** @returns null where it could not be learned */
export const sendsByName = (
  hosts: TwilioHosts,
  credentials: Credentials,
  messagingServiceSid: string,
): Promise<boolean | null> =>
  orNull(async () => {
    const service = (await twilioClient(hosts, credentials)).messaging.v1.services(messagingServiceSid);
    if ((await service.alphaSenders.list({ limit: 1 })).length > 0) return true;
    return (await service.destinationAlphaSenders.list({ limit: 1 })).length > 0;
  });

/** Null, whatever the reason: it is asked again. */
const orNull = <T>(ask: () => Promise<T>): Promise<T | null> => ask().catch(() => null);
