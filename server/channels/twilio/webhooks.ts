/** Twilio's webhooks in our words: inbound texts and status reports (reference: Twilio's webhook request pages). */
import type { InboundText, RemoteFile, StatusReport, WebhookReader } from "../channel.ts";
import { CALL_PATH, INBOUND_PATH, STATUS_PATH } from "../webhook-urls.ts";
import { callAnswer, callReport } from "./calls.ts";
import { BLOCKED_BY_PROVIDER, reasonFor, stateOf } from "./messages.ts";
import { isSignedBy, parseForm } from "./signature.ts";

type Fields = ReadonlyArray<readonly [string, string]>;

/** The first value of a field; Twilio repeats none of those that we read. */
const field = (fields: Fields, name: string): string | null => fields.find(([each]) => each === name)?.[1] ?? null;

const isSid = (value: string | null, prefix: RegExp): value is string => value !== null && prefix.test(value);
const MESSAGE = /^(SM|MM)[0-9a-f]{32}$/;
const ACCOUNT = /^AC[0-9a-f]{32}$/;
const MAX_MEDIA = 10;

function mediaOf(fields: Fields): RemoteFile[] {
  const count = Math.min(Number(field(fields, "NumMedia") ?? 0) || 0, MAX_MEDIA);
  return Array.from({ length: count }, (_, n) => ({
    url: field(fields, `MediaUrl${n}`),
    contentType: field(fields, `MediaContentType${n}`),
  })).filter((each): each is RemoteFile => each.url !== null);
}

/** What Twilio's default handling answers: one word, exactly, in any case (Twilio, "Support for Opt-out Keywords", 2025). */
const ANSWERED = /^(STOP|STOPALL|UNSUBSCRIBE|CANCEL|END|QUIT|REVOKE|OPTOUT|START|YES|UNSTOP|HELP|INFO)$/i;
export const answersByDefault = (content: string): boolean => ANSWERED.test(content.trim());

/** PostgreSQL's text holds no NUL, and carriers do send it. */
export const keepable = (body: string): string => body.replaceAll("\0", "");

/** How many segments Twilio counted; 1 where it does not say, as of what is no SMS. */
export const segmentsIn = (text: string | null): number =>
  text !== null && /^[1-9]\d{0,2}$/.test(text) ? Number(text) : 1;

function inboundText(fields: Fields): InboundText | null {
  const providerSid = field(fields, "MessageSid");
  const accountSid = field(fields, "AccountSid");
  const from = field(fields, "From");
  const to = field(fields, "To");
  const content = keepable(field(fields, "Body") ?? "");
  if (!isSid(providerSid, MESSAGE) || !isSid(accountSid, ACCOUNT) || !from || !to) return null;
  return {
    providerSid,
    accountSid,
    from,
    to,
    messagingServiceSid: field(fields, "MessagingServiceSid"),
    content,
    media: mediaOf(fields),
    segments: segmentsIn(field(fields, "NumSegments")),
    providerAnswers: field(fields, "OptOutType") !== null ? "yes" : answersByDefault(content) ? "by_default" : "no",
  };
}

function statusReport(fields: Fields): StatusReport | null {
  const providerSid = field(fields, "MessageSid");
  const accountSid = field(fields, "AccountSid");
  const status = stateOf(field(fields, "MessageStatus") ?? "");
  if (!isSid(providerSid, MESSAGE) || !isSid(accountSid, ACCOUNT) || status === null) return null;
  const code = field(fields, "ErrorCode");
  const failed = status === "failed" || status === "undelivered";
  return {
    accountSid,
    providerSid,
    status,
    providerCode: code || null,
    reason: failed ? reasonFor(code || "30008") : null,
    blocked: code === String(BLOCKED_BY_PROVIDER),
  };
}

export const twilioWebhooks: WebhookReader = {
  paths: {
    inbound: INBOUND_PATH,
    status: STATUS_PATH,
    call: [
      ["started", CALL_PATH],
      ...(["taken", "dialed", "recorded", "stored", "ended"] as const).map(
        (step) => [step, `${CALL_PATH}/${step}`] as const,
      ),
    ],
  },
  signatureHeader: "x-twilio-signature",
  parse: parseForm,
  isSigned: isSignedBy,
  accountSidOf(fields) {
    const sid = field(fields, "AccountSid");
    return isSid(sid, ACCOUNT) ? sid : null;
  },
  inboundText,
  statusReport,
  callReport,
  callAnswer,
};
