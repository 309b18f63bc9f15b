/** A text that may be an opt-out: what waits for its writer is held until somebody has decided, and silence means stop. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ConsentEvent, Review } from "../../contract/consent.ts";
import type { Conversation } from "../../contract/conversations.ts";
import type { Answer } from "../support/api.ts";
import { hire, ownerSession } from "../support/people.ts";
import { asOwner } from "../support/sql.ts";
import {
  ask,
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

const UNCLEAR = "Why do you keep texting me?";
const DAY_MS = 24 * 60 * 60 * 1000;

let town: Town;
let channel: { id: string };
beforeAll(async () => {
  town = await foundTown();
  channel = await town.connect();
  await setPace(town, channel, 100);
});
afterAll(() => town.stop());

/** Somebody new who has just written these words. */
async function somebodyWrites(words = UNCLEAR): Promise<string> {
  const phone = newcomer();
  await town.text(phone, words);
  return phone;
}

async function reviewsOf(phone: string, status?: Review["status"]): Promise<Review[]> {
  const { id } = await conversationWith(town, phone);
  return listed<Review>(town, `/api/reviews?conversationId=${id}${status ? `&status=${status}` : ""}`);
}

async function openReviewOf(phone: string): Promise<Review> {
  const [review] = await reviewsOf(phone, "open");
  if (!review) throw new Error(`no review of ${phone} is open`);
  return review;
}

const decide = async (phone: string, verdict: "opt_out" | "keep", more: object = {}): Promise<Answer> =>
  town.api.post(`/api/reviews/${(await openReviewOf(phone)).id}/decide`, { verdict, ...more });

const askThem = async (phone: string, body: object = {}): Promise<Answer> =>
  town.api.post(`/api/reviews/${(await openReviewOf(phone)).id}/ask`, body);

/** A one-to-one text that is no reply: the kind that a review holds. */
const notice = (phone: string, content = "Your bowl is glazed.") =>
  write(town, content, { to: phone, kind: "service" });

test("an unclear text opens a review that says which words fired, and until when it waits", async () => {
  const phone = await somebodyWrites("Hi. Why do you keep texting me?");
  const [review] = await reviewsOf(phone);
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
  const phone = await somebodyWrites();
  const { id } = await conversationWith(town, phone);
  const review = await openReviewOf(phone);
  const counted = async () => Number((await town.api.get("/api/conversations/counts")).body.review);
  const found = async () =>
    (await listed<Conversation>(town, "/api/conversations?inReview=true&limit=200")).find((each) => each.id === id);
  const before = await counted();
  await town.api.post("/api/conversations/bulk", { ids: [id], action: "archive" });
  expect(await found()).toMatchObject({ inReview: true, archived: true });
  await town.api.post(`/api/reviews/${review.id}/decide`, { verdict: "keep" });
  expect(await found()).toBeUndefined();
  expect(await counted()).toBe(before - 1);
  expect(await conversationWith(town, await somebodyWrites("Hello"))).toMatchObject({ inReview: false });
});

test("a second unclear text joins the first", async () => {
  const phone = await somebodyWrites();
  const first = await openReviewOf(phone);
  await town.text(phone, "These are too many messages");
  const reviews = await reviewsOf(phone);
  expect(reviews).toMatchObject([
    { id: first.id, dueAt: first.dueAt, message: { content: "These are too many messages" } },
  ]);
});

