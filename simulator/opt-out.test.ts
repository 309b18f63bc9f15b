import { afterEach, beforeEach, expect, test } from "vitest";
import { type Bench, DANA, KILN, MARCO, startBench, startHooks } from "./test-kit.ts";

const TOLL_FREE = "+18885550142";
let bench: Bench;
let receiver: Awaited<ReturnType<typeof startHooks>>;
beforeEach(async () => {
  receiver = await startHooks();
  bench = await startBench({ smsUrl: receiver.url });
});
afterEach(async () => {
  await bench.stop();
  await receiver.stop();
});

const text = (body: string, to = KILN) => bench.simulator.text({ from: DANA, to, body });
const received = () =>
  bench.simulator
    .phone(DANA)
    .texts.filter((item) => item.direction === "received")
    .map((item) => item.body);

test.each(["STOP", "stopall", "Unsubscribe", "cancel", "END", "quit", "revoke", "OptOut"])(
  "%s alone blocks the sender, is answered by Twilio, and still comes to the webhook",
  async (word) => {
    await text(word);
    expect(bench.simulator.hasOptedOut(KILN, DANA)).toBe(true);
    expect(received()).toEqual([expect.stringContaining("successfully been unsubscribed")]);
    expect(bench.simulator.phone(DANA).texts.at(-1)?.automatic).toBe(true);
    expect(receiver.hooks[0]?.params).toMatchObject({ Body: word });
    expect(receiver.hooks[0]?.params).not.toHaveProperty("OptOutType");
    expect((await bench.send()).json).toMatchObject({ code: 21610, status: 400 });
    expect((await bench.send({ To: MARCO })).status).toBe(201);
  },
);

test("a stop among other words blocks nothing", async () => {
  await text("stop please");
  expect(bench.simulator.hasOptedOut(KILN, DANA)).toBe(false);
  expect(received()).toEqual([]);
});

test("a second STOP is not answered; START lifts the block and is", async () => {
  await text("STOP");
  await text("STOP");
  await text("start");
  expect(received()).toEqual([expect.stringContaining("unsubscribed"), expect.stringContaining("re-subscribed")]);
  expect((await bench.send()).status).toBe(201);
});

test("a yes from somebody who never stopped is only a yes", async () => {
  await text("yes");
  expect(received()).toEqual([]);
  expect(receiver.hooks).toHaveLength(1);
});

test("HELP is answered and changes nothing", async () => {
  await text("help");
  expect(received()).toEqual(["Reply STOP to unsubscribe. Msg&Data Rates May Apply."]);
  expect(bench.simulator.hasOptedOut(KILN, DANA)).toBe(false);
});

test("a TwiML reply to somebody who stopped is not sent", async () => {
  const talker = await startHooks(() => ({ body: "<Response><Message>Bye!</Message></Response>" }));
  bench.simulator.updateNumber(KILN, { smsUrl: talker.url });
  const { webhook } = await text("STOP");
  expect(webhook?.notices).toMatchObject([{ code: 21610 }]);
  await talker.stop();
});

test("in a service the block holds for all its numbers, and the refusal comes by callback", async () => {
  bench.simulator.addNumber({ accountSid: bench.account.sid, phoneNumber: "+14155550143" });
  const { sid } = bench.simulator.createService({
    accountSid: bench.account.sid,
    inboundRequestUrl: receiver.url,
    statusCallback: `${receiver.url}/status`,
    phoneNumbers: [KILN, "+14155550143"],
  });
  await text("STOP");
  expect(bench.simulator.hasOptedOut("+14155550143", DANA)).toBe(true);
  const taken = await bench.send({ From: "", MessagingServiceSid: sid });
  expect(taken.json).toMatchObject({ status: "accepted", from: null, num_segments: "0" });
  await bench.clock.advance(1);
  await bench.simulator.idle();
  expect(receiver.hooks.at(-1)?.params).toMatchObject({
    MessageSid: taken.json.sid,
    MessageStatus: "failed",
    ErrorCode: "21610",
    MessagingServiceSid: sid,
  });
});

test("toll-free: the carrier answers STOP, YES lifts nothing, UNSTOP does", async () => {
  bench.simulator.addNumber({ accountSid: bench.account.sid, phoneNumber: TOLL_FREE });
  await text("Stop", TOLL_FREE);
  await text("yes", TOLL_FREE);
  await text("help", TOLL_FREE);
  expect(received()).toEqual([expect.stringMatching(/^NETWORK MSG: You replied with the word "stop"/)]);
  expect(bench.simulator.phone(DANA).texts.find((item) => item.automatic)?.messageSid).toBeNull();
  await text("unstop", TOLL_FREE);
  expect(bench.simulator.hasOptedOut(TOLL_FREE, DANA)).toBe(false);
});

test("Advanced Opt-Out says what it did; switched off, nothing happens; a short code has nothing by default", async () => {
  bench.simulator.updateNumber(KILN, { optOut: "advanced" });
  await text("STOP");
  expect(receiver.hooks.at(-1)?.params.OptOutType).toBe("STOP");
  await text("START");
  bench.simulator.updateNumber(KILN, { optOut: "off" });
  await text("STOP");
  bench.simulator.addNumber({ accountSid: bench.account.sid, phoneNumber: "54321" });
  await text("STOP", "54321");
  expect(bench.simulator.hasOptedOut(KILN, DANA)).toBe(false);
  expect(received()).toHaveLength(2);
});
