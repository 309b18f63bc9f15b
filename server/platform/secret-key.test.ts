import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { secretKeyIn } from "./secret-key.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "parley-key-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("a key is made once, for its owner's eyes alone, and found again", async () => {
  const dataDir = join(folder, "data");
  const key = await secretKeyIn(dataDir, randomBytes);
  expect(key).toHaveLength(32);
  expect(await secretKeyIn(dataDir, randomBytes)).toEqual(key);
  const path = join(dataDir, "secret-key");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(Buffer.from(await readFile(path, "utf8"), "base64")).toEqual(key);
});

test("those who start at the same moment share one key", async () => {
  const keys = await Promise.all(Array.from({ length: 12 }, () => secretKeyIn(folder, randomBytes)));
  expect(new Set(keys.map((key) => key.toString("hex"))).size).toBe(1);
  expect(await readdir(folder)).toEqual(["secret-key"]);
});

test("a key that is none is not used, nor written over", async () => {
  await writeFile(join(folder, "secret-key"), "half a key");
  await expect(secretKeyIn(folder, randomBytes)).rejects.toThrow(/restore it from a backup/);
  expect(await readFile(join(folder, "secret-key"), "utf8")).toBe("half a key");
});
