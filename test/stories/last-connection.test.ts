/** An account's credentials live as long as its connections, whatever happens at the same moment; its name outlives a token. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Connection, ProviderAccount } from "../../contract/channels.ts";
import type { Answer } from "../support/api.ts";
import { asOwner } from "../support/sql.ts";
import { listed } from "../support/story.ts";
import { foundTown, KILN, type Town } from "../support/town.ts";

const SECOND = "+14155550143";

let town: Town;
beforeAll(async () => {
  town = await foundTown();
  town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: SECOND });
});
afterAll(() => town.stop());

const kept = () => asOwner(town, "select auth_token_envelope as sealed, status from provider_accounts");
const disconnect = ({ id }: { id: string }): Promise<Answer> => town.passing(town.api.delete(`/api/channels/${id}`));

test("the credentials go where the last two channels go at the same time", async () => {
  const both = [await town.connect(KILN), await town.connect(SECOND)];
  expect(await kept()).toMatchObject([{ sealed: expect.any(String), status: "active" }]);
  const answers = await Promise.all(both.map(disconnect));
  expect(answers.map((each) => each.status)).toEqual([200, 200]);
  expect(await kept()).toEqual([{ sealed: null, status: "disconnected" }]);
});

test("no channel is left without credentials where another number was about to be connected", async () => {
  const channel = await town.connect(KILN);
  const [account] = await listed<ProviderAccount>(town, "/api/provider-accounts");
  town.simulator.addFaults([
    { kind: "latency", ms: 3000, match: { method: "GET", path: "IncomingPhoneNumbers.json" } },
  ]);
  const late = town.api.post("/api/channels/sms/connect", { providerAccountId: account?.id, phoneNumber: SECOND });
  await town.until("the provider is asked", () => town.simulator.faults()[0]?.hits === 1);
  expect((await town.api.delete(`/api/channels/${channel.id}`)).status).toBe(200);
  expect(await town.passing(late)).toMatchObject({ status: 404, body: { code: "not_found" } });
  expect(await listed<Connection>(town, "/api/channels")).toEqual([]);
  town.simulator.clearFaults();
});

test("an account keeps the name it was given when its token comes anew", async () => {
  const { sid: accountSid, authToken } = town.twilio;
  const add = (more: object) =>
    town.passing(town.api.post("/api/provider-accounts", { provider: "twilio", accountSid, authToken, ...more }));
  expect((await add({ friendlyName: "East side" })).body.friendlyName).toBe("East side");
  expect((await add({})).body.friendlyName).toBe("East side");
  await town.connect(KILN);
  expect(await listed<ProviderAccount>(town, "/api/provider-accounts")).toMatchObject([{ friendlyName: "East side" }]);
  expect((await add({ friendlyName: "West side" })).body.friendlyName).toBe("West side");
});
