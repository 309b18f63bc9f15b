/** The inbox: found, filtered, searched, and put in order many at a time. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Api } from "../support/api.ts";
import { type Colleague, hire } from "../support/people.ts";
import { nobodys } from "../support/route-ids.ts";
import { foundTown, type Town } from "../support/town.ts";

let town: Town;
let api: Api;
let greta: Colleague;
let agentId: string;
const ids: Record<string, string> = {};
/** Later than the town's day. */
const SOON = "2026-06-02T08:00:00.000Z";
const NAMES = ["Ana", "Ben", "Cleo", "Dov", "Eva"];
const phoneOf = (name: string) => `+1415555300${NAMES.indexOf(name)}`;
const words: Record<string, string> = {
  Ana: "The glaze on my blue bowl is cracked.",
  Ben: "Do you sell blue plates, or only bowls?",
  Cleo: "¿Tienen platos azules? Gracias, señora Müller.",
  Dov: "bowl",
  Eva: "I'd like a refund for order #4711, please.",
};

beforeAll(async () => {
  town = await foundTown();
  api = town.api;
  await town.connect();
  greta = await hire(town, "agent", "Greta");
  agentId = String((await api.post("/api/agents", { name: "Helper" })).body.id);
  for (const name of NAMES) {
    await api.post("/api/contacts", { phone: phoneOf(name), name, email: `${name.toLowerCase()}@example.com` });
    await town.text(phoneOf(name), words[name] ?? "");
    const [conversation] = (await api.get(`/api/conversations?q=${name}`)).body.items ?? [];
    ids[name] = String(conversation?.id);
    // What is answered already, an agent that gets it has nothing to say to.
    if (name === "Cleo") await api.post(`/api/conversations/${ids.Cleo}/messages`, { content: "¡Sí!" });
    town.clock.advance(1000);
  }
  await api.patch(`/api/conversations/${ids.Ana}`, { assigneeId: greta.memberId, tags: ["glaze", "claim"] });
  await api.patch(`/api/conversations/${ids.Ben}`, { starred: true, tags: ["claim"] });
  await api.patch(`/api/conversations/${ids.Cleo}`, { agentId });
  await api.patch(`/api/conversations/${ids.Dov}`, { status: "RESOLVED" });
  await api.patch(`/api/conversations/${ids.Eva}`, { archived: true });
  await api.post("/api/conversations/bulk", { ids: [ids.Ben], action: "mark_read" });
});
afterAll(() => town.stop());

const nameOf = (id: unknown) => NAMES.find((name) => ids[name] === id);
const shown = async (query: string) =>
  (await api.get(`/api/conversations?${query}`)).body.items?.map((each) => nameOf(each.id));

