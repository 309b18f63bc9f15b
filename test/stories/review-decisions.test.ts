/** How a review ends: by a decision, by their own words, by silence, which means stop, or with the person. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ConsentEvent, Review } from "../../contract/consent.ts";
import { hire } from "../support/people.ts";
import { askThem, decide, notice, openReviewOf, reviewsOf, somebodyWrites, UNCLEAR } from "../support/reviews.ts";
import {
  ask,
  consentOf,
  contactOf,
  heard,
  leap,
  listed,
  readMessage,
  setPace,
  untilStatus,
  write,
} from "../support/story.ts";
import { foundTown, type Town } from "../support/town.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

let town: Town;
beforeAll(async () => {
  town = await foundTown();
  await setPace(town, await town.connect(), 100);
});
afterAll(() => town.stop());

describe("a decision", () => {
  test("that they meant stop opts them out, and suppresses what was held", async () => {
    const phone = await somebodyWrites(town);
    const held = await notice(town, phone);
    const { status, body } = await decide(town, phone, "opt_out", { note: "She called us." });
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
    const phone = await somebodyWrites(town);
    const [one, two] = [await notice(town, phone, "One"), await notice(town, phone, "Two")];
    expect((await decide(town, phone, "keep")).body).toMatchObject({ status: "keep" });
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
    const phone = await somebodyWrites(town);
    const greta = await hire(town, "agent", "Greta");
    const { id } = await openReviewOf(town, phone);
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
    const phone = await somebodyWrites(town);
    const { id } = await openReviewOf(town, phone);
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
      const phone = await somebodyWrites(town);
      const [{ id }, contact] = [await openReviewOf(town, phone), await contactOf(town, phone)];
      const act = { channel: "sms", action: "opt_out", source: "api" };
      const answers = await Promise.all([
        town.api.post(`/api/reviews/${id}/decide`, { verdict: "opt_out" }),
        town.api.post(`/api/contacts/${contact.id}/consent`, act),
      ]);
      expect(answers.map((each) => each.status < 500)).toEqual([true, true]);
      expect((await reviewsOf(town, phone)).map((each) => each.status)).toEqual(["opt_out"]);
    }
  });
});

describe("their own words end it", () => {
  test.each([
    ["STOP", "opt_out", false],
    ["please stop texting me", "opt_out", false],
    ["START", "keep", true],
  ] as const)("%s: %s", async (words, status, optedIn) => {
    const phone = await somebodyWrites(town);
    const held = await notice(town, phone);
    await town.text(phone, words);
    expect(await reviewsOf(town, phone)).toMatchObject([{ status, closedBy: { type: "contact" } }]);
    expect((await contactOf(town, phone)).smsOptedIn).toBe(optedIn);
    await untilStatus(town, held, optedIn ? "delivered" : "suppressed");
  });

  test("an opt-in that somebody else records does not", async () => {
    const phone = await somebodyWrites(town);
    const { id } = await contactOf(town, phone);
    await town.api.post(`/api/contacts/${id}/consent`, {
      channel: "sms",
      action: "opt_in",
      source: "form",
      proof: "x",
    });
    expect(await reviewsOf(town, phone, "open")).toHaveLength(1);
    expect(await notice(town, phone)).toMatchObject({ reason: { code: "in_review" } });
  });

  test("unclear words of somebody who has opted out open nothing", async () => {
    const phone = await somebodyWrites(town, "STOP");
    await town.text(phone, UNCLEAR);
    expect(await reviewsOf(town, phone)).toEqual([]);
  });
});

describe("silence", () => {
  test("means stop after three days, with its place in the ledger", async () => {
    const phone = await somebodyWrites(town);
    const held = await notice(town, phone);
    await leap(town, 3 * DAY_MS - 60_000);
    expect(await reviewsOf(town, phone)).toMatchObject([{ status: "open" }]);
    await leap(town, 120_000);
    await town.until("silence has decided", async () => (await reviewsOf(town, phone, "open")).length === 0);
    expect(await reviewsOf(town, phone)).toMatchObject([{ status: "opt_out", closedBy: { type: "system" } }]);
    expect(await readMessage(town, held.id)).toMatchObject({ status: "suppressed" });
    const acts: ConsentEvent[] = await consentOf(town, phone);
    expect(acts.at(-1)).toMatchObject({ action: "opt_out", source: "free_text", actor: { type: "system" } });
    expect(acts.at(-1)?.proof).toContain("silence means stop");
    expect(heard(town, phone)).toEqual([]);
    expect((await town.api.post("/api/consent/verify")).body).toMatchObject({ valid: true });
  });

  test("means stop a day after our question", async () => {
    const phone = await somebodyWrites(town);
    await askThem(town, phone);
    await leap(town, DAY_MS + 120_000);
    await town.until("silence has decided", async () => (await reviewsOf(town, phone, "open")).length === 0);
    expect((await contactOf(town, phone)).smsOptedIn).toBe(false);
  });

  test("does not undo what somebody decided", async () => {
    const phone = await somebodyWrites(town);
    await decide(town, phone, "keep");
    await leap(town, 4 * DAY_MS);
    expect(await reviewsOf(town, phone)).toMatchObject([{ status: "keep" }]);
    expect((await contactOf(town, phone)).smsOptedIn).toBe(null);
  });
});

test("erasing the person ends it as a stop, and leaves no words behind", async () => {
  const phone = await somebodyWrites(town);
  const { id } = await openReviewOf(town, phone);
  const contact = await contactOf(town, phone);
  expect((await town.api.delete(`/api/contacts/${contact.id}`)).status).toBe(204);
  const review = (await listed<Review>(town, "/api/reviews?limit=200")).find((each) => each.id === id);
  expect(review).toMatchObject({ status: "opt_out", message: null, fired: null });
  expect((await ask(town, "Hello", { to: phone })).body).toMatchObject({ status: "suppressed" });
  expect((await town.api.post("/api/consent/verify")).body).toMatchObject({ valid: true });
});

test("two workers end each review once", async () => {
  await Promise.all([town.hireWorker(), town.hireWorker()]);
  const phones = [await somebodyWrites(town), await somebodyWrites(town), await somebodyWrites(town)];
  await leap(town, 3 * DAY_MS + 120_000);
  for (const phone of phones) {
    await town.until("silence has decided", async () => (await reviewsOf(town, phone, "open")).length === 0);
    expect((await consentOf(town, phone)).map((each) => each.action)).toEqual(["review", "opt_out"]);
  }
});
