/** Numbers that can't be had as they were meant to be: whose they are, what hangs, and what nobody may do with them. */
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Activation } from "../../contract/activations.ts";
import type { AuditEntry } from "../../contract/audit.ts";
import type { Connection, ProviderAccount } from "../../contract/channels.ts";
import { activate, deactivate, soldTo, subaccounts } from "../support/activations.ts";
import type { Answer, Api } from "../support/api.ts";
import { foundNeighbour, type Neighbour } from "../support/people.ts";
import { asOwner } from "../support/sql.ts";
import { listed } from "../support/story.ts";
import { foundTown, type Town } from "../support/town.ts";

const MINUTE_MS = 60_000;
const BUYING = { method: "POST", path: "IncomingPhoneNumbers.json" };
const POINTING = { method: "POST", path: "IncomingPhoneNumbers/PN" };

let town: Town;
let neighbour: Neighbour;
beforeAll(async () => {
  town = await foundTown();
  neighbour = await foundNeighbour(town);
});
afterAll(() => town.stop());

let own: ProviderAccount;
let theirs: ProviderAccount;
/** For each story both have an account of their own. */
beforeEach(async () => {
  [own, theirs] = [await newAccount(town.api), await newAccount(neighbour.api)];
});

async function newAccount(api: Api): Promise<ProviderAccount> {
  const { sid: accountSid, authToken } = town.simulator.createAccount({ pacing: { mps: null } });
  return (await add(api, { accountSid, authToken })).body as unknown as ProviderAccount;
}
const add = (api: Api, credentials: { accountSid: string; authToken: string }) =>
  town.passing(api.post("/api/provider-accounts", { provider: "twilio", ...credentials }));
const tokenOf = ({ accountSid }: ProviderAccount) =>
  town.simulator.overview().accounts.find((each) => each.sid === accountSid)?.authToken ?? "";

let areas = 0;
const AREAS = [212, 206, 213, 303, 305, 312, 404, 415, 503, 512, 617, 628, 646, 702, 713, 718, 773];
/** The next numbers for sale that no story has seen. */
async function forSale(): Promise<{ areaCode: string; phoneNumbers: string[] }> {
  const areaCode = String(AREAS[areas++]);
  const { items = [] } = (
    await town.passing(town.api.get(`/api/channels/sms/numbers?providerAccountId=${own.id}&areaCode=${areaCode}`))
  ).body;
  return { areaCode, phoneNumbers: items.map((each) => String(each.phoneNumber)) };
}
async function oneForSale(): Promise<string> {
  return (await forSale()).phoneNumbers[0] ?? "";
}

const buy = (api: Api, { id: providerAccountId }: ProviderAccount, phoneNumber: string): Promise<Answer> =>
  town.passing(api.post("/api/channels/sms/buy", { providerAccountId, phoneNumber }));
const connect = (api: Api, body: object): Promise<Answer> => town.passing(api.post("/api/channels/sms/connect", body));
const numbersOf = ({ accountSid }: ProviderAccount) => soldTo(town, accountSid).map((each) => each.phoneNumber);

/** What an account was billed for, also where it was given back. */
const paidBy = ({ accountSid }: ProviderAccount) =>
  town.simulator
    .requests()
    .filter((each) => each.method === "POST" && each.status === 201)
    .map((each) => each.path)
    .filter((path) => path.endsWith(`/${accountSid}/IncomingPhoneNumbers.json`));

async function activationOf(phoneNumber: string): Promise<Activation> {
  const all = await listed<Activation>(town, "/api/activations?limit=200");
  const found = all.findLast((each) => each.phoneNumber === phoneNumber);
  if (!found) throw new Error(`nobody has wanted ${phoneNumber}`);
  return found;
}
/** Lets minutes pass until an activation is settled. */
const untilSettled = (phoneNumber: string) =>
  town.until(`what became of ${phoneNumber} is known`, async () => {
    town.clock.advance(MINUTE_MS / 4);
    const found = await activationOf(phoneNumber);
    return found.settledAt !== null && found;
  });

