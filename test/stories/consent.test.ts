/** What people allowed, recorded by members and programs: and who may say yes for them. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Api } from "../support/api.ts";
import { type Colleague, hire, keyWith } from "../support/people.ts";
import { foundTown, type Town } from "../support/town.ts";

let town: Town;
let api: Api;
let admin: Colleague;
let agent: Colleague;
beforeAll(async () => {
  town = await foundTown();
  api = town.api;
  await town.connect();
  admin = await hire(town, "admin", "Ada");
  agent = await hire(town, "agent", "Greta");
});
afterAll(() => town.stop());

let people = 0;
let phone: string;
let id: string;
beforeEach(async () => {
  phone = `+1415555${String(2000 + ++people)}`;
  id = String((await api.post("/api/contacts", { phone })).body.id);
});

const contact = async () => (await api.get(`/api/contacts/${id}`)).body;
const record = (body: Record<string, unknown>, by: Api = api) =>
  by.post(`/api/contacts/${id}/consent`, { channel: "sms", ...body });
const history = async () => (await api.get(`/api/contacts/${id}/consent`)).body.items ?? [];
async function send(content = "Hello", by: Api = api) {
  const conversation = await by.post("/api/conversations", { phone, channel: "sms" });
  return by.post(`/api/conversations/${conversation.body.id}/messages`, { content });
}

describe("recording", () => {
  test.each(["api", "form", "import"])(
    "an opt-in by %s is kept with its proof and what the person read",
    async (source) => {
      const said = {
        action: "opt_in",
        source,
        proof: "Ticked the box on 1 June",
        disclosure: "Texts about your order. STOP ends them.",
      };
      const { status, body } = await record(said);
      expect(status).toBe(201);
      expect(body).toMatchObject({
        ...said,
        channel: "sms",
        contactId: id,
        scope: "workspace",
        sender: null,
        messageId: null,
        actor: { type: "api" },
      });
      expect(await history()).toEqual([body]);
      expect(await contact()).toMatchObject({ smsOptedIn: true, smsOptOutDate: null, optedIn: null });
    },
  );

  test("an opt-out stops what is sent from then on, on that channel alone", async () => {
    await record({ channel: "whatsapp", action: "opt_in", source: "form", proof: "On paper" });
    const { body } = await record({ action: "opt_out", source: "api" });
    expect(await contact()).toMatchObject({
      smsOptedIn: false,
      smsOptOutDate: body.at,
      optedIn: true,
      optInSource: "form",
      optInProof: "On paper",
      suppressions: [{ channel: "sms", address: phone, sender: "*", source: "api" }],
    });
    const sent = await send();
    expect(sent).toMatchObject({ status: 201, body: { status: "suppressed", reason: { code: "opted_out" } } });
    expect(town.received(phone)).toEqual([]);
  });

  test("a member records in their own name", async () => {
    const { body } = await record({ action: "opt_in", source: "member", proof: "On the phone" }, agent.api);
    expect(body).toMatchObject({ source: "member", actor: { type: "member", id: agent.memberId, name: "Greta" } });
  });

  test("a program can't say that a member did it, and nobody can say what is Parley's own to say", async () => {
    expect(await record({ action: "opt_in", source: "member" })).toMatchObject({
      status: 422,
      body: { code: "source_not_allowed" },
    });
    for (const source of ["keyword", "free_text", "inbound", "provider"])
      expect(await record({ action: "opt_in", source })).toMatchObject({
        status: 422,
        body: { errors: [{ path: "source" }] },
      });
    for (const action of ["suppressed", "review"]) expect((await record({ action, source: "api" })).status).toBe(422);
    expect(await history()).toEqual([]);
  });

  test("choices that come with a contact are acts of consent too", async () => {
    const { body } = await api.post("/api/contacts", {
      phone: `${phone.slice(0, -2)}99`,
      smsOptedIn: true,
      optedIn: false,
    });
    expect(body).toMatchObject({ smsOptedIn: true, optedIn: false });
    const { body: recorded } = await api.get(`/api/contacts/${body.id}/consent`);
    expect(recorded.items?.map((each) => [each.channel, each.action, each.source])).toEqual([
      ["whatsapp", "opt_out", "api"],
      ["sms", "opt_in", "api"],
    ]);
  });

  test("the history comes newest first, in pages", async () => {
    for (const action of ["opt_in", "opt_out"]) await record({ action, source: "api" });
    await record({ channel: "whatsapp", action: "opt_in", source: "api" });
    const pages: unknown[] = [];
    for (let cursor = ""; pages.length < 4; ) {
      const { body } = await api.get(`/api/contacts/${id}/consent?limit=2${cursor && `&cursor=${cursor}`}`);
      pages.push(...(body.items ?? []).map((each) => `${each.channel} ${each.action}`));
      if (body.nextCursor === null) break;
      cursor = String(body.nextCursor);
    }
    expect(pages).toEqual(["whatsapp opt_in", "sms opt_out", "sms opt_in"]);
  });
});

describe("an opt-out that stands", () => {
  const refused = { status: 409, body: { code: "opted_out" } };
  beforeEach(async () => {
    await api.patch(`/api/contacts/${id}`, { name: "Noor" });
    await town.text(phone, "STOP");
  });

  test("is not lifted by a change of the contact, and nothing else of that change is kept", async () => {
    expect(await api.patch(`/api/contacts/${id}`, { name: "Nina", tags: ["back"], smsOptedIn: true })).toMatchObject(
      refused,
    );
    expect(await contact()).toMatchObject({ name: "Noor", tags: [], smsOptedIn: false });
  });

  test("is not lifted by a program, however it calls it, nor by a member without the right", async () => {
    const everything = await keyWith(town, ["consent.record", "consent.restore"]);
    for (const source of ["api", "form", "import"])
      expect(await record({ action: "opt_in", source, proof: "Swears" }, everything.api)).toMatchObject(refused);
    expect(await record({ action: "opt_in", source: "member", proof: "Swears" }, agent.api)).toMatchObject(refused);
    expect((await history()).map((each) => each.action)).toEqual(["opt_out"]);
    expect((await send()).body.status).toBe("suppressed");
  });

  test("is lifted by a member who may restore, with proof and not without", async () => {
    expect(await record({ action: "opt_in", source: "member" }, admin.api)).toMatchObject(refused);
    expect(await record({ action: "opt_in", source: "form", proof: "Signed" }, admin.api)).toMatchObject(refused);
    const { status, body } = await record(
      { action: "opt_in", source: "member", proof: "Signed in the shop" },
      admin.api,
    );
    expect([status, body.proof]).toEqual([201, "Signed in the shop"]);
    expect(await contact()).toMatchObject({ smsOptedIn: true, suppressions: [] });
    expect((await send()).body.status).toBe("queued");
  });

  test("is no obstacle to a further opt-out, nor to the other channel", async () => {
    expect((await record({ action: "opt_out", source: "form" })).status).toBe(201);
    expect((await record({ channel: "whatsapp", action: "opt_in", source: "form" })).status).toBe(201);
    expect(await contact()).toMatchObject({ smsOptedIn: false, optedIn: true });
  });

  test("is lifted by their own START", async () => {
    await town.text(phone, "START");
    expect(await contact()).toMatchObject({ smsOptedIn: true, suppressions: [] });
  });

  test("outlives the person's erasure", async () => {
    expect((await api.delete(`/api/contacts/${id}`)).status).toBe(204);
    const again = await api.post("/api/contacts", { phone });
    expect(again.body).toMatchObject({
      smsOptedIn: false,
      suppressions: [{ channel: "sms", address: phone, source: "keyword" }],
    });
    expect(again.body.id).not.toBe(id);
    expect(await send()).toMatchObject({ status: 201, body: { status: "suppressed" } });
    expect(await api.post("/api/contacts", { phone: `${phone.slice(0, -2)}98`, smsOptedIn: true })).toMatchObject({
      status: 201,
    });
  });

  test("keeps a new contact of that number from being opted in by whoever adds it", async () => {
    await api.delete(`/api/contacts/${id}`);
    expect(await api.post("/api/contacts", { phone, smsOptedIn: true })).toMatchObject(refused);
    expect((await api.get(`/api/contacts?phone=${encodeURIComponent(phone)}`)).body.items).toEqual([]);
  });
});
