/**
 * Kill -9 at every step of getting a number and of giving it back, and the process started again on what is there: it
 * finishes, and nothing is bought twice. Each step has a business of its own, so that one kill meets many of them at once.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { Activation } from "../../contract/activations.ts";
import type { ConnectionSettings } from "../../server/platform/db/pool.ts";
import { areaCodesOf } from "../../simulator/places.ts";
import { type Simulator, startSimulator } from "../../simulator/simulator.ts";
import { type Answer, createApi } from "../support/api.ts";
import { databaseNamed, dropDatabase, onServer } from "../support/database.ts";
import { foundNeighbour, type Neighbour } from "../support/people.ts";
import { askProvider } from "../support/provider.ts";
import { newSettings } from "../support/town.ts";
import { layWire, type Wire } from "../support/wire.ts";
import { type LeapingClock, leapingClock } from "../torture/real/clock.ts";
import { createProcesses, type Processes } from "../torture/real/processes.ts";

/** Steps that one kill meets. More would be fewer kills, but a call waits 10 s for its answer and no longer. */
const AT_ONCE = 12;
/** A machine on which so many kills come too late for a step is no machine to tell it on. */
const MOST_KILLS = 40;

const database = `kills_${randomBytes(6).toString("hex")}`;
const folder = mkdtempSync(join(tmpdir(), "parley-kills-"));
const clock: LeapingClock = leapingClock();
const ended: string[] = [];
let simulator: Simulator;
let wire: Wire;
let admin: pg.Client;
let house: Processes;
let connection: ConnectionSettings;
let publicUrl: string;

beforeAll(async () => {
  const server = inject("databaseServer");
  await onServer(server, `create database ${database} template ${inject("databaseTemplate")}`);
  connection = databaseNamed(server, database);
  admin = new pg.Client(connection);
  await admin.connect();
  // A commit waits while somebody else holds the lock of its activation's turn, though its process is dead by then.
  await admin.query(`
    create function wait_for_turn() returns trigger language plpgsql as $$
    begin
      perform pg_advisory_xact_lock_shared(hashtext(new.workspace_id), new.turn);
      return null;
    end $$;
    create constraint trigger wait_for_turn after insert or update on activations
      deferrable initially deferred for each row execute function wait_for_turn()`);
  simulator = await startSimulator();
  wire = await layWire((path) => !path.includes("/Messages"));
  wire.leadTo(simulator.url);
  const settings = await newSettings(wire.url);
  publicUrl = settings.publicUrl;
  house = createProcesses({
    env: {
      ...settings.env,
      ...{ DATABASE_URL: urlOf(connection), PARLEY_LOG_LEVEL: "error" },
      NODE_COMPILE_CACHE: folder, // the next start is a quicker one
    },
    ahead: clock.ahead,
    hearLine: () => {},
    hearEnd: (sentence) => ended.push(sentence),
  });
  await house.start("alone");
});
afterAll(async () => {
  await house?.kill("alone");
  await wire?.stop();
  await simulator?.stop();
  await admin?.end();
  await dropDatabase(inject("databaseServer"), database);
  rmSync(folder, { recursive: true, force: true });
});

function urlOf(settings: ConnectionSettings): string {
  if ("connectionString" in settings) return settings.connectionString;
  const { host, port, user, database: name } = settings;
  return `postgres://${user}@localhost:${port}/${name}?host=${encodeURIComponent(host)}`;
}

interface Business extends Neighbour {
  /** Its account at the provider, and here. */
  accountSid: string;
  providerAccountId: string;
  areaCode: string;
}

let businesses = 0;
/** One for each business, so that none takes a number from another. */
const AREAS = Array.from({ length: 300 }, (_, n) => String(201 + n)).filter(
  (area) => !areaCodesOf("CA").includes(area),
);

async function newBusiness(): Promise<Business> {
  const areaCode = AREAS[businesses++] ?? "";
  const as = (authorization: string | null) => createApi(publicUrl, authorization);
  const neighbour = await foundNeighbour({ as, connection, clock }, `The business of ${areaCode}`);
  const { sid: accountSid, authToken } = simulator.createAccount({ pacing: { mps: null } });
  const account = await neighbour.api.post("/api/provider-accounts", { provider: "twilio", accountSid, authToken });
  return { ...neighbour, accountSid, providerAccountId: String(account.body.id), areaCode };
}

const isOf =
  ({ accountSid }: Business) =>
  (sid: string): boolean =>
    sid === accountSid ||
    simulator.overview().accounts.some((each) => each.sid === sid && each.ownerSid === accountSid);
const subaccountsOf = ({ accountSid }: Business) =>
  simulator.overview().accounts.filter((each) => each.ownerSid === accountSid && each.sid !== accountSid);
const numbersOf = (business: Business) =>
  simulator.overview().numbers.filter((each) => isOf(business)(each.accountSid));
