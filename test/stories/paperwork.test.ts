/** The papers for a number: filed at the provider, found again, evaluated, reviewed, and shown when the number is bought. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Credentials } from "../../server/channels/channel.ts";
import type { NewDocument, Paperwork, Regulation } from "../../server/channels/paperwork.ts";
import type { TwilioHosts } from "../../server/channels/twilio/client.ts";
import { createTwilioMarket } from "../../server/channels/twilio/market.ts";
import { availableNumbers } from "../../server/channels/twilio/numbers.ts";
import { createTwilioPaperwork } from "../../server/channels/twilio/paperwork.ts";
import { closeConnections } from "../../server/channels/twilio/transport.ts";
import { realWorld } from "../../server/platform/world.ts";
import { type Simulator, startSimulator } from "../../simulator/simulator.ts";

let simulator: Simulator;
let credentials: Credentials;
let papers: Paperwork;
let market: ReturnType<typeof createTwilioMarket>;
let hosts: TwilioHosts;
const outside = { world: realWorld() };

beforeAll(async () => {
  simulator = await startSimulator();
  const real = "https://twilio.invalid";
  hosts = {
    ...{ apiUrl: real, messagingUrl: real, numbersUrl: real, numbersUploadUrl: real, pricingUrl: real },
    simulatorUrl: simulator.url,
  };
  papers = createTwilioPaperwork(hosts);
  market = createTwilioMarket(hosts);
});
beforeEach(() => {
  const { sid: accountSid, authToken } = simulator.createAccount({ friendlyName: "Kiln & Co." });
  credentials = { accountSid, authToken, simulated: true };
});
afterEach(() => simulator.clearFaults());
afterAll(async () => {
  closeConnections();
  await simulator.stop();
});

/** What was asked of an attempt that must have worked. */
function done<T extends { ok: boolean }>(answer: T): Extract<T, { ok: true }> {
  if (!isDone(answer)) throw new Error(`not done: ${JSON.stringify(answer)}`);
  return answer;
}
const isDone = <T extends { ok: boolean }>(answer: T): answer is Extract<T, { ok: true }> => answer.ok;

const BERLIN = {
  ...{ customerName: "Kiln & Co.", street: "Töpferstraße 5", streetSecondary: null },
  ...{ city: "Berlin", region: "Berlin", postalCode: "10115", country: "DE" },
};
const MARA = {
  ...{ business_name: "Kiln & Co.", business_registration_number: "HRB 1" },
  ...{ first_name: "Mara", last_name: "Kiln" },
};
const PDF = {
  fileName: "Auszug für Kiln.pdf",
  contentType: "application/pdf",
  bytes: Buffer.from("%PDF-1.7"),
} as const;

async function german(numberType: Regulation["numberType"] = "mobile"): Promise<Regulation> {
  const { items } = done(await papers.regulations(outside, credentials, "DE"));
  const found = items.find((each) => each.numberType === numberType && each.endUserType === "business");
  if (!found) throw new Error("no regulation");
  return found;
}

const newAddress = async (name = "req_1 address") =>
  done(await papers.createAddress(outside, credentials, { name, ...BERLIN })).sid;
const newEndUser = async (name = "req_1 business", values: Record<string, string> = MARA) =>
  done(await papers.createEndUser(outside, credentials, { name, type: "business", values })).sid;
const newDocument = async (document: Pick<NewDocument, "name" | "type"> & Partial<NewDocument>) =>
  done(await papers.createDocument(outside, credentials, { values: {}, addressSids: [], file: PDF, ...document })).sid;

/** A German bundle with all that is asked for. */
async function newBundle() {
  const addressSid = await newAddress();
  const endUser = await newEndUser();
  const values = { business_name: "Kiln & Co." };
  const register = await newDocument({ name: "req_1 register", type: "commercial_registrar_excerpt", values });
  const bill = await newDocument({ name: "req_1 bill", type: "utility_bill", addressSids: [addressSid] });
  const { regulationSid } = await german();
  const given = { name: "req_1", regulationSid, email: "mara@kiln.example" };
  const { bundleSid } = done(await papers.createBundle(outside, credentials, given));
  const sids = [endUser, register, bill];
  expect(await papers.fillBundle(outside, credentials, bundleSid, sids)).toEqual({ ok: true });
  return { addressSid, endUser, register, bill, bundleSid, sids };
}