describe("while a review is open", () => {
  test("what is not a person's own reply is held with its reason, and may-send says so", async () => {
    const phone = await somebodyWrites();
    const { dueAt } = await openReviewOf(phone);
    const held = await notice(phone);
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
    const phone = await somebodyWrites();
    await untilStatus(town, await write(town, "Shall we stop?", { to: phone }), "delivered");
    await town.text(phone, "HELP");
    await town.until("HELP is answered", () => town.received(phone).length === 2);
    expect(await reviewsOf(phone, "open")).toHaveLength(1);
  });

  test("what stood in the queue before it opened is held too, whatever its sender does", async () => {
    const phone = await somebodyWrites("Hello");
    await setPace(town, channel, 0.01); // one segment in a hundred seconds: the second one waits
    const [first, second] = [await notice(phone, "One"), await notice(phone, "Two")];
    await untilStatus(town, first, "sent", "delivered");
    expect(await readMessage(town, second.id)).toMatchObject({ status: "queued" });
    await town.text(phone, UNCLEAR);
    expect(await readMessage(town, second.id)).toMatchObject({ status: "scheduled", reason: { code: "in_review" } });
    await setPace(town, channel, 100);
    await leap(town, 200_000);
    expect(heard(town, phone)).toEqual(["One"]);
  });

  test("a message that slips into the queue is held at the hand-over", async () => {
    const phone = await somebodyWrites();
    const held = await notice(phone);
    // As if its writer had asked the gate just before the review opened.
    await asOwner(
      town,
      `update messages set status = 'queued', reason = null, send_at = null, due_at = created_at where id = '${held.id}'`,
    );
    await asOwner(town, "update sender_lanes set due_at = next_slot_at");
    await untilStatus(town, held, "scheduled");
    expect(await readMessage(town, held.id)).toMatchObject({ reason: { code: "in_review" } });
    await decide(phone, "keep");
    await untilStatus(town, held, "delivered");
    expect(heard(town, phone)).toEqual(["Your bowl is glazed."]);
  });

  test("what was written for later is asked again when its time comes", async () => {
    const phone = await somebodyWrites();
    const inAnHour = new Date(town.clock.now().getTime() + 3_600_000).toISOString();
    const later = await write(town, "See you tomorrow.", { to: phone, kind: "service", sendAt: inAnHour });
    expect(later).toMatchObject({ status: "scheduled", sendAt: inAnHour, reason: null });
    await leap(town, 3_600_000);
    expect(await readMessage(town, later.id)).toMatchObject({ status: "scheduled", reason: { code: "in_review" } });
    expect(heard(town, phone)).toEqual([]);
  });

  test("nobody else waits for it", async () => {
    await somebodyWrites();
    const other = await somebodyWrites("Hello");
    await untilStatus(town, await notice(other), "delivered");
  });
});

describe("a decision", () => {
  test("that they meant stop opts them out, and suppresses what was held", async () => {
    const phone = await somebodyWrites();
    const held = await notice(phone);
    const { status, body } = await decide(phone, "opt_out", { note: "She called us." });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: "opt_out", closedBy: { type: "api" } });
    expect(await readMessage(town, held.id)).toMatchObject({ status: "suppressed", reason: { code: "opted_out" } });
    expect((await contactOf(town, phone)).smsOptedIn).toBe(false);
    const [opened, decided] = await consentOf(town, phone);
    expect(decided).toMatchObject({ action: "opt_out", source: "api", messageId: opened?.messageId });
    expect(decided?.proof).toMatch(/displeased.*She called us\./);
    expect((await write(town, "Sorry.", { to: phone })).status).toBe("suppressed");
  });

  test("that it was no opt-out lets what was held go on, once, in its order", async () => {
    const phone = await somebodyWrites();
    const [one, two] = [await notice(phone, "One"), await notice(phone, "Two")];
    expect((await decide(phone, "keep")).body).toMatchObject({ status: "keep" });
    await untilStatus(town, one, "delivered");
    await untilStatus(town, two, "delivered");
    await leap(town, 4 * DAY_MS); // past the time until which they would have been held
    expect(heard(town, phone)).toEqual(["One", "Two"]);
    expect((await contactOf(town, phone)).smsOptedIn).toBe(null);
    expect(await consentOf(town, phone)).toMatchObject([
      { action: "review", source: "free_text" },
      { action: "review", source: "api" },
    ]);
  });

  test("is made once, and names who made it", async () => {
    const phone = await somebodyWrites();
    const greta = await hire(town, "agent", "Greta");
    const { id } = await openReviewOf(phone);
    expect((await greta.api.post(`/api/reviews/${id}/decide`, { verdict: "keep" })).status).toBe(200);
    const again = await decideAgain(id);
    expect(again).toMatchObject({
      status: 409,
      body: { code: "review_closed", reviewStatus: "keep", closedBy: { name: "Greta" } },
    });
    expect((await town.api.post(`/api/reviews/${id}/ask`, {})).body).toMatchObject({ code: "review_closed" });
    expect((await decideAgain("rvw_00000000000000000000000000000000")).status).toBe(404);
  });
  const decideAgain = (id: string) => town.api.post(`/api/reviews/${id}/decide`, { verdict: "opt_out" });

  test("by two people at once counts once", async () => {
    const phone = await somebodyWrites();
    const { id } = await openReviewOf(phone);
    const answers = await Promise.all(
      (["opt_out", "keep", "opt_out", "keep"] as const).map((verdict) =>
        town.api.post(`/api/reviews/${id}/decide`, { verdict }),
      ),
    );
    expect(answers.map((each) => each.status).sort()).toEqual([200, 409, 409, 409]);
    expect(await consentOf(town, phone)).toHaveLength(2);
  });

  test("does not make anybody's record of consent wait for ever", async () => {
    for (let round = 0; round < 5; round++) {
      const phone = await somebodyWrites();
      const [{ id }, contact] = [await openReviewOf(phone), await contactOf(town, phone)];
      const act = { channel: "sms", action: "opt_out", source: "api" };
      const answers = await Promise.all([
        town.api.post(`/api/reviews/${id}/decide`, { verdict: "opt_out" }),
        town.api.post(`/api/contacts/${contact.id}/consent`, act),
      ]);
      expect(answers.map((each) => each.status < 500)).toEqual([true, true]);
      expect((await reviewsOf(phone)).map((each) => each.status)).toEqual(["opt_out"]);
    }
  });
});