/** How often a business has got something of its own at the provider, also where that went back. */
const gotten = (business: Business, end: "/Accounts.json" | "/IncomingPhoneNumbers.json"): number =>
  simulator
    .requests()
    .filter((each) => each.method === "POST" && each.status === 201 && each.path.endsWith(end))
    .filter((each) => isOf(business)(each.accountSid ?? "")).length;

async function activationOf({ api }: Business): Promise<Activation> {
  const { body } = await api.get("/api/activations");
  expect(body.items).toHaveLength(1);
  return body.items?.[0] as unknown as Activation;
}

interface Act {
  /** What has to be there before; answers the act itself. */
  prepare(business: Business): Promise<() => Promise<Answer>>;
  /** Holds what came of it against what was wanted. */
  check(business: Business, at: string): Promise<void>;
}

/** Numbers for sale that turn out to be of no use; filled at the beginning. */
let withoutSms: string[] = [];
async function findWithoutSms(): Promise<string[]> {
  const twilio = simulator.createAccount();
  const path = `/2010-04-01/Accounts/${twilio.sid}/AvailablePhoneNumbers/GB/TollFree.json?SmsEnabled=false`;
  const answer = await askProvider({ simulator, twilio }, "GET", path);
  const { available_phone_numbers: offers } = (await answer.json()) as {
    available_phone_numbers: Array<{ phone_number: string }>;
  };
  return offers.map((each) => each.phone_number);
}

const activate = ({ api, providerAccountId, areaCode }: Business) =>
  api.post("/api/activations", { country: "US", areaCode, providerAccountId });

async function checkNumber(business: Business, subaccounts: number, at: string): Promise<void> {
  const { state, problem, phoneNumber, channelId } = await activationOf(business);
  expect({ state, problem }, at).toEqual({ state: "connected", problem: null });
  expect([gotten(business, "/Accounts.json"), gotten(business, "/IncomingPhoneNumbers.json")], at).toEqual([
    subaccounts,
    1,
  ]);
  expect(subaccountsOf(business), at).toHaveLength(subaccounts);
  const pointed = { smsUrl: expect.stringContaining(publicUrl), voiceUrl: expect.stringContaining(publicUrl) };
  expect(numbersOf(business), at).toMatchObject([{ phoneNumber, ...pointed }]);
  const channels = await business.api.get("/api/channels");
  expect(channels.body.items, at).toMatchObject([{ id: channelId, phoneNumber, webhook: { configuredBy: "parley" } }]);
}

const ACTS = {
  activation: {
    prepare: async (business) => () => activate(business),
    check: (business, at) => checkNumber(business, 1, at),
  },
  purchase: {
    async prepare({ api, providerAccountId, areaCode }) {
      const search = `providerAccountId=${providerAccountId}&areaCode=${areaCode}`;
      const { items = [] } = (await api.get(`/api/channels/sms/numbers?${search}`)).body;
      const phoneNumber = String(items[0]?.phoneNumber);
      return () => api.post("/api/channels/sms/buy", { providerAccountId, phoneNumber });
    },
    check: (business, at) => checkNumber(business, 0, at),
  },
  deactivation: {
    async prepare(business) {
      const { id, phoneNumber } = (await activate(business)).body;
      return () => business.api.post(`/api/activations/${id}/deactivate`, { confirm: phoneNumber });
    },
    async check(business, at) {
      expect(await activationOf(business), at).toMatchObject({ state: "released", problem: null });
      expect(numbersOf(business), at).toEqual([]);
      expect(
        subaccountsOf(business).map((each) => each.status),
        at,
      ).toEqual(["closed"]);
      expect((await business.api.get("/api/channels")).body.items, at).toEqual([]);
    },
  },
  "purchase that is undone": {
    async prepare({ api, providerAccountId }) {
      const phoneNumber = withoutSms.pop();
      return () => api.post("/api/channels/sms/buy", { providerAccountId, phoneNumber });
    },
    async check(business, at) {
      const { state, problem, phoneNumber } = await activationOf(business);
      expect({ state, code: problem?.code }, at).toEqual({ state: "undone", code: "number_not_sms_capable" });
      withoutSms.unshift(phoneNumber ?? ""); // for sale again
      expect(gotten(business, "/IncomingPhoneNumbers.json"), at).toBe(1);
      expect(numbersOf(business), at).toEqual([]);
      expect((await business.api.get("/api/channels")).body.items, at).toEqual([]);
    },
  },
} satisfies Record<string, Act>;
type ActName = keyof typeof ACTS;

/** Where a process dies: at a call to the provider, or when what it has sent to be committed is, but is not heard of. */
type Step = { act: ActName } & ({ call: number; when: "before" | "after" } | { commit: number });
const say = (step: Step) =>
  `${step.act}, ${"call" in step ? `${step.when} call ${step.call}` : `commit ${step.commit}`}`;

const turnOf = async ({ workspaceId }: Business): Promise<number> => {
  const { rows } = await admin.query("select turn from activations where workspace_id = $1", [workspaceId]);
  return rows[0]?.turn ?? -1;
};