test("a country says what it asks for, by the type of number and of whoever wants it", async () => {
  const regulation = await german();
  expect(regulation).toMatchObject({ friendlyName: "Germany: Mobile - Business", country: "DE" });
  expect(regulation.endUser.map(({ name }) => name)).toEqual(Object.keys(MARA));
  expect(regulation.documents.map(({ label, anyOf }) => [label, anyOf.map(({ type }) => type)])).toEqual([
    ["Business Name", ["commercial_registrar_excerpt", "tax_document"]],
    ["Address (Proof of Address)", ["utility_bill", "commercial_registrar_excerpt"]],
  ]);
  expect(await papers.regulations(outside, credentials, "US")).toEqual({ ok: true, items: [] });
  const needed = async (country: string, numberType: Regulation["numberType"]) =>
    done(await papers.addressNeeded(outside, credentials, { country, numberType })).needed;
  expect(await needed("DE", "mobile")).toBe("local");
  expect(await needed("SE", "mobile")).toBe("any");
  expect(await needed("US", "toll-free")).toBe("none");
  expect(await needed("US", "national")).toBeNull();
});

test.each([
  ["that nobody knows", { street: "Nowhere 1" }, "address_not_found", "21628"],
  ["that is known a little otherwise", { country: "GB", postalCode: "ct11aa" }, "address_differs", "21629"],
  ["without a city", { city: " " }, "address_incomplete", "21238"],
])("an address %s is told apart", async (_, wrong, why, providerCode) => {
  const answer = await papers.createAddress(outside, credentials, { name: "x", ...BERLIN, ...wrong });
  expect(answer).toMatchObject({ ok: false, why, providerCode });
  if (why === "address_differs") expect(answer).toMatchObject({ said: expect.stringContaining("CT1 1AA") });
  expect(await papers.findAddresses(outside, credentials, "x")).toEqual({ ok: true, sids: [] });
});

test("what was made while the answer was lost is found by its name, and nothing is made twice", async () => {
  const kinds: Array<[path: string, make: () => Promise<unknown>, find: () => Promise<unknown>]> = [
    ["/Addresses", () => newAddress("req_2"), () => papers.findAddresses(outside, credentials, "req_2")],
    ["/EndUsers", () => newEndUser("req_2"), () => papers.findEndUsers(outside, credentials, "req_2")],
    [
      "/SupportingDocuments",
      () => newDocument({ name: "req_2", type: "passport" }),
      () => papers.findDocuments(outside, credentials, "req_2"),
    ],
  ];
  for (const [path, make, find] of kinds) {
    simulator.addFaults([{ kind: "reset_after", times: 1, match: { method: "POST", path } }]);
    await expect(make(), path).rejects.toThrow('"why":"lost"');
    expect(await find(), path).toEqual({ ok: true, sids: [expect.any(String)] });
  }
  const { regulationSid } = await german();
  const bundle = { name: "req_2", regulationSid, email: "mara@kiln.example" };
  simulator.addFaults([{ kind: "reset_after", times: 1, match: { method: "POST", path: "/Bundles" } }]);
  expect(await papers.createBundle(outside, credentials, bundle)).toMatchObject({ ok: false, why: "lost" });
  expect(await papers.findBundles(outside, credentials, "req_2")).toMatchObject({
    ok: true,
    items: [{ name: "req_2", status: "draft", regulationSid, validUntil: null }],
  });
  expect(await papers.findBundles(outside, credentials, "req")).toEqual({ ok: true, items: [] });
});

test("names are found among many, oldest first", async () => {
  const first = await newEndUser("req_3");
  const second = await newEndUser("req_3"); // most likely in the same second, and that is all that Twilio tells
  for (let n = 0; n < 60; n++) await newEndUser(`other ${n}`);
  expect(await papers.findEndUsers(outside, credentials, "req_3")).toEqual({ ok: true, sids: [first, second] });
});

