/** The demo: a first start makes a studio worth reading; and where none is made. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ConsentEvent, Review } from "../../contract/consent.ts";
import type { Conversation } from "../../contract/conversations.ts";
import type { Message } from "../../contract/messages.ts";
import { readConfig } from "../../server/platform/config.ts";
import type { Api } from "../support/api.ts";
import { contactOf, foundDemo, GRACE, items, MAYA, phone, STUDIO, sizes, walkIn } from "../support/demo.ts";
import { asOwner } from "../support/sql.ts";
import { foundTown, type Town } from "../support/town.ts";

describe("a first start with nothing configured", () => {
  let town: Town;
  let api: Api;
  beforeAll(async () => {
    town = await foundDemo();
    api = await walkIn(town);
  });
  afterAll(() => town.stop());

  test("makes a pottery studio with its people, numbers, knowledge and agent", async () => {
    expect((await api.get("/api/me")).body).toMatchObject({
      role: "owner",
      actor: { type: "member", name: "Ana Whitlock" },
      demo: true,
      workspaces: [{ name: "Kiln & Co." }],
    });
    expect((await api.get("/api/workspace")).body).toMatchObject({ timeZone: "America/New_York" });
    const members = await items<{ role: string }>(api, "/api/members");
    expect(members.map((each) => each.role)).toEqual(["owner", "admin", "agent"]);
    expect((await api.get("/api/agents")).body.items).toMatchObject([{ name: "Clay", active: true }]);
    expect((await api.get("/api/channels")).body.items).toMatchObject([
      {
        phoneNumber: STUDIO,
        status: "active",
        knowledgeBase: { name: "The studio" },
        webhook: { configuredBy: "parley" },
      },
      { agentId: null, knowledgeBase: null },
    ]);
    expect((await api.get("/api/provider-accounts")).body.items).toMatchObject([{ kind: "simulated" }]);
  });

  test("has three weeks of conversations behind it, in every state", async () => {
    const conversations = await items<Conversation>(api, "/api/conversations?limit=200");
    expect(conversations.length).toBeGreaterThanOrEqual(60);
    expect(new Set(conversations.map((each) => each.status))).toEqual(
      new Set(["OPEN", "ASSIGNED", "RESOLVED", "AI_ACTIVE"]),
    );
    expect(conversations.some((each) => each.unreadCount > 0)).toBe(true);
    expect(conversations.some((each) => each.starred)).toBe(true);
    expect(conversations.every((each) => each.status !== "RESOLVED" || each.unreadCount === 0)).toBe(true);
    const [span] = await asOwner(town, "select min(created_at) as oldest, max(created_at) as newest from messages");
    const { oldest, newest } = span as { oldest: Date; newest: Date };
    expect(town.clock.now().getTime() - oldest.getTime()).toBeGreaterThan(20 * 86_400_000);
    expect(newest.getTime()).toBeLessThanOrEqual(town.clock.now().getTime());

    const statuses = await asOwner(town, "select distinct status, reason->>'code' as code from messages order by 1, 2");
    expect(statuses).toEqual(
      expect.arrayContaining([
        { status: "delivered", code: null },
        { status: "failed", code: "invalid_recipient" },
        { status: "scheduled", code: null },
        { status: "suppressed", code: "opted_out" },
        { status: "undelivered", code: "not_registered_10dlc" },
        { status: "undelivered", code: "unreachable_handset" },
      ]),
    );
    // Nothing of the past is left to be done now.
    expect(statuses.map((each) => each.status)).not.toContain("queued");
    expect(statuses.map((each) => each.status)).not.toContain("sending");
    expect(await asOwner(town, "select * from turns")).toEqual([]);
  });

  test("its numbers of conversations and messages grow with the time at which they happened", async () => {
    for (const table of ["messages", "conversations", "events", "consent_events"]) {
      const [order, at] = table.endsWith("events") ? ["seq", "at"] : ["id", "created_at"];
      const rows = await asOwner(town, `select ${at} as at from ${table} order by ${order}`);
      const times = rows.map((row) => (row.at as Date).getTime());
      expect(times, table).toEqual([...times].sort((one, other) => one - other));
    }
  });

  test("Clay's past answers have their sources on record", async () => {
    const runs = await asOwner(town, "select outcome, jsonb_array_length(sources) as sources from agent_runs");
    expect(runs.filter((run) => run.outcome === "answered" && Number(run.sources) > 0).length).toBeGreaterThan(25);
    expect(runs.filter((run) => run.outcome === "handed_over").length).toBeGreaterThan(20);
  });

  test("its ledger of consent holds, with the words of whoever said stop", async () => {
    expect((await api.post("/api/consent/verify")).body).toMatchObject({ valid: true, firstBreak: null });
    const grace = await contactOf(api, GRACE);
    expect(grace).toMatchObject({ name: "Grace Kimball", smsOptedIn: false });
    const [last, first] = await items<ConsentEvent>(api, `/api/contacts/${grace?.id}/consent`);
    expect(last).toMatchObject({ action: "opt_out", source: "keyword", proof: "STOP" });
    expect(first).toMatchObject({ action: "opt_in", source: "form", disclosure: expect.stringContaining("STOP") });
  });

  test("has a text that may be an opt-out: it waits for the team, and what waits with it says so", async () => {
    const [review, ...others] = await items<Review>(api, "/api/reviews?status=open");
    expect(others).toEqual([]);
    expect(review).toMatchObject({
      rule: "displeased",
      message: { content: expect.stringMatching(/^why do you keep/) },
    });
    expect(Date.parse(review?.dueAt ?? "")).toBeGreaterThan(town.clock.now().getTime());
    const found = await items<Conversation>(api, "/api/conversations?inReview=true");
    expect(found).toMatchObject([{ id: review?.conversationId, contact: { name: "Vikram Sethi" }, status: "OPEN" }]);
    const messages = await items<Message>(api, `/api/conversations/${review?.conversationId}/scheduled`);
    expect(messages).toMatchObject([{ kind: "automated", sendAt: review?.dueAt, reason: { code: "in_review" } }]);
  });
});

describe("no demo", () => {
  let town: Town | null = null;
  afterEach(async () => {
    await town?.stop();
    town = null;
  });

  test("is made with PARLEY_DEMO=0", async () => {
    town = await foundDemo({ PARLEY_DEMO: "0" });
    expect(await sizes(town)).toMatchObject([{ accounts: 0, contacts: 0 }]);
    expect((await town.as(null).get("/api/demo")).body).toEqual({ demo: false, signInOffered: false });
    expect((await town.as(null).post("/api/demo/sign-in")).status).toBe(404);
  });

  test("is made beside a business that is there, and its phones are not found in it", async () => {
    town = await foundTown();
    await town.restart({ PARLEY_DEMO: "1" });
    expect(await sizes(town)).toMatchObject([{ accounts: 1, contacts: 0 }]);
    expect((await town.api.get("/api/me")).body.demo).toBe(false);
    expect((await town.api.get("/api/demo/phones")).status).toBe(404);
    expect((await town.api.get(`/api/demo/pictures/MM${"0".repeat(32)}/ME${"0".repeat(32)}`)).status).toBe(404);
    expect((await town.api.get(phone(MAYA))).status).toBe(404);
    expect((await town.api.post(`${phone(MAYA)}/texts`, { body: "Hi" })).status).toBe(404);
    expect((await town.api.post("/api/demo/faults", { kind: "none" })).status).toBe(404);
  });

  test("is half made: what breaks in the middle leaves nothing, and the next start makes it whole", async () => {
    town = await foundDemo({ PARLEY_DEMO: "0" });
    await asOwner(town, "alter table notes add constraint no_notes check (false)");
    await expect(town.restart({ PARLEY_DEMO: "1" })).rejects.toThrow("no_notes");
    expect(await sizes(town)).toMatchObject([{ accounts: 0, members: 0, contacts: 0, messages: 0, passages: 0 }]);
    await asOwner(town, "alter table notes drop constraint no_notes");
    await town.restart({ PARLEY_DEMO: "1" });
    expect(town.house.isDemo).toBe(true);
    expect(await sizes(town)).toMatchObject([{ accounts: 1, members: 3 }]);
  });

  test.each([
    [{}, true],
    [{ PARLEY_DEMO: "0" }, false],
    [{ HOST: "0.0.0.0" }, false],
    [{ HOST: "::1" }, true],
    [{ PARLEY_PUBLIC_URL: "https://desk.example", PARLEY_SECRET_KEY: Buffer.alloc(32).toString("base64") }, false],
    [{ DATABASE_URL: "postgres://somewhere/parley" }, false],
    [{ PARLEY_ADMIN_EMAIL: "ana@kiln.example", PARLEY_ADMIN_PASSWORD: "kiln-and-co-2026" }, false],
    [{ DATABASE_URL: "postgres://somewhere/parley", PARLEY_DEMO: "1" }, true],
  ])("by default where something is configured or others can reach it: %o makes one: %s", (env, made) => {
    expect(readConfig(env).demo).toBe(made);
  });

  test("without a password on a HOST that others can reach", () => {
    expect(() => readConfig({ HOST: "0.0.0.0", PARLEY_DEMO: "1" })).toThrow("PARLEY_ADMIN_EMAIL");
  });
});
