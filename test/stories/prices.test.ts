/** What a number costs: said where it is known, and nobody waits long for it. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { ProviderNumber } from "../../contract/channels.ts";
import { listed } from "../support/story.ts";
import { foundTown, type Town } from "../support/town.ts";

const PRICES = "/v1/PhoneNumbers/Countries/";

let town: Town;
beforeAll(async () => {
  town = await foundTown();
  await town.connect();
});
afterAll(() => town.stop());
afterEach(() => town.simulator.clearFaults());

/** The town's time stands still meanwhile. */
const forSale = (country: string) =>
  listed<ProviderNumber>(town, `/api/channels/sms/numbers?mode=available&country=${country}`);
const asked = (country: string) =>
  town.simulator.requests().filter((each) => each.path === `${PRICES}${country}`).length;
const priceOf = async (country: string) => (await town.api.get(`/api/activations/price?country=${country}`)).body;

test("numbers for sale say what they cost a month, and the provider is asked once", async () => {
  for (let looks = 0; looks < 2; looks++) {
    const numbers = await forSale("US");
    expect(numbers.length).toBeGreaterThan(0);
    for (const each of numbers) expect(each.monthlyPrice).toEqual({ amount: "1.15", currency: "USD" });
  }
  expect(asked("US")).toBe(1);
  town.clock.advance(25 * 60 * 60_000);
  await forSale("US");
  expect(asked("US")).toBe(2);
});

test("a number that Parley would get has its country's price", async () => {
  expect(await priceOf("AU")).toEqual({ monthlyPrice: { amount: "3.00", currency: "USD" } });
  expect(await priceOf("FR")).toEqual({}); // the provider does not say
});

test("the customer's own numbers are not for sale, so nobody asks what they cost", async () => {
  const before = town.simulator.requests().filter((each) => each.path.startsWith(PRICES)).length;
  for (const each of await listed<ProviderNumber>(town, "/api/channels/sms/numbers?mode=owned"))
    expect(each).not.toHaveProperty("monthlyPrice");
  expect(town.simulator.requests().filter((each) => each.path.startsWith(PRICES))).toHaveLength(before);
});

test.each([
  ["refuses to say", "CA", { kind: "status", status: 403, code: 20403 }],
  ["breaks off", "GB", { kind: "reset_before" }],
] as const)(
  "where the provider %s, numbers are shown without a price, and it is asked again later",
  async (_what, country, fault) => {
    town.simulator.addFaults([{ ...fault, match: { method: "GET", path: `Countries/${country}` } }]);
    const numbers = await forSale(country);
    expect(numbers.length).toBeGreaterThan(0);
    for (const each of numbers) expect(each).not.toHaveProperty("monthlyPrice");
    expect(await priceOf(country)).toEqual({});
    expect(asked(country)).toBe(1);
    town.simulator.clearFaults();
    town.clock.advance(11 * 60_000);
    expect((await forSale(country))[0]?.monthlyPrice).toMatchObject({ currency: "USD" });
  },
);

test("a provider that takes its time holds nobody up, and what it says at last is kept", async () => {
  town.clock.advance(25 * 60 * 60_000); // what was known is too old
  town.simulator.addFaults([{ kind: "latency", ms: 3_600_000, match: { method: "GET", path: "Countries/AU" } }]);
  const before = asked("AU");
  const looking = forSale("AU");
  await town.watch("it is asked", () => asked("AU") > before);
  town.clock.advance(2000);
  const numbers = await looking;
  expect(numbers.length).toBeGreaterThan(0);
  for (const each of numbers) expect(each).not.toHaveProperty("monthlyPrice");
  town.clock.advance(3_600_000);
  expect((await forSale("AU"))[0]?.monthlyPrice).toMatchObject({ currency: "USD" });
  expect(asked("AU")).toBe(before + 1);
});
