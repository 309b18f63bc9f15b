/** Where the torture takes place: one database, one simulator, two businesses in one house that dies and is built anew. */
import { randomBytes } from "node:crypto";
import pg from "pg";
import { buildHouse, type House } from "../../server/app.ts";
import { readConfig } from "../../server/platform/config.ts";
import type { ConnectionSettings } from "../../server/platform/db/pool.ts";
import { createLog } from "../../server/platform/log.ts";
import { idMaker, type World } from "../../server/platform/world.ts";
import { type Simulator, startSimulator } from "../../simulator/simulator.ts";
import { databaseNamed, dropDatabase, onServer } from "../support/database.ts";
import { newSettings } from "../support/town.ts";
import { callAt, foundBusinesses } from "./businesses.ts";
import { type Chance, chanceOf } from "./chance.ts";
import { type Clock, createClock } from "./clock.ts";
import { type Gate, openGate } from "./gate.ts";

export interface Business {
  workspaceId: string;
  apiKey: string;
  accountSid: string;
  numbers: string[];
  connectionIds: string[];
  mps: number;
}

export interface Site {
  admin: pg.Client;
  simulator: Simulator;
  clock: Clock;
  gate: Gate;
  businesses: Business[];
  logLines: string[];
  secrets: string[];
  /** How far each business's ledger was checked. */
  chains: Map<string, { seq: number; hash: string | null }>;
  /** Builds the house, which takes its turns at the gate meanwhile. */
  build(chance: Chance): Promise<void>;
  /** Ends the house as a power cut would. */
  crash(): Promise<void>;
  /** One HTTP request to the house; rejects where no answer came. */
  call(business: Business, method: string, path: string, body: unknown, key: string): Promise<Reply>;
  stop(): Promise<void>;
}

export interface Reply {
  status: number;
  body: { id?: string; status?: string; code?: string };
}

const START = new Date("2026-06-01T16:00:00.000Z");
const MPS = 4;
/** Fewer than a house has: opening one takes as long as twenty statements, and that somebody waits for one belongs to it. */
const CONNECTIONS = 8;

/** Lets everything through in the order of its coming, while time stands still, until a promise is settled and nobody waits. */
async function letThrough<T>({ gate }: Pick<Site, "gate">, promise: Promise<T>): Promise<T> {
  let settled = false;
  const mark = () => {
    settled = true;
  };
  promise.then(mark, mark);
  for (;;) {
    await gate.quiet();
    const [first] = gate.waiting();
    if (first) first.go();
    else if (settled) return promise;
  }
}

/** @param server the PostgreSQL, as its owner, and a migrated database on it to clone */
export async function openSite(server: ConnectionSettings, template: string): Promise<Site> {
  const name = `torture_${randomBytes(6).toString("hex")}`;
  await onServer(server, `create database ${name} template ${template}`);
  const connection = databaseNamed(server, name);
  const admin = new pg.Client(connection);
  await admin.connect();

  const clock = createClock(START);
  const simulator = await startSimulator({ clock, seed: "torture" });
  const gate = openGate(admin, () => simulator.url, clock.now);
  const { port, publicUrl, apiKey, env } = await newSettings(simulator.url);
  const settings = readConfig(env);
  const logLines: string[] = [];

  let house: House | null = null;
  let alive = new AbortController();

  function worldOf(chance: Chance): World {
    const { signal } = alive;
    return {
      now: clock.now,
      // The dead neither wake nor are waited for: their naps would be turns of the living.
      async sleep(ms, early) {
        await clock.sleep(ms, early ? AbortSignal.any([early, signal]) : signal).catch(() => {});
        if (signal.aborted) await new Promise(() => {});
      },
      bytes: chance.bytes,
      chance: chance.next,
      id: idMaker(clock.now, chance.bytes),
    };
  }

  const site: Site = {
    admin,
    simulator,
    clock,
    gate,
    businesses: [],
    logLines,
    secrets: [apiKey],
    chains: new Map(),
    async build(chance) {
      alive = new AbortController();
      house = await letThrough(
        site,
        gate.within(async () => {
          const built = await buildHouse({
            config: settings,
            connection,
            world: worldOf(chance),
            log: createLog("debug", (line) => logLines.push(line)),
            secretKey: settings.secretKey ?? Buffer.alloc(0),
            simulatorUrl: simulator.url,
            poolSize: CONNECTIONS,
          });
          await built.server?.listen({ host: "127.0.0.1", port });
          return built;
        }),
      );
      await letThrough(site, Promise.resolve());
    },
    async crash() {
      alive.abort();
      const server = house?.server?.server;
      house = null;
      const closed = new Promise<void>((done) => (server ? server.close(() => done()) : done()));
      server?.closeAllConnections();
      await Promise.all([gate.kill(), closed]);
    },
    call: callAt(publicUrl),
    async stop() {
      await site.crash();
      await simulator.stop();
      await admin.end();
      await dropDatabase(server, name);
      // Last: timers of dead houses go on, and must not come to the database.
      await gate.close();
    },
  };

  await site.build(chanceOf("the first house"));
  const through = <T>(promise: Promise<T>) => letThrough(site, promise);
  await foundBusinesses({ site, connection, apiKey, mps: MPS, through });
  await site.crash();
  return site;
}
