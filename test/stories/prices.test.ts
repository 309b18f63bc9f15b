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

const forSale = (country: string) =>
  town.passing(listed<ProviderNumber>(town, `/api/channels/sms/numbers?mode=available&country=${country}`));
const asked = (country: string) =>
  town.simulator.requests().filter((each) => each.path === `${PRICES}${country}`).length;
const priceOf = async (country: string) =>
  (await town.passing(town.api.get(`/api/activations/price?country=${country}`))).body;

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

test("a provider that never says holds nobody up", async () => {
  town.simulator.addFaults([{ kind: "latency", ms: 86_400_000, match: { method: "GET", path: "Countries/AU" } }]);
  town.clock.advance(25 * 60 * 60_000); // what was known is too old
  const numbers = await forSale("AU");
  expect(numbers.length).toBeGreaterThan(0);
  expect(numbers[0]).not.toHaveProperty("monthlyPrice");
});
