/** One provider account and several businesses of a house: who has it, what that leaves to the others, where it calls. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Connection } from "../../contract/channels.ts";
import type { Api } from "../support/api.ts";
import { foundNeighbour, type Neighbour } from "../support/people.ts";
import { foundTown, type Town } from "../support/town.ts";

let town: Town;
let neighbour: Neighbour;
beforeAll(async () => {
  town = await foundTown();
  neighbour = await foundNeighbour(town);
});
afterAll(() => town.stop());
afterEach(() => town.simulator.clearFaults());

let lines = 0;
function newAccount() {
  const { sid: accountSid, authToken } = town.simulator.createAccount({ pacing: { mps: null } });
  const newLine = () => {
    const phoneNumber = `+1415555${String(2500 + ++lines)}`;
    town.simulator.addNumber({ accountSid, phoneNumber });
    return phoneNumber;
  };
  return { credentials: { accountSid, authToken }, newLine };
}
type Credentials = ReturnType<typeof newAccount>["credentials"];
const add = (api: Api, credentials: Credentials) =>
  town.passing(api.post("/api/provider-accounts", { provider: "twilio", ...credentials }));
const connect = (api: Api, credentials: Credentials, phoneNumber: string) =>
  town.passing(api.post("/api/channels/sms/connect", { ...credentials, phoneNumber }));
const smsUrl = (phoneNumber: string) =>
  town.simulator.overview().numbers.find((each) => each.phoneNumber === phoneNumber)?.smsUrl;

test("two businesses that add an account at once: one has it, the other is told", async () => {
  const { credentials } = newAccount();
  // Both have asked whether it is free before either has it.
  town.simulator.addFaults([{ kind: "latency", ms: 2000, match: { account: credentials.accountSid } }]);
  const answers = await Promise.all([add(town.api, credentials), add(neighbour.api, credentials)]);
  const [won, lost] = answers.sort((one, other) => one.status - other.status);
  expect(won?.status).toBe(201);
  expect(lost).toMatchObject({ status: 409, body: { code: "account_connected_elsewhere" } });
});

test("two businesses that connect numbers of an account at once: no channel hangs on another's account", async () => {
  const { credentials, newLine } = newAccount();
  town.simulator.addFaults([{ kind: "latency", ms: 2000, match: { account: credentials.accountSid } }]);
  const both = [connect(town.api, credentials, newLine()), connect(neighbour.api, credentials, newLine())];
  const answers = (await Promise.all(both)).sort((one, other) => one.status - other.status);
  expect(answers.map((each) => each.status)).toEqual([201, 409]);
  expect(answers[1]?.body.code).toBe("account_connected_elsewhere");
});

test("an account that was taken down is free for another business, and then theirs alone", async () => {
  const { credentials, newLine } = newAccount();
  const { body } = await connect(town.api, credentials, newLine());
  expect(await add(neighbour.api, credentials)).toMatchObject({ status: 409 });
  await town.passing(town.api.delete(`/api/channels/${body.id}`));
  const theirs = await connect(neighbour.api, credentials, newLine());
  expect(theirs.status).toBe(201);
  expect(theirs.body.providerAccountId).not.toBe(body.providerAccountId);
  expect(await add(town.api, credentials)).toMatchObject({ status: 409 });
});

test("a webhook that was never ours is left alone, and not said to be cleared", async () => {
  const { credentials, newLine } = newAccount();
  const line = newLine();
  town.simulator.addFaults([
    { kind: "status", status: 400, code: 20422, match: { method: "POST", path: "IncomingPhoneNumbers" } },
  ]);
  const { status, body } = await connect(town.api, credentials, line);
  expect([status, body]).toMatchObject([201, { webhook: { verifiedAt: null } }]);
  town.simulator.clearFaults();
  town.simulator.updateNumber(line, { smsUrl: "https://elsewhere.example/sms" });
  expect((await town.passing(town.api.delete(`/api/channels/${body.id}`))).body).toEqual({ webhookCleared: false });
  expect(smsUrl(line)).toBe("https://elsewhere.example/sms");
});

test("a refusal that nobody here knows is passed on with the provider's code", async () => {
  const { credentials, newLine } = newAccount();
  const line = newLine();
  town.simulator.addFaults([{ kind: "status", status: 403, code: 20999 }]);
  const refused = { status: 422, body: { code: "provider_refused", providerCode: "20999" } };
  expect(await add(town.api, credentials)).toMatchObject(refused);
  const answer = await connect(town.api, credentials, line);
  expect(answer).toMatchObject(refused);
  expect(answer.body.detail).toContain("20999");
});

test("after a move to another address the channel shows that one, and that the provider's is not it", async () => {
  const { credentials, newLine } = newAccount();
  const { body } = await connect(town.api, credentials, newLine());
  const channel = async () => (await town.api.get(`/api/channels/${body.id}`)).body as unknown as Connection;
  const before = await channel();
  expect(before.webhook).toMatchObject({ verifiedAt: expect.any(String), configuredBy: "parley" });
  await town.restart({ PARLEY_PUBLIC_URL: "https://desk.kiln.example" });
  expect((await channel()).webhook).toEqual({
    url: before.webhook.url.replace(town.publicUrl, "https://desk.kiln.example"),
    verifiedAt: null,
    configuredBy: null,
  });
  await town.restart();
  expect(await channel()).toEqual(before);
});
