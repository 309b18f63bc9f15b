/** Sends whose answer is lost: none leaves twice, and none is given up before it is proven absent. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { FaultRule } from "../../simulator/faults.ts";
import type { RequestEntry } from "../../simulator/journal.ts";
import { buildGate, databaseBehind, throughGate } from "../support/gate.ts";
import { askProvider } from "../support/provider.ts";
import {
  heard,
  leap,
  newcomer,
  readMessage,
  sendRequests,
  setPace,
  untilStatus,
  wait,
  write,
} from "../support/story.ts";
import { foundTown, KILN, type Town } from "../support/town.ts";

const MINUTE_MS = 60_000;
/** Longer than any story lasts. */
const FOR_EVER_MS = 30 * 24 * 60 * MINUTE_MS;

let town: Town;
let phone: string;
beforeAll(async () => {
  town = await foundTown();
  await setPace(town, await town.connect(), 100);
});
afterAll(() => town.stop());
beforeEach(() => {
  phone = newcomer();
});

const toMessages = { path: "Messages.json" };
/** What goes wrong with the next send to the phone: taken, but no answer; or not taken, which looks the same to us. */
const answerLost = (): FaultRule => ({
  kind: "reset_after",
  times: 1,
  match: { ...toMessages, method: "POST", to: phone },
});
const notTaken = (): FaultRule => ({ ...answerLost(), kind: "reset_before" });
const noCallbacks = (): FaultRule => ({ kind: "callback_dropped", match: { to: phone } });
const noLists = (): FaultRule => ({
  kind: "status",
  status: 500,
  match: { ...toMessages, method: "GET", to: phone },
});

/** Writes to the phone under these faults; answers once the provider's door has seen it. */
async function writeUnder(faults: FaultRule[], words = "The kiln is free on Monday."): Promise<{ id: string }> {
  const before = sendRequests(town, phone).length;
  town.simulator.addFaults(faults);
  const message = await write(town, words, { to: phone });
  await town.until("it was handed over", () => sendRequests(town, phone).length > before);
  await outcomeIs(message, "unknown");
  return message;
}
/** What was handed over. Time flies here: on a busy machine an attempt may come to the door too late, and is not sent. */
const outcomesOf = async ({ id }: { id: string }) =>
  (await readMessage(town, id)).attempts.map((each) => each.outcome).filter((each) => each !== "not_sent");
const outcomeIs = (message: { id: string }, outcome: string) =>
  town.until(`the last attempt is ${outcome}`, async () => (await outcomesOf(message)).at(-1) === outcome);
/** Long enough for a listing, and whatever follows from it. */
const oneListing = () => town.pass(40_000);
/** Long enough for a first listing, a second one 60 s later, and whatever follows from it. */
const twoListings = () => town.pass(100_000);
const listings = (of = town): RequestEntry[] =>
  of.simulator.requests({ to: phone }).filter((each) => each.method === "GET");
const taken = (of = town) => of.simulator.messages({ to: phone });
const ms = (date: Date | undefined) => date?.getTime() ?? Number.NaN;

