/** Handing a message to Twilio. The hot path: plain requests over our transport. */
import { z } from "zod";
import type { Credentials, Outgoing, SendAnswer } from "../channel.ts";
import { baseFor, type TwilioHosts } from "./client.ts";
import { answerClass, explainFailure } from "./failures.ts";
import { AnswerLost, exchange, NotSent } from "./transport.ts";

/** Kept short, because a STOP behind this send waits for its answer (architecture 6.4). */
const SEND_TIMEOUT_MS = 4000;

/** The recipient wrote STOP to this sender at Twilio, which blocks it there. */
export const BLOCKED_BY_PROVIDER = 21610;
/** Not delivered, and nobody says why. */
export const UNEXPLAINED = 30008;

const Sent = z.looseObject({ sid: z.string(), status: z.string(), error_code: z.number().nullish() });
const Refused = z.looseObject({ code: z.number().nullish() });

/** Twilio's states in our words: what it has queued or is sending is accepted to us. */
export function stateOf(status: string) {
  switch (status) {
    case "accepted":
    case "queued":
    case "sending":
    case "scheduled":
      return "accepted" as const;
    case "sent":
    case "delivered":
    case "read":
    case "undelivered":
    case "failed":
    case "canceled":
      return status;
    default:
      return null;
  }
}

/** A JSON text as it is read; null where it is none. */
export const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

export async function send(hosts: TwilioHosts, credentials: Credentials, message: Outgoing): Promise<SendAnswer> {
  const form: Array<[string, string]> = [["To", message.to]];
  if ("phoneNumber" in message.from) form.push(["From", message.from.phoneNumber]);
  else form.push(["MessagingServiceSid", message.from.messagingServiceSid]);
  if (message.content) form.push(["Body", message.content]);
  for (const url of message.mediaUrls) form.push(["MediaUrl", url]);
  if (message.statusCallback) form.push(["StatusCallback", message.statusCallback]);

  try {
    const base = baseFor(hosts, credentials, "api.twilio.com");
    const answer = await exchange({
      method: "POST",
      url: `${base}/2010-04-01/Accounts/${credentials.accountSid}/Messages.json`,
      username: credentials.accountSid,
      password: credentials.authToken,
      form,
      timeoutMs: SEND_TIMEOUT_MS,
    });
    return readAnswer(answer.status, answer.body, answer.headers["retry-after"]);
  } catch (error) {
    if (error instanceof NotSent) return { outcome: "not_sent" };
    if (error instanceof AnswerLost) return { outcome: "unknown" };
    throw error;
  }
}

function readAnswer(httpStatus: number, body: string, retryAfter: string | undefined): SendAnswer {
  if (httpStatus >= 200 && httpStatus < 300) {
    const sent = Sent.safeParse(json(body));
    if (!sent.success) return { outcome: "unknown" }; // taken, but by what id? its callback or the list will tell
    const status = stateOf(sent.data.status);
    const providerCode = sent.data.error_code ? String(sent.data.error_code) : null;
    return {
      outcome: "accepted",
      providerSid: sent.data.sid,
      status: status === null || status === "canceled" || status === "read" ? "accepted" : status,
      providerCode,
    };
  }
  const refused = Refused.safeParse(json(body));
  const code = refused.success ? (refused.data.code ?? null) : null;
  const providerCode = code === null ? null : String(code);
  switch (answerClass(httpStatus, code)) {
    case "limited":
      return {
        outcome: "limited",
        providerCode,
        retryAfterMs: retryAfter && /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : null,
      };
    case "refused":
      return {
        outcome: "refused",
        providerCode,
        reason: reasonFor(code ?? httpStatus),
        blocked: code === BLOCKED_BY_PROVIDER,
      };
    case "unknown":
      return { outcome: "unknown" };
  }
}

/** A failure in plain words, with the provider's code beside it. */
export function reasonFor(code: number | string) {
  const { code: ours, message, helpUrl } = explainFailure(code);
  return { code: ours, message, providerCode: String(code), ...(helpUrl ? { helpUrl } : {}) };
}
