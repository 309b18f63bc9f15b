/**
 * One schedule against real processes. The seed decides who does what in which order, what befalls the provider, and which
 * processes die after how long; how far each of them has come by then is decided by the machine.
 */
import { setTimeout as pause } from "node:timers/promises";
import { planActs, type Send } from "../acts.ts";
import { type Chance, chanceOf } from "../chance.ts";
import type { Told } from "../schedule.ts";
import { PROCESSES, type ProcessName } from "./processes.ts";
import { comeToRest } from "./rest.ts";
import type { RealSite } from "./site.ts";

export interface RealTold extends Omit<Told, "crashes" | "unstored" | "departures"> {
  kills: number;
  stops: number;
}

const CUSTOMERS = 3;
const PAUSE_AT_MOST_MS = 200;
const DOWN_AT_MOST_MS = 900;

/** What befalls the house in one stroke. */
interface Stroke {
  victims: readonly ProcessName[];
  database: "fast" | "immediate" | null;
  /** How long it is left lying. */
  ms: number;
}

const [WEB, FIRST, SECOND] = PROCESSES;

function strokeOf(chance: Chance): Stroke {
  const victims = chance.weighted<readonly ProcessName[]>([
    [3, [FIRST]],
    [2, [SECOND]],
    [2, [WEB]],
    [1, [FIRST, SECOND]],
    [2, PROCESSES],
    [4, []],
  ]);
  const mustStop = victims.length === 0 || chance.next() < 0.15;
  const database = mustStop ? chance.pick(["fast", "immediate"] as const) : null;
  return { victims, database, ms: chance.below(DOWN_AT_MOST_MS) };
}

const nameOf = ({ victims, database, ms }: Stroke) =>
  `${[...victims.map((each) => `kill -9 of the ${each}`), ...(database ? [`the database stops (${database})`] : [])].join(", ")}, for ${ms} ms`;

async function strike({ processes, ...site }: RealSite, { victims, database, ms }: Stroke): Promise<void> {
  await Promise.all([processes.kill(...victims), database && site.stopDatabase(database)]);
  await pause(ms);
  await site.startDatabase();
  await processes.start(...victims);
}

/** @param hear hears what is done, as it is done */
export async function runRealSchedule(site: RealSite, seed: number, hear: (line: string) => void): Promise<RealTold> {
  const { simulator } = site;
  const chance = chanceOf(`real ${seed}`);
  const phones = Array.from({ length: CUSTOMERS }, (_, n) => `+1629${String(2_000_000 + seed * CUSTOMERS + n)}`);
  const sends: Send[] = [];
  const trace: string[] = [];
  const since = simulator.webhooks().at(-1)?.seq ?? 0;
  const startedAt = performance.now();
  const note = (what: string) => {
    const line = `  ${Math.round(performance.now() - startedAt)} ms: ${what}`;
    trace.push(line);
    hear(line);
  };

  const acts = planActs(site, chance, seed, phones, sends);
  const strokes = new Map<number, Stroke>();
  for (let n = 1 + chance.below(3); n > 0; n--) strokes.set(chance.below(acts.length), strokeOf(chance));

  const under: Array<Promise<unknown>> = [];
  let struck: Promise<unknown> = Promise.resolve();
  for (const [n, act] of acts.entries()) {
    await pause(chance.below(PAUSE_AT_MOST_MS));
    note(act.label);
    under.push(Promise.resolve(act.run()).catch((error) => note(`failed: ${error}`)));
    const stroke = strokes.get(n);
    if (!stroke) continue;
    struck = struck.then(() => {
      note(nameOf(stroke));
      return strike(site, stroke);
    });
  }
  await struck;
  await site.processes.start(...PROCESSES);
  note("nothing more befalls");
  await Promise.all(under);
  note("everything runs, and all callers have their answers");
  const settled = await comeToRest(site, phones);
  note(settled ? "at rest" : "not at rest");
  const all = [...strokes.values()];
  return {
    ...{ phones, sends, trace, since, settled },
    kills: all.reduce((sum, { victims }) => sum + victims.length, 0),
    stops: all.filter(({ database }) => database).length,
  };
}
