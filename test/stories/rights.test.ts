/** Who may do what: every route with every role, with keys of few rights, with a revoked key and with nothing at all. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Api } from "../support/api.ts";
import { readEvents } from "../support/event-reader.ts";
import { type Colleague, hire, keyWith, ownerSession, type Role } from "../support/people.ts";
import { nobodys, withIds } from "../support/route-ids.ts";
import { foundTown, OWNER, type Town } from "../support/town.ts";

/** The table of the product's rights, independent of the code that enforces it. */
const READ = ["inbox.read", "contacts.read", "analytics.read"];
const ANSWER = ["inbox.reply", "inbox.assign", "contacts.write", "consent.record"];
const MANAGE = [
  ...["contacts.import", "contacts.export", "contacts.erase", "templates.write", "agents.write", "broadcasts.send"],
  ...["consent.restore", "consent.export", "channels.connect", "channels.delete", "sms.manage", "providers.manage"],
  ...["members.manage", "apikeys.manage", "settings.write", "audit.read"],
];
const OWN = ["account.delete", "account.transfer", "keys.rotate"];
const MAY: Record<Role, readonly string[]> = {
  owner: [...READ, ...ANSWER, ...MANAGE, ...OWN],
  admin: [...READ, ...ANSWER, ...MANAGE],
  agent: [...READ, ...ANSWER],
  viewer: READ,
};

