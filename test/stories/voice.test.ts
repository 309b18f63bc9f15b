/** Calls: answered as the number's settings say, kept once, and a missed one answered by one text at most. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ANSWERING, callsOf, pointCalls, ring, setVoice, TEXTING, untilOver } from "../support/calls.ts";
import { keyWith } from "../support/people.ts";
import { contactOf, conversationWith, heard, leap, newcomer, thread, wait, write } from "../support/story.ts";
import { foundTown, KILN, type Town } from "../support/town.ts";
import { newSid, postWebhook } from "../support/webhook.ts";

const VOICE = "/api/webhooks/twilio/voice";
const ANA = "+14155550177";
/** Noon in California, a Wednesday. */
const NOON = new Date("2026-03-11T19:00:00Z");
const DAY_MS = 24 * 60 * 60 * 1000;

let town: Town;
let kiln: { id: string };
beforeAll(async () => {
  town = await foundTown({}, undefined, NOON);
  kiln = await town.connect();
  await pointCalls(town);
});
afterAll(() => town.stop());

const told = (text: string | null) => expect(text).toContain("answer you with one text message");
/** Gives what might be sent the time to be sent. */
const heardLater = async (phone: string) => {
  await wait(town, 5000);
  return heard(town, phone);
};
const untilHeard = (phone: string) => town.until("the text is there", () => heard(town, phone).length > 0);
const callFields = (from: string, more: Record<string, string> = {}): Record<string, string> => ({
  ...{ CallSid: newSid("AC").replace("AC", "CA"), AccountSid: town.twilio.sid, From: from, To: KILN },
  ...{ CallStatus: "ringing", Direction: "inbound", ...more },
});

