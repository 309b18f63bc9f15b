/**
 * Vectors taken from public repositories are not part of this one: they are looked for in the folder that PARLEY_SHARED
 * names, else in a folder `shared` beside the repository. Tests that need one are skipped without it, unless
 * PARLEY_DEMAND_SHARED is 1.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const repository = resolve(import.meta.dirname, "../..");
const folder = resolve(repository, process.env.PARLEY_SHARED ?? "../shared");

/** The message of a skipped test. */
export const noSharedFiles = "skipped: the shared vectors are not here (set PARLEY_SHARED to their folder)";

export function demandShared(): boolean {
  return process.env.PARLEY_DEMAND_SHARED === "1";
}

/** The path of a shared file; null where it is missing, an error where it is missing and demanded. */
export function sharedFile(relativePath: string): string | null {
  const path = join(folder, relativePath);
  if (existsSync(path)) return path;
  if (demandShared()) throw new Error(`PARLEY_DEMAND_SHARED is 1, but there is no file ${path}`);
  return null;
}
