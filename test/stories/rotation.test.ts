/** The secret key is changed: nothing that it sealed is lost, whatever happens meanwhile, and nothing hashed changes. */
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { changeSecretKey } from "../../server/app.ts";
import { sealedTokens } from "../../server/channels/directory.ts";
import { sealedFileHeads, sealedPapers } from "../../server/channels/sms-requests/papers.ts";
import { sealedModelKeys } from "../../server/models/models.ts";
import { sealedAnswers } from "../../server/platform/http/idempotency.ts";
import { rotateOn } from "../../server/platform/rotation.ts";
import { createSecrets, KeyRefused } from "../../server/platform/secrets.ts";
import { realWorld } from "../../server/platform/world.ts";
import { filledRequest } from "../support/papers.ts";
import { asOwner } from "../support/sql.ts";
import { ask, heard, newcomer, untilStatus, wait, write } from "../support/story.ts";
import { DANA, foundTown, freePort, MARCO, type Town } from "../support/town.ts";

const MODEL_KEY = "sk-the-models-own-key";
const columns = [sealedTokens, sealedModelKeys, sealedPapers, sealedFileHeads, sealedAnswers];
const newKey = () => randomBytes(32);
const text = (key: Buffer) => key.toString("base64");

let present = newKey();
let town: Town;
/** What the model was sent as its key, each time that it was asked. */
const modelSaw: Array<string | undefined> = [];
const model = createServer((request, response) => {
  modelSaw.push(request.headers.authorization);
  response.writeHead(503).end();
});

beforeAll(async () => {
  const modelPort = await freePort();
  await new Promise<void>((listening) => model.listen(modelPort, "127.0.0.1", listening));
  town = await foundTown({ PARLEY_SECRET_KEY: text(present) });
  const { body } = await town.api.post("/api/models", {
    name: "Ours",
    provider: "openai-compatible",
    baseUrl: `http://127.0.0.1:${modelPort}`,
    model: "small",
    apiKey: MODEL_KEY,
  });
  const agent = await town.api.post("/api/agents", { name: "Clay", modelId: body.id });
  await town.connect(undefined, { agentId: agent.body.id });
  await filledRequest(town);
  expect((await order("spring-order")).status).toBe(201);
  await town.text(DANA, "Do you ship?");
  await town.text(MARCO, "STOP");
});
afterAll(async () => {
  await town.stop();
  await new Promise((closed) => model.close(closed));
});

const order = (key: string) => town.api.post("/api/contacts", { phone: phoneOf(key) }, { "idempotency-key": key });
const phones = new Map<string, string>();
function phoneOf(key: string): string {
  const phone = phones.get(key) ?? newcomer();
  phones.set(key, phone);
  return phone;
}

/** Every envelope, by the place that it is bound to. */
async function envelopes() {
  const rows = await asOwner(
    town,
    `select 'installation' as tenant, 'installation_keys' as "table", name as field, envelope, name as id from installation_keys
     union all select account_sid, 'provider_accounts', 'auth_token', auth_token_envelope, id from provider_accounts
       where auth_token_envelope is not null
     union all select workspace_id, 'language_models', 'api_key', api_key_envelope, id from language_models
       where api_key_envelope is not null
     union all select workspace_id, 'sms_requests', 'papers', papers_envelope, id from sms_requests
       where papers_envelope is not null
     union all select workspace_id, 'sms_request_files', 'head', head_envelope, id from sms_request_files
     union all select workspace_id, 'idempotency_keys', 'answer', answer, key from idempotency_keys where answer is not null
     order by 2, 5`,
  );
  return rows.map((row) => ({
    place: { tenant: String(row.tenant), table: String(row.table), field: String(row.field) },
    id: String(row.id),
    envelope: String(row.envelope),
  }));
}

