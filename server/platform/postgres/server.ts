import { setTimeout as pause } from "node:timers/promises";
import { readPostmaster } from "./abandoned.ts";
import type { Log } from "./log.ts";
import { type Account, program } from "./probe.ts";
import { PostgresRefused } from "./refusal.ts";
import { runTethered, type Tethered } from "./tether.ts";

type Settings = Readonly<Record<string, string>>;

/** Durable, small, and silent about what people wrote: errors are told to the client, the log gets no statements. */
export const ourSettings: Settings = {
  fsync: "on",
  synchronous_commit: "on",
  shared_buffers: "64MB",
  max_connections: "60",
  autovacuum: "on",
  // New tables get their statistics soon: plans that were kept while a table was empty are made anew with them.
  autovacuum_naptime: "5s",
  cluster_name: "parley",
  log_checkpoints: "off",
  log_error_verbosity: "terse",
  log_min_error_statement: "panic",
};

/** Runs PostgreSQL on the cluster, ready for clients. `recordedPid` is what `postmaster.pid` named before. */
export async function runServer(
  account: Account,
  cluster: string,
  settings: Settings,
  log: Log,
  recordedPid: number | undefined,
): Promise<Tethered> {
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const command = [program(account, "postgres"), "-D", cluster, ...flags];
  // PostgreSQL does not start while another program has the process id that its last postmaster had, as happens when a
  // container starts again. This is how pg_ctl tells it that an id is no postmaster; its other checks still count.
  const environment: Settings = recordedPid === undefined ? {} : { PG_GRANDPARENT_PID: String(recordedPid) };
  for (let waited_ms = 0; ; waited_ms += step_ms) {
    const server = await runTethered(account, command, log.fd, environment);
    const end = await readyOrEnded(cluster, server);
    if (end === "ready") return server;
    const said = log.tail();
    if (!said.trimEnd().split("\n").slice(-3).join().includes(leftBackends) || waited_ms >= patience_ms) {
      throw new PostgresRefused("did_not_start", `PostgreSQL ended while it started (code ${end.code}): ${said}`);
    }
    await pause(step_ms);
  }
}

/** Its words while processes that a killed postmaster left have not ended yet; they do when their query has. */
const leftBackends = "pre-existing shared memory block";
const patience_ms = 10_000;
const step_ms = 100;

async function readyOrEnded(cluster: string, server: Tethered): Promise<"ready" | { code: number | null }> {
  const ended = server.ended.then((code) => ({ code }));
  for (;;) {
    const postmaster = readPostmaster(cluster);
    if (postmaster?.pid === server.pid && postmaster.status === "ready") return "ready";
    const end = await Promise.race([ended, pause(poll_ms)]);
    if (end !== undefined) return end;
  }
}

const poll_ms = 5;
