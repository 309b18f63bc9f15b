import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { launch, lives, nameOf, parentOf, processesOf, query, spawnStart, tempFolder, until } from "./fixture.ts";
import { startPostgres } from "./postgres.ts";

test("kill -9 of Parley takes PostgreSQL with it, and the next Parley takes the folder over", async () => {
  const dataDir = tempFolder();
  const { child, said } = await launch({ dataDir });
  await query(said, "create table shop as select 'Kiln & Co.' as name");

  child.kill("SIGKILL");
  await until(() => !lives(said.pid), 2000);
  await until(() => processesOf(dataDir).length === 0, 2000);

  const next = await startPostgres({ dataDir });
  onTestFinished(() => next.stop());
  expect(await query(next.connection, "select name from shop")).toEqual([{ name: "Kiln & Co." }]);
});

test("a start right after kill -9 waits for the old database to end", async () => {
  const dataDir = tempFolder();
  const { child, said } = await launch({ dataDir });
  child.kill("SIGKILL");
  await once(child, "exit");

  const next = await startPostgres({ dataDir });
  onTestFinished(() => next.stop());

  expect(lives(said.pid)).toBe(false);
  expect(next.pid).not.toBe(said.pid);
});

test("a second start on a folder in use is refused, names folder and process, and leaves the first alone", async () => {
  const dataDir = tempFolder();
  const { child, said, end } = await launch({ dataDir });

  const refusal = { code: "data_dir_in_use", message: expect.stringMatching(`${dataDir} .*pid ${child.pid} `) };
  await expect(startPostgres({ dataDir })).rejects.toMatchObject(refusal);
  expect((await launch({ dataDir })).said).toMatchObject({ refused: "data_dir_in_use" });

  expect(await query(said, "select 1 as one")).toEqual([{ one: 1 }]);
  await end();
});

test("of two that start in one moment on a new folder, one runs and the other is refused", async () => {
  const dataDir = tempFolder();

  const both = await Promise.all([launch({ dataDir }), launch({ dataDir })]);

  expect(both.map(({ said }) => said.refused).sort()).toEqual(["data_dir_in_use", undefined]);
  await Promise.all(both.map(({ end }) => end()));
});

test("a database whose Parley and tether were both killed is stopped before a new one starts", async () => {
  const dataDir = tempFolder();
  const { child, said } = await launch({ dataDir });
  child.kill("SIGSTOP");
  for (const shell of processesOf(dataDir).filter((pid) => nameOf(pid) === "sh")) process.kill(shell, "SIGKILL");
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(await query(said, "select 1 as one")).toEqual([{ one: 1 }]);

  const next = await startPostgres({ dataDir });
  onTestFinished(() => next.stop());

  expect(lives(said.pid)).toBe(false);
});

test("a kill -9 during initdb ends it, and the next start begins anew", async () => {
  const dataDir = tempFolder();
  const child = spawnStart({ dataDir });
  const growing = () => readdirSync(dataDir).find((name) => name.startsWith("cluster.new-"));
  await until(() => existsSync(join(dataDir, growing() ?? "not yet", "base")), 10_000);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(existsSync(join(dataDir, "cluster"))).toBe(false);

  const next = await startPostgres({ dataDir });
  onTestFinished(() => next.stop());

  expect(await query(next.connection, "select 1 as one")).toEqual([{ one: 1 }]);
  expect(growing()).toBeUndefined();
  await until(() => !processesOf(join(dataDir, "cluster.new-")).some((pid) => nameOf(pid) === "initdb"), 2000);
});

test("a script that forgets to stop its database still ends, and the database with it", async () => {
  const dataDir = tempFolder();
  const { child, said } = await launch({ dataDir });

  child.stdin?.write("forget");

  expect(await once(child, "exit")).toEqual([0, null]);
  await until(() => !lives(said.pid), 2000);
});

test("a start after kill -9 of PostgreSQL waits for a query that is left of it", async () => {
  const dataDir = tempFolder();
  const { child, said } = await launch({ dataDir });
  const left = query(said, "select count(*) from generate_series(1, 5000000)");
  const fate = left.then(
    () => "over",
    () => "over",
  );
  // Of this very server: others run beside it.
  const asking = () => processesOf("postgres: parley: postgres postgres [local] SELECT");
  await until(() => asking().some((pid) => parentOf(pid) === said.pid), 5000);
  process.kill(said.pid, "SIGKILL");
  child.kill("SIGKILL");
  await once(child, "exit");

  const next = await startPostgres({ dataDir });
  onTestFinished(() => next.stop());

  expect(await Promise.race([fate, "still running"])).toBe("over");
  expect(readFileSync(join(dataDir, "log"), "utf8")).toContain("pre-existing shared memory block");
  expect(await query(next.connection, "select 1 as one")).toEqual([{ one: 1 }]);
});