/** What is in the envelopes; throws where one opens with none of the keys. */
async function opened(...keys: Buffer[]): Promise<string[]> {
  const secrets = createSecrets(keys[0] ?? newKey(), randomBytes, keys.slice(1));
  return (await envelopes()).map(({ place, id, envelope }) => `${place.table} ${id}: ${secrets.open(envelope, place)}`);
}

/** Every column of the database that holds a text which begins so. */
async function placesOf(prefix: string): Promise<string[]> {
  const all = await asOwner(
    town,
    "select table_name || '.' || column_name as place, table_name as of, column_name as named from information_schema.columns where table_schema = 'public' and data_type = 'text'",
  );
  const looks = all.map(
    ({ place, of, named }) => `select '${place}' as place from ${of} where starts_with("${named}", $1) group by 1`,
  );
  return (await asOwner(town, looks.join(" union all "), [prefix])).map((row) => String(row.place));
}

const idOf = (key: Buffer) => createSecrets(key, randomBytes).keyId;
const sealedWith = async () => new Set((await envelopes()).map(({ envelope }) => envelope.split(".")[1]));

/** What stands for people, keys and history without naming them: none of it may change with the key. */
const hashes = () =>
  asOwner(
    town,
    "select address_hash as hash from suppressions union all select hash from api_keys union all select hash from consent_events order by 1",
  );

/** Starts with one key, and others that it had before. */
const startWith = (key: Buffer, former?: Buffer) =>
  town.restart({ PARLEY_SECRET_KEY: text(key), ...(former ? { PARLEY_OLD_SECRET_KEY: text(former) } : {}) });

/** Changes the keys as the command does it, in a process beside the town's. */
const changeTo = (key: Buffer, former: Buffer) =>
  changeSecretKey(town.connection, { key, former: [former], over: async () => {} }, realWorld());

/** The whole house at work: texts come in and are answered, the model has its key, and who said stop hears nothing. */
async function expectEverythingToWork(): Promise<void> {
  const phone = newcomer();
  expect((await town.text(phone, "Is the kiln hot yet?")).status).toBe(200); // its signature is checked with the token
  const asked = modelSaw.length;
  await town.until("the agent asks its model", () => modelSaw.length > asked);
  expect(modelSaw.at(-1)).toBe(`Bearer ${MODEL_KEY}`);
  await untilStatus(town, await write(town, "Tomorrow.", { to: phone }), "delivered");
  const silent = heard(town, MARCO).length;
  expect((await ask(town, "One more thing", { to: MARCO })).body).toMatchObject({ status: "suppressed" });
  await wait(town, 3000);
  expect(heard(town, MARCO)).toHaveLength(silent);
  const again = await order("spring-order");
  expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([201, "true"]);
}

test("a start with both keys reseals everything, and after it the new one alone will do", async () => {
  // More answers than are resealed in one transaction.
  await asOwner(
    town,
    `insert into idempotency_keys select workspace_id, caller_id, key || n, request_hash, status, answer, created_at
       from idempotency_keys, generate_series(1, 250) n where answer is not null`,
  );
  const before = await opened(present);
  const hashed = await hashes();
  const [old, next] = [present, newKey()];
  await startWith(next, old);
  expect(town.house.rotation).toEqual({ resealed: before.length, isOver: true });
  expect(await sealedWith()).toEqual(new Set([idOf(next)]));
  expect(await opened(next)).toEqual(before);
  expect(await placesOf(`v1.${idOf(next)}.`)).toContain("language_models.api_key_envelope");
  expect(await placesOf(`v1.${idOf(old)}.`)).toEqual([]); // nor anywhere that this story does not know of
  await startWith(next);
  present = next;
  expect(town.house.rotation).toBeNull();
  expect(await hashes()).toEqual(hashed);
  await expectEverythingToWork();
  for (const key of [old, next])
    expect(town.logLines.filter((line) => line.includes(text(key)) || line.includes(key.toString("hex")))).toEqual([]);
  await asOwner(town, "delete from idempotency_keys where key ~ '[0-9]$'");
});

