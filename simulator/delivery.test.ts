import twilio from "twilio";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Bench, DANA, KILN, MARCO, startBench, startHooks } from "./test-kit.ts";

const { validateRequest } = twilio;
let bench: Bench;
let receiver: Awaited<ReturnType<typeof startHooks>>;
beforeEach(async () => {
  bench = await startBench();
  receiver = await startHooks();
});
afterEach(async () => {
  await bench.stop();
  await receiver.stop();
});

const callback = () => `${receiver.url}/status?message=msg_1#rc=0`;
const told = () => receiver.hooks.map((hook) => hook.params.MessageStatus);
const pass = async (ms: number) => {
  await bench.clock.advance(ms);
  await bench.simulator.idle();
};

describe("a sent message", () => {
  test("is sent, then delivered, each told to the signed status callback in its time", async () => {
    const { json } = await bench.send({ StatusCallback: callback() });
    await pass(99);
    expect(told()).toEqual([]);
    await pass(1);
    expect(told()).toEqual(["sent"]);
    expect(bench.simulator.phone(DANA).texts).toEqual([]);
    await pass(400);
    expect(told()).toEqual(["sent", "delivered"]);
    const last = receiver.hooks[1];
    expect(last?.url).toBe("/status?message=msg_1");
    expect(last?.params).toEqual({
      AccountSid: bench.account.sid,
      ApiVersion: "2010-04-01",
      From: KILN,
      MessageSid: json.sid,
      MessageStatus: "delivered",
      RawDlrDoneDate: "2611201500",
      SmsSid: json.sid,
      SmsStatus: "delivered",
      To: DANA,
    });
    const url = `${receiver.url}/status?message=msg_1`;
    const signature = String(last?.headers["x-twilio-signature"]);
    expect(validateRequest(bench.account.authToken, signature, url, last?.params ?? {})).toBe(true);
    expect((await bench.api("GET", `/Messages/${json.sid}.json`)).json).toMatchObject({
      status: "delivered",
      date_sent: "Fri, 20 Nov 2026 15:00:00 +0000",
    });
    expect(bench.simulator.phone(DANA).texts).toMatchObject([
      { direction: "received", with: KILN, body: "Your mug is ready.", messageSid: json.sid, automatic: false },
    ]);
  });

  test("tells the next status only when the one before has been answered", async () => {
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const slow = await startHooks(async () => {
      await gate;
      return {};
    });
    await bench.send({ StatusCallback: slow.url });
    await bench.clock.advance(500);
    while (slow.hooks.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(bench.simulator.messages()[0]?.status).toBe("delivered");
    expect(slow.hooks.map((hook) => hook.params.MessageStatus)).toEqual(["sent"]);
    expect(bench.simulator.webhooks()).toHaveLength(1);
    open();
    await bench.simulator.idle();
    expect(slow.hooks.map((hook) => hook.params.MessageStatus)).toEqual(["sent", "delivered"]);
    await slow.stop();
  });

  test("ends as the outcome rules say: undelivered, failed, or never more than sent", async () => {
    bench.simulator.updateNumber(KILN, { pacing: { mps: null } });
    bench.simulator.addOutcomes([
      { match: { to: MARCO }, status: "undelivered", errorCode: 30003 },
      { match: { from: KILN }, times: 1, status: "failed", errorCode: 30034 },
      { match: { to: DANA }, times: 1, status: "sent" },
    ]);
    await bench.send({ To: MARCO, StatusCallback: callback() });
    const { json: failed } = await bench.send({ StatusCallback: callback() });
    const { json: silent } = await bench.send({ StatusCallback: callback() });
    await pass(1000);
    const of = (sid: string) =>
      receiver.hooks.filter((hook) => hook.params.MessageSid === sid).map((hook) => hook.params);
    expect(of(failed.sid)).toMatchObject([{ MessageStatus: "failed", ErrorCode: "30034" }]);
    expect(of(silent.sid)).toMatchObject([{ MessageStatus: "sent" }]);
    expect(receiver.hooks.map((hook) => hook.params)).toContainEqual(
      expect.objectContaining({ To: MARCO, MessageStatus: "undelivered", ErrorCode: "30003" }),
    );
    expect(bench.simulator.phone(MARCO).texts).toEqual([]);
    expect(bench.simulator.phone(DANA).texts).toHaveLength(1);
  });

  test("waits for its sender's pace, counted in segments", async () => {
    await bench.send({ Body: "a".repeat(300), StatusCallback: callback() });
    await bench.send({ Body: "next", StatusCallback: callback() });
    await pass(1500);
    expect(told()).toEqual(["sent", "delivered"]);
    await pass(600);
    expect(told()).toEqual(["sent", "delivered", "sent"]);
  });

  test("expires in the line when its validity period is shorter", async () => {
    await bench.send({ Body: "a".repeat(1000) });
    await bench.send({ ValidityPeriod: "3", StatusCallback: callback() });
    await pass(10_000);
    expect(receiver.hooks.map((hook) => hook.params)).toMatchObject([{ MessageStatus: "failed", ErrorCode: "30036" }]);
  });
});

describe("callback faults", () => {
  test.each([
    ["callback_duplicated", ["sent", "sent", "delivered", "delivered"]],
    ["callback_reordered", ["delivered", "sent"]],
    ["callback_dropped", ["delivered"]],
  ] as const)("%s", async (kind, expected) => {
    const match = kind === "callback_duplicated" ? {} : { status: "sent" as const };
    bench.simulator.addFaults([{ kind, match }]);
    await bench.send({ StatusCallback: callback() });
    await pass(100);
    await pass(400);
    expect(told()).toEqual(expected);
  });

  test("a delayed one comes after a later one", async () => {
    bench.simulator.addFaults([{ kind: "callback_delayed", ms: 5000, times: 1 }]);
    await bench.send({ StatusCallback: callback() });
    await pass(500);
    expect(told()).toEqual(["delivered"]);
    await pass(5000);
    expect(told()).toEqual(["delivered", "sent"]);
  });

  test("a dropped one is in the log all the same", async () => {
    bench.simulator.addFaults([{ kind: "callback_dropped", times: 1 }]);
    await bench.send({ StatusCallback: callback() });
    await pass(500);
    expect(bench.simulator.webhooks().map((entry) => entry.outcome)).toEqual(["dropped", "answered"]);
  });
});

describe("API faults", () => {
  test("429 with Retry-After takes nothing, as often as told", async () => {
    bench.simulator.addFaults([
      { kind: "status", status: 429, retryAfterSeconds: 2, times: 1, match: { path: "/Messages" } },
    ]);
    const refused = await bench.send();
    expect(refused.status).toBe(429);
    expect(refused.json.code).toBe(20429);
    expect(refused.headers.get("retry-after")).toBe("2");
    expect(bench.simulator.messages()).toEqual([]);
    expect((await bench.send()).status).toBe(201);
  });

  test("a reset before takes nothing; a reset after has taken the message", async () => {
    bench.simulator.addFaults([{ kind: "reset_before", times: 1, match: { to: DANA } }]);
    await expect(bench.send()).rejects.toThrow();
    expect(bench.simulator.messages()).toEqual([]);
    bench.simulator.addFaults([{ kind: "reset_after", times: 1, match: { method: "POST" } }]);
    await expect(bench.send()).rejects.toThrow();
    const [message] = bench.simulator.messages();
    expect(message?.body).toBe("Your mug is ready.");
    expect(bench.simulator.requests().map((entry) => [entry.outcome, entry.messageSid])).toEqual([
      ["reset_before", null],
      ["reset_after", message?.sid],
    ]);
  });

  test("latency holds the request back on the simulator's clock, before or after it is taken", async () => {
    bench.simulator.addFaults([
      { kind: "latency", ms: 4000, times: 1 },
      { kind: "latency", ms: 2000, times: 1, after: true },
    ]);
    const sending = bench.send();
    while (bench.simulator.requests().length === 0) await new Promise((resolve) => setImmediate(resolve));
    await bench.clock.advance(3999);
    expect(bench.simulator.messages()).toEqual([]);
    await bench.clock.advance(1);
    expect(bench.simulator.messages()).toHaveLength(1);
    await bench.clock.advance(2000);
    expect((await sending).status).toBe(201);
  });
});

test("stop ends messages in the line and callbacks on the wire", async () => {
  const silent = await startHooks(() => "silence");
  await bench.send({ StatusCallback: silent.url });
  await bench.send({ Body: "still in line" });
  await bench.clock.advance(100);
  while (silent.hooks.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await bench.simulator.stop();
  await expect(bench.send()).rejects.toThrow();
  await silent.stop();
  bench = await startBench();
});

test("reset ends a text whose webhook is silent, and calls no fallback any more", async () => {
  const silent = await startHooks(() => "silence");
  const sid = bench.simulator.overview().numbers[0]?.sid;
  const hooks = { SmsUrl: `${silent.url}/main#rc=5&rp=all`, SmsFallbackUrl: `${silent.url}/fallback` };
  await bench.api("POST", `/IncomingPhoneNumbers/${sid}.json`, hooks);
  const texting = bench.simulator.text({ from: DANA, to: KILN, body: "hello?" });
  while (silent.hooks.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await bench.simulator.reset();
  expect((await texting).webhook?.attempts).toMatchObject([{ error: { kind: "aborted" } }]);
  await bench.simulator.idle();
  expect(silent.hooks.map((hook) => hook.url)).toEqual(["/main"]);
  await silent.stop();
});

test("reset keeps accounts and numbers, and forgets the rest", async () => {
  await bench.send();
  await bench.simulator.reset();
  expect(bench.simulator.messages()).toEqual([]);
  expect(bench.simulator.requests()).toEqual([]);
  expect((await bench.send()).status).toBe(201);
  await bench.simulator.reset({ everything: true });
  expect(bench.simulator.overview()).toEqual({ accounts: [], numbers: [] });
});
