/** Whose turn it is: a conversation from the first text to done, and again. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Api } from "../support/api.ts";
import { type Colleague, hire } from "../support/people.ts";
import { nobodys } from "../support/route-ids.ts";
import { foundTown, KILN, type Town } from "../support/town.ts";

const SECOND_LINE = "+14155550143";
const AGENTS_LINE = "+14155550144";

let town: Town;
let api: Api;
let greta: Colleague;
let hugo: Colleague;
let agentId: string;
let channels: Record<string, string>;
beforeAll(async () => {
  town = await foundTown();
  api = town.api;
  for (const phoneNumber of [SECOND_LINE, AGENTS_LINE])
    town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber });
  agentId = String((await api.post("/api/agents", { name: "Helper", active: true })).body.id);
  channels = {
    [KILN]: (await town.connect()).id,
    [SECOND_LINE]: (await town.connect(SECOND_LINE)).id,
    [AGENTS_LINE]: (await town.connect(AGENTS_LINE, { agentId })).id,
  };
  greta = await hire(town, "agent", "Greta");
  hugo = await hire(town, "agent", "Hugo");
});
afterAll(() => town.stop());

let people = 0;
let phone: string;
beforeEach(() => {
  phone = `+1415555${String(2000 + ++people)}`;
});

const all = async () => (await api.get(`/api/conversations?limit=200&q=${phone.slice(1)}`)).body.items ?? [];
const newest = async () => (await all())[0] ?? {};
const at = (id: unknown) => `/api/conversations/${id}`;
async function texted(body = "Hi", to = KILN): Promise<string> {
  expect((await town.text(phone, body, to)).status).toBe(200);
  return String((await newest()).id);
}

describe("status", () => {
  test("a first text opens a conversation that waits for the team", async () => {
    await texted();
    expect(await newest()).toMatchObject({
      status: "OPEN",
      assigneeId: null,
      agentId: null,
      unreadCount: 1,
      starred: false,
      archived: false,
    });
  });

  test("a first text to a line that an agent answers is the agent's", async () => {
    await texted("Hi", AGENTS_LINE);
    expect(await newest()).toMatchObject({ status: "AI_ACTIVE", agentId });
  });

  test("assigned is ASSIGNED, taken away again OPEN", async () => {
    const id = await texted();
    expect((await api.patch(at(id), { assigneeId: greta.memberId })).body).toMatchObject({
      status: "ASSIGNED",
      assigneeId: greta.memberId,
    });
    expect((await api.patch(at(id), { assigneeId: hugo.memberId })).body).toMatchObject({
      status: "ASSIGNED",
      assigneeId: hugo.memberId,
    });
    expect((await api.patch(at(id), { assigneeId: null })).body).toMatchObject({ status: "OPEN", assigneeId: null });
  });

  test("the member who writes has it; a program that writes does not", async () => {
    const id = await texted();
    await api.post(`${at(id)}/messages`, { content: "One moment." });
    expect(await newest()).toMatchObject({ status: "OPEN", assigneeId: null, unreadCount: 1 });
    await greta.api.post(`${at(id)}/messages`, { content: "Here I am." });
    expect(await newest()).toMatchObject({ status: "ASSIGNED", assigneeId: greta.memberId, unreadCount: 0 });
    await hugo.api.post(`${at(id)}/messages`, { content: "Let me add." });
    expect(await newest()).toMatchObject({ status: "ASSIGNED", assigneeId: greta.memberId });
  });

  test("the member who writes takes it from the agent, and hands it back by name", async () => {
    const id = await texted("Hi", AGENTS_LINE);
    await greta.api.post(`${at(id)}/messages`, { content: "A person here." });
    expect(await newest()).toMatchObject({ status: "ASSIGNED", assigneeId: greta.memberId, agentId });
    expect((await greta.api.patch(at(id), { agentId })).body).toMatchObject({
      status: "AI_ACTIVE",
      assigneeId: null,
      agentId,
    });
    expect((await greta.api.patch(at(id), { status: "OPEN" })).body).toMatchObject({ status: "OPEN", agentId });
  });

  test("resolved is RESOLVED, and reopened it is whose it was", async () => {
    const id = await texted();
    await api.patch(at(id), { assigneeId: greta.memberId });
    expect((await api.patch(at(id), { status: "RESOLVED" })).body).toMatchObject({
      status: "RESOLVED",
      assigneeId: greta.memberId,
    });
    expect((await api.patch(at(id), { assigneeId: null })).body.status).toBe("RESOLVED");
    expect((await api.patch(at(id), { status: "OPEN" })).body.status).toBe("OPEN");
    await api.patch(at(id), { assigneeId: greta.memberId });
    await api.patch(at(id), { status: "RESOLVED" });
    expect((await api.patch(at(id), { status: "OPEN" })).body.status).toBe("ASSIGNED");
  });

  test("whoever opted out and writes all the same is the team's: no agent answers them", async () => {
    await texted("Hi", AGENTS_LINE);
    expect(await newest()).toMatchObject({ status: "AI_ACTIVE", optedOut: false });
    await texted("STOP", AGENTS_LINE);
    expect(await newest()).toMatchObject({ status: "AI_ACTIVE", optedOut: true }); // the confirmation answered it
    await texted("Can I bring my dog?", AGENTS_LINE);
    expect(await newest()).toMatchObject({ status: "OPEN", assigneeId: null });
    await texted("START", AGENTS_LINE);
    expect(await newest()).toMatchObject({ status: "OPEN", optedOut: false }); // their question still waits
  });

  test.each(["AI_ACTIVE", "BOT_ACTIVE", "ASSIGNED", "open"])("nobody sets %s by hand", async (status) => {
    const id = await texted();
    expect(await api.patch(at(id), { status })).toMatchObject({ status: 422, body: { errors: [{ path: "status" }] } });
    expect((await newest()).status).toBe("OPEN");
  });

  test("handing back together with a status or an assignee is a contradiction", async () => {
    const id = await texted();
    for (const more of [{ status: "OPEN" }, { assigneeId: greta.memberId }])
      expect(await api.patch(at(id), { agentId, ...more })).toMatchObject({
        status: 422,
        body: { code: "contradiction" },
      });
    expect(await newest()).toMatchObject({ status: "OPEN", agentId: null });
  });

  test("whoever is no member here can't be given a conversation, nor an agent that is none", async () => {
    const id = await texted();
    const gone = await hire(town, "agent", `Gone${people}`);
    await api.delete(`/api/members/${gone.memberId}`);
    for (const assigneeId of [nobodys("mem"), gone.memberId])
      expect(await api.patch(at(id), { assigneeId })).toMatchObject({
        status: 422,
        body: { code: "member_not_found" },
      });
    expect(await api.patch(at(id), { agentId: nobodys("agt") })).toMatchObject({
      status: 422,
      body: { code: "agent_not_found" },
    });
    expect(await newest()).toMatchObject({ status: "OPEN", assigneeId: null });
  });
});

describe("one at a time", () => {
  test("words that follow continue the conversation, on whichever of our lines they come", async () => {
    const id = await texted("One");
    await texted("Two");
    await texted("Three", SECOND_LINE);
    const [conversation, ...others] = await all();
    expect(others).toEqual([]);
    expect(conversation).toMatchObject({
      id,
      unreadCount: 3,
      connectionId: channels[SECOND_LINE],
      lastMessage: { content: "Three", direction: "inbound" },
    });
  });

  test("an agent's line has a conversation of its own beside the team's", async () => {
    const teams = await texted("To the team");
    const agents = await texted("To the agent", AGENTS_LINE);
    expect(agents).not.toBe(teams);
    await town.text(phone, "To the team again");
    expect((await all()).map((each) => each.lastMessage)).toMatchObject([
      { content: "To the team again" },
      { content: "To the agent" },
    ]);
  });

  test("a text after RESOLVED opens a new one; the old one can't be opened beside it", async () => {
    const first = await texted("My bowl broke.");
    await api.patch(at(first), { status: "RESOLVED" });
    const second = await texted("Another one broke.");
    expect(second).not.toBe(first);
    expect((await all()).map((each) => each.status)).toEqual(["OPEN", "RESOLVED"]);
    expect(await api.patch(at(first), { status: "OPEN" })).toMatchObject({
      status: 409,
      body: { code: "open_conversation_exists" },
    });
    await api.patch(at(second), { status: "RESOLVED" });
    expect((await api.patch(at(first), { status: "OPEN" })).status).toBe(200);
    expect(await texted("Still there?")).toBe(first);
  });

  test("whoever writes first opens one, or finds the one that is open", async () => {
    const opened = await api.post("/api/conversations", { phone, channel: "sms" });
    expect([opened.status, opened.body.contact]).toMatchObject([201, { phone, name: null }]);
    expect(opened.body).toMatchObject({
      status: "OPEN",
      lastMessage: null,
      unreadCount: 0,
      connectionId: channels[KILN],
    });
    const again = await api.post("/api/conversations", { contactId: opened.body.contactId, channel: "sms" });
    expect([again.status, again.body.id]).toEqual([200, opened.body.id]);
    expect(await texted("Oh, hello")).toBe(opened.body.id);
  });

  test("twins who open one at the same moment open one", async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => api.post("/api/conversations", { phone, channel: "sms" })),
    );
    expect(answers.map((each) => each.status).sort()).toEqual([200, 200, 200, 200, 200, 201]);
    expect(new Set(answers.map((each) => each.body.id)).size).toBe(1);
  });

  test("five texts at the same moment from somebody new are one contact, one conversation, five messages", async () => {
    await Promise.all(["1", "2", "3", "4", "5"].map((body) => town.text(phone, body)));
    const [conversation, ...others] = await all();
    expect([conversation?.unreadCount, others]).toEqual([5, []]);
    const messages = (await api.get(`${at(conversation?.id)}/messages`)).body.items ?? [];
    expect(messages.map((each) => each.content).sort()).toEqual(["1", "2", "3", "4", "5"]);
  });

  test("a conversation needs exactly one to write to, and a line to write from", async () => {
    for (const body of [{ channel: "sms" }, { channel: "sms", phone, contactId: nobodys("con") }])
      expect(await api.post("/api/conversations", body)).toMatchObject({
        status: 422,
        body: { errors: [{ path: "phone" }] },
      });
    const bare = await foundTown();
    try {
      expect(await bare.api.post("/api/conversations", { channel: "sms", phone })).toMatchObject({
        status: 422,
        body: { code: "no_connection" },
      });
      expect((await bare.api.get("/api/contacts")).body.items).toEqual([]);
    } finally {
      await bare.stop();
    }
  });
});

test("a note is for the team: kept newest first, with who wrote it, and never sent", async () => {
  const id = await texted();
  expect(await api.post(`${at(id)}/notes`, { content: " " })).toMatchObject({
    status: 422,
    body: { errors: [{ path: "content" }] },
  });
  await greta.api.post(`${at(id)}/notes`, { content: "She bought the blue one." });
  const second = await api.post(`${at(id)}/notes`, { content: "And the green one." });
  expect(second).toMatchObject({ status: 201, body: { conversationId: id, author: { type: "api" } } });
  const { body } = await api.get(`${at(id)}/notes`);
  expect(body.items).toMatchObject([
    { content: "And the green one." },
    { content: "She bought the blue one.", author: { type: "member", id: greta.memberId, name: "Greta" } },
  ]);
  expect((await api.get(`${at(id)}/messages`)).body.items).toHaveLength(1);
  expect(await newest()).toMatchObject({ status: "OPEN", unreadCount: 1 });
  expect(town.received(phone)).toEqual([]);
});

test("what was put aside comes back with the next text", async () => {
  const id = await texted();
  await api.patch(at(id), { archived: true, snoozedUntil: "2026-07-01T08:00:00.000Z", tags: ["later"], starred: true });
  expect(await all()).toEqual([]);
  await town.text(phone, "Hello?");
  expect(await all()).toMatchObject([{ id, archived: false, snoozedUntil: null, tags: ["later"], starred: true }]);
});
