/** Start: from the start of the process to ready, on data that is there already. */
import { type Figure, median } from "./figures.ts";
import type { Stage } from "./stage.ts";

const STARTS = 3;
const GOAL_MS = 3000;
const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;

export async function measureStart(stage: Stage, say: (line: string) => void): Promise<Figure[]> {
  const firstMs = await stage.firstStartMs();
  await stage.channel();
  const starts: number[] = [];
  for (let n = 0; n < STARTS; n++) starts.push((await stage.restarted()).startedInMs);
  say(`starts: ${starts.map(seconds).join(", ")}`);
  const line = (what: string, ms: number, goal: Figure["goal"]): Figure => ({
    what,
    measured: seconds(ms),
    against: `limit ${seconds(GOAL_MS)}`,
    ratio: ms / GOAL_MS,
    goal,
  });
  return [
    line("start, existing data", median(starts), { is: "below", of: 1 }),
    line("start, the very first", firstMs, null),
  ];
}
