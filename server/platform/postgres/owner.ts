import { closeSync, constants, ftruncateSync, readFileSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openOwnFile } from "./data-dir.ts";
import { isSystemError, ownDatabase, PostgresRefused } from "./refusal.ts";

export interface Ownership {
  release(): void;
}

/**
 * Makes this process the only one that may start or stop PostgreSQL on the directory, or refuses and names the owner.
 *
 * The lock is the kernel's, on an empty file: it vanishes with the process however that dies, knows no reused process
 * ids and holds between containers that share a volume. Node has no call for file locks; its built-in SQLite takes one.
 */
export function own(dataDir: string): Ownership {
  closeSync(openOwnFile(dataDir, "lock", constants.O_RDWR));
  const lock = new DatabaseSync(join(dataDir, "lock"), { timeout: 0 });
  try {
    lock.exec("begin exclusive");
  } catch (error) {
    lock.close();
    if (!(error instanceof Error && "errcode" in error && error.errcode === sqliteBusy)) throw error;
    throw new PostgresRefused(
      "data_dir_in_use",
      `The database in ${dataDir} is already in use by a running Parley (${ownerOf(dataDir)}). Stop that one first, give this one a folder of its own with PARLEY_DATA_DIR, or let both share a database: ${ownDatabase}.`,
    );
  }
  const fd = openOwnFile(dataDir, "owner", constants.O_RDWR);
  ftruncateSync(fd);
  writeSync(fd, `pid ${process.pid} on ${hostname()}`);
  closeSync(fd);
  return { release: () => lock.close() };
}

const sqliteBusy = 5;

function ownerOf(dataDir: string): string {
  try {
    return readFileSync(join(dataDir, "owner"), "utf8") || "starting just now";
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return "starting just now";
    throw error;
  }
}
