/** Connecting a number, changing its channel, and letting it go again. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Connection, ProviderAccount, ProviderNumber } from "../../contract/channels.ts";
import type { FaultRule } from "../../simulator/faults.ts";
import type { Answer } from "../support/api.ts";
import { foundNeighbour } from "../support/people.ts";
import { nobodys } from "../support/route-ids.ts";
import { asOwner } from "../support/sql.ts";
import {
  ask,
  conversationWith,
  heard,
  listed,
  newcomer,
  openWith,
  readMessage,
  sendRequests,
  thread,
  untilStatus,
  write,
} from "../support/story.ts";
import { foundTown, type Town } from "../support/town.ts";

const CONNECT = "/api/channels/sms/connect";

let town: Town;
beforeAll(async () => {
  town = await foundTown();
});
beforeEach(() => town.simulator.clearFaults());
afterAll(() => town.stop());

type NewNumber = Parameters<Town["simulator"]["addNumber"]>[0];
type Account = { sid: string; authToken: string };

let numbers = 0;
/** A number of the business (or of another account) that no channel has yet. */
function bought(more: Partial<NewNumber> = {}): string {
  numbers += 1;
  const phoneNumber = `+1415555${String(2000 + numbers)}`;
  town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber, ...more });
  return phoneNumber;
}

const credentials = ({ sid, authToken }: Account) => ({ accountSid: sid, authToken });
const post = (path: string, body: unknown): Promise<Answer> => town.passing(town.api.post(path, body));
const connect = (body: Record<string, unknown>) => post(CONNECT, { ...credentials(town.twilio), ...body });
const disconnect = (channel: { id: string }): Promise<Answer> =>
  town.passing(town.api.delete(`/api/channels/${channel.id}`));
const channelOf = async ({ id }: { id: string }) =>
  (await town.api.get(`/api/channels/${id}`)).body as unknown as Connection;
const smsUrlOf = (phoneNumber: string) =>
  town.simulator.overview().numbers.find((each) => each.phoneNumber === phoneNumber)?.smsUrl;

/** Everything that connecting writes, here and at the provider. */
async function everythingKept(): Promise<unknown> {
  const tables = ["provider_accounts", "connections", "events", "sender_lanes"];
  const kept = [];
  for (const table of tables) kept.push(await asOwner(town, `select t::text from ${table} t order by 1`));
  return { kept, hooks: town.simulator.overview().numbers.map((each) => each.smsUrl) };
}

/** Asks to connect, and holds that it was refused and left no trace. */
async function refused(body: Record<string, unknown>): Promise<Answer["body"] & { status: number }> {
  const before = await everythingKept();
  const answer = await connect(body);
  expect(await everythingKept()).toEqual(before);
  expect(answer.headers.get("content-type")).toContain("application/problem+json");
  return { ...answer.body, status: answer.status };
}

/** An account of its own at the provider, so that its troubles stay its own. */
const otherAccount = (more: Parameters<Town["simulator"]["createAccount"]>[0] = {}) =>
  town.simulator.createAccount({ friendlyName: "Kiln East", ...more });

