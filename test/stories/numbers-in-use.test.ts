/** A purchase that can't be ended gives its number back, but never one that the business has connected meanwhile. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Activation } from "../../contract/activations.ts";
import type { ProviderAccount } from "../../contract/channels.ts";
import type { FaultRule } from "../../simulator/faults.ts";
import { soldTo } from "../support/activations.ts";
import type { Answer, Api } from "../support/api.ts";
import { foundNeighbour, type Neighbour } from "../support/people.ts";
import { asOwner } from "../support/sql.ts";
import { listed } from "../support/story.ts";
import { foundTown, type Town } from "../support/town.ts";

const BUYING = { method: "POST", path: "IncomingPhoneNumbers.json" };
const POINTING = { method: "POST", path: "IncomingPhoneNumbers/PN" };
const RELEASING = { method: "DELETE", path: "IncomingPhoneNumbers/PN" };

const A_DAY_MS = 24 * 60 * 60_000;

let town: Town;
/** Another workspace of the same business. */
let sister: Neighbour;
let own: ProviderAccount;
beforeAll(async () => {
  town = await foundTown();
  const { accountId } = (await town.api.get("/api/me")).body as { accountId: string };
  sister = await foundNeighbour(town, "Kiln & Co. Outlet", accountId);
});
afterAll(() => town.stop());

beforeEach(async () => {
  town.simulator.clearFaults();
  const { sid: accountSid, authToken } = town.simulator.createAccount({ pacing: { mps: null } });
  const body = { provider: "twilio", accountSid, authToken };
  own = (await town.passing(town.api.post("/api/provider-accounts", body))).body as unknown as ProviderAccount;
});

const AREAS = ["212", "206", "213", "303", "305"];
/** A number for sale that no story has seen. */
async function oneForSale(): Promise<string> {
  const query = `providerAccountId=${own.id}&areaCode=${AREAS.shift()}`;
  const { items = [] } = (await town.passing(town.api.get(`/api/channels/sms/numbers?${query}`))).body;
  return String(items[0]?.phoneNumber);
}
const buy = (phoneNumber: string): Promise<Answer> =>
  town.passing(town.api.post("/api/channels/sms/buy", { providerAccountId: own.id, phoneNumber }));
const connecting = (phoneNumber: string, api: Api = town.api): Promise<Answer> =>
  api.post("/api/channels/sms/connect", { providerAccountId: own.id, phoneNumber });
const numbersHeld = () => soldTo(town, own.accountSid).map((each) => each.phoneNumber);

/** Lets time pass until a purchase is in a state; answers it. */
const untilItIs = (state: Activation["state"], phoneNumber: string) =>
  town.until(`the purchase of ${phoneNumber} is ${state}`, async () => {
    town.clock.advance(5000);
    const all = await listed<Activation>(town, "/api/activations?limit=200");
    return all.find((each) => each.phoneNumber === phoneNumber && each.state === state);
  });
/** Lets time pass until a fault has struck. */
function untilStruck(rule: FaultRule): Promise<unknown> {
  const [fault] = town.simulator.addFaults([rule]);
  return town.until("the fault has struck", () => {
    town.clock.advance(1000);
    return town.simulator.faults().some((each) => each.id === fault?.id && each.hits > 0);
  });
}

/**
 * A purchase whose answer was lost, and that is being undone, because the account was suspended for a moment; not before
 * `goOn`, or a busy machine would come first.
 */
async function undoing(): Promise<string> {
  const phoneNumber = await oneForSale();
  town.simulator.addFaults([{ kind: "reset_after", match: BUYING, times: 1 }]);
  expect((await buy(phoneNumber)).body).toMatchObject({ state: "wanted" });
  town.simulator.updateAccount(own.accountSid, { status: "suspended" });
  await untilItIs("undoing", phoneNumber);
  const putOff = "update activations set due_at = $2 where phone_number = $1 and tries > 0 returning 1";
  const later = new Date(town.clock.now().getTime() + A_DAY_MS);
  await town.watch(
    "it could not be undone",
    async () => (await asOwner(town, putOff, [phoneNumber, later])).length > 0,
  );
  town.simulator.updateAccount(own.accountSid, { status: "active" });
  return phoneNumber;
}
const goOn = (phoneNumber: string) =>
  asOwner(town, "update activations set due_at = $2 where phone_number = $1", [phoneNumber, town.clock.now()]);

async function expectInUse(answer: Answer, phoneNumber: string, api = town.api): Promise<void> {
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  expect(numbersHeld()).toEqual([phoneNumber]);
  const channel = await api.get(`/api/channels/${answer.body.id}`);
  expect(channel.body).toMatchObject({ phoneNumber, status: "active" });
}

describe("a number whose purchase is being undone", () => {
  test("stays where somebody has found it and connected it", async () => {
    const phoneNumber = await undoing();
    const connected = await town.passing(connecting(phoneNumber));
    await goOn(phoneNumber);
    await untilItIs("undone", phoneNumber);
    await expectInUse(connected, phoneNumber);
  });

  test("stays where it is connected between the look for it and its release", async () => {
    const phoneNumber = await undoing();
    await goOn(phoneNumber);
    const looking = { method: "GET", path: "IncomingPhoneNumbers.json" };
    await untilStruck({ kind: "latency", ms: 9000, after: true, match: looking, times: 1 });
    const asked = connecting(phoneNumber);
    await town.watch("it has a channel", async () =>
      (await listed<{ phoneNumber: string }>(town, "/api/channels?limit=200")).some(
        (each) => each.phoneNumber === phoneNumber,
      ),
    );
    const connected = await town.passing(asked);
    await untilItIs("undone", phoneNumber);
    await expectInUse(connected, phoneNumber);
  });

  test("can't be connected once its release was asked for, until it is known what became of it", async () => {
    const phoneNumber = await undoing();
    await goOn(phoneNumber);
    await untilStruck({ kind: "reset_before", match: RELEASING });
    for (const api of [town.api, sister.api])
      expect(await town.passing(connecting(phoneNumber, api))).toMatchObject({
        status: 409,
        body: { code: "number_being_released" },
      });
    town.simulator.clearFaults();
    await untilItIs("undone", phoneNumber);
    expect(numbersHeld()).toEqual([]);
    expect((await town.passing(connecting(phoneNumber))).body).toMatchObject({ code: "number_not_on_account" });
  });
});

test("a number that another workspace of the business has connected while its purchase hung stays theirs", async () => {
  const phoneNumber = await oneForSale();
  town.simulator.addFaults([{ kind: "status", status: 503, match: POINTING }]);
  expect((await buy(phoneNumber)).body).toMatchObject({ state: "number" });
  const connected = await town.passing(connecting(phoneNumber, sister.api));
  town.simulator.clearFaults();
  expect(await untilItIs("undone", phoneNumber)).toMatchObject({ problem: { code: "number_connected_elsewhere" } });
  await expectInUse(connected, phoneNumber, sister.api);
});
