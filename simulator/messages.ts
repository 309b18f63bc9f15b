import { type Answer, type Call, idOf, rfc2822 } from "./call.ts";
import { createMessage } from "./create-message.ts";
import { setStatus } from "./delivery.ts";
import { messageOf, notFound, TwilioError } from "./errors.ts";
import { FINAL_STATUSES, type Message } from "./model.ts";
import { list2010 } from "./paging.ts";

export function postMessage(call: Call): Answer {
  const message = createMessage(call.world, call.account, call.form, call.receivedAt);
  call.entry.messageSid = message.sid;
  return { status: 201, json: messageJson(message) };
}

export function fetchMessage(call: Call): Answer {
  return { status: 200, json: messageJson(messageAt(call)) };
}

/** Newest first, by To, From and DateSent; one that is not sent yet counts by when it was created. */
export function listMessages(call: Call): Answer {
  const { query } = call;
  const to = query.get("To");
  const from = query.get("From");
  const isInDates = dateFilter(query);
  const found = call.account.messages.filter(
    (message) =>
      !message.deleted &&
      (to === null || message.to === to) &&
      (from === null || message.from === from) &&
      isInDates(message.sentAt ?? message.createdAt),
  );
  return list2010(call, "messages", found.reverse(), messageJson);
}

/** Status=canceled while it is scheduled (else 30409), or Body="" to redact it. */
export function updateMessage(call: Call): Answer {
  const message = messageAt(call);
  const status = call.form.get("Status");
  const body = call.form.get("Body");
  if (status !== null) {
    if (status !== "canceled") throw new TwilioError(20422, 400, "Invalid Parameter: Status can only be canceled");
    if (message.status !== "scheduled") throw new TwilioError(30409);
    setStatus(call.world, message, "canceled");
  }
  if (body !== null) {
    if (body !== "") throw new TwilioError(20422, 400, "Invalid Parameter: Body can only be set to blank");
    if (!FINAL_STATUSES.has(message.status)) throw new TwilioError(20009);
    message.body = "";
    message.updatedAt = call.world.clock.now();
  }
  return { status: 200, json: messageJson(message) };
}

export function deleteMessage(call: Call): Answer {
  const message = messageAt(call);
  if (!FINAL_STATUSES.has(message.status) && message.status !== "sent") throw new TwilioError(20009, 409);
  message.deleted = true;
  return { status: 204 };
}

/** The message that the path names, if this account has it. */
export function messageAt(call: Call): Message {
  const message = call.world.messages.get(idOf(call, 0));
  if (message === undefined || message.deleted || message.accountSid !== call.account.sid) throw notFound(call.path);
  return message;
}

/** DateSent (that day), DateSent> (from then on) and DateSent< (until then), as dates or as ISO times, both ends included. */
function dateFilter(query: URLSearchParams): (date: Date) => boolean {
  const day = 86_400_000;
  const bound = (name: string, end: boolean): number | null => {
    const text = query.get(name);
    if (text === null || text === "") return null;
    const ms = Date.parse(text);
    if (Number.isNaN(ms)) throw new TwilioError(20422, 400, `Invalid Parameter: ${name}`);
    return end && /^\d{4}-\d\d-\d\d$/.test(text) ? ms + day - 1 : ms;
  };
  const on = bound("DateSent", false);
  const from = bound("DateSent>", false) ?? on;
  const until = bound("DateSent<", true) ?? (on === null ? null : on + day - 1);
  return (date) => {
    // The log's dates have whole seconds, and so has its filter.
    const ms = Math.floor(date.getTime() / 1000) * 1000;
    return (from === null || ms >= Math.floor(from / 1000) * 1000) && (until === null || ms <= until);
  };
}

function messageJson(message: Message): Record<string, unknown> {
  const uri = `/2010-04-01/Accounts/${message.accountSid}/Messages/${message.sid}`;
  return {
    account_sid: message.accountSid,
    api_version: "2010-04-01",
    body: message.body,
    date_created: rfc2822(message.createdAt),
    date_sent: message.sentAt === null ? null : rfc2822(message.sentAt),
    date_updated: rfc2822(message.updatedAt),
    direction: message.direction,
    error_code: message.errorCode,
    error_message: message.errorCode === null ? null : messageOf(message.errorCode),
    from: message.from,
    messaging_service_sid: message.serviceSid,
    num_media: String(message.media.length),
    num_segments: message.from === null ? "0" : String(message.segments),
    price: null,
    price_unit: "USD",
    sid: message.sid,
    status: message.status,
    subresource_uris: { media: `${uri}/Media.json`, feedback: `${uri}/Feedback.json` },
    to: message.to,
    uri: `${uri}.json`,
  };
}
