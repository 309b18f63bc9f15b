/** The lock between sending and STOP: once a STOP is answered 200, nothing but a notice leaves for that person. */
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { WebhookEntry } from "../../simulator/journal.ts";
import { asOwner } from "../support/sql.ts";
import {
  ask,
  consentOf,
  contactOf,
  heard,
  leap,
  newcomer,
  openWith,
  readMessage,
  sendRequests,
  untilStatus,
  wait,
  write,
} from "../support/story.ts";
import { foundTown, KILN, type Town } from "../support/town.ts";

const NUMBERS = [KILN, "+14155550143", "+14155550144"];
const NOTICE = "Goodbye.";

let town: Town;
let channels: string[];
beforeAll(async () => {
  town = await foundTown();
  await town.api.patch("/api/workspace", { notices: { stop: NOTICE } });
  channels = [];
  for (const phoneNumber of NUMBERS) {
    if (phoneNumber === KILN) town.simulator.updateNumber(KILN, { optOut: "off" });
    else town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber, optOut: "off" });
    const { id } = await town.connect(phoneNumber);
    await town.api.patch(`/api/channels/${id}`, { keywordReplies: "parley", mps: 10_000 });
    channels.push(id);
  }
});
afterAll(() => town.stop());
beforeEach(() => town.simulator.clearFaults());

/** The first STOP of a phone that was answered 200. */
function acknowledgedStop(phone: string): WebhookEntry {
  const stops = town.simulator.webhooks({ from: phone }).filter((each) => each.params.Body === "STOP");
  const stop = stops.find((each) => each.attempts.at(-1)?.status === 200);
  if (!stop) throw new Error(`no STOP of ${phone} was acknowledged`);
  return stop;
}

/** What reached the provider for a phone after its STOP was acknowledged, but for the notice: must be nothing. */
const leftAfterStop = (phone: string): string[] =>
  sendRequests(town, phone)
    .filter((each) => each.seq > (acknowledgedStop(phone).answeredSeq ?? 0) && each.body !== NOTICE)
    .map((each) => each.body ?? "");

/** Sends that the provider had not answered when it heard that the STOP was acknowledged: must be none. */
const openAtStop = (phone: string): string[] =>
  sendRequests(town, phone)
    .filter((each) => each.seq < (acknowledgedStop(phone).answeredSeq ?? 0))
    .filter((each) => Number(each.answeredAt ?? Number.POSITIVE_INFINITY) > Number(acknowledgedStop(phone).answeredAt))
    .map((each) => each.body ?? "");

/** A send that the provider has, but has not answered. */
async function inFlight(phone: string, ms: number, after = false): Promise<{ id: string }> {
  town.simulator.addFaults([{ kind: "latency", ms, after, times: 1, match: { to: phone } }]);
  const message = await write(town, "On its way", { to: phone });
  await town.until("it is on its way", () => sendRequests(town, phone).length > 0);
  return message;
}

describe("a send is in flight", () => {
  test.each([
    ["taken", true],
    ["not taken yet", false],
  ])("%s: the STOP is acknowledged once it is answered, and not before", async (_what, after) => {
    const phone = newcomer();
    const message = await inFlight(phone, 2000, after);
    const waiting = await write(town, "Next", { to: phone });
    const later = await write(town, "Other number", { to: phone, connectionId: channels[1] });
    expect((await town.text(phone, "STOP")).status).toBe(200);

    expect(openAtStop(phone)).toEqual([]);
    expect(sendRequests(town, phone)[0]).toMatchObject({ outcome: "answered", status: 201 });
    for (const { id } of [waiting, later]) expect((await readMessage(town, id)).status).toBe("suppressed");
    await untilStatus(town, message, "delivered");
    await town.until("the notice has come", () => heard(town, phone).includes(NOTICE));
    await wait(town, 5000);
    expect(leftAfterStop(phone)).toEqual([]);
    expect(heard(town, phone)).toEqual(["On its way", NOTICE]);
  });

  test("a STOP that comes again waits too, whichever of them is acknowledged first", async () => {
    const phone = newcomer();
    await inFlight(phone, 2000);
    const stop = town.simulator.text({ from: phone, to: KILN, body: "STOP" });
    await town.until("the STOP is there", () => town.simulator.webhooks({ from: phone }).length > 0);
    const { messageSid } = town.simulator.webhooks({ from: phone })[0] ?? { messageSid: "" };
    const again = Array.from({ length: 3 }, () => town.simulator.redeliver(messageSid));
    const all = await town.passing(Promise.all([stop, ...again]));
    const answeredAt = Number(sendRequests(town, phone)[0]?.answeredAt ?? Number.POSITIVE_INFINITY);
    for (const { webhook } of all) {
      expect(webhook?.attempts.at(-1)?.status).toBe(200);
      expect(Number(webhook?.answeredAt)).toBeGreaterThanOrEqual(answeredAt);
    }
    expect(await consentOf(town, phone)).toHaveLength(1);
  });

  test("other words, and other people's STOP, don't wait", async () => {
    const [phone, other] = [newcomer(), newcomer()];
    await inFlight(phone, 3000);
    expect((await town.text(phone, "HELP")).status).toBe(200);
    expect((await town.text(phone, "When do you close?")).status).toBe(200);
    expect((await town.text(other, "STOP")).status).toBe(200);
    expect(sendRequests(town, phone)[0]?.outcome).toBe("pending");
  });

  test("for longer than 5 s: the STOP is answered 503, and the provider's next try 200", async () => {
    const phone = newcomer();
    const message = await inFlight(phone, 20_000);
    expect((await town.text(phone, "STOP")).status).toBe(200);
    const statuses = acknowledgedStop(phone).attempts.map((each) => each.status);
    expect(statuses[0]).toBe(503);
    expect(statuses.at(-1)).toBe(200);
    expect(openAtStop(phone)).toEqual([]);
    expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: false });
    expect(await consentOf(town, phone)).toHaveLength(1);
    await untilStatus(town, message, "delivered");
    await wait(town, 3000);
    expect(leftAfterStop(phone)).toEqual([]);
  });

  test("and its worker has lost its lock: the STOP waits all the same", async () => {
    const phone = newcomer();
    await inFlight(phone, 3000);
    const cut = await asOwner(
      town,
      `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and mode = 'ShareLock'
        and database = (select oid from pg_database where datname = current_database())`,
    );
    expect(cut).toHaveLength(1);
    expect((await town.text(phone, "STOP")).status).toBe(200);
    expect(openAtStop(phone)).toEqual([]);
    await wait(town, 3000);
    expect(leftAfterStop(phone)).toEqual([]);
  });
});