test("both keys once more change nothing", async () => {
  const before = await envelopes();
  await startWith(present, newKey());
  expect(town.house.rotation).toEqual({ resealed: 0, isOver: true });
  expect(await envelopes()).toEqual(before);
});

test("killed at any step, it leaves everything readable with both keys, and no start with one of them", async () => {
  await town.passing(town.house.stop());
  const before = await opened(present);
  for (let step = 0, isOver = false; !isOver; step++) {
    const [old, next] = [present, newKey()];
    isOver = await rotateKilledAt(step, next, old);
    expect(await opened(next, old)).toEqual(before);
    const seals = new Map((await envelopes()).map(({ id, envelope }) => [id, envelope.split(".")[1]]));
    // A start reads the address hash's key first and the sessions' key too: with one key alone it does not come far.
    if ([...seals.values()].includes(idOf(next))) expect(seals.get("address hash")).toBe(idOf(next));
    if ([...seals.values()].includes(idOf(old))) expect(seals.get("sessions")).toBe(idOf(old));
    if (!isOver) expect(await changeTo(next, old)).toMatchObject({ isOver: true });
    present = next;
    expect(step).toBeLessThan(200);
  }
  expect(await opened(present)).toEqual(before);
  await startWith(present);
  await expectEverythingToWork();
});

/** Whether it ended before it was killed, which happens instead of its statement of that number. */
async function rotateKilledAt(step: number, next: Buffer, old: Buffer): Promise<boolean> {
  let said = 0;
  try {
    await rotateWatched(next, old, () => {
      if (said++ === step) throw new Error("killed");
    });
    return true;
  } catch (error) {
    if (!(error instanceof Error && error.message === "killed")) throw error;
    return false;
  }
}

/** @param before told of each statement before it is run */
async function rotateWatched(next: Buffer, old: Buffer, before: (sql: string) => Promise<void> | void) {
  const client = new pg.Client(town.connection);
  await client.connect();
  const watched = {
    async query(asked: pg.QueryConfig) {
      await before(asked.text);
      return client.query(asked);
    },
  };
  const secrets = createSecrets(next, randomBytes, [old]);
  const parts = { secrets, world: realWorld(), columns, over: async () => {} };
  return rotateOn(watched, parts).finally(() => client.end());
}

async function putBack(table: string, id: string, envelope: string): Promise<void> {
  const { column, key } = columns.find((each) => each.table === table) ?? { column: "envelope", key: ["name"] };
  await asOwner(town, `update ${table} set ${column} = $1 where ${key.at(-1)} = $2`, [envelope, id]);
}

test("half changed, a start with one key alone is refused, and one with both ends it", async () => {
  await town.passing(town.house.stop());
  const [old, next] = [present, newKey()];
  await rotateKilledAt(8, next, old);
  expect(await sealedWith()).toEqual(new Set([idOf(old), idOf(next)]));
  for (const [given, missing] of [
    [old, next],
    [next, old],
  ] as const) {
    const refused = await startWith(given).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(KeyRefused);
    expect(String(refused)).toContain(`sealed with the key ${idOf(missing)}`);
    expect(String(refused)).toContain("PARLEY_OLD_SECRET_KEY");
  }
  await startWith(next, old);
  expect(town.house.rotation).toMatchObject({ isOver: true });
  present = next;
  await expectEverythingToWork();
});

test("while a process has the former key alone, nothing is changed, and it works on", async () => {
  await startWith(present);
  const before = await envelopes();
  await expect(changeTo(newKey(), present)).rejects.toThrow(
    /elsewhere without the new key .* Stop it, or start it with both/,
  );
  expect(await envelopes()).toEqual(before);
  await expectEverythingToWork();
});

