/** A small town to tell stories in: a business on a real database, the simulator beside it, and time that obeys. */
import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { inject } from "vitest";
import { buildHouse, type House } from "../../server/app.ts";
import { readConfig } from "../../server/platform/config.ts";
import type { ConnectionSettings } from "../../server/platform/db/pool.ts";
import { createLog } from "../../server/platform/log.ts";
import { idMaker, type World } from "../../server/platform/world.ts";
import { type Simulator, startSimulator } from "../../simulator/simulator.ts";
import { type Api, createApi } from "./api.ts";
import { type TestClock, testClock } from "./clock.ts";
import { databaseNamed, dropDatabase, onServer } from "./database.ts";

export const KILN = "+14155550142";
export const DANA = "+14155550101";
export const MARCO = "+14155550102";

type Nothing = null | undefined | false;

export interface Town {
  /** The business's API, with the first key: the owner's rights. */
  api: Api;
  /** What that key is sent as, for whoever asks without `api`. */
  key: string;
  /** The same API for somebody else. */
  as(authorization: string | null): Api;
  simulator: Simulator;
  /** The business's account at the provider. */
  twilio: { sid: string; authToken: string };
  clock: TestClock;
  house: House;
  publicUrl: string;
  connection: ConnectionSettings;
  /** Every line that was logged. */
  logLines: string[];
  /** Sets the house's clock wrong from now on, by so many ms; 0 sets it right. The provider's is right at all times. */
  setClockWrong(ms: number): void;
  /** Lets time pass until `ask` answers something; fails after a while of real time, saying what it waited for. */
  until<T>(what: string, ask: () => Promise<T | Nothing> | T | Nothing): Promise<T>;
  /** The same while the town's time stands still, for what takes real time, such as a request that is never answered. */
  watch<T>(what: string, ask: () => Promise<T | Nothing> | T | Nothing): Promise<T>;
  /** Lets time pass, so that whatever would happen in it has happened: for stories in which nothing should. */
  pass(ms: number): Promise<void>;
  /** Lets time pass until a promise is settled. */
  passing<T>(promise: Promise<T>): Promise<T>;
  /** A customer's phone texts the business; answers when the webhook was answered. */
  text(from: string, body: string, to?: string): Promise<{ messageSid: string | null; status: number | null }>;
  /** What a customer's phone has received, oldest first. */
  received(phone: string): Array<{ body: string; with: string; automatic: boolean }>;
  /** Connects a number to the workspace and answers its channel. */
  connect(phoneNumber?: string, more?: Record<string, unknown>): Promise<{ id: string }>;
  /** Stops the house and builds it again on the same database, with some settings changed. */
  restart(env?: Record<string, string>): Promise<void>;
  /** A second house on the same database that only works off what is due; stopped with the town at the latest. */
  hireWorker(): Promise<House>;
  stop(): Promise<void>;
}

export const OWNER = { email: "ana@kiln.example", password: "kiln-and-co-2026" };
const STEP_MS = 20;
const GIVE_UP_MS = 20_000;

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** What a house is told when it is built: a free port, an owner and secrets of its own, and where its provider is. */
export async function newSettings(simulatorUrl: string) {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const apiKey = `first-${randomBytes(24).toString("hex")}`;
  const secretKey = randomBytes(32).toString("base64");
  const env = {
    PORT: String(port),
    PARLEY_PUBLIC_URL: publicUrl,
    PARLEY_SECRET_KEY: secretKey,
    TWILIO_API_URL: simulatorUrl,
    TWILIO_MESSAGING_URL: simulatorUrl,
    TWILIO_NUMBERS_URL: simulatorUrl,
    TWILIO_NUMBERS_UPLOAD_URL: simulatorUrl,
    TWILIO_PRICING_URL: simulatorUrl,
    PARLEY_ADMIN_EMAIL: OWNER.email,
    PARLEY_ADMIN_PASSWORD: OWNER.password,
    PARLEY_API_KEY: apiKey,
    PARLEY_RATE_LIMIT: "100000",
    PARLEY_LOG_LEVEL: "debug",
  };
  return { port, publicUrl, apiKey, secretKey, env };
}

/**
 * @param env settings over those of the town, such as PARLEY_RATE_LIMIT
 * @param reach by which way the house reaches its database, such as a gate that can be shut
 * @param start what the clock shows at first
 */
