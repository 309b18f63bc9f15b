/** Run by tests as a process of its own: starts PostgreSQL, says so on stdout, and stops it when told on stdin. */
import { once } from "node:events";
import { startPostgres } from "./postgres.ts";
import { PostgresRefused } from "./refusal.ts";

const [dataDir = "", users] = process.argv.slice(2);
try {
  const postgres = await startPostgres({ dataDir, ...(users ? { usersForRoot: users.split(",") } : {}) });
  console.log(JSON.stringify({ pid: postgres.pid, host: postgres.connection.host }));
  const [word] = await once(process.stdin, "data");
  process.stdin.destroy();
  if (String(word) === "stop") await postgres.stop();
} catch (error) {
  if (!(error instanceof PostgresRefused)) throw error;
  console.log(JSON.stringify({ refused: error.code, message: error.message }));
}
