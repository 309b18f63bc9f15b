import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ConfigError } from "../config.ts";
import { type Postgres, startScratchPostgres } from "../postgres/postgres.ts";
import { reachDatabase } from "./reach.ts";

let postgres: Postgres;
const folder = mkdtempSync(join(tmpdir(), "parley-reach-"));

beforeAll(async () => {
  const rules = join(folder, "pg_hba.conf");
  writeFileSync(rules, "local all ana scram-sha-256\nlocal all eve reject\nlocal all all trust\n");
  chmodSync(folder, 0o755); // it is read by the user that PostgreSQL runs as
  chmodSync(rules, 0o644);
  postgres = await startScratchPostgres({ fsync: "off", hba_file: rules });
  const client = new pg.Client(postgres.connection);
  await client.connect();
  await client.query("create role ana login password 'right-one'");
  await client.end();
});
afterAll(async () => {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const there = (who: string, database = "postgres") =>
  `postgres://${who}@/${database}?host=${encodeURIComponent(postgres.connection.host)}&port=${postgres.connection.port}`;

/** What is said to whoever set this address. */
async function said(url: string): Promise<string> {
  const error: unknown = await reachDatabase(url).catch((thrown: unknown) => thrown);
  if (!(error instanceof ConfigError)) throw new Error(`no ConfigError: ${String(error)}`);
  expect(error.message).toMatch(/^DATABASE_URL: .+\.$/);
  expect(error.message).not.toContain("hush");
  return error.message;
}

test("one that answers is let be", async () => {
  await reachDatabase(there("ana:right-one"));
});

test("a wrong password is named, and not told", async () => {
  expect(await said(there("ana:hush-hush"))).toContain("refuses the password of ana");
});

test("a user whom it lets in nowhere, and a database that is not there", async () => {
  expect(await said(there("eve:hush-hush"))).toContain("does not let eve in");
  expect(await said(there("postgres:hush-hush", "nowhere"))).toContain("has no database nowhere. Create it");
});

test("nobody at that port, no such host, no such socket", async () => {
  expect(await said("postgres://ana:hush-hush@127.0.0.1:1/parley")).toContain("no PostgreSQL answers at 127.0.0.1:1");
  expect(await said("postgres://ana:hush-hush@nowhere.invalid/parley")).toContain("nowhere.invalid can't be found");
  expect(await said(`postgres://ana:hush-hush@/parley?host=${folder}`)).toContain(`no PostgreSQL answers at ${folder}`);
});

test("what is no address at all, such as a password with an odd character in it", async () => {
  expect(await said("postgres://ana:hush-hush@127.0.0.1:port/parley")).toContain("can't be read");
  expect(await said("postgres://ana:hush/hush@127.0.0.1/parley")).toContain("can't be read");
});
