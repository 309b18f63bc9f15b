/** Environments: what is tried out is answered by what is published there, and never leaves by the live number. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Agent, AgentRun, AgentVersion } from "../../contract/agents.ts";
import type { Connection, Environment } from "../../contract/channels.ts";
import { pointCalls, ring, setVoice, TEXTING, untilOver } from "../support/calls.ts";
import { readEvents } from "../support/event-reader.ts";
import {
  ask,
  conversationWith,
  heard,
  leap,
  listed,
  newcomer,
  openWith,
  readMessage,
  sendRequests,
  setPace,
  untilStatus,
  write,
} from "../support/story.ts";
import { foundTown, KILN, type Town } from "../support/town.ts";

const TRIAL = "+14155550143";
const HANDOVER = "A person will answer you here.";

let town: Town;
let agentId: string;
let live: { id: string };
let sandbox: { id: string };
/** The knowledge bases of the studio, and of its summer. */
let bases: [studio: string, summer: string];
beforeAll(async () => {
  town = await foundTown();
  bases = [await teach("The studio", "Tuesday to Sunday."), await teach("Summer", "Every day in summer.")];
  const draft = { name: "Clay", knowledgeBaseIds: [bases[0]], handoverText: HANDOVER };
  agentId = String((await town.api.post("/api/agents", draft)).body.id);
  live = await town.connect(KILN, { agentId });
  sandbox = await connectSandbox();
});
afterAll(() => town.stop());

async function teach(name: string, answer: string): Promise<string> {
  const { id } = (await town.api.post("/api/knowledge-bases", { name })).body;
  const pair = { kind: "pair", question: "When are you open?", answer };
  await town.api.post(`/api/knowledge-bases/${id}/sources`, pair);
  return String(id);
}
async function connectSandbox(): Promise<{ id: string }> {
  if (!town.simulator.overview().numbers.some((each) => each.phoneNumber === TRIAL))
    town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: TRIAL });
  return town.connect(TRIAL, { agentId, environment: "sandbox" });
}

const save = (patch: Record<string, unknown>) => town.api.patch(`/api/agents/${agentId}`, patch);
const publish = (environments: Environment[], version?: number | null) =>
  town.api.post(`/api/agents/${agentId}/publish`, { environments, ...(version === undefined ? {} : { version }) });
const published = async () => ((await town.api.get(`/api/agents/${agentId}`)).body as unknown as Agent).published;
const versions = () => listed<AgentVersion>(town, `/api/agents/${agentId}/versions`);
const move = (channel: { id: string }, environment: Environment) =>
  town.api.patch(`/api/channels/${channel.id}`, { environment });
const knows = async ({ id }: { id: string }) =>
  ((await town.api.get(`/api/channels/${id}`)).body as unknown as Connection).knowledgeBase?.name;

/** What somebody new is answered who asks a number of ours when the studio is open. */
async function answerAt(number: string): Promise<string> {
  const phone = newcomer();
  await town.text(phone, "When are you open?", number);
  await town.until("they have an answer", () => heard(town, phone).length > 0);
  return heard(town, phone)[0] ?? "";
}
const runsWith = async (phone: string) =>
  listed<AgentRun>(town, `/api/conversations/${(await conversationWith(town, phone)).id}/runs`);
const leftBy = (number: string, to: string) =>
  sendRequests(town, to).filter((each) => each.params.From === number).length;

describe("a number", () => {
  test("belongs to live, unless it is connected elsewhere", async () => {
    expect(await listed<Connection>(town, "/api/channels")).toMatchObject([
      { phoneNumber: KILN, environment: "live" },
      { phoneNumber: TRIAL, environment: "sandbox" },
    ]);
  });

  test("is bought into an environment, too", async () => {
    const [account] = await listed<{ id: string }>(town, "/api/provider-accounts");
    const [number] = await listed<{ phoneNumber: string }>(town, "/api/channels/sms/numbers?areaCode=628");
    const body = { providerAccountId: account?.id, phoneNumber: number?.phoneNumber, environment: "pre-release" };
    const { channelId } = (await town.passing(town.api.post("/api/channels/sms/buy", body))).body;
    expect((await town.api.get(`/api/channels/${channelId}`)).body).toMatchObject({ environment: "pre-release" });
    await town.passing(town.api.delete(`/api/channels/${channelId}`));
  });

  test("is moved to another environment and back, and only to one that there is", async () => {
    expect((await move(sandbox, "pre-release")).body).toMatchObject({ environment: "pre-release" });
    expect((await move(sandbox, "sandbox")).body).toMatchObject({ environment: "sandbox" });
    expect(await town.api.patch(`/api/channels/${sandbox.id}`, { environment: "moon" })).toMatchObject({
      status: 422,
      body: { errors: [{ path: "environment" }] },
    });
  });
});

