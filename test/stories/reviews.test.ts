/** A text that may be an opt-out: a review opens, and what waits for its writer is held until somebody has decided. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Conversation } from "../../contract/conversations.ts";
import { askThem, decide, notice, openReviewOf, reviewsOf, somebodyWrites, UNCLEAR } from "../support/reviews.ts";
import { asOwner } from "../support/sql.ts";
import {
  consentOf,
  contactOf,
  conversationWith,
  heard,
  leap,
  listed,
  newcomer,
  readMessage,
  setPace,
  thread,
  untilStatus,
  wait,
  write,
} from "../support/story.ts";
import { foundTown, KILN, type Town } from "../support/town.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

let town: Town;
let channel: { id: string };
beforeAll(async () => {
  town = await foundTown();
  channel = await town.connect();
  await setPace(town, channel, 100);
});
afterAll(() => town.stop());

test("an unclear text opens a review that says which words fired, and until when it waits", async () => {
  const phone = await somebodyWrites(town, "Hi. Why do you keep texting me?");
  const [review] = await reviewsOf(town, phone);
  const conversation = await conversationWith(town, phone);
  expect(review).toMatchObject({
    status: "open",
    channel: "sms",
    conversationId: conversation.id,
    contactId: conversation.contactId,
    rule: "displeased",
    askedAt: null,
    closedAt: null,
    message: { content: "Hi. Why do you keep texting me?" },
  });
  const { start = 0, end = 0 } = review?.fired ?? {};
  expect(review?.message?.content.slice(start, end)).toBe("you keep texting");
  expect(Date.parse(review?.dueAt ?? "") - Date.parse(review?.openedAt ?? "")).toBe(3 * DAY_MS);
  expect(await consentOf(town, phone)).toMatchObject([{ action: "review", source: "free_text" }]);
  expect((await contactOf(town, phone)).smsOptedIn).toBe(null);
});

test("the inbox finds what waits for a decision, wherever it was put, and counts it", async () => {
  const phone = await somebodyWrites(town);
  const { id } = await conversationWith(town, phone);
  const review = await openReviewOf(town, phone);
  const counted = async () => Number((await town.api.get("/api/conversations/counts")).body.review);
  const found = async () =>
    (await listed<Conversation>(town, "/api/conversations?inReview=true&limit=200")).find((each) => each.id === id);
  const before = await counted();
  await town.api.post("/api/conversations/bulk", { ids: [id], action: "archive" });
  expect(await found()).toMatchObject({ inReview: true, archived: true });
  await town.api.post(`/api/reviews/${review.id}/decide`, { verdict: "keep" });
  expect(await found()).toBeUndefined();
  expect(await counted()).toBe(before - 1);
  expect(await conversationWith(town, await somebodyWrites(town, "Hello"))).toMatchObject({ inReview: false });
});

test("a second unclear text joins the first", async () => {
  const phone = await somebodyWrites(town);
  const first = await openReviewOf(town, phone);
  await town.text(phone, "These are too many messages");
  const reviews = await reviewsOf(town, phone);
  expect(reviews).toMatchObject([
    { id: first.id, dueAt: first.dueAt, message: { content: "These are too many messages" } },
  ]);
});

describe("while a review is open", () => {
  test("what is not a person's own reply is held with its reason, and may-send says so", async () => {
    const phone = await somebodyWrites(town);
    const { dueAt } = await openReviewOf(town, phone);
    const held = await notice(town, phone);
    expect(held).toMatchObject({ status: "scheduled", sendAt: dueAt, reason: { code: "in_review" } });
    const path = `/api/consent/may-send?to=${encodeURIComponent(phone)}`;
    expect((await town.api.get(`${path}&kind=service`)).body).toMatchObject({
      allowed: false,
      reasons: [{ code: "in_review", until: dueAt }],
    });
    expect((await town.api.get(`${path}&kind=reply`)).body).toEqual({ allowed: true, reasons: [] });
    await wait(town, 10_000);
    expect(heard(town, phone)).toEqual([]);
  });

  test("a person's own reply leaves, and so does the answer to HELP", async () => {
    const phone = await somebodyWrites(town);
    await untilStatus(town, await write(town, "Shall we stop?", { to: phone }), "delivered");
    await town.text(phone, "HELP");
    await town.until("HELP is answered", () => town.received(phone).length === 2);
    expect(await reviewsOf(town, phone, "open")).toHaveLength(1);
  });

  test("what stood in the queue before it opened is held too, whatever its sender does", async () => {
    const phone = await somebodyWrites(town, "Hello");
    await setPace(town, channel, 0.01); // one segment in a hundred seconds: the second one waits
    const [first, second] = [await notice(town, phone, "One"), await notice(town, phone, "Two")];
    await untilStatus(town, first, "sent", "delivered");
    expect(await readMessage(town, second.id)).toMatchObject({ status: "queued" });
    await town.text(phone, UNCLEAR);
    expect(await readMessage(town, second.id)).toMatchObject({ status: "scheduled", reason: { code: "in_review" } });
    await setPace(town, channel, 100);
    await leap(town, 200_000);
    expect(heard(town, phone)).toEqual(["One"]);
  });

  test("a message that slips into the queue is held at the hand-over", async () => {
    const phone = await somebodyWrites(town);
    const held = await notice(town, phone);
    // As if its writer had asked the gate just before the review opened.
    await asOwner(
      town,
      `update messages set status = 'queued', reason = null, send_at = null, due_at = created_at where id = '${held.id}'`,
    );
    await asOwner(town, "update sender_lanes set due_at = next_slot_at");
    await untilStatus(town, held, "scheduled");
    expect(await readMessage(town, held.id)).toMatchObject({ reason: { code: "in_review" } });
    await decide(town, phone, "keep");
    await untilStatus(town, held, "delivered");
    expect(heard(town, phone)).toEqual(["Your bowl is glazed."]);
  });

  test("what was written for later is asked again when its time comes", async () => {
    const phone = await somebodyWrites(town);
    const inAnHour = new Date(town.clock.now().getTime() + 3_600_000).toISOString();
    const later = await write(town, "See you tomorrow.", { to: phone, kind: "service", sendAt: inAnHour });
    expect(later).toMatchObject({ status: "scheduled", sendAt: inAnHour, reason: null });
    await leap(town, 3_600_000);
    expect(await readMessage(town, later.id)).toMatchObject({ status: "scheduled", reason: { code: "in_review" } });
    expect(heard(town, phone)).toEqual([]);
  });

  test("nobody else waits for it", async () => {
    await somebodyWrites(town);
    const other = await somebodyWrites(town, "Hello");
    await untilStatus(town, await notice(town, other), "delivered");
  });
});

describe("with an agent", () => {
  let agentId: string;
  const agentNumber = "+14155550143";
  beforeAll(async () => {
    const base = await town.api.post("/api/knowledge-bases", { name: "The studio" });
    const pair = { kind: "pair", question: "When are you open?", answer: "Tuesday to Sunday." };
    await town.api.post(`/api/knowledge-bases/${base.body.id}/sources`, pair);
    agentId = String((await town.api.post("/api/agents", { name: "Clay", knowledgeBaseIds: [base.body.id] })).body.id);
    town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: agentNumber });
    await town.connect(agentNumber, { agentId });
  });

  test("it does not answer until somebody has decided, and then it does", async () => {
    const phone = newcomer();
    await town.text(phone, UNCLEAR, agentNumber);
    await town.text(phone, "When are you open?", agentNumber);
    await wait(town, 30_000);
    expect(heard(town, phone)).toEqual([]);
    expect(await conversationWith(town, phone)).toMatchObject({ status: "AI_ACTIVE" });
    expect((await thread(town, phone)).map((each) => each.direction)).toEqual(["inbound", "inbound"]);
    await decide(town, phone, "keep");
    await town.until("the agent answers", () => heard(town, phone).length > 0);
    await wait(town, 10_000);
    expect(heard(town, phone)).toEqual(["Tuesday to Sunday."]);
  });

  test("it stays silent where they meant stop", async () => {
    const phone = newcomer();
    await town.text(phone, UNCLEAR, agentNumber);
    await decide(town, phone, "opt_out");
    await wait(town, 30_000);
    expect(heard(town, phone)).toEqual([]);
  });

  test("a question goes out by the number that they wrote to", async () => {
    const phone = newcomer();
    await town.text(phone, UNCLEAR, agentNumber);
    await askThem(town, phone);
    await town.until("they hear it", () => heard(town, phone).length > 0);
    expect(town.received(phone)[0]?.with).toBe(agentNumber);
    expect(agentNumber).not.toBe(KILN);
  });
});
