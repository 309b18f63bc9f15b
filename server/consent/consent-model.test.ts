/** Consent against a plain model of it: whatever is said, by whomever, in whatever order, both say the same. */
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { SYSTEM } from "../../contract/accounts.ts";
import type { WorkspaceId } from "../../contract/ids.ts";
import { foundTown, KILN, type Town } from "../../test/support/town.ts";
import type { Tx } from "../platform/db/handles.ts";
import { Refusal } from "../platform/errors.ts";
import {
  adoptBlock,
  forgetEvidence,
  give,
  importStops,
  isSuppressed,
  ledgerHead,
  statesOf,
  suppressionsOf,
  withdraw,
} from "./consent.ts";
import { verify } from "./ledger.ts";

const SENDERS = [KILN, "+14155550143"] as const;

let town: Town;
let workspaceId: WorkspaceId;
beforeAll(async () => {
  town = await foundTown({ PARLEY_ROLE: "web" });
  town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: SENDERS[1] });
  for (const each of SENDERS) await town.connect(each);
  workspaceId = (await town.api.get("/api/me")).body.workspaceId as WorkspaceId;
});
afterAll(() => town.stop());
afterEach(() => town.api.patch("/api/workspace", { consentScope: "workspace" }));

type Scope = "workspace" | "sender";

/** Two people, so that what one says moves nothing of the other's. */
const who = fc.nat(1);
const sender = fc.constantFrom(...SENDERS);
const maybeSender = fc.constantFrom(null, ...SENDERS);
const act = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant("stop" as const), who, sender }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("start" as const), who, sender }) },
  fc.record({ do: fc.constant("block" as const), who, sender }),
  fc.record({ do: fc.constant("import" as const), who, sender: maybeSender }),
  fc.record({ do: fc.constantFrom("opt_out" as const, "opt_in" as const, "restore" as const, "erase" as const), who }),
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;
const step = fc.oneof(
  { weight: 5, arbitrary: act.map((one) => [one]) },
  { weight: 1, arbitrary: fc.tuple(act, act).filter(([one, other]) => one.who !== other.who) },
);

interface Person {
  optedIn: boolean | null;
  /** When where they stand was last written down: the number of the step. */
  changedIn: number;
  /** By sender, or `*` for all of them: who stopped it, and when. */
  stops: Map<string, { provider: boolean; since: number }>;
}

/** What an act comes to, by the rules alone. Answers how many events it writes; null: it is refused. */
function expected(person: Person, given: Act, scope: Scope, now: number): number | null {
  const { stops } = person;
  const stand = (optedIn: boolean | null) => Object.assign(person, { optedIn, changedIn: now });
  const stop = (name: string) => {
    if (!stops.has(name)) stops.set(name, { provider: false, since: now });
    const whole = scope === "workspace" || stops.has("*") || SENDERS.every((each) => stops.has(each));
    stand(whole ? false : person.optedIn);
  };
  const lift = (which: (name: string, provider: boolean) => boolean) => {
    for (const [name, { provider }] of [...stops]) if (which(name, provider)) stops.delete(name);
  };
  switch (given.do) {
    case "stop":
      stop(given.sender);
      return 1;
    case "opt_out":
      stop("*");
      return 1;
    case "import":
      if (stops.has(given.sender ?? "*")) return 0;
      stop(given.sender ?? "*");
      return 1;
    case "block":
      if (stops.has(given.sender)) return 0;
      stops.set(given.sender, { provider: true, since: now });
      return 1;
    case "start":
      lift((name, provider) => name === given.sender || (!provider && (name === "*" || scope === "workspace")));
      stand(true);
      return 1;
    case "opt_in":
    case "restore":
      if (given.do === "opt_in" ? stops.size > 0 : [...stops.values()].some(({ provider }) => provider)) return null;
      stops.clear();
      stand(true);
      return 1;
    case "erase":
      return 0;
  }
}

