/** A channel's life after it is connected: changed, switched off, and taken down without a trace of its credentials. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Answer } from "../support/api.ts";
import { asOwner } from "../support/sql.ts";
import { DANA, foundTown, type Town } from "../support/town.ts";

let town: Town;
beforeAll(async () => {
  town = await foundTown();
});
afterAll(() => town.stop());

let lines = 0;
let account: { sid: string; authToken: string };
let line: string;
let channel: string;
/** Each test has an account and a number of its own. */
beforeEach(async () => {
  account = town.simulator.createAccount({ friendlyName: "Kiln & Co.", pacing: { mps: null } });
  line = newLine();
  channel = String((await connect(line)).body.id);
});

function newLine(): string {
  const phoneNumber = `+1415555${String(2000 + ++lines)}`;
  town.simulator.addNumber({ accountSid: account.sid, phoneNumber });
  return phoneNumber;
}
const passing = (asked: Promise<Answer>) => town.passing(asked);
const connect = (phoneNumber: string) =>
  passing(
    town.api.post("/api/channels/sms/connect", { accountSid: account.sid, authToken: account.authToken, phoneNumber }),
  );
const smsUrl = (phoneNumber: string) =>
  town.simulator.overview().numbers.find((each) => each.phoneNumber === phoneNumber)?.smsUrl;
const kept = async () =>
  (
    await asOwner(
      town,
      "select auth_token_envelope, status from provider_accounts where account_sid = $1 order by id desc",
      [account.sid],
    )
  )[0];
const providerAccount = async () =>
  (await town.api.get("/api/provider-accounts")).body.items?.find((each) => each.accountSid === account.sid);
const here = async (id: string) =>
  (await town.api.get("/api/channels?limit=200")).body.items?.some((each) => each.id === id);
async function sendFrom(connectionId: string, more: object = {}): Promise<Answer> {
  const { body } = await town.api.post("/api/conversations", { phone: DANA, channel: "sms", connectionId });
  return town.api.post(`/api/conversations/${body.id}/messages`, {
    content: "Your bowl is ready.",
    connectionId,
    ...more,
  });
}

