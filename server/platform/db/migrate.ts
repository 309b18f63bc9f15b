/** Migrations: numbered SQL files, one straight line, run by the owner under an advisory lock. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { APP_ROLE, type ConnectionSettings } from "./pool.ts";

const FOLDER = join(import.meta.dirname, "../../../migrations");
const LOCK = 7_275_391_202; // any number, as long as it is always this one

/**
 * Brings the database to the newest migration; several processes may start at once. Each file is one transaction and is
 * remembered with its hash. Throws where a file that has run was edited since, or where the database is newer than
 * this code.
 * @returns the names of the files that ran now
 */
export async function migrate(settings: ConnectionSettings, now: Date): Promise<string[]> {
  const files = (await readdir(FOLDER)).filter((name) => /^\d{4}_.+\.sql$/.test(name)).sort();
  const client = new pg.Client({ ...settings, application_name: "parley migrate" });
  await client.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [LOCK]);
    await ensureRole(client);
    await client.query(
      "create table if not exists migrations (name text primary key, hash text not null, applied_at timestamptz not null)",
    );
    const { rows } = await client.query<{ name: string; hash: string }>(
      "select name, hash from migrations order by name",
    );
    const ran = new Map(rows.map((row) => [row.name, row.hash]));
    const unknown = rows.find((row) => !files.includes(row.name));
    if (unknown)
      throw new Error(
        `the database has the migration ${unknown.name}, which this version does not know: start a newer Parley`,
      );

    const done: string[] = [];
    for (const name of files) {
      const sql = await readFile(join(FOLDER, name), "utf8");
      const hash = createHash("sha256").update(sql).digest("hex");
      if (ran.has(name)) {
        if (ran.get(name) !== hash)
          throw new Error(`migrations/${name} was edited after it had run: add a new migration instead`);
        continue;
      }
      await client.query("begin");
      await client.query(sql);
      await client.query("insert into migrations values ($1, $2, $3)", [name, hash, now]);
      await client.query("commit");
      done.push(name);
    }
    return done;
  } finally {
    await client.end(); // frees the lock too
  }
}

/** Roles belong to the whole cluster, so another database's migration may be making ours at this moment. */
async function ensureRole(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query("select from pg_roles where rolname = $1", [APP_ROLE]);
  if (!rowCount) {
    await client.query(`create role ${APP_ROLE} nologin nosuperuser nobypassrls`).catch((error: { code?: string }) => {
      if (error.code !== "42710" && error.code !== "23505") throw error; // it was made in between
    });
  }
  const { rows } = await client.query<{ bypasses: boolean; member: boolean }>(
    `select rolsuper or rolbypassrls as bypasses, pg_has_role(current_user, oid, 'member') as member
       from pg_roles where rolname = $1`,
    [APP_ROLE],
  );
  if (rows[0]?.bypasses)
    throw new Error(`the role ${APP_ROLE} must be neither superuser nor BYPASSRLS: row-level security would not hold`);
  if (!rows[0]?.member) await client.query(`grant ${APP_ROLE} to current_user`);
}