describe("the list", () => {
  test.each([
    ["", ["Dov", "Cleo", "Ben", "Ana"]],
    ["archived=true", ["Eva"]],
    ["status=OPEN", ["Ben"]],
    ["status=ASSIGNED", ["Ana"]],
    ["status=RESOLVED", ["Dov"]],
    ["status=AI_ACTIVE", ["Cleo"]],
    ["channel=sms", ["Dov", "Cleo", "Ben", "Ana"]],
    ["channel=webchat", []],
    ["assigneeId=none", ["Dov", "Cleo", "Ben"]],
    ["unread=true", ["Dov", "Cleo", "Ana"]],
    ["unread=false", ["Ben"]],
    ["snoozed=true", []],
    ["snoozed=false&status=OPEN", ["Ben"]],
    ["starred=true", ["Ben"]],
    ["starred=false", ["Dov", "Cleo", "Ana"]],
    ["tag=claim", ["Ben", "Ana"]],
    ["tag=claim&starred=false", ["Ana"]],
    ["q=cleo", ["Cleo"]],
    ["q=5553001", ["Ben"]],
    ["q=%2B1%20415-555-3001", ["Ben"]],
    ["q=dov@example.com&status=OPEN", []],
  ])("by %s", async (query, names) => {
    expect(await shown(query)).toEqual(names);
  });

  test("by who has it, by its agent, by its person", async () => {
    expect(await shown(`assigneeId=${greta.memberId}`)).toEqual(["Ana"]);
    expect(await shown(`agentId=${agentId}`)).toEqual(["Cleo"]);
    const { body } = await api.get(`/api/conversations/${ids.Ben}`);
    expect(await shown(`contactId=${body.contactId}`)).toEqual(["Ben"]);
    expect(await shown(`contactId=${nobodys("con")}`)).toEqual([]);
  });

  test("all with one person, newest first, wherever they were put", async () => {
    const phone = "+14155553077";
    const open = () => api.post("/api/conversations", { phone, channel: "sms" });
    const earlier = await open();
    await api.patch(`/api/conversations/${earlier.body.id}`, { status: "RESOLVED" });
    await api.patch(`/api/conversations/${earlier.body.id}`, { archived: true });
    const later = await open();
    const listed = async (more = "") =>
      (await api.get(`/api/conversations?contactId=${earlier.body.contactId}${more}`)).body.items?.map(({ id }) => id);
    expect(await listed()).toEqual([later.body.id, earlier.body.id]);
    expect(await listed("&archived=false")).toEqual([later.body.id]);
    expect(await listed("&archived=true")).toEqual([earlier.body.id]);
    await api.patch(`/api/conversations/${later.body.id}`, { archived: true });
  });

  test.each([
    "status=DONE",
    "unread=yes",
    "starred=1",
    "snoozed=1",
    "assigneeId=me",
    "channel=fax",
    "tag=",
    "q=",
    "sort=asc",
  ])("a filter that is none is refused: %s", async (query) => {
    expect(await api.get(`/api/conversations?${query}`)).toMatchObject({
      status: 422,
      body: { code: "invalid_request" },
    });
  });

  test("what happened last stands first", async () => {
    await api.post(`/api/conversations/${ids.Ana}/messages`, { content: "We'll send you a new one." });
    expect(await shown("")).toEqual(["Ana", "Dov", "Cleo", "Ben"]);
    const [first] = (await api.get("/api/conversations")).body.items ?? [];
    expect(first).toMatchObject({
      contact: { name: "Ana", phone: phoneOf("Ana") },
      lastMessage: { direction: "outbound", content: "We'll send you a new one." },
    });
  });

  test("pages skip and repeat nobody, though many moved at the same moment", async () => {
    await Promise.all(
      Array.from({ length: 9 }, (_, n) => api.post("/api/conversations", { phone: `+1212555400${n}`, channel: "sms" })),
    );
    const seen: unknown[] = [];
    for (let cursor = ""; ; ) {
      const { body } = await api.get(`/api/conversations?limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...(body.items ?? []).map((each) => each.id));
      if (body.nextCursor === null) break;
      cursor = String(body.nextCursor);
    }
    expect(seen).toHaveLength(13);
    expect(new Set(seen).size).toBe(13);
    expect(seen).toEqual((await api.get("/api/conversations")).body.items?.map((each) => each.id));
  });
});

describe("searching", () => {
  const found = async (q: string) => {
    const { status, body } = await api.get(`/api/search?q=${encodeURIComponent(q)}`);
    expect(status).toBe(200);
    const { contacts, messages } = body as unknown as {
      contacts: Array<{ name: string }>;
      messages: Array<{ conversationId: string }>;
    };
    return { people: contacts.map((each) => each.name), talks: messages.map((each) => nameOf(each.conversationId)) };
  };

  test.each([
    ["blue", [], ["Ben", "Ana"]],
    ["BLUE bowl", [], ["Ana"]],
    ["bowl", [], ["Dov", "Ana"]],
    ['"blue plates"', [], ["Ben"]],
    ["blue -plates", [], ["Ana"]],
    ["plates or refund", [], ["Eva", "Ben"]],
    ["4711", [], ["Eva"]],
    ["müller", [], ["Cleo"]],
    ["eva", ["Eva"], []],
    ["BEN@EXAMPLE", ["Ben"], []],
    ["+14155553000", ["Ana"], []],
    ["(415) 555-3002", ["Cleo"], []],
    ["nothing of the kind", [], []],
    ["%", [], []],
    ["_", [], []],
    ["'); drop table contacts; --", [], []],
    ['"', [], []],
    ["& | ! ( ) :* <->", [], []],
  ])("for %s", async (q, people, talks) => {
    expect(await found(q)).toEqual({ people, talks });
  });

  test.each([
    ["blu", ["Ben", "Ana"]],
    ["blue bow", ["Ben", "Ana"]],
    ["refu", ["Eva"]],
    ["bo", []],
    ["bowl -plat", ["Dov", "Ana"]],
    ['"blue plat"', ["Ben"]],
    ['"', []],
    ["'); drop table contacts; --", []],
    ["& | ! ( ) :* <->", []],
  ])("while %s is still being typed", async (q, talks) => {
    const { status, body } = await api.get(`/api/search?beginning=true&q=${encodeURIComponent(q)}`);
    expect(status).toBe(200);
    const { messages } = body as unknown as { messages: Array<{ conversationId: string }> };
    expect(messages.map((each) => nameOf(each.conversationId))).toEqual(talks);
  });

  test("with the conversations in which it was said, and the newest of each person", async () => {
    const conversations = async (q: string) => {
      const { body } = await api.get(`/api/search?q=${q}`);
      return (body.conversations as Array<{ id: string }>).map((each) => nameOf(each.id)).sort();
    };
    expect(await conversations("blue")).toEqual(["Ana", "Ben"]);
    expect(await conversations("eva")).toEqual(["Eva"]);
  });

  test("as many as are asked for", async () => {
    const { body } = await api.get("/api/search?q=blue&limit=1");
    expect(body.messages).toHaveLength(1);
  });

  test.each(["", " ", "x".repeat(201)])("for %j is refused", async (q) => {
    expect((await api.get(`/api/search?q=${encodeURIComponent(q)}`)).status).toBe(422);
  });
});

describe("many at a time", () => {
  const bulk = (action: string, who: string[], more: object = {}, by: Api = api) =>
    by.post("/api/conversations/bulk", { ids: who.map((name) => ids[name] ?? name), action, ...more });
  const one = async (name: string) => (await api.get(`/api/conversations/${ids[name]}`)).body;

  test.each([
    ["mark_unread", { unreadCount: 1 }, "mark_read", { unreadCount: 0 }],
    ["star", { starred: true }, "unstar", { starred: false }],
    ["archive", { archived: true }, "unarchive", { archived: false }],
    ["snooze", { snoozedUntil: SOON }, "wake", { snoozedUntil: null }],
    [
      "tag",
      { tags: expect.arrayContaining(["claim", "kiln"]) },
      "untag",
      { tags: expect.not.arrayContaining(["kiln"]) },
    ],
  ])("%s and back", async (there, after, back, before) => {
    const more = { snooze: { snoozedUntil: SOON }, tag: { tag: "kiln" }, untag: { tag: "kiln" } } as Record<
      string,
      object
    >;
    await bulk(back, ["Ana", "Ben"], more[back]);
    const { body } = await bulk(there, ["Ana", "Ben"], more[there]);
    expect([...(body.changed as string[])].sort()).toEqual([ids.Ana, ids.Ben].sort());
    for (const name of ["Ana", "Ben"]) expect(await one(name)).toMatchObject(after);
    await bulk(back, ["Ana", "Ben"], more[back]);
    for (const name of ["Ana", "Ben"]) expect(await one(name)).toMatchObject(before);
  });

  test("every tag that is used is known, in order", async () => {
    await bulk("tag", ["Ben"], { tag: "azure" });
    expect((await api.get("/api/conversations/tags")).body.items).toEqual(["azure", "claim", "glaze"]);
  });

  test("each view counts what it shows, for whoever asks", async () => {
    const counts = async (by: Api) => (await by.get("/api/conversations/counts")).body;
    const lengthOf = async (query: string) =>
      (await api.get(`/api/conversations?limit=200&${query}`)).body.items?.length;
    await bulk("snooze", ["Cleo"], { snoozedUntil: SOON });
    expect(await counts(greta.api)).toEqual({
      unread: await lengthOf("unread=true&snoozed=false&status=OPEN"),
      open: await lengthOf("status=OPEN&snoozed=false"),
      mine: 1,
      withAgent: 0,
      snoozed: 1,
      review: 0,
    });
    expect(await counts(api)).toMatchObject({ mine: 0, snoozed: 1 });
    await bulk("wake", ["Cleo"]);
    expect(await counts(greta.api)).toMatchObject({ withAgent: 1, snoozed: 0 });
  });

  test("assigned, taken away, resolved", async () => {
    await bulk("assign", ["Ana", "Cleo"], { assigneeId: greta.memberId });
    for (const name of ["Ana", "Cleo"])
      expect(await one(name)).toMatchObject({ status: "ASSIGNED", assigneeId: greta.memberId });
    await bulk("unassign", ["Ana", "Cleo"]);
    for (const name of ["Ana", "Cleo"]) expect(await one(name)).toMatchObject({ status: "OPEN", assigneeId: null });
    await bulk("resolve", ["Ana", "Cleo"], {}, greta.api);
    for (const name of ["Ana", "Cleo"]) expect((await one(name)).status).toBe("RESOLVED");
    await bulk("reopen", ["Ana", "Cleo"], {}, greta.api);
    for (const name of ["Ana", "Cleo"]) expect((await one(name)).status).toBe("OPEN");
  });

  test("those that are not here are named, each once, and the others are changed", async () => {
    const { status, body } = await bulk("star", ["Ben", nobodys("cnv"), "Ben", nobodys("cnv")]);
    expect([status, body]).toEqual([200, { changed: [ids.Ben], notFound: [nobodys("cnv")] }]);
  });

  test("an act that can't be done on one is done on none", async () => {
    await bulk("unassign", ["Ben"]);
    expect(await bulk("assign", ["Ben", "Ana"], { assigneeId: nobodys("mem") })).toMatchObject({
      status: 422,
      body: { code: "member_not_found" },
    });
    expect((await one("Ben")).assigneeId).toBeNull();
  });

  test.each([
    ["without an assignee", { action: "assign" }],
    ["with an assignee that it has no use for", { action: "star", assigneeId: nobodys("mem") }],
    ["of sleeping without an end", { action: "snooze" }],
    ["of sleeping until yesterday", { action: "snooze", snoozedUntil: "2026-05-31T08:00:00.000Z" }],
    ["of tagging without a tag", { action: "tag" }],
    ["that is none", { action: "delete_all" }],
    ["on nobody", { action: "star", ids: [] }],
    ["on too many", { action: "star", ids: Array(201).fill(nobodys("cnv")) }],
  ])("an act %s is refused", async (_what, body) => {
    expect((await api.post("/api/conversations/bulk", { ids: [ids.Ben], ...body })).status).toBe(422);
  });

  test("two crowds of the same conversations don't lock each other out", async () => {
    const there = bulk("star", NAMES);
    const back = bulk("mark_unread", [...NAMES].reverse());
    expect((await Promise.all([there, back])).map((each) => each.status)).toEqual([200, 200]);
    for (const name of NAMES) expect(await one(name)).toMatchObject({ starred: true, unreadCount: 1 });
  });
});
