/** Many transactions as one: all of them are kept, or none. */
import type pg from "pg";
import { createDatabase, type Database, type DatabaseParts } from "./database.ts";
import type { Live } from "./live.ts";

/** For work of which nobody is to hear before its end. */
export const quietLive: Live = {
  onEvents: () => () => {},
  publish: () => {},
  onNews: () => () => {},
  tell: () => {},
  stop: async () => {},
};

/**
 * Runs work over a database whose transactions are steps of a single one, on one connection and one after the other. News of
 * them is not told: nobody else sees anything before the end.
 */
export async function asOneTransaction<T>(
  parts: Omit<DatabaseParts, "pool" | "published"> & { pool: pg.Pool },
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const client = await parts.pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("begin");
    const answer = await work(createDatabase({ ...parts, pool: stepsOn(client), published: () => {} }));
    await client.query("commit");
    return answer;
  } catch (error) {
    await client.query("rollback").catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/** A connection on which a transaction begins at a savepoint, and ends there. */
function stepsOn(client: pg.PoolClient): DatabaseParts["pool"] {
  const query = (asked: string | pg.QueryConfig) => {
    if (typeof asked !== "string") return client.query(asked);
    if (asked === "commit") return client.query("release savepoint step");
    if (asked === "rollback") return client.query("rollback to savepoint step; release savepoint step");
    return client.query(asked.replace(/^begin( read only| read write)?/, "savepoint step"));
  };
  return { query, connect: async () => ({ query, release: () => {} }) };
}
