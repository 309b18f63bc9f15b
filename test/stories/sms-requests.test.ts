/** Requests for numbers that need papers: filled in here, reviewed by the provider, and a number bought with what it approved. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Activation } from "../../contract/activations.ts";
import type { SmsRequest, SmsRequestSummary } from "../../contract/sms-requests.ts";
import { readEvents } from "../support/event-reader.ts";
import {
  act,
  askedAbout,
  atProvider,
  beginRequest,
  bundleOf,
  filledRequest,
  fillIn,
  GERMAN,
  germanPapers,
  inReview,
  NOTHING_LEFT,
  ONE_OF_EACH,
  pdf,
  readRequest,
  review,
  SECRET_NAME,
  SECRET_STREET,
  untilRequest,
  uploadPaper,
} from "../support/papers.ts";
import { foundNeighbour, hire } from "../support/people.ts";
import { asOwner, everyTable } from "../support/sql.ts";
import { listed } from "../support/story.ts";
import { foundTown, type Town } from "../support/town.ts";

let town: Town;
let account: { id: string };
beforeAll(async () => {
  town = await foundTown();
  await town.connect();
  const [first] = await listed<{ id: string }>(town, "/api/provider-accounts");
  account = { id: first?.id ?? "" };
});
afterAll(() => town.stop());
afterEach(() => town.simulator.clearFaults());

const HOUR_MS = 60 * 60_000;
/** Lets time pass until the provider has answered something about a request's bundle. */
async function untilAsked(method: string, request: SmsRequest): Promise<void> {
  const asked = () => askedAbout(town, request.id, method);
  const before = asked().length;
  await town.until(`the provider hears ${method} of its bundle`, () => {
    town.clock.advance(5000);
    return asked().length > before;
  });
}

async function approved(): Promise<SmsRequest> {
  const request = await inReview(town);
  review(town, request.id, { status: "twilio-approved" });
  return untilRequest(town, request.id, "approved");
}

test("a country says what it asks for, and a draft begins with that", async () => {
  const { body } = await town.passing(town.api.get("/api/sms-requests/kinds?country=DE"));
  expect(body.items).toContainEqual({
    ...{ numberType: "mobile", endUserType: "business" },
    title: "Germany: Mobile - Business",
  });
  const request = await beginRequest(town);
  expect(request).toMatchObject({ status: "draft", problem: null, findings: [], erased: false });
  expect(request.asked.endUser.map(({ name }) => name)).toContain("business_registration_number");
  expect(request.asked.documents.map(({ name }) => name)).toEqual(["business_name_info", "address_proof_info"]);
  expect(request.papers.address.country).toBe("DE");
});

test("a number that asks for no papers needs no request", async () => {
  const asked = town.api.post("/api/sms-requests", { ...GERMAN, country: "US", numberType: "local" });
  expect(await town.passing(asked)).toMatchObject({ status: 422, body: { code: "no_papers_needed" } });
});

test("what was typed is kept to the letter, and nothing is sent", async () => {
  const since = town.simulator.requests().at(-1)?.seq ?? 0;
  const { id } = await beginRequest(town);
  const { papers } = await fillIn(town, id, { ...germanPapers("pfl_".padEnd(36, "0")), email: "  ana@ " });
  expect(papers).toMatchObject({ email: "  ana@ ", endUser: { business_name: " Kiln & Co. " } });
  expect((await readRequest(town, id)).papers).toEqual(papers);
  expect(town.simulator.requests({ since }).filter(({ method }) => method === "POST")).toEqual([]);
});

test("what is missing is named field by field, and the provider is not asked", async () => {
  const { id } = await beginRequest(town);
  const answer = await town.passing(town.api.post(`/api/sms-requests/${id}/check`));
  expect(answer).toMatchObject({ status: 422, body: { code: "papers_missing" } });
  const paths = (answer.body.errors as Array<{ path: string }>).map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(["email", "endUser.first_name", "documents.business_name_info"]));
  expect(await atProvider(town, id)).toEqual(NOTHING_LEFT);
});

