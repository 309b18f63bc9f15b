/** A number from Parley: a subaccount is opened, a number bought in it and connected; and given back. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Activation } from "../../contract/activations.ts";
import type { Connection } from "../../contract/channels.ts";
import { activate, deactivate, soldTo, subaccounts } from "../support/activations.ts";
import { listed, untilStatus, write } from "../support/story.ts";
import { DANA, foundTown, type Town } from "../support/town.ts";

let town: Town;
beforeAll(async () => {
  town = await foundTown();
  await town.connect(); // the business's own account, under which subaccounts are opened
});
afterAll(() => town.stop());

const channelOf = async (id: string | null) => {
  const { body } = await town.api.get(`/api/channels/${id}`);
  return body as unknown as Connection;
};

test("a country is enough for a number that takes texts and calls, and answers", async () => {
  const activation = await activate(town, { country: "US", areaCode: "628" });
  expect(activation).toMatchObject({ kind: "managed", state: "connected", country: "US", problem: null });
  const [account, ...more] = subaccounts(town);
  expect(more).toEqual([]);
  expect(account).toMatchObject({ friendlyName: `Parley ${activation.id}`, status: "active" });
  expect(soldTo(town, account?.sid)).toMatchObject([
    {
      phoneNumber: activation.phoneNumber,
      smsUrl: `${town.publicUrl}/api/webhooks/twilio/sms#rc=3&rp=ct,rt,5xx`,
      voiceUrl: `${town.publicUrl}/api/webhooks/twilio/voice#rc=3&rp=ct,rt,5xx`,
    },
  ]);
  const channel = await channelOf(activation.channelId);
  expect(channel).toMatchObject({ phoneNumber: activation.phoneNumber, status: "active", agentId: null });
  expect(channel.webhook).toMatchObject({ configuredBy: "parley", verifiedAt: expect.any(String) });

  const number = activation.phoneNumber ?? "";
  expect((await town.text(DANA, "Is this the studio?", number)).status).toBe(200);
  await untilStatus(town, await write(town, "It is!"), "delivered");
  expect(town.received(DANA).at(-1)).toMatchObject({ with: number, body: "It is!" });
});

test("a workspace has one of them, and it is neither disconnected by mistake nor cut from its parent", async () => {
  expect(await town.api.post("/api/activations", { country: "US" })).toMatchObject({
    status: 409,
    body: { code: "already_activated" },
  });
  const [activation] = await listed<Activation>(town, "/api/activations");
  expect(await town.api.delete(`/api/channels/${activation?.channelId}`)).toMatchObject({
    status: 409,
    body: { code: "channel_is_managed", activationId: activation?.id },
  });
  for (const { id } of await listed<{ id: string }>(town, "/api/provider-accounts"))
    expect(await town.api.delete(`/api/provider-accounts/${id}`)).toMatchObject({
      status: 409,
      body: { code: "account_in_use" },
    });
});

test("only the whole number, typed, gives it back; what was said stays", async () => {
  const [activation] = await listed<Activation>(town, "/api/activations");
  const { id, phoneNumber } = activation ?? { id: "", phoneNumber: "" };
  for (const confirm of [undefined, "", "DEACTIVATE", phoneNumber?.slice(-4)])
    expect(await town.api.post(`/api/activations/${id}/deactivate`, { confirm })).toMatchObject({
      status: 422,
      body: { code: "confirmation_wrong" },
    });
  expect(soldTo(town)).toHaveLength(1);

  expect(await deactivate(town, id, phoneNumber ?? "")).toMatchObject({ state: "released" });
  expect(soldTo(town)).toEqual([]);
  expect(subaccounts(town)).toMatchObject([{ status: "closed" }]);
  expect(await listed<Connection>(town, "/api/channels")).toHaveLength(1);
  expect(await listed<{ kind: string }>(town, "/api/provider-accounts")).toMatchObject([{ kind: "byo" }]);
  expect((await town.api.get(`/api/search?q=studio`)).status).toBe(200);
  const [conversation] = await listed<{ id: string }>(town, "/api/conversations");
  const said = await listed<{ content: string }>(town, `/api/conversations/${conversation?.id}/messages`);
  expect(said.map((each) => each.content)).toEqual(["It is!", "Is this the studio?"]);
  expect(await deactivate(town, id, phoneNumber ?? ""), "twice is once").toMatchObject({ state: "released" });
});

test("where there is no number, nothing is left behind", async () => {
  const before = subaccounts(town).length;
  const answer = await town.passing(town.api.post("/api/activations", { country: "US", areaCode: "533" }));
  expect(answer).toMatchObject({ status: 409, body: { code: "no_number_found" } });
  expect(subaccounts(town).slice(before)).toMatchObject([{ status: "closed" }]);
  expect(soldTo(town)).toEqual([]);
});

test("a country that asks for papers says so, and nothing is left behind", async () => {
  const before = subaccounts(town).length;
  const answer = await town.passing(town.api.post("/api/activations", { country: "GB" }));
  expect(answer).toMatchObject({ status: 422, body: { code: "bundle_needed" } });
  expect(subaccounts(town).slice(before)).toMatchObject([{ status: "closed" }]);
});

test("an account that is suspended says so, and keeps nothing", async () => {
  town.simulator.updateAccount(town.twilio.sid, { status: "suspended" });
  const answer = await town.passing(town.api.post("/api/activations", { country: "US" }));
  town.simulator.updateAccount(town.twilio.sid, { status: "active" });
  expect(answer).toMatchObject({ status: 422, body: { code: "account_suspended" } });
  expect(subaccounts(town).filter((each) => each.status !== "closed")).toEqual([]);
});

test("a number is bought in the business's own account, connected, and stays theirs", async () => {
  const [own] = await listed<{ id: string }>(town, "/api/provider-accounts");
  const { items = [] } = (await town.api.get("/api/channels/sms/numbers?areaCode=628")).body;
  const phoneNumber = String(items[3]?.phoneNumber);
  const body = { providerAccountId: own?.id, phoneNumber, friendlyName: "Shop floor" };
  const answer = await town.passing(town.api.post("/api/channels/sms/buy", body));
  expect(answer).toMatchObject({ status: 201, body: { kind: "bought", state: "connected", phoneNumber } });
  expect(await channelOf(String(answer.body.channelId))).toMatchObject({ phoneNumber, friendlyName: "Shop floor" });
  expect(soldTo(town, town.twilio.sid).filter((each) => each.phoneNumber === phoneNumber)).toHaveLength(1);
  const refused = (more: object) => town.passing(town.api.post("/api/channels/sms/buy", { ...body, ...more }));
  expect(await refused({})).toMatchObject({ status: 409, body: { code: "number_already_connected" } });
  expect(await refused({ phoneNumber: "+14155559999" })).toMatchObject({ status: 409, body: { code: "number_gone" } });
  town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: "+14155550177" });
  expect(await refused({ phoneNumber: "+14155550177" })).toMatchObject({
    status: 409,
    body: { code: "number_already_owned" },
  });
  expect(soldTo(town, town.twilio.sid).map((each) => each.phoneNumber)).toContain("+14155550177");
  expect(await town.api.post(`/api/activations/${answer.body.id}/deactivate`, { confirm: phoneNumber })).toMatchObject({
    status: 409,
    body: { code: "not_managed" },
  });
});

test("the installation's own account opens subaccounts for businesses that have none", async () => {
  const other = await foundTown({
    PARLEY_TWILIO_ACCOUNT_SID: `AC${"7".repeat(32)}`,
    PARLEY_TWILIO_AUTH_TOKEN: "7".repeat(32),
  });
  try {
    other.simulator.createAccount({ sid: `AC${"7".repeat(32)}`, authToken: "7".repeat(32) });
    const { id, phoneNumber, state } = await activate(other, { country: "CA", areaCode: "604" });
    expect(state).toBe("connected");
    expect(phoneNumber).toMatch(/^\+1604/);
    await deactivate(other, id, phoneNumber ?? "");
    expect(soldTo(other)).toEqual([]);
  } finally {
    await other.stop();
  }
});
