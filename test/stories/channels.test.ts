/** Connecting a number: set up at the provider, proved by reading it back, and never twice. */
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Answer } from "../support/api.ts";
import { readEvents } from "../support/event-reader.ts";
import { keyWith } from "../support/people.ts";
import { asOwner } from "../support/sql.ts";
import { DANA, foundTown, KILN, type Town } from "../support/town.ts";

const TOLL_FREE = "+18005550199";

let town: Town;
let account: { sid: string; authToken: string };
beforeAll(async () => {
  town = await foundTown();
  account = town.twilio;
  town.simulator.addNumber({ accountSid: account.sid, phoneNumber: TOLL_FREE });
});
afterAll(() => town.stop());
afterEach(() => town.simulator.clearFaults());

const connect = (body: object): Promise<Answer> => town.passing(town.api.post("/api/channels/sms/connect", body));
const credentials = () => ({ accountSid: account.sid, authToken: account.authToken });
const channels = async () => (await town.api.get("/api/channels")).body.items ?? [];
const atProvider = (phoneNumber: string) =>
  town.simulator.overview().numbers.find((each) => each.phoneNumber === phoneNumber);
const hook = () => `${town.publicUrl}/api/webhooks/twilio/sms#rc=3&rp=ct,rt,5xx`;

test("two who connect the same number at once connect it once, and the other learns where", async () => {
  const answers = await town.passing(
    Promise.all(
      [1, 2, 3].map(() => town.api.post("/api/channels/sms/connect", { ...credentials(), phoneNumber: TOLL_FREE })),
    ),
  );
  expect(answers.map((each) => each.status).sort()).toEqual([201, 409, 409]);
  const made = answers.find((each) => each.status === 201)?.body;
  for (const each of answers)
    if (each.status === 409) expect(each.body).toMatchObject({ code: "number_already_connected", channelId: made?.id });
  expect(await channels()).toHaveLength(1);
  expect(made).toMatchObject({ mps: 3 }); // a toll-free number's pace
});

describe("a number that is right", () => {
  let channel: Record<string, unknown>;
  beforeAll(async () => {
    const answer = await connect({ ...credentials(), phoneNumber: "+1 (415) 555-0142", friendlyName: "Front desk" });
    expect(answer.status).toBe(201);
    channel = answer.body;
  });

  test("is connected, with nobody to answer yet", async () => {
    expect(channel).toMatchObject({
      phoneNumber: KILN,
      messagingServiceSid: null,
      friendlyName: "Front desk",
      family: "sms",
      environment: "live",
      status: "active",
      statusReason: null,
      active: true,
      agentId: null,
      knowledgeBase: null,
      keywordReplies: "provider",
      mps: 1,
      dailyCap: null,
      smsCompliance: null,
    });
    expect((await town.api.get(`/api/channels/${channel.id}`)).body).toEqual(channel);
    expect(await channels()).toContainEqual(channel);
    expect((await town.api.get("/api/channels?family=whatsapp")).body.items).toEqual([]);
  });

  test("has its webhook set at the provider, with its retries, and read back", async () => {
    expect(atProvider(KILN)).toMatchObject({ smsUrl: hook(), smsMethod: "POST" });
    expect(channel.webhook).toEqual({ url: hook(), configuredBy: "parley", verifiedAt: expect.any(String) });
  });

  test("receives at once", async () => {
    expect((await town.text(DANA, "Are you there?")).status).toBe(200);
  });

  test("can't be connected a second time, and says where it is", async () => {
    const again = { status: 409, body: { code: "number_already_connected", channelId: channel.id } };
    expect(await connect({ ...credentials(), phoneNumber: KILN })).toMatchObject(again);
    expect(await connect({ providerAccountId: channel.providerAccountId, phoneNumber: KILN })).toMatchObject(again);
  });

  test("is told of without its number", async () => {
    const { secret } = await keyWith(town, ["inbox.read"]);
    const reader = await readEvents(town, { authorization: `Bearer ${secret}` }, 0);
    const found = () =>
      reader.events.find((each) => each.type === "channel.connected" && each.data.data.connectionId === channel.id);
    const event = await town.until("the event is read", found);
    await reader.close();
    expect(event.data.data).toEqual({ connectionId: channel.id, family: "sms" });
  });
});

test("a further number comes through the account that is known", async () => {
  const line = "+14155550146";
  town.simulator.addNumber({ accountSid: account.sid, phoneNumber: line });
  const [known] = (await town.api.get("/api/provider-accounts")).body.items ?? [];
  expect(known).toMatchObject({
    provider: "twilio",
    accountSid: account.sid,
    kind: "byo",
    status: "active",
    type: "full",
    friendlyName: "Kiln & Co.",
  });
  expect((await connect({ providerAccountId: known?.id, phoneNumber: line })).body).toMatchObject({
    phoneNumber: line,
    providerAccountId: known?.id,
  });
});

