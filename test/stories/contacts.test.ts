/** People: kept, found, changed, and forgotten on request. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Api } from "../support/api.ts";
import { type Colleague, hire } from "../support/people.ts";
import { asOwner } from "../support/sql.ts";
import { untilStatus } from "../support/story.ts";
import { DANA, foundTown, MARCO, type Town } from "../support/town.ts";

const NOOR = "+14155550103";

let town: Town;
let api: Api;
let agent: Colleague;
beforeAll(async () => {
  town = await foundTown();
  api = town.api;
  await town.connect();
  agent = await hire(town, "agent", "Greta");
});
afterAll(() => town.stop());

const found = async (query: string) =>
  (await api.get(`/api/contacts?${query}`)).body.items?.map((each) => each.name ?? each.phone);

test("a contact is kept as it was given, with what nobody said left open", async () => {
  const { status, body } = await api.post("/api/contacts", {
    phone: "+1 (415) 555-0101",
    name: "Dana Whitfield",
    email: "dana@example.com",
    tags: ["wholesale", "glaze", "glaze"],
    attributes: { pots: 3, likes: ["blue", null], ship: { to: "Oakland" } },
    language: "en-US",
  });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    phone: DANA,
    name: "Dana Whitfield",
    email: "dana@example.com",
    tags: ["glaze", "wholesale"],
    language: "en-US",
    attributes: { pots: 3, likes: ["blue", null], ship: { to: "Oakland" } },
    addresses: [{ channel: "sms", address: DANA }],
    smsOptedIn: null,
    smsOptOutDate: null,
    optedIn: null,
    optInSource: null,
    optInProof: null,
    suppressions: [],
  });
  expect((await api.get(`/api/contacts/${body.id}`)).body).toEqual(body);
});

test("a number belongs to one contact, who is named to whoever tries again", async () => {
  const [dana] = (await api.get(`/api/contacts?phone=${encodeURIComponent(DANA)}`)).body.items ?? [];
  for (const path of ["/api/contacts", "/api/whatsapp-api/contacts"]) {
    const again = await api.post(path, { phone: DANA, name: "Somebody else" });
    expect(again).toMatchObject({ status: 409, body: { code: "contact_exists", contactId: dana?.id } });
  }
  expect((await api.get(`/api/contacts/${dana?.id}`)).body.name).toBe("Dana Whitfield");
});

test("two who add the same number at once make one contact", async () => {
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, n) => api.post("/api/contacts", { phone: MARCO, name: `Marco ${n}` })),
  );
  expect(answers.map((each) => each.status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
  const made = answers.find((each) => each.status === 201);
  for (const each of answers) if (each.status === 409) expect(each.body.contactId).toBe(made?.body.id);
  expect((await api.patch(`/api/contacts/${made?.body.id}`, { name: "Marco Bellini" })).status).toBe(200);
});

test("the older path takes the same body", async () => {
  const { status, body } = await api.post("/api/whatsapp-api/contacts", {
    phone: NOOR,
    name: "Noor 100%_\\",
    tags: ["glaze"],
    optedIn: true,
  });
  expect(status).toBe(201);
  expect(body).toMatchObject({ phone: NOOR, optedIn: true, optInSource: "api", smsOptedIn: null });
});

describe("finding", () => {
  test.each([
    ["phone=%2B14155550101", ["Dana Whitfield"]],
    ["phone=+14155550101", ["Dana Whitfield"]],
    ["phone=%2B1%20415-555-0101", ["Dana Whitfield"]],
    ["phone=%2B14155550109", []],
    ["q=whit", ["Dana Whitfield"]],
    ["q=DANA@EXAMPLE", ["Dana Whitfield"]],
    ["q=5550102", ["Marco Bellini"]],
    ["q=(415)%20555-0102", ["Marco Bellini"]],
    ["q=%25", ["Noor 100%_\\"]],
    ["q=_", ["Noor 100%_\\"]],
    ["q=%5C", ["Noor 100%_\\"]],
    ["tag=glaze", ["Noor 100%_\\", "Dana Whitfield"]],
    ["tag=Glaze", []],
    ["tag=glaze&q=noor", ["Noor 100%_\\"]],
    ["tag=wholesale&phone=%2B14155550102", []],
  ])("by %s", async (query, names) => {
    expect(await found(query)).toEqual(names);
  });

  test("a number that is none is refused", async () => {
    expect(await api.get("/api/contacts?phone=12")).toMatchObject({
      status: 422,
      body: { errors: [{ path: "phone" }] },
    });
  });

  test("pages hold everybody once, newest first, while others are added", async () => {
    for (let n = 0; n < 7; n++) await api.post("/api/contacts", { phone: `+1212555010${n}`, tags: ["paged"] });
    const names: unknown[] = [];
    let cursor = "";
    do {
      const { body } = await api.get(`/api/contacts?tag=paged&limit=3${cursor && `&cursor=${cursor}`}`);
      names.push(...(body.items ?? []).map((each) => each.phone));
      expect(body.items?.length).toBeLessThanOrEqual(3);
      cursor = String(body.nextCursor ?? "");
      await api.post("/api/contacts", { phone: `+1212555020${names.length}`, tags: ["paged"] });
    } while (cursor);
    expect(names).toEqual([6, 5, 4, 3, 2, 1, 0].map((n) => `+1212555010${n}`));
  });

  test("the last page that is just full says that it is the last", async () => {
    const { body } = await api.get("/api/contacts?tag=glaze&limit=2");
    expect([body.items?.length, body.nextCursor]).toEqual([2, null]);
  });
});

describe("changing", () => {
  test("what is named changes, what is not stays, and null takes away", async () => {
    const { body: made } = await api.post("/api/contacts", {
      phone: "+14155550110",
      name: "Ivo",
      email: "ivo@example.com",
      tags: ["a"],
      attributes: { a: 1, b: 2 },
    });
    const renamed = await api.patch(`/api/contacts/${made.id}`, { name: "Ivo R." });
    expect(renamed.body).toMatchObject({
      name: "Ivo R.",
      email: "ivo@example.com",
      tags: ["a"],
      attributes: { a: 1, b: 2 },
    });
    const bare = await api.patch(`/api/contacts/${made.id}`, {
      name: null,
      email: null,
      tags: [],
      attributes: { c: 3 },
    });
    expect(bare.body).toMatchObject({ name: null, email: null, tags: [], attributes: { c: 3 }, phone: "+14155550110" });
  });

  test("a number is not changed in place: it is how consent is known", async () => {
    const [dana] = (await api.get("/api/contacts?phone=%2B14155550101")).body.items ?? [];
    const answer = await api.patch(`/api/contacts/${dana?.id}`, { phone: "+14155550199" });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: "phone", code: "unknown_field" }] } });
  });
});

describe("the timeline", () => {
  let id: string;
  beforeAll(async () => {
    await town.text("+14155550120", "Hi, it's Tomo.");
    const [conversation] = (await api.get(`/api/conversations?q=4155550120`)).body.items ?? [];
    id = String(conversation?.contactId);
    town.clock.advance(1000);
    const sent = await agent.api.post(`/api/conversations/${conversation?.id}/messages`, { content: "Hi Tomo!" });
    await untilStatus(town, { id: String(sent.body.id) }, "delivered"); // the STOP must not meet it on its way
    await api.post(`/api/contacts/${id}/consent`, { channel: "whatsapp", action: "opt_in", source: "form" });
    town.clock.advance(1000);
    await api.patch(`/api/conversations/${conversation?.id}`, { status: "RESOLVED" });
    town.clock.advance(1000);
    await town.text("+14155550120", "STOP");
  });
  const story = [
    "sms opt_out (keyword)",
    "STOP",
    "Conversation opened",
    "Conversation resolved",
    "whatsapp opt_in (form)",
    "Hi Tomo!",
    "Hi, it's Tomo.",
    "Conversation opened",
  ];

  test("tells what happened with a person, newest first", async () => {
    const { body } = await api.get(`/api/contacts/${id}/timeline`);
    expect(body.items?.map((each) => each.text)).toEqual(story);
    expect(body.items?.[1]).toMatchObject({ type: "message", direction: "inbound", status: "received" });
    expect(body.nextCursor).toBeNull();
  });

  test.each([1, 2, 3, 7])(
    "in pages of %s nothing is skipped, though much happens at the same moment",
    async (limit) => {
      const texts: unknown[] = [];
      let cursor = "";
      do {
        const { body } = await api.get(`/api/contacts/${id}/timeline?limit=${limit}${cursor && `&cursor=${cursor}`}`);
        texts.push(...(body.items ?? []).map((each) => each.text));
        cursor = String(body.nextCursor ?? "");
      } while (cursor);
      expect(texts).toEqual(story);
    },
  );
});

test("a person who is erased leaves nothing of theirs behind", async () => {
  const phone = "+14155550130";
  await town.text(phone, "My name is Wilhelmina.");
  const [conversation] = (await api.get("/api/conversations?q=4155550130")).body.items ?? [];
  const id = conversation?.contactId;
  await api.patch(`/api/contacts/${id}`, {
    name: "Wilhelmina",
    email: "mina@example.com",
    tags: ["mina-tag"],
    attributes: { pet: "Mina's cat" },
  });
  await api.post(`/api/conversations/${conversation?.id}/notes`, { content: "Wilhelmina is kind." });
  await api.post(`/api/contacts/${id}/consent`, {
    channel: "sms",
    action: "opt_in",
    source: "form",
    proof: "Wilhelmina ticked it",
    disclosure: "Mina's form",
  });
  await api.post(`/api/conversations/${conversation?.id}/messages`, { content: "Dear Wilhelmina" });
  expect(await agent.api.delete(`/api/contacts/${id}`)).toMatchObject({ status: 403 });
  expect((await api.delete(`/api/contacts/${id}`)).status).toBe(204);

  for (const path of [
    `/api/contacts/${id}`,
    `/api/contacts/${id}/timeline`,
    `/api/contacts/${id}/consent`,
    `/api/conversations/${conversation?.id}`,
  ])
    expect([path, (await api.get(path)).status]).toEqual([path, 404]);
  expect((await api.get("/api/search?q=wilhelmina")).body).toEqual({ contacts: [], conversations: [], messages: [] });
  expect((await api.delete(`/api/contacts/${id}`)).status).toBe(404);

  const tables = await asOwner(
    town,
    "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
  );
  for (const { relname } of tables) {
    const rows = JSON.stringify(await asOwner(town, `select * from ${relname}`));
    for (const word of ["ilhelmina", "mina@", "mina-tag", "Mina's", phone])
      expect([relname, word, rows.includes(word)]).toEqual([relname, word, false]);
  }
});
