/** What happens is told as it happens: in order, once, from wherever a reader left off. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EventReader, type ReadEvent, readEvents } from "../support/event-reader.ts";
import { foundNeighbour, hire, keyWith, type Neighbour, workspaceOf } from "../support/people.ts";
import { asOwner } from "../support/sql.ts";
import { DANA, foundTown, MARCO, type Town } from "../support/town.ts";

let town: Town;
let authorization: string;
let workspaceId: string;
let loom: Neighbour;
beforeAll(async () => {
  town = await foundTown();
  await town.connect();
  workspaceId = await workspaceOf(town);
  loom = await foundNeighbour(town);
  authorization = `Bearer ${(await keyWith(town, ["inbox.read"])).secret}`;
});
afterAll(() => town.stop());

const read = (after?: number | string, headers: Record<string, string> = {}) =>
  readEvents(town, { authorization, ...headers }, after);
const seen = (reader: EventReader, count: number) =>
  town.until(`${count} events are read, of which ${reader.events.length} came`, () => reader.events.length >= count);
const lastSeq = async () =>
  Number(
    (await asOwner(town, "select last_seq from event_counters where workspace_id = $1", [workspaceId]))[0]?.last_seq,
  );
const idsOf = (events: readonly ReadEvent[]) => events.map((each) => each.id);
const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, n) => first + n);

test("Dana's first text is told as it comes in, each event with its number", async () => {
  const before = await lastSeq();
  const reader = await read(before);
  expect(reader.status).toBe(200);
  expect(reader.headers.get("content-type")).toBe("text/event-stream");
  expect(reader.headers.get("cache-control")).toBe("no-store");
  await town.text(DANA, "Are you open?");
  await seen(reader, 3);
  await reader.close();
  expect(idsOf(reader.events)).toEqual(from(before + 1, before + 3));
  expect(reader.events.map((each) => each.type)).toEqual([
    "contact.created",
    "conversation.opened",
    "message.received",
  ]);
  expect(reader.events[2]?.data).toMatchObject({
    seq: before + 3,
    type: "message.received",
    actor: { type: "contact" },
    data: { messageId: expect.stringMatching(/^msg_/) },
  });
  expect(new Date(reader.events[2]?.data.at ?? "").getTime()).toBeGreaterThan(0);
});

test("a text comes with its event as the API answers it, and nobody has to ask", async () => {
  const reader = await read(await lastSeq());
  await town.text(DANA, "And on Sundays?");
  await seen(reader, 1);
  await reader.close();
  const message = reader.events.find(({ type }) => type === "message.received")?.data.message;
  expect(message).toMatchObject({ content: "And on Sundays?", direction: "inbound" });
  const { deliveryEvents: _, ...asked } = (await town.api.get(`/api/messages/${message?.id}`)).body;
  expect(message).toEqual(asked);
});

test("a reader from the start reads everything since the house was founded", async () => {
  const reader = await read(0);
  await seen(reader, await lastSeq());
  await reader.close();
  expect(idsOf(reader.events)).toEqual(from(1, await lastSeq()));
});

test("a reader who names no number reads what comes from now on", async () => {
  const reader = await read();
  const before = await lastSeq();
  await town.api.post("/api/contacts", { phone: "+14155550160" });
  await seen(reader, 1);
  await reader.close();
  expect(idsOf(reader.events)).toEqual([before + 1]);
});

test("a browser that comes back is served from its Last-Event-ID, whatever its first address said", async () => {
  const last = await lastSeq();
  const reader = await read(0, { "last-event-id": String(last - 1) });
  await seen(reader, 1);
  await reader.close();
  expect(idsOf(reader.events)).toEqual([last]);
});

test.each(["-1", "1.5", "yesterday", "9".repeat(30)])("a number that is none is refused: %s", async (after) => {
  const answer = await town.api.get(`/api/events?after=${after}`);
  expect(answer).toMatchObject({ status: 422, body: { code: "invalid_request", errors: [{ path: "after" }] } });
});

test("what was refused is not told, and leaves no gap", async () => {
  const before = await lastSeq();
  expect((await town.api.post("/api/contacts", { phone: DANA })).status).toBe(409);
  const { body } = await town.api.post("/api/contacts", { phone: "+14155550161" });
  const reader = await read(before);
  await seen(reader, 1);
  await reader.close();
  expect(reader.events).toMatchObject([
    { id: before + 1, type: "contact.created", data: { data: { contactId: body.id } } },
  ]);
});

test("the business next door has numbers of its own, and neither hears of the other", async () => {
  const theirKey = (await loom.api.post("/api/api-keys", { name: "Reader", permissions: ["inbox.read"] })).body.secret;
  const ours = await read();
  const theirs = await readEvents(town, { authorization: `Bearer ${theirKey}` }, 0);
  const { body } = await loom.api.post("/api/contacts", { phone: DANA });
  await town.api.post("/api/contacts", { phone: "+14155550162" });
  await seen(ours, 1);
  await seen(theirs, 1);
  await ours.close();
  await theirs.close();
  expect(theirs.events).toMatchObject([{ id: 1, type: "contact.created", data: { data: { contactId: body.id } } }]);
  expect(ours.events).toHaveLength(1);
  expect(JSON.stringify(ours.events)).not.toContain(body.id);
});

test("thousands of events are caught up with in order", async () => {
  const before = await lastSeq();
  const event = {
    type: "contact.updated",
    data: { contactId: "con_1" },
    actor: { type: "system", id: null, name: null },
  };
  const many = JSON.stringify(Array(2600).fill(event));
  await asOwner(town, "select emit_events($1, $2, now())", [workspaceId, many]);
  const reader = await read(before);
  await seen(reader, 2600);
  await reader.close();
  expect(idsOf(reader.events)).toEqual(from(before + 1, before + 2600));
});

describe("while many write at once", () => {
  /** Reads a few events at a time and hangs up, again and again, until everything up to `last` was read. */
  async function readInBits(start: number, last: () => number | null, bite: number): Promise<ReadEvent[]> {
    const events: ReadEvent[] = [];
    for (let at = start; ; at = events.at(-1)?.id ?? start) {
      const reader = await read(at);
      await town.until("a bite is read", () => reader.events.length >= bite || at + reader.events.length === last());
      await reader.close();
      events.push(...reader.events);
      if (events.at(-1)?.id === last()) return events;
    }
  }

  test("readers who come and go miss nothing and read nothing twice", async () => {
    const before = await lastSeq();
    let last: number | null = null;
    const readers = [1, 3, 7].map((bite) => readInBits(before, () => last, bite));
    const steady = await read(before);

    const writers = Array.from({ length: 60 }, (_, n) => {
      if (n % 3 === 0) return town.text(`+1212555${2000 + n}`, `Text ${n}`);
      if (n % 3 === 1)
        return town.api.post("/api/contacts", { phone: `+1212555${3000 + n}`, tags: [`n${n}`], smsOptedIn: true });
      return town.api.post("/api/conversations", { phone: `+1212555${4000 + n}`, channel: "sms" });
    });
    await Promise.all(writers);
    last = await lastSeq();

    expect(last - before).toBeGreaterThan(120);
    for (const events of await Promise.all(readers)) expect(idsOf(events)).toEqual(from(before + 1, last));
    await seen(steady, last - before);
    await steady.close();
    expect(idsOf(steady.events)).toEqual(from(before + 1, last));
    expect(steady.events.filter((each) => each.type === "contact.created")).toHaveLength(60);
    expect(steady.events.filter((each) => each.type === "message.received")).toHaveLength(20);
  });

  test("two things that happen at the same moment are both told, without waiting for a third", async () => {
    const before = await lastSeq();
    const reader = await read(before);
    for (let round = 1; round <= 40; round++) {
      const phones = [`+1212556${1000 + round}`, `+1212557${1000 + round}`];
      await Promise.all(phones.map((phone) => town.api.post("/api/contacts", { phone })));
      await seen(reader, 2 * round);
    }
    await reader.close();
    expect(idsOf(reader.events)).toEqual(from(before + 1, before + 80));
  });

  test("no number is seen before every smaller one is", async () => {
    const before = await lastSeq();
    const gaps: number[] = [];
    let done = false;
    const watch = async () => {
      while (!done) {
        const [row] = await asOwner(
          town,
          "select count(*)::int as count, max(seq) as last from events where workspace_id = $1",
          [workspaceId],
        );
        if (Number(row?.last) !== Number(row?.count)) gaps.push(Number(row?.last));
      }
    };
    const watching = watch();
    await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        town.api.post("/api/contacts", { phone: `+1212555${5000 + n}`, smsOptedIn: true }),
      ),
    );
    done = true;
    await watching;
    expect(gaps).toEqual([]);
    expect((await lastSeq()) - before).toBe(120);
  });
});

