/** Coming to rest: everything runs, and is let go its way until nothing is open. */
import { setTimeout as pause } from "node:timers/promises";
import { PROCESSES } from "./processes.ts";
import type { RealSite } from "./site.ts";

/** What the resolver, the poller and the reconciler wait for is a multiple of this. */
const LEAP_MS = 15_000;
/** In the end: whatever would still come of it (a second handing-over, say) comes now. */
const LAST_LEAP_MS = 60_000;
const STILL_FOR_MS = 150;
/** An attempt that is younger may be on its way: the house waits no longer for the provider. */
const ATTEMPT_LIVES_MS = 6000;
const GIVE_UP_MS = 120_000;

/** Waits for a condition in real time. */
export async function until(
  what: string,
  isSo: () => Promise<boolean> | boolean,
  withinMs = GIVE_UP_MS,
): Promise<void> {
  for (const giveUpAt = performance.now() + withinMs; !(await isSo()); await pause(10))
    if (performance.now() > giveUpAt) throw new Error(`waited in vain until ${what}`);
}

/** Whatever moves leaves a trace in the provider's log or in the tables. */
async function footprint({ admin, simulator }: RealSite): Promise<string> {
  const { rows } = await admin.query("select workspace_id, last_seq from event_counters order by 1");
  const seqs = [simulator.requests(), simulator.webhooks()].map((log) => log.at(-1)?.seq);
  return JSON.stringify([rows, seqs]);
}

async function mayMove({ admin, simulator, clock }: RealSite): Promise<boolean> {
  if (simulator.requests().some(({ outcome }) => outcome === "pending")) return true;
  if (simulator.webhooks().some(({ outcome }) => outcome === "pending")) return true;
  const since = new Date(clock.now().getTime() - ATTEMPT_LIVES_MS);
  const { rows } = await admin.query("select 1 from attempts where outcome = 'pending' and at > $1 limit 1", [since]);
  return rows.length > 0;
}

/** Resolves when nothing has moved for a moment and nobody is waited for. */
export async function stillness(site: RealSite): Promise<void> {
  let seen = "";
  await until("nothing moves", async () => {
    if (await mayMove(site)) return false;
    const before = seen;
    seen = await footprint(site);
    if (seen !== before) await pause(STILL_FOR_MS);
    return seen === before;
  });
}

async function isOpen({ admin }: RealSite, phones: readonly string[]): Promise<boolean> {
  const { rows } = await admin.query(
    `select 1 from messages where direction = 'outbound' and status in ('queued', 'scheduled', 'sending')
      and to_address = any($1) limit 1`,
    [phones],
  );
  return rows.length > 0;
}

/** Starts what does not run, and lets everything end, time leaping where it is only waited for; answers whether it did. */
export async function comeToRest(site: RealSite, phones: readonly string[]): Promise<boolean> {
  await site.startDatabase();
  await site.processes.start(...PROCESSES);
  const giveUpAt = performance.now() + GIVE_UP_MS;
  for (let closed = 0; closed < 3; ) {
    await stillness(site);
    if (performance.now() > giveUpAt) return false;
    closed = (await isOpen(site, phones)) ? 0 : closed + 1;
    if (closed < 3) await site.leap(closed > 0 ? LAST_LEAP_MS : LEAP_MS);
  }
  return true;
}
