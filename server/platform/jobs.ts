/** Jobs in the background that keep a timetable (pg-boss, on the same database). */
import { PgBoss } from "pg-boss";
import { appSettings, type ConnectionSettings } from "./db/pool.ts";
import type { Log } from "./log.ts";

export interface Job {
  name: string;
  /** Five fields of cron, in UTC. */
  cron: string;
  run: () => Promise<void>;
}

/** Starts the timetable. Each job runs in one process at a time, whichever comes first. */
export async function startJobs(
  settings: ConnectionSettings,
  jobs: readonly Job[],
  log: Log,
): Promise<{ stop(): Promise<void> }> {
  const boss = new PgBoss({ ...appSettings(settings), schema: "pgboss", createSchema: false, max: 2 });
  boss.on("error", (error) => log.error({ error }, "the timetable failed"));
  await boss.start();
  for (const job of jobs) {
    await boss.createQueue(job.name);
    await boss.work(job.name, { pollingIntervalSeconds: 30 }, job.run);
    await boss.schedule(job.name, job.cron);
  }
  return { stop: () => boss.stop({ graceful: true, timeout: 5000 }) };
}