test("a message that was just being stored in another conversation when the STOP came is held at its claim", async () => {
  const phoneNumber = "+14155550145"; // where the provider answers: a notice of ours would wait for the message
  town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber });
  await town.connect(phoneNumber);
  const phone = newcomer();
  await town.text(phone, "Hello", phoneNumber);
  const older = await openWith(town, phone);
  await town.api.patch(`/api/conversations/${older}`, { status: "RESOLVED" });
  await town.text(phone, "Hello again", phoneNumber);

  // Whoever has done everything else stores its events, and waits for this counter.
  const owner = new pg.Client(town.connection);
  await owner.connect();
  await owner.query("begin; update event_counters set last_seq = last_seq");
  const waiting = async () =>
    (await asOwner(town, "select from pg_stat_activity where wait_event_type = 'Lock' and query ~ 'emit_events'"))
      .length;
  const writing = write(town, "Just one more thing", { in: older, connectionId: channels[1] });
  await town.until("the message is stored, but for its events", async () => (await waiting()) === 1);
  const texting = town.text(phone, "STOP", phoneNumber);
  await town.until("the STOP is too", async () => (await waiting()) === 2);
  await owner.query("rollback");
  await owner.end();

  const [message, { status }] = await town.passing(Promise.all([writing, texting]));
  expect([message.status, status]).toEqual(["queued", 200]);
  await untilStatus(town, message, "suppressed");
  await wait(town, 2000);
  expect(sendRequests(town, phone)).toEqual([]);
});

test("a STOP and a claim of the same message don't wait for each other", async () => {
  const phone = newcomer();
  await town.text(phone, "Hello");
  town.simulator.addFaults([
    { kind: "status", status: 429, retryAfterSeconds: 60, times: 1, match: { to: phone, path: "Messages.json" } },
  ]);
  const { id } = await write(town, "On its way", { to: phone });
  await town.until("it was turned away", async () => (await readMessage(town, id)).reason !== null);

  // Whoever would have the sender's lane without the message, or the message without the lane, would wait for ever.
  const owner = new pg.Client(town.connection);
  await owner.connect();
  await owner.query(`begin; select from messages where id = '${id}' for update`);
  const texting = town.text(phone, "STOP");
  const waiting = "select from pg_stat_activity where wait_event_type = 'Lock' and query ~ 'suppressed'";
  await town.until("the STOP waits for the message", async () => (await asOwner(town, waiting)).length === 1);
  await leap(town, 61_000);
  await owner.query("rollback");
  await owner.end();
  expect((await town.passing(texting)).status).toBe(200);
  expect(town.logLines.filter((line) => line.includes("deadlock"))).toEqual([]);
  expect(openAtStop(phone)).toEqual([]);
  expect(leftAfterStop(phone)).toEqual([]);
});

test("no lock outlives its send, though the session that keeps them is cut now and then", async () => {
  const locks = `select l.pid from pg_locks l where l.locktype = 'advisory' and l.mode = 'ShareLock'
    and l.database = (select oid from pg_database where datname = current_database())`;
  for (let round = 0; round < 3; round++) {
    const phones = Array.from({ length: 5 }, () => newcomer());
    town.simulator.addFaults([{ kind: "latency", ms: 1000, times: 5 }]);
    const sent = await Promise.all(phones.map((to) => write(town, "Hello", { to })));
    await town.until("they are on their way", async () => (await asOwner(town, locks)).length > 0);
    await asOwner(town, `select pg_terminate_backend(pid) from (select distinct pid from (${locks}) l) s`);
    for (const message of sent) await untilStatus(town, message, "delivered");
  }
  await wait(town, 2000);
  expect(await asOwner(town, locks)).toEqual([]);
  const phone = newcomer();
  expect((await town.text(phone, "STOP")).status).toBe(200);
});