/** May this sender not reach them? Where a stop counts for all senders, a block on another one does until they opt in. */
const isStopped = ({ stops, optedIn, changedIn }: Person, name: string, scope: Scope) =>
  stops.has(name) ||
  stops.has("*") ||
  (scope === "workspace" &&
    [...stops.values()].some(({ provider, since }) => !provider || !(optedIn === true && changedIn >= since)));

/** The same act, done in the house. */
async function perform(tx: Tx, given: Act, address: string): Promise<unknown> {
  const about = { channel: "sms" as const, address, contactId: null };
  const facts = { ...about, messageId: null, proof: "On the phone.", disclosure: null, by: SYSTEM };
  switch (given.do) {
    case "stop":
      return withdraw(tx, { ...facts, action: "opt_out", source: "keyword", sender: given.sender });
    case "start":
      return give(tx, { ...facts, action: "opt_in", source: "keyword", sender: given.sender });
    case "opt_out":
      return withdraw(tx, { ...facts, action: "opt_out", source: "member", sender: null });
    case "opt_in":
      return give(tx, { ...facts, action: "opt_in", source: "form", sender: null });
    case "restore":
      return give(tx, { ...facts, action: "opt_in", source: "member", sender: null }, true);
    case "block":
      return adoptBlock(tx, { ...facts, sender: given.sender });
    case "import":
      return importStops(tx, [{ ...about, sender: given.sender, proof: "Line 1" }], SYSTEM);
    case "erase":
      return forgetEvidence(tx, [tx.hashOf("sms", address)]);
  }
}

let people = 0;

test.each(["workspace", "sender"] as const)(
  "a stop that counts for the %s stands as the model says",
  async (scope) => {
    expect((await town.api.patch("/api/workspace", { consentScope: scope })).status).toBe(200);
    const { database } = town.house;
    let events = (await database.view(workspaceId, ledgerHead)).events;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
        people += 2;
        const addresses = [people, people + 1].map((n) => `+1415555${6000 + n}`);
        const persons = addresses.map((): Person => ({ optedIn: null, changedIn: -1, stops: new Map() }));
        for (const [now, acts] of steps.entries()) {
          town.clock.advance(1000);
          await Promise.all(
            acts.map(async (given) => {
              const [person, address] = [persons[given.who], addresses[given.who] ?? ""];
              const written = person ? expected(person, given, scope, now) : null;
              const done = await database.tx(workspaceId, (tx) => perform(tx, given, address)).catch(asRefusal);
              expect(done instanceof Refusal).toBe(written === null);
              events += written ?? 0;
            }),
          );
          await database.view(workspaceId, async (view) => {
            for (const [n, person] of persons.entries()) {
              const hash = view.hashOf("sms", addresses[n] ?? "");
              const [state] = await statesOf(view, [hash]);
              expect(state?.optedIn ?? null).toBe(person.optedIn);
              const kept = await suppressionsOf(view, [hash]);
              expect(kept.map((each) => each.sender).sort()).toEqual([...person.stops.keys()].sort());
              for (const name of SENDERS)
                expect(await isSuppressed(view, "sms", hash, name, scope)).toBe(isStopped(person, name, scope));
            }
          });
        }
        expect(await database.view(workspaceId, verify)).toMatchObject({ valid: true, events });
      }),
      { numRuns: 20 },
    );
  },
  60_000,
);

test("events that are written at the same moment by many keep one chain", async () => {
  const { database } = town.house;
  const before = (await database.view(workspaceId, ledgerHead)).events;
  const acts = fc.sample(act, { numRuns: 24, seed: 24 }).filter((each) => each.do === "stop" || each.do === "start");
  await Promise.all(
    acts.map((given, n) => database.tx(workspaceId, (tx) => perform(tx, given, `+1415555${9000 + n}`))),
  );
  const { events, valid } = await database.view(workspaceId, verify);
  expect([valid, events]).toEqual([true, before + acts.length]);
});

function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  throw error;
}
