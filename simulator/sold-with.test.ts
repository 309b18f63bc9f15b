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

test("a number that asks for an address is not offered to whoever wants none with an address", async () => {
  const [german] = await files.offers("DE/Mobile");
  expect(german).toMatchObject({ address_requirements: "local" });
  expect(await files.offers("DE/Mobile", { ExcludeAllAddressRequired: "true" })).toEqual([]);
  expect(await files.offers("DE/Mobile", { ExcludeLocalAddressRequired: "true" })).toEqual([]);
  expect(await files.offers("DE/Mobile", { ExcludeForeignAddressRequired: "true" })).toHaveLength(30);
  expect(await files.offers("GB/Local", { ExcludeAllAddressRequired: "true" })).toHaveLength(30);
  expect(await files.offers("DE/Local", { SmsEnabled: "true" })).toEqual([]);
});

test("a number is sold with an address alone where that is all it asks for", async () => {
  const [{ phone_number: swedish }] = await files.offers("SE/Mobile");
  expect((await files.buy(swedish)).json.code).toBe(21631);
  const { json: address } = await files.newAddress();
  const bought = await files.buy(swedish, { AddressSid: address.sid });
  expect(bought).toMatchObject({ status: 201, json: { address_sid: address.sid, address_requirements: "any" } });
});

test("a number is sold with an address in its country and the right bundle, once that is approved", async () => {
  const [{ phone_number: german }] = await files.offers("DE/Mobile");
  const { address, bundle, path } = await files.germanBundle();
  const { json: abroad } = await files.newAddress({ IsoCountry: "US" });
  expect((await files.buy(german, { BundleSid: bundle.sid })).json.code).toBe(21615);
  expect((await files.buy(german, { BundleSid: bundle.sid, AddressSid: abroad.sid })).json.code).toBe(21615);
  const papers = { BundleSid: bundle.sid, AddressSid: address.sid };
  expect((await files.buy(german, { AddressSid: address.sid })).json.code).toBe(21649);
  expect((await files.buy(german, papers)).json.code).toBe(21649);
  await files.post(path, { Status: "pending-review" });
  expect((await files.buy(german, papers)).json.code).toBe(21649);
  bench.simulator.review(bundle.sid, { status: "twilio-approved" });
  const [{ phone_number: local }] = await files.offers("DE/Local");
  expect((await files.buy(local, papers)).json.code).toBe(21649);
  expect(await files.buy(german, papers)).toMatchObject({
    status: 201,
    json: { address_sid: address.sid, bundle_sid: bundle.sid, type: "mobile" },
  });
  expect((await files.remove(path)).json.code).toBe(21648);
  expect((await bench.api("DELETE", `/Addresses/${address.sid}.json`)).json.code).toBe(21630);
});

test("an American number asks for no papers", async () => {
  const [{ phone_number: tollFree }] = await files.offers("US/TollFree");
  expect((await files.buy(tollFree)).status).toBe(201);
});