describe("a number that another business gave back at Twilio, but not here,", () => {
  /** The neighbour's channel of a number that is for sale again. */
  async function leftBehind(phoneNumber: string): Promise<string> {
    town.simulator.addNumber({ accountSid: theirs.accountSid, phoneNumber });
    const { status, body } = await connect(neighbour.api, { providerAccountId: theirs.id, phoneNumber });
    expect(status).toBe(201);
    town.simulator.releaseNumber(phoneNumber);
    return String(body.id);
  }

  test("is not bought by anybody else until they let it go, and then is theirs alone", async () => {
    const phoneNumber = await oneForSale();
    const channel = await leftBehind(phoneNumber);
    expect(await buy(town.api, own, phoneNumber)).toMatchObject({
      status: 409,
      body: { code: "number_connected_elsewhere" },
    });
    expect(paidBy(own)).toEqual([]);
    await town.passing(neighbour.api.delete(`/api/channels/${channel}`));
    const answer = await buy(town.api, own, phoneNumber);
    expect(answer).toMatchObject({ status: 201, body: { state: "connected" } });
    expect(answer.body.channelId).not.toBe(channel);
    expect((await town.api.get(`/api/channels/${answer.body.channelId}`)).body).toMatchObject({ phoneNumber });
  });

  test("is said to be theirs where somebody who has it now connects it", async () => {
    const phoneNumber = await oneForSale();
    await leftBehind(phoneNumber);
    town.simulator.addNumber({ accountSid: own.accountSid, phoneNumber });
    const { status, body } = await connect(town.api, { providerAccountId: own.id, phoneNumber });
    expect([status, body.code, body.channelId]).toEqual([409, "number_already_connected", undefined]);
    expect(body.detail).toContain("another business");
  });

  test("is not picked for a number from Parley either", async () => {
    const { areaCode, phoneNumbers } = await forSale();
    const [first = "", second] = phoneNumbers;
    await leftBehind(first);
    const got = await activate(town, { country: "US", areaCode, providerAccountId: own.id });
    expect(got).toMatchObject({ state: "connected", phoneNumber: second });
    await deactivate(town, got.id, got.phoneNumber ?? "");
  });

  test("is given back where that is found out only after the purchase, and nobody's channel becomes ours", async () => {
    const [phoneNumber = "", another = ""] = (await forSale()).phoneNumbers;
    const channel = await leftBehind(another);
    town.simulator.addFaults([{ kind: "status", status: 503, match: POINTING }]);
    expect((await buy(town.api, own, phoneNumber)).body).toMatchObject({ state: "number", channelId: null });
    await asOwner(town, "update connections set phone_number = $2 where id = $1", [channel, phoneNumber]);
    town.simulator.clearFaults();
    expect(await untilSettled(phoneNumber)).toMatchObject({
      ...{ state: "undone", channelId: null },
      problem: { code: "number_connected_elsewhere" },
    });
    expect(numbersOf(own)).toEqual([]);
  });
});

test("the subaccount of a number from Parley takes no other number, however it is named", async () => {
  const got = await activate(town, { country: "US", providerAccountId: own.id });
  const subaccount = subaccounts(town).find((each) => each.friendlyName === `Parley ${got.id}`);
  const { sid: accountSid = "", authToken = "" } = subaccount ?? {};
  const phoneNumber = "+14155559001";
  town.simulator.addNumber({ accountSid, phoneNumber });
  const refused = { status: 422, body: { code: "account_is_managed" } };
  expect(await connect(town.api, { providerAccountId: got.providerAccountId, phoneNumber })).toMatchObject(refused);
  expect(await connect(town.api, { accountSid, authToken, phoneNumber })).toMatchObject(refused);
  const buying = { providerAccountId: got.providerAccountId, phoneNumber: await oneForSale() };
  expect(await town.passing(town.api.post("/api/channels/sms/buy", buying))).toMatchObject(refused);
  expect((await add(town.api, { accountSid, authToken })).status, "its token may change").toBe(200);
  await deactivate(town, got.id, got.phoneNumber ?? "");
});

