/** The real campaign: what was asked for, one after the other, on real processes; and what it broke. */
import { violationsOf } from "../check.ts";
import type { Told } from "../schedule.ts";
import { runRealSchedule } from "./schedule.ts";
import { acknowledged, openRealSite, type RealSite } from "./site.ts";

/** Slow enough that a burst queues up. */
const MPS = 4;

interface RealCampaign {
  from: number;
  count: number;
  trace: boolean;
  say: (line: string) => void;
}

/** The promises that are broken, and what befell the house that nobody did to it. */
export async function verdictOn(
  site: RealSite,
  told: Pick<Told, "phones" | "sends" | "since" | "settled">,
): Promise<string[]> {
  const unstored = await acknowledgedFirst(site);
  return [...site.surprises(), ...(await violationsOf(site, { ...told, unstored }))];
}

/** What was stored later than its 200: the reconciler has mended what the webhook had lost. */
async function acknowledgedFirst(site: RealSite): Promise<string[]> {
  const texts = acknowledged(site).filter(({ kind }) => kind === "inbound");
  const { rows } = await site.admin.query<{ sid: string; at: Date }>(
    `select m.provider_sid as sid, e.at from events e
       join messages m on m.workspace_id = e.workspace_id and m.id = e.data->>'messageId'
       where e.type = 'message.received' and m.direction = 'inbound' and m.provider_sid = any($1)`,
    [texts.map(({ messageSid }) => messageSid)],
  );
  const storedAt = new Map(rows.map(({ sid, at }) => [sid, at]));
  return texts
    .filter(({ messageSid, answeredAt }) => answeredAt && (storedAt.get(messageSid) ?? answeredAt) > answeredAt)
    .map(({ messageSid }) => messageSid);
}

/** Runs schedules `from` to `from + count - 1`; answers how many were broken. After a broken one all begins anew. */
export async function runRealCampaign({ from, count, trace, say }: RealCampaign): Promise<number> {
  const startedAt = performance.now();
  const sums = { broken: 0, kills: 0, stops: 0, sends: 0 };
  let site = await openRealSite(MPS);
  try {
    for (let seed = from; seed < from + count; seed++) {
      const told = await runRealSchedule(site, seed, (line) => trace && say(line));
      const violations = await verdictOn(site, told);
      sums.kills += told.kills;
      sums.stops += told.stops;
      sums.sends += told.sends.length;
      for (const violation of violations) say(`real schedule ${seed}: ${violation}`);
      if (violations.length > 0 && !trace) for (const line of told.trace) say(line);
      if (violations.length > 0) {
        sums.broken++;
        await site.stop();
        site = await openRealSite(MPS);
      } else await site.simulator.reset();
    }
  } finally {
    await site.stop();
  }
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  say(
    `${count} real schedules (${from} to ${from + count - 1}), ${sums.sends} sends, ${sums.kills} kills, ${sums.stops} stops of the database, ${seconds} s: ${sums.broken} broken`,
  );
  return sums.broken;
}
