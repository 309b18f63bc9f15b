import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  fsyncSync,
  lchownSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  statSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { isSystemError, ownDatabase, PostgresRefused } from "./refusal.ts";

/**
 * Makes the folder that holds everything of the embedded database (`cluster/`, `run/`, `lock`, `log`) and returns its
 * real path. For root the folder stays root's and lets others only pass through it: root writes files there, so the
 * account that PostgreSQL runs as must not be able to put a link in their place.
 */
export function makeDataDir(path: string): string {
  const asRoot = process.getuid?.() === 0;
  const wanted = resolve(path);
  try {
    const first = mkdirSync(wanted, { recursive: true, mode: 0o700 });
    const dir = realpathSync(wanted);
    if (asRoot) {
      if (first !== undefined) for (let made = wanted; made.length >= first.length; made = dirname(made)) letPass(made);
      if (statSync(dir).uid === 0) letPass(dir);
    }
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
    return dir;
  } catch (error) {
    if (!isSystemError(error, "EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST")) throw error;
    throw new PostgresRefused(
      "data_dir_unusable",
      `The database folder ${wanted} cannot be written (${String(error)}). Give it to the user that runs Parley, set PARLEY_DATA_DIR to another folder, or ${ownDatabase}.`,
    );
  }
}

function letPass(dir: string): void {
  chmodSync(dir, statSync(dir).mode | 0o711);
}

/** Opens a file in the data directory, never through a link, owned as the directory is, for its owner's eyes only. */
export function openOwnFile(dataDir: string, name: string, flags: number): number {
  const fd = openSync(join(dataDir, name), flags | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0), 0o600);
  shareOwner(dataDir, join(dataDir, name));
  return fd;
}

/** What root makes in a folder of somebody else's would shut that user out. */
export function shareOwner(dataDir: string, file: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dataDir);
  lchownSync(file, uid, gid);
}

/** Root only: gives a whole folder to a user, the folder itself last, so that an interrupted pass is done again. */
export function giveTo(dir: string, uid: number, gid: number): void {
  if (statSync(dir).uid === uid) return;
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    lchownSync(join(entry.parentPath, entry.name), uid, gid);
  }
  lchownSync(dir, uid, gid);
}

/** Makes a rename in the directory survive a power cut. Windows has no such call for directories. */
export function syncDir(dir: string): void {
  if (process.platform === "win32") return;
  const fd = openSync(dir, constants.O_RDONLY);
  fsyncSync(fd);
  closeSync(fd);
}