/** What each route asks for; null: whoever is known here. A new route has to be written down before it is served. */
const NEEDS: Record<string, string | null> = {
  "GET /api/me": null,
  "GET /api/workspace": "inbox.read",
  "PATCH /api/workspace": "settings.write",
  "GET /api/members": "inbox.read",
  "POST /api/members": "members.manage",
  "PATCH /api/members/:id": "members.manage",
  "DELETE /api/members/:id": "members.manage",
  "POST /api/members/:id/reset-link": "members.manage",
  "GET /api/invitations": "members.manage",
  "POST /api/invitations": "members.manage",
  "DELETE /api/invitations/:id": "members.manage",
  "GET /api/security": null,
  "GET /api/sessions": null,
  "DELETE /api/sessions/:id": null,
  "POST /api/sessions/end-others": null,
  "GET /api/api-keys": "apikeys.manage",
  "POST /api/api-keys": "apikeys.manage",
  "DELETE /api/api-keys/:id": "apikeys.manage",
  "GET /api/audit": "audit.read",
  "GET /api/audit/export": "audit.read",
  "GET /api/channels": "inbox.read",
  "GET /api/channels/:id": "inbox.read",
  "GET /api/channels/sms/numbers": "channels.connect",
  "POST /api/channels/sms/connect": "channels.connect",
  "GET /api/channels/sms/services": "channels.connect",
  "POST /api/channels/:id/setup-status": "sms.manage",
  "POST /api/channels/:id/check-health": "channels.connect",
  "GET /api/channels/:id/health-changes": "inbox.read",
  "POST /api/channels/sms/buy": "sms.manage",
  "GET /api/activations": "sms.manage",
  "GET /api/activations/:id": "sms.manage",
  "GET /api/activations/price": "sms.manage",
  "POST /api/activations": "providers.manage",
  "POST /api/activations/:id/deactivate": "providers.manage",
  "GET /api/sms-requests": "sms.manage",
  "GET /api/sms-requests/kinds": "sms.manage",
  "GET /api/sms-requests/:id": "sms.manage",
  "POST /api/sms-requests": "sms.manage",
  "PATCH /api/sms-requests/:id": "sms.manage",
  "DELETE /api/sms-requests/:id": "sms.manage",
  "POST /api/sms-requests/files": "sms.manage",
  "POST /api/sms-requests/:id/check": "sms.manage",
  "POST /api/sms-requests/:id/submit": "sms.manage",
  "POST /api/sms-requests/:id/withdraw": "sms.manage",
  "POST /api/sms-requests/:id/erase": "sms.manage",
  "GET /api/channels/:id/voice": "sms.manage",
  "PATCH /api/channels/:id/voice": "sms.manage",
  "POST /api/channels/:id/voice/point": "sms.manage",
  "DELETE /api/channels/:id/voice/point": "sms.manage",
  "GET /api/calls": "inbox.read",
  "GET /api/calls/:id/recording": "inbox.read",
  "PATCH /api/channels/:id": "channels.connect",
  "DELETE /api/channels/:id": "channels.delete",
  "GET /api/provider-accounts": "providers.manage",
  "POST /api/provider-accounts": "providers.manage",
  "DELETE /api/provider-accounts/:id": "providers.manage",
  "POST /api/consent/verify": "consent.export",
  "GET /api/consent/may-send": "contacts.read",
  "GET /api/consent/rules": "inbox.read",
  "PATCH /api/consent/rules": "settings.write",
  "GET /api/consent/export": "consent.export",
  "GET /api/consent/suppressions/export": "consent.export",
  "POST /api/consent/suppressions/import": "contacts.import",
  "GET /api/contacts/:id/evidence": "consent.export",
  "GET /api/contacts": "contacts.read",
  "POST /api/contacts": "contacts.write",
  "POST /api/whatsapp-api/contacts": "contacts.write",
  "GET /api/contacts/:id": "contacts.read",
  "PATCH /api/contacts/:id": "contacts.write",
  "DELETE /api/contacts/:id": "contacts.erase",
  "GET /api/contacts/:id/consent": "contacts.read",
  "POST /api/contacts/:id/consent": "consent.record",
  "GET /api/contacts/:id/timeline": "contacts.read",
  "GET /api/conversations": "inbox.read",
  "POST /api/conversations": "inbox.reply",
  "POST /api/conversations/bulk": "inbox.reply",
  "GET /api/conversations/counts": "inbox.read",
  "GET /api/conversations/tags": "inbox.read",
  "GET /api/conversations/:id": "inbox.read",
  "PATCH /api/conversations/:id": "inbox.reply",
  "GET /api/conversations/:id/changes": "inbox.read",
  "GET /api/conversations/:id/notes": "inbox.read",
  "POST /api/conversations/:id/notes": "inbox.reply",
  "GET /api/conversations/:id/messages": "inbox.read",
  "POST /api/conversations/:id/messages": "inbox.reply",
  "GET /api/conversations/:id/runs": "inbox.read",
  "GET /api/conversations/:id/scheduled": "inbox.read",
  "GET /api/reviews": "inbox.read",
  "POST /api/reviews/:id/decide": "consent.record",
  "POST /api/reviews/:id/ask": "inbox.reply",
  "GET /api/messages/:id": "inbox.read",
  "PATCH /api/messages/:id": "inbox.reply",
  "POST /api/messages/:id/cancel": "inbox.reply",
  "POST /api/messages/:id/resend": "inbox.reply",
  "POST /api/media": "inbox.reply",
  "GET /api/media/:id": "inbox.read",
  "GET /api/search": "inbox.read",
  "POST /api/tools/segments": "inbox.read",
  "GET /api/knowledge-bases": "inbox.read",
  "POST /api/knowledge-bases": "agents.write",
  "GET /api/knowledge-bases/:id": "inbox.read",
  "PATCH /api/knowledge-bases/:id": "agents.write",
  "DELETE /api/knowledge-bases/:id": "agents.write",
  "GET /api/knowledge-bases/:id/sources": "inbox.read",
  "POST /api/knowledge-bases/:id/sources": "agents.write",
  "PATCH /api/knowledge-bases/:id/sources/:sourceId": "agents.write",
  "DELETE /api/knowledge-bases/:id/sources/:sourceId": "agents.write",
  "GET /api/quick-replies": "inbox.reply",
  "POST /api/quick-replies": "templates.write",
  "PATCH /api/quick-replies/:id": "templates.write",
  "DELETE /api/quick-replies/:id": "templates.write",
  "GET /api/models": "agents.write",
  "POST /api/models": "agents.write",
  "DELETE /api/models/:id": "agents.write",
  "GET /api/agents": "inbox.read",
  "POST /api/agents": "agents.write",
  "GET /api/agents/:id": "inbox.read",
  "PATCH /api/agents/:id": "agents.write",
  "DELETE /api/agents/:id": "agents.write",
  "POST /api/agents/:id/publish": "agents.write",
  "GET /api/agents/:id/versions": "inbox.read",
  "GET /api/demo/phones": "inbox.read",
  "GET /api/demo/phones/:number": "inbox.read",
  "GET /api/demo/pictures/:messageSid/:mediaSid": "inbox.read",
  "POST /api/demo/phones/:number/texts": "inbox.reply",
  "POST /api/demo/faults": "inbox.reply",
};

let town: Town;
const people = new Map<Role, Colleague>();
beforeAll(async () => {
  town = await foundTown();
  people.set("owner", await ownerSession(town));
  for (const role of ["admin", "agent", "viewer"] as const) people.set(role, await hire(town, role));
});
afterAll(() => town.stop());

function personIn(role: Role): Colleague {
  const person = people.get(role);
  if (!person) throw new Error(`nobody is ${role} here`);
  return person;
}

