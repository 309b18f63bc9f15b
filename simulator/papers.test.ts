import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { filing, REPRESENTED } from "./filing-kit.ts";
import { type Bench, type Json, startBench } from "./test-kit.ts";

let bench: Bench;
let files: ReturnType<typeof filing>;
beforeEach(async () => {
  bench = await startBench();
  files = filing(bench);
});
afterEach(() => bench.stop());

test("regulations are found by country, type of number and of end user", async () => {
  const { results } = await files.get("/Regulations", { IsoCountry: "gb" });
  expect(results.map((each: Json) => each.friendly_name)).toEqual([
    "United Kingdom: Local - Business",
    "United Kingdom: Mobile - Business",
    "United Kingdom: Local - Individual",
    "United Kingdom: Mobile - Individual",
  ]);
  expect(results[0].requirements.end_user[0].fields).toContain("business_registration_number");
  expect((await files.get(`/Regulations/${results[0].sid}`)).sid).toBe(results[0].sid);
  expect((await files.get("/Regulations", { IsoCountry: "US", NumberType: "toll-free" })).results).toEqual([]);
});

test("a document takes a PDF or a picture of up to five megabytes, and nothing else", async () => {
  const fields = { FriendlyName: "Register", Type: "commercial_registrar_excerpt", Attributes: "{}" };
  const { status, json } = await files.upload(fields, "application/pdf", 5 * 1024 * 1024);
  expect(status).toBe(201);
  expect(json).toMatchObject({ mime_type: "application/pdf", status: "draft", attributes: {} });
  expect(await files.upload(fields, "application/pdf", 5 * 1024 * 1024 + 1)).toMatchObject({
    status: 413,
    json: { code: 20413 },
  });
  expect(await files.upload(fields, "text/html")).toMatchObject({ status: 415, json: { code: 12301 } });
  expect((await files.upload({ ...fields, Type: "" })).json.code).toBe(22210);
  expect((await files.upload({ ...fields, Attributes: "[]" })).json.code).toBe(20422);
});

