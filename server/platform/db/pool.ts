/** Connections to PostgreSQL as the application's role, with every statement named. */
import { createHash } from "node:crypto";
import pg from "pg";

/** Where the database is: a URL, or the private socket of the embedded one. */
export type ConnectionSettings =
  | { connectionString: string }
  | { host: string; port: number; user: string; database: string; password?: string };

/** The role that everything but migrations runs as: it owns nothing and no policy lets it past. */
export const APP_ROLE = "parley_app";

const INT8 = 20;
const types = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    // Counters and numbers of events stay far below 2^53.
    oid === INT8 ? Number : pg.types.getTypeParser(oid, format as "text")) as typeof pg.types.getTypeParser,
};

export function appSettings(settings: ConnectionSettings) {
  return { ...settings, types, options: `-c role=${APP_ROLE}`, application_name: "parley" };
}

/** @param max connections at most */
export function createPool(settings: ConnectionSettings, max: number, onError: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    ...appSettings(settings),
    max,
    idleTimeoutMillis: 60_000,
    connectionTimeoutMillis: 5_000,
  });
  pool.on("error", onError); // an idle connection was cut: the pool replaces it
  return sturdy(pool);
}

/**
 * A pool that outlives its connections, and does not end before them.
 *
 * The library hears only of idle ones that are cut: one that is in use, but between two statements, would tell nobody and
 * take the whole process with it. Whoever has it learns of it from the next statement.
 *
 * The library's own `end` only asks connections to close: a database that is stopped right after it still finds some open,
 * cuts them, and the log tells of an accident that was none.
 */
export function sturdy(pool: pg.Pool): pg.Pool {
  const open = new Set<pg.PoolClient>();
  pool.on("connect", (client) => {
    client.on("error", () => {});
    open.add(client);
  });
  pool.on("remove", (client) => open.delete(client));
  const end = pool.end.bind(pool);
  pool.end = async () => {
    await end();
    while (open.size > 0) await new Promise((closed) => pool.once("remove", closed));
  };
  return pool;
}

const names = new Map<string, string>();

/** A query named by its text, so that the server parses and plans it once a connection (measured: 2.5 times as fast). */
export function named(text: string, values: readonly unknown[]): pg.QueryConfig {
  let name = names.get(text);
  if (!name) {
    name = createHash("sha1").update(text).digest("base64url");
    // Composed queries have many texts; those past the bound go unnamed rather than fill the server's memory.
    if (names.size >= 2000) return { text, values: values as unknown[] };
    names.set(text, name);
  }
  return { name, text, values: values as unknown[] };
}

const AWAY = /^(08|57P0[123]|53300)/;
const AWAY_ERRORS = new Set(["ECONNREFUSED", "ECONNRESET", "ENOENT", "EPIPE", "ETIMEDOUT"]);

/** Whether an error says that the database is away (starting, stopping, unreachable) rather than that the query is wrong. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return (
    AWAY.test(code) ||
    AWAY_ERRORS.has(code) ||
    /Connection terminated|connection timeout|timeout exceeded when trying to connect|not queryable/i.test(
      error.message,
    )
  );
}

/** Whether a transaction lost a race that it may simply run again: deadlock or serialization failure. */
function isRetryable(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "40P01" || error.code === "40001");
}

/** Runs work again, up to three times, where it lost a race: it must be one transaction. */
export async function raced<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === 3 || !isRetryable(error)) throw error;
    }
  }
}

/** Whether an error is a violation of the named unique constraint or index. */
export function violates(error: unknown, constraint: string): boolean {
  return error instanceof Error && "constraint" in error && error.constraint === constraint;
}
