/** One schedule: what a seed makes customers, callers, the provider and fate do, in which order; and its end. */
import { type Act, planActs, type Send } from "./acts.ts";
import { chanceOf } from "./chance.ts";
import type { Site } from "./site.ts";
import type { Waiting } from "./turnstile.ts";

export interface Told {
  phones: string[];
  sends: Send[];
  /** What was done, in order: the same for the same seed. */
  trace: string[];
  /** The number of the simulator's log at which the schedule began. */
  since: number;
  crashes: number;
  /** Texts that were acknowledged before they were stored. */
  unstored: string[];
  /** Whether everything came to an end. */
  settled: boolean;
  /** When messages left the house, by the number that they left from. */
  departures: Array<{ from: string; at: Date }>;
}

const CUSTOMERS = 3;
const HOPS_AT_MOST = 400;
const HOP_MS = 4000;
/** While somebody waits for a turn, mostly so little time passes at once: whoever always sleeps in between sends too late. */
const MOMENT_MS = 60;
const FALLS_ASLEEP = 0.08;
const SLUGGISH = 0.15;
/** So long the house waits for the provider before it breaks a request off: none is held up at its door for longer. */
const AT_THE_DOOR_MS = 4000;
/** When all is asked for, what comes of it still is drawn for so many turns; then it goes its way. */
const LINGERS = 120;

export async function runSchedule(site: Site, seed: number): Promise<Told> {
  const { gate, clock, simulator } = site;
  const chance = chanceOf(`schedule ${seed}`);
  const phones = Array.from({ length: CUSTOMERS }, (_, n) => `+1628${String(2_000_000 + seed * CUSTOMERS + n)}`);
  const sends: Send[] = [];
  const trace: string[] = [];
  const since = simulator.webhooks().at(-1)?.seq ?? 0;
  const under = new Set<Promise<unknown>>();
  let crashes = 0;
  let crashesLeft = chance.weighted([
    [2, 0],
    [4, 1],
    [3, 2],
    [1, 4],
  ]);

  const build = () => site.build(chanceOf(`house ${seed} ${crashes}`));
  async function crash(): Promise<void> {
    crashes++;
    crashesLeft--;
    await site.crash();
    await build();
  }
  const start = (act: Act) => {
    trace.push(`act: ${act.label}`);
    const done = Promise.resolve(act.run()).catch((error) => trace.push(`failed: ${error}`));
    under.add(done);
    void done.finally(() => under.delete(done));
  };

  // Some are held up for long: a request that is on its way while everything else happens is where a race is lost, and
  // most of all between the last look and the provider's door.
  const weights = new WeakMap<Waiting, number>();
  const weightOf = (each: Waiting) => {
    const weight = weights.get(each) ?? (each.kind === "outgoing" ? atTheDoor() : chance.next() < SLUGGISH ? 0.6 : 10);
    weights.set(each, weight);
    return weight;
  };
  const atTheDoor = () =>
    chance.weighted([
      [4, 10],
      [3, 0.6],
      [3, 0.05],
    ]);

  const cameAt = new WeakMap<Waiting, number>();
  /** How much time may pass before whoever waits at the provider's door has to be let through. */
  function patience(waiting: readonly Waiting[]): number {
    const now = clock.now().getTime();
    let least = Number.POSITIVE_INFINITY;
    for (const each of waiting) {
      if (each.kind !== "outgoing") continue;
      const at = cameAt.get(each) ?? now;
      cameAt.set(each, at);
      least = Math.min(least, at + AT_THE_DOOR_MS - now);
    }
    return least;
  }

  const unstored: string[] = [];
  const looked = new Set<string>();
  /** Asked at once: what the reconciler brings in later was not kept, but mended. */
  async function lookForAcknowledged(): Promise<void> {
    const fresh = simulator
      .webhooks()
      .filter(({ seq, kind, messageSid }) => seq > since && kind === "inbound" && !looked.has(messageSid))
      .filter(({ attempts }) => attempts.at(-1)?.status === 200)
      .map(({ messageSid }) => messageSid);
    if (fresh.length === 0) return;
    for (const sid of fresh) looked.add(sid);
    const { rows } = await site.admin.query<{ sid: string }>(
      "select provider_sid as sid from messages where provider_sid = any($1)",
      [fresh],
    );
    unstored.push(...fresh.filter((sid) => !rows.some((row) => row.sid === sid)));
  }

  await build();
  const acts = planActs(site, chance, seed, phones, sends);
  for (let lingers = LINGERS; acts.length > 0 || under.size > 0 || lingers-- > 0; ) {
    await gate.quiet();
    await lookForAcknowledged();
    const waiting = gate.waiting();
    const next = clock.next();
    const least = patience(waiting);
    const turns: Array<readonly [number, () => Promise<void> | void]> = waiting.map((each) => [
      weightOf(each),
      () => {
        // What was committed and never answered is where most promises are broken.
        const risk = each.label === "commit" ? 0.06 : 0.005;
        const fatal = each.kind === "sql" && crashesLeft > 0 && chance.next() < risk;
        trace.push(`${fatal ? "dies after" : "turn"}: ${each.label}`);
        each.go(fatal);
        return fatal ? gate.quiet().then(crash) : undefined;
      },
    ]);
    // One after the other: were all begun at once, a STOP would be read before anything it could meet was on its way.
    const work = turns.reduce((total, [weight]) => total + weight, 0);
    if (acts.length > 0) turns.push([work > 0 ? 0.3 + 0.05 * work : 8, () => start(acts.shift() as Act)]);
    if (next !== null && least > 0)
      turns.push([
        waiting.length > 0 ? 4 : 14,
        () => {
          const isAsleep = waiting.length === 0 || chance.next() < FALLS_ASLEEP;
          const passing = Math.min(least, isAsleep ? next : Math.min(next, 1 + chance.below(MOMENT_MS)));
          trace.push(`time: ${passing}`);
          clock.advance(passing);
        },
      ]);
    if (crashesLeft > 0 && acts.length < 8) {
      turns.push([
        0.05,
        () => {
          trace.push("dies");
          return crash();
        },
      ]);
    }
    if (turns.length > 0) await chance.weighted(turns)();
  }
  const settled = await settle(site, phones);
  await gate.quiet();
  // The network of a schedule holds requests up at will: the pace is the house's until it lets go of them.
  const departures = gate.departures().flatMap(({ body, at }) => {
    const from = new URLSearchParams(body).get("From");
    return from === null ? [] : [{ from, at }];
  });
  return { phones, sends, trace, since, crashes, unstored, settled, departures };
}

/** Lets everything go its way, without faults of the process, until nothing is open; answers whether it came to that. */
async function settle(site: Site, phones: readonly string[]): Promise<boolean> {
  const { admin, clock, gate, simulator } = site;
  for (let hop = 0; hop < HOPS_AT_MOST; hop++) {
    for (;;) {
      await gate.quiet();
      const [first] = gate.waiting();
      if (!first) break;
      first.go();
    }
    const { rows } = await admin.query(
      `select 1 from messages where direction = 'outbound' and status in ('queued', 'scheduled', 'sending') and to_address = any($1)
       limit 1`,
      [phones],
    );
    const open = simulator.webhooks().some(({ outcome }) => outcome === "pending");
    if (rows.length === 0 && !open && hop > 3) return true;
    clock.advance(hop < 3 ? (clock.next() ?? HOP_MS) : HOP_MS);
  }
  return false;
}
