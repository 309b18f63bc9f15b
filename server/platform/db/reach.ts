/** Whether an operator's own database can be had, before anything begins. */
import pg from "pg";
import { ConfigError } from "../config.ts";

/** Connects once and leaves. Throws ConfigError, which names DATABASE_URL and the remedy, and never tells the password. */
export async function reachDatabase(connectionString: string): Promise<void> {
  const client = clientOf(connectionString);
  client.on("error", () => {}); // cut while it leaves: whoever connects next is told
  try {
    await client.connect();
    await client.end();
  } catch (error) {
    throw new ConfigError(`DATABASE_URL: ${whyNot(error, client)}`);
  }
}

function clientOf(connectionString: string): pg.Client {
  try {
    return new pg.Client({ connectionString, connectionTimeoutMillis: 30_000, application_name: "parley start" });
  } catch {
    // What the library says may repeat the address, and with it the password.
    throw new ConfigError(
      "DATABASE_URL: can't be read. Write postgres://user:password@host:5432/database, with a password's odd characters percent-encoded.",
    );
  }
}

function whyNot(error: unknown, { host, port, user = "", database = "", password }: pg.Client): string {
  const at = `${host}:${port}`;
  switch (error instanceof Error && "code" in error ? error.code : undefined) {
    case "ECONNREFUSED":
    case "ENOENT": // no such socket
      return `no PostgreSQL answers at ${at}. Start it there, or correct the host and port.`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `the host ${host} can't be found. Correct its name.`;
    case "28P01":
      return `PostgreSQL at ${at} refuses the password of ${user}. Correct the user or the password.`;
    case "28000":
      return `PostgreSQL at ${at} does not let ${user} in. Correct the user, or allow it in pg_hba.conf.`;
    case "3D000":
      return `PostgreSQL at ${at} has no database ${database}. Create it, or correct the name.`;
    default: {
      const said = error instanceof Error ? error.message : String(error);
      const safe = typeof password === "string" && password !== "" ? said.replaceAll(password, "…") : said;
      return `PostgreSQL at ${at} can't be used (${safe}). Correct the address, or see to that server.`;
    }
  }
}