describe("a purchase that hangs, because its account was closed while the answer was lost,", () => {
  async function hanging(): Promise<Activation> {
    const phoneNumber = await oneForSale();
    town.simulator.addFaults([{ kind: "reset_before", match: BUYING, times: 1 }]);
    expect((await buy(town.api, own, phoneNumber)).body).toMatchObject({ state: "wanted" });
    town.simulator.updateAccount(own.accountSid, { status: "closed" });
    return town.until("it can't go on", async () => {
      town.clock.advance(MINUTE_MS);
      const found = await activationOf(phoneNumber);
      return found.state === "undoing" && found;
    });
  }

  test("keeps its account, and is given up by whoever types its number; then the account goes", async () => {
    const { id, phoneNumber } = await hanging();
    const remove = () => town.passing(town.api.delete(`/api/provider-accounts/${own.id}`));
    expect(await remove()).toMatchObject({ status: 409, body: { code: "account_in_use", activationId: id } });
    expect(await town.passing(town.api.post(`/api/activations/${id}/deactivate`, {}))).toMatchObject({
      status: 422,
      body: { code: "confirmation_wrong" },
    });
    expect(await deactivate(town, id, phoneNumber ?? "")).toMatchObject({
      ...{ state: "undone", settledAt: expect.any(String) },
      problem: { code: "purchase_given_up" },
    });
    expect((await remove()).status).toBe(200);
  });

  test("keeps nobody else from buying the number", async () => {
    const { id, phoneNumber } = await hanging();
    expect(await buy(neighbour.api, theirs, phoneNumber ?? "")).toMatchObject({
      status: 201,
      body: { state: "connected" },
    });
    await deactivate(town, id, phoneNumber ?? "");
  });
});

describe("who gives a purchase up is on record with what may be billed:", () => {
  const answers = [
    ["yes", "Twilio had sold the number already", { kind: "status", status: 503, match: POINTING }],
    ["maybe", "Look in the Twilio console whether the number was bought", { kind: "reset_after", match: BUYING }],
    ["no", "Twilio had not sold the number", { kind: "status", status: 429, code: 20429, match: BUYING }],
  ] as const;
  test.each(answers)("whether it was sold, %s", async (sold, words, fault) => {
    const phoneNumber = await oneForSale();
    town.simulator.addFaults([{ ...fault }]);
    const { id } = (await buy(town.api, own, phoneNumber)).body;
    const given = await deactivate(town, String(id), phoneNumber);
    town.simulator.clearFaults();
    expect(given).toMatchObject({ state: "undone", problem: { message: expect.stringContaining(words) } });
    expect(numbersOf(own)).toEqual(sold === "no" ? [] : [phoneNumber]);
    const [written, ...more] = await listed<AuditEntry>(town, `/api/audit?thing=${id}`);
    expect(written).toMatchObject({
      verb: "activation.given_up",
      changes: [
        { field: "phoneNumber", values: { after: `${phoneNumber.slice(0, 2)}…${phoneNumber.slice(-2)}` } },
        { field: "sold", values: { before: null, after: sold } },
      ],
    });
    expect(more.map(({ verb }) => verb)).toEqual(["activation.started"]);
  });
});

test("a purchase whose account was removed goes on where the account is added again", async () => {
  const phoneNumber = await oneForSale();
  town.simulator.addFaults([{ kind: "reset_after", match: BUYING, times: 1 }]);
  const { id } = (await buy(town.api, own, phoneNumber)).body;
  await asOwner(
    town,
    "update provider_accounts set status = 'disconnected', auth_token_envelope = null where id = $1",
    [own.id],
  );
  await town.until("it has no account", async () => {
    town.clock.advance(MINUTE_MS);
    return (await activationOf(phoneNumber)).problem?.code === "provider_account_gone";
  });
  const again = await add(town.api, { accountSid: own.accountSid, authToken: tokenOf(own) });
  expect(again.status).toBe(201);
  expect(await town.passing(town.api.delete(`/api/provider-accounts/${again.body.id}`))).toMatchObject({
    status: 409,
    body: { code: "account_in_use", activationId: id },
  });
  const got = await untilSettled(phoneNumber);
  expect(got).toMatchObject({ state: "connected", providerAccountId: again.body.id });
  expect((await town.api.get(`/api/channels/${got.channelId}`)).body).toMatchObject({ status: "active" });
  expect(numbersOf(own)).toEqual([phoneNumber]);
});