describe("an agent", () => {
  test("follows what is saved wherever nothing is published", async () => {
    expect(await published()).toEqual([]);
    expect(await versions()).toEqual([]);
    expect(await answerAt(KILN)).toBe("Tuesday to Sunday.");
    expect(await answerAt(TRIAL)).toBe("Tuesday to Sunday.");
  });

  test("published to live, goes on there as it was when the draft changes, which the sandbox follows", async () => {
    expect((await publish(["live"])).body).toMatchObject({
      published: [{ environment: "live", version: 1, differs: false, by: { type: "api" } }],
    });
    await save({ knowledgeBaseIds: [bases[1]] });
    expect(await published()).toMatchObject([{ environment: "live", version: 1, differs: true }]);
    expect(await answerAt(KILN)).toBe("Tuesday to Sunday.");
    expect(await answerAt(TRIAL)).toBe("Every day in summer.");
    expect([await knows(live), await knows(sandbox)]).toEqual(["The studio", "Summer"]);
  });

  test("is tried out in the sandbox, and goes live as the version that it was there", async () => {
    await publish(["sandbox"]);
    expect((await publish(["live"])).body).toMatchObject({
      published: expect.arrayContaining([
        expect.objectContaining({ environment: "live", version: 2 }),
        expect.objectContaining({ environment: "sandbox", version: 2 }),
      ]),
    });
    expect(await answerAt(KILN)).toBe("Every day in summer.");
    expect(await knows(live)).toBe("Summer");
  });

  test("is rolled back, and what is saved stays what it is", async () => {
    expect((await publish(["live"], 1)).status).toBe(200);
    expect(await answerAt(KILN)).toBe("Tuesday to Sunday.");
    expect(await answerAt(TRIAL)).toBe("Every day in summer.");
    expect((await town.api.get(`/api/agents/${agentId}`)).body).toMatchObject({ knowledgeBaseIds: [bases[1]] });
    expect(await versions()).toMatchObject([
      { version: 2, environments: ["sandbox"], knowledgeBaseIds: [bases[1]] },
      { version: 1, environments: ["live"], knowledgeBaseIds: [bases[0]] },
    ]);
  });

  test("hands over in the words of its version, and the record names it", async () => {
    await save({ handoverText: "Wait." });
    await publish(["sandbox"]);
    const phone = newcomer();
    await town.text(phone, "Can I talk to a person?");
    await town.until("they hear of it", () => heard(town, phone).length > 0);
    expect(heard(town, phone)).toEqual([HANDOVER]);
    expect(await runsWith(phone)).toMatchObject([{ outcome: "handed_over", version: 1 }]);
  });

  test("is switched off everywhere at once, whatever is published", async () => {
    await save({ active: false });
    const phone = newcomer();
    await town.text(phone, "When are you open?");
    await town.until("the team has it", async () => (await runsWith(phone))[0]?.reason === "agent_inactive");
    await save({ active: true });
  });

  test("follows what is saved again where it is told to", async () => {
    expect((await publish(["live", "sandbox"], null)).body).toMatchObject({ published: [] });
    expect(await answerAt(KILN)).toBe("Every day in summer.");
  });

  test("does not run what it never was, nor a language model that is gone", async () => {
    const unknown = { status: 422, body: { code: "version_not_found", errors: [{ path: "version" }] } };
    expect(await publish(["live"], 99)).toMatchObject(unknown);
    expect((await publish([])).status).toBe(422);
    const draft = { name: "Gone", provider: "openai-compatible", baseUrl: "http://127.0.0.1:9", model: "m" };
    const modelId = String((await town.api.post("/api/models", draft)).body.id);
    await save({ modelId });
    await publish(["sandbox"]);
    await save({ modelId: null });
    const [{ version } = { version: 0 }] = await versions();
    const remove = () => town.api.delete(`/api/models/${modelId}`);
    expect(await remove()).toMatchObject({ status: 409, body: { code: "model_in_use" } });
    await publish(["sandbox"], null);
    expect((await remove()).status).toBe(204);
    expect(await publish(["sandbox"], version)).toMatchObject({ status: 422, body: { code: "model_not_found" } });
  });

  test("that is published by two at once has its versions numbered one after the other", async () => {
    const before = (await versions())[0]?.version ?? 0;
    await save({ instructions: "Be kind." });
    const answers = await Promise.all([publish(["sandbox"]), publish(["pre-release"])]);
    expect(answers.map((each) => each.status)).toEqual([200, 200]);
    expect((await versions())[0]).toMatchObject({ version: before + 1 });
    expect(new Set((await published()).map((each) => each.version))).toEqual(new Set([before + 1]));
    await publish(["sandbox", "pre-release"], null);
  });

  test("decides anew where its number moves while it thinks", async () => {
    const hold = Promise.withResolvers<void>();
    let asked = 0;
    const server = createServer(async (_request, response) => {
      asked += 1;
      await hold.promise;
      response.writeHead(500).end(); // then the agent's own knowledge answers
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as AddressInfo;
    const model = { name: "Slow", provider: "openai-compatible", baseUrl: `http://127.0.0.1:${port}`, model: "m" };
    await save({ knowledgeBaseIds: [bases[1]], modelId: null });
    await publish(["sandbox"]);
    await save({ knowledgeBaseIds: [bases[0]], modelId: (await town.api.post("/api/models", model)).body.id });
    const phone = newcomer();
    await town.text(phone, "When are you open?");
    await town.until("the model is asked", () => asked > 0);
    await move(live, "sandbox");
    hold.resolve();
    await town.until("they have an answer", () => {
      town.clock.advance(100); // the turn is taken again after a minute
      return heard(town, phone).length > 0;
    });
    expect(heard(town, phone)).toEqual(["Every day in summer."]);
    server.closeAllConnections();
    server.close();
    await move(live, "live");
    await save({ modelId: null });
    await publish(["sandbox"], null);
  });

  test("is told of with where and what, and no words of it", async () => {
    await publish(["pre-release"]);
    const [{ version } = { version: 0 }] = await versions();
    const reader = await readEvents(town, { authorization: town.key }, 0);
    const told = () => reader.events.filter((each) => each.type === "agent.published").at(-1);
    const event = await town.until("it is read", () => told()?.data.data.version === version && told());
    await reader.close();
    expect(event.data.data).toEqual({ agentId, environments: ["pre-release"], version });
    await publish(["pre-release"], null);
  });
});

describe("what is sent", () => {
  test("to somebody new on behalf of an environment leaves by its number", async () => {
    const to = newcomer();
    const conversation = await openWith(town, to, { environment: "sandbox" });
    const message = await write(town, "Only a trial.", { in: conversation });
    await untilStatus(town, message, "delivered");
    expect([leftBy(TRIAL, to), leftBy(KILN, to)]).toEqual([1, 0]);
  });

  test("is refused where the environment has no number, and leaves by none", async () => {
    const to = newcomer();
    const refused = { status: 422, body: { code: "no_sender_for_environment" } };
    const body = { phone: to, channel: "sms", environment: "pre-release" };
    expect(await town.api.post("/api/conversations", body)).toMatchObject(refused);
    expect(
      await town.api.post("/api/conversations", { ...body, connectionId: live.id, environment: "sandbox" }),
    ).toMatchObject(refused);
    const conversation = await openWith(town, to);
    expect(await ask(town, "Hello", { in: conversation, environment: "pre-release" })).toMatchObject(refused);
    expect(await ask(town, "Hello", { in: conversation, environment: "sandbox", connectionId: live.id })).toMatchObject(
      refused,
    );
    expect(sendRequests(town, to)).toEqual([]);
  });

  test("in a live conversation leaves by the sandbox's number where the call says so, and only there", async () => {
    const to = newcomer();
    const conversation = await openWith(town, to);
    await untilStatus(town, await write(town, "For real.", { in: conversation }), "delivered");
    const elsewhere = await town.api.post("/api/conversations", { phone: to, channel: "sms", environment: "sandbox" });
    expect(elsewhere).toMatchObject({
      status: 409,
      body: { code: "conversation_elsewhere", conversationId: conversation },
    });
    expect(await ask(town, "Not by this one.", { in: conversation, connectionId: sandbox.id })).toMatchObject({
      status: 422,
      body: { code: "no_sender_for_environment" },
    });
    const trial = await write(town, "A trial.", { in: conversation, environment: "sandbox" });
    await untilStatus(town, trial, "delivered");
    expect([leftBy(KILN, to), leftBy(TRIAL, to)]).toEqual([1, 1]);
  });

  test("for later fails where its number belongs elsewhere by then, and leaves where it has come back", async () => {
    const sendAt = new Date(town.clock.now().getTime() + 3_600_000).toISOString();
    const [one, other] = [newcomer(), newcomer()];
    const first = await write(town, "In an hour.", { to: one, sendAt });
    await move(live, "sandbox");
    expect(await readMessage(town, first.id)).toMatchObject({ status: "scheduled" });
    await leap(town, 3_600_000);
    expect(await untilStatus(town, first, "failed")).toMatchObject({ reason: { code: "no_sender_for_environment" } });
    expect(sendRequests(town, one)).toEqual([]);
    expect(await town.api.post(`/api/messages/${first.id}/resend`, {})).toMatchObject({
      status: 422,
      body: { code: "no_sender_for_environment" },
    });
    await move(live, "live");
    const second = await write(town, "In two.", {
      to: other,
      sendAt: new Date(town.clock.now().getTime() + 3_600_000).toISOString(),
    });
    await move(live, "sandbox");
    await move(live, "live");
    await leap(town, 3_600_000);
    await untilStatus(town, second, "delivered");
  });

  test("and waits in the queue is judged again when its number moves", async () => {
    await setPace(town, sandbox, 0.01);
    const to = newcomer();
    const conversation = await openWith(town, to, { environment: "sandbox" });
    const first = await write(town, "One.", { in: conversation });
    const second = await write(town, "Two.", { in: conversation }); // its slot is a minute and a half away
    await untilStatus(town, first, "delivered");
    await move(sandbox, "live");
    expect(await untilStatus(town, second, "failed")).toMatchObject({ reason: { code: "no_sender_for_environment" } });
    expect(sendRequests(town, to)).toHaveLength(1);
    await move(sandbox, "sandbox");
    await setPace(town, sandbox, 100);
  });

  test("after a missed call leaves by the number that was called, wherever else they are written to", async () => {
    const from = newcomer();
    await write(town, "For real.", { to: from });
    await setVoice(town, sandbox, TEXTING);
    await pointCalls(town, TRIAL);
    await ring(town, { from, to: TRIAL, outcome: "no-answer" });
    await leap(town, 60_000); // so long a voicemail may still be told of
    const { text } = await untilOver(town, from);
    expect(text).toMatchObject({ reason: null });
    expect(await readMessage(town, text?.messageId ?? "")).toMatchObject({ connectionId: sandbox.id });
  });

  test("by an agent goes to the team where the sandbox has lost its number, and never by the live one", async () => {
    const phone = newcomer();
    await town.simulator.text({ from: phone, to: TRIAL, body: "When are you open?" }); // time stands still: no answer yet
    expect((await town.api.delete(`/api/channels/${sandbox.id}`)).status).toBe(200);
    await town.until("the team has it", async () => (await runsWith(phone)).length > 0);
    expect(await runsWith(phone)).toMatchObject([
      { outcome: "handed_over", reason: "reply_refused: no_sender_for_environment" },
    ]);
    const { id } = await conversationWith(town, phone);
    expect(await ask(town, "By hand, then.", { in: id })).toMatchObject({
      status: 422,
      body: { code: "no_sender_for_environment" },
    });
    expect(await ask(town, "By the live one?", { in: id, connectionId: live.id })).toMatchObject({
      status: 422,
      body: { code: "no_sender_for_environment" },
    });
    expect(sendRequests(town, phone)).toEqual([]);
    sandbox = await connectSandbox();
    await untilStatus(town, await write(town, "Here again.", { in: id, connectionId: sandbox.id }), "delivered");
    expect([leftBy(TRIAL, phone), leftBy(KILN, phone)]).toEqual([1, 0]);
  });
});
