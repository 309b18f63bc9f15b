/** What is nobody's business: no log, no metric and no answer tells more than it must. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { buildGate, databaseBehind, type Gate, throughGate } from "../support/gate.ts";
import { ownerSession, signIn } from "../support/people.ts";
import { withIds } from "../support/route-ids.ts";
import { conversationWith, newcomer, sendRequests, untilStatus, wait, write } from "../support/story.ts";
import { DANA, foundTown, KILN, MARCO, OWNER, type Town } from "../support/town.ts";
import { INBOUND, postWebhook, STATUS, textFields } from "../support/webhook.ts";

/** Words that nobody writes by chance, so that a trace of them is one. */
const SECRETIVE = "zanzibar-pearwood";
const WRONG_PASSWORD = "wrong-zeppelin-password";
const UNREACHABLE = "+14155550177";
const LANDLINE = "+14155550178";

let town: Town;
let gate: Gate;
let key = "";
const phones = [DANA, MARCO, KILN, UNREACHABLE, LANDLINE];
const asPhone = (phone: string) => encodeURIComponent(phone);

beforeAll(async () => {
  gate = await buildGate();
  gate.leadTo(databaseBehind(inject("databaseServer")));
  town = await foundTown({}, (connection) => throughGate(gate, connection));
  await live();
}, 120_000);
afterAll(async () => {
  await town.stop();
  gate.shut();
});

/** A long day: everything that may go well or wrong. */
async function live(): Promise<void> {
  const { api, simulator, twilio } = town;
  await town.connect();
  await api.post("/api/channels/sms/connect", {
    accountSid: twilio.sid,
    authToken: `f${twilio.authToken.slice(1)}`,
    phoneNumber: LANDLINE,
  });
  await api.post("/api/channels/sms/connect", {
    accountSid: twilio.sid,
    authToken: twilio.authToken,
    phoneNumber: LANDLINE,
  });
  const made = await api.post("/api/api-keys", { name: "For the shop", permissions: ["inbox.read", "inbox.reply"] });
  key = String(made.body.secret);
  await signIn(town, OWNER.email, WRONG_PASSWORD);
  await ownerSession(town);
  await town.as("Bearer not-a-key-at-all").get("/api/conversations");

  // Words in and out, and a STOP.
  await town.text(DANA, `Is ${SECRETIVE} in stock? Call me at ${MARCO}`);
  await untilStatus(town, await write(town, `Yes, ${SECRETIVE} is.`), "delivered");
  await town.text(MARCO, `${SECRETIVE} please`);
  await town.text(MARCO, "STOP");
  await write(town, `${SECRETIVE} for you`, { to: MARCO });

  // What fails: at the provider, on the way, in what was asked.
  simulator.setLandline(LANDLINE, true);
  await untilStatus(town, await write(town, SECRETIVE, { to: LANDLINE }), "failed");
  simulator.addOutcomes([{ match: { to: UNREACHABLE }, status: "undelivered", errorCode: 30003 }]);
  await untilStatus(town, await write(town, SECRETIVE, { to: UNREACHABLE }), "undelivered");
  for (const kind of ["reset_before", "reset_after"] as const) {
    const phone = newcomer();
    phones.push(phone);
    simulator.addFaults([{ kind, times: 1, match: { method: "POST", path: "Messages.json", to: phone } }]);
    await write(town, SECRETIVE, { to: phone });
    await town.until("it was handed over", () => sendRequests(town, phone).length > 0);
  }
  await town.pass(100_000);
  await api.post("/api/contacts", { phone: SECRETIVE });
  await api.post("/api/contacts", { phone: DANA, name: SECRETIVE });
  await api.post("/api/contacts", { phone: DANA, [SECRETIVE]: DANA });
  await api.get(`/api/contacts?phone=${asPhone(DANA)}&${SECRETIVE}=${asPhone(MARCO)}`);
  await api.get(`/api/nothing/${asPhone(DANA)}?q=${SECRETIVE}`);
  await api.get(`/api/search?q=${SECRETIVE}`);
  await fetch(`${town.publicUrl}/api/contacts`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: `{"phone": "${DANA}", "name": ${SECRETIVE}`,
  });

  // Strangers at the webhooks, with and without what they should know.
  const fields = textFields(town, { Body: SECRETIVE });
  await postWebhook(town, INBOUND, fields, { token: "0".repeat(32) });
  await postWebhook(town, INBOUND, fields, { signature: null });
  await postWebhook(town, INBOUND, { ...fields, AccountSid: `AC${"0".repeat(32)}` });
  await postWebhook(town, `${INBOUND}?From=${asPhone(DANA)}&Body=${SECRETIVE}`, fields, { signature: "no" });
  await postWebhook(town, `${INBOUND}?token=${town.twilio.authToken}`, fields, { signature: "no" });
  await postWebhook(town, STATUS, { ...fields, MessageStatus: "delivered" }, { signature: "no" });
  await postWebhook(town, INBOUND, { ...fields, MessageSid: SECRETIVE });

  // The database goes away under all of it.
  const late = newcomer();
  phones.push(late);
  gate.shut();
  const texting = simulator.text({ from: late, to: KILN, body: SECRETIVE });
  await api.get(`/api/contacts?phone=${asPhone(late)}`);
  await api.post("/api/contacts", { phone: late, name: SECRETIVE });
  await wait(town, 4000);
  await gate.open();
  await town.passing(texting);
  await untilStatus(town, await write(town, SECRETIVE, { to: late }), "delivered");
}