test("a file that is too large is not taken", async () => {
  const document = { name: "big", type: "passport", values: {}, addressSids: [] };
  const tooLarge = { ...PDF, bytes: new Uint8Array(5 * 1024 * 1024 + 1) };
  const answer = await papers.createDocument(outside, credentials, { ...document, file: tooLarge });
  expect(answer).toMatchObject({ ok: false, why: "file_refused", providerCode: "20413" });
  expect(await papers.findDocuments(outside, credentials, "big")).toEqual({ ok: true, sids: [] });
});

test("an evaluation names each field that is missing, and what is incomplete does not get to the reviewers", async () => {
  const { bundleSid, register } = await newBundle();
  expect(await papers.evaluate(outside, credentials, bundleSid)).toEqual({ ok: true, unmet: [] });
  const nameless = await newEndUser("nameless", { ...MARA, last_name: "" });
  const homeless = await newDocument({ name: "homeless", type: "utility_bill" });
  done(await papers.fillBundle(outside, credentials, bundleSid, [nameless, register, homeless]));
  const { unmet } = done(await papers.evaluate(outside, credentials, bundleSid));
  expect(unmet.map(({ requirement, fields }) => [requirement, fields.map(({ name }) => name)])).toEqual([
    ["business_info", ["last_name"]],
    ["address_proof_info", ["address_sids"]],
  ]);
  expect(unmet[0]?.fields[0]?.reason).toContain("missing");
  expect(await papers.submitBundle(outside, credentials, bundleSid)).toMatchObject({ ok: false, why: "refused" });
  expect(done(await papers.readBundle(outside, credentials, bundleSid)).bundle).toMatchObject({ status: "draft" });
});

test("a bundle holds what it is filled with, no more and no less, until the reviewers have it", async () => {
  const { bundleSid, register, bill, endUser } = await newBundle();
  const items = () => simulator.bundles().find((each) => each.sid === bundleSid)?.items;
  const fill = (what: string[]) => papers.fillBundle(outside, credentials, bundleSid, what);
  expect(await fill([endUser, register])).toEqual({ ok: true });
  expect(items()).toEqual([endUser, register]);
  expect(await papers.removeDocument(outside, credentials, register)).toMatchObject({ ok: false, why: "in_use" });
  expect(await papers.removeDocument(outside, credentials, bill)).toEqual({ ok: true });
  const values = { business_name: "Kiln & Co." };
  const [addressSid = ""] = done(await papers.findAddresses(outside, credentials, "req_1 address")).sids;
  const again = await newDocument({ name: "again", type: "utility_bill", values, addressSids: [addressSid] });
  expect(await fill([endUser, register, again])).toEqual({ ok: true });
  expect(items()).toEqual([endUser, register, again]);
  expect(await papers.submitBundle(outside, credentials, bundleSid)).toEqual({ ok: true, status: "pending-review" });
  expect(await fill([endUser])).toMatchObject({ ok: false, why: "not_editable" });
  expect(await fill([again, register, endUser])).toEqual({ ok: true });
  expect(await papers.submitBundle(outside, credentials, bundleSid)).toEqual({ ok: true, status: "pending-review" });
  expect(await papers.removeBundle(outside, credentials, bundleSid)).toMatchObject({ ok: false, why: "not_editable" });
});

test("a refusal is read with its reason, and what was mended is approved", async () => {
  const { bundleSid, register, bill, endUser } = await newBundle();
  done(await papers.submitBundle(outside, credentials, bundleSid));
  const reason = "The excerpt is older than six months.";
  simulator.review(bundleSid, { status: "twilio-rejected", reason, documentSid: register });
  const read = async () => done(await papers.readBundle(outside, credentials, bundleSid)).bundle;
  expect(await read()).toMatchObject({
    status: "twilio-rejected",
    refusals: [{ documentSid: register, name: "req_1 register", reason }],
  });
  const values = { business_name: "Kiln & Co." };
  const newer = await newDocument({ name: "req_1 newer", type: "commercial_registrar_excerpt", values });
  done(await papers.fillBundle(outside, credentials, bundleSid, [endUser, bill, newer]));
  done(await papers.submitBundle(outside, credentials, bundleSid));
  simulator.review(bundleSid, { status: "in-review" });
  expect(await read()).toMatchObject({ status: "in-review", refusals: [] });
  simulator.review(bundleSid, { status: "twilio-approved" });
  expect(await read()).toMatchObject({ status: "twilio-approved", refusals: [], validUntil: null });
});

