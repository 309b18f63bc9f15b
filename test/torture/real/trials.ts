/** What storms and outages have in common: they run one after the other on one site, with a crowd of their own each. */
import type { Business } from "../site.ts";
import { openRealSite, type RealSite } from "./site.ts";

export interface Trial {
  name: string;
  /** Answers every promise that it broke, one sentence each. */
  run(site: RealSite): Promise<string[]>;
}

interface Trials {
  /** What each number may send a second. */
  mps: number;
  trials: readonly Trial[];
  /** How much is said of one that broke very many. */
  sentencesAtMost?: number;
  say: (line: string) => void;
}

/** Runs the trials on one site; answers how many broke a promise. */
export async function runTrials({ mps, trials, sentencesAtMost = Infinity, say }: Trials): Promise<number> {
  let broken = 0;
  const site = await openRealSite(mps);
  try {
    for (const { name, run } of trials) {
      const found = await run(site);
      for (const violation of found.slice(0, sentencesAtMost)) say(`${name}: ${violation}`);
      if (found.length > 0) broken++;
      await site.simulator.reset();
    }
  } finally {
    await site.stop();
  }
  return broken;
}

export interface Person {
  business: Business;
  phone: string;
}

/** So many customers whom nobody knows yet, in turn of the one business and of the other. */
export const crowdOf = ({ businesses }: RealSite, size: number, areaCode: number): Person[] =>
  Array.from({ length: size }, (_, n) => ({
    business: businesses[n % 2] as Business,
    phone: `+1${areaCode}${String(2_000_000 + n)}`,
  }));
