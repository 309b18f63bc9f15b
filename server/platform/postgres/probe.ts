import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** Whom PostgreSQL runs as. Without `ids` that is the user of this process; `prefix` starts each command. */
export interface Account {
  readonly name: string;
  readonly ids?: { readonly uid: number; readonly gid: number };
  readonly prefix: readonly string[];
  /** The package whose programs it runs. */
  readonly packageDir: string;
}

/** Commands of the database see nothing of this process's environment: PG* variables would change what they do. */
export const bareEnvironment = { PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };

export function program(account: Account, name: "postgres" | "initdb" | "pg_ctl"): string {
  return join(account.packageDir, "native", "bin", process.platform === "win32" ? `${name}.exe` : name);
}

export type Reach = "able" | "data out of reach" | "programs out of reach" | `impossible: ${string}`;

/** Tries, as the account, to enter the data directory and to run PostgreSQL's programs. */
export function probe(account: Account, dataDir: string): Reach {
  const postgres = program(account, "postgres");
  const command =
    process.platform === "win32"
      ? [postgres, "--version"]
      : [...account.prefix, "/bin/sh", "-c", script, "sh", dataDir, postgres, "--version"];
  const [file = "", ...args] = command;
  const result = spawnSync(file, args, { ...account.ids, cwd: rootDir, env: bareEnvironment, encoding: "utf8" });
  if (result.error !== undefined) return `impossible: ${result.error.message}`;
  if (result.status === 0) return "able";
  if (result.status === dataClosed) return "data out of reach";
  if (result.status === programsClosed) return "programs out of reach";
  return `impossible: ${result.stderr.trim()}`;
}

/** Where commands start: a folder that every account may stand in. */
export const rootDir = "/";

const dataClosed = 90;
const programsClosed = 91;
const script = `cd "$1" 2>/dev/null || exit ${dataClosed}; shift; test -x "$1" || exit ${programsClosed}; exec "$@"`;