/** All steps of an act, counted while nothing disturbs it. */
async function stepsOf(act: ActName): Promise<Step[]> {
  const business = await newBusiness();
  const go = await ACTS[act].prepare(business);
  const before = { calls: simulator.requests().length, turn: await turnOf(business) };
  await go();
  await ACTS[act].check(business, `${act}, undisturbed`);
  const calls = simulator
    .requests()
    .slice(before.calls)
    .filter((each) => !each.path.includes("/Messages"));
  const commits = (await turnOf(business)) - before.turn;
  return [
    ...calls.flatMap((_, n) => (["before", "after"] as const).map((when) => ({ act, call: n + 1, when }))),
    ...Array.from({ length: commits }, (_, n) => ({ act, commit: n + 1 })),
  ];
}

/** Resolves as soon as `ask` answers something else than false; the test's own time-out is its end. */
async function until(ask: () => Promise<boolean>): Promise<void> {
  while (!(await ask())) await pause(20);
}
const ask = async (text: string): Promise<number> => (await admin.query(text)).rows[0]?.count;

const waitingCommits = () =>
  ask(`select count(*)::int from pg_locks where locktype = 'advisory' and not granted
       and database = (select oid from pg_database where datname = current_database())`);
const othersConnected = () =>
  ask(`select count(*)::int from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`);

/** Lets the time pass that has to be waited for, and none while something moves. */
async function untilSettled(): Promise<void> {
  let last = "";
  await until(async () => {
    const { rows } = await admin.query(
      "select min(due_at) as at, sum(turn)::text as turns from activations where due_at is not null",
    );
    const { at, turns } = rows[0] as { at: Date | null; turns: string };
    const now = `${at?.toISOString()} ${turns}`;
    const waitMs = (at?.getTime() ?? 0) - clock.now().getTime();
    if (at && waitMs >= 0 && now === last) {
      clock.leap(waitMs + 1);
      await house.leap(waitMs + 1);
    }
    last = now;
    if (at) await pause(80);
    return at === null;
  });
}

/** Brings every step about, kills the process, starts it again, and looks. @returns the steps that it came too late for */
async function killAt(steps: readonly Step[]): Promise<Step[]> {
  const left = new Set<Step>();
  const prepared = await Promise.all(
    steps.map(async (step) => {
      const business = await newBusiness();
      return { step, business, go: await ACTS[step.act].prepare(business), turn: 0 };
    }),
  );
  for (const each of prepared) {
    each.turn = await turnOf(each.business);
    if ("commit" in each.step)
      await admin.query("select pg_advisory_lock(hashtext($1), $2)", [
        each.business.workspaceId,
        each.turn + each.step.commit,
      ]);
  }
  const reached = prepared.map(async ({ step, business, go }) => {
    const isHeld =
      "call" in step &&
      wire.hold(step.call, step.when, { isMine: isOf(business), leaves: () => left.add(step) }).then(() => true);
    const answered = go().catch(() => null);
    if (isHeld && (await Promise.race([isHeld, answered])) !== true) left.add(step);
  });
  await Promise.all(reached);
  const commits = steps.filter((step) => "commit" in step).length;
  await until(async () => (await waitingCommits()) === commits);
  const late = [...left];
  await house.kill("alone");
  await admin.query("select pg_advisory_unlock_all()");
  await until(async () => (await othersConnected()) === 0);
  for (const { step, business, turn } of prepared)
    if ("commit" in step) expect(await turnOf(business), say(step)).toBe(turn + step.commit);
  wire.cut();

  await house.start("alone");
  await untilSettled();
  for (const { step, business } of prepared) await ACTS[step.act].check(business, say(step));
  return late;
}

test("killed at every step, whatever a number goes through is finished by the next process", async () => {
  withoutSms = await findWithoutSms();
  const activation = await stepsOf("activation");
  const purchase = await stepsOf("purchase");
  const deactivation = await stepsOf("deactivation");
  const undone = await stepsOf("purchase that is undone");
  const count = (steps: Step[]) => ({
    calls: steps.filter((step) => "call" in step && step.when === "after").length,
    commits: steps.filter((step) => "commit" in step).length,
  });
  expect(count(activation).calls).toBeGreaterThan(9);
  expect(count(activation).commits).toBe(7);
  expect(count(purchase).calls).toBeGreaterThan(6);
  expect(count(purchase).commits).toBe(5);
  expect(count(deactivation)).toEqual({ calls: 4, commits: 2 });
  expect(count(undone)).toEqual({ calls: 4, commits: 5 });

  let toDo: Step[] = [...activation, ...purchase, ...deactivation, ...undone];
  for (let kills = 1; toDo.length > 0; kills++) {
    expect(kills, `not brought about: ${toDo.map(say).join("; ")}`).toBeLessThan(MOST_KILLS);
    const late = await killAt(toDo.slice(0, AT_ONCE));
    toDo = [...toDo.slice(AT_ONCE), ...late];
  }
  expect(ended).toEqual([]);
}, 600_000);