describe("their own words end it", () => {
  test.each([
    ["STOP", "opt_out", false],
    ["please stop texting me", "opt_out", false],
    ["START", "keep", true],
  ] as const)("%s: %s", async (words, status, optedIn) => {
    const phone = await somebodyWrites();
    const held = await notice(phone);
    await town.text(phone, words);
    expect(await reviewsOf(phone)).toMatchObject([{ status, closedBy: { type: "contact" } }]);
    expect((await contactOf(town, phone)).smsOptedIn).toBe(optedIn);
    await untilStatus(town, held, optedIn ? "delivered" : "suppressed");
  });

  test("an opt-in that somebody else records does not", async () => {
    const phone = await somebodyWrites();
    const { id } = await contactOf(town, phone);
    await town.api.post(`/api/contacts/${id}/consent`, {
      channel: "sms",
      action: "opt_in",
      source: "form",
      proof: "x",
    });
    expect(await reviewsOf(phone, "open")).toHaveLength(1);
    expect(await notice(phone)).toMatchObject({ reason: { code: "in_review" } });
  });

  test("unclear words of somebody who has opted out open nothing", async () => {
    const phone = await somebodyWrites("STOP");
    await town.text(phone, UNCLEAR);
    expect(await reviewsOf(phone)).toEqual([]);
  });
});

describe("our one question", () => {
  test("is sent once, by a person, and refused a second time", async () => {
    const phone = await somebodyWrites();
    const { dueAt } = await openReviewOf(phone);
    const owner = await ownerSession(town);
    const { id } = await openReviewOf(phone);
    const asked = await owner.api.post(`/api/reviews/${id}/ask`, {});
    expect(asked.status).toBe(200);
    expect(Date.parse(String(asked.body.dueAt))).toBeLessThan(Date.parse(dueAt));
    expect(asked.body.askedAt).not.toBeNull();
    expect(await askThem(phone)).toMatchObject({ status: 409, body: { code: "already_asked" } });
    await town.until("they hear the question", () => heard(town, phone).length > 0);
    expect(heard(town, phone)).toEqual([expect.stringMatching(/Do you want us to stop texting you\? Reply STOP/)]);
    expect((await thread(town, phone)).at(-1)).toMatchObject({ kind: "reply", sender: { type: "member" } });
    expect(await conversationWith(town, phone)).toMatchObject({ status: "ASSIGNED", assigneeId: owner.memberId });
  });

  test("asked by two at once it is sent once", async () => {
    const phone = await somebodyWrites();
    const { id } = await openReviewOf(phone);
    const answers = await Promise.all([1, 2, 3].map(() => town.api.post(`/api/reviews/${id}/ask`, {})));
    expect(answers.map((each) => each.status).sort()).toEqual([200, 409, 409]);
    await wait(town, 5000);
    expect(heard(town, phone)).toHaveLength(1);
  });

  test("may be worded by whoever asks", async () => {
    const phone = await somebodyWrites();
    expect((await askThem(phone, { content: "Do you mean the reminders?" })).status).toBe(200);
    await town.until("they hear it", () => heard(town, phone).length > 0);
    expect(heard(town, phone)).toEqual(["Do you mean the reminders?"]);
  });

  test("never leaves after a STOP, even if it stood in the queue", async () => {
    const phone = await somebodyWrites();
    const other = newcomer();
    await setPace(town, channel, 0.01);
    await untilStatus(town, await write(town, "Hello", { to: other }), "sent", "delivered"); // takes the slot
    await askThem(phone);
    await town.text(phone, "STOP");
    await setPace(town, channel, 100);
    await leap(town, 200_000);
    expect(heard(town, phone)).toEqual([]);
    expect((await thread(town, phone)).filter((each) => each.kind === "reply")).toMatchObject([
      { status: "suppressed" },
    ]);
  });

  test.each(["yes", "Yes.", "yes stop", UNCLEAR, "stop it"])("answered with “%s” it is an opt-out", async (words) => {
    const phone = await somebodyWrites();
    await askThem(phone);
    await town.text(phone, words);
    expect(await reviewsOf(phone)).toMatchObject([{ status: "opt_out", closedBy: { type: "contact" } }]);
    const acts = await consentOf(town, phone);
    expect(acts.at(-1)).toMatchObject({ action: "opt_out", source: "free_text" });
  });

  test.each(["No, I meant the parcels", "yes please", "haha"])(
    "answered with “%s” it is a person's to decide",
    async (words) => {
      const phone = await somebodyWrites();
      await askThem(phone);
      await town.text(phone, words);
      expect(await reviewsOf(phone)).toMatchObject([{ status: "open" }]);
      expect((await notice(phone)).reason).toMatchObject({ code: "in_review" });
    },
  );

  test("YES where nothing was asked is an ordinary answer", async () => {
    const phone = await somebodyWrites();
    await town.text(phone, "yes");
    expect(await reviewsOf(phone)).toMatchObject([{ status: "open" }]);
    expect((await contactOf(town, phone)).smsOptedIn).toBe(null);
  });
});

