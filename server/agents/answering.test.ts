import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { DANA, foundTown, KILN, type Town } from "../../test/support/town.ts";

let town: Town;
let agentId: string;
let phones = 200;
let phone = DANA;
const HANDOVER = "A person will answer you here.";

beforeAll(async () => {
  town = await foundTown();
  const base = await town.api.post("/api/knowledge-bases", { name: "Studio" });
  const tell = (question: string, answer: string) =>
    town.api.post(`/api/knowledge-bases/${base.body.id}/sources`, { kind: "pair", question, answer });
  await tell("What are your opening hours?", "Tuesday to Sunday, 10am to 6pm.");
  await tell("Where can I park?", "Behind the studio, for free.");
  await tell("How much does a wheel class cost?", "A wheel class is $65.");
  await tell("Do you fire pots made elsewhere?", "Yes, $6 a kilo.");
  const draft = { name: "Clay", knowledgeBaseIds: [base.body.id], handoverText: HANDOVER };
  const agent = await town.api.post("/api/agents", draft);
  expect(agent.status).toBe(201);
  agentId = String(agent.body.id);
  await town.connect(KILN, { agentId });
});
afterAll(() => town.stop());
afterEach(async () => {
  await town.api.patch(`/api/agents/${agentId}`, { active: true, modelId: null });
  phone = `+14155550${phones++}`;
});

/** The conversation of this test's customer, and what the agent did in it, newest first. */
async function conversation() {
  const contact = (await town.api.get(`/api/contacts?phone=${encodeURIComponent(phone)}`)).body.items?.[0];
  const id = String((await town.api.get(`/api/conversations?contactId=${contact?.id}`)).body.items?.[0]?.id);
  const runs = (await town.api.get(`/api/conversations/${id}/runs`)).body.items ?? [];
  return { id, runs, status: (await town.api.get(`/api/conversations/${id}`)).body.status };
}
const runsAre = (count: number) =>
  town.until(`${count} runs`, async () => {
    const now = await conversation();
    return now.runs.length >= count && now;
  });
const replies = () => town.received(phone).map((each) => each.body);
const receives = (count: number) => town.until(`${count} texts`, () => replies().length >= count && replies());

test("The agent answers from the knowledge base, and the inbox shows what it used", async () => {
  await town.text(phone, "hi, how much is a wheel class?");
  expect(await receives(1)).toEqual(["A wheel class is $65."]);
  const { status, runs } = await conversation();
  expect(status).toBe("AI_ACTIVE");
  expect(runs).toMatchObject([
    { outcome: "answered", agentId, sources: [{ title: "How much does a wheel class cost?" }], confidence: 1 },
  ]);
});

test("A burst is answered once, together", async () => {
  await town.text(phone, "hi");
  await town.text(phone, "where do i");
  await town.text(phone, "park");
  expect(await receives(1)).toEqual(["Behind the studio, for free."]);
  town.clock.advance(20_000);
  expect((await runsAre(1)).runs).toHaveLength(1);
});

test("What it does not know goes to the team, with one text", async () => {
  await town.text(phone, "can i park my helicopter on the roof?");
  const { status, runs } = await runsAre(1);
  expect(status).toBe("OPEN");
  expect(runs).toMatchObject([{ outcome: "handed_over", reason: "not_sure" }]);
  expect(await receives(1)).toEqual([HANDOVER]);
  await town.text(phone, "hello? where can i park?");
  town.clock.advance(20_000);
  expect((await runsAre(1)).runs).toHaveLength(1);
});

test.each([
  ["can i talk to a person", "asked_for_person"],
  ["your class was a scam, i want my money back", "needs_person"],
])("%j goes to the team at once", async (words, reason) => {
  await town.text(phone, words);
  expect(await runsAre(1)).toMatchObject({ status: "OPEN", runs: [{ outcome: "handed_over", reason }] });
});

