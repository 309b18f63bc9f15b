import { afterEach, beforeEach, expect, test } from "vitest";
import { filing } from "./filing-kit.ts";
import { type Bench, startBench } from "./test-kit.ts";

let bench: Bench;
let files: ReturnType<typeof filing>;
beforeEach(async () => {
  bench = await startBench();
  files = filing(bench);
});
afterEach(() => bench.stop());

test("an address is kept, found by its name, changed and deleted", async () => {
  const { status, json: address } = await files.newAddress({ FriendlyName: "Studio" });
  expect(status).toBe(201);
  expect(address).toMatchObject({ sid: expect.stringMatching(/^AD/), validated: true, postal_code: "10115" });
  const named = async (FriendlyName: string) =>
    (await bench.api("GET", "/Addresses.json", { FriendlyName })).json.addresses;
  expect(await named("Studio")).toEqual([address]);
  expect(await named("Stud")).toEqual([]);
  const path = `/Addresses/${address.sid}.json`;
  expect((await bench.api("POST", path, { Street: "Ofengasse 1" })).json.street).toBe("Ofengasse 1");
  expect((await bench.api("DELETE", path)).status).toBe(204);
  expect((await bench.api("GET", path)).status).toBe(404);
});

test.each([
  ["without a street", { Street: "" }, 21238],
  ["without a country", { IsoCountry: "Germany" }, 21238],
  ["that no record knows", { Street: "Nowhere 1" }, 21628],
  ["with another country's postal code", { PostalCode: "SW1A 1AA" }, 21628],
])("an address %s is refused", async (_, wrong, code) => {
  expect((await files.newAddress(wrong as Record<string, string>)).json).toMatchObject({ code, status: 400 });
});

test("an address that is nearly right is corrected, or refused with a suggestion where nothing may be corrected", async () => {
  const british = { City: "Canterbury", Region: "Kent", PostalCode: "ct11aa", IsoCountry: "GB" };
  expect((await files.newAddress(british)).json).toMatchObject({ postal_code: "CT1 1AA", validated: true });
  const { json } = await files.newAddress({ ...british, AutoCorrectAddress: "false" });
  expect(json).toMatchObject({ code: 21629, message: expect.stringContaining("CT1 1AA") });
});

test("a country without records validates nothing", async () => {
  expect((await files.newAddress({ IsoCountry: "US", PostalCode: "94105" })).json.validated).toBe(false);
});