describe("connecting is refused, says why, and leaves nothing behind", () => {
  test("with a wrong token", async () => {
    const answer = await refused({ authToken: "0".repeat(32), phoneNumber: bought() });
    expect(answer).toMatchObject({ status: 422, code: "credentials_rejected", errors: [{ path: "authToken" }] });
  });

  test("with an account that the provider does not know", async () => {
    const answer = await refused({ accountSid: `AC${"0".repeat(32)}`, phoneNumber: bought() });
    expect(answer).toMatchObject({ status: 422, code: "credentials_rejected" });
  });

  test("with a number that nobody has", async () => {
    const answer = await refused({ phoneNumber: "+14155559999" });
    expect(answer).toMatchObject({ status: 422, code: "number_not_on_account", errors: [{ path: "phoneNumber" }] });
  });

  test("with a number of another account", async () => {
    const answer = await refused({ phoneNumber: bought({ accountSid: otherAccount().sid }) });
    expect(answer).toMatchObject({ status: 422, code: "number_not_on_account" });
  });

  test("with a number of which one of the account is a longer form", async () => {
    const longer = bought();
    const answer = await refused({ phoneNumber: longer.slice(0, -1) });
    expect(answer.status).toBe(422);
  });

  test("with a Messaging Service of another account", async () => {
    const { sid } = town.simulator.createService({ accountSid: otherAccount().sid });
    const answer = await refused({ messagingServiceSid: sid });
    expect(answer).toMatchObject({
      status: 422,
      code: "number_not_on_account",
      errors: [{ path: "messagingServiceSid" }],
    });
  });

  test("with a number that takes no texts", async () => {
    const answer = await refused({ phoneNumber: bought({ capabilities: { sms: false } }) });
    expect(answer).toMatchObject({ status: 422, code: "number_not_sms_capable", errors: [{ path: "phoneNumber" }] });
  });

  test.each(["suspended", "closed"] as const)("with an account that is %s", async (status) => {
    const account = otherAccount();
    const phoneNumber = bought({ accountSid: account.sid });
    town.simulator.updateAccount(account.sid, { status });
    const answer = await refused({ ...credentials(account), phoneNumber });
    expect(answer).toMatchObject({ status: 422, code: `account_${status}` });
  });

  const unreachable: Array<[string, FaultRule]> = [
    ["cuts the line", { kind: "reset_before" }],
    ["cuts the line after it understood", { kind: "reset_after" }],
    ["is broken", { kind: "status", status: 500 }],
    ["is away", { kind: "status", status: 503 }],
    ["is too busy", { kind: "status", status: 429 }],
    ["breaks at the second question", { kind: "status", status: 500, match: { path: "IncomingPhoneNumbers" } }],
  ];
  test.each(unreachable)("with a provider that %s", async (_what, fault) => {
    const phoneNumber = bought();
    town.simulator.addFaults([fault]);
    expect(await refused({ phoneNumber })).toMatchObject({ status: 503, code: "provider_unreachable" });
  });

  test("with an agent that nobody has", async () => {
    const answer = await refused({ phoneNumber: bought(), agentId: nobodys("agt") });
    expect(answer).toMatchObject({ status: 422, code: "agent_not_found", errors: [{ path: "agentId" }] });
  });

  test("for a workspace that the caller does not speak for", async () => {
    const answer = await refused({ phoneNumber: bought(), workspaceId: nobodys("wsp") });
    expect(answer).toMatchObject({ status: 422, code: "workspace_mismatch" });
  });

  const SERVICE = `MG${"1".repeat(32)}`;
  const badBodies: Array<[string, Record<string, unknown>, string]> = [
    ["neither a number nor a service", {}, "phoneNumber"],
    ["both a number and a service", { phoneNumber: "+14155550142", messagingServiceSid: SERVICE }, "phoneNumber"],
    [
      "two ways to name the account",
      { phoneNumber: "+14155550142", providerAccountId: nobodys("prv") },
      "providerAccountId",
    ],
    ["no account at all", { phoneNumber: "+14155550142", accountSid: undefined, authToken: undefined }, "accountSid"],
    ["an account without its token", { phoneNumber: "+14155550142", authToken: undefined }, "authToken"],
    ["a number that is none", { phoneNumber: "415 555" }, "phoneNumber"],
    ["a field that is misspelt", { phoneNumber: "+14155550142", freindlyName: "Front desk" }, "freindlyName"],
  ];
  test.each(badBodies)("with %s", async (_what, body, path) => {
    const asked = town.simulator.requests().length;
    const answer = await refused(body);
    expect(answer).toMatchObject({ status: 422, code: "invalid_request" });
    expect((answer.errors as Array<{ path: string }>).map((each) => each.path)).toContain(path);
    expect(town.simulator.requests()).toHaveLength(asked);
  });

  test("with an account that another business of this house has connected", async () => {
    const loom = await foundNeighbour(town);
    const account = otherAccount();
    const theirs = { ...credentials(account), phoneNumber: bought({ accountSid: account.sid }) };
    expect((await town.passing(loom.api.post(CONNECT, theirs))).status).toBe(201);
    const answer = await refused({ ...credentials(account), phoneNumber: bought({ accountSid: account.sid }) });
    expect(answer).toMatchObject({ status: 409, code: "account_connected_elsewhere" });
    // A taken number of theirs is not told either.
    expect((await refused(theirs)).channelId).toBeUndefined();
  });
});