describe("it was taken", () => {
  test("and its callback explains it", async () => {
    town.simulator.addFaults([answerLost()]);
    const message = await write(town, "The kiln is free on Monday.", { to: phone });
    const { attempts, providerSid, deliveryEvents } = await untilStatus(town, message, "delivered");
    expect(attempts).toMatchObject([{ outcome: "accepted", providerSid: taken()[0]?.sid }]);
    expect(providerSid).toBe(taken()[0]?.sid);
    expect(new Set(deliveryEvents.map((each) => each.source))).toEqual(new Set(["callback"]));
    await town.pass(3 * MINUTE_MS);
    expect(sendRequests(town, phone)).toHaveLength(1);
    expect(heard(town, phone)).toEqual(["The kiln is free on Monday."]);
  });

  test("and where no callback comes, the provider's list explains it", async () => {
    const message = await writeUnder([answerLost(), noCallbacks()]);
    expect((await readMessage(town, message.id)).status).toBe("sending");
    await oneListing();
    const { attempts, deliveryEvents, providerSid } = await untilStatus(town, message, "delivered");
    expect(attempts).toMatchObject([{ outcome: "accepted", providerSid: taken()[0]?.sid }]);
    expect(providerSid).toBe(taken()[0]?.sid);
    expect(deliveryEvents).toMatchObject([{ status: "delivered", source: "list" }]);
    await town.pass(3 * MINUTE_MS);
    expect(sendRequests(town, phone)).toHaveLength(1);
  });

  test("and failed afterwards: the list says so, with the reason in words", async () => {
    town.simulator.addOutcomes([{ match: { to: phone }, status: "undelivered", errorCode: 30003 }]);
    const message = await writeUnder([answerLost(), noCallbacks()]);
    await oneListing();
    const { reason, attempts } = await untilStatus(town, message, "undelivered");
    expect(reason).toMatchObject({ providerCode: "30003", message: expect.stringMatching(/\w+ \w+/) });
    expect(attempts).toMatchObject([{ outcome: "accepted" }]);
  });

  test("and where the list can't be had, a callback that comes late still counts", async () => {
    town.simulator.addFaults([{ kind: "callback_delayed", ms: 40_000, match: { to: phone } }, noLists()]);
    const message = await writeUnder([answerLost()]);
    await town.pass(60_000);
    await untilStatus(town, message, "delivered");
    expect(await outcomesOf(message)).toEqual(["accepted"]);
    expect(sendRequests(town, phone)).toHaveLength(1);
  });

  test("with an answer that is cut off by our own time-out", async () => {
    town.simulator.addFaults([
      { kind: "latency", ms: FOR_EVER_MS, after: true, times: 1, match: { ...toMessages, method: "POST", to: phone } },
      noCallbacks(),
    ]);
    const message = await write(town, "The kiln is free on Monday.", { to: phone });
    await town.until("it was handed over", () => sendRequests(town, phone).length === 1);
    await town.watch("our time-out cut it off", async () => (await outcomesOf(message)).at(-1) === "unknown");
    await oneListing();
    await untilStatus(town, message, "delivered");
    expect(sendRequests(town, phone)).toHaveLength(1);
    expect(heard(town, phone)).toHaveLength(1);
  });
});

describe("it was not taken", () => {
  test.each([
    ["a connection that broke", notTaken],
    [
      "a 500",
      (): FaultRule => ({ kind: "status", status: 500, times: 1, match: { ...toMessages, method: "POST", to: phone } }),
    ],
  ])("%s: two complete listings at least 60 s apart prove it, and it leaves once more", async (_what, fault) => {
    const message = await writeUnder([fault()]);
    await twoListings();
    await untilStatus(town, message, "delivered");
    const [first, second] = listings();
    const [, again] = sendRequests(town, phone);
    expect(listings()).toHaveLength(2);
    expect(ms(second?.receivedAt) - ms(first?.receivedAt)).toBeGreaterThanOrEqual(MINUTE_MS);
    expect(ms(again?.receivedAt)).toBeGreaterThanOrEqual(ms(second?.receivedAt));
    expect(await outcomesOf(message)).toEqual(["absent", "accepted"]);
    await town.pass(3 * MINUTE_MS);
    expect(sendRequests(town, phone)).toHaveLength(2);
    expect(heard(town, phone)).toEqual(["The kiln is free on Monday."]);
  });

  test("and they said STOP meanwhile: it stays here", async () => {
    const message = await writeUnder([notTaken()]);
    await town.until("it was missed once", () => listings().length === 1);
    await town.text(phone, "STOP");
    await twoListings();
    const { reason } = await untilStatus(town, message, "suppressed");
    expect(reason).toMatchObject({ code: "opted_out" });
    await town.text(phone, "START");
    await town.pass(3 * MINUTE_MS);
    expect(sendRequests(town, phone)).toHaveLength(1);
    expect(await readMessage(town, message.id)).toMatchObject({ status: "suppressed" });
  });

  test("and that is known only after more than 10 minutes: a person decides", async () => {
    const message = await writeUnder([notTaken()]);
    await leap(town, 10 * MINUTE_MS);
    await twoListings();
    const { reason } = await untilStatus(town, message, "failed");
    expect(reason).toMatchObject({ code: "outcome_unknown" });
    expect(await outcomesOf(message)).toEqual(["absent"]);
    await town.pass(3 * MINUTE_MS);
    expect(sendRequests(town, phone)).toHaveLength(1);
    expect(heard(town, phone)).toEqual([]);
  });

  test("and is known within the 10th minute: it leaves once more", async () => {
    const message = await writeUnder([notTaken()]);
    await leap(town, 8 * MINUTE_MS);
    await twoListings();
    await untilStatus(town, message, "delivered");
    expect(heard(town, phone)).toHaveLength(1);
  });

  test("an incomplete listing proves nothing, however often", async () => {
    const message = await writeUnder([notTaken(), noLists()]);
    await town.pass(5 * MINUTE_MS);
    expect(listings().length).toBeGreaterThan(4);
    expect(await readMessage(town, message.id)).toMatchObject({
      status: "sending",
      attempts: [{ outcome: "unknown" }],
    });
    expect(sendRequests(town, phone)).toHaveLength(1);
    town.simulator.clearFaults();
    const failing = listings().length;
    await twoListings();
    await untilStatus(town, message, "delivered");
    expect(listings()).toHaveLength(failing + 2);
  });
});

