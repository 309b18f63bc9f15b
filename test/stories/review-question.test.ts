/** A review's one question: asked once, by a person, and what its answers mean. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ownerSession } from "../support/people.ts";
import { askThem, notice, openReviewOf, reviewsOf, somebodyWrites, UNCLEAR } from "../support/reviews.ts";
import {
  consentOf,
  contactOf,
  conversationWith,
  heard,
  leap,
  newcomer,
  setPace,
  thread,
  untilStatus,
  wait,
  write,
} from "../support/story.ts";
import { foundTown, type Town } from "../support/town.ts";

let town: Town;
let channel: { id: string };
beforeAll(async () => {
  town = await foundTown();
  channel = await town.connect();
  await setPace(town, channel, 100);
});
afterAll(() => town.stop());

describe("our one question", () => {
  test("is sent once, by a person, and refused a second time", async () => {
    const phone = await somebodyWrites(town);
    const { dueAt } = await openReviewOf(town, phone);
    const owner = await ownerSession(town);
    const { id } = await openReviewOf(town, phone);
    const asked = await owner.api.post(`/api/reviews/${id}/ask`, {});
    expect(asked.status).toBe(200);
    expect(Date.parse(String(asked.body.dueAt))).toBeLessThan(Date.parse(dueAt));
    expect(asked.body.askedAt).not.toBeNull();
    expect(await askThem(town, phone)).toMatchObject({ status: 409, body: { code: "already_asked" } });
    await town.until("they hear the question", () => heard(town, phone).length > 0);
    expect(heard(town, phone)).toEqual([expect.stringMatching(/Do you want us to stop texting you\? Reply STOP/)]);
    expect((await thread(town, phone)).at(-1)).toMatchObject({ kind: "reply", sender: { type: "member" } });
    expect(await conversationWith(town, phone)).toMatchObject({ status: "ASSIGNED", assigneeId: owner.memberId });
  });

  test("asked by two at once it is sent once", async () => {
    const phone = await somebodyWrites(town);
    const { id } = await openReviewOf(town, phone);
    const answers = await Promise.all([1, 2, 3].map(() => town.api.post(`/api/reviews/${id}/ask`, {})));
    expect(answers.map((each) => each.status).sort()).toEqual([200, 409, 409]);
    await wait(town, 5000);
    expect(heard(town, phone)).toHaveLength(1);
  });

  test("may be worded by whoever asks", async () => {
    const phone = await somebodyWrites(town);
    expect((await askThem(town, phone, { content: "Do you mean the reminders?" })).status).toBe(200);
    await town.until("they hear it", () => heard(town, phone).length > 0);
    expect(heard(town, phone)).toEqual(["Do you mean the reminders?"]);
  });

  test("never leaves after a STOP, even if it stood in the queue", async () => {
    const phone = await somebodyWrites(town);
    const other = newcomer();
    await setPace(town, channel, 0.01);
    await untilStatus(town, await write(town, "Hello", { to: other }), "sent", "delivered"); // takes the slot
    await askThem(town, phone);
    await town.text(phone, "STOP");
    await setPace(town, channel, 100);
    await leap(town, 200_000);
    expect(heard(town, phone)).toEqual([]);
    expect((await thread(town, phone)).filter((each) => each.kind === "reply")).toMatchObject([
      { status: "suppressed" },
    ]);
  });

  test.each(["yes", "Yes.", "yes stop", UNCLEAR, "stop it"])("answered with “%s” it is an opt-out", async (words) => {
    const phone = await somebodyWrites(town);
    await askThem(town, phone);
    await town.text(phone, words);
    expect(await reviewsOf(town, phone)).toMatchObject([{ status: "opt_out", closedBy: { type: "contact" } }]);
    const acts = await consentOf(town, phone);
    expect(acts.at(-1)).toMatchObject({ action: "opt_out", source: "free_text" });
  });

  test.each(["No, I meant the parcels", "yes please", "haha"])(
    "answered with “%s” it is a person's to decide",
    async (words) => {
      const phone = await somebodyWrites(town);
      await askThem(town, phone);
      await town.text(phone, words);
      expect(await reviewsOf(town, phone)).toMatchObject([{ status: "open" }]);
      expect((await notice(town, phone)).reason).toMatchObject({ code: "in_review" });
    },
  );

  test("YES where nothing was asked is an ordinary answer", async () => {
    const phone = await somebodyWrites(town);
    await town.text(phone, "yes");
    expect(await reviewsOf(town, phone)).toMatchObject([{ status: "open" }]);
    expect((await contactOf(town, phone)).smsOptedIn).toBe(null);
  });
});