export async function foundTown(
  env: Record<string, string> = {},
  reach: (connection: ConnectionSettings) => ConnectionSettings = (connection) => connection,
  start?: Date,
): Promise<Town> {
  const server = inject("databaseServer");
  const name = `town_${randomBytes(6).toString("hex")}`;
  await onServer(server, `create database ${name} template ${inject("databaseTemplate")}`);
  const connection = databaseNamed(server, name);

  const clock = testClock(start);
  // Its sleepers, unlike ours, hear of an abort by a rejection.
  const sleep = async (ms: number, signal?: AbortSignal) => {
    await clock.sleep(ms, signal);
    signal?.throwIfAborted();
  };
  const simulator = await startSimulator({ clock: { now: clock.now, sleep }, seed: name });
  const account = simulator.createAccount({ friendlyName: "Kiln & Co.", pacing: { mps: null } });
  simulator.addNumber({ accountSid: account.sid, phoneNumber: KILN });
  const { port, publicUrl, apiKey, env: usual } = await newSettings(simulator.url);
  const settings = { ...usual, ...env };
  let config = readConfig(settings);
  let wrongByMs = 0;
  const now = () => new Date(clock.now().getTime() + wrongByMs);
  const logLines: string[] = [];
  const log = createLog(config.logLevel, (line) => logLines.push(line));

  async function build(role = config.role): Promise<House> {
    const world: World = { ...clock, now, bytes: randomBytes, chance: () => 0.5, id: idMaker(now, randomBytes) };
    const house = await buildHouse({
      config: { ...config, role },
      connection: reach(connection),
      world,
      log,
      secretKey: config.secretKey ?? Buffer.alloc(0),
      formerKeys: config.oldSecretKey ? [config.oldSecretKey] : [],
      simulatorUrl: simulator.url,
      checkAnswers: true,
    });
    await house.server?.listen({ host: "127.0.0.1", port });
    return house;
  }

  async function askUntil<T>(what: string, ask: () => Promise<T | Nothing> | T | Nothing, step: number): Promise<T> {
    const giveUpAt = performance.now() + GIVE_UP_MS;
    for (;;) {
      const answer = await ask();
      if (answer) return answer;
      if (performance.now() > giveUpAt) throw new Error(`waited in vain until ${what}`);
      clock.advance(step);
      await pause(1);
    }
  }

  const workers: House[] = [];
  const as = (authorization: string | null) => createApi(publicUrl, authorization);
  const key = `Bearer ${apiKey}`;
  const api = as(key);
  const passing = async <T>(promise: Promise<T>): Promise<T> => {
    let settled = false;
    const mark = () => {
      settled = true;
    };
    promise.then(mark, mark);
    while (!settled) {
      clock.advance(STEP_MS);
      await pause(1);
    }
    return promise;
  };

  const town: Town = {
    api,
    key,
    as,
    simulator,
    clock,
    publicUrl,
    connection,
    logLines,
    setClockWrong(ms) {
      wrongByMs = ms;
    },
    passing,
    twilio: account,
    house: await build(),
    until: (what, ask) => askUntil(what, ask, STEP_MS),
    watch: (what, ask) => askUntil(what, ask, 0),
    async pass(ms) {
      for (let passed = 0; passed < ms; passed += 10 * STEP_MS) {
        clock.advance(10 * STEP_MS);
        await pause(2);
      }
    },
    async text(from, body, to = KILN) {
      const { messageSid, webhook } = await passing(simulator.text({ from, to, body }));
      return { messageSid, status: webhook?.attempts.at(-1)?.status ?? null };
    },
    received: (phone) => simulator.phone(phone).texts.filter((each) => each.direction === "received"),
    async connect(phoneNumber = KILN, more = {}) {
      const answer = await passing(
        api.post("/api/channels/sms/connect", {
          accountSid: account.sid,
          authToken: account.authToken,
          phoneNumber,
          ...more,
        }),
      );
      if (answer.status !== 201) throw new Error(`not connected: ${JSON.stringify(answer.body)}`);
      return answer.body as { id: string };
    },
    async restart(more = {}) {
      config = readConfig({ ...settings, ...more });
      await passing(town.house.stop());
      town.house = await build();
    },
    async hireWorker() {
      const worker = await build("worker");
      workers.push(worker);
      return worker;
    },
    async stop() {
      for (const house of [...workers, town.house]) await passing(house.stop());
      await simulator.stop();
      await dropDatabase(server, name);
    },
  };
  return town;
}
