/** The demo's phones: its customers text from them and are answered, and after a second start they go on. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PERMISSIONS } from "../../contract/accounts.ts";
import type { Api } from "../support/api.ts";
import {
  contactOf,
  foundDemo,
  GRACE,
  items,
  MAYA,
  newestConversationWith,
  phone,
  STUDIO,
  sizes,
  text,
  textsOn,
  walkIn,
} from "../support/demo.ts";
import { foundNeighbour, inSession, signIn } from "../support/people.ts";
import { asOwner } from "../support/sql.ts";
import type { Town } from "../support/town.ts";

describe("the demo", () => {
  let town: Town;
  let api: Api;
  beforeAll(async () => {
    town = await foundDemo();
    api = await walkIn(town);
  });
  afterAll(() => town.stop());

  test("offers phones, whose texts go through the signed webhook and are answered with a source", async () => {
    const { body } = await api.get("/api/demo/phones");
    expect(body).toMatchObject({ fault: "none", businessNumbers: [{ number: STUDIO, name: "Studio line" }, {}] });
    expect(body.items?.map((each) => each.number)).toContain(MAYA);
    const before = await textsOn(api, MAYA);
    expect(before.length, "her phone remembers the past").toBeGreaterThan(5);

    const sent = await text(town, api, MAYA, "How much is a wheel class for 2?");
    expect(sent).toMatchObject({ status: 200, body: { webhookStatus: 200 } });
    const answer = await town.until("Maya is answered", async () => {
      const texts = await textsOn(api, MAYA);
      return texts.length >= before.length + 2 && texts.at(-1);
    });
    expect(answer).toMatchObject({ direction: "received", with: STUDIO, body: expect.stringContaining("$65") });
    const conversation = await newestConversationWith(api, MAYA);
    expect(conversation).toMatchObject({ status: "AI_ACTIVE" });
    expect((await api.get(`/api/conversations/${conversation?.id}/runs`)).body.items).toMatchObject([
      { outcome: "answered", sources: [{ title: "How much does a wheel class cost?" }] },
    ]);
  });

  test("a picture from a phone arrives, and is for a person to look at", async () => {
    const base64 = Buffer.from("a picture, more or less").toString("base64");
    await town.passing(api.post(`${phone(MAYA)}/texts`, { media: [{ contentType: "image/png", base64 }] }));
    const texts = await town.until("Maya hears of a person", async () => {
      const all = await textsOn(api, MAYA);
      return all.at(-1)?.body.startsWith("Let me get someone") && all;
    });
    const sent = texts.at(-2);
    expect(sent).toMatchObject({ direction: "sent", delivery: "delivered", media: [{ contentType: "image/png" }] });

    // It comes through our own origin, to the demo's own people.
    const path = sent?.media[0]?.url ?? "";
    const shown = await api.get(path);
    expect(shown.headers.get("content-type")).toBe("image/png");
    expect(shown.body.text).toBe("a picture, more or less");
    expect((await town.as(null).get(path)).status).toBe(401);
    expect((await api.get(path.replace(/.$/, "x"))).status).toBe(404);
  });

  test("a phone leads to the conversation with its owner, once there is one", async () => {
    const nobodyYet = "+18285550198";
    expect((await api.get(phone(nobodyYet))).body).toEqual({ number: nobodyYet, conversationId: null, items: [] });
    await text(town, api, nobodyYet, "Hello, who are you?");
    const { id } = (await newestConversationWith(api, nobodyYet)) ?? {};
    expect((await api.get(phone(nobodyYet))).body).toMatchObject({
      conversationId: id,
      items: [{ direction: "sent", body: "Hello, who are you?", delivery: "delivered" }],
    });
  });

  test("a text that could not be stored says so on the phone, and is not lost from it", async () => {
    await asOwner(town, "alter table messages add constraint refuse check (content <> 'Not this one') not valid");
    const sent = await text(town, api, "+18285550197", "Not this one");
    expect(sent.body.webhookStatus).toBeGreaterThanOrEqual(500);
    expect(await textsOn(api, "+18285550197")).toMatchObject([{ body: "Not this one", delivery: "failed" }]);
    await asOwner(town, "alter table messages drop constraint refuse");
  });

  test("another business in the same house finds neither the phones nor a word of them", async () => {
    await api.post("/api/api-keys", { name: "For a neighbour", permissions: [...PERMISSIONS] });
    const neighbour = await foundNeighbour(town);
    const picture = (await textsOn(api, MAYA)).flatMap((each) => each.media).at(-1)?.url ?? "";
    expect(picture).toContain("/api/demo/");
    expect((await neighbour.api.get("/api/me")).body.demo).toBe(false);
    for (const path of ["/api/demo/phones", phone(MAYA), picture])
      expect((await neighbour.api.get(path)).status, path).toBe(404);
    expect((await neighbour.api.post(`${phone(MAYA)}/texts`, { body: "Hi" })).status).toBe(404);
  });

  test("a STOP from a phone locks, and START opens again", async () => {
    await text(town, api, MAYA, "STOP");
    const conversation = await newestConversationWith(api, MAYA);
    const refused = await api.post(`/api/conversations/${conversation?.id}/messages`, { content: "One more thing" });
    expect(refused.body).toMatchObject({ status: "suppressed", reason: { code: "opted_out" } });
    expect((await textsOn(api, MAYA)).at(-1)).toMatchObject({ direction: "received", automatic: true });
    await text(town, api, MAYA, "START");
    expect((await contactOf(api, MAYA))?.smsOptedIn).toBe(true);
  });

  test.each([
    ["failure", "undelivered"],
    ["delay", "delivered"],
    ["lost_answer", "delivered"],
    ["none", "delivered"],
  ])("with the fault %s a message ends %s", async (kind, status) => {
    expect((await api.post("/api/demo/faults", { kind })).body).toEqual({ kind });
    expect((await api.get("/api/demo/phones")).body.fault).toBe(kind);
    const conversation = await newestConversationWith(api, "+18285550122");
    const sent = await api.post(`/api/conversations/${conversation?.id}/messages`, { content: `With ${kind}` });
    await town.until(`the message is ${status}`, async () => {
      const { body } = await api.get(`/api/messages/${sent.body.id}`);
      return body.status === status;
    });
  });

  test("a member who may only read can't text from a phone", async () => {
    const password = "only-looking-around";
    await api.post("/api/members", { name: "Vi", email: "vi@kiln.example", role: "viewer", password });
    const vi = inSession(town, (await signIn(town, "vi@kiln.example", password)).cookie);
    expect((await vi.get(phone(MAYA))).status).toBe(200);
    expect((await vi.post(`${phone(MAYA)}/texts`, { body: "Hi" })).status).toBe(403);
    expect((await vi.post("/api/demo/faults", { kind: "none" })).status).toBe(403);
  });
});

describe("a second start", () => {
  let town: Town;
  let api: Api;
  let before: unknown;
  beforeAll(async () => {
    town = await foundDemo();
    before = await sizes(town);
    await town.restart();
    api = await walkIn(town);
  });
  afterAll(() => town.stop());

  test("shows the same data", async () => {
    expect(await sizes(town)).toEqual(before);
    expect((await api.get("/api/me")).body).toMatchObject({ actor: { name: "Ana Whitlock" } });
  });

  test("offers the phones with what was on them, and they still work", async () => {
    expect((await textsOn(api, MAYA)).length).toBeGreaterThan(5);
    await text(town, api, MAYA, "can i pay cash");
    await town.until("Maya is answered", async () =>
      (await textsOn(api, MAYA)).at(-1)?.body.startsWith("Card, Apple Pay"),
    );
  });

  test("who had said stop is still blocked at the provider: a START is confirmed by it", async () => {
    await town.pass(5000); // time to look at the provider for what was missed
    expect((await textsOn(api, GRACE)).filter((each) => each.body === "STOP")).toHaveLength(1);
    await text(town, api, GRACE, "START");
    expect((await textsOn(api, GRACE)).slice(-2)).toMatchObject([
      { direction: "sent", body: "START" },
      { direction: "received", automatic: true, body: expect.stringContaining("re-subscribed") },
    ]);
    expect((await contactOf(api, GRACE))?.smsOptedIn).toBe(true);
  });

  test("a real account connected beside it is looked for at the real hosts, and its messages leave there", async () => {
    const connected = await town.passing(
      api.post("/api/channels/sms/connect", {
        accountSid: town.twilio.sid,
        authToken: town.twilio.authToken,
        phoneNumber: "+14155550142",
      }),
    );
    expect(connected.status).toBe(201);
    const kinds = await items<{ kind: string }>(api, "/api/provider-accounts");
    expect(kinds.map((each) => each.kind)).toEqual(["simulated", "byo"]);

    const opened = await api.post("/api/conversations", {
      phone: "+14155550101",
      channel: "sms",
      connectionId: connected.body.id,
    });
    await api.post(`/api/conversations/${opened.body.id}/messages`, { content: "From the real one" });
    await town.until("it left", () => town.received("+14155550101").length > 0);
    const simulated = await newestConversationWith(api, MAYA);
    await api.post(`/api/conversations/${simulated?.id}/messages`, { content: "From the simulated one" });
    await town.until("it left", async () => (await textsOn(api, MAYA)).at(-1)?.body === "From the simulated one");
    const bodies = town.simulator.requests().map((each) => each.body);
    expect(bodies).toContain("From the real one");
    expect(bodies).not.toContain("From the simulated one");
    expect(town.simulator.phone(MAYA).texts, "her phone is not the real provider's").toEqual([]);
    expect((await api.get("/api/demo/phones")).body.businessNumbers).toHaveLength(2);
    expect((await api.post(`${phone(MAYA)}/texts`, { to: "+14155550142", body: "Hi" })).body.code).toBe(
      "not_our_number",
    );
  });
});
