import { afterEach, beforeEach, expect, test } from "vitest";
import { type Bench, DANA, type Json, KILN, startBench, startHooks } from "./test-kit.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.stop());

async function control(method: string, path: string, body?: unknown): Promise<{ status: number; json: Json }> {
  const response = await fetch(`${bench.simulator.url}/simulator${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
  });
  return { status: response.status, json: await response.json() };
}

test("an account and a number made over HTTP work at once", async () => {
  const { json: account } = await control("POST", "/accounts", { type: "Trial", verified: [DANA] });
  expect(account).toMatchObject({ type: "Trial", status: "active" });
  const phoneNumber = "54321";
  await control("POST", "/numbers", {
    accountSid: account.sid,
    phoneNumber,
    type: "short code",
    pacing: { mps: null },
  });
  const { json: overview } = await control("GET", "");
  expect(overview.numbers.map((number: Json) => number.phoneNumber)).toEqual([KILN, phoneNumber]);
  expect((await control("POST", `/accounts/${account.sid}`, { status: "suspended" })).json.status).toBe("suspended");
  expect((await control("POST", `/numbers/${phoneNumber}/release`)).json).toEqual({ ok: true });
});

test("an account can be made again as it was", async () => {
  const sid = `AC${"1".repeat(32)}`;
  const authToken = "2".repeat(32);
  expect((await control("POST", "/accounts", { sid, authToken })).json).toMatchObject({ sid, authToken });
  expect((await control("POST", "/accounts", { sid })).json).toEqual({ error: "sid: is taken", field: "sid" });
});

test("a text from a phone answers the webhook's attempts; the phone shows both sides", async () => {
  const receiver = await startHooks();
  await control("POST", `/numbers/${encodeURIComponent(KILN)}`, { smsUrl: receiver.url });
  const media = [{ contentType: "image/png", base64: btoa("png") }];
  const { json } = await control("POST", "/texts", { from: DANA, to: KILN, body: "STOP", media });
  expect(json.webhook.attempts).toMatchObject([{ status: 200, body: "<Response/>" }]);
  expect(json.webhook.attempts[0].durationMs).toBeGreaterThan(0);
  const { json: phone } = await control("GET", `/phones/${DANA}`);
  expect(phone.texts.map((text: Json) => [text.direction, text.automatic])).toEqual([
    ["sent", false],
    ["received", true],
  ]);
  await control("POST", `/texts/${json.messageSid}/redeliver`);
  const { json: log } = await control("GET", `/webhooks?messageSid=${json.messageSid}`);
  expect(log.webhooks).toHaveLength(2);
  await receiver.stop();
});

test("the log tells every request in order, with what it made and without credentials", async () => {
  const { json: sent } = await bench.send();
  await bench.send({ To: "+1" });
  const { json } = await control("GET", `/log?account=${bench.account.sid}`);
  expect(json.requests).toMatchObject([
    {
      method: "POST",
      to: DANA,
      from: KILN,
      body: "Your mug is ready.",
      messageSid: sent.sid,
      status: 201,
      outcome: "answered",
    },
    { to: "+1", status: 400, errorCode: 21211, messageSid: null },
  ]);
  expect(json.requests[0].receivedAt).toBe("2026-11-20T15:00:00.000Z");
  expect(JSON.stringify(json)).not.toContain(bench.account.authToken);
  const { json: later } = await control("GET", `/log?since=${json.requests[0].seq}`);
  expect(later.requests).toHaveLength(1);
});

test("faults and outcomes are set, counted and cleared", async () => {
  const rules = [{ kind: "status", status: 503, times: 1, match: { path: "/Messages.json" } }];
  expect((await control("POST", "/faults", { rules })).status).toBe(200);
  expect((await bench.send()).status).toBe(503);
  expect((await control("GET", "/faults")).json.faults).toMatchObject([{ hits: 1 }]);
  await control("DELETE", "/faults");
  expect((await control("GET", "/faults")).json.faults).toEqual([]);
  await control("POST", "/outcomes", { rules: [{ status: "undelivered", errorCode: 30005 }] });
  await bench.send();
  await bench.clock.advance(1000);
  expect((await control("GET", "/messages")).json.messages).toMatchObject([
    { status: "undelivered", errorCode: 30005 },
  ]);
  await control("DELETE", "/outcomes");
  await control("POST", "/reset");
  expect((await control("GET", "/messages")).json.messages).toEqual([]);
});

test.each([
  ["/texts", { to: KILN }, "from", 400],
  ["/texts", { from: DANA, to: "+14155550000" }, "to", 404],
  ["/texts", { from: DANA, to: KILN, colour: "red" }, "colour", 400],
  ["/texts", { from: DANA, to: KILN, media: [{ contentType: "image/png", base64: "%" }] }, "media[0].base64", 400],
  ["/accounts", { type: "Gold" }, "type", 400],
  ["/accounts", { pacing: { mps: 0 } }, "pacing.mps", 400],
  ["/numbers", { accountSid: "AC1", phoneNumber: KILN }, "account", 404],
  ["/faults", { rules: [{ kind: "latency" }] }, "rules[0].ms", 400],
  ["/faults", { rules: [{ kind: "status", status: 200 }] }, "status", 400],
  ["/faults", { rules: [{ kind: "callback_dropped", match: { path: "/x" } }] }, "match", 400],
  ["/faults", [], "body", 400],
  ["/nowhere", {}, "path", 404],
])("bad input to %s %o names the field", async (path, body, field, status) => {
  const answer = await control("POST", path, body);
  expect(answer.json.field).toBe(field);
  expect(answer.json.error).toMatch(new RegExp(`^${RegExp.escape(field)}: `));
  expect(answer.status).toBe(status);
});

test("a form, as a web page could post it unasked, is refused", async () => {
  const response = await fetch(`${bench.simulator.url}/simulator/reset`, {
    method: "POST",
    body: new URLSearchParams({ a: "1" }),
  });
  expect(response.status).toBe(415);
});