test("STOPs amid 700 messages of three numbers and three processes: nothing leaves after any of them", async () => {
  await Promise.all([town.hireWorker(), town.hireWorker()]);
  const hot = newcomer();
  const many = Array.from({ length: 40 }, () => newcomer());

  // One person in ten conversations, all but the last resolved; 300 messages over three numbers.
  const conversations: string[] = [];
  for (let n = 0; n < 10; n++) {
    const id = await openWith(town, hot);
    conversations.push(id);
    await town.api.patch(`/api/conversations/${id}`, { status: "RESOLVED" });
  }
  expect(new Set(conversations).size).toBe(10);
  town.simulator.addFaults([
    { kind: "latency", ms: 150, match: { path: "Messages.json" } },
    { kind: "latency", ms: 800, times: 60, match: { path: "Messages.json" } },
  ]);
  const sent = new Map<string, string[]>();
  const writeTo = async (to: string, count: number, into: (n: number) => Promise<string>) => {
    for (let n = 0; n < count; n++) {
      const { id } = await write(town, `Number ${n}`, { in: await into(n), connectionId: channels[n % 3] });
      sent.set(to, [...(sent.get(to) ?? []), id]);
    }
  };
  const writing = [
    ...Array.from({ length: 5 }, (_, lane) =>
      writeTo(hot, 60, async (n) => conversations[(2 * lane + (n % 2)) % 10] ?? ""),
    ),
    ...many.map((to) => writeTo(to, 10, () => openWith(town, to))),
  ];
  let unwritten = true;
  const written = Promise.all(writing).finally(() => {
    unwritten = false;
  });

  // Everybody says STOP somewhere on the way, to one or another number; messages are written and sent meanwhile.
  const stops: Array<Promise<unknown>> = [];
  const waiting = [hot, ...many];
  await town.until("everybody has said STOP", async () => {
    const atTheProvider = sendRequests(town).length;
    const [next] = waiting;
    const due = next && (sendRequests(town, next).length > waiting.length % 4 || !unwritten);
    if (next && due && atTheProvider > 20) {
      waiting.shift();
      stops.push(town.simulator.text({ from: next, to: NUMBERS[stops.length % 3] ?? KILN, body: "STOP" }));
    }
    return waiting.length === 0;
  });
  await town.passing(written);
  await town.passing(Promise.all(stops));
  await leap(town, 5000);
  await wait(town, 5000);

  for (const phone of [hot, ...many]) {
    expect([phone, leftAfterStop(phone), openAtStop(phone)]).toEqual([phone, [], []]);
    expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: false });
  }
  const states = await asOwner(
    town,
    "select status, count(*)::int as messages from messages where id = any($1) group by 1",
    [[...sent.values()].flat()],
  );
  const count = (status: string) => Number(states.find((each) => each.status === status)?.messages ?? 0);
  expect(count("delivered") + count("suppressed")).toBe(700);
  expect(count("delivered")).toBeGreaterThan(50);
  expect(count("suppressed")).toBeGreaterThan(50);
  const bodies = heard(town, hot).filter((each) => each !== NOTICE);
  expect(bodies.length).toBe(
    sendRequests(town, hot).filter((each) => each.body !== NOTICE && each.status === 201).length,
  );
  expect((await ask(town, "One more?", { to: hot })).body).toMatchObject({ status: "suppressed" });
}, 120_000);

test("a machine that slept between a message's claim and its slot asks again whether it may leave", async () => {
  const [first, second] = [newcomer(), newcomer()];
  const channel = channels[0] ?? "";
  await town.api.patch(`/api/channels/${channel}`, { mps: 12 }); // the second one's slot is 85 ms later: it is claimed by then
  try {
    const to = (phone: string) => openWith(town, phone, { connectionId: channel });
    const [one, other] = [await to(first), await to(second)];
    await write(town, "Your bowl is ready.", { in: one });
    const late = await write(town, "Your vase is ready.", { in: other });
    const attempts = async () => (await readMessage(town, late.id)).attempts.map(({ outcome }) => outcome);
    await expect.poll(attempts, { timeout: 20_000 }).toEqual(["pending"]); // no time passes meanwhile
    town.clock.advance(60_000);
    // No time passes until that is on record, or its list would be asked whether it left.
    await town.watch("it came too late", async () => (await attempts())[0] === "not_sent");
    await untilStatus(town, late, "delivered");
    expect(await attempts()).toEqual(["not_sent", "accepted"]);
    expect(heard(town, second)).toEqual(["Your vase is ready."]);
  } finally {
    await town.api.patch(`/api/channels/${channel}`, { mps: 10_000 });
  }
});
