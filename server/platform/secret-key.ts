/** The key of a loopback install that was given none: made once in the data directory. */
import { link, mkdir, open, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";

const hasCode = (error: unknown, code: string) => (error as NodeJS.ErrnoException).code === code;

/** Reads `<dataDir>/secret-key`, or makes it from 32 random bytes, readable by its owner alone. */
export async function secretKeyIn(dataDir: string, bytes: (count: number) => Buffer): Promise<Buffer> {
  const path = join(dataDir, "secret-key");
  const text = await readFile(path, "utf8").catch(async (error) => {
    if (!hasCode(error, "ENOENT")) throw error;
    await mkdir(dataDir, { recursive: true });
    await make(path, bytes);
    return readFile(path, "utf8");
  });
  const key = Buffer.from(text, "base64");
  if (key.length !== 32)
    throw new Error(`${path} is not a key of 32 bytes in base64: restore it from a backup, or set PARLEY_SECRET_KEY`);
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
}
