/** Words for later: they wait for their time, can be moved or taken back, and what sleeps wakes. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Conversation } from "../../contract/conversations.ts";
import { hire } from "../support/people.ts";
import {
  conversationWith,
  heard,
  leap,
  listed,
  newcomer,
  openWith,
  readMessage,
  untilStatus,
  write,
} from "../support/story.ts";
import { foundTown, type Town } from "../support/town.ts";

const HOUR_MS = 60 * 60 * 1000;

let town: Town;
beforeAll(async () => {
  town = await foundTown();
  await town.connect();
});
afterAll(() => town.stop());

const inHours = (hours: number) => new Date(town.clock.now().getTime() + hours * HOUR_MS).toISOString();

describe("a scheduled message", () => {
  async function scheduled(phone: string, content = "Your bowl is ready.", hours = 2) {
    const conversation = await openWith(town, phone);
    return write(town, content, { in: conversation, sendAt: inHours(hours) });
  }
  const waiting = (conversationId: string) =>
    listed<{ content: string; status: string }>(town, `/api/conversations/${conversationId}/scheduled`);

  test("is listed while it waits, soonest first, and leaves at its time", async () => {
    const phone = newcomer();
    const second = await scheduled(phone, "And now it is glazed.", 3);
    const first = await scheduled(phone, "Your bowl is fired.", 2);
    const { conversationId } = first;
    expect((await waiting(conversationId)).map((each) => each.content)).toEqual([first.content, second.content]);
    await leap(town, 2 * HOUR_MS);
    await untilStatus(town, first, "delivered");
    expect(heard(town, phone)).toEqual([first.content]);
    expect((await waiting(conversationId)).map((each) => [each.content, each.status])).toEqual([
      [first.content, "delivered"],
      [second.content, "scheduled"],
    ]);
    await leap(town, 31 * 24 * HOUR_MS);
    await untilStatus(town, second, "delivered");
    expect(await waiting(conversationId)).toEqual([]); // by now it is far up in the thread itself
  });

  test("is not the last that was said, until it is", async () => {
    const phone = newcomer();
    await town.text(phone, "Is it fired?");
    const message = await scheduled(phone, "Yes, come by.");
    expect((await conversationWith(town, phone)).lastMessage).toMatchObject({ content: "Is it fired?" });
    const taken = await scheduled(phone, "No, not yet.");
    await town.api.post(`/api/messages/${taken.id}/cancel`);
    expect((await conversationWith(town, phone)).lastMessage).toMatchObject({ content: "Is it fired?" });
    await town.text(phone, "Hello?");
    await leap(town, 2 * HOUR_MS);
    await untilStatus(town, message, "delivered");
    const { lastMessage, lastActivityAt } = await conversationWith(town, phone);
    expect(lastMessage).toMatchObject({ content: "Yes, come by." });
    expect(Date.parse(lastActivityAt)).toBeGreaterThanOrEqual(Date.parse(message.sendAt ?? "")); // so it stands further up
  });

  test("taken back it never leaves, and can't be taken back twice", async () => {
    const phone = newcomer();
    const message = await scheduled(phone);
    expect(await town.api.post(`/api/messages/${message.id}/cancel`)).toMatchObject({
      status: 200,
      body: { id: message.id, status: "canceled" },
    });
    expect(await town.api.post(`/api/messages/${message.id}/cancel`)).toMatchObject({
      status: 409,
      body: { code: "already_left", messageStatus: "canceled" },
    });
    await leap(town, 3 * HOUR_MS);
    expect(heard(town, phone)).toEqual([]);
    expect(await readMessage(town, message.id)).toMatchObject({ status: "canceled", attempts: [] });
  });

  test("moved it leaves at the new time and not at the old one", async () => {
    const phone = newcomer();
    const message = await scheduled(phone);
    const sendAt = inHours(4);
    const moved = await town.api.patch(`/api/messages/${message.id}`, { sendAt });
    expect(moved).toMatchObject({ status: 200, body: { status: "scheduled", sendAt } });
    await leap(town, 2 * HOUR_MS);
    expect(heard(town, phone)).toEqual([]);
    await leap(town, 2 * HOUR_MS);
    await untilStatus(town, message, "delivered");
    expect(heard(town, phone)).toHaveLength(1);
  });

  test("let go it leaves at once, and only once", async () => {
    const phone = newcomer();
    const message = await scheduled(phone);
    const now = await town.api.patch(`/api/messages/${message.id}`, { sendAt: null });
    expect(now).toMatchObject({ status: 200, body: { status: "queued" } });
    await untilStatus(town, message, "delivered");
    await leap(town, 3 * HOUR_MS);
    expect(heard(town, phone)).toHaveLength(1);
    for (const answer of [
      await town.api.patch(`/api/messages/${message.id}`, { sendAt: inHours(1) }),
      await town.api.post(`/api/messages/${message.id}/cancel`),
    ])
      expect(answer).toMatchObject({ status: 409, body: { code: "already_left" } });
  });

  test("after a STOP it stays, marked, and can't be moved out of it", async () => {
    const phone = newcomer();
    const message = await scheduled(phone);
    await town.text(phone, "STOP");
    expect(await readMessage(town, message.id)).toMatchObject({ status: "suppressed" });
    expect((await town.api.patch(`/api/messages/${message.id}`, { sendAt: null })).status).toBe(409);
    await leap(town, 3 * HOUR_MS);
    expect(heard(town, phone)).toEqual([]);
  });

  test("a customer's message is not ours to take back", async () => {
    const phone = newcomer();
    await town.text(phone, "Hello");
    const { lastMessage } = await conversationWith(town, phone);
    expect((await town.api.post(`/api/messages/${lastMessage?.id}/cancel`)).status).toBe(409);
    expect((await town.api.patch(`/api/messages/${lastMessage?.id}`, { sendAt: null })).status).toBe(409);
  });
});

describe("a conversation that sleeps", () => {
  const put = (id: string, body: unknown) => town.api.patch(`/api/conversations/${id}`, body);
  const shown = async (query: string) =>
    (await listed<Conversation>(town, `/api/conversations?${query}`)).map((each) => each.id);

  async function asleep(hours: number): Promise<{ id: string; phone: string }> {
    const phone = newcomer();
    await town.text(phone, "See you next week");
    const { id } = await conversationWith(town, phone);
    await town.api.post("/api/conversations/bulk", { ids: [id], action: "mark_read" });
    expect((await put(id, { snoozedUntil: inHours(hours) })).status).toBe(200);
    return { id, phone };
  }

  test("is out of sight until its time, then first and new", async () => {
    const { id } = await asleep(2);
    expect(await shown("snoozed=false")).not.toContain(id);
    expect(await shown("snoozed=true")).toContain(id);
    const other = newcomer();
    await town.text(other, "Hi");
    await leap(town, HOUR_MS);
    expect(await shown("snoozed=true")).toContain(id);
    await leap(town, HOUR_MS);
    await town.until("it is awake", async () => (await shown("snoozed=false"))[0] === id);
    expect((await town.api.get(`/api/conversations/${id}`)).body).toMatchObject({ snoozedUntil: null, unreadCount: 1 });
  });

  test("wakes when the customer writes", async () => {
    const { id, phone } = await asleep(48);
    await town.text(phone, "Can I come earlier?");
    expect((await town.api.get(`/api/conversations/${id}`)).body).toMatchObject({ snoozedUntil: null, unreadCount: 1 });
  });

  test.each([
    ["resolved", { status: "RESOLVED" }],
    ["archived", { archived: true }],
  ])("does not sleep on when it is %s", async (_what, change) => {
    const { id } = await asleep(2);
    await put(id, change);
    expect((await town.api.get(`/api/conversations/${id}`)).body.snoozedUntil).toBeNull();
  });

  test("can't be sent to sleep for the past, nor when it is resolved", async () => {
    const { id } = await asleep(2);
    expect(await put(id, { snoozedUntil: inHours(-1) })).toMatchObject({ status: 422, body: { code: "time_past" } });
    await put(id, { status: "RESOLVED" });
    expect(await put(id, { snoozedUntil: inHours(1) })).toMatchObject({ status: 422, body: { code: "contradiction" } });
  });

  test("awake, it still waits for its agent where the last word is the customer's", async () => {
    const agent = String((await town.api.post("/api/agents", { name: "Clay" })).body.id);
    const { id, phone } = await asleep(1);
    await leap(town, HOUR_MS);
    await town.until("it is awake", async () => (await shown("snoozed=false"))[0] === id);
    await put(id, { agentId: agent });
    await town.until("the agent has looked", async () => {
      const { status } = (await town.api.get(`/api/conversations/${id}`)).body;
      return status === "OPEN"; // it knows nothing, so it handed over
    });
    expect(heard(town, phone).length).toBeLessThanOrEqual(1);
  });
});

describe("quick replies", () => {
  test("are written by who may, used by who answers, each under its own shortcut", async () => {
    const greta = await hire(town, "agent", "Greta");
    const body = { shortcut: "Hours", content: "Hi {{contact.firstName}}, we are open ten to six." };
    expect((await greta.api.post("/api/quick-replies", body)).status).toBe(403);
    const made = await town.api.post("/api/quick-replies", body);
    expect(made).toMatchObject({ status: 201, body: { shortcut: "hours", content: body.content } });
    expect(await town.api.post("/api/quick-replies", body)).toMatchObject({
      status: 409,
      body: { code: "shortcut_taken" },
    });
    const path = `/api/quick-replies/${made.body.id}`;
    expect((await town.api.patch(path, { content: "Ten to six." })).body).toMatchObject({ content: "Ten to six." });
    expect((await greta.api.get("/api/quick-replies")).body.items).toMatchObject([{ content: "Ten to six." }]);
    const other = await town.api.post("/api/quick-replies", { shortcut: "where", content: "12 Kiln Lane." });
    expect((await town.api.patch(`/api/quick-replies/${other.body.id}`, { shortcut: "HOURS" })).status).toBe(409);
    expect((await town.api.delete(path)).status).toBe(204);
    expect((await town.api.delete(path)).status).toBe(404);
  });

  test.each([
    ["a shortcut with a space", { shortcut: "two words", content: "x" }],
    ["a shortcut that is empty", { shortcut: "", content: "x" }],
    ["no words", { shortcut: "a", content: "  " }],
    ["more than a text holds", { shortcut: "a", content: "x".repeat(1601) }],
    ["a token that nothing fills in", { shortcut: "a", content: "Hi {{contact.shoeSize}}" }],
  ])("are refused with %s", async (_what, body) => {
    expect((await town.api.post("/api/quick-replies", body)).status).toBe(422);
  });

  test("a token that nobody filled in never leaves", async () => {
    const phone = newcomer();
    const id = await openWith(town, phone);
    const answer = await town.api.post(`/api/conversations/${id}/messages`, {
      content: "Hi {{ contact.name }}, ready!",
    });
    expect(answer).toMatchObject({ status: 422, body: { code: "token_unfilled", errors: [{ path: "content" }] } });
    await leap(town, HOUR_MS);
    expect(heard(town, phone)).toEqual([]);
    await untilStatus(town, await write(town, "Use {braces} or { { them } } freely", { in: id }), "delivered");
  });
});

test("what comes from somebody who had opted out says so", async () => {
  const phone = newcomer();
  await town.text(phone, "STOP");
  await town.text(phone, "Is my bowl ready?");
  const { id } = await conversationWith(town, phone);
  const messages = await listed<{ content: string; fromOptedOut: boolean }>(town, `/api/conversations/${id}/messages`);
  const inbound = messages.filter((each) => !each.content.includes("unsubscribed"));
  expect(inbound.map(({ content, fromOptedOut }) => [content, fromOptedOut])).toEqual([
    ["Is my bowl ready?", true],
    ["STOP", false],
  ]);
});