describe("the provider's list has one that may be it", () => {
  /** Another program of the same account texts the phone, or our clock is wrong and it was us. */
  async function textedByTheAccount(body: string): Promise<void> {
    const path = `/2010-04-01/Accounts/${town.twilio.sid}/Messages.json`;
    const answer = await askProvider(town, "POST", path, { To: phone, From: KILN, Body: body });
    expect(answer.status).toBe(201);
  }
  const untilAPersonDecides = async (message: { id: string }) => {
    await twoListings();
    const { reason } = await untilStatus(town, message, "failed");
    expect(reason).toMatchObject({ code: "outcome_unknown", message: expect.stringContaining("may be it") });
    await town.pass(3 * MINUTE_MS);
  };

  test("the same words, hours from when we think that we sent them: it is not sent again", async () => {
    await textedByTheAccount("The kiln is free on Monday.");
    await leap(town, 3 * 60 * MINUTE_MS);
    const message = await writeUnder([notTaken()]);
    await untilAPersonDecides(message);
    expect(sendRequests(town, phone)).toHaveLength(2);
    expect(heard(town, phone)).toHaveLength(1);
  });

  test("other words at the same time, as where the provider rewrites quotes: it is not sent again", async () => {
    const message = await writeUnder([notTaken()], "Your “bowl” is ready.");
    await textedByTheAccount('Your "bowl" is ready.');
    await untilAPersonDecides(message);
    expect(sendRequests(town, phone)).toHaveLength(2);
  });

  test("other words at another time: that is something else", async () => {
    await textedByTheAccount("We moved to Clay Street.");
    await leap(town, 10 * MINUTE_MS);
    const message = await writeUnder([notTaken()]);
    await twoListings();
    await untilStatus(town, message, "delivered");
    expect(await outcomesOf(message)).toEqual(["absent", "accepted"]);
  });
});

describe("the same words to the same person, twice", () => {
  const words = "See you at ten.";
  /** Each of our messages with the provider's id of its accepted attempt. */
  const sidsOf = async (...messages: Array<{ id: string }>) =>
    Promise.all(
      messages.map(async ({ id }) => {
        const { providerSid, attempts } = await readMessage(town, id);
        expect(attempts.at(-1)).toMatchObject({ outcome: "accepted", providerSid });
        return providerSid;
      }),
    );

  test("the second's answer is lost: each provider id explains one", async () => {
    const first = await write(town, words, { to: phone });
    await untilStatus(town, first, "delivered");
    const second = await writeUnder([answerLost(), noCallbacks()], words);
    await oneListing();
    await untilStatus(town, second, "delivered");
    expect(await sidsOf(first, second)).toEqual(taken().map((each) => each.sid));
    expect(heard(town, phone)).toEqual([words, words]);
  });

  test("the second never arrived: the first one's id does not speak for it", async () => {
    const first = await write(town, words, { to: phone });
    await untilStatus(town, first, "delivered");
    const second = await writeUnder([notTaken()], words);
    await twoListings();
    await untilStatus(town, second, "delivered");
    expect(await outcomesOf(second)).toEqual(["absent", "accepted"]);
    expect(await sidsOf(first, second)).toEqual(taken().map((each) => each.sid));
    expect(heard(town, phone)).toEqual([words, words]);
  });

  test("the first one's answer is lost: the second waits until it is explained", async () => {
    const first = await writeUnder([answerLost(), noCallbacks()], words);
    const second = await write(town, words, { to: phone });
    await wait(town, 5000);
    expect(sendRequests(town, phone)).toHaveLength(1);
    town.simulator.clearFaults();
    await oneListing();
    await untilStatus(town, second, "delivered");
    expect(await sidsOf(first, second)).toEqual(taken().map((each) => each.sid));
    expect(heard(town, phone)).toEqual([words, words]);
  });
});

