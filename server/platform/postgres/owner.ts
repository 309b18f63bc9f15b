import { closeSync, constants, ftruncateSync, readFileSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openOwnFile, shareOwner } from "./data-dir.ts";
import { isSystemError, ownDatabase, PostgresRefused } from "./refusal.ts";

export interface Ownership {
  release(): void;
}

/**
 * Makes this process the only one that may start or stop PostgreSQL on the directory, or refuses and names the owner.
 *
 * The lock is the kernel's, on an empty file: it vanishes with the process however that dies, knows no reused process
 * ids and holds between containers that share a volume. Node has no call for file locks; its built-in SQLite takes one.
 * Nothing else in this process may open the file: POSIX drops the lock when any handle of the process on it is closed.
 */
export function own(dataDir: string): Ownership {
  const file = join(dataDir, "lock");
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(file, { timeout: 0 });
    lock.exec("begin exclusive");
  } catch (error) {
    lock?.close();
    throw refusal(error, dataDir, file);
  }
  const held = lock;
  shareOwner(dataDir, file);
  const fd = openOwnFile(dataDir, "owner", constants.O_RDWR);
  ftruncateSync(fd);
  writeSync(fd, `pid ${process.pid} on ${hostname()}`);
  closeSync(fd);
  return { release: () => held.close() };
}

function refusal(error: unknown, dataDir: string, file: string): unknown {
  if (!(error instanceof Error && "errcode" in error)) return error;
  if (error.errcode === sqlite.busy) {
    return new PostgresRefused(
      "data_dir_in_use",
      `The database in ${dataDir} is already in use by a running Parley (${ownerOf(dataDir)}). Stop that one first, give this one a folder of its own with PARLEY_DATA_DIR, or let both share a database: ${ownDatabase}.`,
    );
  }
  return new PostgresRefused(
    "data_dir_unusable",
    `The file ${file}, by which one Parley at a time owns the database, cannot be locked (${error.message}). See that it belongs to the user that runs Parley and is on a disk that knows locks, or ${ownDatabase}.`,
  );
}

/** Of SQLite's result codes (https://sqlite.org/rescode.html). */
const sqlite = { busy: 5 };

function ownerOf(dataDir: string): string {
  try {
    return readFileSync(join(dataDir, "owner"), "utf8") || "starting just now";
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return "starting just now";
    throw error;
  }
}
