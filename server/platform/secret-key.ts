/** The key of a loopback install that was given none: made once in the data directory. */
import { mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Reads `<dataDir>/secret-key`, or makes it from 32 random bytes, readable by its owner alone. */
export async function secretKeyIn(dataDir: string, bytes: (count: number) => Buffer): Promise<Buffer> {
  const path = join(dataDir, "secret-key");
  await mkdir(dataDir, { recursive: true });
  try {
    const file = await open(path, "wx", 0o600);
    await file.writeFile(`${bytes(32).toString("base64")}\n`);
    await file.sync();
    await file.close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const key = Buffer.from(await readFile(path, "utf8"), "base64");
  if (key.length !== 32)
    throw new Error(`${path} is not a key of 32 bytes in base64: restore it from a backup, or set PARLEY_SECRET_KEY`);
  return key;
}
