/** What carriers are told of the business is kept as it was typed, and is nobody else's business; other apps keep their texts. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { SmsCompliance } from "../../contract/compliance.ts";
import { readEvents } from "../support/event-reader.ts";
import { keyWith } from "../support/people.ts";
import { askProvider } from "../support/provider.ts";
import { foundTown, type Town } from "../support/town.ts";

const SECRET = "Zebra Pottery 98-7654321";

let town: Town;
let channel: { id: string };
beforeAll(async () => {
  town = await foundTown();
  channel = await town.connect();
});
afterAll(() => town.stop());

const setUp = (body: object, api = town.api) => api.post(`/api/channels/${channel.id}/setup-status`, body);
const keep = (smsCompliance: object, api = town.api) => setUp({ mutation: "set-sms-compliance", smsCompliance }, api);
const kept = async () => (await town.api.get(`/api/channels/${channel.id}`)).body.smsCompliance;

test("what was typed is kept to the last space", async () => {
  const typed = SmsCompliance.parse({
    brand: { displayName: "  Kiln & Co. \n", registrationNumber: " 12-3456789 " },
    campaign: { messageSamples: [" one ", "", "\ttwo", "", ""], optOutKeywords: "stop , Quit ", embeddedLink: true },
  });
  expect((await keep(typed)).body.smsCompliance).toEqual(typed);
  expect(await kept()).toEqual(typed);
});

test("only its shape is checked, and the refusal says nothing of what was typed", async () => {
  const before = await kept();
  const answer = await keep({ brand: { displayName: 7, registrationNumber: SECRET, colour: SECRET } });
  expect(answer).toMatchObject({ status: 422 });
  expect(JSON.stringify(answer.body)).not.toContain(SECRET);
  expect((await keep({ campaign: { messageSamples: ["one"] } })).status).toBe(422);
  expect((await keep({ brand: { city: "a\0b" } })).status).toBe(422);
  expect(await kept()).toEqual(before);
});

test("its words stand in no log line and in no event", async () => {
  const { secret } = await keyWith(town, ["inbox.read"]);
  const reader = await readEvents(town, { authorization: `Bearer ${secret}` }, 0);
  const told = () => reader.events.filter((each) => each.type === "channel.changed");
  await keep({ brand: { companyName: SECRET } });
  const last = await town.until("the change is told", () => told().at(-1));
  await reader.close();
  expect(last.data.data).toEqual({ connectionId: channel.id });
  expect(JSON.stringify(reader.events)).not.toContain(SECRET);
  expect(town.logLines.join("\n")).not.toContain(SECRET);
});

test("who may not manage it neither sees nor changes it", async () => {
  await keep({ brand: { companyName: SECRET } });
  const { secret } = await keyWith(town, ["inbox.read", "channels.connect"]);
  const other = town.as(`Bearer ${secret}`);
  const seen = [
    await other.get("/api/channels"),
    await other.get(`/api/channels/${channel.id}`),
    await other.patch(`/api/channels/${channel.id}`, { friendlyName: "Front desk" }),
  ];
  for (const { status, body } of seen) {
    expect(status).toBe(200);
    expect(JSON.stringify(body)).not.toContain(SECRET);
  }
  expect(await keep({}, other)).toMatchObject({ status: 403, body: { permission: "sms.manage" } });
});

const THEIRS = "https://hooks.other.example/sms?token=theirs";
const connect = (phoneNumber: string, more: object = {}) =>
  town.passing(
    town.api.post("/api/channels/sms/connect", {
      accountSid: town.twilio.sid,
      authToken: town.twilio.authToken,
      phoneNumber,
      ...more,
    }),
  );
const webhookOf = (phoneNumber: string) =>
  town.simulator.overview().numbers.find((each) => each.phoneNumber === phoneNumber)?.smsUrl;

test("another app keeps its texts until somebody says otherwise", async () => {
  const line = "+14155550171";
  town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: line, smsUrl: THEIRS });
  const owned = (await town.api.get("/api/channels/sms/numbers?mode=owned")).body.items ?? [];
  expect(owned.find((each) => each.phoneNumber === line)).toMatchObject({ otherApp: "hooks.other.example/sms" });
  const asked = await connect(line);
  expect(asked).toMatchObject({ status: 409, body: { code: "webhook_in_use", otherApp: "hooks.other.example/sms" } });
  expect(webhookOf(line)).toBe(THEIRS);
  expect(await connect(line, { replaceWebhook: true })).toMatchObject({
    status: 201,
    body: { webhook: { configuredBy: "parley" } },
  });
  expect(webhookOf(line)).toMatch(/\/api\/webhooks\/twilio\/sms/);
});

test("a number whose texts stay elsewhere is believed once its webhook was entered by hand", async () => {
  const line = "+14155550172";
  const { sid } = town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: line, smsUrl: THEIRS });
  const { status, body } = await connect(line, { replaceWebhook: false });
  expect([status, body.webhook]).toMatchObject([201, { verifiedAt: null, configuredBy: null }]);
  expect(webhookOf(line)).toBe(THEIRS);
  const look = () =>
    town.passing(town.api.post(`/api/channels/${body.id}/setup-status`, { mutation: "check-webhook" }));
  expect((await look()).body.webhook).toMatchObject({ verifiedAt: null });
  const path = `/2010-04-01/Accounts/${town.twilio.sid}/IncomingPhoneNumbers/${sid}.json`;
  const answer = await askProvider(town, "POST", path, { SmsUrl: `${town.publicUrl}/api/webhooks/twilio/sms` });
  expect(answer.status).toBe(200);
  expect((await look()).body.webhook).toMatchObject({ verifiedAt: expect.any(String), configuredBy: "operator" });
});

test("the Messaging Services of an account are listed", async () => {
  const { sid } = town.simulator.createService({ accountSid: town.twilio.sid, friendlyName: "Orders" });
  const { body } = await town.api.get("/api/channels/sms/services");
  expect(body.items).toContainEqual({ messagingServiceSid: sid, friendlyName: "Orders", otherApp: null });
});
