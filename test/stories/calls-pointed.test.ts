/** Whether a number's calls come here: set at its provider when somebody says so, never taken from anybody without a yes. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Connection } from "../../contract/channels.ts";
import type { VoiceSettings } from "../../contract/voice.ts";
import { activate, deactivate } from "../support/activations.ts";
import { ANSWERING, enterAtProvider, numberAtProvider, ring, setVoice, untilOver } from "../support/calls.ts";
import { leap, newcomer } from "../support/story.ts";
import { foundTown, type Town } from "../support/town.ts";

const PBX = "https://pbx.example/answer?secret=hunter2";
const APP = `AP${"1".repeat(32)}`;

let town: Town;
beforeAll(async () => {
  town = await foundTown();
});
afterAll(() => town.stop());

let numbers = 0;
let own: { id: string };
let phoneNumber: string;
/** Each story has a number of the business's own, which answers calls as soon as they come. */
beforeEach(async () => {
  town.simulator.clearFaults();
  phoneNumber = `+1415555${String(3000 + numbers++)}`;
  town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber });
  own = await town.connect(phoneNumber);
  await setVoice(town, own, ANSWERING);
});

const path = (channel = own) => `/api/channels/${channel.id}/voice/point`;
const point = (body: object = {}) => town.passing(town.api.post(path(), body));
const unpoint = () => town.passing(town.api.delete(path()));
const voice = async (channel: { id: string } = own) =>
  (await town.api.get(`/api/channels/${channel.id}/voice`)).body as unknown as VoiceSettings;
const atProvider = () => {
  const number = numberAtProvider(town, phoneNumber);
  return { call: number?.voiceUrl, ended: number?.statusCallback, app: number?.voiceApplicationSid };
};
const enter = (fields: Record<string, string>) => enterAtProvider(town, phoneNumber, fields);
const ours = async () => {
  const { call, ended } = (await voice()).webhooks;
  return { call, ended, app: "" };
};
const NOTHING = { call: "", ended: "", app: "" };

test("the calls of a number come here once somebody says so, and are answered", async () => {
  expect((await voice()).webhooks.setAt).toBeNull();
  const { status, body } = await point();
  expect(status).toBe(200);
  expect(body).toMatchObject({ channelId: own.id, webhooks: { setAt: expect.any(String) } });
  expect(atProvider()).toEqual(await ours());
  const caller = newcomer();
  expect((await ring(town, { from: caller, to: phoneNumber, outcome: "no-answer" })).twiml).toContain("Kiln &amp; Co.");
  await leap(town, 2 * 60_000); // nothing comes after the greeting: nobody tells that this was all
  expect(await untilOver(town, caller)).toMatchObject({ channelId: own.id, outcome: "missed" });
});

test("they are not while answering is off, because each would be ended at once", async () => {
  await setVoice(town, own, { answering: false });
  expect(await point()).toMatchObject({ status: 422, body: { code: "not_answering" } });
  expect(atProvider()).toEqual(NOTHING);
});

describe("what somebody else answers", () => {
  test.each([
    ["another app", { VoiceUrl: PBX }, { otherApp: "pbx.example/answer", otherEnds: null }],
    ["a TwiML app", { VoiceApplicationSid: APP }, { otherApp: `the TwiML app ${APP}`, otherEnds: null }],
    ["who hears of its ends", { StatusCallback: PBX }, { otherApp: null, otherEnds: "pbx.example/answer" }],
  ])("is taken from %s only after a yes", async (_, fields, whose) => {
    await enter(fields);
    const before = atProvider();
    const asked = await point();
    expect(asked).toMatchObject({ status: 409, body: { code: "calls_in_use", ...whose } });
    expect(JSON.stringify(asked.body)).not.toContain("hunter2");
    expect(atProvider()).toEqual(before);
    expect((await voice()).webhooks.setAt).toBeNull();
    expect((await point({ overwrite: true })).status).toBe(200);
    expect(atProvider()).toEqual(await ours());
  });

  test("is no refusal where it is ours, or Twilio's own example", async () => {
    await point();
    expect((await point()).status).toBe(200);
    await enter({ VoiceUrl: "https://demo.twilio.com/welcome/voice/" });
    expect((await point()).status).toBe(200);
    expect(atProvider()).toEqual(await ours());
  });
});