describe("disconnecting", () => {
  test("clears the webhook at the provider, and wipes the credentials with the last channel", async () => {
    expect(await kept()).toMatchObject({ status: "active", auth_token_envelope: expect.stringMatching(/^v1\./) });
    const { status, body } = await passing(town.api.delete(`/api/channels/${channel}`));
    expect([status, body]).toEqual([200, { webhookCleared: true }]);
    expect(smsUrl(line)).toBe("");
    expect(await kept()).toEqual({ status: "disconnected", auth_token_envelope: null });
    expect(await providerAccount()).toBeUndefined();
    expect(await here(channel)).toBe(false);
    expect((await town.api.get(`/api/channels/${channel}`)).status).toBe(404);
    expect((await town.api.delete(`/api/channels/${channel}`)).status).toBe(404);
  });

  test("keeps the credentials while another channel needs them", async () => {
    const other = newLine();
    const second = String((await connect(other)).body.id);
    await passing(town.api.delete(`/api/channels/${channel}`));
    expect(await kept()).toMatchObject({ status: "active", auth_token_envelope: expect.any(String) });
    expect((await town.text(DANA, "Still there?", other)).status).toBe(200);
    await passing(town.api.delete(`/api/channels/${second}`));
    expect(await kept()).toMatchObject({ auth_token_envelope: null });
  });

  test("takes no more texts, and lets none leave: what waited says why it never will", async () => {
    const later = await sendFrom(channel, { sendAt: "2026-06-09T10:00:00.000Z" });
    expect(later.body.status).toBe("scheduled");
    await passing(town.api.delete(`/api/channels/${channel}`));
    expect((await town.api.get(`/api/messages/${later.body.id}`)).body).toMatchObject({
      status: "failed",
      reason: { code: "disconnected" },
    });
    expect(
      (
        await town.api.post(`/api/conversations/${later.body.conversationId}/messages`, {
          content: "Hi",
          connectionId: channel,
        })
      ).status,
    ).toBe(404);
    town.simulator.updateNumber(line, { smsUrl: `${town.publicUrl}/api/webhooks/twilio/sms` }); // as if nobody had told the provider
    expect((await town.text(DANA, "Anybody?", line)).status).toBe(403);
  });

  test("keeps the history", async () => {
    const phone = `+1212555${2000 + lines}`;
    await town.text(phone, "Remember me", line);
    await passing(town.api.delete(`/api/channels/${channel}`));
    const [conversation] = (await town.api.get(`/api/conversations?q=${phone.slice(1)}`)).body.items ?? [];
    const messages = (await town.api.get(`/api/conversations/${conversation?.id}/messages`)).body.items;
    expect(messages).toMatchObject([{ content: "Remember me", connectionId: channel }]);
  });

  test("waits five seconds for a provider that says nothing, and no longer", async () => {
    town.simulator.addFaults([{ kind: "latency", ms: 60_000, match: { account: account.sid } }]);
    const startedAt = town.clock.now().getTime();
    const { status, body } = await passing(town.api.delete(`/api/channels/${channel}`));
    town.simulator.clearFaults();
    expect([status, body]).toEqual([200, { webhookCleared: false }]);
    const ms = town.clock.now().getTime() - startedAt;
    expect(ms).toBeGreaterThanOrEqual(5000);
    expect(ms).toBeLessThan(55_000); // the rest is the test's own steps
    expect(await kept()).toMatchObject({ auth_token_envelope: null });
  });

  test("does not wait for a provider that is away, and says that the webhook has to be cleared there", async () => {
    town.simulator.addFaults([{ kind: "status", status: 503, match: { account: account.sid } }]);
    const { status, body } = await passing(town.api.delete(`/api/channels/${channel}`));
    town.simulator.clearFaults();
    expect([status, body]).toEqual([200, { webhookCleared: false }]);
    expect(await kept()).toMatchObject({ auth_token_envelope: null });
    expect(smsUrl(line)).not.toBe("");
  });

  test("frees the number: connected again it is a new channel", async () => {
    await passing(town.api.delete(`/api/channels/${channel}`));
    const again = await connect(line);
    expect(again).toMatchObject({ status: 201, body: { phoneNumber: line, webhook: { configuredBy: "parley" } } });
    expect(again.body.id).not.toBe(channel);
    expect(await kept()).toMatchObject({ status: "active" });
    expect((await town.text(DANA, "Back again", line)).status).toBe(200);
  });

  test("a provider account as a whole takes all its channels with it", async () => {
    const other = newLine();
    const second = String((await connect(other)).body.id);
    const known = await providerAccount();
    const { status, body } = await passing(town.api.delete(`/api/provider-accounts/${known?.id}`));
    expect([status, body]).toEqual([200, { webhookCleared: true }]);
    expect([await here(channel), await here(second), smsUrl(line), smsUrl(other)]).toEqual([false, false, "", ""]);
    expect(await kept()).toEqual({ status: "disconnected", auth_token_envelope: null });
    expect((await passing(town.api.delete(`/api/provider-accounts/${known?.id}`))).status).toBe(404);
  });
});

