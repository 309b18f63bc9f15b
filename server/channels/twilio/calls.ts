/** Calls in our words, and what they go on with in Twilio's: https://www.twilio.com/docs/voice/twiml */
import { readPhone } from "../../../contract/phone-number.ts";
import type { CallAct, CallReport, CallStep, Recording } from "../channel.ts";

type Fields = ReadonlyArray<readonly [string, string]>;

/** What Twilio writes for callers who hide their number: ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE on a phone's keys. */
const HIDDEN = new Set(["+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"]);
const OVER = new Set(["completed", "busy", "failed", "no-answer", "canceled"]);
const EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

export function callReport(step: CallStep, fields: Fields): CallReport | null {
  const of = (name: string) => fields.find(([each]) => each === name)?.[1] ?? "";
  // The call to the phone that rings is one of its own, made for the one that we know.
  const [providerSid, accountSid] = [of(step === "taken" ? "ParentCallSid" : "CallSid"), of("AccountSid")];
  if (!/^CA[0-9a-f]{32}$/.test(providerSid) || !/^AC[0-9a-f]{32}$/.test(accountSid)) return null;
  const from = of("From");
  const dialed = of("DialCallStatus");
  return {
    accountSid,
    providerSid,
    from: HIDDEN.has(from) ? null : readPhone(from),
    to: of("To") || null,
    over: OVER.has(of("CallStatus")),
    seconds: /^\d{1,6}$/.test(of("CallDuration")) ? Number(of("CallDuration")) : null,
    dial: dialed === "" ? null : dialed === "completed" || dialed === "answered" ? "answered" : "unanswered",
    recording: recordingIn(of),
  };
}

/** A file that is empty, or whose recording failed, is none. */
function recordingIn(of: (name: string) => string): Recording | null {
  const [sid, url, seconds] = [of("RecordingSid"), of("RecordingUrl"), Number(of("RecordingDuration"))];
  const status = of("RecordingStatus");
  const good = (status === "" || status === "completed") && Number.isSafeInteger(seconds) && seconds > 0;
  return good && /^RE[0-9a-f]{32}$/.test(sid) && url !== "" ? { sid, url, seconds } : null;
}

export async function callAnswer(acts: readonly CallAct[]): Promise<string> {
  if (acts.length === 0) return EMPTY;
  // Twilio's writer comes when the first call does.
  const { default: twilio } = await import("twilio");
  const response = new twilio.twiml.VoiceResponse();
  for (const each of acts) {
    switch (each.act) {
      case "reject":
        response.reject();
        break;
      case "say":
        response.say({ language: each.language as "en-US" }, each.words);
        break;
      case "dial":
        response
          .dial({ timeout: each.ringSeconds, action: each.next, method: "POST" })
          .number(
            { statusCallback: each.taken, statusCallbackEvent: ["answered"], statusCallbackMethod: "POST" },
            each.phone,
          );
        break;
      case "record":
        response.record({
          ...{ maxLength: each.maxSeconds, playBeep: true, timeout: 5, action: each.next, method: "POST" },
          ...{ recordingStatusCallback: each.stored, recordingStatusCallbackMethod: "POST" },
        });
        break;
    }
  }
  return response.toString();
}