test("It says that it is automated when asked, and greets who greets", async () => {
  await town.text(phone, "hello");
  expect((await receives(1))[0]).toContain("automated assistant");
  await town.text(phone, "are you a real person?");
  expect((await receives(2))[1]).toContain("not a person");
});

test("A keyword is no question, and what came before a START is not answered after it", async () => {
  for (const words of ["do you fire pots made elsewhere?", "STOP", "START", "HELP", "where can i park?"])
    await town.text(phone, words);
  await runsAre(1);
  await town.until("the answer", () => replies().includes("Behind the studio, for free."));
  expect(replies()).not.toContain("Yes, $6 a kilo.");
});

test("Thanks are left alone", async () => {
  await town.text(phone, "where can i park?");
  await receives(1);
  await town.text(phone, "great, thanks!");
  expect((await runsAre(2)).runs[0]).toMatchObject({ outcome: "abandoned", reason: "nothing_asked" });
  expect(await conversation()).toMatchObject({ status: "AI_ACTIVE" });
});

test("The same words again are a person's to answer", async () => {
  await town.text(phone, "where can i park?");
  await receives(1);
  await town.text(phone, "Where can I park?");
  expect((await runsAre(2)).runs[0]).toMatchObject({ outcome: "handed_over", reason: "repeated" });
});

test("After ten answers within an hour a person takes over", async () => {
  const questions = ["where can i park", "how much is a wheel class", "do you fire pots made elsewhere"];
  for (let count = 1; count <= 10; count++) {
    await town.text(phone, `${questions[count % 3]}${"?".repeat(count)}`);
    await town.pass(5000); // it waits for more words, and nobody need ask meanwhile
    await runsAre(count);
  }
  await town.text(phone, "what are your opening hours");
  const { runs } = await runsAre(11);
  expect(runs.slice(1).every((run) => run.outcome === "answered")).toBe(true);
  expect(runs[0]).toMatchObject({ outcome: "handed_over", reason: "too_many_answers" });
});

test("Who has taken the conversation is not talked over", async () => {
  await town.text(phone, "how much is a wheel class?");
  const { id } = await conversation();
  await town.api.patch(`/api/conversations/${id}`, { assigneeId: await someMember() });
  town.clock.advance(20_000);
  await town.passing(town.house.database.ground.rows("select 1"));
  expect(await conversation()).toMatchObject({ status: "ASSIGNED", runs: [] });
  expect(replies()).toEqual([]);
});
const someMember = async () => (await town.api.get("/api/members")).body.items?.[0]?.id;

test("An agent that was switched off hands over what waits for it", async () => {
  await town.text(phone, "how much is a wheel class?");
  await town.api.patch(`/api/agents/${agentId}`, { active: false });
  expect(await runsAre(1)).toMatchObject({ status: "OPEN", runs: [{ reason: "agent_inactive" }] });
});