describe("silence", () => {
  test("means stop after three days, with its place in the ledger", async () => {
    const phone = await somebodyWrites();
    const held = await notice(phone);
    await leap(town, 3 * DAY_MS - 60_000);
    expect(await reviewsOf(phone)).toMatchObject([{ status: "open" }]);
    await leap(town, 120_000);
    await town.until("silence has decided", async () => (await reviewsOf(phone, "open")).length === 0);
    expect(await reviewsOf(phone)).toMatchObject([{ status: "opt_out", closedBy: { type: "system" } }]);
    expect(await readMessage(town, held.id)).toMatchObject({ status: "suppressed" });
    const acts: ConsentEvent[] = await consentOf(town, phone);
    expect(acts.at(-1)).toMatchObject({ action: "opt_out", source: "free_text", actor: { type: "system" } });
    expect(acts.at(-1)?.proof).toContain("silence means stop");
    expect(heard(town, phone)).toEqual([]);
    expect((await town.api.post("/api/consent/verify")).body).toMatchObject({ valid: true });
  });

  test("means stop a day after our question", async () => {
    const phone = await somebodyWrites();
    await askThem(phone);
    await leap(town, DAY_MS + 120_000);
    await town.until("silence has decided", async () => (await reviewsOf(phone, "open")).length === 0);
    expect((await contactOf(town, phone)).smsOptedIn).toBe(false);
  });

  test("does not undo what somebody decided", async () => {
    const phone = await somebodyWrites();
    await decide(phone, "keep");
    await leap(town, 4 * DAY_MS);
    expect(await reviewsOf(phone)).toMatchObject([{ status: "keep" }]);
    expect((await contactOf(town, phone)).smsOptedIn).toBe(null);
  });
});

test("erasing the person ends it as a stop, and leaves no words behind", async () => {
  const phone = await somebodyWrites();
  const { id } = await openReviewOf(phone);
  const contact = await contactOf(town, phone);
  expect((await town.api.delete(`/api/contacts/${contact.id}`)).status).toBe(204);
  const review = (await listed<Review>(town, "/api/reviews?limit=200")).find((each) => each.id === id);
  expect(review).toMatchObject({ status: "opt_out", message: null, fired: null });
  expect((await ask(town, "Hello", { to: phone })).body).toMatchObject({ status: "suppressed" });
  expect((await town.api.post("/api/consent/verify")).body).toMatchObject({ valid: true });
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
    await decide(phone, "keep");
    await town.until("the agent answers", () => heard(town, phone).length > 0);
    await wait(town, 10_000);
    expect(heard(town, phone)).toEqual(["Tuesday to Sunday."]);
  });

  test("it stays silent where they meant stop", async () => {
    const phone = newcomer();
    await town.text(phone, UNCLEAR, agentNumber);
    await decide(phone, "opt_out");
    await wait(town, 30_000);
    expect(heard(town, phone)).toEqual([]);
  });

  test("a question goes out by the number that they wrote to", async () => {
    const phone = newcomer();
    await town.text(phone, UNCLEAR, agentNumber);
    await askThem(phone);
    await town.until("they hear it", () => heard(town, phone).length > 0);
    expect(town.received(phone)[0]?.with).toBe(agentNumber);
    expect(agentNumber).not.toBe(KILN);
  });
});

test("two workers end each review once", async () => {
  await Promise.all([town.hireWorker(), town.hireWorker()]);
  const phones = [await somebodyWrites(), await somebodyWrites(), await somebodyWrites()];
  await leap(town, 3 * DAY_MS + 120_000);
  for (const phone of phones) {
    await town.until("silence has decided", async () => (await reviewsOf(phone, "open")).length === 0);
    expect((await consentOf(town, phone)).map((each) => each.action)).toEqual(["review", "opt_out"]);
  }
});
