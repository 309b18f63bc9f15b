import { newMessage } from "./create-message.ts";
import { ControlError } from "./errors.ts";
import { strikeCallback } from "./faults.ts";
import type { WebhookAttempt, WebhookEntry } from "./journal.ts";
import { mediaUrl } from "./media.ts";
import type { Account, Media, Message, OwnedNumber } from "./model.ts";
import { applyKeyword, type KeywordEffect } from "./opt-out.ts";
import { placeParams } from "./places.ts";
import { replyAsTold } from "./replies.ts";
import { callHook, type Hook, openEntry } from "./webhook.ts";
import { putOnPhone, type World } from "./world.ts";

export type PhoneSends = {
  /** The customer's phone; usually E.164, but Twilio also hands on short codes and raw callers. */
  from: string;
  /** A business number that some account owns. */
  to: string;
  body?: string;
  media?: { contentType: string; bytes: Uint8Array }[];
  /** Parameters that this webhook carries besides Twilio's own, as new ones appear without notice. */
  extraParams?: Record<string, string>;
};

export type TextResult = {
  /** null: Twilio dropped the text without logging it. */
  messageSid: string | null;
  /** null: no webhook was due; `reason` says why. */
  webhook: WebhookEntry | null;
  reason: string | null;
};

type Hooks = { hook: Hook; fallback: Hook | null } | { none: string; logged: boolean };

/** A customer's phone texts a business number. Answers when the webhook has been answered, or given up. */
export async function receiveText(world: World, text: PhoneSends): Promise<TextResult> {
  const number = world.numbers.get(text.to);
  const account = number && world.accounts.get(number.accountSid);
  if (number === undefined || account === undefined) {
    throw new ControlError("to", `${text.to} is no number of any simulated account`, 404);
  }
  const receivedAt = world.clock.now();
  const media = (text.media ?? []).map((item) => ({ ...item, sid: world.sids.sid("ME"), createdAt: receivedAt }));
  const body = text.body ?? "";
  const log = (messageSid: string | null) =>
    putOnPhone(world, text.from, phoneText(number, body, media, messageSid, receivedAt));
  if (account.status !== "active") {
    log(null);
    return { messageSid: null, webhook: null, reason: `the account is ${account.status}` };
  }
  const hooks = hooksOf(world, number);
  const keyword = applyKeyword(world, number, text.from, body);
  if ("none" in hooks && !hooks.logged) {
    log(null);
    answerKeyword(world, account, number, text.from, keyword, receivedAt);
    return { messageSid: null, webhook: null, reason: hooks.none };
  }
  const message = newMessage(world, account, {
    direction: "inbound",
    from: text.from,
    to: text.to,
    body,
    media,
    status: "received",
    serviceSid: number.serviceSid,
    statusCallback: null,
    receivedAt,
  });
  message.sentAt = message.createdAt;
  log(message.sid);
  answerKeyword(world, account, number, text.from, keyword, receivedAt);
  if ("none" in hooks) return { messageSid: message.sid, webhook: null, reason: hooks.none };
  const params = {
    ...inboundParams(world, message),
    ...(number.optOut === "advanced" && keyword !== null ? { OptOutType: keyword.keyword } : {}),
    ...text.extraParams,
  };
  return post(world, account, message, hooks, params);
}

/** Posts an inbound message's webhook once more, as Twilio sometimes does. */
export async function redeliver(world: World, messageSid: string): Promise<TextResult> {
  const message = world.messages.get(messageSid);
  const number = message && world.numbers.get(message.to);
  const account = message && world.accounts.get(message.accountSid);
  if (message?.direction !== "inbound" || number === undefined || account === undefined) {
    throw new ControlError("messageSid", `${messageSid} is no inbound message of a number that is still owned`, 404);
  }
  const hooks = hooksOf(world, number);
  if ("none" in hooks) return { messageSid, webhook: null, reason: hooks.none };
  const before = world.webhooks.findLast((entry) => entry.messageSid === messageSid);
  return post(world, account, message, hooks, before?.params ?? inboundParams(world, message));
}

