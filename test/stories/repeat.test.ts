/** A write that may be repeated: one effect and one answer for each Idempotency-Key, for a day. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Answer } from "../support/api.ts";
import { foundNeighbour, keyWith } from "../support/people.ts";
import { asOwner } from "../support/sql.ts";
import { DANA, foundTown, KILN, type Town } from "../support/town.ts";

const HOUR_MS = 60 * 60 * 1000;
const SECOND_LINE = "+14155550143";

let town: Town;
beforeAll(async () => {
  town = await foundTown();
  town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: SECOND_LINE });
  await town.connect();
  await town.text(DANA, "Do you ship?");
});
afterAll(() => town.stop());

let keys = 0;
const newKey = () => `order-${++keys}`;
let phones = 0;
const newPhone = () => `+1415555${String(1000 + ++phones)}`;

const create = (phone: string, key: string, more: object = {}) =>
  town.api.post("/api/contacts", { phone, ...more }, { "idempotency-key": key });
const replayed = (answer: Answer) => answer.headers.get("idempotency-replayed");
const howMany = async (phone: string) =>
  (await town.api.get(`/api/contacts?phone=${encodeURIComponent(phone)}`)).body.items?.length;

test("the same request with the same key is done once and answered alike", async () => {
  const phone = newPhone();
  const key = newKey();
  const first = await create(phone, key, { name: "Noor" });
  const second = await create(phone, key, { name: "Noor" });
  expect([first.status, replayed(first)]).toEqual([201, null]);
  expect([second.status, replayed(second)]).toEqual([201, "true"]);
  expect(second.body).toEqual(first.body);
  expect(await howMany(phone)).toBe(1);
});

test("without a key the same request is another one", async () => {
  const phone = newPhone();
  expect((await town.api.post("/api/contacts", { phone })).status).toBe(201);
  expect((await town.api.post("/api/contacts", { phone })).status).toBe(409);
});

test("a key that was used for another body, path or method is refused", async () => {
  const key = newKey();
  const headers = { "idempotency-key": key };
  const phone = newPhone();
  const { body } = await create(phone, key);
  const others = [
    await create(newPhone(), key),
    await town.api.post("/api/whatsapp-api/contacts", { phone }, headers),
    await town.api.patch(`/api/contacts/${body.id}`, { name: "Nina" }, headers),
    await town.api.delete(`/api/contacts/${body.id}`, headers),
  ];
  for (const answer of others) expect(answer).toMatchObject({ status: 409, body: { code: "idempotency_key_reused" } });
  expect((await town.api.get(`/api/contacts/${body.id}`)).body.name).toBeNull();
});

test("twins that come at the same moment have one effect and one answer", async () => {
  const phone = newPhone();
  const key = newKey();
  const answers = await Promise.all(Array.from({ length: 8 }, () => create(phone, key)));
  expect(answers.map((each) => each.status)).toEqual(Array(8).fill(201));
  expect(new Set(answers.map((each) => each.body.id)).size).toBe(1);
  expect(answers.filter((each) => replayed(each) === null)).toHaveLength(1);
  expect(await howMany(phone)).toBe(1);
});

test("a message that is asked for twice reaches the phone once", async () => {
  const [conversation] = (await town.api.get("/api/conversations")).body.items ?? [];
  const key = newKey();
  const send = () =>
    town.api.post(
      `/api/conversations/${conversation?.id}/messages`,
      { content: "Yes, anywhere." },
      { "idempotency-key": key },
    );
  const [first, second] = await Promise.all([send(), send()]);
  expect(second.body.id).toBe(first.body.id);
  await town.until(
    "it is delivered",
    async () => (await town.api.get(`/api/messages/${first.body.id}`)).body.status === "delivered",
  );
  expect((await send()).body).toEqual(first.body); // as it was answered then, not as it stands now
  expect(town.received(DANA)).toHaveLength(1);
});

test("a key belongs to the one who used it", async () => {
  const key = newKey();
  const phone = newPhone();
  const other = await keyWith(town, ["contacts.write"]);
  const loom = await foundNeighbour(town);
  const mine = await create(phone, key);
  expect(mine.status).toBe(201);
  expect(await other.api.post("/api/contacts", { phone: newPhone() }, { "idempotency-key": key })).toMatchObject({
    status: 201,
  });
  expect(await other.api.post("/api/contacts", { phone }, { "idempotency-key": newKey() })).toMatchObject({
    status: 409,
    body: { code: "contact_exists" },
  });
  const theirs = await loom.api.post("/api/contacts", { phone }, { "idempotency-key": key });
  expect([theirs.status, replayed(theirs)]).toEqual([201, null]);
  expect(theirs.body.id).not.toBe(mine.body.id);
});

test("a key is forgotten after a day, not before", async () => {
  const key = newKey();
  const phone = newPhone();
  const first = await create(phone, key);
  town.clock.advance(24 * HOUR_MS - 1000);
  expect(replayed(await create(phone, key))).toBe("true");
  town.clock.advance(2000);
  const anew = await create(phone, key);
  expect(anew).toMatchObject({ status: 409, body: { code: "contact_exists", contactId: first.body.id } });
});

test("a refused request does not keep its key", async () => {
  const key = newKey();
  const phone = newPhone();
  await town.api.post("/api/contacts", { phone });
  expect(await create(phone, key)).toMatchObject({ status: 409, body: { code: "contact_exists" } });
  expect((await create("nobody's", key)).status).toBe(422);
  const other = newPhone();
  expect((await create(other, key)).status).toBe(201);
});

test("connecting may be repeated, though it calls the provider in between", async () => {
  const key = newKey();
  const body = { accountSid: town.twilio.sid, authToken: town.twilio.authToken, phoneNumber: SECOND_LINE };
  const connect = () => town.passing(town.api.post("/api/channels/sms/connect", body, { "idempotency-key": key }));
  const first = await connect();
  const second = await connect();
  expect([first.status, second.status, replayed(second)]).toEqual([201, 201, "true"]);
  expect(second.body).toEqual(first.body);
  expect((await town.api.get("/api/channels")).body.items).toHaveLength(2);
  expect(await connect()).toMatchObject({ status: 201 });
});

test("a twin of an act that is still under way is told so, and does nothing", async () => {
  const line = "+14155550144";
  town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: line });
  const key = newKey();
  const body = { accountSid: town.twilio.sid, authToken: town.twilio.authToken, phoneNumber: line };
  const connect = () => town.api.post("/api/channels/sms/connect", body, { "idempotency-key": key });
  const answers = await town.passing(Promise.all([connect(), connect(), connect()]));
  expect(answers.map((each) => each.status).sort()).toEqual([201, 409, 409]);
  for (const each of answers) if (each.status === 409) expect(each.body.code).toBe("idempotency_in_progress");
  expect(await town.passing(connect())).toMatchObject({ status: 201 });
  expect((await town.api.get("/api/channels")).body.items?.filter((each) => each.phoneNumber === line)).toHaveLength(1);
});

test("an act that the provider let fail gives its key back", async () => {
  const key = newKey();
  const line = "+14155550145";
  town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: line });
  const body = { accountSid: town.twilio.sid, authToken: town.twilio.authToken, phoneNumber: line };
  const connect = () => town.passing(town.api.post("/api/channels/sms/connect", body, { "idempotency-key": key }));
  town.simulator.addFaults([{ kind: "status", status: 503 }]);
  expect(await connect()).toMatchObject({ status: 503, body: { code: "provider_unreachable" } });
  town.simulator.clearFaults();
  expect(await connect()).toMatchObject({ status: 201 });
});

test("an act whose process died may be asked for again, once it can't be under way any more", async () => {
  const key = newKey();
  const add = () => {
    const body = { provider: "twilio", accountSid: town.twilio.sid, authToken: town.twilio.authToken };
    return town.passing(town.api.post("/api/provider-accounts", body, { "idempotency-key": key }));
  };
  expect((await add()).status).toBe(200);
  await asOwner(town, "update idempotency_keys set status = null, answer = null where key = $1", [key]); // as a crash leaves it
  expect(await add()).toMatchObject({ status: 409, body: { code: "idempotency_in_progress" } });
  town.clock.advance(10 * 60 * 1000);
  const again = await add();
  expect([again.status, replayed(again)]).toEqual([200, null]);
});

test("an answer without a body is repeated too", async () => {
  const { body } = await town.api.post("/api/contacts", { phone: newPhone() });
  const headers = { "idempotency-key": newKey() };
  const first = await town.api.delete(`/api/contacts/${body.id}`, headers);
  const second = await town.api.delete(`/api/contacts/${body.id}`, headers);
  expect([first.status, second.status, replayed(second)]).toEqual([204, 204, "true"]);
});

test.each(["", "x".repeat(256)])("a key of %j is refused", async (key) => {
  expect(await create(newPhone(), key)).toMatchObject({ status: 422, body: { code: "invalid_idempotency_key" } });
});

test("a key does not open what the caller may not do, nor hide a change of rights", async () => {
  const caller = await keyWith(town, ["contacts.write"]);
  const key = newKey();
  const phone = newPhone();
  expect((await caller.api.post("/api/contacts", { phone }, { "idempotency-key": key })).status).toBe(201);
  await town.api.delete(`/api/api-keys/${caller.id}`);
  expect((await caller.api.post("/api/contacts", { phone }, { "idempotency-key": key })).status).toBe(401);
});

test("no secret is kept with an answer", async () => {
  const key = newKey();
  const make = () =>
    town.api.post("/api/api-keys", { name: "Twice", permissions: ["inbox.read"] }, { "idempotency-key": key });
  const first = await make();
  expect(first.status).toBe(201);
  expect((await make()).body).toEqual(first.body);
  const kept = JSON.stringify(await asOwner(town, "select * from idempotency_keys"));
  expect(kept).not.toContain(String(first.body.secret));
  expect(kept).not.toContain(town.twilio.authToken);
  expect(kept).not.toContain(KILN);
});
