/** Reports of deliveries that come at once are recorded by one statement, and nobody can tell it from one by one. */
import fc from "fast-check";
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCallbacks } from "../../server/messages/delivery.ts";
import { few } from "../../server/platform/few.ts";
import type { Town } from "../support/town.ts";
import { clockAt, everythingOf, foundIdleTown, later, newSide, type Side } from "../support/two-sides.ts";
import { newSid } from "../support/webhook.ts";

let town: Town;
let owner: pg.Client;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ town, owner, stop } = await foundIdleTown());
});
afterAll(() => stop());

const RUNS = 60;

const STATES = ["accepted", "sent", "undelivered", "failed", "delivered", "read"] as const;
const report = fc.record({
  message: fc.nat(4),
  status: fc.constantFrom(...STATES),
  sid: fc.nat(2),
  foreign: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
});
const message = fc.record({
  status: fc.constantFrom("queued", "sending", "accepted", "sent", "failed", "delivered"),
  named: fc.boolean(),
  attempts: fc.array(fc.constantFrom("pending", "unknown", "absent", "accepted", "not_sent"), { maxLength: 3 }),
});
const messageId = (n: number) => `msg_${String(n).padStart(32, "0")}` as const;
const sidOf = (message: number, n: number) => `SM${String(message * 10 + n).padStart(32, "0")}`;

async function lay(
  side: Side,
  at: Date,
  messages: ReadonlyArray<{ status: string; named: boolean; attempts: string[] }>,
) {
  await owner.query("insert into contacts (workspace_id, id, created_at, updated_at) values ($1, 'con_1', $2, $2)", [
    side.id,
    at,
  ]);
  await owner.query(
    `insert into conversations (workspace_id, id, contact_id, status, channel, last_activity_at, created_at)
       values ($1, 'cnv_1', 'con_1', 'OPEN', 'sms', $2, $2)`,
    [side.id, at],
  );
  for (const [n, { status, named, attempts }] of messages.entries()) {
    await owner.query(
      `insert into messages (workspace_id, id, conversation_id, contact_id, direction, kind, channel, connection_id, from_address,
           to_address, address_hash, sender, content, author, status, segments, encoding, provider_sid, due_at, created_at)
         values ($1, $2, 'cnv_1', 'con_1', 'outbound', 'reply', 'sms', 'chn_1', '', '', '', '', 'Hello', '{}', $3, 1, 'GSM-7', $4,
           case when $3 = 'queued' then $5::timestamptz end, $5)`,
      [side.id, messageId(n), status, named ? sidOf(n, 0) : null, at],
    );
    for (const [place, outcome] of attempts.entries())
      await owner.query(
        "insert into attempts (workspace_id, id, message_id, connection_id, at, outcome) values ($1, $2, $3, 'chn_1', $4, $5)",
        [side.id, `att_${n}_${place}`, messageId(n), at, outcome],
      );
  }
}

test("reports come to the same rows one by one and together", async () => {
  let together = 0;
  const rounds = fc.array(fc.array(report, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 4 }), rounds, async (messages, rounds) => {
      const clock = clockAt(town);
      const [plain, batched] = [newSide(town, clock), newSide(town, clock)];
      for (const side of [plain, batched]) await lay(side, clock.at, messages);
      const sides = [plain, batched].map((side) => {
        const record = createCallbacks(side, few(4));
        const account = (id: "chn_1" | "chn_2") => ({
          senders: [{ workspace: { id: side.id }, connection: { id } }],
        });
        const [own, foreign] = [account("chn_1"), account("chn_2")];
        return (each: { message: number; status: (typeof STATES)[number]; sid: number; foreign: boolean }) => {
          const { message, status } = each;
          const failed = status === "failed" || status === "undelivered";
          const said = {
            accountSid: town.twilio.sid,
            providerSid: sidOf(message, each.sid),
            status,
            providerCode: failed ? "30003" : null,
            reason: failed ? { code: "unreachable", message: `Try ${each.sid}` } : null,
            blocked: false,
          };
          return record(messageId(message), said, each.foreign ? foreign : own);
        };
      });
      const [recordOne, record] = sides;
      if (!recordOne || !record) throw new Error("there are two sides");
      for (const reports of rounds) {
        later(clock, 1000);
        // Another account's go another way, which may be the faster one: they change nothing.
        const one: unknown[] = [];
        for (const each of reports) one.push(await recordOne(each));
        expect(await Promise.all(reports.map(record))).toEqual(one);
      }
      expect(batched.refused).toEqual([]);
      const [expected, found] = [await everythingOf(plain, owner), await everythingOf(batched, owner)];
      // Ids of delivery events are made when a report's turn comes, which is another for each of two accounts.
      if (rounds.flat().some((each) => each.foreign)) for (const all of [expected, found]) all.delivery_events = [];
      expect(found).toEqual(expected);
      together += batched.asked.filter((each) => each === "record_deliveries").length;
    }),
    { numRuns: RUNS },
  );
  expect(together).toBeGreaterThan(RUNS / 2);
}, 120_000);

test("a report that can't be recorded takes none of its neighbours with it", async () => {
  const side = newSide(town, clockAt(town));
  const kept = Array.from({ length: 8 }, () => ({ status: "accepted", named: false, attempts: [] }));
  await lay(side, town.clock.now(), kept);
  await owner.query(
    `alter table delivery_events add constraint nothing_poisonous check (message_id <> '${messageId(5)}')`,
  );
  const record = createCallbacks(side, few(4));
  const account = { senders: [{ workspace: { id: side.id }, connection: { id: "chn_1" as const } }] };
  const recorded = await Promise.allSettled(
    kept.map((_, n) =>
      record(
        messageId(n),
        {
          accountSid: town.twilio.sid,
          providerSid: newSid("SM"),
          status: "sent",
          providerCode: null,
          reason: null,
          blocked: false,
        },
        account,
      ),
    ),
  );
  await owner.query("alter table delivery_events drop constraint nothing_poisonous");
  expect(recorded.map((each) => each.status)).toEqual(kept.map((_, n) => (n === 5 ? "rejected" : "fulfilled")));
  const { rows } = await owner.query("select status from messages where workspace_id = $1 order by id", [side.id]);
  expect(rows.map((each) => each.status)).toEqual(kept.map((_, n) => (n === 5 ? "accepted" : "sent")));
});