describe("a bundle", () => {
  test("is evaluated against its regulation, field by field", async () => {
    const { bundle, path, endUser, address } = await files.germanBundle();
    expect((await files.post(`${path}/Evaluations`)).json).toMatchObject({
      status: "compliant",
      bundle_sid: bundle.sid,
    });

    await files.post(`/EndUsers/${endUser.sid}`, {
      Attributes: JSON.stringify({ ...REPRESENTED, last_name: "", business_name: "Kiln" }),
    });
    await bench.api("DELETE", `/Addresses/${address.sid}.json`);
    const { json } = await files.post(`${path}/Evaluations`);
    expect(json.status).toBe("noncompliant");
    expect(json.results.map((each: Json) => [each.requirement_name, each.passed])).toEqual([
      ["business_info", false],
      ["business_name_info", false],
      ["address_proof_info", false],
    ]);
    const invalid = json.results.flatMap((each: Json) => each.invalid);
    expect(invalid.map((each: Json) => [each.object_field, each.error_code])).toEqual([
      ["last_name", 22215],
      ["business_name", 22218],
      ["address_sids", 22219],
    ]);
    expect((await files.get(`${path}/Evaluations`)).results).toHaveLength(2);

    for (const item of (await files.get(`${path}/ItemAssignments`)).results)
      if (item.object_sid !== endUser.sid)
        expect((await files.remove(`${path}/ItemAssignments/${item.sid}`)).status).toBe(204);
    const { results } = (await files.post(`${path}/Evaluations`)).json;
    expect(results[1]).toMatchObject({ error_code: 22216, object_type: "commercial_registrar_excerpt" });
    expect(results[2]).toMatchObject({ error_code: 22216, object_type: "utility_bill" });
  });

  test("asks for an address in the country, and for a file where there is one to be seen", async () => {
    const { path, bill } = await files.germanBundle();
    const { json: abroad } = await files.newAddress({ IsoCountry: "US" });
    await files.post(`/SupportingDocuments/${bill.sid}`, { Attributes: JSON.stringify({ address_sids: abroad.sid }) });
    const proof = async () => (await files.post(`${path}/Evaluations`)).json.results[2];
    expect(await proof()).toMatchObject({ passed: false, error_code: 22219 });

    const items = (await files.get(`${path}/ItemAssignments`)).results;
    const held = items.find((each: Json) => each.object_sid === bill.sid);
    await files.remove(`${path}/ItemAssignments/${held.sid}`);
    const { json: home } = await files.newAddress();
    const { json: fileless } = await files.post("/SupportingDocuments", {
      ...{ FriendlyName: "Bill", Type: "utility_bill", Attributes: JSON.stringify({ address_sids: [home.sid] }) },
    });
    await files.post(`${path}/ItemAssignments`, { ObjectSid: fileless.sid });
    expect(await proof()).toMatchObject({ passed: false, error_code: 22216 });
  });

  test("goes to the reviewers once it is complete, and is changed by nobody meanwhile", async () => {
    const { bundle, path, endUser, register } = await files.germanBundle();
    expect((await files.post(path, { Status: "approved" })).json.code).toBe(22203);
    expect((await files.post(path, { Status: "pending-review", Email: "a@b.example" })).json.code).toBe(22204);
    expect((await files.post(path, { Status: "twilio-approved" })).json.code).toBe(20422);
    expect((await files.post(path, { Status: "pending-review" })).json.status).toBe("pending-review");
    const [item] = (await files.get(`${path}/ItemAssignments`)).results;
    expect((await files.remove(`${path}/ItemAssignments/${item.sid}`)).json.code).toBe(22229);
    expect((await files.remove(path)).json.code).toBe(21647);
    expect((await files.remove(`/EndUsers/${endUser.sid}`)).json.code).toBe(21644);
    expect((await files.remove(`/SupportingDocuments/${register.sid}`)).json.code).toBe(21645);
    expect((await files.get(`/SupportingDocuments/${register.sid}`)).status).toBe("pending-review");
    expect(bench.simulator.bundles()).toMatchObject([
      { sid: bundle.sid, status: "pending-review", regulation: "Germany: Mobile - Business" },
    ]);
  });

  test("that lacks something is not submitted", async () => {
    const { path, endUser } = await files.germanBundle();
    await files.post(`/EndUsers/${endUser.sid}`, { Attributes: "{}" });
    expect(await files.post(path, { Status: "pending-review" })).toMatchObject({ status: 400, json: { code: 22215 } });
    expect((await files.get(path)).status).toBe("draft");
  });

  test("that is rejected says at its document why, is mended and submitted again", async () => {
    const { bundle, path, register, bill } = await files.germanBundle();
    expect(() => bench.simulator.review(bundle.sid, { status: "twilio-approved" })).toThrow("bundle");
    await files.post(path, { Status: "pending-review" });
    bench.simulator.review(bundle.sid, { status: "in-review" });
    expect((await files.get(path)).status).toBe("in-review");
    const reason = "The excerpt is older than six months.";
    expect(() => bench.simulator.review(bundle.sid, { status: "twilio-rejected" })).toThrow("reason");
    bench.simulator.review(bundle.sid, { status: "twilio-rejected", reason, documentSid: register.sid });
    expect((await files.get(path)).status).toBe("twilio-rejected");
    const document = (sid: string) => files.get(`/SupportingDocuments/${sid}`);
    expect(await document(register.sid)).toMatchObject({ status: "rejected", failure_reason: reason });
    expect(await document(bill.sid)).toMatchObject({ status: "approved", failure_reason: null });
    await files.post(`/SupportingDocuments/${register.sid}`, {
      Attributes: JSON.stringify({ business_name: "Kiln & Co." }),
    });
    expect(await document(register.sid)).toMatchObject({ status: "draft", failure_reason: null });
    expect((await files.post(path, { Status: "pending-review" })).json.status).toBe("pending-review");
  });

  test.each([
    [{}, 22202],
    [{ IsoCountry: "US", NumberType: "local", EndUserType: "business" }, 22201],
    [{ IsoCountry: "GB", NumberType: "landline", EndUserType: "business" }, 22200],
    [{ RegulationSid: `RN${"0".repeat(32)}` }, 22201],
  ])("of %o is refused with %i", async (which, code) => {
    const given = { FriendlyName: "x", Email: "mara@kiln.example", ...(which as Record<string, string>) };
    expect((await files.post("/Bundles", given)).json.code).toBe(code);
  });

  test("takes end users and documents of its own account alone", async () => {
    const { path } = await files.germanBundle();
    const foreign = await files.asOther("POST", "/EndUsers", { FriendlyName: "Someone else", Type: "business" });
    expect((await files.post(`${path}/ItemAssignments`, { ObjectSid: foreign.json.sid })).json.code).toBe(22205);
    expect((await files.post(`${path}/ItemAssignments`, { ObjectSid: `AD${"0".repeat(32)}` })).json.code).toBe(22206);
    expect((await files.asOther("GET", path)).status).toBe(404);
  });
});

test("reviewers that nobody steers take their time, and approve", async () => {
  await bench.stop();
  bench = await startBench({}, { reviewsAfterMs: 20_000 });
  files = filing(bench);
  const { path } = await files.germanBundle();
  const status = async () => (await files.get(path)).status;
  await files.post(path, { Status: "pending-review" });
  await bench.clock.advance(9_000);
  expect(await status()).toBe("pending-review");
  await bench.clock.advance(2_000);
  expect(await status()).toBe("in-review");
  await bench.clock.advance(10_000);
  expect(await status()).toBe("twilio-approved");
});

test("the reviewers are steered over HTTP too, and a reset of everything shreds the papers", async () => {
  const { bundle, path } = await files.germanBundle();
  await files.post(path, { Status: "pending-review" });
  const control = async (method: string, at: string, body?: unknown) => {
    const response = await fetch(`${bench.simulator.url}/simulator${at}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
    });
    return response.json();
  };
  const at = `/bundles/${bundle.sid}`;
  expect(await control("POST", at, { status: "lost" })).toMatchObject({ field: "status" });
  expect(await control("POST", at, {})).toMatchObject({ field: "status" });
  expect(await control("POST", `/bundles/BU1`, { status: "in-review" })).toMatchObject({ field: "bundle" });
  expect(await control("POST", at, { status: "twilio-rejected", reason: "Unreadable." })).toMatchObject({
    status: "twilio-rejected",
  });
  expect(await control("GET", "/bundles")).toMatchObject({ bundles: [{ sid: bundle.sid, status: "twilio-rejected" }] });
  await bench.simulator.reset({ everything: true });
  expect(bench.simulator.bundles()).toEqual([]);
});