async function post(
  world: World,
  account: Account,
  message: Message,
  { hook, fallback }: { hook: Hook; fallback: Hook | null },
  params: Record<string, string>,
): Promise<TextResult> {
  const open = () => openEntry(world, "inbound", message, "received", hook.url, params);
  const call = async (): Promise<WebhookEntry> => {
    const entry = open();
    const answer = await callHook(world, account, entry, hook, fallback);
    if (answer !== null) reply(world, account, message, entry, answer);
    return entry;
  };
  const fault = strikeCallback(world.faults, {
    account: account.sid,
    webhook: "inbound",
    status: "received",
    to: message.to,
    from: message.from ?? "",
  });
  if (fault?.kind === "callback_dropped") {
    const entry = open();
    entry.outcome = "dropped";
    return { messageSid: message.sid, webhook: entry, reason: "a fault dropped the webhook" };
  }
  if (fault?.kind === "callback_delayed") await world.clock.sleep(fault.ms, world.era.signal);
  if (fault?.kind === "callback_duplicated") await call();
  return { messageSid: message.sid, webhook: await call(), reason: null };
}

function reply(world: World, account: Account, message: Message, entry: WebhookEntry, answer: WebhookAttempt): void {
  const number = world.numbers.get(message.to);
  if (number !== undefined) entry.notices.push(...replyAsTold(world, account, number, message, answer));
}

/** Which webhook an inbound message goes to (reference, section 1, "Webhook precedence"). */
function hooksOf(world: World, number: OwnedNumber): Hooks {
  const service = number.serviceSid === null ? undefined : world.services.get(number.serviceSid);
  if (service !== undefined && !service.useInboundWebhookOnNumber) {
    if (service.inboundRequestUrl === null)
      return { none: "its Messaging Service has no InboundRequestUrl", logged: false };
    return {
      hook: { url: service.inboundRequestUrl, method: service.inboundMethod },
      fallback: service.fallbackUrl === null ? null : { url: service.fallbackUrl, method: service.fallbackMethod },
    };
  }
  if (number.smsApplicationSid !== "") return { none: "its SmsApplicationSid overrides its SmsUrl", logged: true };
  if (number.smsUrl === "") return { none: "it has no SmsUrl", logged: true };
  const { smsFallbackUrl, smsFallbackMethod } = number;
  return {
    hook: { url: number.smsUrl, method: number.smsMethod },
    fallback: smsFallbackUrl === "" ? null : { url: smsFallbackUrl, method: smsFallbackMethod },
  };
}

function answerKeyword(
  world: World,
  account: Account,
  number: OwnedNumber,
  phone: string,
  effect: KeywordEffect | null,
  receivedAt: Date,
): void {
  if (effect === null || effect.reply === null) return;
  const { text, by } = effect.reply;
  let messageSid: string | null = null;
  if (by === "twilio") {
    const message = newMessage(world, account, {
      direction: "outbound-reply",
      from: number.phoneNumber,
      to: phone,
      body: text,
      media: [],
      status: "delivered",
      serviceSid: number.serviceSid,
      statusCallback: null,
      receivedAt,
    });
    message.sentAt = message.createdAt;
    messageSid = message.sid;
  }
  putOnPhone(world, phone, {
    direction: "received",
    with: number.phoneNumber,
    body: text,
    mediaSids: [],
    messageSid,
    automatic: true,
    receivedAt,
    arrivedAt: world.clock.now(),
  });
}

function phoneText(number: OwnedNumber, body: string, media: Media[], messageSid: string | null, receivedAt: Date) {
  return {
    direction: "sent" as const,
    with: number.phoneNumber,
    body,
    mediaSids: media.map((item) => item.sid),
    messageSid,
    automatic: false,
    receivedAt,
    arrivedAt: receivedAt,
  };
}

/** All the fields of an inbound webhook (reference, section 1). */
function inboundParams(world: World, message: Message): Record<string, string> {
  const from = message.from ?? "";
  const params: Record<string, string> = {
    AccountSid: message.accountSid,
    ApiVersion: "2010-04-01",
    Body: message.body,
    From: from,
    ...placeParams("From", from),
    MessageSid: message.sid,
    NumMedia: String(message.media.length),
    NumSegments: String(message.segments),
    SmsMessageSid: message.sid,
    SmsSid: message.sid,
    SmsStatus: "received",
    To: message.to,
    ...placeParams("To", message.to),
  };
  if (message.serviceSid !== null) params.MessagingServiceSid = message.serviceSid;
  message.media.forEach((media, index) => {
    params[`MediaContentType${index}`] = media.contentType;
    params[`MediaUrl${index}`] = mediaUrl(world, message, media);
  });
  return params;
}
