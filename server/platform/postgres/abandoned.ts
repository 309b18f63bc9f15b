import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isSystemError, ownDatabase, PostgresRefused } from "./refusal.ts";
import { isRunning } from "./tether.ts";

/**
 * Stops a PostgreSQL that an earlier run left on the cluster, or waits until its tether has; call it as the directory's
 * owner, so that it is nobody's. Returns the process id that the cluster names, alive or not.
 */
export async function stopAbandoned(cluster: string): Promise<number | undefined> {
  const pid = readPostmaster(cluster)?.pid;
  if (pid === undefined) {
    // A power cut can leave the file empty, and PostgreSQL then refuses to start.
    rmSync(join(cluster, "postmaster.pid"), { force: true });
    return undefined;
  }
  for (const { signal, patience_ms } of insistence) {
    if (!isPostmasterOf(cluster, pid)) return pid;
    interrupt(pid, signal, cluster);
    for (let waited_ms = 0; waited_ms < patience_ms && isPostmasterOf(cluster, pid); waited_ms += step_ms) {
      await pause(step_ms);
    }
  }
  if (!isPostmasterOf(cluster, pid)) return pid;
  throw new PostgresRefused(
    "did_not_start",
    `A PostgreSQL of an earlier run (pid ${pid}) still uses ${cluster} and does not stop. End it by hand, or ${ownDatabase}.`,
  );
}

/** First a fast shutdown, which writes everything out, then an immediate one, which leaves that to the next start. */
const insistence = [
  { signal: "SIGINT", patience_ms: 30_000 },
  { signal: "SIGQUIT", patience_ms: 10_000 },
] as const;

const step_ms = 10;

/** What a starting or running PostgreSQL says of itself in its cluster's `postmaster.pid`, once that is written. */
export function readPostmaster(cluster: string): { pid: number; status: string } | undefined {
  try {
    const lines = readFileSync(join(cluster, "postmaster.pid"), "utf8").split("\n");
    const pid = Number(lines[0]);
    return pid > 0 ? { pid, status: lines[7]?.trim() ?? "" } : undefined;
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}

function interrupt(pid: number, signal: "SIGINT" | "SIGQUIT", cluster: string): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (isSystemError(error, "ESRCH")) return;
    if (!isSystemError(error, "EPERM")) throw error;
    throw new PostgresRefused(
      "data_dir_in_use",
      `A PostgreSQL of another user (pid ${pid}) still uses ${cluster}. Stop it, or ${ownDatabase}.`,
    );
  }
}

/** The id alone says nothing: it may have gone to another program, and must not be stopped then. */
function isPostmasterOf(cluster: string, pid: number): boolean {
  return isRunning(pid) && commandOf(pid).replaceAll("\0", " ").includes(` -D ${cluster} `);
}

function commandOf(pid: number): string {
  try {
    if (process.platform === "linux") return readFileSync(`/proc/${pid}/cmdline`, "utf8");
    // macOS and Windows, not tested.
    const query = `(Get-CimInstance Win32_Process -Filter 'ProcessId=${pid}').CommandLine`;
    if (process.platform === "win32") return execFileSync("powershell", ["-NoProfile", "-Command", query], asText);
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], asText);
  } catch (error) {
    if (isRunning(pid)) throw error;
    return "";
  }
}

const asText = { encoding: "utf8" } as const;
