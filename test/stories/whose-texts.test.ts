/** Whose app gets a number's texts at Twilio: nothing is taken without a yes, and nothing is called ours that goes elsewhere. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Connection, ProviderNumber, ProviderService } from "../../contract/channels.ts";
import type { Answer } from "../support/api.ts";
import { askProvider } from "../support/provider.ts";
import { DANA, foundTown, type Town } from "../support/town.ts";

const CRM = "https://crm.example/sms?secret=1";
const APP = `AP${"5".repeat(32)}`;

let town: Town;
beforeAll(async () => {
  town = await foundTown();
});
afterAll(() => town.stop());

let made = 0;
let account: { sid: string; authToken: string };
let credentials: { accountSid: string; authToken: string };
let line: string;
/** Each test has an account of its own with one number, whose texts go nowhere. */
beforeEach(() => {
  account = town.simulator.createAccount({ pacing: { mps: null } });
  credentials = { accountSid: account.sid, authToken: account.authToken };
  line = newLine();
});

function newLine(smsUrl?: string): string {
  const phoneNumber = `+1415555${String(3000 + ++made)}`;
  town.simulator.addNumber({ accountSid: account.sid, phoneNumber, ...(smsUrl ? { smsUrl } : {}) });
  return phoneNumber;
}
const newService = (more: object) =>
  town.simulator.createService({ accountSid: account.sid, friendlyName: "Marketing", ...more });

/** What somebody does in Twilio's console. */
async function atTwilio(path: string, form: Record<string, string>, method: "POST" | "DELETE" = "POST"): Promise<void> {
  const by = { simulator: town.simulator, twilio: account };
  const { status } = await askProvider(by, method, path, method === "POST" ? form : undefined);
  if (status >= 300) throw new Error(`${path} answered ${status}`);
}
const asTwilioHasIt = (phoneNumber: string) => {
  const found = town.simulator.overview().numbers.find((each) => each.phoneNumber === phoneNumber);
  if (!found) throw new Error(`nobody has ${phoneNumber}`);
  return found;
};
const setAtTwilio = (phoneNumber: string, form: Record<string, string>) =>
  atTwilio(`/2010-04-01/Accounts/${account.sid}/IncomingPhoneNumbers/${asTwilioHasIt(phoneNumber).sid}.json`, form);
const takeOut = (service: { sid: string }, phoneNumber: string) =>
  atTwilio(`/v1/Services/${service.sid}/PhoneNumbers/${asTwilioHasIt(phoneNumber).sid}`, {}, "DELETE");

const connect = (body: object): Promise<Answer> =>
  town.passing(town.api.post("/api/channels/sms/connect", { ...credentials, ...body }));
const check = (id: unknown) =>
  town.passing(town.api.post(`/api/channels/${id}/setup-status`, { mutation: "check-webhook" }));
async function owned<T>(what: "numbers?mode=owned&" | "services?"): Promise<T[]> {
  const added = await town.passing(town.api.post("/api/provider-accounts", { provider: "twilio", ...credentials }));
  const answer = await town.passing(town.api.get(`/api/channels/sms/${what}providerAccountId=${added.body.id}`));
  return answer.body.items as T[];
}
const webhookOf = (answer: Answer) => (answer.body as unknown as Connection).webhook;

test("a TwiML app above a number's own address is another app: asked about first, and taken away with a yes", async () => {
  await setAtTwilio(line, { SmsApplicationSid: APP });
  expect(await owned<ProviderNumber>("numbers?mode=owned&")).toMatchObject([
    { phoneNumber: line, otherApp: `the TwiML app ${APP}`, caughtBy: null },
  ]);
  expect(await connect({ phoneNumber: line })).toMatchObject({
    status: 409,
    body: { code: "webhook_in_use", otherApp: `the TwiML app ${APP}` },
  });
  expect(asTwilioHasIt(line)).toMatchObject({ smsApplicationSid: APP, smsUrl: "" });
  const answer = await connect({ phoneNumber: line, replaceWebhook: true });
  expect(webhookOf(answer)).toMatchObject({ configuredBy: "parley", verifiedAt: expect.any(String) });
  expect(asTwilioHasIt(line)).toMatchObject({ smsApplicationSid: "" });
  expect((await town.text(DANA, "Anybody there?", line)).status).toBe(200);
});

test("a TwiML app that came later is seen: the number's texts are not called ours any more", async () => {
  const { body } = await connect({ phoneNumber: line });
  await setAtTwilio(line, { SmsApplicationSid: APP });
  expect(webhookOf(await check(body.id))).toMatchObject({ verifiedAt: null });
  await setAtTwilio(line, { SmsApplicationSid: "" });
  expect(webhookOf(await check(body.id))).toMatchObject({ verifiedAt: expect.any(String) });
});

