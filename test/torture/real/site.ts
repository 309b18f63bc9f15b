/** Where the real torture takes place: a PostgreSQL of its own, a web and two worker processes, and the simulator in this one. */
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { type Postgres, startPostgres } from "../../../server/platform/postgres/postgres.ts";
import type { WebhookEntry } from "../../../simulator/journal.ts";
import { type Simulator, startSimulator } from "../../../simulator/simulator.ts";
import { databaseNamed, onServer } from "../../support/database.ts";
import { newSettings } from "../../support/town.ts";
import { callAt, foundBusinesses } from "../businesses.ts";
import type { Scene } from "../check.ts";
import type { Site } from "../site.ts";
import { type LeapingClock, leapingClock } from "./clock.ts";
import { createProcesses, PROCESSES, type Processes } from "./processes.ts";

export interface RealSite extends Scene {
  simulator: Simulator;
  processes: Processes;
  clock: LeapingClock;
  call: Site["call"];
  /** What befell the house that nobody did to it, since it was asked last. */
  surprises(): string[];
  /** Fast: clients are sent away. Immediate: as in a crash, whose recovery is the next start's. */
  stopDatabase(how: "fast" | "immediate"): Promise<void>;
  startDatabase(): Promise<void>;
  /** Lets time leap everywhere at once. */
  leap(ms: number): Promise<void>;
  stop(): Promise<void>;
}

/** The webhooks that the house has answered with 200, oldest first. */
export const acknowledged = ({ simulator }: RealSite): WebhookEntry[] =>
  simulator.webhooks().filter(({ attempts }) => attempts.at(-1)?.status === 200);

const DATABASE = "torture";

/** @param mps what each number may send a second */
export async function openRealSite(mps: number): Promise<RealSite> {
  const dataDir = mkdtempSync(join(tmpdir(), "parley-torture-"));
  const compiledDir = mkdtempSync(join(tmpdir(), "parley-compiled-"));
  let admin: pg.Client | null = null;
  const clock = leapingClock();
  const simulator = await startSimulator({
    clock: {
      now: clock.now,
      async sleep(ms, signal) {
        await clock.sleep(ms, signal);
        signal?.throwIfAborted();
      },
    },
  });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });

  const start = () => startPostgres({ dataDir, settings: { max_connections: "120" } });
  let postgres: Postgres | null = await start();
  const server = postgres.connection;
  await onServer(server, `create database ${DATABASE}`);
  const connection = databaseNamed(server, DATABASE);
  const { host, port, user } = server;
  const { publicUrl, apiKey, secretKey, env } = await newSettings(simulator.url);
  const logLines: string[] = [];
  let surprises: string[] = [];
  const processes = createProcesses({
    env: {
      ...env,
      NODE_COMPILE_CACHE: compiledDir, // the next start of a process is a quicker one
      DATABASE_URL: `postgres://${user}@localhost:${port}/${DATABASE}?host=${encodeURIComponent(host)}`,
    },
    ahead: clock.ahead,
    hearLine: (line) => logLines.push(line),
    hearEnd: (sentence) => surprises.push(sentence),
  });

  /** The owner's own client, a new one after each cut. */
  async function connected(): Promise<pg.Client> {
    const open = admin ?? new pg.Client(connection);
    if (open === admin) return open;
    open.on("error", () => {}); // the stop of the database: `end` follows
    open.on("end", () => {
      if (admin === open) admin = null;
    });
    await open.connect();
    admin = open;
    return open;
  }

  const site: RealSite = {
    admin: { query: async (text, values) => (await connected()).query(text, values) },
    simulator,
    processes,
    clock,
    businesses: [],
    // Each worker keeps the pace at the door by itself, and keeps it late when it was held up; together the slots keep it.
    jitter: mps + 1,
    logLines,
    secrets: [apiKey, secretKey],
    chains: new Map(),
    call: callAt(publicUrl, agent),
    async startDatabase() {
      postgres ??= await start();
    },
    surprises() {
      const told = surprises;
      surprises = [];
      return told;
    },
    async stopDatabase(how) {
      const stopped = postgres;
      postgres = null;
      if (how === "immediate" && stopped) process.kill(stopped.pid, "SIGQUIT");
      await stopped?.stop();
    },
    async leap(ms) {
      clock.leap(ms);
      await processes.leap(ms);
    },
    async stop() {
      await processes.kill(...PROCESSES);
      agent.destroy();
      await simulator.stop();
      await admin?.end();
      await site.stopDatabase("fast");
      for (const folder of [dataDir, compiledDir]) rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await processes.start(...PROCESSES);
    await foundBusinesses({ site, connection, apiKey, mps, through: (promise) => promise });
  } catch (error) {
    await site.stop();
    throw error;
  }
  return site;
}
