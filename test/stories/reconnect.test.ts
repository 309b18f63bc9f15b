/** A number that is disconnected and connected again: what its customers wrote in between is found, and is the business's own. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { foundNeighbour } from "../support/people.ts";
import { asOwner } from "../support/sql.ts";
import { consentOf, contactOf, findContact, heard, leap, newcomer, write } from "../support/story.ts";
import { foundTown, type Town } from "../support/town.ts";
import { looks, said, textUnheard, untilLookedAt } from "../support/unheard.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

let town: Town;
beforeAll(async () => {
  town = await foundTown();
});
afterAll(() => town.stop());

let lines = 0;
let line: string;
let channel: { id: string };
/** Each test has a number of its own, for whose keywords the provider does nothing. */
beforeEach(async () => {
  line = `+1415555${String(4000 + ++lines)}`;
  town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: line, optOut: "off" });
  channel = await connect();
});

const connect = () => town.connect(line, { authToken: town.twilio.authToken });
const disconnect = async () => {
  expect((await town.passing(town.api.delete(`/api/channels/${channel.id}`))).status).toBe(200);
};
/** Lets the looks come round, some time with each question, until somebody's words are here. */
const untilSaid = (phone: string, words: string) =>
  town.until(`${words} is here`, async () => {
    town.clock.advance(1000);
    return (await findContact(town, phone)) && (await said(town, phone)).includes(words);
  });
/** Somebody texts while the number is not connected: nobody is told. */
const textNobody = (from: string, body: string) => town.passing(town.simulator.text({ from, to: line, body }));

test("a STOP that came after the provider's token was changed is found when the number is connected with the new one", async () => {
  const phone = newcomer();
  await town.text(phone, "Hello", line);
  const { authToken } = town.simulator.updateAccount(town.twilio.sid, { authToken: "5".repeat(32) });
  expect((await town.text(phone, "STOP", line)).status).toBe(403);
  await leap(town, 40 * MINUTE_MS);
  await disconnect();
  town.twilio = { ...town.twilio, authToken };
  channel = await connect();
  await untilSaid(phone, "STOP");
  expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: false });
  expect(await write(town, "See you", { to: phone, connectionId: channel.id })).toMatchObject({ status: "suppressed" });
  // It is too old for an answer by itself.
  expect(heard(town, phone)).toEqual([]);
});

test("a START among what is found later waits until it is known whether they took it back", async () => {
  const phone = newcomer();
  await town.text(phone, "STOP", line);
  await leap(town, 10 * MINUTE_MS);
  await disconnect();
  await textNobody(phone, "START");
  await leap(town, 5 * HOUR_MS);
  await textNobody(phone, "STOP");
  await leap(town, 30 * HOUR_MS);
  const kept = newcomer();
  await textNobody(kept, "START");
  await leap(town, 2 * HOUR_MS);
  channel = await connect();
  await untilSaid(kept, "START");
  await untilSaid(phone, "START");
  expect((await consentOf(town, phone)).map(({ action }) => action)).toEqual(["opt_out", "opt_out"]);
  expect(await write(town, "See you", { to: phone, connectionId: channel.id })).toMatchObject({ status: "suppressed" });
  expect(await contactOf(town, kept)).toMatchObject({ smsOptedIn: true });
});

test("what two connections before could not store is one text still", async () => {
  const [before] = await asOwner(town, "select id from connections where id = $1", [channel.id]);
  await disconnect();
  const second = await connect();
  channel = second;
  await disconnect();
  await asOwner(
    town,
    `insert into unstored_texts (connection_id, provider_sid, number, sent_at, tried_at)
       select id, 'SM' || repeat('0', 32), $2, $3, $3 from unnest($1::text[]) id`,
    [[before?.id, second.id], line, town.clock.now()],
  );
  channel = await connect();
  const phone = newcomer();
  await textUnheard(town, phone, "Is this on?", line);
  await untilSaid(phone, "Is this on?"); // the looks go on
});

test("what could not be stored before is tried again", async () => {
  await asOwner(
    town,
    `create function refuse_clay() returns trigger language plpgsql as $$ begin raise 'no clay'; end $$;
     create trigger refuse_clay before insert on messages for each row when (new.content = 'Clay!') execute function refuse_clay()`,
  );
  const phone = newcomer();
  await textUnheard(town, phone, "Clay!", line);
  await untilLookedAt(town, line);
  await leap(town, 3 * HOUR_MS);
  await untilLookedAt(town, line);
  expect((await town.api.get(`/api/channels/${channel.id}`)).body.inbound).toMatchObject({ missing: 1 });
  await disconnect();
  await asOwner(town, "drop trigger refuse_clay on messages");
  channel = await connect();
  // It has failed often, so it is tried every hour.
  for (let looked = 0; looked < 40 && !(await findContact(town, phone)); looked++) await untilLookedAt(town, line);
  expect(await said(town, phone)).toEqual(["Clay!"]);
});

test("what came while another workspace had the number, or after that, is not ours", async () => {
  const [theirs, nobodys, ours] = [newcomer(), newcomer(), newcomer()];
  await disconnect();
  const neighbour = await foundNeighbour(town, "Loom & Sons", await accountId());
  const { sid: accountSid, authToken } = town.twilio;
  const body = { accountSid, authToken, phoneNumber: line };
  const answer = await town.passing(neighbour.api.post("/api/channels/sms/connect", body));
  expect(answer.status).toBe(201);
  await town.text(theirs, "For Loom", line);
  await leap(town, 20 * MINUTE_MS);
  await town.passing(neighbour.api.delete(`/api/channels/${answer.body.id}`));
  await textNobody(nobodys, "For nobody");
  await leap(town, 20 * MINUTE_MS);
  channel = await connect();
  await leap(town, 2000);
  await textUnheard(town, ours, "For Kiln", line);
  await untilLookedAt(town, line);
  expect(await said(town, ours)).toEqual(["For Kiln"]);
  for (const phone of [theirs, nobodys]) expect(await findContact(town, phone)).toBeNull();
});
const accountId = async () => String((await asOwner(town, "select id from accounts order by created_at"))[0]?.id);

test("after a long time the list is read from ninety days ago on", async () => {
  await untilLookedAt(town, line);
  await disconnect();
  await leap(town, 200 * DAY_MS);
  town.simulator.addFaults([{ kind: "status", status: 503, match: { method: "GET", to: line } }]);
  const before = looks(town, line).length;
  channel = await connect();
  const from = town.clock.now().getTime() - 90 * DAY_MS;
  const look = await town.until("the list is asked for", () => looks(town, line)[before]);
  expect(Math.abs(Date.parse(look.params["DateSent>"] ?? "") - from)).toBeLessThan(20 * MINUTE_MS);
  town.simulator.clearFaults();
});
