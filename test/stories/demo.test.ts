/** The demo: a first start makes a studio worth reading, its customers' phones work, and nobody gets in from elsewhere. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { PERMISSIONS } from "../../contract/accounts.ts";
import type { ConsentEvent, Review } from "../../contract/consent.ts";
import type { Contact } from "../../contract/contacts.ts";
import type { Conversation } from "../../contract/conversations.ts";
import type { DemoPhoneTexts } from "../../contract/demo.ts";
import type { Message } from "../../contract/messages.ts";
import { readConfig } from "../../server/platform/config.ts";
import type { Api } from "../support/api.ts";
import { foundNeighbour, inSession, signIn } from "../support/people.ts";
import { asOwner } from "../support/sql.ts";
import { foundTown, type Town } from "../support/town.ts";

/** Without an owner of its own: whoever starts it wants to look. */
const NOBODY = { PARLEY_ADMIN_EMAIL: "", PARLEY_ADMIN_PASSWORD: "", PARLEY_API_KEY: "" };
const MAYA = "+18285550101";
const GRACE = "+18285550108";
const STUDIO = "+18285550142";

const foundDemo = (env: Record<string, string> = {}): Promise<Town> =>
  foundTown({ ...NOBODY, PARLEY_DEMO: "1", ...env });

/** Signs in without a password, as the demo's page does. */
async function walkIn(town: Town): Promise<Api> {
  const answer = await town.as(null).post("/api/demo/sign-in");
  expect(answer.status).toBe(204);
  const cookie = answer.headers.getSetCookie().map((each) => each.split(";")[0]);
  return inSession(town, cookie.join("; "));
}

const phone = (number: string) => `/api/demo/phones/${encodeURIComponent(number)}`;

async function items<T>(api: Api, path: string): Promise<T[]> {
  const { status, body } = await api.get(path);
  expect(status, path).toBe(200);
  return body.items as T[];
}

const textsOn = (api: Api, number: string) => items<DemoPhoneTexts["items"][number]>(api, phone(number));
const contactOf = async (api: Api, number: string) =>
  (await items<Contact>(api, `/api/contacts?phone=${encodeURIComponent(number)}`))[0];

async function newestConversationWith(api: Api, number: string): Promise<Conversation | undefined> {
  const contact = await contactOf(api, number);
  return (await items<Conversation>(api, `/api/conversations?contactId=${contact?.id}`))[0];
}

const text = (town: Town, api: Api, from: string, body: string) =>
  town.passing(api.post(`${phone(from)}/texts`, { body }));

/** How much there is of what the sample holds. */
const sizes = (town: Town) =>
  asOwner(
    town,
    `select (select count(*)::int from accounts) as accounts, (select count(*)::int from members) as members,
       (select count(*)::int from contacts) as contacts, (select count(*)::int from conversations) as conversations,
       (select count(*)::int from messages) as messages, (select count(*)::int from passages) as passages,
       (select count(*)::int from consent_events) as consent`,
  );

