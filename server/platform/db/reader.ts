/** Reading and the ground, on a connection or a pool. */
import type pg from "pg";
import type { World } from "../world.ts";
import type { Ground, Reader } from "./handles.ts";
import { named } from "./pool.ts";

export interface Queryable {
  query(config: pg.QueryConfig): Promise<pg.QueryResult>;
}

export function reader(client: Queryable, now: () => Date): Reader {
  const rows = async <T>(sql: string, values: readonly unknown[] = []) =>
    (await client.query(named(sql, values))).rows as T[];
  return {
    get now() {
      return now();
    },
    rows,
    async maybe<T>(sql: string, values?: readonly unknown[]) {
      return (await rows<T>(sql, values))[0] ?? null;
    },
    async one<T>(sql: string, values?: readonly unknown[]) {
      const [row] = await rows<T>(sql, values);
      if (row === undefined) throw new Error(`expected a row of: ${sql}`);
      return row;
    },
  };
}

/** The ground within a transaction whose time is fixed. */
export const groundAt = (client: Queryable, now: Date, world: World): Ground =>
  Object.assign(
    reader(client, () => now),
    { level: "ground" as const, id: world.id },
  );

/** The ground where every statement is a transaction of its own. */
export function groundOn(client: Queryable, world: World): Ground {
  const handle = reader(client, world.now);
  return Object.defineProperty({ ...handle, level: "ground" as const, id: world.id }, "now", {
    get: world.now,
    enumerable: true,
  });
}
