/** The secret keys of a process: as they were given, or, in a loopback install that was given none, in its data directory. */
import { link, mkdir, open, readFile, rename, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Config } from "./config.ts";
import { KeyRefused } from "./secrets.ts";

const hasCode = (error: unknown, code: string) => (error as NodeJS.ErrnoException).code === code;

export interface SecretKeys {
  /** Seals. */
  key: Buffer;
  /** Only open: what they have sealed is to be resealed. */
  former: readonly Buffer[];
  /** To be called when nothing needs the former keys any more. */
  over(): Promise<void>;
}

export async function secretKeysOf(
  { secretKey, oldSecretKey, dataDir }: Pick<Config, "secretKey" | "oldSecretKey" | "dataDir">,
  bytes: (count: number) => Buffer,
): Promise<SecretKeys> {
  const given = oldSecretKey ? [oldSecretKey] : [];
  if (secretKey) return { key: secretKey, former: given, over: async () => {} };
  const { key, former } = await secretKeysIn(dataDir, bytes);
  return { key, former: former ? [former, ...given] : given, over: () => endKeyChange(dataDir, key) };
}

export const keyPath = (dataDir: string): string => join(dataDir, "secret-key");
/** The key that is to come: it is there while what the present one has sealed is being resealed. */
const nextPath = (dataDir: string) => `${keyPath(dataDir)}.next`;

/**
 * Reads `<dataDir>/secret-key`, or makes it from 32 random bytes, readable by its owner alone. Where a change of keys
 * was begun and has not ended, `key` is the new one and `former` the one before.
 */
export async function secretKeysIn(
  dataDir: string,
  bytes: (count: number) => Buffer,
): Promise<{ key: Buffer; former: Buffer | null }> {
  const present = (await readKey(keyPath(dataDir))) ?? (await makeFirst(dataDir, bytes));
  const next = await readKey(nextPath(dataDir));
  return next && !next.equals(present) ? { key: next, former: present } : { key: present, former: null };
}

/** Makes the key that is to come; goes on with the one that was made before, where a change was begun already. */
export const beginKeyChange = (dataDir: string, bytes: (count: number) => Buffer): Promise<void> =>
  make(nextPath(dataDir), bytes);

/** Puts `key` in the present one's place, at once and whole; where that was done already, nothing happens. */
export async function endKeyChange(dataDir: string, key: Buffer): Promise<void> {
  const next = await readKey(nextPath(dataDir));
  if (!next?.equals(key)) return;
  await rename(nextPath(dataDir), keyPath(dataDir));
  await toDisk(dataDir);
}

async function readKey(path: string): Promise<Buffer | null> {
  const text = await readFile(path, "utf8").catch((error) => {
    if (!hasCode(error, "ENOENT")) throw error;
    return null;
  });
  if (text === null) return null;
  const key = Buffer.from(text, "base64");
  if (key.length !== 32)
    throw new KeyRefused(
      `${path} is not a key of 32 bytes in base64: restore it from a backup, or set PARLEY_SECRET_KEY`,
    );
  return key;
}

async function makeFirst(dataDir: string, bytes: (count: number) => Buffer): Promise<Buffer> {
  await mkdir(dataDir, { recursive: true });
  await make(keyPath(dataDir), bytes);
  const key = await readKey(keyPath(dataDir));
  if (!key) throw new Error(`${keyPath(dataDir)} was taken away while it was read`);
  return key;
}

/** Written whole under another name first: who starts at the same moment, or after a crash, finds a whole key or none. */
async function make(path: string, bytes: (count: number) => Buffer): Promise<void> {
  const draft = `${path}.${bytes(8).toString("hex")}`;
  const file = await open(draft, "wx", 0o600);
  try {
    await file.writeFile(`${bytes(32).toString("base64")}\n`);
    await file.sync();
    await link(draft, path);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  } finally {
    await file.close();
    await unlink(draft);
  }
  await toDisk(dirname(path)); // before anything is sealed with it
}

/** A name in a directory outlives a power cut only when the directory was written too. Windows has no such call. */
async function toDisk(directory: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(directory, "r");
  await handle.sync().finally(() => handle.close());
}
