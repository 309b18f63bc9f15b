import { isCallable } from "./call.ts";
import { startDelivery } from "./delivery.ts";
import { TwilioError } from "./errors.ts";
import { queueIsFull } from "./lanes.ts";
import type { Account, Media, Message, MessagingService, OwnedNumber } from "./model.ts";
import { isShortCode, MAGIC, toE164 } from "./phone-numbers.ts";
import { readSchedule } from "./schedule.ts";
import { countSegments } from "./segments.ts";
import { numbersOf } from "./senders.ts";
import { isBlocked, type World } from "./world.ts";

/** What Twilio puts before every text of a trial account. */
const TRIAL_PREFIX = "Sent from your Twilio trial account - ";

/**
 * Takes a message as `POST Messages.json` does: validates in Twilio's order and words, logs it, and starts it on its way.
 * Throws the TwilioError that Twilio would answer with.
 */
export function createMessage(world: World, account: Account, form: URLSearchParams, receivedAt: Date): Message {
  const given = (name: string): string | null => form.get(name) || null;
  const toText = given("To");
  if (toText === null) throw new TwilioError(21604);
  const fromText = given("From");
  const serviceSid = given("MessagingServiceSid") ?? (fromText?.startsWith("MG") ? fromText : null);
  if (fromText === null && serviceSid === null) throw new TwilioError(21603);
  const body = checkBody(form);
  const mediaUrls = checkMedia(form.getAll("MediaUrl").filter((url) => url !== ""));
  const statusCallback = given("StatusCallback");
  if (statusCallback !== null && !isCallable(statusCallback)) throw new TwilioError(21609);
  const validitySeconds = checkValidity(given("ValidityPeriod"));
  const sendAt = readSchedule(form, serviceSid, receivedAt);
  const service = serviceSid === null ? null : checkService(world, account, serviceSid);
  const to = checkTo(world, account, toText);
  const fromAddress = fromText === serviceSid ? null : fromText;
  const number = fromAddress === null ? null : checkFrom(world, account, fromAddress, mediaUrls.length > 0);
  const from = number?.phoneNumber ?? fromAddress;
  if (from === to) throw new TwilioError(21211);
  if (service !== null && number !== null && number.serviceSid !== service.sid) throw new TwilioError(21606);
  if (account.type === "Trial" && !account.verified.has(to)) throw new TwilioError(21608);
  if (service === null && number !== null) {
    if (isBlocked(world, number, to)) throw new TwilioError(21610);
    if (queueIsFull(world, number.phoneNumber)) throw new TwilioError(21611, 429);
  }
  const message = newMessage(world, account, {
    direction: "outbound-api",
    from,
    to,
    body: account.type === "Trial" ? TRIAL_PREFIX + body : body,
    media: mediaUrls.map((url) => mediaAt(world, url)),
    status: service === null ? "queued" : sendAt === null ? "accepted" : "scheduled",
    serviceSid: service?.sid ?? null,
    statusCallback: statusCallback ?? service?.statusCallback ?? null,
    validitySeconds,
    receivedAt,
  });
  startDelivery(world, message, sendAt);
  return message;
}

export type MessageFacts = Pick<
  Message,
  "direction" | "from" | "to" | "body" | "media" | "status" | "serviceSid" | "statusCallback" | "receivedAt"
> & { validitySeconds?: number };

/** Puts a message into its account's log. */
export function newMessage(world: World, account: Account, facts: MessageFacts): Message {
  const now = world.clock.now();
  const message: Message = {
    validitySeconds: 36_000,
    ...facts,
    sid: world.sids.sid(facts.media.length > 0 ? "MM" : "SM"),
    accountSid: account.sid,
    segments: countSegments(facts.body).segments,
    errorCode: null,
    createdAt: now,
    updatedAt: now,
    sentAt: null,
    deleted: false,
  };
  account.messages.push(message);
  world.messages.set(message.sid, message);
  return message;
}

function checkBody(form: URLSearchParams): string {
  const body = form.get("Body") ?? "";
  const hasMedia = form.getAll("MediaUrl").some((url) => url !== "");
  if (body === "" && !hasMedia && !form.get("ContentSid")) throw new TwilioError(form.has("Body") ? 21602 : 21619);
  if ([...body].length > 1600) throw new TwilioError(21617);
  return body;
}

function checkMedia(urls: string[]): string[] {
  if (urls.length > 10) throw new TwilioError(21623);
  if (!urls.every(isCallable)) throw new TwilioError(21620);
  return urls;
}

function checkValidity(text: string | null): number {
  if (text === null) return 36_000;
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 36_000) {
    throw new TwilioError(20422, 400, "Invalid Parameter: ValidityPeriod must be 1 to 36000");
  }
  return seconds;
}

function checkService(world: World, account: Account, sid: string): MessagingService {
  if (!/^MG[0-9a-fA-F]{32}$/.test(sid)) throw new TwilioError(21705);
  const service = world.services.get(sid);
  if (service === undefined || service.accountSid !== account.sid) throw new TwilioError(21701, 404);
  const pool = numbersOf(world, service);
  if (service.alphaSenders.length > 0) return service;
  if (pool.length === 0) throw new TwilioError(21704);
  if (!pool.some((number) => number.capabilities.sms)) throw new TwilioError(21703);
  return service;
}

function checkTo(world: World, account: Account, text: string): string {
  const to = toE164(text);
  if (to === null || to === MAGIC.invalid) throw new TwilioError(21211, 400, `Invalid 'To' Phone Number: ${text}`);
  if (to === MAGIC.unreachable) throw new TwilioError(21612);
  if (to === MAGIC.blocked) throw new TwilioError(21610);
  if (to === MAGIC.landline || world.landlines.has(to)) throw new TwilioError(21614);
  if (to === MAGIC.geo || account.refusedPrefixes.some((prefix) => to.startsWith(prefix))) throw new TwilioError(21408);
  return to;
}

/** The owned number that a From names; null for the magic sender +15005550006, which needs no owner. */
function checkFrom(world: World, account: Account, text: string, withMedia: boolean): OwnedNumber | null {
  if (text.startsWith("whatsapp:")) throw new TwilioError(63007);
  const from = isShortCode(text) ? text : toE164(text);
  if (from === null || from === MAGIC.invalid) throw new TwilioError(21212, 400, `Invalid 'From' Number: ${text}`);
  if (from === MAGIC.notOwned) throw new TwilioError(21606);
  if (from === MAGIC.queueFull) throw new TwilioError(21611, 429);
  const number = world.numbers.get(from);
  if (number === undefined) {
    if (from === MAGIC.ok) return null;
    throw new TwilioError(21659);
  }
  if (number.accountSid !== account.sid) throw new TwilioError(21660);
  if (!number.capabilities.sms) throw new TwilioError(21606);
  if (withMedia && !number.capabilities.mms) throw new TwilioError(21621);
  return number;
}

/** A file that the business sends: by its URL alone, until it is fetched when the message leaves. */
export function mediaAt(world: World, url: string): Media {
  const types: Record<string, string> = {
    png: "image/png",
    gif: "image/gif",
    pdf: "application/pdf",
    mp4: "video/mp4",
  };
  const ending = /\.(\w+)$/.exec(new URL(url).pathname)?.[1] ?? "";
  return {
    sid: world.sids.sid("ME"),
    contentType: types[ending.toLowerCase()] ?? "image/jpeg",
    bytes: new TextEncoder().encode(url),
    createdAt: world.clock.now(),
    source: url,
  };
}