test("processes that have both keys are changed one by one while they work", async () => {
  const [old, next] = [present, newKey()];
  await startWith(old, next);
  expect(await changeTo(next, old)).toMatchObject({ isOver: false });
  town.clock.advance(60_000); // what was kept in memory is read anew
  await expectEverythingToWork();
  expect((await order("summer-order")).status).toBe(201);
  expect(await sealedWith()).toEqual(new Set([idOf(old), idOf(next)]));
  await expect(startWith(next)).rejects.toThrow(KeyRefused); // not yet
  await startWith(next, old);
  expect(town.house.rotation).toMatchObject({ isOver: true });
  expect(await sealedWith()).toEqual(new Set([idOf(next)]));
  await startWith(next);
  present = next;
  await expectEverythingToWork();
});

test("a token that is given anew meanwhile is not written over", async () => {
  await town.passing(town.house.stop());
  const [old, next] = [present, newKey()];
  const [account] = (await envelopes()).filter(({ place }) => place.table === "provider_accounts");
  if (!account) throw new Error("there is no account");
  const fresh = createSecrets(next, randomBytes).seal("a fresh token", account.place);
  await rotateWatched(next, old, async (sql) => {
    if (sql.startsWith("update provider_accounts")) await putBack(account.place.table, account.id, fresh);
  });
  expect((await opened(next)).join("\n")).toContain(`${account.id}: a fresh token`);
  await putBack(account.place.table, account.id, account.envelope);
  expect(await changeTo(next, old)).toMatchObject({ resealed: 1, isOver: true });
  present = next;
  await startWith(present);
});

test("two that change the key at the same moment share the work", async () => {
  await town.passing(town.house.stop());
  const next = newKey();
  const total = (await envelopes()).length;
  const both = await Promise.all([changeTo(next, present), changeTo(next, present)]);
  expect(both.map((each) => each.isOver)).toEqual([true, true]);
  expect(both.map((each) => each.resealed).sort((a, b) => a - b)).toEqual([0, total]);
  present = next;
  await startWith(present);
  await expectEverythingToWork();
});

test("a wrong former key changes nothing, and the refusal names the right one and no key", async () => {
  await town.passing(town.house.stop());
  const before = await envelopes();
  const [next, wrong] = [newKey(), newKey()];
  const refused = String(await startWith(next, wrong).catch((error: unknown) => error));
  expect(refused).toContain(`sealed with the key ${idOf(present)}`);
  for (const key of [next, wrong, present]) expect(refused).not.toContain(text(key));
  expect(await envelopes()).toEqual(before);
  await startWith(present);
});

test("a value that neither key opens is named with what to do, and the others are resealed", async () => {
  await town.passing(town.house.stop());
  const [old, next] = [present, newKey()];
  const [row] = await asOwner(
    town,
    "select id, account_sid from provider_accounts where auth_token_envelope is not null",
  );
  const place = { tenant: String(row?.account_sid), table: "provider_accounts", field: "auth_token" };
  await putBack("provider_accounts", String(row?.id), createSecrets(newKey(), randomBytes).seal("a token", place));
  const refused = String(await startWith(next, old).catch((error: unknown) => error));
  const remedy = `update provider_accounts set auth_token_envelope = null where (id) = ('${row?.id}');`;
  expect(refused).toContain("1 sealed value opens neither");
  expect(refused).toContain(remedy);
  const models = (await envelopes()).filter(({ place: { table } }) => table === "language_models");
  expect(models.map(({ envelope }) => envelope.split(".")[1])).toEqual([idOf(next)]);
  await expect(startWith(next)).rejects.toThrow(KeyRefused);

  await asOwner(town, remedy);
  await startWith(next, old);
  expect(town.house.rotation).toMatchObject({ isOver: true });
  present = next;
  const { sid, authToken } = town.twilio;
  const given = await town.passing(
    town.api.post("/api/provider-accounts", { provider: "twilio", accountSid: sid, authToken }),
  );
  expect(given.status).toBeLessThan(300); // the token is given anew
  await expectEverythingToWork();
});
