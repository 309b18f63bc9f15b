/** Texts that come while earlier ones are stored are stored by one statement, and nobody can tell it from one by one. */
import fc from "fast-check";
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTakeIn } from "../../server/messages/take-in.ts";
import { few } from "../../server/platform/few.ts";
import { asOwner } from "../support/sql.ts";
import { newcomer, thread } from "../support/story.ts";
import type { Town } from "../support/town.ts";
import { clockAt, everythingOf, foundIdleTown, later, newSide, type Side } from "../support/two-sides.ts";
import { INBOUND, postWebhook, textFields } from "../support/webhook.ts";

let town: Town;
let owner: pg.Client;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ town, owner, stop } = await foundIdleTown());
});
afterAll(() => stop());

const RUNS = 60;

const NUMBERS = ["+14155550142", "+14155550143", "+14155550144"];
const phone = (n: number) => `+1415555${String(n).padStart(4, "0")}`;

interface Text {
  from: number;
  to: number;
  agent: number | null;
  active: boolean;
  sid: number;
}
/** What others do between arrivals, in SQL: $1 is the workspace, $2 the time, $3 a phone. */
const ACTS = {
  resolve: `update conversations set status = 'RESOLVED' where $2::timestamptz is not null and workspace_id = $1 and address = $3`,
  "take over": `update conversations set status = 'ASSIGNED' where $2::timestamptz is not null and workspace_id = $1 and address = $3
    and status <> 'RESOLVED'`,
  "put away": `update conversations set archived = true, snoozed_until = $2 where workspace_id = $1 and address = $3`,
  "opt out": `insert into suppressions values ($1, 'sms', 'sms ' || $3, '*', 'keyword', $2) on conflict do nothing`,
  "opt out of one": `insert into suppressions values ($1, 'sms', 'sms ' || $3, '${NUMBERS[1]}', 'provider', $2) on conflict do nothing`,
  "type in": `with typed as (insert into contacts (workspace_id, id, created_at, updated_at) values ($1, 'con_typed', $2, $2)
      on conflict do nothing)
    insert into contact_addresses values ($1, 'sms', $3, 'con_typed', 'sms ' || $3, $2) on conflict do nothing`,
  answer: `delete from turns where workspace_id = $1 and $2::timestamptz is not null and $3::text is not null`,
};
type Step = { texts: Text[] } | { act: keyof typeof ACTS; phone: number };

const person = fc.nat(5);
const text: fc.Arbitrary<Text> = fc.record({
  from: person,
  to: fc.nat(2),
  agent: fc.constantFrom(null, 1, 2),
  active: fc.boolean(),
  sid: fc.nat(20),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ texts: fc.array(text, { minLength: 1, maxLength: 14 }) }),
  fc.record({ act: fc.constantFrom(...(Object.keys(ACTS) as Array<keyof typeof ACTS>)), phone: person }),
);

const arrivalsAt = (side: Side, texts: readonly Text[], rules: { drops: boolean; scope: "workspace" | "sender" }) =>
  texts.map(({ from, to, agent, active, sid }) => ({
    text: {
      // One message of the provider's has one writer.
      providerSid: `SM${String(from * 100 + sid).padStart(32, "0")}`,
      accountSid: town.twilio.sid,
      messagingServiceSid: null,
      from: phone(from),
      to: NUMBERS[to] ?? "",
      content: `Number ${sid}: "open on Sunday?" 🏺`,
      media: sid % 7 === 0 ? [{ url: `https://files.example/${sid}`, contentType: "image/png" }] : [],
      segments: 1 + (sid % 3),
      providerAnswers: "no" as const,
    },
    sender: {
      workspace: {
        id: side.id,
        consentScope: rules.scope,
        optedOutInbound: rules.drops ? ("drop" as const) : ("store" as const),
      },
      connection: {
        id: `chn_${to}` as const,
        active,
        agentId: agent === null ? null : (`agt_${agent}` as const),
        phoneNumber: NUMBERS[to] ?? null,
        messagingServiceSid: null,
      },
    },
    answered: active,
  }));

test("texts come to the same rows one by one and together, whatever happens between them", async () => {
  let together = 0;
  const rules = fc.record({ drops: fc.boolean(), scope: fc.constantFrom("workspace" as const, "sender" as const) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), rules, async (steps, rules) => {
      const clock = clockAt(town);
      const [plain, batched] = [newSide(town, clock), newSide(town, clock)];
      const takeOne = createTakeIn(plain, few(1));
      const takeIn = createTakeIn(batched, few(4));
      for (const step of steps) {
        later(clock, 1500);
        if ("act" in step) {
          for (const { id } of [plain, batched]) await owner.query(ACTS[step.act], [id, clock.at, phone(step.phone)]);
          continue;
        }
        const one: unknown[] = [];
        for (const arrival of arrivalsAt(plain, step.texts, rules)) one.push(await takeOne(arrival));
        // The first goes at once; the others come while it is stored.
        const many = await Promise.all(arrivalsAt(batched, step.texts, rules).map(takeIn));
        expect(many).toEqual(one);
      }
      expect(batched.refused).toEqual([]);
      expect(await everythingOf(batched, owner)).toEqual(await everythingOf(plain, owner));
      expect(plain.asked).not.toContain("receive_messages");
      together += batched.asked.filter((each) => each === "receive_messages").length;
    }),
    { numRuns: RUNS },
  );
  expect(together).toBeGreaterThan(RUNS);
}, 120_000);

test("texts of many people at once are stored once each, and in their order", async () => {
  const phones = Array.from({ length: 12 }, newcomer);
  const texts = Array.from({ length: 5 }, (_, n) => phones.map((From) => textFields(town, { From, Body: `No. ${n}` })));
  // Each person's next text comes when the one before was acknowledged; every other webhook comes twice.
  const all = phones.map(async (_, person) => {
    for (const round of texts) {
      const fields = round[person] ?? {};
      const answers = await Promise.all([postWebhook(town, INBOUND, fields), postWebhook(town, INBOUND, fields)]);
      expect(answers.map((each) => each.status)).toEqual([200, 200]);
    }
  });
  await Promise.all(all);
  for (const each of phones)
    expect((await thread(town, each)).map((message) => message.content)).toEqual(texts.map((_, n) => `No. ${n}`));
});

test("a text that can't be stored takes none of its neighbours with it", async () => {
  await owner.query("alter table messages add constraint nothing_poisonous check (content <> 'poison')");
  const phones = Array.from({ length: 20 }, newcomer);
  const bodies = phones.map((_, n) => (n % 7 === 3 ? "poison" : "Hello"));
  const answers = await Promise.all(
    phones.map((From, n) => postWebhook(town, INBOUND, textFields(town, { From, Body: bodies[n] ?? "" }))),
  );
  await owner.query("alter table messages drop constraint nothing_poisonous");
  expect(answers.map((each) => each.status)).toEqual(bodies.map((body) => (body === "poison" ? 500 : 200)));
  const stored = await asOwner(town, "select from_address from messages where from_address = any($1)", [phones]);
  expect(stored.map((each) => each.from_address).sort()).toEqual(phones.filter((_, n) => bodies[n] === "Hello").sort());
});
