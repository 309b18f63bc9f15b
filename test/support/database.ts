/** One PostgreSQL for all tests, with a migrated template that each town is cloned from. Vitest's global set-up. */
import { randomBytes } from "node:crypto";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { migrate } from "../../server/platform/db/migrate.ts";
import type { ConnectionSettings } from "../../server/platform/db/pool.ts";
import { startScratchPostgres } from "../../server/platform/postgres/postgres.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The server, as its owner: databases are made on it. */
    databaseServer: ConnectionSettings;
    /** The database to clone. */
    databaseTemplate: string;
  }
}

/** The same server, another database. */
export function databaseNamed(server: ConnectionSettings, name: string): ConnectionSettings {
  if (!("connectionString" in server)) return { ...server, database: name };
  const url = new URL(server.connectionString);
  url.pathname = `/${name}`;
  return { connectionString: url.href };
}

/** Runs one statement on the server that can't stand in a transaction. */
export async function onServer(server: ConnectionSettings, sql: string): Promise<void> {
  const client = new pg.Client(server);
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

/**
 * Drops a test's database, though a house of it was killed a moment ago. Clients are sent away one by one, and
 * what remains is waited for: `with (force)` would have to end autovacuum's worker too, which only a superuser may.
 */
export async function dropDatabase(server: ConnectionSettings, name: string): Promise<void> {
  await onServer(
    server,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and backend_type = 'client backend'`,
  );
  await onServer(server, `drop database if exists ${name}`);
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const url = process.env.DATABASE_URL;
  const embedded = url ? null : await startScratchPostgres({ max_connections: "200" });
  const server: ConnectionSettings = url
    ? { connectionString: url }
    : (embedded?.connection ?? { connectionString: "" });
  const template = `parley_template_${randomBytes(4).toString("hex")}`;
  await onServer(server, `create database ${template}`);
  await migrate(databaseNamed(server, template), new Date());
  project.provide("databaseServer", server);
  project.provide("databaseTemplate", template);
  return async () => {
    await dropDatabase(server, template);
    await embedded?.stop();
  };
}
