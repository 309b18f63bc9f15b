/** One business as several processes on a PostgreSQL of its operator's: the web takes, the workers send. */
import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { ConnectionSettings } from "../../server/platform/db/pool.ts";
import { type Simulator, startSimulator } from "../../simulator/simulator.ts";
import { type Api, createApi } from "../support/api.ts";
import { databaseNamed, dropDatabase, onServer } from "../support/database.ts";
import { allGone, type Product, startProduct, treeOf } from "../support/product.ts";
import { DANA, freePort, KILN } from "../support/town.ts";

const API_KEY = "roles-test-0123456789abcdef0123456789abcdef";
const server = inject("databaseServer");
const database = `roles_${randomBytes(6).toString("hex")}`;

let simulator: Simulator;
let env: Record<string, string>;
let api: Api;
const running: Product[] = [];

/** What an operator writes into DATABASE_URL. */
function urlOf(settings: ConnectionSettings): string {
  if ("connectionString" in settings) return settings.connectionString;
  const { host, port, user, database: name } = settings;
  return `postgres://${user}@localhost:${port}/${name}?host=${encodeURIComponent(host)}`;
}

async function start(role: "web" | "worker"): Promise<Product> {
  const product = startProduct({ ...env, PARLEY_ROLE: role });
  running.push(product);
  await product.ready;
  return product;
}

beforeAll(async () => {
  await onServer(server, `create database ${database}`);
  simulator = await startSimulator();
  const twilio = simulator.createAccount({ pacing: { mps: null } });
  simulator.addNumber({ accountSid: twilio.sid, phoneNumber: KILN });
  const port = String(await freePort());
  const publicUrl = `http://127.0.0.1:${port}`;
  env = {
    PORT: port,
    PARLEY_PUBLIC_URL: publicUrl,
    DATABASE_URL: urlOf(databaseNamed(server, database)),
    PARLEY_SECRET_KEY: randomBytes(32).toString("base64"),
    PARLEY_ADMIN_EMAIL: "ana@kiln.example",
    PARLEY_ADMIN_PASSWORD: "kiln-and-co-2026",
    PARLEY_API_KEY: API_KEY,
    PARLEY_LOG_LEVEL: "warn",
    TWILIO_API_URL: simulator.url,
  };
  api = createApi(publicUrl, `Bearer ${API_KEY}`);
  // Both bring the empty database up to date at once.
  await Promise.all([start("web"), start("worker")]);
  const { sid: accountSid, authToken } = twilio;
  const connected = await api.post("/api/channels/sms/connect", { accountSid, authToken, phoneNumber: KILN });
  expect(connected.status).toBe(201);
  await api.patch(`/api/channels/${connected.body.id}`, { mps: 100 });
}, 60_000);
afterAll(async () => {
  for (const product of running) await product.killAll();
  await simulator?.stop();
  await dropDatabase(server, database);
});

const heard = () => simulator.phone(DANA).texts.filter((each) => each.direction === "received");

async function until(what: string, isSo: () => Promise<boolean> | boolean, withinMs = 20_000): Promise<void> {
  for (const giveUpAt = performance.now() + withinMs; !(await isSo()); await pause(20))
    if (performance.now() > giveUpAt) throw new Error(`waited in vain until ${what}`);
}

async function conversation(): Promise<string> {
  return String((await api.get("/api/conversations")).body.items?.[0]?.id);
}

test("a text that came in at the web process is answered through the worker, and the answer's fate comes back", async () => {
  const { webhook } = await simulator.text({ from: DANA, to: KILN, body: "Are you open?" });
  expect(webhook?.attempts.at(-1)?.status).toBe(200);
  const sent = await api.post(`/api/conversations/${await conversation()}/messages`, { content: "Yes." });
  expect(sent.status).toBe(201);
  const fate = async () => (await api.get(`/api/messages/${sent.body.id}`)).body.status;
  await until("it is delivered", async () => (await fate()) === "delivered");
  expect(heard().map((each) => each.body)).toEqual(["Yes."]);
});

test("a worker that is killed is replaced: the rest goes out, in order and once", async () => {
  const worker = running.find((each) => each.printed().startsWith("Parley worker"));
  const id = await conversation();
  const words = Array.from({ length: 30 }, (_, n) => `Number ${n}`);
  // No callback comes before the kill, so that nothing behind the one in flight is on its way too.
  simulator.addFaults([{ kind: "callback_delayed", ms: 3000, match: { to: DANA } }]);
  for (const [n, content] of words.entries()) {
    if (n === 15)
      simulator.addFaults([
        { kind: "latency", ms: 60_000, after: true, times: 1, match: { path: "Messages.json", to: DANA } },
      ]);
    await api.post(`/api/conversations/${id}/messages`, { content });
  }
  const isTaken = () => simulator.requests({ to: DANA }).some((each) => each.outcome === "pending" && each.messageSid);
  await until("one is taken, and its answer on its way", isTaken);
  await worker?.killAll();
  simulator.clearFaults();
  await start("worker");
  // What was in flight is explained by its callback, or, where the kill came a moment later and hit the one behind it, by
  // two listings 60 s apart; all else is only sent now.
  await until("all are there", () => heard().length === 1 + words.length, 150_000);
  expect(
    heard()
      .map((each) => each.body)
      .sort(),
  ).toEqual(["Yes.", ...words].sort());
  // In their order at the provider's door; the way from there to the phone is not ours.
  const taken = simulator.requests({ to: DANA }).filter((each) => each.messageSid);
  expect(taken.map((each) => each.body)).toEqual(["Yes.", ...words]);
}, 200_000);

test("a STOP at the web process holds for the worker", async () => {
  const { webhook } = await simulator.text({ from: DANA, to: KILN, body: "STOP" });
  expect(webhook?.attempts.at(-1)?.status).toBe(200);
  const sent = await api.post(`/api/conversations/${await conversation()}/messages`, { content: "One more" });
  expect(sent.body).toMatchObject({ status: "suppressed" });
  const since = webhook?.answeredSeq ?? 0;
  await pause(500); // real processes: time can't be advanced
  expect(simulator.requests({ since, to: DANA })).toEqual([]);
});

test("each stops whole and quickly when told to", async () => {
  for (const product of running) {
    const tree = treeOf(product.child.pid ?? -1);
    if (product.child.exitCode !== null || product.child.signalCode !== null) continue;
    const startedAt = performance.now();
    product.child.kill("SIGTERM");
    expect(await product.ended).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(5000);
    await allGone(tree);
  }
});