describe("the provider's check", () => {
  test("finds nothing missing, and submits nothing", async () => {
    const { id } = await filledRequest(town);
    expect(await act(town, id, "check")).toMatchObject({
      ...{ status: "draft", findings: [], checkedAt: expect.any(String), submittedAt: null },
    });
    expect(bundleOf(town, id)).toMatchObject({ status: "draft" });
  });

  test("points at the field that is wrong, in the provider's words; once it is mended, it goes through", async () => {
    const { id, papers } = await filledRequest(town);
    const other = structuredClone(papers);
    const excerpt = other.documents.business_name_info;
    if (excerpt) excerpt.values.business_name = "Loom & Sons";
    await fillIn(town, id, other);
    const checked = await act(town, id, "submit");
    expect(checked).toMatchObject({ status: "draft", findingCount: 1, checkedAt: null });
    expect(checked.findings).toEqual([
      { path: "documents.business_name_info.business_name", message: expect.stringContaining("not that of") },
    ]);
    await fillIn(town, id, papers);
    expect(await act(town, id, "submit")).toMatchObject({ status: "in_review", findings: [] });
    expect(await atProvider(town, id), "what was replaced is gone").toEqual(ONE_OF_EACH);
  });

  test("says that an address is not known, at the address", async () => {
    const { id, papers } = await filledRequest(town);
    await fillIn(town, id, { ...papers, address: { ...papers.address, street: "Nowhere 1" } });
    expect((await act(town, id, "check")).findings).toMatchObject([{ path: "address.street" }]);
    await fillIn(town, id, papers);
    expect(await act(town, id, "check")).toMatchObject({ findings: [], checkedAt: expect.any(String) });
  });
});

describe("a review", () => {
  test("is followed until it is decided, and nothing is called approved before", async () => {
    const request = await inReview(town);
    expect(request).toMatchObject({ status: "in_review", submittedAt: expect.any(String), decidedAt: null });
    expect(await atProvider(town, request.id)).toEqual(ONE_OF_EACH);
    review(town, request.id, { status: "provisionally-approved" });
    await untilAsked("GET", request);
    expect(await readRequest(town, request.id)).toMatchObject({ status: "in_review" });
    review(town, request.id, { status: "twilio-approved" });
    const events = await readEvents(town, { authorization: town.key });
    expect(await untilRequest(town, request.id, "approved")).toMatchObject({ decidedAt: expect.any(String) });
    await town.watch("it is told", () =>
      events.events.some(
        ({ type, data }) => type === "sms_request.changed" && JSON.stringify(data).includes(request.id),
      ),
    );
    await events.close();
  });

  test("that rejects says why, at the document; changed and sent again it is approved", async () => {
    const request = await inReview(town);
    review(town, request.id, { status: "twilio-rejected", reason: "The document is too old." });
    const rejected = await untilRequest(town, request.id, "rejected");
    expect(rejected).toMatchObject({
      problem: { code: "papers_rejected" },
      findings: [{ path: expect.stringMatching(/^documents\./), message: "The document is too old." }],
    });
    const newer = await uploadPaper(town, request.id, pdf(900), "newer.pdf");
    await fillIn(town, request.id, germanPapers(String(newer.body.id)));
    expect(await act(town, request.id, "submit")).toMatchObject({ status: "in_review", problem: null, findings: [] });
    expect(await atProvider(town, request.id)).toEqual(ONE_OF_EACH);
    review(town, request.id, { status: "twilio-approved" });
    await untilRequest(town, request.id, "approved");
  });

  test("while it lasts, nothing is changed or deleted", async () => {
    const { id, papers } = await inReview(town);
    expect(await town.api.patch(`/api/sms-requests/${id}`, { papers })).toMatchObject({
      ...{ status: 409, body: { code: "request_not_editable", requestStatus: "in_review" } },
    });
    expect((await town.api.delete(`/api/sms-requests/${id}`)).body.code).toBe("request_not_deletable");
    expect((await town.passing(town.api.post(`/api/sms-requests/${id}/submit`))).body.code).toBe(
      "request_not_editable",
    );
  });
});

