/** The end of a pool is the end of its connections: a database that stops after it has nothing left to cut. */
import { expect, inject, test } from "vitest";
import { createPool } from "./pool.ts";

test("a pool has ended when the last of its connections is closed", async () => {
  const cut: Error[] = [];
  const pool = createPool(inject("databaseServer"), 10, (error) => cut.push(error));
  let closed = 0;
  pool.on("remove", () => closed++);
  const open = await Promise.all(Array.from({ length: 10 }, () => pool.connect()));
  const [last, ...idle] = open;
  for (const client of idle) client.release();

  const ended = pool.end();
  await last?.query("select 1"); // in use when the end is asked for
  last?.release();
  await ended;
  expect(closed).toBe(10);
  expect(cut).toEqual([]);
});
