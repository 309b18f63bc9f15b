import { ControlError } from "./errors.ts";
import { nextSeq, record, type WebhookEntry } from "./journal.ts";
import { placeParams } from "./places.ts";
import { callHook, type Hook } from "./webhook.ts";
import type { World } from "./world.ts";

export type PhoneCalls = {
  /** The customer's phone, or "anonymous" where it hides its number. */
  from: string;
  /** A business number that some account owns. */
  to: string;
  /** What the webhook tells of the call; "ringing" unless said otherwise. */
  callStatus?: "ringing" | "in-progress" | "completed" | "busy" | "no-answer" | "canceled" | "failed";
  /** Parameters besides Twilio's own, such as DialCallStatus. */
  extraParams?: Record<string, string>;
};

export type CallResult = {
  callSid: string;
  /** null: no webhook was due; `reason` says why. */
  webhook: WebhookEntry | null;
  /** The TwiML that the webhook answered with; null where none came. */
  twiml: string | null;
  reason: string | null;
};

/** A customer's phone calls a business number: its VoiceUrl is asked what to do. Nothing is carried out. */
export async function receiveCall(world: World, call: PhoneCalls): Promise<CallResult> {
  const number = world.numbers.get(call.to);
  const account = number && world.accounts.get(number.accountSid);
  if (number === undefined || account === undefined) {
    throw new ControlError("to", `${call.to} is no number of any simulated account`, 404);
  }
  const callSid = world.sids.sid("CA");
  const unheard = (reason: string): CallResult => ({ callSid, webhook: null, twiml: null, reason });
  if (account.status !== "active") return unheard(`the account is ${account.status}`);
  if (!number.capabilities.voice) return unheard("the number takes no calls");
  if (number.voiceApplicationSid !== "") return unheard("its VoiceApplicationSid overrides its VoiceUrl");
  if (number.voiceUrl === "") return unheard("it has no VoiceUrl");
  const hook: Hook = { url: number.voiceUrl, method: number.voiceMethod };
  const { voiceFallbackUrl, voiceFallbackMethod } = number;
  const fallback = voiceFallbackUrl === "" ? null : { url: voiceFallbackUrl, method: voiceFallbackMethod };
  const entry = record(world.webhooks, {
    seq: nextSeq(world),
    kind: "call",
    accountSid: account.sid,
    messageSid: callSid,
    messageStatus: call.callStatus ?? "ringing",
    from: call.from,
    to: call.to,
    url: hook.url,
    params: {
      AccountSid: account.sid,
      ApiVersion: "2010-04-01",
      CallSid: callSid,
      CallStatus: call.callStatus ?? "ringing",
      Called: call.to,
      Caller: call.from,
      Direction: "inbound",
      From: call.from,
      ...placeParams("From", call.from),
      To: call.to,
      ...placeParams("To", call.to),
      ...call.extraParams,
    },
    startedAt: world.clock.now(),
    answeredAt: null,
    answeredSeq: null,
    attempts: [],
    outcome: "pending",
    notices: [],
  });
  const answer = await callHook(world, account, entry, hook, fallback);
  return { callSid, webhook: entry, twiml: answer?.body ?? null, reason: null };
}
