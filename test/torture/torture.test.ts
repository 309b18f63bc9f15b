/** A hundred schedules of the torture, and that a seed is a schedule; `npm run torture` runs as many as one likes. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { misplacedPlants } from "./plant.ts";

/** In a process of its own: the torture wraps the database's driver and HTTP. Answers the lines, the last one apart. */
async function torture(...args: string[]): Promise<{ said: string[]; sum: string }> {
  const child = promisify(execFile)(process.execPath, [join(import.meta.dirname, "main.ts"), ...args]);
  const { stdout } = await child.catch((error: { stdout: string }) => error);
  const said = stdout.trim().split("\n");
  return { sum: said.pop() ?? "", said };
}

test("a hundred schedules of texts, sends, STOPs and faults break no promise", async () => {
  const { said, sum } = await torture("--from=0", "--count=100", "--processes=1");
  expect(said.filter((line) => /^schedule \d/.test(line))).toEqual([]);
  expect(sum).toMatch(/^100 schedules \(0 to 99\), \d{5} turns, \d{3} crashes, \d+ s: 0 broken$/);
}, 900_000);

test("every mistake that can be planted still has its place in the house", () => {
  expect(misplacedPlants()).toEqual([]);
});

test("a seed is a schedule: turn by turn the same, every time", async () => {
  const [first, second] = [
    await torture("--from=5", "--count=2", "--trace"),
    await torture("--from=5", "--count=2", "--trace"),
  ];
  expect(first.said.length).toBeGreaterThan(200);
  expect(second.said).toEqual(first.said);
}, 240_000);
