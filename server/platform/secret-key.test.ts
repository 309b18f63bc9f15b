import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { beginKeyChange, endKeyChange, secretKeysIn } from "./secret-key.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "parley-key-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("a key is made once, for its owner's eyes alone, and found again", async () => {
  const dataDir = join(folder, "data");
  const { key } = await secretKeysIn(dataDir, randomBytes);
  expect(key).toHaveLength(32);
  expect(await secretKeysIn(dataDir, randomBytes)).toEqual({ key, former: null });
  const path = join(dataDir, "secret-key");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(Buffer.from(await readFile(path, "utf8"), "base64")).toEqual(key);
});

test("those who start at the same moment share one key", async () => {
  const keys = await Promise.all(Array.from({ length: 12 }, () => secretKeysIn(folder, randomBytes)));
  expect(new Set(keys.map(({ key }) => key.toString("hex"))).size).toBe(1);
  expect(await readdir(folder)).toEqual(["secret-key"]);
});

test("a key that is none is not used, nor written over", async () => {
  await writeFile(join(folder, "secret-key"), "half a key");
  await expect(secretKeysIn(folder, randomBytes)).rejects.toThrow(/restore it from a backup/);
  expect(await readFile(join(folder, "secret-key"), "utf8")).toBe("half a key");
});

test("a change of keys goes on where it was left, and ends with the new key alone", async () => {
  const { key: first } = await secretKeysIn(folder, randomBytes);
  await beginKeyChange(folder, randomBytes);
  const during = await secretKeysIn(folder, randomBytes);
  expect(during.former).toEqual(first);
  expect(during.key).not.toEqual(first);
  await beginKeyChange(folder, randomBytes); // after a crash: not a third key, which nothing would be sealed with
  expect(await secretKeysIn(folder, randomBytes)).toEqual(during);

  await endKeyChange(folder, during.key);
  expect(await secretKeysIn(folder, randomBytes)).toEqual({ key: during.key, former: null });
  expect(await readdir(folder)).toEqual(["secret-key"]);
  expect((await stat(join(folder, "secret-key"))).mode & 0o777).toBe(0o600);
});

test("a change that another process has ended is not ended twice, nor is the next one ended early", async () => {
  await secretKeysIn(folder, randomBytes);
  await beginKeyChange(folder, randomBytes);
  const { key: second } = await secretKeysIn(folder, randomBytes);
  await endKeyChange(folder, second);
  await endKeyChange(folder, second);
  await beginKeyChange(folder, randomBytes);
  await endKeyChange(folder, second);
  expect((await secretKeysIn(folder, randomBytes)).former).toEqual(second);
});
