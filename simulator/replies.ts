import { isCallable } from "./call.ts";
import { mediaAt, newMessage } from "./create-message.ts";
import { startDelivery } from "./delivery.ts";
import type { WebhookAttempt } from "./journal.ts";
import type { Account, Message, OwnedNumber } from "./model.ts";
import { toE164 } from "./phone-numbers.ts";
import { readTwiml, type Twiml } from "./twiml.ts";
import { isBlocked, type World } from "./world.ts";

type Notice = { code: number; message: string };

/** Larger answers are refused (11750). */
const LARGEST_TWIML = 65_536;

/** Sends what the webhook's answer asks for (TwiML messages, or a plain text) and returns what the debugger would show. */
export function replyAsTold(
  world: World,
  account: Account,
  number: OwnedNumber,
  inbound: Message,
  answer: WebhookAttempt,
): Notice[] {
  const { messages, notices } = readAnswer(answer);
  for (const asked of messages) {
    const to = asked.to === null ? (inbound.from ?? "") : toE164(asked.to);
    if (to === null) {
      notices.push({ code: 14101, message: `Invalid "To" attribute: ${asked.to}` });
    } else if (isBlocked(world, number, to)) {
      notices.push({ code: 21610, message: `${to} is unsubscribed; the reply was not sent` });
    } else if ((asked.body === "" && asked.mediaUrls.length === 0) || [...asked.body].length > 1600) {
      notices.push({ code: 14103, message: "Invalid Body" });
    } else if (!asked.mediaUrls.every(isCallable)) {
      notices.push({ code: 21620, message: "Invalid media URL(s)" });
    } else {
      const callback = asked.statusCallback === null ? null : URL.parse(asked.statusCallback, answer.url);
      const message = newMessage(world, account, {
        direction: "outbound-reply",
        from: number.phoneNumber,
        to,
        body: asked.body,
        media: asked.mediaUrls.map((url) => mediaAt(world, url)),
        status: "queued",
        serviceSid: null,
        statusCallback: callback?.href ?? null,
        receivedAt: world.clock.now(),
      });
      startDelivery(world, message, null);
    }
  }
  return notices;
}

function readAnswer(answer: WebhookAttempt): Twiml {
  const nothing = (code: number, message: string): Twiml => ({ messages: [], notices: [{ code, message }] });
  if (answer.status === 204) return { messages: [], notices: [] };
  if (Buffer.byteLength(answer.body) > LARGEST_TWIML) return nothing(11750, "TwiML response body too large");
  if (answer.body === "") return nothing(11770, "Empty response body");
  const type = answer.contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "text/plain") {
    return { messages: [{ body: answer.body, mediaUrls: [], to: null, statusCallback: null }], notices: [] };
  }
  if (["text/xml", "application/xml", "text/html"].includes(type)) return readTwiml(answer.body);
  return nothing(12300, `Invalid Content-Type: ${type}`);
}
