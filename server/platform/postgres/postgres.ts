/** The embedded PostgreSQL: starts the real one on a folder of ours, and sees that it never outlives this process. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stopAbandoned } from "./abandoned.ts";
import { chooseAccount } from "./account.ts";
import { type Connection, openAddress } from "./address.ts";
import { findPackage, linkLibraries } from "./binaries.ts";
import { makeCluster } from "./cluster.ts";
import { giveTo, makeDataDir } from "./data-dir.ts";
import { openLog } from "./log.ts";
import { own } from "./owner.ts";
import { ourSettings, runServer } from "./server.ts";
import { isRunning, type Tethered } from "./tether.ts";

export interface PostgresOptions {
  /** Holds the database and all that belongs to it; made where it is missing. PARLEY_DATA_DIR/postgres. */
  readonly dataDir: string;
  /** Settings of PostgreSQL, put over ours. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The users to run it as when this process is root's, best first. */
  readonly usersForRoot?: readonly string[];
}

export interface Postgres {
  /** The superuser's, ready for `new pg.Pool(connection)`. */
  readonly connection: Connection;
  /** The postmaster's process id. */
  readonly pid: number;
  /** Disconnects the clients, writes everything out and ends it. May be called again. */
  stop(): Promise<void>;
  /** Settles when it has ended, by `stop` or by itself: then the caller can only end, or start it anew. */
  readonly exited: Promise<PostgresEnd>;
}

interface PostgresEnd {
  /** Whether `stop` was called. */
  readonly stopped: boolean;
  /** PostgreSQL's exit code; null where that is not known. */
  readonly code: number | null;
  /** Its last log lines. */
  readonly log: string;
}

/**
 * Starts PostgreSQL on the data directory and resolves when it accepts connections; crash recovery may make that long.
 * While it runs no other process can start it there. It does not keep this process alive, and ends when this one does.
 * Throws `PostgresRefused` with a code and the remedy where this machine or another Parley does not let it run.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const settings = { ...ourSettings, ...options.settings };
  using cleanup = new DisposableStack();
  const dataDir = makeDataDir(options.dataDir);
  const cluster = join(dataDir, "cluster");
  const ownership = own(dataDir);
  cleanup.defer(() => ownership.release());
  const log = openLog(dataDir);
  cleanup.defer(() => log.close());

  const recordedPid = await stopAbandoned(cluster);
  const packageDir = linkLibraries(findPackage(), dataDir);
  const account = chooseAccount({ dataDir, cluster, packageDir }, options.usersForRoot ?? ["postgres", "nobody"]);
  await makeCluster(dataDir, cluster, account, log, settings.fsync !== "off");
  if (account.ids !== undefined) giveTo(cluster, account.ids.uid, account.ids.gid);
  const address = await openAddress(dataDir, account);
  cleanup.defer(() => address.close());

  const server = await runServer(account, cluster, { ...settings, ...address.settings }, log, recordedPid);
  cleanup.defer(() => server.cut());
  server.holdProcess(false);

  const resources = cleanup.move();
  let stopping: Promise<void> | undefined;
  const exited = server.ended.then((code) => {
    using _ = resources;
    return { stopped: stopping !== undefined, code, log: log.tail() };
  });
  return {
    connection: address.connection,
    pid: server.pid,
    stop: () => {
      stopping ??= stop(server, exited);
      return stopping;
    },
    exited,
  };
}

/**
 * A database for tests: its own folder under the system's temporary one, which `stop` removes. Pass `{ fsync: "off" }`
 * where no test is about what survives a power cut.
 */
export async function startScratchPostgres(settings: Readonly<Record<string, string>> = {}): Promise<Postgres> {
  const dataDir = mkdtempSync(join(tmpdir(), "parley-scratch-"));
  const remove = () => rmSync(dataDir, { recursive: true, force: true });
  try {
    const postgres = await startPostgres({ dataDir, settings });
    return { ...postgres, stop: () => postgres.stop().then(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}

async function stop(server: Tethered, exited: Promise<PostgresEnd>): Promise<void> {
  server.holdProcess(true);
  server.cut();
  // A checkpoint on a very slow disk: an immediate shutdown leaves that work to the next start and loses nothing.
  const impatience = setTimeout(() => {
    if (isRunning(server.pid)) process.kill(server.pid, "SIGQUIT");
  }, patience_ms);
  await exited;
  clearTimeout(impatience);
}

const patience_ms = 60_000;
