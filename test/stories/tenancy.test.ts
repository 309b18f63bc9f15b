/** Two businesses under one roof: nothing of the one is seen, changed or used by the other. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EMPTY_PAPERS } from "../../contract/papers.ts";
import type { Api } from "../support/api.ts";
import { pointCalls, ring } from "../support/calls.ts";
import { jpeg, upload } from "../support/files.ts";
import { GERMAN } from "../support/papers.ts";
import { foundNeighbour, type Neighbour } from "../support/people.ts";
import { withIds } from "../support/route-ids.ts";
import { DANA, foundTown, type Town } from "../support/town.ts";

const LOOM = "+12125550188";
const LOOMS_CUSTOMER = "+12125550123";

let town: Town;
let loom: Neighbour;
let looms: { sid: string; authToken: string };
/** Everything that Loom & Sons have, by the prefix of its id. */
let theirs: Record<string, string>;

async function made(api: Api, path: string, body: unknown): Promise<string> {
  const answer = await town.passing(api.post(path, body));
  if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
  return String(answer.body.id);
}

beforeAll(async () => {
  town = await foundTown();
  loom = await foundNeighbour(town);
  looms = town.simulator.createAccount({ friendlyName: "Loom & Sons" });
  town.simulator.addNumber({ accountSid: looms.sid, phoneNumber: LOOM });
  await town.connect();
  await town.text(DANA, "Is the kiln on today?");

  const { api } = loom;
  const chn = await made(api, "/api/channels/sms/connect", {
    accountSid: looms.sid,
    authToken: looms.authToken,
    phoneNumber: LOOM,
  });
  await town.text(LOOMS_CUSTOMER, "Do you mend heirloom carpets?", LOOM);
  await pointCalls(town, LOOM, looms);
  await api.patch(`/api/channels/${chn}/voice`, { answering: true });
  await ring(town, { from: LOOMS_CUSTOMER, to: LOOM, outcome: "no-answer", voicemailSeconds: 2 });
  const con = await made(api, "/api/contacts", { phone: "+12125550124", name: "Heirloom Harriet", tags: ["carpets"] });
  const [conversation] = (await api.get("/api/conversations")).body.items ?? [];
  const cnv = String(conversation?.id);
  await town.text("+12125550125", "Why do you keep texting me about heirlooms?", LOOM);
  const kbs = await made(api, "/api/knowledge-bases", { name: "Heirlooms" });
  const prv = String((await api.get("/api/provider-accounts")).body.items?.[0]?.id);
  const [forSale] = (await api.get("/api/channels/sms/numbers?areaCode=212")).body.items ?? [];
  theirs = {
    chn,
    con,
    cnv,
    kbs,
    prv,
    act: await made(api, "/api/channels/sms/buy", { providerAccountId: prv, phoneNumber: forSale?.phoneNumber }),
    smr: await made(api, "/api/sms-requests", GERMAN),
    msg: await made(api, `/api/conversations/${cnv}/messages`, { content: "We mend any heirloom." }),
    cal: String((await api.get("/api/calls")).body.items?.[0]?.id),
    med: (await upload(town, jpeg(), { authorization: `Bearer ${loom.apiKey}` })).body.id,
    nte: await made(api, `/api/conversations/${cnv}/notes`, { content: "An heirloom from Tabriz." }),
    src: await made(api, `/api/knowledge-bases/${kbs}/sources`, {
      kind: "pair",
      question: "Heirlooms?",
      answer: "Yes.",
    }),
    mdl: await made(api, "/api/models", {
      name: "Heirloom model",
      provider: "openai-compatible",
      baseUrl: "http://127.0.0.1:9",
      model: "m",
    }),
    rvw: String((await api.get("/api/reviews")).body.items?.[0]?.id),
    qrp: await made(api, "/api/quick-replies", { shortcut: "heirloom", content: "We mend heirlooms." }),
    agt: await made(api, "/api/agents", { name: "Heirloom helper", knowledgeBaseIds: [kbs] }),
    mem: await made(api, "/api/members", {
      name: "Heirloom Ida",
      email: "ida@loom.example",
      role: "owner",
      password: "carpets-for-ever",
    }),
    lnk: await made(api, "/api/invitations", { name: "Heirloom Iris", email: "iris@loom.example", role: "viewer" }),
    ses: `ses_${"1".repeat(28)}`,
    key: await made(api, "/api/api-keys", { name: "Heirloom key", permissions: ["inbox.read"] }),
  };
});
afterAll(() => town.stop());