test("where Twilio does not let Parley set it, that is said, and nothing counts as set", async () => {
  const setting = { method: "POST", path: "IncomingPhoneNumbers/PN" };
  town.simulator.addFaults([{ kind: "status", status: 403, code: 20403, match: setting, times: 1 }]);
  expect((await point()).body).toMatchObject({ webhooks: { setAt: null, call: expect.stringContaining("/voice") } });
  town.simulator.addFaults([{ kind: "status", status: 503, match: setting, times: 1 }]);
  expect(await point()).toMatchObject({ status: 503, body: { code: "provider_unreachable" } });
  expect((await voice()).webhooks.setAt).toBeNull();
});

describe("its opposite", () => {
  test("takes both addresses of ours away, and the calls go nowhere", async () => {
    await point();
    expect((await unpoint()).body).toMatchObject({ webhooks: { setAt: null } });
    expect(atProvider()).toEqual(NOTHING);
    expect((await unpoint()).status).toBe(200);
  });

  test("leaves what is not ours", async () => {
    await point();
    await enter({ VoiceUrl: PBX });
    await unpoint();
    expect(atProvider()).toEqual({ ...NOTHING, call: PBX });
  });

  test("says so where Twilio does not let us", async () => {
    await point();
    const setting = { method: "POST", path: "IncomingPhoneNumbers/PN" };
    town.simulator.addFaults([{ kind: "status", status: 403, code: 20403, match: setting, times: 1 }]);
    expect((await unpoint()).body).toMatchObject({ webhooks: { setAt: expect.any(String) } });
    expect(atProvider()).toEqual(await ours());
  });

  test("is part of disconnecting: only our own address goes", async () => {
    await point();
    await enter({ StatusCallback: PBX });
    expect((await town.passing(town.api.delete(`/api/channels/${own.id}`))).body).toEqual({ webhookCleared: true });
    expect(atProvider()).toEqual({ ...NOTHING, ended: PBX });
    expect(numberAtProvider(town, phoneNumber)?.smsUrl).toBe("");
  });
});

describe("a number whose calls came here", () => {
  const check = async () =>
    (await town.passing(town.api.post(`/api/channels/${own.id}/check-health`, {}))).body as unknown as Connection;

  test.each([
    ["to another app", { VoiceUrl: PBX }, { code: "calls_elsewhere" }, "pbx.example/answer"],
    ["nowhere", { VoiceUrl: "" }, { code: "calls_removed" }, "does not ask Parley about calls"],
  ])("and go %s now says so, and sends texts as before", async (_, fields, finding, words) => {
    await point();
    expect(await check()).toMatchObject({ status: "active", findings: [] });
    await enter(fields);
    const ill = await check();
    expect(ill).toMatchObject({ status: "degraded", findings: [{ ...finding, stopsSending: false }] });
    expect(ill.findings[0]?.message).toContain(words);
    expect(JSON.stringify(ill)).not.toContain("hunter2");
    expect((await voice()).webhooks.setAt).toBeNull();
    await point({ overwrite: true });
    expect((await voice()).webhooks.setAt).not.toBeNull();
    expect(await check()).toMatchObject({ status: "active", findings: [] });
  });

  test("is well again once somebody says that it is meant so", async () => {
    await point();
    await enter({ VoiceUrl: PBX });
    expect((await check()).findings).toHaveLength(1);
    await unpoint();
    await town.until("nothing is wrong any more", async () => {
      const { body } = await town.api.get(`/api/channels/${own.id}`);
      return (body as unknown as Connection).findings.length === 0;
    });
    expect(atProvider().call).toBe(PBX);
  });

  test("and that never were set by Parley are nobody's loss", async () => {
    await enter({ VoiceUrl: PBX });
    expect(await check()).toMatchObject({ status: "active", findings: [] });
  });
});

test("a number from Parley has them from the beginning; a Messaging Service has none", async () => {
  const { id, channelId, phoneNumber: got } = await activate(town, { country: "US", areaCode: "628" });
  expect((await voice({ id: channelId ?? "" })).webhooks.setAt).not.toBeNull();
  await deactivate(town, id, got ?? "");
  const { sid: messagingServiceSid } = town.simulator.createService({ accountSid: town.twilio.sid });
  const { sid: accountSid, authToken } = town.twilio;
  const connected = await town.passing(
    town.api.post("/api/channels/sms/connect", { accountSid, authToken, messagingServiceSid }),
  );
  expect(await town.api.post(path({ id: String(connected.body.id) }), {})).toMatchObject({
    ...{ status: 422, body: { code: "sender_has_no_voice" } },
  });
});