test.each([
  ["has an address", { inboundRequestUrl: CRM }, "crm.example/sms"],
  ["has none", {}, "the Messaging Service “Marketing”, which drops them"],
])("what a service catches that %s can't be brought here: that is said, with what to do", async (_, more, otherApp) => {
  const service = newService({ ...more, phoneNumbers: [line] });
  expect(await owned<ProviderNumber>("numbers?mode=owned&")).toMatchObject([
    { otherApp, caughtBy: { messagingServiceSid: service.sid, friendlyName: "Marketing" } },
  ]);
  for (const replaceWebhook of [undefined, true]) {
    const answer = await connect({ phoneNumber: line, replaceWebhook });
    expect(answer).toMatchObject({
      status: 409,
      body: { code: "number_in_service", messagingServiceSid: service.sid },
    });
    expect(answer.body.detail).toContain("take the number out of its sender pool");
  }
  expect(asTwilioHasIt(line).smsUrl).toBe("");

  const sendsOnly = await connect({ phoneNumber: line, replaceWebhook: false });
  expect(webhookOf(sendsOnly)).toMatchObject({ verifiedAt: null });
  await setAtTwilio(line, { SmsUrl: webhookOf(sendsOnly).url });
  expect(await check(sendsOnly.body.id), "entered where it is never asked").toMatchObject({
    status: 409,
    body: { code: "number_in_service" },
  });
  await takeOut(service, line);
  expect(webhookOf(await check(sendsOnly.body.id))).toMatchObject({ verifiedAt: expect.any(String) });
  expect((await town.text(DANA, "Now it does", line)).status).toBe(200);
});

test("a service that leaves texts to its numbers does not stand between", async () => {
  newService({ useInboundWebhookOnNumber: true, inboundRequestUrl: CRM, phoneNumbers: [line] });
  const answer = await connect({ phoneNumber: line });
  expect(webhookOf(answer)).toMatchObject({ verifiedAt: expect.any(String) });
  expect((await town.text(DANA, "Straight to you", line)).status).toBe(200);
});

test("a service that leaves texts to its numbers takes none of them from the apps that get them, without a yes", async () => {
  const theirs = newLine(CRM);
  const { sid } = newService({ useInboundWebhookOnNumber: true, phoneNumbers: [line, theirs] });
  expect(await owned<ProviderService>("services?")).toMatchObject([{ otherApp: "crm.example/sms" }]);
  const service = { messagingServiceSid: sid };
  expect(await connect(service)).toMatchObject({
    status: 409,
    body: { code: "webhook_in_use", otherApp: "crm.example/sms" },
  });
  expect(await connect({ ...service, replaceWebhook: true })).toMatchObject({
    status: 201,
    body: { webhook: { verifiedAt: expect.any(String) } },
  });
  expect((await town.text(DANA, "To the service", theirs)).status).toBe(200);
});

test("one whose numbers' texts go nowhere needs no yes", async () => {
  const { sid } = newService({ useInboundWebhookOnNumber: true, phoneNumbers: [line] });
  expect(await owned<ProviderService>("services?")).toMatchObject([{ otherApp: null }]);
  expect(webhookOf(await connect({ messagingServiceSid: sid }))).toMatchObject({ verifiedAt: expect.any(String) });
});

test("our own address, typed in without its ending, is no other app's", async () => {
  town.simulator.updateNumber(line, { smsUrl: `${town.publicUrl}/api/webhooks/twilio/sms` });
  expect(await owned<ProviderNumber>("numbers?mode=owned&")).toMatchObject([{ otherApp: null }]);
  expect((await connect({ phoneNumber: line })).status).toBe(201);
});

test("disconnecting clears the address that is ours, and none that was entered since", async () => {
  const { body } = await connect({ phoneNumber: line });
  await setAtTwilio(line, { SmsUrl: CRM });
  expect((await town.passing(town.api.delete(`/api/channels/${body.id}`))).body).toEqual({ webhookCleared: false });
  expect(asTwilioHasIt(line).smsUrl).toBe(CRM);
});

test("and a service's likewise", async () => {
  const { sid } = newService({ phoneNumbers: [line] });
  const { body } = await connect({ messagingServiceSid: sid });
  await atTwilio(`/v1/Services/${sid}`, { InboundRequestUrl: CRM });
  expect((await town.passing(town.api.delete(`/api/channels/${body.id}`))).body).toEqual({ webhookCleared: false });
  const again = await connect({ messagingServiceSid: sid });
  expect(again).toMatchObject({ status: 409, body: { otherApp: "crm.example/sms" } });
});
