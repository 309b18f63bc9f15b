import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { isRoot, launch, lives, query, tempFolder } from "./fixture.ts";
import { type Postgres, type PostgresOptions, startPostgres, startScratchPostgres } from "./postgres.ts";

async function start(options: PostgresOptions): Promise<Postgres> {
  const postgres = await startPostgres(options);
  onTestFinished(() => postgres.stop());
  return postgres;
}

describe("a first start", () => {
  test("makes a durable UTF-8 database that sorts alike on every machine", async () => {
    const { connection } = await start({ dataDir: join(tempFolder(), "data", "postgres") });

    const [database] = await query(
      connection,
      `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
              pg_encoding_to_char(encoding) as encoding, datlocprovider::text as provider, datlocale as locale
         from pg_database where datname = current_database()`,
    );
    expect(database).toEqual({ fsync: "on", commit: "on", encoding: "UTF8", provider: "b", locale: "C.UTF-8" });
  });

  test("takes settings that are put over ours", async () => {
    const { connection } = await start({ dataDir: tempFolder(), settings: { work_mem: "7MB", fsync: "off" } });

    expect(
      await query(connection, "select current_setting('work_mem') as mem, current_setting('fsync') as fsync"),
    ).toEqual([{ mem: "7MB", fsync: "off" }]);
  });
});

test("a later start finds what was written, and takes well under a second", async () => {
  const dataDir = tempFolder();
  const first = await start({ dataDir });
  await query(first.connection, "create table shop as select 'Kiln & Co.' as name");
  await first.stop();
  expect(lives(first.pid)).toBe(false);

  const before = performance.now();
  const second = await start({ dataDir });
  const took_ms = performance.now() - before;

  expect(await query(second.connection, "select name from shop")).toEqual([{ name: "Kiln & Co." }]);
  expect(took_ms).toBeLessThan(1000);
});

describe("the address", () => {
  test("is a socket in a folder that no other user enters, and nothing on the network", async () => {
    const { connection } = await start({ dataDir: tempFolder() });

    expect(await query(connection, "show listen_addresses")).toEqual([{ listen_addresses: "" }]);
    expect(statSync(connection.host).mode & 0o777).toBe(0o700);
  });

  test.skipIf(!isRoot)("answers no other user of the machine (needs root, to become one)", async () => {
    const { connection } = await start({ dataDir: tempFolder() });
    const socket = join(connection.host, ".s.PGSQL.5432");
    const stranger = { uid: 1, gid: 1, cwd: "/", encoding: "utf8" } as const;
    const knock = `require("node:net").connect(${JSON.stringify(socket)}).on("error", (e) => console.log(e.code))
      .on("connect", () => { console.log("connected"); process.exit(); })`;

    expect(spawnSync(process.execPath, ["-e", knock], { cwd: "/", encoding: "utf8" }).stdout).toBe("connected\n");
    expect(spawnSync(process.execPath, ["-e", knock], stranger).stdout).toBe("EACCES\n");
  });

  test("moves to a private folder under the temporary one when the data directory's path is too long", async () => {
    const dataDir = join(tempFolder(), "a-shop-with-a-very-long-name".repeat(4), "postgres");
    const postgres = await start({ dataDir });
    const { host } = postgres.connection;

    expect(host.startsWith(join(tmpdir(), "parley-"))).toBe(true);
    expect(statSync(host).mode & 0o777).toBe(0o700);
    expect(await query(postgres.connection, "select 1 as one")).toEqual([{ one: 1 }]);
    await postgres.stop();
    expect(existsSync(host)).toBe(false);
  });
});

test("a second start in the same process is refused, and lets no other process in", async () => {
  const dataDir = tempFolder();
  await start({ dataDir });

  await expect(startPostgres({ dataDir })).rejects.toMatchObject({
    code: "data_dir_in_use",
    message: expect.stringContaining(`pid ${process.pid} `),
  });
  expect((await launch({ dataDir })).said).toMatchObject({ refused: "data_dir_in_use" });
});

describe("the end", () => {
  test("by stop is told to whoever waits for it, and a second stop does nothing", async () => {
    const postgres = await start({ dataDir: tempFolder() });

    await Promise.all([postgres.stop(), postgres.stop()]);

    expect(await postgres.exited).toMatchObject({ stopped: true, code: 0 });
  });

  test("by itself is told too, and what was acknowledged is there after the next start", async () => {
    const dataDir = tempFolder();
    const postgres = await start({ dataDir });
    await query(postgres.connection, "create table shop as select 'Kiln & Co.' as name");
    process.kill(postgres.pid, "SIGKILL");

    expect(await postgres.exited).toMatchObject({ stopped: false });
    const next = await start({ dataDir });
    expect(await query(next.connection, "select name from shop")).toEqual([{ name: "Kiln & Co." }]);
  });
});

describe("a start that cannot be", () => {
  test("says what PostgreSQL said, and leaves the folder free for the next", async () => {
    const dataDir = tempFolder();

    await expect(startPostgres({ dataDir, settings: { shared_buffers: "much" } })).rejects.toMatchObject({
      code: "did_not_start",
      message: expect.stringContaining('invalid value for parameter "shared_buffers": "much"'),
    });
    await start({ dataDir });
  });

  test("in a folder that is a file names it", async () => {
    const file = join(tempFolder(), "postgres");
    writeFileSync(file, "");

    await expect(startPostgres({ dataDir: file })).rejects.toMatchObject({
      code: "data_dir_unusable",
      message: expect.stringContaining(file),
    });
  });
});

describe("what a crash of the machine leaves", () => {
  test("an empty postmaster.pid does not keep PostgreSQL from starting", async () => {
    const dataDir = tempFolder();
    await (await start({ dataDir })).stop();
    writeFileSync(join(dataDir, "cluster", "postmaster.pid"), "");

    await start({ dataDir });
  });

  test("a postmaster.pid whose number another program has by now stops neither the program nor the start", async () => {
    const dataDir = tempFolder();
    const first = await start({ dataDir });
    const pidFile = join(dataDir, "cluster", "postmaster.pid");
    const record = readFileSync(pidFile, "utf8");
    const { uid, gid } = statSync(join(dataDir, "cluster"));
    await first.stop();
    const innocent = spawn("sleep", ["600"], { cwd: "/", ...(isRoot ? { uid, gid } : {}), stdio: "ignore" });
    onTestFinished(() => void innocent.kill());
    writeFileSync(pidFile, record.replace(/^\d+/, String(innocent.pid)));

    await start({ dataDir });

    expect(lives(Number(innocent.pid))).toBe(true);
  });
});

test("a scratch database is gone with its folder when it is stopped", async () => {
  const scratch = await startScratchPostgres({ fsync: "off" });
  const dataDir = join(scratch.connection.host, "..");
  expect(await query(scratch.connection, "show fsync")).toEqual([{ fsync: "off" }]);

  await scratch.stop();

  expect(existsSync(dataDir)).toBe(false);
});
