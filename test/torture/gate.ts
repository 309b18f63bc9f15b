/**
 * The gate of the torture: every statement to PostgreSQL and every HTTP request of the house, of the simulator and of
 * the callers waits here until the schedule lets it through, one at a time, and every answer until those before it have been
 * told. So what runs between two turns is determined by the seed alone, and a crash can fall before or after any effect.
 * Nothing of the house knows of it: the driver and Node's HTTP are wrapped.
 */
import { setTimeout as pause } from "node:timers/promises";
import type pg from "pg";
import { createTurnstile, type Waiting } from "./turnstile.ts";
import { type Departure, wrapHttp } from "./wrapped-http.ts";
import { pidOf, type Statement, wrapPostgres } from "./wrapped-postgres.ts";

/** Most statements take less; of others it is asked whether they wait for a lock. */
const MAYBE_LOCKED_MS = 1.5;
const STUCK_MS = 10_000;

export interface Gate {
  /** Who waits, by what they wait for, and then in the order of their coming. */
  waiting(): readonly Waiting[];
  /** Resolves when everything that was let through has ended, waits again, sleeps, or waits for a lock. */
  quiet(): Promise<void>;
  /** What is in somebody's hands, for whoever looks for what stands still. */
  inHand(): string[];
  /** The house is dead: nothing of it ever goes on. Resolves when PostgreSQL has noticed. */
  kill(): Promise<void>;
  /** Runs `build`, and whatever comes of it, as a new house. */
  within<T>(build: () => Promise<T>): Promise<T>;
  /** What the house sent to the provider since this was last asked. */
  departures(): Departure[];
  close(): Promise<void>;
}

/** Asked more often than anything else: named, so that it is parsed and planned once. */
const WHO_WAITS = {
  name: "who waits",
  text: `select pid, pg_blocking_pids(pid) as blockers
           from (select distinct pid from pg_locks where not granted and pid = any($1)) as waiting`,
};

/**
 * @param admin asks PostgreSQL who waits for locks; its own statements pass freely
 * @param providerUrl where the simulator is
 */
export function openGate(admin: pg.Client, providerUrl: () => string, now: () => Date): Gate {
  const turnstile = createTurnstile();
  const postgres = wrapPostgres(turnstile, admin);
  const http = wrapHttp(turnstile, (host) => providerUrl().endsWith(`//${host}`), postgres.signal, now);
  /** The sessions that others wait for. */
  let blockers = new Set<number>();
  /** The statements that waited for locks when that was last asked, and how much had happened by then. */
  let locked: { statements: Set<Statement>; stirred: number } = { statements: new Set(), stirred: -1 };

  async function allWaitForLocks(): Promise<boolean> {
    const running = postgres.running();
    // One with a time-out of its own ends by itself.
    if (running.some(({ label }) => label.includes("address_lock("))) return false;
    const pids = running.map(({ client }) => pidOf(client));
    const { rows } = await admin.query<{ pid: number; blockers: number[] }>({ ...WHO_WAITS, values: [pids] });
    blockers = new Set(rows.flatMap((row) => row.blockers));
    const all = rows.length === pids.length && postgres.running().length === pids.length;
    locked = { statements: new Set(all ? running : []), stirred: all ? turnstile.stirred() : -1 };
    return all;
  }
  /** Whether nothing runs but what waits for locks. What waited a moment ago is asked about at once, others after a while. */
  async function onlyWaits(waited: number): Promise<boolean> {
    const running = postgres.running();
    const known = running.every((each) => locked.statements.has(each));
    if (running.length === 0 || (known && locked.stirred === turnstile.stirred())) return true;
    return (known || waited > MAYBE_LOCKED_MS) && allWaitForLocks();
  }
  const moving = () => http.exchanges().filter(({ state }) => state !== "in hand");

  return {
    waiting() {
      const isLocked = postgres.running().length > 0;
      // While somebody waits for a lock, whoever has it goes first: were there two to wait, PostgreSQL would choose by luck.
      const holders = turnstile.queue().filter(({ client }) => isLocked && client && blockers.has(pidOf(client)));
      return (holders.length > 0 ? holders : [...turnstile.queue()]).sort((a, b) =>
        a.label < b.label ? -1 : a.label > b.label ? 1 : 0,
      );
    },
    inHand: () => http.exchanges().map(({ label, state }) => `${label}: ${state}`),
    async quiet() {
      let startedAt = performance.now();
      for (let calm = 0, seen = -1; calm < 3; ) {
        await new Promise((resolve) => setImmediate(resolve));
        const waited = performance.now() - startedAt;
        const still = !postgres.isConnecting() && moving().length === 0 && (await onlyWaits(waited));
        calm = still && seen === turnstile.stirred() ? calm + 1 : 0;
        seen = turnstile.stirred();
        if (calm === 3 && turnstile.tellOne()) {
          calm = 0;
          startedAt = performance.now();
        }
        if (waited > STUCK_MS) {
          const what = [...postgres.running().map(({ label }) => label), ...moving().map((each) => each.label)];
          throw new Error(`nothing moves: ${what.join("; ")}`);
        }
        if (!still) await Promise.race([turnstile.next(), pause(1)]);
      }
    },
    async kill() {
      turnstile.keep(({ kind }) => kind === "incoming");
      turnstile.forgetEnds();
      for (const { request, outgoing } of http.exchanges()) if (outgoing) request.destroy();
      await postgres.kill();
    },
    within: postgres.within,
    departures: http.departures,
    async close() {
      postgres.unwrap();
      http.unwrap();
    },
  };
}
