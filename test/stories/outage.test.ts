/** The database goes away and comes back: nothing is acknowledged that is not stored, and nothing is stored twice. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { buildGate, databaseBehind, type Gate, throughGate } from "../support/gate.ts";
import { asOwner } from "../support/sql.ts";
import {
  consentOf,
  contactOf,
  heard,
  newcomer,
  sendRequests,
  thread,
  untilStatus,
  wait,
  write,
} from "../support/story.ts";
import { foundTown, KILN, type Town } from "../support/town.ts";
import { INBOUND, postWebhook, textFields } from "../support/webhook.ts";

let town: Town;
let gate: Gate;
beforeAll(async () => {
  gate = await buildGate();
  gate.leadTo(databaseBehind(inject("databaseServer")));
  town = await foundTown({}, (connection) => throughGate(gate, connection));
  await town.connect();
});
afterAll(async () => {
  await town.stop();
  gate.shut();
});

test("a webhook is held while the database is away for a moment, and stored when it is back", async () => {
  const fields = textFields(town, { From: newcomer() });
  gate.shut();
  const answer = postWebhook(town, INBOUND, fields);
  const openAt = town.clock.now().getTime() + 2000;
  await town.until("2 s have passed", () => town.clock.now().getTime() >= openAt);
  await gate.open();
  expect((await town.passing(answer)).status).toBe(200);
  expect(await thread(town, String(fields.From))).toHaveLength(1);
});

test("where it stays away the webhook is answered 503, and the provider's next try is stored once", async () => {
  const phone = newcomer();
  gate.shut();
  const texting = town.simulator.text({ from: phone, to: KILN, body: "Are you there?" });
  const tries = () => town.simulator.webhooks({ from: phone })[0]?.attempts ?? [];
  await town.until("the first try has failed", () => tries().length > 0);
  expect(tries()[0]?.status).toBe(503);
  await gate.open();
  await town.passing(texting);
  expect(tries().at(-1)?.status).toBe(200);
  expect(await thread(town, phone)).toMatchObject([{ content: "Are you there?" }]);
});

test("a STOP is held and answered the same way", async () => {
  const phone = newcomer();
  await town.text(phone, "Hello");
  gate.shut();
  const texting = town.simulator.text({ from: phone, to: KILN, body: "STOP" });
  const tries = () => town.simulator.webhooks({ from: phone })[1]?.attempts ?? [];
  await town.until("the first try has failed", () => tries().length > 0);
  await gate.open();
  await town.passing(texting);
  expect(tries().map((each) => each.status)).toEqual([503, 200]);
  expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: false });
  expect(await consentOf(town, phone)).toHaveLength(1);
});

test("the connection that is cut while a webhook is stored leaves one message", async () => {
  const phones = Array.from({ length: 10 }, () => newcomer());
  const texting = Promise.all(phones.map((from) => town.simulator.text({ from, to: KILN, body: "Now" })));
  gate.shut();
  await gate.open();
  const texted = await town.passing(texting);
  expect(texted.map((each) => each.webhook?.attempts.at(-1)?.status)).toEqual(phones.map(() => 200));
  for (const phone of phones) expect(await thread(town, phone)).toHaveLength(1);
});

test("the connection that is cut between two statements of a transaction fails that transaction, and nothing else", async () => {
  const { database } = town.house;
  const session = "select 1 from pg_stat_activity where pid = $1";
  const cut = database.groundTx(async (ground) => {
    const { pid } = await ground.one<{ pid: number }>("select pg_backend_pid() as pid", []);
    await asOwner(town, "select pg_terminate_backend($1)", [pid]);
    await town.until("it is gone", async () => (await asOwner(town, session, [pid])).length === 0);
    await new Promise((heard) => setImmediate(heard));
    return ground.one("select 1", []);
  });
  await expect(cut).rejects.toThrow();
  expect(await database.ground.one("select 1 as here", [])).toEqual({ here: 1 });
});

test("the API says in plain words that the database is away", async () => {
  gate.shut();
  const answer = await town.api.get("/api/conversations");
  await gate.open();
  expect(answer).toMatchObject({ status: 503, body: { code: "database_away" } });
  expect(answer.headers.get("retry-after")).toBe("1");
});

test("sending goes on after it, each message once", async () => {
  const phone = newcomer();
  const sent = await write(town, "Before", { to: phone });
  gate.shut();
  const backAt = town.clock.now().getTime() + 10_000;
  await town.until("10 s have passed", () => town.clock.now().getTime() >= backAt);
  await gate.open();
  await untilStatus(town, sent, "delivered");
  await untilStatus(town, await write(town, "After", { to: phone }), "delivered");
  expect(heard(town, phone)).toEqual(["Before", "After"]);
  expect(sendRequests(town, phone)).toHaveLength(2);
});

test("the house listens for news on one connection again, however often it was cut", async () => {
  for (let cut = 0; cut < 5; cut++) {
    gate.shut();
    await wait(town, 3000);
    await gate.open();
    await wait(town, 3000);
  }
  const listeners = "select pid from pg_stat_activity where datname = current_database() and query like 'listen %'";
  await town.until("it listens", async () => (await asOwner(town, listeners)).length > 0);
  await wait(town, 20_000);
  expect(await asOwner(town, listeners)).toHaveLength(1);
});

test.each([10, 40])(
  "%i seconds without it under load: what was acknowledged is stored, and what was not is found, in order",
  async (seconds) => {
    const phones = Array.from({ length: 8 }, () => newcomer());
    const acknowledged: string[] = [];
    const refused: string[] = [];
    const talk = async (from: string) => {
      for (let n = 0; n < 12; n++) {
        const { messageSid, webhook } = await town.simulator.text({ from, to: KILN, body: `Line ${n}` });
        (webhook?.attempts.at(-1)?.status === 200 ? acknowledged : refused).push(messageSid ?? "");
        await town.clock.sleep(700);
      }
    };
    const talking = Promise.all(phones.map(talk));
    await town.until("all have begun", () => acknowledged.length >= phones.length);
    gate.shut();
    const backAt = town.clock.now().getTime() + seconds * 1000;
    await town.until("the database was away long enough", () => town.clock.now().getTime() >= backAt);
    const sids = [...acknowledged];
    await gate.open();
    const stored = await asOwner(town, "select provider_sid as sid from messages where provider_sid = any($1)", [sids]);
    expect(stored.map((each) => each.sid).sort()).toEqual([...sids].sort());
    await town.passing(talking);
    if (seconds > 15) expect(refused.length).toBeGreaterThan(0); // longer than the provider asks again

    await town.until("everything is here", async () => {
      const [row] = await asOwner(town, "select count(*)::int as here from messages where from_address = any($1)", [
        phones,
      ]);
      return row?.here === 12 * phones.length;
    });
    for (const phone of phones)
      expect((await thread(town, phone)).map((each) => each.content)).toEqual(
        Array.from({ length: 12 }, (_, n) => `Line ${n}`),
      );
  },
);
