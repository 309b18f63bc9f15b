import { messageOf } from "./errors.ts";
import { strikeCallback } from "./faults.ts";
import type { Message } from "./model.ts";
import { callHook, openEntry } from "./webhook.ts";
import { background, type World } from "./world.ts";

/**
 * Tells the message's present status to its StatusCallback, in the background. A message's callbacks go out one after
 * the other, unless a fault delays, repeats, swaps or drops them; Twilio itself promises no order.
 */
export function tellStatus(world: World, message: Message): void {
  const url = message.statusCallback;
  const account = world.accounts.get(message.accountSid);
  if (url === null || account === undefined) return;
  const { status } = message;
  const params = statusParams(world, message);
  const post = async (): Promise<void> => {
    const entry = openEntry(world, "status", message, status, url, params);
    await callHook(world, account, entry, { url, method: "POST" }, null);
  };
  const fault = strikeCallback(world.faults, {
    account: message.accountSid,
    webhook: "status",
    status,
    to: message.to,
    from: message.from ?? "",
  });
  switch (fault?.kind) {
    case "callback_dropped":
      openEntry(world, "status", message, status, url, params).outcome = "dropped";
      return;
    case "callback_delayed": {
      const { ms } = fault;
      background(world, async (signal) => {
        await world.clock.sleep(ms, signal);
        await post();
      });
      return;
    }
    case "callback_reordered":
      world.heldCallbacks.set(message.sid, post);
      return;
    case "callback_duplicated":
      enqueue(world, message.sid, [post, post]);
      break;
    default:
      enqueue(world, message.sid, [post]);
  }
  const held = world.heldCallbacks.get(message.sid);
  if (held === undefined) return;
  world.heldCallbacks.delete(message.sid);
  enqueue(world, message.sid, [held]);
}

function enqueue(world: World, messageSid: string, posts: (() => Promise<void>)[]): void {
  const before = world.callbackTails.get(messageSid) ?? Promise.resolve();
  const tail = posts.reduce((previous, post) => previous.then(post), before);
  world.callbackTails.set(messageSid, tail);
  background(world, async () => {
    await tail;
    if (world.callbackTails.get(messageSid) === tail) world.callbackTails.delete(messageSid);
  });
}

/** The fields of a status callback (reference, section 3): no Body; the error only where it failed. */
function statusParams(world: World, message: Message): Record<string, string> {
  const params: Record<string, string> = {
    AccountSid: message.accountSid,
    ApiVersion: "2010-04-01",
    From: message.from ?? "",
    MessageSid: message.sid,
    MessageStatus: message.status,
    SmsSid: message.sid,
    SmsStatus: message.status,
    To: message.to,
  };
  if (message.serviceSid !== null) params.MessagingServiceSid = message.serviceSid;
  if (message.errorCode !== null) {
    params.ErrorCode = String(message.errorCode);
    params.ErrorMessage = messageOf(message.errorCode);
  }
  if (message.status === "delivered" || message.status === "undelivered") {
    // The carrier's own clock, YYMMDDhhmm without a zone.
    params.RawDlrDoneDate = world.clock.now().toISOString().replace(/\D/g, "").slice(2, 12);
  }
  return params;
}