/** Bodies that would do, so that nothing but the foreign id stands in the way. */
const BODIES: Record<string, unknown> = {
  "PATCH /api/members/:id": { role: "viewer" },
  "PATCH /api/channels/:id/voice": { greeting: "Mine now" },
  "PATCH /api/channels/:id": { friendlyName: "Mine now" },
  "POST /api/channels/:id/setup-status": { mutation: "set-sms-compliance", smsCompliance: {} },
  "POST /api/activations/:id/deactivate": { confirm: "1" },
  "PATCH /api/sms-requests/:id": { papers: EMPTY_PAPERS },
  "PATCH /api/contacts/:id": { name: "Mine now" },
  "POST /api/contacts/:id/consent": { channel: "sms", action: "opt_out", source: "api" },
  "PATCH /api/conversations/:id": { starred: true },
  "POST /api/conversations/:id/notes": { content: "Mine now" },
  "POST /api/conversations/:id/messages": { content: "Mine now" },
  "PATCH /api/messages/:id": { sendAt: null },
  "POST /api/reviews/:id/decide": { verdict: "keep" },
  "PATCH /api/quick-replies/:id": { content: "Mine now" },
  "PATCH /api/knowledge-bases/:id": { name: "Mine now" },
  "PATCH /api/knowledge-bases/:id/sources/:sourceId": { answer: "Mine now" },
  "POST /api/knowledge-bases/:id/sources": { kind: "pair", question: "Whose?", answer: "Mine now" },
  "PATCH /api/agents/:id": { name: "Mine now" },
  "POST /api/agents/:id/publish": { environments: ["live"] },
};

const theirAddress = (path: string) => withIds(path, (prefix) => theirs[prefix]);
/** A phone of the demo is nobody's: there is no demo here at all (see demo-phones.test.ts). */
const byId = () => town.house.routes.filter(({ path }) => path.includes(":") && !path.startsWith("/api/demo/"));
const lists = () => town.house.routes.filter(({ method, path }) => method === "GET" && !path.includes(":"));

test("every route with an id answers 404 for what belongs to the business next door", async () => {
  for (const { method, path } of byId()) {
    const route = `${method} ${path}`;
    const answer = await town.passing(town.api.request(method, theirAddress(path), BODIES[route]));
    expect([route, answer.status, answer.body.code]).toEqual([route, 404, "not_found"]);
  }
});

test("what was asked for is there for those whose it is, unchanged", async () => {
  for (const { method, path } of byId()) {
    if (method !== "GET") continue;
    const { status, body } = await loom.api.get(theirAddress(path));
    expect([path, status]).toEqual([path, 200]);
    expect(JSON.stringify(body)).not.toContain("Mine now");
  }
  expect((await loom.api.get(`/api/contacts/${theirs.con}/consent`)).body.items).toEqual([]);
});

const QUERIES = [
  "",
  "q=heirloom",
  "q=harriet",
  `q=${LOOMS_CUSTOMER.slice(1)}`,
  `phone=${encodeURIComponent(LOOMS_CUSTOMER)}`,
  "tag=carpets",
];

test("no list shows anything of theirs", async () => {
  const words = [
    ...Object.values(theirs),
    "eirloom",
    LOOM,
    LOOMS_CUSTOMER,
    "+12125550124",
    looms.sid,
    loom.workspaceId,
  ];
  const shown = (body: unknown) => words.filter((word) => JSON.stringify(body).includes(word));
  let seenByThem = 0;
  for (const { path } of lists()) {
    if (path === "/api/channels/sms/numbers") continue; // what the provider sells is everybody's
    for (const query of QUERIES) {
      expect([path, query, shown((await town.api.get(`${path}?${query}`)).body)]).toEqual([path, query, []]);
      seenByThem += shown((await loom.api.get(`${path}?${query}`)).body).length;
    }
  }
  expect(seenByThem).toBeGreaterThan(40);
});

test("numbers are listed from one's own provider account, never from theirs", async () => {
  const owned = await town.passing(town.api.get("/api/channels/sms/numbers?mode=owned"));
  expect(owned.body.items?.map((each) => each.phoneNumber)).toEqual(["+14155550142"]);
  for (const mode of ["owned", "available"]) {
    const foreign = await town.passing(
      town.api.get(`/api/channels/sms/numbers?mode=${mode}&providerAccountId=${theirs.prv}`),
    );
    expect(foreign).toMatchObject({ status: 404, body: { code: "not_found" } });
  }
});

