import type { WebhookEntry } from "./journal.ts";
import type { Account, OwnedNumber } from "./model.ts";
import { addRecording } from "./recordings.ts";
import { readVoiceTwiml } from "./voice-twiml.ts";
import type { Hook } from "./webhook.ts";
import type { World } from "./world.ts";

/** How a call that is carried out goes on. */
export type CallCourse = {
  /** What becomes of a `<Dial>`; `hangs-up`: the caller is gone before anything else happens. */
  outcome: "answered" | "no-answer" | "busy" | "failed" | "hangs-up";
  /** How long the caller speaks after the tone; 0: they say nothing. */
  voicemailSeconds: number;
};

type Ask = (hook: Hook, params: Record<string, string>) => Promise<{ entry: WebhookEntry; twiml: string | null }>;

/**
 * Follows a call's TwiML (`<Say>`, `<Dial>`, `<Record>`, `<Reject>`, `<Hangup>`) as Twilio does, asking the URLs that it
 * names what comes next, and tells the number's StatusCallback that it is over. Answers the webhooks, in order.
 */
export async function followCall(
  world: World,
  { account, number, callSid }: { account: Account; number: OwnedNumber; callSid: string },
  first: string,
  { outcome, voicemailSeconds }: CallCourse,
  ask: Ask,
): Promise<WebhookEntry[]> {
  const entries: WebhookEntry[] = [];
  const tell = async (url: string, params: Record<string, string>): Promise<string> => {
    const { entry, twiml } = await ask({ url, method: "POST" }, params);
    entries.push(entry);
    return twiml ?? "";
  };
  let verbs = outcome === "hangs-up" ? [] : readVoiceTwiml(first);
  for (let verb = verbs[0]; verb; verb = verbs[0]) {
    verbs = verbs.slice(1);
    const { name, attributes } = verb;
    if (name === "Reject" || name === "Hangup") break;
    if (name === "Dial" && attributes.action) {
      const status = outcome === "answered" ? "completed" : outcome;
      const taken = verbs[0]?.name === "Number" ? verbs[0].attributes.statusCallback : undefined;
      if (outcome === "answered" && taken)
        await tell(taken, { ParentCallSid: callSid, CallSid: world.sids.sid("CA"), CallStatus: "in-progress" });
      const talk = outcome === "answered" ? { DialCallDuration: "42", DialCallSid: world.sids.sid("CA") } : {};
      verbs = readVoiceTwiml(
        await tell(attributes.action, { CallStatus: "in-progress", DialCallStatus: status, ...talk }),
      );
    } else if (name === "Record" && attributes.action && voicemailSeconds > 0) {
      const seconds = Math.min(voicemailSeconds, Number(attributes.maxLength ?? 3600));
      const { sid, url } = addRecording(world, account.sid, seconds);
      const recording = { RecordingSid: sid, RecordingUrl: url, RecordingDuration: String(seconds) };
      await tell(attributes.action, { CallStatus: "completed", Digits: "hangup", ...recording });
      if (attributes.recordingStatusCallback)
        await tell(attributes.recordingStatusCallback, { ...recording, RecordingStatus: "completed" });
      break;
    }
  }
  if (number.statusCallback !== "")
    await tell(number.statusCallback, { CallStatus: "completed", CallDuration: outcome === "hangs-up" ? "2" : "48" });
  return entries;
}
