import { chownSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
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
  const prefix = "cluster.new-";
  for (const name of readdirSync(dataDir)) {
    // The initdb of a killed run ends by itself in a moment, and may write until then.
    if (name.startsWith(prefix)) rmSync(join(dataDir, name), { recursive: true, maxRetries: 20 });
  }
  if (existsSync(cluster)) return;
  requireUserEntry();
  const growing = mkdtempSync(join(dataDir, prefix));
  if (account.ids !== undefined) chownSync(growing, account.ids.uid, account.ids.gid);
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
  if (code !== 0) {
    rmSync(growing, { recursive: true, maxRetries: 20 });
    throw new PostgresRefused("did_not_start", `PostgreSQL's initdb failed (code ${code}): ${log.tail()}`);
  }
  renameSync(growing, cluster);
  syncDir(dataDir);
}
