/** The promises on real processes and a real PostgreSQL that are killed and stopped; `npm run torture -- --real` goes on for longer. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";

const TIMEOUT_MS = 600_000;
const over = new AbortController();
// The house's processes and PostgreSQL end with the one that started them, also where a test has failed.
afterAll(() => over.abort());

/** What the campaign said: what broke, and the last line of each part of it. */
async function torture(...args: string[]): Promise<string[]> {
  const child = promisify(execFile)(process.execPath, [join(import.meta.dirname, "main.ts"), ...args], {
    ...{ signal: over.signal, timeout: TIMEOUT_MS - 20_000, killSignal: "SIGKILL" },
  });
  const { stdout, stderr } = await child.catch((error: { stdout: string; stderr: string }) => error);
  return `${stdout}${stderr}`.trim().split("\n");
}

test(
  "five schedules of kills and of stops of the database break no promise",
  async () => {
    const said = await torture("--real", "--from=0", "--count=5");
    expect(said).toEqual([expect.stringMatching(/^5 real schedules .* [1-9]\d* kills, [1-9]\d* stops .*: 0 broken$/)]);
  },
  TIMEOUT_MS,
);

test(
  "in a storm of 300 messages, nothing leaves after any STOP",
  async () => {
    const said = await torture("--storm=300");
    expect(said).toEqual([expect.stringMatching(/^storm 0: .* [1-9]\d* STOPs, [1-9]\d* held back, .*: 0 violations$/)]);
  },
  TIMEOUT_MS,
);

test(
  "three seconds without PostgreSQL: what was acknowledged is stored, and all that the provider has is there, in order",
  async () => {
    const said = await torture("--outage=3");
    expect(said).toEqual([
      expect.stringMatching(/^outage 0 \(fast, 3 s\): .*: 0 violations$/),
      expect.stringMatching(/^outage 1 \(immediate, 3 s\): .*: 0 violations$/),
    ]);
  },
  TIMEOUT_MS,
);
