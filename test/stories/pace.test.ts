/** Pace: a sender never sends faster than it may, never much slower, and the right words first (product 3.4). */
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { asOwner } from "../support/sql.ts";
import { heard, newcomer, openWith, readMessage, sendRequests, untilStatus, wait, write } from "../support/story.ts";
import { foundTown, KILN, type Town } from "../support/town.ts";

const SECOND_MS = 1000;
const STEP_MS = 5;
/** Words of three segments: 307 to 459 characters of GSM-7. */
const LONG = "Glaze, fire, wait, and open it on Friday. ".repeat(10).trim();

let town: Town;
let channel: { id: string };
let watcher: pg.Client;
beforeAll(async () => {
  town = await foundTown();
  channel = await town.connect();
  watcher = new pg.Client(town.connection);
  await watcher.connect();
});
afterAll(async () => {
  await watcher.end();
  await town.stop();
});
beforeEach(async () => {
  await set({ mps: 100, dailyCap: null, active: true });
});

async function set(change: { mps?: number; dailyCap?: number | null; active?: boolean }): Promise<void> {
  const { status, body } = await town.api.patch(`/api/channels/${channel.id}`, change);
  if (status !== 200) throw new Error(`not changed: ${JSON.stringify(body)}`);
}

/** Keeps the sender quiet until all that is written waits, and lets it begin at this rate. */
async function held(mps: number, work: () => Promise<void>): Promise<void> {
  await set({ mps: 0.01 });
  const filler = await write(town, "Hello", { to: newcomer() });
  await untilStatus(town, filler, "delivered");
  await work();
  await set({ mps });
  await asOwner(town, "update sender_lanes set next_slot_at = $1, due_at = $1", [town.clock.now()]);
}

/** How long the town's time stands still at most, for something that would wait for it to go on. */
const AT_REST_WITHIN_MS = 250;

/** Resolves when the house has nothing under way: no statement in the database, no request at the provider. */
async function atRest(): Promise<void> {
  const giveUpAt = performance.now() + AT_REST_WITHIN_MS;
  for (let calm = 0; calm < 2 && performance.now() < giveUpAt; ) {
    await pause(1);
    const { rows } = await watcher.query(
      "select 1 from pg_stat_activity where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()",
    );
    const busy = rows.length > 0 || town.simulator.requests().some((each) => each.outcome === "pending");
    calm = busy ? 0 : calm + 1;
  }
}

/**
 * Lets time pass in small steps, and stand still meanwhile until the house has done what there was to do: so the rate is
 * measured by the town's clock alone, whatever the machine is busy with.
 */
async function slowly(what: string, isDone: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + 75_000;
  for (; !isDone(); await atRest()) {
    if (performance.now() > giveUpAt) throw new Error(`waited in vain until ${what}`);
    town.clock.advance(STEP_MS);
  }
}

interface Left {
  at: number;
  segments: number;
}
/** The attempts to hand these messages over, in the order of time. */
async function attemptsOf(ids: readonly string[]): Promise<Left[]> {
  const rows = await asOwner(
    town,
    `select a.at, m.segments from attempts a join messages m on m.id = a.message_id where m.id = any($1) order by a.at`,
    [ids],
  );
  return rows.map((row) => ({ at: (row.at as Date).getTime(), segments: Number(row.segments) }));
}

/**
 * The most segments in any second: a message is spread over one slot a segment, so it counts in each second that its
 * slots fall into.
 */
function mostInASecond(left: readonly Left[], mps: number): number {
  const slots = left.flatMap(({ at, segments }) =>
    Array.from({ length: segments }, (_, n) => at + (n * SECOND_MS) / mps),
  );
  return Math.max(...slots.map((from) => slots.filter((at) => at >= from && at < from + SECOND_MS - 0.5).length));
}

