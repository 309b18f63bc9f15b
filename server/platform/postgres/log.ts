import { closeSync, constants, existsSync, fstatSync, readSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { openOwnFile } from "./data-dir.ts";

/** PostgreSQL's log: the file `log` in the data directory, open for appending. */
export interface Log {
  readonly fd: number;
  /** The last lines that were written since it was opened. */
  tail(): string;
  close(): void;
}

/** A log that has grown is kept as `log.1`, and the one before it is dropped. */
export function openLog(dataDir: string): Log {
  const file = join(dataDir, "log");
  if (existsSync(file) && statSync(file).size > maxBytes) renameSync(file, join(dataDir, "log.1"));
  const fd = openOwnFile(dataDir, "log", constants.O_APPEND | constants.O_RDWR);
  const start = fstatSync(fd).size;
  return {
    fd,
    tail: () => {
      const end = fstatSync(fd).size;
      const text = Buffer.alloc(Math.min(end - start, maxTailBytes));
      return text.toString("utf8", 0, readSync(fd, text, 0, text.length, end - text.length));
    },
    close: () => closeSync(fd),
  };
}

const maxBytes = 8 * 1024 * 1024;
const maxTailBytes = 2000;