describe("a first start with nothing configured", () => {
  let town: Town;
  let api: Api;
  beforeAll(async () => {
    town = await foundDemo();
    api = await walkIn(town);
  });
  afterAll(() => town.stop());

  test("makes a pottery studio with its people, numbers, knowledge and agent", async () => {
    expect((await api.get("/api/me")).body).toMatchObject({
      role: "owner",
      actor: { type: "member", name: "Ana Whitlock" },
      demo: true,
      workspaces: [{ name: "Kiln & Co." }],
    });
    expect((await api.get("/api/workspace")).body).toMatchObject({ timeZone: "America/New_York" });
    const members = await items<{ role: string }>(api, "/api/members");
    expect(members.map((each) => each.role)).toEqual(["owner", "admin", "agent"]);
    expect((await api.get("/api/agents")).body.items).toMatchObject([{ name: "Clay", active: true }]);
    expect((await api.get("/api/channels")).body.items).toMatchObject([
      {
        phoneNumber: STUDIO,
        status: "active",
        knowledgeBase: { name: "The studio" },
        webhook: { configuredBy: "parley" },
      },
      { agentId: null, knowledgeBase: null },
    ]);
    expect((await api.get("/api/provider-accounts")).body.items).toMatchObject([{ kind: "simulated" }]);
  });

  test("has three weeks of conversations behind it, in every state", async () => {
    const conversations = await items<Conversation>(api, "/api/conversations?limit=200");
    expect(conversations.length).toBeGreaterThanOrEqual(60);
    expect(new Set(conversations.map((each) => each.status))).toEqual(
      new Set(["OPEN", "ASSIGNED", "RESOLVED", "AI_ACTIVE"]),
    );
    expect(conversations.some((each) => each.unreadCount > 0)).toBe(true);
    expect(conversations.some((each) => each.starred)).toBe(true);
    expect(conversations.every((each) => each.status !== "RESOLVED" || each.unreadCount === 0)).toBe(true);
    const [span] = await asOwner(town, "select min(created_at) as oldest, max(created_at) as newest from messages");
    const { oldest, newest } = span as { oldest: Date; newest: Date };
    expect(town.clock.now().getTime() - oldest.getTime()).toBeGreaterThan(20 * 86_400_000);
    expect(newest.getTime()).toBeLessThanOrEqual(town.clock.now().getTime());

    const statuses = await asOwner(town, "select distinct status, reason->>'code' as code from messages order by 1, 2");
    expect(statuses).toEqual(
      expect.arrayContaining([
        { status: "delivered", code: null },
        { status: "failed", code: "invalid_recipient" },
        { status: "scheduled", code: null },
        { status: "suppressed", code: "opted_out" },
        { status: "undelivered", code: "not_registered_10dlc" },
        { status: "undelivered", code: "unreachable_handset" },
      ]),
    );
    // Nothing of the past is left to be done now.
    expect(statuses.map((each) => each.status)).not.toContain("queued");
    expect(statuses.map((each) => each.status)).not.toContain("sending");
    expect(await asOwner(town, "select * from turns")).toEqual([]);
  });

  test("its numbers of conversations and messages grow with the time at which they happened", async () => {
    for (const table of ["messages", "conversations", "events", "consent_events"]) {
      const [order, at] = table.endsWith("events") ? ["seq", "at"] : ["id", "created_at"];
      const rows = await asOwner(town, `select ${at} as at from ${table} order by ${order}`);
      const times = rows.map((row) => (row.at as Date).getTime());
      expect(times, table).toEqual([...times].sort((one, other) => one - other));
    }
  });

  test("Clay's past answers have their sources on record", async () => {
    const runs = await asOwner(town, "select outcome, jsonb_array_length(sources) as sources from agent_runs");
    expect(runs.filter((run) => run.outcome === "answered" && Number(run.sources) > 0).length).toBeGreaterThan(25);
    expect(runs.filter((run) => run.outcome === "handed_over").length).toBeGreaterThan(20);
  });

  test("its ledger of consent holds, with the words of whoever said stop", async () => {
    expect((await api.post("/api/consent/verify")).body).toMatchObject({ valid: true, firstBreak: null });
    const grace = await contactOf(api, GRACE);
    expect(grace).toMatchObject({ name: "Grace Kimball", smsOptedIn: false });
    const [last, first] = await items<ConsentEvent>(api, `/api/contacts/${grace?.id}/consent`);
    expect(last).toMatchObject({ action: "opt_out", source: "keyword", proof: "STOP" });
    expect(first).toMatchObject({ action: "opt_in", source: "form", disclosure: expect.stringContaining("STOP") });
  });

  test("has a text that may be an opt-out: it waits for the team, and what waits with it says so", async () => {
    const [review, ...others] = await items<Review>(api, "/api/reviews?status=open");
    expect(others).toEqual([]);
    expect(review).toMatchObject({
      rule: "displeased",
      message: { content: expect.stringMatching(/^why do you keep/) },
    });
    expect(Date.parse(review?.dueAt ?? "")).toBeGreaterThan(town.clock.now().getTime());
    const found = await items<Conversation>(api, "/api/conversations?inReview=true");
    expect(found).toMatchObject([{ id: review?.conversationId, contact: { name: "Vikram Sethi" }, status: "OPEN" }]);
    const messages = await items<Message>(api, `/api/conversations/${review?.conversationId}/scheduled`);
    expect(messages).toMatchObject([{ kind: "automated", sendAt: review?.dueAt, reason: { code: "in_review" } }]);
  });

  test("offers phones, whose texts go through the signed webhook and are answered with a source", async () => {
    const { body } = await api.get("/api/demo/phones");
    expect(body).toMatchObject({ fault: "none", businessNumbers: [{ number: STUDIO, name: "Studio line" }, {}] });
    expect(body.items?.map((each) => each.number)).toContain(MAYA);
    const before = await textsOn(api, MAYA);
    expect(before.length, "her phone remembers the past").toBeGreaterThan(5);

    const sent = await text(town, api, MAYA, "How much is a wheel class for 2?");
    expect(sent).toMatchObject({ status: 200, body: { webhookStatus: 200 } });
    const answer = await town.until("Maya is answered", async () => {
      const texts = await textsOn(api, MAYA);
      return texts.length >= before.length + 2 && texts.at(-1);
    });
    expect(answer).toMatchObject({ direction: "received", with: STUDIO, body: expect.stringContaining("$65") });
    const conversation = await newestConversationWith(api, MAYA);
    expect(conversation).toMatchObject({ status: "AI_ACTIVE" });
    expect((await api.get(`/api/conversations/${conversation?.id}/runs`)).body.items).toMatchObject([
      { outcome: "answered", sources: [{ title: "How much does a wheel class cost?" }] },
    ]);
  });

  test("a picture from a phone arrives, and is for a person to look at", async () => {
    const base64 = Buffer.from("a picture, more or less").toString("base64");
    await town.passing(api.post(`${phone(MAYA)}/texts`, { media: [{ contentType: "image/png", base64 }] }));
    const texts = await town.until("Maya hears of a person", async () => {
      const all = await textsOn(api, MAYA);
      return all.at(-1)?.body.startsWith("Let me get someone") && all;
    });
    const sent = texts.at(-2);
    expect(sent).toMatchObject({ direction: "sent", delivery: "delivered", media: [{ contentType: "image/png" }] });

    // It comes through our own origin, to the demo's own people.
    const path = sent?.media[0]?.url ?? "";
    const shown = await api.get(path);
    expect(shown.headers.get("content-type")).toBe("image/png");
    expect(shown.body.text).toBe("a picture, more or less");
    expect((await town.as(null).get(path)).status).toBe(401);
    expect((await api.get(path.replace(/.$/, "x"))).status).toBe(404);
  });

  test("a phone leads to the conversation with its owner, once there is one", async () => {
    const nobodyYet = "+18285550198";
    expect((await api.get(phone(nobodyYet))).body).toEqual({ number: nobodyYet, conversationId: null, items: [] });
    await text(town, api, nobodyYet, "Hello, who are you?");
    const { id } = (await newestConversationWith(api, nobodyYet)) ?? {};
    expect((await api.get(phone(nobodyYet))).body).toMatchObject({
      conversationId: id,
      items: [{ direction: "sent", body: "Hello, who are you?", delivery: "delivered" }],
    });
  });

  test("a text that could not be stored says so on the phone, and is not lost from it", async () => {
    await asOwner(town, "alter table messages add constraint refuse check (content <> 'Not this one') not valid");
    const sent = await text(town, api, "+18285550197", "Not this one");
    expect(sent.body.webhookStatus).toBeGreaterThanOrEqual(500);
    expect(await textsOn(api, "+18285550197")).toMatchObject([{ body: "Not this one", delivery: "failed" }]);
    await asOwner(town, "alter table messages drop constraint refuse");
  });

  test("another business in the same house finds neither the phones nor a word of them", async () => {
    await api.post("/api/api-keys", { name: "For a neighbour", permissions: [...PERMISSIONS] });
    const neighbour = await foundNeighbour(town);
    const picture = (await textsOn(api, MAYA)).flatMap((each) => each.media).at(-1)?.url ?? "";
    expect(picture).toContain("/api/demo/");
    expect((await neighbour.api.get("/api/me")).body.demo).toBe(false);
    for (const path of ["/api/demo/phones", phone(MAYA), picture])
      expect((await neighbour.api.get(path)).status, path).toBe(404);
    expect((await neighbour.api.post(`${phone(MAYA)}/texts`, { body: "Hi" })).status).toBe(404);
  });

  test("a STOP from a phone locks, and START opens again", async () => {
    await text(town, api, MAYA, "STOP");
    const conversation = await newestConversationWith(api, MAYA);
    const refused = await api.post(`/api/conversations/${conversation?.id}/messages`, { content: "One more thing" });
    expect(refused.body).toMatchObject({ status: "suppressed", reason: { code: "opted_out" } });
    expect((await textsOn(api, MAYA)).at(-1)).toMatchObject({ direction: "received", automatic: true });
    await text(town, api, MAYA, "START");
    expect((await contactOf(api, MAYA))?.smsOptedIn).toBe(true);
  });

  test.each([
    ["failure", "undelivered"],
    ["delay", "delivered"],
    ["lost_answer", "delivered"],
    ["none", "delivered"],
  ])("with the fault %s a message ends %s", async (kind, status) => {
    expect((await api.post("/api/demo/faults", { kind })).body).toEqual({ kind });
    expect((await api.get("/api/demo/phones")).body.fault).toBe(kind);
    const conversation = await newestConversationWith(api, "+18285550122");
    const sent = await api.post(`/api/conversations/${conversation?.id}/messages`, { content: `With ${kind}` });
    await town.until(`the message is ${status}`, async () => {
      const { body } = await api.get(`/api/messages/${sent.body.id}`);
      return body.status === status;
    });
  });

  test("a member who may only read can't text from a phone", async () => {
    const password = "only-looking-around";
    await api.post("/api/members", { name: "Vi", email: "vi@kiln.example", role: "viewer", password });
    const vi = inSession(town, (await signIn(town, "vi@kiln.example", password)).cookie);
    expect((await vi.get(phone(MAYA))).status).toBe(200);
    expect((await vi.post(`${phone(MAYA)}/texts`, { body: "Hi" })).status).toBe(403);
    expect((await vi.post("/api/demo/faults", { kind: "none" })).status).toBe(403);
  });
});