describe("each sender's rate", () => {
  test.each([
    [1, 5],
    [3, 12],
    [50, 150],
  ])(
    "at %d segments a second, none leaves early and none is dawdled over",
    async (mps, count) => {
      const phones = Array.from({ length: count }, () => newcomer());
      const ids: string[] = [];
      await held(mps, async () => {
        for (const to of phones) ids.push((await write(town, "Your bowl is ready.", { to })).id);
      });
      const arrived = () => phones.every((phone) => sendRequests(town, phone).length > 0);
      await slowly("all have left", arrived);
      const left = await attemptsOf(ids);
      expect(left).toHaveLength(count);
      expect(mostInASecond(left, mps)).toBeLessThanOrEqual(mps);
      const tookMs = (left.at(-1)?.at ?? 0) - (left[0]?.at ?? 0);
      const rate = ((count - 1) * SECOND_MS) / tookMs;
      expect(rate / mps).toBeGreaterThanOrEqual(0.98);
      expect(rate / mps).toBeLessThanOrEqual(1.001);
    },
    90_000,
  );

  test("what is handed over at the provider's door keeps to it too", async () => {
    await set({ mps: 10 });
    const phones = Array.from({ length: 30 }, () => newcomer());
    for (const to of phones) await write(town, "Your bowl is ready.", { to });
    await slowly("all have left", () => phones.every((phone) => sendRequests(town, phone).length > 0));
    const times = phones.map((phone) => sendRequests(town, phone)[0]?.receivedAt.getTime() ?? 0);
    const busiest = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + SECOND_MS).length));
    // The way to the door takes its moment: one more may fall into a second there.
    expect(busiest).toBeLessThanOrEqual(11);
  }, 60_000);

  test("segments are counted: three of them take three slots", async () => {
    const ids: string[] = [];
    const phones = [newcomer(), newcomer(), newcomer(), newcomer()];
    await held(2, async () => {
      for (const [n, to] of phones.entries()) ids.push((await write(town, n % 2 ? "Short" : LONG, { to })).id);
    });
    expect((await readMessage(town, ids[0] ?? "")).segments).toBe(3);
    await slowly("all have left", () => phones.every((phone) => sendRequests(town, phone).length > 0));
    const left = await attemptsOf(ids);
    expect(left.map((each) => each.segments)).toEqual([3, 1, 3, 1]);
    const gaps = left.slice(1).map(({ at }, n) => at - (left[n]?.at ?? 0));
    for (const [n, gap] of gaps.entries()) expect(gap).toBeGreaterThanOrEqual([1500, 500, 1500][n] ?? 0);
    // No slot is left out; how soon after its time one is taken is for the machine to say.
    for (const [n, gap] of gaps.entries()) expect(gap).toBeLessThan(([1500, 500, 1500][n] ?? 0) + 500);
  }, 60_000);

  test("a quiet time is no credit: nobody is sent a burst after it", async () => {
    await set({ mps: 3 });
    await town.pass(60_000);
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.push((await write(town, "Hello", { to: newcomer() })).id);
    for (const id of ids) await untilStatus(town, { id }, "delivered");
    expect(mostInASecond(await attemptsOf(ids), 3)).toBeLessThanOrEqual(3);
  });
});

describe("who leaves first", () => {
  test("replies before other words to one person, these before what is automated, marketing last", async () => {
    const asked = newcomer();
    await town.text(asked, "Is my bowl done?");
    const written: Record<string, string> = {};
    await held(2, async () => {
      for (const kind of ["marketing", "automated", "service", "reply"]) {
        const to = kind === "reply" ? asked : newcomer();
        if (kind !== "reply") await town.api.post("/api/contacts", { phone: to, smsOptedIn: true });
        written[kind] = (await write(town, `Of the kind ${kind}`, { to, kind })).id;
      }
    });
    for (const id of Object.values(written)) await untilStatus(town, { id }, "delivered");
    const at = async (kind: string) => (await attemptsOf([written[kind] ?? ""]))[0]?.at ?? 0;
    const order = await Promise.all(["reply", "service", "automated", "marketing"].map(at));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(new Set(order).size).toBe(4);
  });

  test("one conversation's messages keep their order, whatever their kinds and lengths", async () => {
    const phone = newcomer();
    await town.api.patch("/api/consent/rules", { caps: { marketing: { perHour: null, perDay: null } } });
    await town.api.post("/api/contacts", { phone, smsOptedIn: true });
    const conversation = await openWith(town, phone);
    const words = Array.from({ length: 8 }, (_, n) => (n % 3 === 0 ? `${n} ${LONG}` : `${n} Short`));
    let last = { id: "" };
    for (const [n, content] of words.entries())
      last = await write(town, content, { in: conversation, kind: n % 2 ? "service" : "marketing" });
    await untilStatus(town, last, "delivered");
    expect(sendRequests(town, phone).map((each) => each.body)).toEqual(words);
  });

  test("a slow answer holds its own conversation, and nobody else's", async () => {
    const [slow, other] = [newcomer(), newcomer()];
    town.simulator.addFaults([
      { kind: "latency", ms: 3000, after: true, times: 1, match: { method: "POST", path: "Messages.json", to: slow } },
    ]);
    await write(town, "First", { to: slow });
    const second = await write(town, "Second", { to: slow });
    const others = await write(town, "Hello", { to: other });
    await town.until("the other one has it", () => sendRequests(town, other).length > 0);
    expect(sendRequests(town, slow)).toHaveLength(1);
    await untilStatus(town, second, "delivered");
    await untilStatus(town, others, "delivered");
    expect(heard(town, slow)).toEqual(["First", "Second"]);
  });
});

