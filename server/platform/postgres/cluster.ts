import { existsSync, lchownSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { requireUserEntry } from "./account.ts";
import { authentication } from "./address.ts";
import { syncDir } from "./data-dir.ts";
import type { Log } from "./log.ts";
import { type Account, program } from "./probe.ts";
import { PostgresRefused } from "./refusal.ts";
import { runTethered } from "./tether.ts";

/**
 * Makes the cluster (PGDATA) where there is none. It grows under another name and is renamed when it is whole, so that
 * a crash midway leaves nothing that the next start could take for a database; `sync` off spares tests the disk.
 */
export async function makeCluster(
  dataDir: string,
  cluster: string,
  account: Account,
  log: Log,
  sync: boolean,
): Promise<void> {
  if (!existsSync(cluster)) {
    requireUserEntry();
    const growing = mkdtempSync(join(dataDir, growingPrefix));
    if (account.ids !== undefined) lchownSync(growing, account.ids.uid, account.ids.gid);
    await initialise(growing, dataDir, account, log, sync);
    renameSync(growing, cluster);
    syncDir(dataDir);
  }
  // Last, because the initdb of a run that was killed just now may have written for a moment longer.
  for (const name of readdirSync(dataDir)) {
    if (name.startsWith(growingPrefix)) rmSync(join(dataDir, name), { recursive: true, maxRetries: 20 });
  }
}

const growingPrefix = "cluster.new-";

async function initialise(growing: string, dataDir: string, account: Account, log: Log, sync: boolean): Promise<void> {
  const initdb = await runTethered(
    account,
    [
      program(account, "initdb"),
      `--pgdata=${growing}`,
      "--username=postgres",
      "--encoding=UTF8",
      // Sorts by code point on every machine alike: an index outlives a change of the system's libraries.
      "--locale-provider=builtin",
      "--locale=C.UTF-8",
      "--no-instructions",
      ...(sync ? [] : ["--no-sync"]),
      ...authentication(dataDir),
    ],
    log.fd,
  );
  const code = await initdb.ended;
  if (code === 0) return;
  rmSync(growing, { recursive: true, force: true });
  throw new PostgresRefused("did_not_start", `PostgreSQL's initdb failed (code ${code}): ${log.tail()}`);
}
