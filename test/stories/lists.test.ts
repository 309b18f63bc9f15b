/** Every list pages alike: nobody twice, nobody left out, whatever the size of the page. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Api } from "../support/api.ts";
import { ANSWERING, pointCalls, ring, setVoice } from "../support/calls.ts";
import { beginRequest, GERMAN } from "../support/papers.ts";
import { ownerSession, signIn } from "../support/people.ts";
import { withIds } from "../support/route-ids.ts";
import { DANA, foundTown, OWNER, type Town } from "../support/town.ts";

/** Looks at the provider, the demo's few phones and the tags in use come whole. */
const NO_LIST = /^\/api\/(channels\/sms\/(numbers|services)$|sms-requests\/kinds$|demo\/|conversations\/tags$)/;

let town: Town;
let api: Api;
/** Parents of the lists that have one. */
const parents: Record<string, string> = {};

async function made(path: string, body: unknown): Promise<string> {
  const answer = await town.passing(api.post(path, body));
  if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
  return String(answer.body.id);
}

beforeAll(async () => {
  town = await foundTown();
  api = (await ownerSession(town)).api; // some lists are a person's own
  const kbs = await made("/api/knowledge-bases", { name: "Hours" });
  const agentId = await made("/api/agents", { name: "Helper", knowledgeBaseIds: [kbs], confidenceBound: 0 });
  const channel = await town.connect("+14155550142", { agentId });
  for (const status of ["suspended", "active"] as const) {
    town.simulator.updateAccount(town.twilio.sid, { status });
    await town.passing(api.post(`/api/channels/${channel.id}/check-health`, {}));
  }
  await setVoice(town, channel, ANSWERING);
  await pointCalls(town);
  for (let calls = 0; calls < 3; calls++) await ring(town);
  for (const n of [3, 4, 5, 6]) {
    const account = town.simulator.createAccount();
    town.simulator.addNumber({ accountSid: account.sid, phoneNumber: `+1415555014${n}` });
    await made("/api/channels/sms/connect", {
      accountSid: account.sid,
      authToken: account.authToken,
      phoneNumber: `+1415555014${n}`,
    });
    await town.text(`+1415555017${n}`, "Why do you keep texting me?", `+1415555014${n}`);
    await made("/api/contacts", { phone: `+1415555015${n}`, name: `Person ${n}` });
    await made("/api/conversations", { phone: `+1415555015${n}`, channel: "sms" });
    await town.text(`+1415555016${n}`, "These are too many messages"); // may be an opt-out: somebody has to read it
    await made("/api/knowledge-bases", { name: `Base ${n}` });
    await made(`/api/knowledge-bases/${kbs}/sources`, { kind: "pair", question: `When, ${n}?`, answer: `At ${n}.` });
    await made("/api/models", {
      name: `Model ${n}`,
      provider: "openai-compatible",
      baseUrl: "http://127.0.0.1:9",
      model: "m",
    });
    await made("/api/agents", { name: `Agent ${n}` });
    await made("/api/members", {
      name: `Member ${n}`,
      email: `m${n}@kiln.example`,
      role: "viewer",
      password: "long enough to pass",
    });
    await made("/api/invitations", { name: `Invited ${n}`, email: `i${n}@kiln.example`, role: "viewer" });
    await made("/api/quick-replies", { shortcut: `hours${n}`, content: "Ten to six." });
    await signIn(town, OWNER.email, OWNER.password);
    await made("/api/api-keys", { name: `Key ${n}`, permissions: ["inbox.read"] });
  }
  const { items = [] } = (await api.get("/api/channels/sms/numbers?areaCode=628")).body;
  const [own] = (await api.get("/api/provider-accounts")).body.items ?? [];
  for (const { phoneNumber } of items.slice(0, 3))
    await made("/api/channels/sms/buy", { providerAccountId: own?.id, phoneNumber });
  for (const instructions of ["Be brief.", "Be kind.", "Be both."]) {
    await api.patch(`/api/agents/${agentId}`, { instructions });
    await api.post(`/api/agents/${agentId}/publish`, { environments: ["sandbox"] });
  }
  for (let requests = 0; requests < 3; requests++)
    await beginRequest(town, { ...GERMAN, providerAccountId: own?.id }, api);
  await town.text(DANA, "When, 3?");
  const [conversation] = (await api.get("/api/conversations?q=4155550101")).body.items ?? [];
  Object.assign(parents, { agt: agentId, chn: channel.id, cnv: conversation?.id, con: conversation?.contactId, kbs });
  const answered = async () => ((await api.get(`/api/conversations/${parents.cnv}/runs`)).body.items?.length ?? 0) > 0;
  await town.until("the agent took its turn", answered);
  for (const hours of [3, 2, 2]) {
    const sendAt = new Date(town.clock.now().getTime() + hours * 3_600_000).toISOString();
    await made(`/api/conversations/${parents.cnv}/messages`, { content: `In ${hours} hours`, sendAt });
  }
  for (const action of ["opt_in", "opt_out"]) {
    await made(`/api/contacts/${parents.con}/consent`, { channel: "whatsapp", action, source: "form" });
    await made(`/api/conversations/${parents.cnv}/notes`, { content: `Note ${action}` });
    for (const status of ["RESOLVED", "OPEN"]) await api.patch(`/api/conversations/${parents.cnv}`, { status });
  }
});
afterAll(() => town.stop());

interface Described {
  parameters: Array<{ name?: string }>;
  responses: Record<string, { content?: Record<string, { schema: { properties?: Record<string, unknown> } }> }>;
}

/** The addresses of all lists, from the API's own description. */
async function lists(): Promise<Array<{ path: string; parameters: Array<string | undefined> }>> {
  const { paths } = (await api.get("/api/openapi.json")).body as unknown as {
    paths: Record<string, { get?: Described }>;
  };
  return Object.entries(paths).flatMap(([path, { get }]) => {
    if (!get?.responses["200"]?.content?.["application/json"]?.schema.properties?.items || NO_LIST.test(path))
      return [];
    return [{ path, parameters: get.parameters.map((each) => each.name) }];
  });
}

test("every list takes a limit and a cursor", async () => {
  const all = await lists();
  expect(all.length).toBeGreaterThan(12);
  for (const { path, parameters } of all)
    expect([path, parameters]).toEqual([path, expect.arrayContaining(["limit", "cursor"])]);
});

test.each([1, 2, 3])("in pages of %s every list holds the same as in one", async (limit) => {
  for (const { path } of await lists()) {
    const address = withIds(path.replace(/\{(\w+)\}/g, ":$1"), (prefix) => parents[prefix]);
    const whole = await api.get(`${address}?limit=200`);
    expect([path, whole.status, whole.body.nextCursor]).toEqual([path, 200, null]);
    const all = whole.body.items ?? [];
    expect([path, all.length > 1 || path.endsWith("/runs")]).toEqual([path, true]);
    const paged: unknown[] = [];
    for (let cursor = "", pages = 0; pages <= all.length; pages++) {
      const { body } = await api.get(`${address}?limit=${limit}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      expect(body.items?.length).toBeLessThanOrEqual(limit);
      paged.push(...(body.items ?? []));
      if (body.nextCursor === null) break;
      cursor = String(body.nextCursor);
    }
    expect(paged).toEqual(all);
  }
});