describe("a number that is connected", () => {
  test("has its webhook pointed here, with the retries that we ask for, and read back", async () => {
    const phoneNumber = bought();
    const { status, body } = await connect({ phoneNumber, friendlyName: "Front desk" });
    const url = `${town.publicUrl}/api/webhooks/twilio/sms#rc=3&rp=ct,rt,5xx`;
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...{ phoneNumber, messagingServiceSid: null, friendlyName: "Front desk", family: "sms", environment: "live" },
      ...{ status: "active", active: true, mps: 1, dailyCap: null, keywordReplies: "provider" },
      webhook: { url, configuredBy: "parley", verifiedAt: expect.stringMatching(/Z$/) },
    });
    expect(smsUrlOf(phoneNumber)).toBe(url);
    expect(await channelOf({ id: String(body.id) })).toEqual(body);
  });

  test("can't be connected twice, and the refusal names its channel", async () => {
    const phoneNumber = bought();
    const channel = await town.connect(phoneNumber);
    expect(await refused({ phoneNumber })).toMatchObject({
      status: 409,
      code: "number_already_connected",
      channelId: channel.id,
    });
  });

  test("is connected once where two ask at the same time", async () => {
    const phoneNumber = bought();
    const answers = await Promise.all([connect({ phoneNumber }), connect({ phoneNumber })]);
    const [made, late] = answers.sort((a, b) => a.status - b.status);
    expect([made?.status, late?.status]).toEqual([201, 409]);
    expect(late?.body).toMatchObject({ code: "number_already_connected", channelId: made?.body.id });
    const channels = await listed<Connection>(town, "/api/channels");
    expect(channels.filter((each) => each.phoneNumber === phoneNumber)).toHaveLength(1);
  });

  const unset: Array<[string, FaultRule]> = [
    ["does not let us", { kind: "status", status: 400, code: 20422, match: { method: "POST" } }],
    ["breaks right then", { kind: "status", status: 500, match: { method: "POST" } }],
  ];
  test.each(unset)("shows the URL to paste where the provider %s", async (_what, fault) => {
    const phoneNumber = bought();
    town.simulator.addFaults([fault]);
    const { status, body } = await connect({ phoneNumber });
    expect(status).toBe(201);
    expect(body.webhook).toEqual({
      url: `${town.publicUrl}/api/webhooks/twilio/sms#rc=3&rp=ct,rt,5xx`,
      verifiedAt: null,
      configuredBy: null,
    });
    expect(smsUrlOf(phoneNumber)).toBe("");
  });

  test("takes the pace of its kind", async () => {
    const tollFree = "+18005550142";
    town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: tollFree });
    expect((await connect({ phoneNumber: tollFree })).body.mps).toBe(3);
  });

  test("can belong to a trial account", async () => {
    const account = otherAccount({ type: "Trial" });
    const channel = await town.connect(bought({ accountSid: account.sid }), credentials(account));
    const { providerAccountId } = await channelOf(channel);
    expect(await listed<ProviderAccount>(town, "/api/provider-accounts")).toContainEqual(
      expect.objectContaining({ id: providerAccountId, accountSid: account.sid, type: "trial", kind: "byo" }),
    );
  });

  test("can be named by the provider account that is known already", async () => {
    const { providerAccountId } = await channelOf(await town.connect(bought()));
    const { status, body } = await post(CONNECT, { providerAccountId, phoneNumber: bought() });
    expect(status).toBe(201);
    expect(body.providerAccountId).toBe(providerAccountId);
  });

  test("tells its story without the number or the token", async () => {
    const phoneNumber = bought();
    const { id } = await town.connect(phoneNumber);
    const events = await asOwner(town, "select e::text as all from events e where e::text like $1", [`%${id}%`]);
    expect(events.length).toBeGreaterThan(0);
    const said = JSON.stringify(events);
    expect(said).toContain("channel.connected");
    expect(said).not.toContain(phoneNumber.slice(1));
    expect(said).not.toContain(town.twilio.authToken);
  });
});