describe("an id of theirs in a request of ours", () => {
  const asked: Array<
    [what: string, ask: () => [method: string, path: string, body: unknown], status: number, code: string]
  > = [
    [
      "connecting through their provider account",
      () => ["POST", "/api/channels/sms/connect", { providerAccountId: theirs.prv, phoneNumber: "+14155550150" }],
      404,
      "not_found",
    ],
    [
      "writing to their contact",
      () => ["POST", "/api/conversations", { contactId: theirs.con, channel: "sms" }],
      404,
      "not_found",
    ],
    [
      "writing from their number",
      () => ["POST", "/api/conversations", { phone: DANA, channel: "sms", connectionId: theirs.chn }],
      404,
      "not_found",
    ],
    [
      "asking about their number",
      () => ["GET", `/api/consent/may-send?to=${encodeURIComponent(DANA)}&from=${encodeURIComponent(LOOM)}`, undefined],
      422,
      "not_our_number",
    ],
    [
      "an agent with their knowledge",
      () => ["POST", "/api/agents", { name: "Spy", knowledgeBaseIds: [theirs.kbs] }],
      422,
      "knowledge_base_not_found",
    ],
    [
      "an agent with their model",
      () => ["POST", "/api/agents", { name: "Spy", modelId: theirs.mdl }],
      422,
      "model_not_found",
    ],
    [
      "a workspace of theirs",
      () => [
        "POST",
        "/api/channels/sms/connect",
        { ...credentials(), phoneNumber: "+14155550142", workspaceId: loom.workspaceId },
      ],
      422,
      "workspace_mismatch",
    ],
  ];
  const credentials = () => ({ accountSid: town.twilio.sid, authToken: town.twilio.authToken });

  test.each(asked)("%s is refused", async (_what, ask, status, code) => {
    const [method, path, body] = ask();
    const answer = await town.passing(town.api.request(method, path, body));
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  test("in a conversation of ours is refused", async () => {
    const [conversation] = (await town.api.get("/api/conversations")).body.items ?? [];
    const path = `/api/conversations/${conversation?.id}`;
    expect(await town.api.patch(path, { assigneeId: theirs.mem })).toMatchObject({
      status: 422,
      body: { code: "member_not_found" },
    });
    expect(await town.api.patch(path, { agentId: theirs.agt })).toMatchObject({
      status: 422,
      body: { code: "agent_not_found" },
    });
    expect((await town.api.post(`${path}/messages`, { content: "Hi", connectionId: theirs.chn })).status).toBe(404);
    const bulk = await town.api.post("/api/conversations/bulk", {
      ids: [theirs.cnv, conversation?.id],
      action: "star",
    });
    expect(bulk.body).toEqual({ changed: [conversation?.id], notFound: [theirs.cnv] });
    const [channel] = (await town.api.get("/api/channels")).body.items ?? [];
    expect(await town.api.patch(`/api/channels/${channel?.id}`, { agentId: theirs.agt })).toMatchObject({
      status: 422,
      body: { code: "agent_not_found" },
    });
  });
});

test("whoever asks for their number learns nothing of their channel", async () => {
  const credentials = { accountSid: town.twilio.sid, authToken: town.twilio.authToken };
  const answer = await town.passing(town.api.post("/api/channels/sms/connect", { ...credentials, phoneNumber: LOOM }));
  expect(answer).toMatchObject({ status: 422, body: { code: "number_not_on_account" } });
  expect(JSON.stringify(answer.body)).not.toContain(theirs.chn);
});

test("their Twilio account can't be connected to a second business, nor its token be changed from there", async () => {
  const body = { accountSid: looms.sid, authToken: looms.authToken };
  const refused = { status: 409, body: { code: "account_connected_elsewhere" } };
  expect(await town.passing(town.api.post("/api/provider-accounts", { provider: "twilio", ...body }))).toMatchObject(
    refused,
  );
  expect(
    await town.passing(town.api.post("/api/channels/sms/connect", { ...body, phoneNumber: "+14155550150" })),
  ).toMatchObject(refused);
});

test("a contact of the same number is another person in each, with consent of their own", async () => {
  const ours = await town.api.post("/api/contacts", { phone: "+12125550124", name: "Harriet" });
  expect(ours.status).toBe(201);
  await town.text("+12125550124", "STOP");
  expect((await town.api.get(`/api/contacts/${ours.body.id}`)).body.smsOptedIn).toBe(false);
  const { body } = await loom.api.get(`/api/contacts/${theirs.con}`);
  expect(body).toMatchObject({ name: "Heirloom Harriet", smsOptedIn: null, suppressions: [] });
});

test("each has a ledger of its own", async () => {
  expect((await town.api.post("/api/consent/verify")).body).toMatchObject({ valid: true, events: 1 });
  expect((await loom.api.post("/api/consent/verify")).body).toMatchObject({ valid: true, events: 1 });
});