describe("a provider account", () => {
  const add = (more: object = {}) =>
    passing(
      town.api.post("/api/provider-accounts", {
        provider: "twilio",
        accountSid: account.sid,
        authToken: account.authToken,
        ...more,
      }),
    );

  test("that is known is given its token anew, not a second row", async () => {
    const before = await kept();
    const known = await providerAccount();
    const { status, body } = await add({ friendlyName: "The main one" });
    expect([status, body]).toMatchObject([200, { id: known?.id, friendlyName: "The main one" }]);
    expect((await kept())?.auth_token_envelope).not.toBe(before?.auth_token_envelope);
    expect((await town.text(DANA, "Signed with the token", line)).status).toBe(200);
  });

  test("keeps its token where a new one does not work", async () => {
    const before = await kept();
    expect(await add({ authToken: "0".repeat(32) })).toMatchObject({
      status: 422,
      body: { code: "credentials_rejected" },
    });
    expect(await kept()).toEqual(before);
  });

  test("keeps the name it was given when a further number comes with its credentials", async () => {
    await add({ friendlyName: "The main one" });
    await connect(newLine());
    expect(await providerAccount()).toMatchObject({ friendlyName: "The main one" });
  });

  test("shows the numbers that it has, and those that it could buy", async () => {
    const mute = newLine();
    town.simulator.updateNumber(mute, { capabilities: { sms: false } });
    const known = await providerAccount();
    const numbers = (query: string) =>
      passing(town.api.get(`/api/channels/sms/numbers?providerAccountId=${known?.id}&${query}`));
    const owned = (await numbers("mode=owned")).body.items ?? [];
    expect(owned.map((each) => each.phoneNumber).sort()).toEqual([line, mute].sort());
    expect(owned.find((each) => each.phoneNumber === mute)).toMatchObject({
      capabilities: { sms: false, voice: true },
    });
    const offered = (await numbers("mode=available&country=US&areaCode=415")).body.items ?? [];
    expect(offered.length).toBeGreaterThan(0);
    for (const each of offered) {
      expect(each.phoneNumber).toMatch(/^\+1415/);
      expect(each).toMatchObject({ friendlyName: expect.any(String), region: "CA", capabilities: { sms: true } });
    }
    expect((await numbers("country=AQ")).body.items).toEqual([]);
    for (const wrong of ["country=USA", "areaCode=4", "mode=stolen"]) expect((await numbers(wrong)).status).toBe(422);
    town.simulator.addFaults([{ kind: "status", status: 503 }]);
    expect(await numbers("mode=owned")).toMatchObject({ status: 503, body: { code: "provider_unreachable" } });
    town.simulator.clearFaults();
  });
});

describe("changing a channel", () => {
  const patch = (body: object) => town.api.patch(`/api/channels/${channel}`, body);

  test("its name, its pace, who answers keywords, and its agent", async () => {
    const base = String((await town.api.post("/api/knowledge-bases", { name: "Hours" })).body.id);
    const agentId = String((await town.api.post("/api/agents", { name: "Helper", knowledgeBaseIds: [base] })).body.id);
    const { status, body } = await patch({
      friendlyName: "Front desk",
      mps: 2.5,
      dailyCap: 2000,
      keywordReplies: "parley",
      agentId,
    });
    expect([status, body]).toMatchObject([
      200,
      {
        friendlyName: "Front desk",
        mps: 2.5,
        dailyCap: 2000,
        keywordReplies: "parley",
        agentId,
        knowledgeBase: { id: base, name: "Hours" },
      },
    ]);
    expect((await patch({ friendlyName: null, dailyCap: null, agentId: null })).body).toMatchObject({
      friendlyName: null,
      dailyCap: null,
      agentId: null,
      knowledgeBase: null,
      mps: 2.5,
    });
  });

  test("switched off it takes texts and sends none, switched on it sends again", async () => {
    expect((await patch({ active: false })).body).toMatchObject({ active: false, status: "inactive" });
    expect(await sendFrom(channel)).toMatchObject({ status: 422, body: { code: "channel_inactive" } });
    expect((await town.text(DANA, "Closed?", line)).status).toBe(200);
    expect((await patch({ active: true })).body).toMatchObject({ active: true, status: "active" });
    expect((await sendFrom(channel)).body.status).toBe("queued");
  });

  test.each([
    { phoneNumber: "+14155550100" },
    { mps: 0 },
    { mps: -1 },
    { dailyCap: 0 },
    { dailyCap: 1.5 },
    { keywordReplies: "nobody" },
    { status: "active" },
    { friendlyName: "" },
    { webhook: {} },
  ])("%o is refused", async (body) => {
    expect((await patch(body)).status).toBe(422);
  });
});
