import { ControlError } from "./errors.ts";
import { type CallCourse, followCall } from "./follow-call.ts";
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
  /** How the call goes on: then it is carried out, to its end. Left out: only its VoiceUrl is asked. */
  outcome?: CallCourse["outcome"];
  /** How long the caller speaks after a tone, in seconds: 0 unless said otherwise. */
  voicemailSeconds?: number;
};

export type CallResult = {
  callSid: string;
  /** null: no webhook was due; `reason` says why. */
  webhook: WebhookEntry | null;
  /** The TwiML that the webhook answered with; null where none came. */
  twiml: string | null;
  reason: string | null;
  /** What was asked and told after that, of a call that is carried out. */
  followed: WebhookEntry[];
};

/** A customer's phone calls a business number: its VoiceUrl is asked what to do, and where an outcome is given, that is done. */
export async function receiveCall(world: World, call: PhoneCalls): Promise<CallResult> {
  const number = world.numbers.get(call.to);
  const account = number && world.accounts.get(number.accountSid);
  if (number === undefined || account === undefined) {
    throw new ControlError("to", `${call.to} is no number of any simulated account`, 404);
  }
  const callSid = world.sids.sid("CA");
  const unheard = (reason: string): CallResult => ({ callSid, webhook: null, twiml: null, reason, followed: [] });
  if (account.status !== "active") return unheard(`the account is ${account.status}`);
  if (!number.capabilities.voice) return unheard("the number takes no calls");
  if (number.voiceApplicationSid !== "") return unheard("its VoiceApplicationSid overrides its VoiceUrl");
  if (number.voiceUrl === "") return unheard("it has no VoiceUrl");
  const hook: Hook = { url: number.voiceUrl, method: number.voiceMethod };
  const { voiceFallbackUrl, voiceFallbackMethod } = number;
  const fallback = voiceFallbackUrl === "" ? null : { url: voiceFallbackUrl, method: voiceFallbackMethod };
  const params = {
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
  };
  const ask = async (asked: Hook, more: Record<string, string>, instead: Hook | null = null) => {
    const told = { ...params, ...more };
    const entry = record(world.webhooks, {
      seq: nextSeq(world),
      kind: "call",
      accountSid: account.sid,
      messageSid: callSid,
      messageStatus: told.CallStatus,
      from: call.from,
      to: call.to,
      url: asked.url,
      params: told,
      startedAt: world.clock.now(),
      answeredAt: null,
      answeredSeq: null,
      attempts: [],
      outcome: "pending",
      notices: [],
    });
    const answer = await callHook(world, account, entry, asked, instead);
    return { entry, twiml: answer?.body ?? null };
  };
  const { entry, twiml } = await ask(hook, {}, fallback);
  const { outcome, voicemailSeconds = 0 } = call;
  const followed = outcome
    ? await followCall(world, { account, number, callSid }, twiml ?? "", { outcome, voicemailSeconds }, ask)
    : [];
  return { callSid, webhook: entry, twiml, reason: null, followed };
}