/** A model server that gives one answer, as soon as it may. */
async function withModel(content: string, story: (hold: PromiseWithResolvers<void>) => Promise<void>, isHeld = false) {
  const hold = Promise.withResolvers<void>();
  if (!isHeld) hold.resolve();
  const server: Server = createServer(async (_request, response) => {
    await hold.promise;
    response.setHeader("content-type", "application/json");
    const message = { role: "assistant", content };
    response.end(
      JSON.stringify({ id: "1", created: 1, model: "m", choices: [{ index: 0, message, finish_reason: "stop" }] }),
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const draft = { name: "Local", provider: "openai-compatible", baseUrl, model: "m", apiKey: "a-secret-of-kiln" };
  const model = await town.api.post("/api/models", draft);
  expect(JSON.stringify(model.body)).not.toContain("a-secret-of-kiln");
  await town.api.patch(`/api/agents/${agentId}`, { modelId: model.body.id });
  try {
    await story(hold);
    expect(await town.api.delete(`/api/models/${model.body.id}`)).toMatchObject({
      status: 409,
      body: { code: "model_in_use" },
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test("With a model, the model's words are sent, with the passages it used", () =>
  withModel('{"answer": "It is $65 with clay.", "sources": [1]}', async () => {
    await town.text(phone, "how much is a wheel class?");
    expect(await receives(1)).toEqual(["It is $65 with clay."]);
    expect((await conversation()).runs).toMatchObject([{ sources: [{ title: "How much does a wheel class cost?" }] }]);
  }));

test("A price that nobody wrote is not sent: the passage itself is", () =>
  withModel('{"answer": "For you $5!", "sources": [1]}', async () => {
    await town.text(phone, "how much is a wheel class?");
    expect(await receives(1)).toEqual(["A wheel class is $65."]);
    expect((await conversation()).runs).toMatchObject([{ outcome: "answered", reason: "model_invented" }]);
  }));

test("A model that is broken falls back to the passage, and that is on record", () =>
  withModel("I am no JSON", async () => {
    await town.text(phone, "how much is a wheel class?");
    expect(await receives(1)).toEqual(["A wheel class is $65."]);
    expect((await conversation()).runs).toMatchObject([{ outcome: "answered", reason: "model_malformed" }]);
  }));

test("A person who takes over while the model thinks is not talked over", () =>
  withModel(
    '{"answer": "It is $65.", "sources": [1]}',
    async (hold) => {
      await town.text(phone, "how much is a wheel class?");
      const { id } = await conversation();
      await town.until("the turn is under way", () =>
        town.house.database.ground.maybe("select 1 from turns where conversation_id = $1 and tries > 0", [id]),
      );
      await town.api.patch(`/api/conversations/${id}`, { assigneeId: await someMember() });
      hold.resolve();
      expect(await runsAre(1)).toMatchObject({
        status: "ASSIGNED",
        runs: [{ outcome: "abandoned", reason: "taken_over" }],
      });
      expect(replies()).toEqual([]);
    },
    true,
  ));

test("A question that comes while the model thinks is answered together with the first", () =>
  withModel(
    '{"answer": "It is $65.", "sources": [1]}',
    async (hold) => {
      await town.text(phone, "how much is a wheel class?");
      const { id } = await conversation();
      await town.until("the turn is under way", () =>
        town.house.database.ground.maybe("select 1 from turns where conversation_id = $1 and tries > 0", [id]),
      );
      await town.text(phone, "with clay?");
      hold.resolve();
      expect((await runsAre(2)).runs).toMatchObject([
        { outcome: "answered" },
        { outcome: "abandoned", reason: "newer_message" },
      ]);
      expect(await receives(1)).toEqual(["It is $65."]);
    },
    true,
  ));

test("A turn that failed five times is handed over", async () => {
  await town.text(phone, "how much is a wheel class?");
  const { id } = await conversation();
  await town.house.database.ground.rows("update turns set tries = 5 where conversation_id = $1", [id]);
  expect(await runsAre(1)).toMatchObject({ status: "OPEN", runs: [{ reason: "failed_too_often" }] });
});

test("An agent names what is not there", async () => {
  const base = `kbs_${"0".repeat(32)}`;
  expect(await town.api.post("/api/agents", { name: "X", knowledgeBaseIds: [base] })).toMatchObject({
    status: 422,
    body: { code: "knowledge_base_not_found" },
  });
  expect(await town.api.post("/api/agents", { name: "X", modelId: `mdl_${"0".repeat(32)}` })).toMatchObject({
    status: 422,
    body: { code: "model_not_found" },
  });
});

test("A removed agent leaves what waits for it to the team at once", async () => {
  await town.text(phone, "how much is a wheel class?");
  expect((await town.api.delete(`/api/agents/${agentId}`)).status).toBe(204);
  expect((await town.api.get(`/api/agents/${agentId}`)).status).toBe(404);
  expect(await conversation()).toMatchObject({ status: "OPEN", runs: [] });
  await town.pass(10_000);
  expect(replies()).toEqual([]);
});