test("a restart ends the stream, and whoever comes back misses nothing", async () => {
  const before = await lastSeq();
  const first = await read(before);
  await town.text(MARCO, "One");
  await seen(first, 3);
  await town.restart();
  await first.ended;
  await town.text(MARCO, "Two");
  const second = await read(first.events.at(-1)?.id);
  await seen(second, 1);
  await town.text(MARCO, "Three");
  await seen(second, 2);
  await second.close();
  expect(idsOf([...first.events, ...second.events])).toEqual(from(before + 1, before + 5));
});

describe("a stream ends within a quarter of a minute", () => {
  const HEARTBEAT_MS = 15_000;
  const isOver = async (reader: EventReader) => {
    let over = false;
    void reader.ended.then(() => {
      over = true;
    });
    town.clock.advance(HEARTBEAT_MS);
    await town.until("the stream is over", () => over);
  };

  test("for a key that was revoked", async () => {
    const key = await keyWith(town, ["inbox.read"]);
    const reader = await readEvents(town, { authorization: `Bearer ${key.secret}` });
    await town.api.delete(`/api/api-keys/${key.id}`);
    await isOver(reader);
  });

  test("for a member who was removed, and not for one who stays", async () => {
    const leaving = await hire(town, "viewer", "Vera");
    const staying = await hire(town, "viewer", "Stan");
    const reader = await readEvents(town, { cookie: leaving.cookie });
    const other = await readEvents(town, { cookie: staying.cookie });
    await town.api.delete(`/api/members/${leaving.memberId}`);
    await isOver(reader);
    await town.api.post("/api/contacts", { phone: "+14155550163" });
    await seen(other, 1);
    await other.close();
  });
});