describe("a call is answered as its number is set", () => {
  test("until somebody wants it answered, it is ended at once and kept as missed", async () => {
    const caller = newcomer();
    const { twiml } = await ring(town, { from: caller, outcome: "no-answer" });
    expect(twiml).toBe('<?xml version="1.0" encoding="UTF-8"?><Response/>');
    expect(await untilOver(town, caller)).toMatchObject({ outcome: "missed", text: null, channelId: kiln.id });
  });

  test("a phone rings, and who takes the call there has answered it", async () => {
    await setVoice(town, kiln, { ...TEXTING, forwardTo: ANA, ringSeconds: 15 });
    const caller = newcomer();
    const { twiml } = await ring(town, { from: caller, outcome: "answered" });
    expect(twiml).toContain("<Say");
    expect(twiml).toContain("This is Kiln &amp; Co.");
    expect(twiml).toContain('timeout="15"');
    expect(twiml).toContain(`>${ANA}</Number>`);
    told(twiml);
    const call = await untilOver(town, caller);
    expect(call).toMatchObject({ outcome: "answered", text: null });
    expect(call.endedAt).not.toBeNull();
    expect(await heardLater(caller)).toEqual([]);
  });

  test("where nobody takes it, the caller speaks after the tone, and it can be heard here", async () => {
    await setVoice(town, kiln, { ...ANSWERING, missedCallText: { on: false }, forwardTo: ANA, voicemail: true });
    const caller = newcomer();
    const { followed } = await ring(town, { from: caller, outcome: "busy", voicemailSeconds: 23 });
    expect(followed.map((each) => each.attempts.at(-1)?.status)).toEqual([200, 200, 200, 200]);
    expect(followed[0]?.attempts.at(-1)?.body).toContain('maxLength="120"');
    const call = await untilOver(town, caller);
    expect(call).toMatchObject({ outcome: "voicemail", recording: { seconds: 23 } });
    const answer = await fetch(`${town.publicUrl}${call.recording?.url}`, { headers: { authorization: town.key } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("audio/wav");
    expect((await answer.arrayBuffer()).byteLength).toBe(44 + 23 * 16_000);
  });

  test("the greeting is read in its language, without a phone that rings", async () => {
    await setVoice(town, kiln, { ...ANSWERING, forwardTo: null, language: "de-DE", missedCallText: { on: true } });
    const { twiml } = await ring(town, { from: newcomer(), outcome: "no-answer" });
    expect(twiml).toContain('language="de-DE"');
    expect(twiml).toContain("SMS an diese Nummer");
    expect(twiml).not.toContain("<Dial");
    await setVoice(town, kiln, { language: "en-US" });
  });

  test("a connection that is switched off rejects calls, and texts nobody", async () => {
    await setVoice(town, kiln, TEXTING);
    await town.api.patch(`/api/channels/${kiln.id}`, { active: false });
    const caller = newcomer();
    const { twiml } = await ring(town, { from: caller, outcome: "no-answer" });
    expect(twiml).toContain("<Reject/>");
    expect(await untilOver(town, caller)).toMatchObject({ outcome: "missed", text: { messageId: null } });
    expect(await heardLater(caller)).toEqual([]);
    await town.api.patch(`/api/channels/${kiln.id}`, { active: true });
  });
});

describe("a missed call is answered by a text", () => {
  beforeAll(async () => {
    await setVoice(town, kiln, { ...TEXTING, forwardTo: ANA });
  });

  test("in the business's words, as a conversation that the caller can go on with", async () => {
    const caller = newcomer();
    await ring(town, { from: caller, outcome: "no-answer" });
    await untilHeard(caller);
    expect(heard(town, caller)).toEqual([
      "Sorry we missed your call. This is My business: reply here and we'll get back to you. Reply STOP to opt out.",
    ]);
    const [message] = await thread(town, caller);
    const conversation = await conversationWith(town, caller);
    expect(message).toMatchObject({ kind: "automated", sender: { type: "system" }, from: KILN });
    expect(await callsOf(town, `?conversationId=${conversation.id}`)).toMatchObject([
      { outcome: "missed", text: { messageId: message?.id, conversationId: conversation.id, reason: null } },
    ]);
    expect(await contactOf(town, caller)).toMatchObject({ smsOptedIn: null });
  });

  test("once, even where every report comes again, at once and out of order", async () => {
    const caller = newcomer();
    const fields = callFields(caller);
    await town.passing(postWebhook(town, VOICE, fields));
    const ended = () => postWebhook(town, `${VOICE}/ended`, { ...fields, CallStatus: "completed" });
    const dialed = () =>
      postWebhook(town, `${VOICE}/dialed?c=${kiln.id}`, {
        ...{ ...fields, CallStatus: "completed", DialCallStatus: "no-answer" },
      });
    const again = () => postWebhook(town, VOICE, fields);
    const answers = await town.passing(Promise.all([ended(), dialed(), again(), dialed(), ended(), dialed()]));
    expect(answers.map((each) => each.status)).toEqual([200, 200, 200, 200, 200, 200]);
    await untilHeard(caller);
    await town.passing(dialed());
    expect(await heardLater(caller)).toHaveLength(1);
    expect((await callsOf(town)).filter((each) => each.from === caller)).toHaveLength(1);
  });

  test("but not where the caller hangs up before they have heard that a text would come", async () => {
    const caller = newcomer();
    await ring(town, { from: caller, outcome: "hangs-up" });
    const [hungUp] = (await callsOf(town)).filter((each) => each.from === caller);
    // It is over, though what it came to is not known yet: nobody may say that it goes on.
    expect(hungUp).toMatchObject({ outcome: null, endedAt: expect.any(String) });
    await leap(town, 2 * 60_000);
    expect(await untilOver(town, caller)).toMatchObject({ outcome: "missed", text: { reason: { code: "not_told" } } });
    expect(await heardLater(caller)).toEqual([]);
  });

  test("also where all that is told of the call is that it lasted for longer than the words", async () => {
    const caller = newcomer();
    const fields = callFields(caller);
    await town.passing(postWebhook(town, VOICE, fields));
    await town.passing(postWebhook(town, `${VOICE}/ended`, { ...fields, CallStatus: "completed", CallDuration: "25" }));
    await leap(town, 2 * 60_000);
    expect((await untilOver(town, caller)).outcome).toBe("missed");
    await untilHeard(caller);
  });

  test("and not where the end of an answered call is told before its answer", async () => {
    const caller = newcomer();
    const fields = callFields(caller);
    await town.passing(postWebhook(town, VOICE, fields));
    await town.passing(postWebhook(town, `${VOICE}/ended`, { ...fields, CallStatus: "completed" }));
    await leap(town, 20_000); // the answer is late, though not too late
    await postWebhook(town, `${VOICE}/dialed?c=${kiln.id}`, { ...fields, DialCallStatus: "completed" });
    await leap(town, 5 * 60_000);
    expect(await untilOver(town, caller)).toMatchObject({ outcome: "answered", text: null });
    expect(await heardLater(caller)).toEqual([]);
  });

  test("nor where only the moment is told in which somebody took it", async () => {
    const caller = newcomer();
    const fields = callFields(caller);
    await town.passing(postWebhook(town, VOICE, fields));
    const theirs = { ...fields, ParentCallSid: fields.CallSid ?? "", CallSid: `CA${"1".repeat(32)}`, To: ANA };
    await town.passing(postWebhook(town, `${VOICE}/taken?c=${kiln.id}`, { ...theirs, CallStatus: "in-progress" }));
    await town.passing(postWebhook(town, `${VOICE}/ended`, { ...fields, CallStatus: "completed" }));
    await leap(town, 5 * 60_000);
    expect(await untilOver(town, caller)).toMatchObject({ outcome: "answered", text: null });
    expect((await untilOver(town, caller)).endedAt).not.toBeNull();
    expect(await heardLater(caller)).toEqual([]);
  });

  test("once a day, however often they call", async () => {
    const caller = newcomer();
    await ring(town, { from: caller, outcome: "no-answer" });
    await untilHeard(caller);
    await ring(town, { from: caller, outcome: "no-answer" });
    expect(await heardLater(caller)).toHaveLength(1);
    expect((await callsOf(town))[0]?.text?.reason?.code).toBe("texted_today");
  });
});

describe("nobody is texted who must not be", () => {
  const silent = async (caller: string, code: string, known: string | null = caller) => {
    await ring(town, { from: caller, outcome: "no-answer" });
    const call = await untilOver(town, known);
    expect(call.text).toMatchObject({ messageId: null, reason: { code } });
    expect(await heardLater(caller)).toEqual([]);
  };

  test("who said stop", async () => {
    const caller = newcomer();
    await town.text(caller, "STOP");
    await silent(caller, "opted_out");
    expect((await thread(town, caller)).filter((each) => each.kind === "automated")).toEqual([]);
  });

  test("who says stop while the text waits for the morning", async () => {
    await leap(town, 11 * 60 * 60_000); // 11 at night in California
    const caller = newcomer();
    await ring(town, { from: caller, outcome: "no-answer" });
    const { messageId } = (await untilOver(town, caller)).text ?? {};
    expect((await town.api.get(`/api/messages/${messageId}`)).body).toMatchObject({
      status: "scheduled",
      reason: { code: "quiet_hours" },
    });
    const other = newcomer();
    await ring(town, { from: other, outcome: "no-answer" });
    await untilOver(town, other);
    await town.text(caller, "STOP");
    await leap(town, 13 * 60 * 60_000); // noon again
    await untilHeard(other);
    expect(await heardLater(caller)).toEqual([]);
  });

  test("who hides their number", async () => {
    await silent("anonymous", "number_hidden", null);
    await silent("+266696687", "number_hidden", null);
  });

  test("a landline, a toll-free number, and a number that is ours", async () => {
    await silent("+442079460018", "landline");
    await silent("+18005550199", "landline");
    await silent(KILN, "own_number");
  });

  test("a number whose last text met a landline", async () => {
    const caller = newcomer();
    town.simulator.setLandline(caller, true);
    await write(town, "Are you there?", { to: caller }).catch(() => {});
    await town.until("it failed", async () => (await thread(town, caller)).at(-1)?.status === "failed");
    await silent(caller, "landline");
  });

  test("who called before a text was promised", async () => {
    const caller = newcomer();
    const fields = callFields(caller);
    await setVoice(town, kiln, { missedCallText: { on: false } });
    await town.passing(postWebhook(town, VOICE, fields));
    await setVoice(town, kiln, { missedCallText: { on: true } });
    await town.passing(
      postWebhook(town, `${VOICE}/dialed?c=${kiln.id}`, { ...fields, DialCallStatus: "busy", CallStatus: "completed" }),
    );
    expect((await untilOver(town, caller)).text?.reason?.code).toBe("not_told");
    expect(await heardLater(caller)).toEqual([]);
  });

  test("anybody, where the text is switched off", async () => {
    await setVoice(town, kiln, { missedCallText: { on: false } });
    const caller = newcomer();
    const { twiml } = await ring(town, { from: caller, outcome: "no-answer" });
    expect(twiml).not.toContain("text message");
    expect(await untilOver(town, caller)).toMatchObject({ outcome: "missed", text: null });
    expect(await heardLater(caller)).toEqual([]);
  });
});

describe("what is believed of calls", () => {
  test("nothing that is not signed, or of a number that is not connected", async () => {
    const before = (await callsOf(town)).length;
    for (const step of ["", "/taken", "/dialed", "/recorded", "/stored", "/ended"]) {
      const lie = await postWebhook(town, `${VOICE}${step}`, callFields(newcomer()), { signature: "bm90IHNpZ25lZA==" });
      expect(lie.status).toBe(403);
    }
    expect((await postWebhook(town, VOICE, callFields(newcomer(), { To: "+14155550000" }))).status).toBe(403);
    expect((await postWebhook(town, VOICE, { AccountSid: town.twilio.sid })).status).toBe(400);
    expect(await callsOf(town)).toHaveLength(before);
  });

  test("a recording that is told of before anything else is kept, and a later report of a miss takes nothing back", async () => {
    const caller = newcomer();
    const fields = callFields(caller);
    const url = `${town.simulator.url}/2010-04-01/Accounts/${town.twilio.sid}/Recordings/RE${"0".repeat(32)}`;
    const recording = { RecordingSid: `RE${"0".repeat(32)}`, RecordingUrl: url, RecordingDuration: "7" };
    await town.passing(postWebhook(town, `${VOICE}/recorded?c=${kiln.id}`, { ...fields, ...recording }));
    await town.passing(
      postWebhook(town, `${VOICE}/dialed?c=${kiln.id}`, {
        ...fields,
        DialCallStatus: "no-answer",
        CallStatus: "completed",
      }),
    );
    expect(await untilOver(town, caller)).toMatchObject({ outcome: "voicemail", recording: { seconds: 7 } });
  });

  test("a call whose end nobody tells counts as missed, and by then it is too late for a text", async () => {
    await setVoice(town, kiln, { ...TEXTING, forwardTo: ANA });
    const caller = newcomer();
    await town.passing(postWebhook(town, VOICE, callFields(caller)));
    await leap(town, DAY_MS + 60_000);
    expect((await untilOver(town, caller)).outcome).toBe("missed");
    expect(await heardLater(caller)).toEqual([]);
  });
});

describe("settings", () => {
  const refused = async (patch: object) => (await town.api.patch(`/api/channels/${kiln.id}/voice`, patch)).body;

  test("what can't work is refused, with the field and the remedy", async () => {
    expect(await refused({ forwardTo: KILN })).toMatchObject({ code: "forward_to_itself" });
    expect(await refused({ missedCallText: { content: "Hi {{contact.name}}" } })).toMatchObject({
      code: "token_unknown",
    });
    expect(await refused({ answering: false, missedCallText: { on: true } })).toMatchObject({
      code: "nothing_answers",
    });
    expect(await refused({ ringSeconds: 3 })).toMatchObject({ status: 422 });
    expect(await refused({ forwardTo: "12" })).toMatchObject({ status: 422 });
  });

  test("they are read and changed by whoever manages numbers", async () => {
    const { secret } = await keyWith(town, ["inbox.read", "inbox.reply", "channels.connect"], "A desk");
    expect((await town.as(`Bearer ${secret}`).get(`/api/channels/${kiln.id}/voice`)).status).toBe(403);
    const { body } = await town.api.get(`/api/channels/${kiln.id}/voice`);
    expect(body).toMatchObject({ answering: true, forwardTo: ANA, missedCallText: { on: true } });
  });

  test("who is erased is forgotten in the list of calls too", async () => {
    const caller = newcomer();
    await ring(town, { from: caller, outcome: "no-answer" });
    await untilHeard(caller);
    const { id } = await contactOf(town, caller);
    expect((await town.api.delete(`/api/contacts/${id}`)).status).toBeLessThan(300);
    expect((await callsOf(town)).filter((each) => each.from === caller)).toEqual([]);
  });
});