describe("a second start", () => {
  let town: Town;
  let api: Api;
  let before: unknown;
  beforeAll(async () => {
    town = await foundDemo();
    before = await sizes(town);
    await town.restart();
    api = await walkIn(town);
  });
  afterAll(() => town.stop());

  test("shows the same data", async () => {
    expect(await sizes(town)).toEqual(before);
    expect((await api.get("/api/me")).body).toMatchObject({ actor: { name: "Ana Whitlock" } });
  });

  test("offers the phones with what was on them, and they still work", async () => {
    expect((await textsOn(api, MAYA)).length).toBeGreaterThan(5);
    await text(town, api, MAYA, "can i pay cash");
    await town.until("Maya is answered", async () =>
      (await textsOn(api, MAYA)).at(-1)?.body.startsWith("Card, Apple Pay"),
    );
  });

  test("who had said stop is still blocked at the provider: a START is confirmed by it", async () => {
    await town.pass(5000); // time to look at the provider for what was missed
    expect((await textsOn(api, GRACE)).filter((each) => each.body === "STOP")).toHaveLength(1);
    await text(town, api, GRACE, "START");
    expect((await textsOn(api, GRACE)).slice(-2)).toMatchObject([
      { direction: "sent", body: "START" },
      { direction: "received", automatic: true, body: expect.stringContaining("re-subscribed") },
    ]);
    expect((await contactOf(api, GRACE))?.smsOptedIn).toBe(true);
  });

  test("a real account connected beside it is looked for at the real hosts, and its messages leave there", async () => {
    const connected = await town.passing(
      api.post("/api/channels/sms/connect", {
        accountSid: town.twilio.sid,
        authToken: town.twilio.authToken,
        phoneNumber: "+14155550142",
      }),
    );
    expect(connected.status).toBe(201);
    const kinds = await items<{ kind: string }>(api, "/api/provider-accounts");
    expect(kinds.map((each) => each.kind)).toEqual(["simulated", "byo"]);

    const opened = await api.post("/api/conversations", {
      phone: "+14155550101",
      channel: "sms",
      connectionId: connected.body.id,
    });
    await api.post(`/api/conversations/${opened.body.id}/messages`, { content: "From the real one" });
    await town.until("it left", () => town.received("+14155550101").length > 0);
    const simulated = await newestConversationWith(api, MAYA);
    await api.post(`/api/conversations/${simulated?.id}/messages`, { content: "From the simulated one" });
    await town.until("it left", async () => (await textsOn(api, MAYA)).at(-1)?.body === "From the simulated one");
    const bodies = town.simulator.requests().map((each) => each.body);
    expect(bodies).toContain("From the real one");
    expect(bodies).not.toContain("From the simulated one");
    expect(town.simulator.phone(MAYA).texts, "her phone is not the real provider's").toEqual([]);
    expect((await api.get("/api/demo/phones")).body.businessNumbers).toHaveLength(2);
    expect((await api.post(`${phone(MAYA)}/texts`, { to: "+14155550142", body: "Hi" })).body.code).toBe(
      "not_our_number",
    );
  });
});