const linesWith = (text: string) => town.logLines.filter((line) => line.toLowerCase().includes(text.toLowerCase()));

test("the log has something to tell at all", () => {
  expect(linesWith("a webhook was refused").length).toBeGreaterThan(4);
});

test("no log line holds a phone number of anybody, however it is written", () => {
  for (const phone of phones) {
    const digits = phone.slice(1);
    const national = phone.slice(2);
    for (const written of [phone, digits, national, asPhone(phone)]) expect(linesWith(written), written).toEqual([]);
  }
});

test("no log line holds the words of a message", () => {
  expect(linesWith(SECRETIVE)).toEqual([]);
});

test("no log line holds a secret", () => {
  const secrets = [town.twilio.authToken, OWNER.password, WRONG_PASSWORD, key, "not-a-key-at-all"];
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(10);
    expect(linesWith(secret), secret).toEqual([]);
    expect(linesWith(Buffer.from(`${town.twilio.sid}:${secret}`).toString("base64"))).toEqual([]);
  }
});

test("no answer of any route that reads holds the provider's token or a key", async () => {
  const { id: conversation, contactId } = await conversationWith(town, DANA);
  const base = await town.api.post("/api/knowledge-bases", { name: "The shop" });
  const agent = await town.api.post("/api/agents", { name: "Ada" });
  const model = await town.api.post("/api/models", {
    name: "Ours",
    provider: "openai-compatible",
    baseUrl: "http://127.0.0.1:9",
    model: "small",
    apiKey: `sk-${SECRETIVE}`,
  });
  const first = async (path: string) => (await town.api.get(path)).body.items?.[0]?.id as string | undefined;
  const ids: Record<string, string | undefined> = {
    con: contactId,
    cnv: conversation,
    msg: await first(`/api/conversations/${conversation}/messages`),
    chn: await first("/api/channels"),
    prv: await first("/api/provider-accounts"),
    mem: await first("/api/members"),
    key: await first("/api/api-keys"),
    kbs: base.body.id,
    agt: agent.body.id,
    mdl: model.body.id,
  };
  const { api } = await ownerSession(town);
  const read: Record<string, number> = {};
  for (const { method, path } of town.house.routes) {
    if (method !== "GET") continue;
    const filled = withIds(path, (prefix) => ids[prefix] ?? `${prefix}_${"0".repeat(32)}`);
    const query = { "/api/channels/sms/numbers": `?mode=owned&providerAccountId=${ids.prv}` }[path] ?? "";
    const answer = await town.passing(api.get(`${filled}${query}`));
    read[path] = answer.status;
    const text = JSON.stringify(answer.body);
    expect(text, path).not.toContain(town.twilio.authToken);
    expect(text, path).not.toContain(key);
    expect(text, path).not.toContain(`sk-${SECRETIVE}`);
    expect(text, path).not.toContain(OWNER.password);
    expect(text, path).not.toMatch(/auth_?token|envelope|passwordHash|password_hash/i);
  }
  for (const path of ["/api/me", "/api/channels", "/api/channels/:id", "/api/provider-accounts", "/api/api-keys"])
    expect(read[path], path).toBe(200);
  expect(read["/api/channels/sms/numbers"]).toBe(200);
});

test("the metrics count, and name nobody", async () => {
  const { status, body } = await town.as(null).get("/metrics");
  const text = String(body.text);
  expect(status).toBe(200);
  expect(text).toMatch(/parley_webhooks_total\{.*\} \d/);
  expect(text).not.toMatch(/\+\d{7,}|%2B\d{7,}/);
  for (const phone of phones) expect(text).not.toContain(phone.slice(2));
  expect(text).not.toContain(SECRETIVE);
  expect(text).not.toContain(town.twilio.authToken);
});