test("an address alone is reviewed by nobody: the request is ready, and not called approved", async () => {
  const { id, asked, papers } = await beginRequest(town, { ...GERMAN, country: "SE" });
  expect(asked).toMatchObject({ address: "any", endUser: [], documents: [] });
  const address = { ...papers.address, customerName: "Kiln", street: "Storgatan 1", city: "Malmö", region: "Skåne" };
  await fillIn(town, id, { ...papers, address: { ...address, postalCode: "211 34" } }); // no email: nobody writes of a review
  expect(await act(town, id, "submit")).toMatchObject({ status: "ready", decidedAt: null });
  expect(await atProvider(town, id)).toEqual({ ...NOTHING_LEFT, addresses: 1 });
});

describe("a number", () => {
  const offers = async (kind: string) => {
    const query = `${kind}&providerAccountId=${account.id}`;
    return (await town.passing(town.api.get(`/api/channels/sms/numbers?${query}`))).body.items ?? [];
  };
  const forSale = async () => (await offers("country=DE&numberType=mobile")).map((each) => String(each.phoneNumber));
  const buy = (phoneNumber: string | undefined, more: object = {}) =>
    town.passing(town.api.post("/api/channels/sms/buy", { providerAccountId: account.id, phoneNumber, ...more }));

  test("says which address it is sold with, and a type without SMS is not offered at all", async () => {
    expect((await offers("country=DE&numberType=mobile"))[0]).toMatchObject({ addressNeeded: "local" });
    expect((await offers("country=SE&numberType=mobile"))[0]).toMatchObject({ addressNeeded: "any" });
    expect((await offers("country=US&numberType=local"))[0]).toMatchObject({ addressNeeded: "none" });
    expect(await offers("country=DE&numberType=local")).toEqual([]);
  });

  test("that needs papers is not sold without them, and is bought with those that were approved", async () => {
    const [phoneNumber] = await forSale();
    expect((await buy(phoneNumber)).status).toBe(422);
    const { id: smsRequestId } = await approved();
    const bought = await buy(phoneNumber, { smsRequestId });
    expect(bought).toMatchObject({ status: 201, body: { state: "connected", phoneNumber } });
    const [number] = (await listed<Activation>(town, "/api/activations?limit=200")).filter(
      (each) => each.phoneNumber === phoneNumber && each.state === "connected",
    );
    expect(number).toBeDefined();
  });

  test("is not bought with a request that is not approved", async () => {
    const [, phoneNumber] = await forSale();
    const { id: smsRequestId } = await inReview(town);
    expect(await buy(phoneNumber, { smsRequestId })).toMatchObject({
      status: 409,
      body: { code: "request_not_approved" },
    });
  });
});

describe("letting go", () => {
  test("of a draft that was never sent leaves nothing", async () => {
    const { id } = await filledRequest(town);
    expect((await town.api.delete(`/api/sms-requests/${id}`)).status).toBe(204);
    expect((await town.api.get(`/api/sms-requests/${id}`)).status).toBe(404);
    for (const table of ["sms_requests", "sms_request_files", "sms_request_lanes"])
      expect(JSON.stringify(await asOwner(town, `select * from ${table}`)), table).not.toContain(id);
  });

  test("of a draft that was checked takes away what it made at the provider", async () => {
    const { id } = await filledRequest(town);
    await act(town, id, "check");
    expect(await atProvider(town, id)).toEqual(ONE_OF_EACH);
    expect((await town.api.delete(`/api/sms-requests/${id}`)).status).toBe(204);
    expect((await town.api.get(`/api/sms-requests/${id}`)).status).toBe(404);
    await town.until("it is forgotten", async () => {
      town.clock.advance(5000);
      const left = await asOwner(town, "select 1 from sms_requests where id = $1", [id]);
      return left.length === 0;
    });
    expect(await atProvider(town, id)).toEqual(NOTHING_LEFT);
  });

  test("of one that is reviewed erases it here at once, and at the provider once that lets it", async () => {
    const request = await inReview(town);
    expect(await act(town, request.id, "withdraw")).toMatchObject({ status: "withdrawn", erased: true, files: [] });
    await untilAsked("DELETE", request);
    expect(await atProvider(town, request.id)).toMatchObject({ bundles: 1 });
    review(town, request.id, { status: "twilio-rejected", reason: "Withdrawn." });
    await town.until("nothing is left", async () => {
      town.clock.advance(HOUR_MS);
      return JSON.stringify(await atProvider(town, request.id)) === JSON.stringify(NOTHING_LEFT);
    });
    expect(await readRequest(town, request.id)).toMatchObject({ status: "withdrawn" });
  });

  test("of what was filled in leaves an approval as it is", async () => {
    const { id } = await approved();
    const erased = await act(town, id, "erase");
    expect(erased).toMatchObject({ status: "approved", erased: true, files: [], papers: { endUser: {} } });
    expect(await atProvider(town, id)).toEqual(ONE_OF_EACH);
  });
});