describe("no demo", () => {
  let town: Town | null = null;
  afterEach(async () => {
    await town?.stop();
    town = null;
  });

  test("is made with PARLEY_DEMO=0", async () => {
    town = await foundDemo({ PARLEY_DEMO: "0" });
    expect(await sizes(town)).toMatchObject([{ accounts: 0, contacts: 0 }]);
    expect((await town.as(null).get("/api/demo")).body).toEqual({ demo: false, signInOffered: false });
    expect((await town.as(null).post("/api/demo/sign-in")).status).toBe(404);
  });

  test("is made beside a business that is there, and its phones are not found in it", async () => {
    town = await foundTown();
    await town.restart({ PARLEY_DEMO: "1" });
    expect(await sizes(town)).toMatchObject([{ accounts: 1, contacts: 0 }]);
    expect((await town.api.get("/api/me")).body.demo).toBe(false);
    expect((await town.api.get("/api/demo/phones")).status).toBe(404);
    expect((await town.api.get(`/api/demo/pictures/MM${"0".repeat(32)}/ME${"0".repeat(32)}`)).status).toBe(404);
    expect((await town.api.get(phone(MAYA))).status).toBe(404);
    expect((await town.api.post(`${phone(MAYA)}/texts`, { body: "Hi" })).status).toBe(404);
    expect((await town.api.post("/api/demo/faults", { kind: "none" })).status).toBe(404);
  });

  test("is half made: what breaks in the middle leaves nothing, and the next start makes it whole", async () => {
    town = await foundDemo({ PARLEY_DEMO: "0" });
    await asOwner(town, "alter table notes add constraint no_notes check (false)");
    await expect(town.restart({ PARLEY_DEMO: "1" })).rejects.toThrow("no_notes");
    expect(await sizes(town)).toMatchObject([{ accounts: 0, members: 0, contacts: 0, messages: 0, passages: 0 }]);
    await asOwner(town, "alter table notes drop constraint no_notes");
    await town.restart({ PARLEY_DEMO: "1" });
    expect(town.house.isDemo).toBe(true);
    expect(await sizes(town)).toMatchObject([{ accounts: 1, members: 3 }]);
  });

  test.each([
    [{}, true],
    [{ PARLEY_DEMO: "0" }, false],
    [{ HOST: "0.0.0.0" }, false],
    [{ HOST: "::1" }, true],
    [{ PARLEY_PUBLIC_URL: "https://desk.example", PARLEY_SECRET_KEY: Buffer.alloc(32).toString("base64") }, false],
    [{ DATABASE_URL: "postgres://somewhere/parley" }, false],
    [{ PARLEY_ADMIN_EMAIL: "ana@kiln.example", PARLEY_ADMIN_PASSWORD: "kiln-and-co-2026" }, false],
    [{ DATABASE_URL: "postgres://somewhere/parley", PARLEY_DEMO: "1" }, true],
  ])("by default where something is configured or others can reach it: %o makes one: %s", (env, made) => {
    expect(readConfig(env).demo).toBe(made);
  });

  test("without a password on a HOST that others can reach", () => {
    expect(() => readConfig({ HOST: "0.0.0.0", PARLEY_DEMO: "1" })).toThrow("PARLEY_ADMIN_EMAIL");
  });
});