test("a Messaging Service is connected as a whole, at the pace of its numbers", async () => {
  const lines = ["+14155550147", "+14155550148"];
  for (const phoneNumber of lines) town.simulator.addNumber({ accountSid: account.sid, phoneNumber });
  const { sid } = town.simulator.createService({ accountSid: account.sid, phoneNumbers: lines });
  const { status, body } = await connect({ ...credentials(), messagingServiceSid: sid });
  expect([status, body]).toMatchObject([
    201,
    { messagingServiceSid: sid, phoneNumber: null, mps: 2, webhook: { configuredBy: "parley" } },
  ]);
  const set = town.simulator.requests().filter((each) => each.method === "POST" && each.path === `/v1/Services/${sid}`);
  expect(set.at(-1)?.params).toMatchObject({ InboundRequestUrl: hook(), UseInboundWebhookOnNumber: "false" });
  expect((await town.text("+14155550166", "Hello service", lines[0])).status).toBe(200);
  const [conversation] = (await town.api.get("/api/conversations?q=4155550166")).body.items ?? [];
  expect(conversation).toMatchObject({ connectionId: body.id });
  expect(await connect({ ...credentials(), messagingServiceSid: sid })).toMatchObject({
    status: 409,
    body: { channelId: body.id },
  });
});

test.each([
  ["does not let us", { kind: "status", status: 400, code: 20422 }],
  ["is away by then", { kind: "status", status: 503 }],
] as const)(
  "where the provider %s set the webhook, the connection stands and shows the address to paste",
  async (_what, fault) => {
    const line = fault.status === 400 ? "+14155550151" : "+14155550152";
    town.simulator.addNumber({ accountSid: account.sid, phoneNumber: line });
    town.simulator.addFaults([{ ...fault, match: { method: "POST", path: "IncomingPhoneNumbers" } }]);
    const { status, body } = await connect({ ...credentials(), phoneNumber: line });
    expect([status, body.status, body.webhook]).toEqual([
      201,
      "active",
      { url: hook(), verifiedAt: null, configuredBy: null },
    ]);
    expect(atProvider(line)?.smsUrl).toBe("");
  },
);

test("a trial account is told as one", async () => {
  const trial = town.simulator.createAccount({ type: "Trial" });
  const { status, body } = await town.passing(
    town.api.post("/api/provider-accounts", {
      provider: "twilio",
      accountSid: trial.sid,
      authToken: trial.authToken,
      friendlyName: "Trying out",
    }),
  );
  expect([status, body]).toMatchObject([201, { type: "trial", friendlyName: "Trying out", status: "active" }]);
});

test("a new name does not take back what somebody else, or the look at its health, changed at the same moment", async () => {
  const [channel] = await channels();
  const other = new pg.Client(town.connection);
  await other.connect();
  try {
    await other.query("begin");
    await other.query("update connections set active = false, status = 'error' where id = $1", [channel?.id]);
    const renamed = town.api.patch(`/api/channels/${channel?.id}`, { friendlyName: "Front desk" });
    const waits = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    const isWaiting = async () => (await other.query(waits)).rows.length > 0;
    await expect.poll(isWaiting, { timeout: 20_000 }).toBe(true);
    await other.query("commit");
    expect(await renamed).toMatchObject({
      status: 200,
      body: { friendlyName: "Front desk", active: false, status: "error" },
    });
  } finally {
    await other.end();
    await asOwner(town, "update connections set active = true, status = 'active' where id = $1", [channel?.id]);
  }
});

test("a secret that was handed over is in no answer and in no line of the log", async () => {
  await connect({ ...credentials(), authToken: "f".repeat(32), phoneNumber: KILN });
  const paths = [
    "/api/channels",
    "/api/provider-accounts",
    "/api/me",
    "/api/channels/sms/numbers?mode=owned",
    "/api/events?after=nothing",
  ];
  for (const path of paths)
    expect(JSON.stringify((await town.passing(town.api.get(path))).body)).not.toContain(account.authToken);
  // What breaks and what is refused is logged, and without them.
  await asOwner(town, "revoke insert on connections from parley_app");
  town.simulator.addNumber({ accountSid: account.sid, phoneNumber: "+14155550153" });
  expect((await connect({ ...credentials(), phoneNumber: "+14155550153" })).status).toBe(500);
  await asOwner(town, "grant insert on connections to parley_app");
  const forged = new URLSearchParams({ AccountSid: account.sid, From: DANA, To: KILN, Body: "Hi" });
  expect((await fetch(`${town.publicUrl}/api/webhooks/twilio/sms`, { method: "POST", body: forged })).status).toBe(403);
  expect(town.logLines.length).toBeGreaterThan(1);
  for (const secret of [
    account.authToken,
    "f".repeat(32),
    Buffer.from(`${account.sid}:${account.authToken}`).toString("base64"),
    KILN,
    DANA,
    "+14155550153",
  ])
    expect(town.logLines.filter((line) => line.includes(secret))).toEqual([]);
});