describe("a file", () => {
  test.each([
    ["that is empty", Buffer.alloc(0), 422, "paper_empty"],
    ["of another kind, whatever it is called", Buffer.from("MZ an old program"), 422, "paper_type_refused"],
    ["that is too large", pdf(5 * 1024 * 1024 + 1), 413, "too_large"],
  ])("%s is refused", async (_, bytes, status, code) => {
    const { id } = await beginRequest(town);
    expect(await uploadPaper(town, id, bytes, "passport.pdf")).toMatchObject({ status, body: { code } });
  });

  test("that was replaced is dropped when the request is sent", async () => {
    const { id, papers } = await filledRequest(town);
    const newer = await uploadPaper(town, id);
    await fillIn(town, id, { ...papers, ...germanPapers(String(newer.body.id)) });
    expect((await act(town, id, "check")).files.map((each) => each.id)).toEqual([newer.body.id]);
  });
});

test("nothing that was filled in is to be seen in the database, the events or the log", async () => {
  const { id } = await filledRequest(town);
  await act(town, id, "submit");
  const told = await readEvents(town, { authorization: town.key }, 0);
  await town.watch("its events are told", () =>
    told.events.some(({ type, data }) => type === "sms_request.changed" && JSON.stringify(data).includes(id)),
  );
  const entries = await listed<{ verb: string }>(town, "/api/audit?limit=200");
  expect(entries.map(({ verb }) => verb)).toEqual(
    expect.arrayContaining(["sms_request.filled_in", "sms_request.submitted"]),
  );
  const places: Array<[place: string, text: string]> = [
    ...(await everyTable(town)),
    ["the log", town.logLines.join("\n")],
    ["the events", JSON.stringify(told.events)],
    ["the audit log", JSON.stringify(entries)],
  ];
  await told.close();
  const secrets = [SECRET_NAME, SECRET_STREET, "HRB 1", "register.pdf"];
  expect(places.filter(([, text]) => secrets.some((each) => text.includes(each))).map(([place]) => place)).toEqual([]);
  const list = await listed<SmsRequestSummary>(town, "/api/sms-requests");
  expect(JSON.stringify(list)).not.toContain(SECRET_NAME);
});

test("a viewer is refused, and next door nobody sees it", async () => {
  const { id } = await filledRequest(town);
  const viewer = await hire(town, "viewer");
  expect((await viewer.api.get("/api/sms-requests")).status).toBe(403);
  expect((await viewer.api.get(`/api/sms-requests/${id}`)).status).toBe(403);
  const neighbour = await foundNeighbour(town);
  expect((await neighbour.api.get("/api/sms-requests")).body.items).toEqual([]);
  expect((await neighbour.api.get(`/api/sms-requests/${id}`)).status).toBe(404);
  expect((await neighbour.api.delete(`/api/sms-requests/${id}`)).status).toBe(404);
  expect(await uploadPaper({ ...town, key: `Bearer ${neighbour.apiKey}` }, id)).toMatchObject({ status: 404 });
});

test("an account that is gone is waited for, and the request goes on where it is added again", async () => {
  const { id } = await filledRequest(town);
  await asOwner(town, "update provider_accounts set status = 'disconnected' where id = $1", [account.id]);
  expect(await act(town, id, "submit")).toMatchObject({
    ...{ status: "sending", problem: { code: "provider_account_gone" } },
  });
  await asOwner(town, "update provider_accounts set status = 'active' where id = $1", [account.id]);
  await untilRequest(town, id, "in_review");
  expect(await atProvider(town, id)).toEqual(ONE_OF_EACH);
});