describe("signing in without a password", () => {
  let town: Town;
  beforeAll(async () => {
    town = await foundDemo();
  });
  afterAll(() => town.stop());

  const knock = (more: { remoteAddress?: string; headers?: Record<string, string> } = {}) => {
    const { server } = town.house;
    if (!server) throw new Error("no server");
    return server.inject({ method: "POST", url: "/api/demo/sign-in", remoteAddress: "127.0.0.1", ...more });
  };

  test("is for whoever sits at this machine", async () => {
    expect((await knock()).statusCode).toBe(204);
    expect((await knock({ remoteAddress: "::ffff:127.0.0.1" })).statusCode).toBe(204);
  });

  test.each([
    ["a peer on another machine", { remoteAddress: "192.168.1.7" }],
    ["a peer behind a proxy", { headers: { "x-forwarded-for": "203.0.113.9" } }],
    ["a page whose own name leads here", { headers: { host: "evil.example:3000" } }],
  ])("is refused to %s", async (_who, more) => {
    const answer = await knock(more);
    expect(answer.statusCode).toBe(404);
    expect(answer.headers["set-cookie"]).toBeUndefined();
  });

  test("is refused to a page of another origin", async () => {
    const answer = await knock({ headers: { origin: "https://evil.example" } });
    expect(answer.statusCode).toBe(403);
    expect(answer.headers["set-cookie"]).toBeUndefined();
  });

  test("has no address of its own among those of sign-in", async () => {
    for (const path of ["/api/auth/open-session", "/api/auth/openSession", "/api/auth/demo/sign-in"])
      expect((await town.as(null).post(path, { userId: "x" })).status).toBe(404);
  });

  test("is refused on a HOST that others can reach, where the owner has a password of their own", async () => {
    const open = await foundTown({ PARLEY_DEMO: "1", HOST: "0.0.0.0" });
    expect(open.house.isDemo).toBe(true);
    expect((await open.as(null).get("/api/demo")).body).toEqual({ demo: true, signInOffered: false });
    expect((await open.as(null).post("/api/demo/sign-in")).status).toBe(404);
    expect((await open.api.get("/api/workspace")).body).toMatchObject({ name: "Kiln & Co." });
    await open.stop();
  });
});
