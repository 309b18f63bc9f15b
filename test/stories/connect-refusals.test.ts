/** Connecting a number: what can be wrong is told apart, and leaves nothing behind. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Answer } from "../support/api.ts";
import { foundTown, KILN, type Town } from "../support/town.ts";

const FOREIGN = "+12125550188";
const MUTE = "+14155550143";

let town: Town;
let account: { sid: string; authToken: string };
beforeAll(async () => {
  town = await foundTown();
  account = town.twilio;
  const other = town.simulator.createAccount();
  town.simulator.addNumber({ accountSid: other.sid, phoneNumber: FOREIGN });
  town.simulator.addNumber({ accountSid: account.sid, phoneNumber: MUTE, capabilities: { sms: false } });
});
afterAll(() => town.stop());

const connect = (body: object): Promise<Answer> => town.passing(town.api.post("/api/channels/sms/connect", body));
const credentials = () => ({ accountSid: account.sid, authToken: account.authToken });

afterEach(async () => {
  town.simulator.clearFaults();
  expect((await town.api.get("/api/channels")).body.items).toEqual([]);
  expect((await town.api.get("/api/provider-accounts")).body.items).toEqual([]);
  expect(town.simulator.overview().numbers.filter((each) => each.smsUrl !== "")).toEqual([]);
});

test.each([
  ["a wrong token", () => ({ ...credentials(), authToken: "0".repeat(32) })],
  ["an account that is none", () => ({ ...credentials(), accountSid: `AC${"0".repeat(32)}` })],
])("%s", async (_what, who) => {
  expect(await connect({ ...who(), phoneNumber: KILN })).toMatchObject({
    status: 422,
    body: { code: "credentials_rejected" },
  });
});

test("a number of another account", async () => {
  const { status, body } = await connect({ ...credentials(), phoneNumber: FOREIGN });
  expect([status, body.code, body.errors]).toMatchObject([422, "number_not_on_account", [{ path: "phoneNumber" }]]);
});

test("a part of one of our numbers is not our number", async () => {
  expect(await connect({ ...credentials(), phoneNumber: "+1415555014" })).toMatchObject({ status: 422 });
});

test("a Messaging Service of another account", async () => {
  const { sid } = town.simulator.createService({ accountSid: town.simulator.createAccount().sid });
  const { status, body } = await connect({ ...credentials(), messagingServiceSid: sid });
  expect([status, body.code, body.errors]).toMatchObject([
    422,
    "number_not_on_account",
    [{ path: "messagingServiceSid" }],
  ]);
});

test("a number without SMS", async () => {
  expect(await connect({ ...credentials(), phoneNumber: MUTE })).toMatchObject({
    status: 422,
    body: { code: "number_not_sms_capable" },
  });
});

test.each([
  ["suspended", "account_suspended"],
  ["closed", "account_closed"],
] as const)("an account that is %s", async (status, code) => {
  const theirs = town.simulator.createAccount({ status });
  const body = { accountSid: theirs.sid, authToken: theirs.authToken, phoneNumber: KILN };
  expect(await connect(body)).toMatchObject({ status: 422, body: { code } });
  const { phoneNumber: _, ...alone } = body;
  const added = await town.passing(town.api.post("/api/provider-accounts", { provider: "twilio", ...alone }));
  expect(added).toMatchObject({ status: 422, body: { code } });
});

test.each([
  { kind: "status", status: 500 },
  { kind: "status", status: 503 },
  { kind: "status", status: 429, code: 20429 },
  { kind: "reset_before" },
  { kind: "reset_after" },
] as const)("a provider that can't be reached: %o", async (fault) => {
  town.simulator.addFaults([fault]);
  const answer = await connect({ ...credentials(), phoneNumber: KILN });
  expect(answer).toMatchObject({ status: 503, body: { code: "provider_unreachable" } });
  expect(answer.headers.get("retry-after")).toBe("1");
});

test("a provider that goes away between two questions", async () => {
  town.simulator.addFaults([{ kind: "status", status: 503, match: { path: "IncomingPhoneNumbers" } }]);
  expect(await connect({ ...credentials(), phoneNumber: KILN })).toMatchObject({
    status: 503,
    body: { code: "provider_unreachable" },
  });
});

test.each([
  ["no account", { phoneNumber: KILN }, ["accountSid", "authToken"]],
  ["no token", { accountSid: `AC${"0".repeat(32)}`, phoneNumber: KILN }, ["authToken"]],
  [
    "an account twice",
    {
      providerAccountId: `prv_${"0".repeat(32)}`,
      accountSid: `AC${"0".repeat(32)}`,
      authToken: "0".repeat(32),
      phoneNumber: KILN,
    },
    ["providerAccountId"],
  ],
  ["no number", { accountSid: `AC${"0".repeat(32)}`, authToken: "0".repeat(32) }, ["phoneNumber"]],
  [
    "a number and a service",
    {
      accountSid: `AC${"0".repeat(32)}`,
      authToken: "0".repeat(32),
      phoneNumber: KILN,
      messagingServiceSid: `MG${"0".repeat(32)}`,
    },
    ["phoneNumber"],
  ],
  [
    "ids of another shape",
    { accountSid: "AC1", authToken: "secret", messagingServiceSid: "MG1" },
    ["accountSid", "authToken", "messagingServiceSid"],
  ],
])("%s", async (_what, body, paths) => {
  const answer = await connect(body);
  expect([answer.status, (answer.body.errors as Array<{ path: string }>).map((each) => each.path)]).toEqual([
    422,
    paths,
  ]);
});

test("a provider account that is not there", async () => {
  expect(await connect({ providerAccountId: `prv_${"0".repeat(32)}`, phoneNumber: KILN })).toMatchObject({
    status: 404,
  });
});
