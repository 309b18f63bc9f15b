/** Answering a call, step by step: each report of it is stored with what follows, however often and in whatever order they come. */
import type { Actor } from "../../../contract/accounts.ts";
import type { CallOutcome } from "../../../contract/voice.ts";
import type { Database } from "../../platform/db/database.ts";
import type { Tx } from "../../platform/db/handles.ts";
import type { CallAct, CallReport, CallStep } from "../channel.ts";
import type { Sender } from "../directory.ts";
import { callStepUrl } from "../webhook-urls.ts";
import { afterTheTone, secondsOf, textNotice } from "./notice.ts";
import { type CallRow, expectEnd, insertCall, lockCall, noEndExpected, updateCall, type VoiceRow } from "./store.ts";
import { settingsOf } from "./voice.ts";

export interface AnswerParts {
  database: Database;
  publicUrl: string;
}

const BY_ITSELF: Actor = { type: "provider", id: null, name: null };

/** The other reports of a call come with the one that it is over, or soon after it. */
const LATE_MS = 60_000;
/** A call lasts four hours at most where nothing else is said (Twilio, `<Dial>`, timeLimit). */
const LONGEST_MS = 4 * 60 * 60_000 + LATE_MS;

/** Stores what a report tells of a call to this number, and answers what the call goes on with. */
export function answerCall(
  { database, publicUrl }: AnswerParts,
  { connection, workspace }: Pick<Sender, "connection" | "workspace">,
  step: CallStep,
  report: CallReport,
): Promise<readonly CallAct[]> {
  return database.tx(workspace.id, async (tx) => {
    const settings = await settingsOf(tx, connection.id);
    const answers = connection.active && settings.answering;
    const promises = step === "started" && answers && settings.textOn;
    const promiseSeconds = promises ? secondsOf(greetingWords(settings, true)) : null;
    const call = await keepCall(tx, report, { connectionId: connection.id, promiseSeconds });
    if (!call.told && heardPromise(call, step, report)) {
      call.told = true;
      await updateCall(tx, call);
    }
    const url = (next: CallStep) => callStepUrl(publicUrl, next, connection.id);
    const record = () => recordActs(settings, url);

    switch (step) {
      case "started":
        if (!answers) {
          await settle(tx, call, "missed", { over: true });
          return connection.active ? [] : [{ act: "reject" }];
        }
        if (call.outcome === null) await expectEnd(tx, call.id, new Date(tx.now.getTime() + LONGEST_MS));
        return [
          ...greetingActs(settings, call.promiseSeconds !== null),
          ...(settings.forwardTo ? dialActs(settings, url) : record()),
        ];
      case "taken":
        await settle(tx, call, "answered", { over: false });
        return [];
      case "dialed":
        if (report.dial === "answered") {
          await settle(tx, call, "answered", { over: true });
          return [];
        }
        if (settings.voicemail && answers && !report.over) return record();
        await settle(tx, call, "missed", report);
        return [];
      case "recorded":
      case "stored":
        if (report.recording) await settle(tx, call, "voicemail", report);
        else if (report.over) await settle(tx, call, "missed", report);
        return [];
      case "ended":
        if (call.endedAt === null) await keep(tx, { ...call, endedAt: tx.now });
        if (call.outcome === null) await expectEnd(tx, call.id, new Date(tx.now.getTime() + LATE_MS));
        return [];
    }
  });
}

/** What goes on after the words was reached by whoever heard them; who only hung up must have listened for so long. */
const heardPromise = ({ promiseSeconds }: CallRow, step: CallStep, { seconds }: CallReport): boolean =>
  promiseSeconds !== null && (step === "ended" ? (seconds ?? 0) >= promiseSeconds : step !== "started");

const greetingWords = ({ greeting, language }: VoiceRow, promises: boolean): string =>
  [greeting, promises ? textNotice(language) : ""].filter((each) => each !== "").join(" ");

const greetingActs = (settings: VoiceRow, promises: boolean): CallAct[] => {
  const words = greetingWords(settings, promises);
  return words === "" ? [] : [{ act: "say", words, language: settings.language }];
};

type StepUrl = (next: CallStep) => string;

const dialActs = ({ forwardTo, ringSeconds }: VoiceRow, url: StepUrl): CallAct[] =>
  forwardTo === null ? [] : [{ act: "dial", phone: forwardTo, ringSeconds, taken: url("taken"), next: url("dialed") }];

const recordActs = ({ voicemail, voicemailSeconds, language }: VoiceRow, url: StepUrl): CallAct[] =>
  voicemail
    ? [
        { act: "say", words: afterTheTone(language), language },
        { act: "record", maxSeconds: voicemailSeconds, next: url("recorded"), stored: url("stored") },
      ]
    : [];

/** The call of a report, held to the end of the transaction; one that we hear of only now is put in. */
async function keepCall(
  tx: Tx,
  { providerSid, from }: CallReport,
  { connectionId, promiseSeconds }: Pick<CallRow, "connectionId" | "promiseSeconds">,
): Promise<CallRow> {
  const id = tx.id("cal");
  if (await insertCall(tx, { id, connectionId, providerSid, from, promiseSeconds }))
    await tx.emit({ type: "call.changed", data: { callId: id, connectionId, outcome: null }, actor: BY_ITSELF });
  const call = await lockCall(tx, providerSid);
  if (!call) throw new Error(`the call ${providerSid} was kept and is not there`);
  return call;
}

/** What is better proof replaces what is worse, never the reverse. */
const RANK: Record<CallOutcome, number> = { missed: 1, voicemail: 2, answered: 3 };

/** Writes down what came of a call, and tells it where that is news: what follows from it (reactions.ts) follows once. */
export async function settle(
  tx: Tx,
  call: CallRow,
  outcome: CallOutcome,
  { over, recording = null }: Pick<CallReport, "over"> & Partial<Pick<CallReport, "recording">>,
): Promise<void> {
  await noEndExpected(tx, call.id);
  if (call.outcome !== null && RANK[call.outcome] >= RANK[outcome]) {
    if (over && call.endedAt === null) await keep(tx, { ...call, endedAt: tx.now });
    return;
  }
  await keep(tx, {
    ...call,
    outcome,
    endedAt: call.endedAt ?? (over || recording ? tx.now : null),
    ...(recording
      ? { recordingSid: recording.sid, recordingUrl: recording.url, recordingSeconds: recording.seconds }
      : {}),
  });
}

async function keep(tx: Tx, call: CallRow): Promise<void> {
  await updateCall(tx, call);
  const { id: callId, connectionId, outcome } = call;
  await tx.emit({ type: "call.changed", data: { callId, connectionId, outcome }, actor: BY_ITSELF });
}