describe("the daily cap", () => {
  /** 23:59:50 on the 2nd of June where the cap's day ends: at midnight Pacific time, 7:00 UTC. */
  const almostMidnight = () => {
    const now = town.clock.now();
    const midnight = new Date(now);
    midnight.setUTCHours(7, 0, 0, 0);
    if (midnight <= now) midnight.setUTCDate(midnight.getUTCDate() + 1);
    return new Date(midnight.getTime() - 10_000);
  };
  const usedToday = async () => Number((await asOwner(town, "select cap_used from sender_lanes"))[0]?.cap_used);

  test("counts segments, holds the rest until midnight Pacific time and goes on then", async () => {
    // A day of its own.
    town.clock.advance(24 * 60 * 60 * SECOND_MS);
    await untilStatus(town, await write(town, "Good morning", { to: newcomer() }), "delivered");
    expect(await usedToday()).toBe(1);
    await set({ dailyCap: 5 });
    const sent = [];
    for (const content of [LONG, "The fifth", "The sixth", "The seventh"])
      sent.push(await write(town, content, { to: newcomer() }));
    const [long, fifth, sixth, seventh] = sent;
    if (!long || !fifth || !sixth || !seventh) throw new Error("four were written");
    await untilStatus(town, long, "delivered");
    await untilStatus(town, fifth, "delivered");
    await wait(town, 10_000);
    town.clock.advance(almostMidnight().getTime() - town.clock.now().getTime());
    await wait(town, 8000);
    for (const each of [sixth, seventh])
      expect(await readMessage(town, each.id)).toMatchObject({ status: "queued", attempts: [] });

    for (const each of [sixth, seventh]) await untilStatus(town, each, "delivered");
    const [first] = await attemptsOf([sixth.id]);
    expect(new Date(first?.at ?? 0).toISOString()).toMatch(/T07:00:00/);
    expect(await usedToday()).toBe(2);
  });

  test("raised, it lets go at once what it held", async () => {
    await set({ dailyCap: Math.max(1, await usedToday()) });
    const message = await write(town, "One more", { to: newcomer() });
    await wait(town, 5000);
    expect(await readMessage(town, message.id)).toMatchObject({ status: "queued" });
    await set({ dailyCap: null });
    await untilStatus(town, message, "delivered");
  });
});

test("a paused connection rests, and goes on when it is active again", async () => {
  const phones = [newcomer(), newcomer(), newcomer()];
  const sent: Array<{ id: string }> = [];
  await held(100, async () => {
    for (const to of phones) sent.push(await write(town, "Come and get it.", { to }));
    await set({ active: false });
  });
  await town.pass(120_000);
  for (const { id } of sent) expect(await readMessage(town, id)).toMatchObject({ status: "queued", attempts: [] });
  await set({ active: true });
  for (const each of sent) await untilStatus(town, each, "delivered");
  for (const phone of phones) expect(heard(town, phone)).toEqual(["Come and get it."]);
});

test("two senders have a pace each", async () => {
  const second = "+14155550149";
  town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: second });
  const { id } = await town.connect(second);
  await town.api.patch(`/api/channels/${id}`, { mps: 100 });
  await set({ mps: 0.05 });
  await untilStatus(town, await write(town, "First", { to: newcomer() }), "delivered");
  const waiting = await write(town, "Second", { to: newcomer() });
  const phone = newcomer();
  const { body } = await town.api.post("/api/conversations", { phone, channel: "sms", connectionId: id });
  await untilStatus(town, await write(town, "From next door", { in: String(body.id) }), "delivered");
  expect(await readMessage(town, waiting.id)).toMatchObject({ status: "queued", from: KILN });
});