/** Asks every route and answers, for each, the status. */
async function walk(api: Api): Promise<Map<string, number>> {
  const statuses = new Map<string, number>();
  for (const { method, path } of town.house.routes) {
    const answer = await api.request(
      method,
      withIds(path, nobodys),
      method === "GET" || method === "DELETE" ? undefined : {},
    );
    statuses.set(`${method} ${path}`, answer.status);
  }
  return statuses;
}

const opened = (statuses: Map<string, number>) =>
  [...statuses]
    .filter(([, status]) => status !== 401 && status !== 403)
    .map(([route]) => route)
    .sort();
const openedTo = (permissions: readonly string[]) =>
  town.house.routes
    .map(({ method, path }) => `${method} ${path}`)
    .filter((route) => NEEDS[route] === null || permissions.includes(NEEDS[route] ?? "nothing known"))
    .sort();

test("every route that is served is written down here with what it needs, and no other", () => {
  expect(town.house.routes.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(Object.keys(NEEDS).sort());
});

describe.each(Object.keys(MAY) as Role[])("the role %s", (role) => {
  test("opens the routes that the table of rights gives it, and no other", async () => {
    const statuses = await walk(personIn(role).api);
    expect(opened(statuses)).toEqual(openedTo(MAY[role]));
    expect([...statuses.values()]).not.toContain(401);
    expect([...statuses.values()].filter((status) => status >= 500)).toEqual([]);
  });

  test("is told what it may do", async () => {
    const person = personIn(role);
    const { body } = await person.api.get("/api/me");
    expect(body).toMatchObject({ role, actor: { type: "member", id: person.memberId } });
    expect([...(body.permissions as string[])].sort()).toEqual([...MAY[role]].sort());
  });
});

test("a key opens what its scopes name and nothing else", async () => {
  const scopes = ["contacts.read", "inbox.reply"];
  const { api } = await keyWith(town, scopes);
  const statuses = await walk(api);
  expect(opened(statuses)).toEqual(openedTo(scopes));
  expect([...statuses.values()]).not.toContain(401);
});

test("a refusal names the permission that is missing", async () => {
  const { api } = await keyWith(town, ["contacts.read"]);
  const { status, body } = await api.get("/api/conversations");
  expect(status).toBe(403);
  expect(body).toMatchObject({ code: "forbidden", permission: "inbox.read", status: 403 });
  expect(body.detail).toContain("inbox.read");
});

test("a revoked key opens nothing, at once", async () => {
  const { id, api } = await keyWith(town, MAY.owner);
  expect((await api.get("/api/me")).status).toBe(200);
  expect((await town.api.delete(`/api/api-keys/${id}`)).status).toBe(204);
  expect(new Set((await walk(api)).values())).toEqual(new Set([401]));
});

test.each([
  ["nothing", null],
  ["a key that nobody made", `Bearer parley_${"x".repeat(43)}`],
  ["an empty key", "Bearer "],
  ["a password instead of a key", `Basic ${Buffer.from(`${OWNER.email}:${OWNER.password}`).toString("base64")}`],
])("with %s every route answers 401", async (_what, authorization) => {
  expect(new Set((await walk(town.as(authorization))).values())).toEqual(new Set([401]));
});

test("a wrong key is refused even beside a good session", async () => {
  const answer = await personIn("owner").api.get("/api/me", { authorization: "Bearer nobody" });
  expect(answer.status).toBe(401);
});

test("the stream of events is for those who may read the inbox", async () => {
  const status = async (headers: Record<string, string>) => {
    const reader = await readEvents(town, headers);
    await reader.close();
    return reader.status;
  };
  for (const role of ["owner", "admin", "agent", "viewer"] as const)
    expect(await status({ cookie: personIn(role).cookie })).toBe(200);
  const { secret } = await keyWith(town, ["contacts.read"]);
  expect(await status({ authorization: `Bearer ${secret}` })).toBe(403);
  expect(await status({ authorization: "Bearer nobody" })).toBe(401);
  expect(await status({})).toBe(401);
});

test("assigning is a right of its own within a conversation", async () => {
  const { api } = await keyWith(town, ["inbox.reply"]);
  const patch = await api.patch(`/api/conversations/${nobodys("cnv")}`, { assigneeId: null });
  expect(patch).toMatchObject({ status: 403, body: { permission: "inbox.assign" } });
  const bulk = { ids: [nobodys("cnv")], action: "unassign" };
  expect(await api.post("/api/conversations/bulk", bulk)).toMatchObject({
    status: 403,
    body: { permission: "inbox.assign" },
  });
  expect((await api.post("/api/conversations/bulk", { ...bulk, action: "star" })).status).toBe(200);
});

test.each(["/healthz", "/readyz", "/metrics", "/api/openapi.json"])(
  "%s is open to the operator's tools",
  async (path) => {
    expect((await town.as(null).get(path)).status).toBe(200);
  },
);
