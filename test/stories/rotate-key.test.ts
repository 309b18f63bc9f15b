/** `npm start -- rotate-key`: an install that keeps its key itself gets a new one, and is never left with the wrong one. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startProduct } from "../support/product.ts";
import { freePort } from "../support/town.ts";

const folder = mkdtempSync(join(tmpdir(), "parley-rotate-"));
const keyFile = join(folder, "secret-key");
const nextFile = `${keyFile}.next`;
const present = () => readFileSync(keyFile, "utf8");
let env: Record<string, string>;

/** Starts the product, lets it be ready and stops it; answers what it printed. */
async function startAndStop(): Promise<string> {
  const product = startProduct(env);
  await product.ready;
  product.child.kill("SIGTERM");
  expect(await product.ended).toBe(0);
  return product.printed();
}

beforeAll(async () => {
  env = { PORT: String(await freePort()), PARLEY_DATA_DIR: folder };
  await startAndStop();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("it makes a new key, reseals, and puts the new one in the file; the house starts with it", async () => {
  const before = present();
  const command = startProduct(env, "rotate-key");
  expect(await command.ended).toBe(0);
  expect(command.printed()).toMatch(/^[1-9]\d* sealed values were resealed with the new key\.$/m);
  expect(command.printed()).toContain(`the new one is in ${keyFile}.\n`);
  expect(present()).not.toBe(before);
  expect(existsSync(nextFile)).toBe(false);
  for (const key of [before, present()]) expect(command.printed()).not.toContain(key.trim());
  expect(await startAndStop()).not.toContain("resealed");
});

test("killed once the new key is there, the next start ends what was begun", async () => {
  const before = present();
  const command = startProduct(env, "rotate-key");
  let hasEnded = false;
  void command.ended.then(() => {
    hasEnded = true;
  });
  while (!hasEnded && !existsSync(nextFile)) await pause(1);
  await command.killAll();
  await startAndStop();
  expect(present()).not.toBe(before);
  expect(existsSync(nextFile)).toBe(false);
});

test("a change that was begun and killed before its first step is ended by a start, which says so", async () => {
  const next = randomBytes(32).toString("base64");
  writeFileSync(nextFile, `${next}\n`, { mode: 0o600 });
  expect(await startAndStop()).toMatch(/^[1-9]\d* sealed values were resealed with the new key\.$/m);
  expect(present().trim()).toBe(next);
});

test("while the house runs, it is refused and begins nothing", async () => {
  const house = startProduct(env);
  await house.ready;
  const command = startProduct(env, "rotate-key");
  expect(await command.ended).toBe(1);
  expect(command.printed()).toContain(folder);
  expect(existsSync(nextFile)).toBe(false);
  house.child.kill("SIGTERM");
  expect(await house.ended).toBe(0);
});

test("a start with a wrong key says in a sentence which one is missing", async () => {
  const product = startProduct({ ...env, PARLEY_SECRET_KEY: randomBytes(32).toString("base64") });
  expect(await product.ended).toBe(1);
  expect(product.printed()).toMatch(
    /^PARLEY_SECRET_KEY: is the key [0-9a-f]{8}, but this database is sealed with the key [0-9a-f]{8}\. Start with that/m,
  );
  expect(product.printed()).not.toContain("    at ");
});

test.each([
  ["another command", "is no command. There is rotate-key", {}, "rotate-keys"],
  [
    "a key of one's own without the one before",
    "PARLEY_OLD_SECRET_KEY: is needed.",
    { PARLEY_SECRET_KEY: randomBytes(32).toString("base64") },
    "rotate-key",
  ],
])("%s is refused with the remedy", async (_what, said, more, command) => {
  const product = startProduct({ ...env, ...more }, command);
  expect(await product.ended).toBe(1);
  expect(product.printed()).toContain(said);
  expect(product.printed()).not.toContain("    at ");
});