test("removing an account takes a number with it that is connected in that moment", async () => {
  const lines = ["+14155559101", "+14155559102", "+14155559103"];
  const [first = "", second = "", late = ""] = lines;
  for (const phoneNumber of lines) town.simulator.addNumber({ accountSid: own.accountSid, phoneNumber });
  for (const phoneNumber of [first, second]) await connect(town.api, { providerAccountId: own.id, phoneNumber });
  const ours = async () =>
    (await listed<Connection>(town, "/api/channels?limit=200")).filter((each) => each.providerAccountId === own.id);
  expect(await ours()).toHaveLength(2);

  const [fault] = town.simulator.addFaults([{ kind: "latency", ms: 3000, match: POINTING }]);
  const removed = town.api.delete(`/api/provider-accounts/${own.id}`);
  await town.watch("the first webhook is being cleared", () =>
    town.simulator.faults().some((each) => each.id === fault?.id && each.hits === 1),
  );
  const connected = town.api.post("/api/channels/sms/connect", { providerAccountId: own.id, phoneNumber: late });
  await town.watch("the late number has a channel", async () =>
    (await ours()).some((each) => each.phoneNumber === late),
  );
  const [answer] = await town.passing(Promise.all([removed, connected]));
  town.simulator.clearFaults();
  expect(answer.status).toBe(200);
  expect(await ours()).toEqual([]);
  expect(await listed<ProviderAccount>(town, "/api/provider-accounts")).not.toContainEqual(
    expect.objectContaining({ id: own.id }),
  );
});

test("nothing is bought in an account that is removed in that moment", async () => {
  const phoneNumber = await oneForSale();
  const remover = new pg.Client(town.connection);
  await remover.connect();
  await remover.query("begin");
  await remover.query("select 1 from provider_accounts where id = $1 for update", [own.id]);
  await remover.query(
    "update provider_accounts set status = 'disconnected', auth_token_envelope = null where id = $1",
    [own.id],
  );
  const asked = town.api.post("/api/channels/sms/buy", { providerAccountId: own.id, phoneNumber });
  await town.watch("the purchase waits for what becomes of its account", async () => {
    const waiting = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
    return (await asOwner(town, waiting)).length > 0;
  });
  await remover.query("commit");
  await remover.end();
  expect(await town.passing(asked)).toMatchObject({ status: 404, body: { code: "not_found" } });
  const all = await listed<Activation>(town, "/api/activations?limit=200");
  expect(all.filter((each) => each.phoneNumber === phoneNumber)).toEqual([]);
});

test("what breaks after a purchase was written down is no failure: the answer says that it goes on", async () => {
  const phoneNumber = await oneForSale();
  await asOwner(
    town,
    `create function break_down() returns trigger language plpgsql as $$ begin raise 'the disk is full'; end $$;
     create trigger break_down before update on activations for each row execute function break_down()`,
  );
  const answer = await buy(town.api, own, phoneNumber);
  expect(answer).toMatchObject({
    status: 201,
    body: { id: expect.stringMatching(/^act_/), state: "wanted", problem: { code: "interrupted" }, settledAt: null },
  });
  await asOwner(town, "drop trigger break_down on activations; drop function break_down");
  expect(await untilSettled(phoneNumber)).toMatchObject({ id: answer.body.id, state: "connected", problem: null });
  expect(numbersOf(own)).toEqual([phoneNumber]);
});

test("only whoever proves an account's token learns that another business has it", async () => {
  const { accountSid } = theirs;
  const guess = { accountSid, authToken: "0".repeat(32) };
  const unproved = { status: 422, body: { code: "credentials_rejected" } };
  expect(await add(town.api, guess)).toMatchObject(unproved);
  expect(await connect(town.api, { ...guess, phoneNumber: "+14155559301" })).toMatchObject(unproved);
  expect(await add(town.api, { accountSid, authToken: tokenOf(theirs) })).toMatchObject({
    status: 409,
    body: { code: "account_connected_elsewhere" },
  });
});