test("what was given up holds up nothing that was written after it", async () => {
  const lost = await writeUnder([notTaken()]);
  const next = await write(town, "And another thing.", { to: phone });
  await leap(town, 10 * MINUTE_MS);
  await twoListings();
  expect(await readMessage(town, lost.id)).toMatchObject({ status: "failed" });
  await untilStatus(town, next, "delivered");
  expect(heard(town, phone)).toEqual(["And another thing."]);
});

test("lost answers of a connection that is gone keep nobody else's from being explained", async () => {
  const gone = "+14155550143";
  town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: gone });
  const { id: connectionId } = await town.connect(gone);
  town.simulator.addFaults([notTaken(), noLists()]);
  const { body } = await town.api.post("/api/conversations", { phone, channel: "sms", connectionId });
  const lost = await write(town, "From the old number", { in: String(body.id), connectionId });
  await outcomeIs(lost, "unknown");
  expect((await town.passing(town.api.delete(`/api/channels/${connectionId}`))).status).toBeLessThan(300);
  expect(await readMessage(town, lost.id)).toMatchObject({ status: "failed", reason: { code: "disconnected" } });
  await town.pass(MINUTE_MS);
  const [{ open } = { open: null }] = await town.house.database.ground.rows<{ open: number }>(
    "select count(*)::int as open from attempts_to_explain($1, 200)",
    [town.clock.now()],
  );
  expect(open).toBe(0);
  // It may have left all the same: who sends it again, by the number that is left, is told.
  const [left] = (await town.api.get("/api/channels")).body.items ?? [];
  const resent = await town.api.post(`/api/messages/${lost.id}/resend`, { connectionId: left?.id });
  expect(resent.body).toMatchObject({ warning: { code: "may_arrive_twice" } });
});

describe("the process stops between the call and its record", () => {
  // A worker whose way to the database is cut for good is gone for everybody else: its locks, its claims, its news.
  test.each([
    ["taken by the provider", true, 1],
    ["not yet taken", false, 2],
  ])(
    "%s: the next process ends with exactly one message at the phone",
    async (_what, after, requests) => {
      const gate = await buildGate();
      let houses = 0;
      const ours = await foundTown({ PARLEY_ROLE: "web" }, (connection) => {
        houses++;
        if (houses !== 2) return connection;
        gate.leadTo(databaseBehind(connection));
        return throughGate(gate, connection);
      });
      try {
        await ours.connect();
        await ours.hireWorker();
        ours.simulator.addFaults([
          { kind: "latency", ms: FOR_EVER_MS, after, times: 1, match: { ...toMessages, method: "POST", to: phone } },
          noCallbacks(),
        ]);
        const message = await write(ours, "Your bowl is out of the kiln.", { to: phone });
        await ours.until("it is on its way", () => sendRequests(ours, phone).length === 1);
        if (after) await ours.until("it was taken", () => taken(ours).length === 1);
        gate.shut();
        expect(await readMessage(ours, message.id)).toMatchObject({
          status: "sending",
          attempts: [{ outcome: "pending" }],
        });
        await ours.hireWorker();
        await ours.until("it is at the phone", () => heard(ours, phone).length > 0);
        await outcomeAccepted(ours, message);
        await ours.pass(3 * MINUTE_MS);
        expect(heard(ours, phone)).toEqual(["Your bowl is out of the kiln."]);
        expect(sendRequests(ours, phone)).toHaveLength(requests);
      } finally {
        await gate.open();
        await ours.stop();
        gate.shut();
      }
    },
    60_000,
  );

  const outcomeAccepted = (of: Town, { id }: { id: string }) =>
    of.until("it is accepted", async () => (await readMessage(of, id)).attempts.at(-1)?.outcome === "accepted");
});
