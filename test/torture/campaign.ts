/** A campaign: schedules one after the other, each held against the promises. */
import type { ConnectionSettings } from "../../server/platform/db/pool.ts";
import { violationsOf } from "./check.ts";
import { runSchedule, type Told } from "./schedule.ts";
import { openSite } from "./site.ts";

export interface Verdict {
  seed: number;
  told: Told;
  violations: string[];
}

export interface Campaign {
  /** On this PostgreSQL, as its owner, whose database `template` is migrated. */
  server: ConnectionSettings;
  template: string;
  from: number;
  count: number;
  /** Hears of each schedule; answers whether to go on. */
  hear: (verdict: Verdict) => boolean;
}

/** Nobody vacuums or deletes: what is read whole, by the house or the checker, grows with every schedule. */
const AFRESH_EVERY = 100;

/** Runs schedules `from` to `from + count - 1`. What a broken one left behind could trip the next: then all begins anew. */
export async function runCampaign({ server, template, from, count, hear }: Campaign): Promise<void> {
  let site = await openSite(server, template);
  try {
    for (let seed = from; seed < from + count; seed++) {
      const told = await runSchedule(site, seed);
      const violations = await violationsOf(site, told);
      if (!hear({ seed, told, violations })) return;
      if (violations.length > 0 || (seed - from) % AFRESH_EVERY === AFRESH_EVERY - 1) {
        await site.stop();
        site = await openSite(server, template);
      } else {
        await site.crash();
        await site.simulator.reset();
      }
    }
  } finally {
    await site.stop();
  }
}