test("texts come and go through a Messaging Service", async () => {
  const pool = [bought(), bought()];
  const service = town.simulator.createService({ accountSid: town.twilio.sid, phoneNumbers: pool });
  const { status, body } = await connect({ messagingServiceSid: service.sid });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    ...{ phoneNumber: null, messagingServiceSid: service.sid, mps: 2 },
    webhook: { configuredBy: "parley" },
  });

  const customer = newcomer();
  expect((await town.text(customer, "Is this the new line?", pool[1])).status).toBe(200);
  const conversation = await conversationWith(town, customer);
  expect(conversation).toMatchObject({ connectionId: body.id, lastMessage: { content: "Is this the new line?" } });
  const { id } = await write(town, "It is.", { in: conversation.id });
  await untilStatus(town, { id }, "delivered");
  expect(heard(town, customer)).toEqual(["It is."]);
  expect(sendRequests(town, customer).map((each) => each.params.MessagingServiceSid)).toEqual([service.sid]);
});

test("an agent comes with the channel, and is shown with its knowledge base", async () => {
  const base = await post("/api/knowledge-bases", { name: "The studio" });
  const agent = await post("/api/agents", { name: "Clay", knowledgeBaseIds: [base.body.id] });
  const { status, body } = await connect({ phoneNumber: bought(), agentId: agent.body.id });
  expect(status).toBe(201);
  expect(body).toMatchObject({ agentId: agent.body.id, knowledgeBase: { id: base.body.id, name: "The studio" } });
});