test("drafts are deleted with all that they held, and what is gone is fine", async () => {
  const { bundleSid, addressSid, sids } = await newBundle();
  const [endUser = "", ...documents] = sids;
  for (let twice = 0; twice < 2; twice++) {
    expect(await papers.removeBundle(outside, credentials, bundleSid)).toEqual({ ok: true });
    for (const sid of documents) expect(await papers.removeDocument(outside, credentials, sid)).toEqual({ ok: true });
    expect(await papers.removeEndUser(outside, credentials, endUser)).toEqual({ ok: true });
    expect(await papers.removeAddress(outside, credentials, addressSid)).toEqual({ ok: true });
  }
  expect(done(await papers.readBundle(outside, credentials, bundleSid)).bundle).toBeNull();
});

test("a number of such a country is found and bought with its papers, and not without", async () => {
  const { bundleSid, addressSid } = await newBundle();
  const place = { country: "DE", areaCode: undefined };
  const unasked = { ...place, areaCode: null };
  expect(await market.offeredNumbers(outside, credentials, unasked)).toEqual({ ok: true, phoneNumbers: [] });
  const forSale = done(await availableNumbers(hosts, credentials, { ...place, numberType: "mobile" }));
  const number = forSale.items[0]?.phoneNumber ?? "";
  expect(number).toMatch(/^\+4915/);
  const buy = (given?: { addressSid?: string; bundleSid?: string }) =>
    market.buyNumber(outside, credentials, number, given);
  expect(await buy()).toMatchObject({ ok: false, why: "address_needed", providerCode: "21615" });
  expect(await buy({ addressSid })).toMatchObject({ ok: false, why: "bundle_needed", providerCode: "21649" });
  expect(await buy({ addressSid, bundleSid })).toMatchObject({ ok: false, why: "bundle_needed" });
  done(await papers.submitBundle(outside, credentials, bundleSid));
  simulator.review(bundleSid, { status: "provisionally-approved" });
  expect(await buy({ addressSid, bundleSid })).toMatchObject({ ok: true, phoneNumber: number, sms: true });
  expect(simulator.overview().numbers).toContainEqual(
    expect.objectContaining({ phoneNumber: number, addressSid, bundleSid }),
  );
});

test("a real account's files go to a host of their own, all else to the API's", async () => {
  const away = "http://127.0.0.1:1";
  const hosts = { apiUrl: simulator.url, messagingUrl: away, numbersUrl: simulator.url, numbersUploadUrl: away };
  const real = { ...credentials, simulated: false };
  const filer = createTwilioPaperwork({ ...hosts, pricingUrl: away, simulatorUrl: null });
  const document = { name: "req_4", type: "address", values: {}, addressSids: [] };
  expect(await filer.createDocument(outside, real, { ...document, file: null })).toMatchObject({ ok: true });
  expect(await filer.createDocument(outside, real, { ...document, file: PDF })).toMatchObject({
    ok: false,
    why: "away",
  });
  expect(await filer.createAddress(outside, real, { name: "req_4", ...BERLIN })).toMatchObject({ ok: true });
});

test("another account's token opens nothing", async () => {
  const wrong = { ...credentials, authToken: "0".repeat(32) };
  for (const answer of [
    await papers.findBundles(outside, wrong, "x"),
    await papers.createAddress(outside, wrong, { name: "x", ...BERLIN }),
    await papers.createDocument(outside, wrong, {
      name: "x",
      type: "passport",
      values: {},
      addressSids: [],
      file: PDF,
    }),
  ])
    expect(answer).toMatchObject({ ok: false, why: "credentials_rejected" });
});
