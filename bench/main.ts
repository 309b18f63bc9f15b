/** `npm run bench [-- names] [--profile=folder]`: ratios against floors, of one run on one machine. */
import { startNode } from "./child.ts";
import { measureDispatch } from "./dispatch.ts";
import { type Figure, isMet, tableOf } from "./figures.ts";
import { measureInbound } from "./inbound.ts";
import { measureMemory } from "./memory.ts";
import { measurePace } from "./pace.ts";
import { measurePixels } from "./pixels.ts";
import { type Stage, setStage } from "./stage.ts";
import { measureStart } from "./start.ts";

type Measure = (stage: Stage, say: (line: string) => void) => Promise<Figure[]>;

/** In this order, because start and memory are taken on the data that the others leave. */
const MEASURES: Record<string, Measure> = {
  inbound: measureInbound,
  dispatch: measureDispatch,
  pace: measurePace,
  pixels: measurePixels,
  start: measureStart,
  memory: measureMemory,
};
const AT_MOST_MS = 240_000;

const profileDir = process.argv.map((each) => /^--profile=(.+)$/.exec(each)?.[1]).find(Boolean) ?? null;
const asked = process.argv.slice(2).filter((each) => !each.startsWith("--"));
const unknown = asked.find((name) => !(name in MEASURES));
if (unknown) {
  process.stderr.write(`${unknown} is not measured here. Known: ${Object.keys(MEASURES).join(", ")}.\n`);
  process.exit(2);
}

const startedAt = performance.now();
const say = (line: string) =>
  process.stderr.write(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${line}\n`);

// As `npm start` does: a product that was started without its web app never shows one.
await startNode("the build of the web app", "web/build-if-older.ts").output();
const stage = await setStage(profileDir);
const figures: Figure[] = [];
async function measureAll(): Promise<void> {
  for (const [name, measure] of Object.entries(MEASURES)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    say(name);
    figures.push(...(await measure(stage, (line) => say(`  ${line}`))));
  }
}
const interrupted = new Promise<never>((_, reject) => {
  const end = (why: string) => () => reject(new Error(why));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, end(`interrupted by ${signal}`));
  setTimeout(end(`not done after ${AT_MOST_MS / 1000} s`), AT_MOST_MS).unref();
});
try {
  await Promise.race([measureAll(), interrupted]);
} finally {
  await stage.close();
}
process.stdout.write(`${tableOf(figures)}\n`);
process.exit(figures.every(isMet) ? 0 : 1);