describe("the auth token", () => {
  test("is in no answer and in no line of the log", async () => {
    const { id } = await town.connect(bought());
    const paths = ["/api/channels", `/api/channels/${id}`, "/api/provider-accounts", "/api/channels/sms/numbers"];
    const answers = await Promise.all(paths.map((path) => town.passing(town.api.get(path))));
    answers.push(await town.api.patch(`/api/channels/${id}`, { friendlyName: "Quiet" }));
    answers.push(await post("/api/provider-accounts", { provider: "twilio", ...credentials(town.twilio) }));
    answers.push(await connect({ phoneNumber: "+14155559999" }));
    expect(answers.map((each) => each.status)).toEqual([200, 200, 200, 200, 200, 200, 422]);
    expect(JSON.stringify(answers.map((each) => each.body))).not.toContain(town.twilio.authToken);
    expect(town.logLines.join("\n")).not.toContain(town.twilio.authToken);
  });

  test("is in the database under seal only", async () => {
    await town.connect(bought());
    const [row] = await asOwner(
      town,
      "select auth_token_envelope::text as sealed from provider_accounts where account_sid = $1",
      [town.twilio.sid],
    );
    expect(String(row?.sealed).length).toBeGreaterThan(32);
    const tables = await asOwner(
      town,
      `select table_schema || '.' || quote_ident(table_name) as name from information_schema.tables
        where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
    );
    expect(tables.length).toBeGreaterThan(10);
    const { authToken } = town.twilio;
    const forms = [authToken, Buffer.from(authToken).toString("base64"), Buffer.from(authToken).toString("hex")];
    for (const { name } of tables)
      for (const form of forms) {
        const found = await asOwner(town, `select 1 from ${name} t where strpos(t::text, $1) > 0`, [form]);
        expect([name, found]).toEqual([name, []]);
      }
  });

  test("is kept out of the answers that are kept for repeats", async () => {
    const body = { ...credentials(town.twilio), phoneNumber: bought() };
    const headers = { "idempotency-key": "connect-once" };
    const first = await town.passing(town.api.post(CONNECT, body, headers));
    const again = await town.passing(town.api.post(CONNECT, body, headers));
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    const rows = await asOwner(town, "select t::text as all from idempotency_keys t");
    expect(JSON.stringify(rows)).not.toContain(town.twilio.authToken);
  });
});

describe("changing a channel", () => {
  test("keeps what was said and nothing else", async () => {
    const channel = await town.connect(bought());
    const before = await channelOf(channel);
    const changes = { friendlyName: "Back room", mps: 0.5, dailyCap: 2000, keywordReplies: "parley" } as const;
    for (const [field, value] of Object.entries(changes)) {
      const { status, body } = await town.api.patch(`/api/channels/${channel.id}`, { [field]: value });
      expect([field, status, body[field]]).toEqual([field, 200, value]);
    }
    expect(await channelOf(channel)).toEqual({ ...before, ...changes });
    const { body } = await town.api.patch(`/api/channels/${channel.id}`, { friendlyName: null, dailyCap: null });
    expect(body).toEqual({ ...before, ...changes, friendlyName: null, dailyCap: null });
  });

  test("gives it an agent and takes it away", async () => {
    const channel = await town.connect(bought());
    const agent = await post("/api/agents", { name: "Slip" });
    const patch = (agentId: unknown) => town.api.patch(`/api/channels/${channel.id}`, { agentId });
    expect((await patch(agent.body.id)).body.agentId).toBe(agent.body.id);
    expect(await patch(nobodys("agt"))).toMatchObject({ status: 422, body: { code: "agent_not_found" } });
    expect((await channelOf(channel)).agentId).toBe(agent.body.id);
    expect((await patch(null)).body.agentId).toBeNull();
  });

  const wrong: Array<[string, unknown]> = [
    ["mps", 0],
    ["mps", -1],
    ["dailyCap", 0],
    ["dailyCap", 1.5],
    ["keywordReplies", "nobody"],
    ["friendlyName", ""],
    ["active", "yes"],
    ["status", "error"],
    ["phoneNumber", "+14155550142"],
  ];
  test.each(wrong)("refuses %s: %j", async (field, value) => {
    const channel = await town.connect(bought());
    const before = await channelOf(channel);
    const { status, body } = await town.api.patch(`/api/channels/${channel.id}`, { [field]: value });
    expect([status, (body.errors as Array<{ path: string }>)[0]?.path]).toEqual([422, field]);
    expect(await channelOf(channel)).toEqual(before);
  });
});

describe("a channel that is switched off", () => {
  async function withAgent() {
    const phoneNumber = bought();
    const agent = await post("/api/agents", { name: "Glaze", handoverText: "A person will answer you here." });
    const channel = await town.connect(phoneNumber, { agentId: agent.body.id });
    const turn = (active: boolean) => town.api.patch(`/api/channels/${channel.id}`, { active });
    return { phoneNumber, channel, turn };
  }

  test("keeps what comes in, but nobody answers, until it is on again", async () => {
    const { phoneNumber, turn } = await withAgent();
    const [before, during, after] = [newcomer(), newcomer(), newcomer()];
    await town.text(before, "Anybody there?", phoneNumber);
    await town.until("the agent has answered", () => heard(town, before).length > 0);

    expect((await turn(false)).body).toMatchObject({ active: false, status: "inactive" });
    expect((await town.text(during, "Anybody there?", phoneNumber)).status).toBe(200);
    await town.pass(60_000);
    expect(await thread(town, during)).toMatchObject([{ direction: "inbound", content: "Anybody there?" }]);
    expect(heard(town, during)).toEqual([]);

    expect((await turn(true)).body).toMatchObject({ active: true, status: "active" });
    await town.text(after, "Anybody there now?", phoneNumber);
    await town.until("the agent has answered", () => heard(town, after).length > 0);
  });

  test("refuses sends, and keeps nothing of them", async () => {
    const channel = await town.connect(bought());
    const customer = newcomer();
    const conversation = await openWith(town, customer, { connectionId: channel.id });
    await town.api.patch(`/api/channels/${channel.id}`, { active: false });
    const answer = await ask(town, "Are you still coming?", { to: customer, in: conversation });
    expect(answer).toMatchObject({ status: 422, body: { code: "channel_inactive" } });
    expect(await thread(town, customer)).toEqual([]);
    await town.api.patch(`/api/channels/${channel.id}`, { active: true });
    expect((await ask(town, "Are you still coming?", { to: customer, in: conversation })).status).toBe(201);
  });
});

describe("disconnecting", () => {
  /** A channel of an account of its own, so that it is its last. */
  async function alone() {
    const account = otherAccount({ pacing: { mps: null } });
    const phoneNumber = bought({ accountSid: account.sid });
    const channel = await town.connect(phoneNumber, credentials(account));
    return { account, phoneNumber, channel, again: () => town.connect(phoneNumber, credentials(account)) };
  }
  const sealedOf = async ({ sid }: Account) =>
    (
      await asOwner(
        town,
        "select auth_token_envelope as sealed, status from provider_accounts where account_sid = $1",
        [sid],
      )
    )[0];

  test("clears the webhook at the provider, and says so", async () => {
    const { phoneNumber, channel } = await alone();
    expect(smsUrlOf(phoneNumber)).not.toBe("");
    const { status, body } = await disconnect(channel);
    expect([status, body]).toEqual([200, { webhookCleared: true }]);
    expect(smsUrlOf(phoneNumber)).toBe("");
    expect((await town.api.get(`/api/channels/${channel.id}`)).status).toBe(404);
    expect((await disconnect(channel)).status).toBe(404);
  });

  test("clears the webhook of a Messaging Service too", async () => {
    const number = bought();
    const service = town.simulator.createService({ accountSid: town.twilio.sid, phoneNumbers: [number] });
    const { body } = await connect({ messagingServiceSid: service.sid });
    expect((await disconnect({ id: String(body.id) })).body).toEqual({ webhookCleared: true });
    const { webhooks } = town.simulator;
    const before = webhooks().length;
    await town.text(newcomer(), "Hello?", number);
    expect(webhooks()).toHaveLength(before);
  });

  test("wipes the credentials with the last channel of an account, not before", async () => {
    const { account, channel } = await alone();
    const second = await town.connect(bought({ accountSid: account.sid }), credentials(account));
    await disconnect(channel);
    expect(await sealedOf(account)).toMatchObject({ sealed: expect.anything(), status: "active" });
    await disconnect(second);
    expect(await sealedOf(account)).toEqual({ sealed: null, status: "disconnected" });
  });

  test("wipes the credentials where the last two channels go at the same time", async () => {
    const { account, channel } = await alone();
    const second = await town.connect(bought({ accountSid: account.sid }), credentials(account));
    const answers = await Promise.all([disconnect(channel), disconnect(second)]);
    expect(answers.map((each) => each.status)).toEqual([200, 200]);
    expect(await sealedOf(account)).toEqual({ sealed: null, status: "disconnected" });
  });

  test("fails what waits, and says why; what was said stays to be read", async () => {
    const { account, phoneNumber, channel } = await alone();
    await town.api.patch(`/api/channels/${channel.id}`, { mps: 0.01 });
    const customer = newcomer();
    await town.text(customer, "Are my mugs done?", phoneNumber);
    const said = await write(town, "They are.", { to: customer });
    await untilStatus(town, said, "delivered");
    const queued = await write(town, "Come any time.", { to: customer });
    const sendAt = new Date(town.clock.now().getTime() + 3_600_000).toISOString();
    const scheduled = await write(town, "A reminder: your mugs.", { to: customer, sendAt });
    expect([queued.status, scheduled.status]).toEqual(["queued", "scheduled"]);

    await disconnect(channel);
    for (const { id } of [queued, scheduled])
      expect(await readMessage(town, id)).toMatchObject({ status: "failed", reason: { code: "disconnected" } });
    expect((await thread(town, customer)).map((each) => [each.content, each.status])).toEqual([
      ["Are my mugs done?", "received"],
      ["They are.", "delivered"],
      ["Come any time.", "failed"],
      ["A reminder: your mugs.", "failed"],
    ]);
    town.clock.advance(7_200_000);
    await town.pass(60_000);
    expect(heard(town, customer)).toEqual(["They are."]);

    const { id } = await conversationWith(town, customer);
    expect((await ask(town, "Hello?", { in: id })).status).toBeGreaterThanOrEqual(400);
    expect(await sealedOf(account)).toMatchObject({ sealed: null });
  });

  test("frees the number to be connected again", async () => {
    const { phoneNumber, channel, again } = await alone();
    const customer = newcomer();
    await town.text(customer, "First", phoneNumber);
    await disconnect(channel);
    const next = await again();
    expect(next.id).not.toBe(channel.id);
    expect((await town.text(customer, "Second", phoneNumber)).status).toBe(200);
    const { id, connectionId } = await conversationWith(town, customer);
    expect(connectionId).toBe(next.id);
    const { id: reply } = await write(town, "Here we are again.", { in: id });
    await untilStatus(town, { id: reply }, "delivered");
  });

  const away: Array<[string, FaultRule]> = [
    ["can't be reached", { kind: "reset_before" }],
    ["is broken", { kind: "status", status: 500 }],
    ["refuses", { kind: "status", status: 403, code: 20003 }],
  ];
  test.each(away)("happens also while the provider %s, and says what was left there", async (_what, fault) => {
    const { account, phoneNumber, channel } = await alone();
    town.simulator.addFaults([fault]);
    const { status, body } = await disconnect(channel);
    expect([status, body]).toEqual([200, { webhookCleared: false }]);
    expect((await town.api.get(`/api/channels/${channel.id}`)).status).toBe(404);
    expect(await sealedOf(account)).toMatchObject({ sealed: null });
    // What the provider still sends us has nobody to vouch for it any more.
    expect(smsUrlOf(phoneNumber)).not.toBe("");
    expect((await town.text(newcomer(), "Hello?", phoneNumber)).status).toBe(403);
  });

  test("an account ends all its channels", async () => {
    const { account, phoneNumber, channel } = await alone();
    const number = bought({ accountSid: account.sid });
    const second = await town.connect(number, credentials(account));
    const { providerAccountId } = await channelOf(channel);
    const { status, body } = await town.passing(town.api.delete(`/api/provider-accounts/${providerAccountId}`));
    expect([status, body]).toEqual([200, { webhookCleared: true }]);
    expect([smsUrlOf(phoneNumber), smsUrlOf(number)]).toEqual(["", ""]);
    const left = (await listed<Connection>(town, "/api/channels")).map((each) => each.id);
    expect(left.filter((id) => id === channel.id || id === second.id)).toEqual([]);
    expect(await sealedOf(account)).toEqual({ sealed: null, status: "disconnected" });
  });
});

describe("a provider account", () => {
  const add = (account: Account, more: Record<string, unknown> = {}) =>
    post("/api/provider-accounts", { provider: "twilio", ...credentials(account), ...more });

  test("is added, and added again with a new token that works", async () => {
    const account = otherAccount();
    const added = await add(account, { friendlyName: "East side" });
    expect(added.status).toBe(201);
    expect(added.body).toEqual({
      ...{ id: expect.stringMatching(/^prv_/), provider: "twilio", accountSid: account.sid, kind: "byo" },
      ...{ status: "active", friendlyName: "East side", type: "full" },
    });
    const again = await add(account);
    expect([again.status, again.body.id]).toEqual([200, added.body.id]);
    const wrong = await add({ ...account, authToken: "0".repeat(32) });
    expect(wrong).toMatchObject({ status: 422, body: { code: "credentials_rejected" } });
    // The wrong one has not replaced the right one.
    const number = bought({ accountSid: account.sid });
    expect((await post(CONNECT, { providerAccountId: added.body.id, phoneNumber: number })).status).toBe(201);
  });

  test("keeps the name it was given when its token is replaced without one", async () => {
    const account = otherAccount();
    await add(account, { friendlyName: "East side" });
    expect((await add(account)).body.friendlyName).toBe("East side");
  });

  test.each(["suspended", "closed"] as const)("that is %s is not added", async (status) => {
    const account = otherAccount({ status });
    expect(await add(account)).toMatchObject({ status: 422, body: { code: `account_${status}` } });
    const accounts = await listed<ProviderAccount>(town, "/api/provider-accounts");
    expect(accounts.map((each) => each.accountSid)).not.toContain(account.sid);
  });

  test("is not added while the provider is away", async () => {
    town.simulator.addFaults([{ kind: "reset_before" }]);
    expect(await add(otherAccount())).toMatchObject({ status: 503, body: { code: "provider_unreachable" } });
  });
});

describe("numbers to choose from", () => {
  const numbersOf = (query: string) => town.passing(listed<ProviderNumber>(town, `/api/channels/sms/numbers?${query}`));

  test("are the account's own, with what they can do", async () => {
    const account = otherAccount();
    const [texts, calls] = [
      bought({ accountSid: account.sid }),
      bought({ accountSid: account.sid, capabilities: { sms: false, mms: false } }),
    ];
    const { body } = await post("/api/provider-accounts", { provider: "twilio", ...credentials(account) });
    const owned = await numbersOf(`mode=owned&providerAccountId=${body.id}`);
    expect(new Map(owned.map((each) => [each.phoneNumber, each.capabilities]))).toEqual(
      new Map([
        [texts, { sms: true, mms: true, voice: true }],
        [calls, { sms: false, mms: false, voice: true }],
      ]),
    );
  });

  test("are those for sale in an area, all of which take texts", async () => {
    await town.connect(bought());
    const available = await numbersOf("mode=available&country=US&areaCode=415");
    expect(available.length).toBeGreaterThan(0);
    for (const { phoneNumber, capabilities } of available)
      expect([phoneNumber.slice(0, 5), capabilities.sms]).toEqual(["+1415", true]);
    const elsewhere = await numbersOf("areaCode=212");
    expect(new Set(elsewhere.map((each) => each.phoneNumber.slice(0, 5)))).toEqual(new Set(["+1212"]));
  });

  test.each(["areaCode=41", "country=us", "mode=stolen", "providerAccountId=prv_x"])(
    "are refused for %s",
    async (query) => {
      expect((await town.api.get(`/api/channels/sms/numbers?${query}`)).status).toBe(422);
    },
  );

  test("of an account that nobody has are not found", async () => {
    const query = `mode=owned&providerAccountId=${nobodys("prv")}`;
    expect((await town.api.get(`/api/channels/sms/numbers?${query}`)).status).toBe(404);
  });

  test("can't be shown while the provider is away", async () => {
    await town.connect(bought());
    town.simulator.addFaults([{ kind: "reset_before" }]);
    const answer = await town.passing(town.api.get("/api/channels/sms/numbers?areaCode=415"));
    expect(answer).toMatchObject({ status: 503, body: { code: "provider_unreachable" } });
  });
});
