/** Who works here and what programs hold: given, changed, taken away, and never more than the giver has. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Api } from "../support/api.ts";
import { type Colleague, foundNeighbour, hire, inSession, keyWith, ownerSession, signIn } from "../support/people.ts";
import { nobodys } from "../support/route-ids.ts";
import { asOwner } from "../support/sql.ts";
import { foundTown, OWNER, type Town } from "../support/town.ts";

let town: Town;
let owner: Colleague;
let admin: Colleague;
beforeAll(async () => {
  town = await foundTown();
  owner = await ownerSession(town);
  admin = await hire(town, "admin", "Ada");
});
afterAll(() => town.stop());

let people = 0;
const newcomer = (role: string, more: object = {}) => {
  const n = ++people;
  return { name: `Person ${n}`, email: `Person${n}@Kiln.example`, role, password: "long enough to pass", ...more };
};
const add = (role: string, by: Api, more: object = {}) => by.post("/api/members", newcomer(role, more));
const member = async (id: unknown) =>
  (await town.api.get("/api/members?limit=200")).body.items?.find((each) => each.id === id);

describe("members", () => {
  test("an owner adds somebody, who can sign in at once, however they spell their address", async () => {
    const { status, body } = await add("agent", owner.api);
    expect([status, body]).toMatchObject([201, { name: "Person 1", email: "person1@kiln.example", role: "agent" }]);
    expect(JSON.stringify(body)).not.toContain("long enough");
    expect(await member(body.id)).toEqual(body);
    const { cookie, answer } = await signIn(town, "PERSON1@kiln.example", "long enough to pass");
    expect(answer.status).toBe(200);
    expect((await inSession(town, cookie).get("/api/me")).body).toMatchObject({
      role: "agent",
      actor: { type: "member", id: body.id, name: "Person 1" },
    });
  });

  test("somebody who is here already is named instead", async () => {
    const person = newcomer("viewer");
    const { body } = await owner.api.post("/api/members", person);
    const again = await owner.api.post("/api/members", { ...person, role: "admin", password: "another password" });
    expect(again).toMatchObject({ status: 409, body: { code: "member_exists", memberId: body.id } });
    expect(await member(body.id)).toMatchObject({ role: "viewer" });
    expect((await signIn(town, person.email, "another password")).answer.status).toBe(401);
  });

  test("a role that is changed counts from the next request", async () => {
    const agent = await hire(town, "agent", "Greta");
    expect((await agent.api.post("/api/contacts", { phone: "+14155550170" })).status).toBe(201);
    expect((await admin.api.patch(`/api/members/${agent.memberId}`, { role: "viewer" })).body).toMatchObject({
      role: "viewer",
    });
    expect((await agent.api.post("/api/contacts", { phone: "+14155550171" })).status).toBe(403);
  });

  test("whoever is removed is out from the next request, and may come back under the same name", async () => {
    const agent = await hire(town, "agent", "Hugo");
    expect((await admin.api.delete(`/api/members/${agent.memberId}`)).status).toBe(204);
    expect(await agent.api.get("/api/me")).toMatchObject({ status: 403, body: { code: "not_a_member" } });
    expect(await member(agent.memberId)).toBeUndefined();
    expect((await admin.api.delete(`/api/members/${agent.memberId}`)).status).toBe(404);
    const back = await owner.api.post("/api/members", {
      name: "Hugo",
      email: agent.email,
      role: "viewer",
      password: "not asked for again",
    });
    expect(back).toMatchObject({ status: 201, body: { id: agent.memberId, role: "viewer" } });
    expect((await agent.api.get("/api/me")).body).toMatchObject({ role: "viewer" });
  });

  test("only an owner makes, changes or removes an owner", async () => {
    const { body: second } = await add("owner", owner.api);
    const refused = { status: 403, body: { code: "forbidden", permission: "account.transfer" } };
    expect(await add("owner", admin.api)).toMatchObject(refused);
    expect(await admin.api.patch(`/api/members/${admin.memberId}`, { role: "owner" })).toMatchObject(refused);
    expect(await admin.api.patch(`/api/members/${second.id}`, { role: "viewer" })).toMatchObject(refused);
    expect(await admin.api.delete(`/api/members/${second.id}`)).toMatchObject(refused);
    expect((await owner.api.patch(`/api/members/${second.id}`, { role: "admin" })).status).toBe(200);
    expect((await admin.api.delete(`/api/members/${second.id}`)).status).toBe(204);
  });

  test("a workspace keeps at least one owner", async () => {
    const last = { status: 409, body: { code: "last_owner" } };
    expect(await owner.api.patch(`/api/members/${owner.memberId}`, { role: "admin" })).toMatchObject(last);
    expect(await owner.api.delete(`/api/members/${owner.memberId}`)).toMatchObject(last);
    expect((await owner.api.patch(`/api/members/${owner.memberId}`, { role: "owner" })).status).toBe(200);
  });

  test("two owners who remove each other at the same moment leave one", async () => {
    const second = await hire(town, "owner", "Olga");
    const answers = await Promise.all([
      owner.api.delete(`/api/members/${second.memberId}`),
      second.api.delete(`/api/members/${owner.memberId}`),
    ]);
    expect(answers.map((each) => each.status)).toContain(204);
    const owners = (await town.api.get("/api/members?limit=200")).body.items?.filter((each) => each.role === "owner");
    expect(owners).toHaveLength(1);
    if (owners?.[0]?.id !== owner.memberId)
      await town.api.post("/api/members", { ...OWNER, name: "Ana", role: "owner" });
  });

  test.each([
    ["no address", { email: "nobody" }, "email"],
    ["a short password", { password: "short" }, "password"],
    ["a role that is none", { role: "boss" }, "role"],
    ["no name", { name: " " }, "name"],
  ])("%s is refused", async (_what, more, path) => {
    expect(await add("viewer", owner.api, more)).toMatchObject({ status: 422, body: { errors: [{ path }] } });
  });

  test("somebody who works in two businesses names the one they mean", async () => {
    const person = newcomer("agent");
    const loom = await foundNeighbour(town);
    const ours = await owner.api.post("/api/members", person);
    const theirs = await loom.api.post("/api/members", { ...person, role: "viewer" });
    expect(theirs).toMatchObject({ status: 201, body: { role: "viewer" } });
    expect(theirs.body.id).not.toBe(ours.body.id);
    const { cookie } = await signIn(town, person.email, person.password);
    expect(await inSession(town, cookie).get("/api/me")).toMatchObject({
      status: 422,
      body: { code: "workspace_required" },
    });
    expect((await inSession(town, cookie, loom.workspaceId).get("/api/me")).body).toMatchObject({
      workspaceId: loom.workspaceId,
      role: "viewer",
    });
    const { body } = await inSession(town, cookie, String((await town.api.get("/api/me")).body.workspaceId)).get(
      "/api/me",
    );
    expect(body).toMatchObject({ role: "agent" });
    expect((body.workspaces as unknown[]).length).toBe(2);
    for (const wrong of [nobodys("wsp"), "anything"])
      expect(await inSession(town, cookie, wrong).get("/api/me")).toMatchObject({
        status: 403,
        body: { code: "not_a_member" },
      });
  });
});

describe("keys", () => {
  test("a key's secret is shown once and kept as a hash", async () => {
    const { status, body } = await admin.api.post("/api/api-keys", {
      name: "Shop",
      permissions: ["inbox.read", "inbox.read"],
    });
    const secret = String(body.secret);
    expect([status, body]).toMatchObject([
      201,
      { name: "Shop", permissions: ["inbox.read"], lastFour: secret.slice(-4), lastUsedAt: null },
    ]);
    expect(secret).toMatch(/^parley_[\w-]{43}$/);
    expect(JSON.stringify((await admin.api.get("/api/api-keys?limit=200")).body)).not.toContain(secret);
    const [row] = await asOwner(town, "select hash from api_keys where id = $1", [body.id]);
    expect(row?.hash).toBe(createHash("sha256").update(secret).digest("hex"));
  });

  test("what it was used for last is noted, to the minute", async () => {
    const { id, api } = await keyWith(town, ["inbox.read"]);
    const lastUsedAt = async () =>
      (await town.api.get("/api/api-keys?limit=200")).body.items?.find((each) => each.id === id)?.lastUsedAt;
    expect(await lastUsedAt()).toBeNull();
    await api.get("/api/channels");
    const first = await lastUsedAt();
    expect(first).toBe(town.clock.now().toISOString());
    town.clock.advance(61_000);
    await api.get("/api/channels");
    expect(await lastUsedAt()).toBe(town.clock.now().toISOString());
  });

  test("a key carries its workspace: no header moves it", async () => {
    const loom = await foundNeighbour(town);
    const { body } = await town.api.get("/api/me", { "parley-workspace": loom.workspaceId });
    expect(body.workspaceId).not.toBe(loom.workspaceId);
    expect(body).toMatchObject({ actor: { type: "api" }, role: null, workspaces: [] });
  });

  test("nobody gives a key what they may not do themselves", async () => {
    const refused = { status: 422, body: { code: "permission_not_held", errors: [{ path: "permissions" }] } };
    expect(
      await admin.api.post("/api/api-keys", { name: "Too much", permissions: ["inbox.read", "account.delete"] }),
    ).toMatchObject(refused);
    const maker = await keyWith(town, ["apikeys.manage"]);
    expect(await maker.api.post("/api/api-keys", { name: "Too much", permissions: ["contacts.read"] })).toMatchObject(
      refused,
    );
    expect((await maker.api.post("/api/api-keys", { name: "Enough", permissions: ["apikeys.manage"] })).status).toBe(
      201,
    );
  });

  test("nor makes a member who may do more than they", async () => {
    const maker = await keyWith(town, ["members.manage", "inbox.read"]);
    for (const role of ["owner", "admin", "agent", "viewer"]) expect((await add(role, maker.api)).status).toBe(403);
    const viewer = await hire(town, "viewer", "Vera");
    expect((await maker.api.patch(`/api/members/${viewer.memberId}`, { role: "admin" })).status).toBe(403);
    expect(await member(viewer.memberId)).toMatchObject({ role: "viewer" });
    expect((await maker.api.delete(`/api/members/${viewer.memberId}`)).status).toBe(204);
  });

  test("revoked once, a key is gone from the list", async () => {
    const { id } = await keyWith(town, ["inbox.read"]);
    expect((await town.api.delete(`/api/api-keys/${id}`)).status).toBe(204);
    expect((await town.api.delete(`/api/api-keys/${id}`)).status).toBe(404);
    expect((await town.api.get("/api/api-keys?limit=200")).body.items?.some((each) => each.id === id)).toBe(false);
  });

  test.each([
    [{ name: "", permissions: ["inbox.read"] }],
    [{ name: "None", permissions: [] }],
    [{ name: "Odd", permissions: ["inbox.burn"] }],
  ])("%o is refused", async (body) => {
    expect((await town.api.post("/api/api-keys", body)).status).toBe(422);
  });
});

test("the workspace's settings change in part, and the change is told", async () => {
  const before = (await town.api.get("/api/workspace")).body;
  const { status, body } = await admin.api.patch("/api/workspace", {
    name: "Kiln & Co.",
    notices: { stop: "Bye from {brand}." },
    keywords: { stop: ["HALT"] },
  });
  expect([status, body]).toMatchObject([
    200,
    {
      name: "Kiln & Co.",
      timeZone: before.timeZone,
      notices: { stop: "Bye from {brand}.", start: null },
      keywords: { stop: ["HALT"], start: [] },
    },
  ]);
  expect((await admin.api.patch("/api/workspace", { notices: { help: "Ask Ana." } })).body).toMatchObject({
    notices: { stop: "Bye from {brand}.", help: "Ask Ana." },
    keywords: { stop: ["HALT"] },
  });
  for (const wrong of [
    { timeZone: "Mars/Olympus" },
    { consentScope: "none" },
    { name: "" },
    { keywords: { stop: [""] } },
  ])
    expect((await admin.api.patch("/api/workspace", wrong)).status).toBe(422);
  const [event] = await asOwner(
    town,
    "select data, actor from events where type = 'workspace.changed' order by seq limit 1",
  );
  expect(event).toMatchObject({
    data: { fields: ["name", "notices", "keywords"] },
    actor: { type: "member", id: admin.memberId },
  });
});
