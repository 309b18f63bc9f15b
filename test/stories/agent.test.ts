/** The agent answers from what the studio knows, and hands over where it does not. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { DANA, foundTown, MARCO, type Town } from "../support/town.ts";

let town: Town;
let agentId: string;
beforeAll(async () => {
  town = await foundTown();
  const base = await town.api.post("/api/knowledge-bases", { name: "The studio" });
  const pairs = [
    ["When are you open?", "We are open Tuesday to Sunday from ten to six."],
    ["How much is a wheel class?", "A two-hour wheel class is 45 dollars, clay included."],
    ["Can I bring my own pots for firing?", "Yes. Bisque firing is 5 dollars a piece; bring them any Tuesday."],
  ];
  for (const [question, answer] of pairs) {
    const added = await town.api.post(`/api/knowledge-bases/${base.body.id}/sources`, {
      kind: "pair",
      question,
      answer,
    });
    expect(added.status).toBe(201);
  }
  const agent = await town.api.post("/api/agents", {
    name: "Clay",
    knowledgeBaseIds: [base.body.id],
    handoverText: "A person will answer you here.",
  });
  expect(agent.status).toBe(201);
  agentId = agent.body.id ?? "";
  await town.connect(undefined, { agentId });
});
afterAll(() => town.stop());

const conversationOf = async (phone: string) => {
  const contact = (await town.api.get(`/api/contacts?phone=${encodeURIComponent(phone)}`)).body.items?.[0];
  return (await town.api.get(`/api/conversations?contactId=${contact?.id}`)).body.items?.[0];
};

test("the channel shows the agent and its knowledge base", async () => {
  expect((await town.api.get("/api/channels")).body.items).toMatchObject([
    { agentId, knowledgeBase: { name: "The studio" } },
  ]);
});

test("a question that the studio has an answer to is answered, with its source on record", async () => {
  await town.text(DANA, "how much is the wheel class?");
  await town.until("Dana has an answer", () => town.received(DANA).length > 0);
  expect(town.received(DANA).map((each) => each.body)).toEqual([
    "A two-hour wheel class is 45 dollars, clay included.",
  ]);
  const conversation = await conversationOf(DANA);
  expect(conversation).toMatchObject({ status: "AI_ACTIVE", agentId });
  const runs = await town.api.get(`/api/conversations/${conversation?.id}/runs`);
  expect(runs.body.items).toMatchObject([{ outcome: "answered", sources: [{ title: "How much is a wheel class?" }] }]);
});

test("a burst is answered once", async () => {
  const before = town.received(DANA).length;
  await town.text(DANA, "And one more thing");
  await town.text(DANA, "when are you open");
  await town.until("Dana has another answer", () => town.received(DANA).length > before);
  await town.pass(30_000);
  expect(
    town
      .received(DANA)
      .slice(before)
      .map((each) => each.body),
  ).toEqual(["We are open Tuesday to Sunday from ten to six."]);
});

test("what the studio does not know goes to the team", async () => {
  await town.text(MARCO, "Do you repair bicycles?");
  await town.until("Marco hears of a person", () => town.received(MARCO).length > 0);
  expect(town.received(MARCO).map((each) => each.body)).toEqual(["A person will answer you here."]);
  expect(await conversationOf(MARCO)).toMatchObject({ status: "OPEN", agentId });
});

test("once a person has the conversation the agent is silent, until it is handed back", async () => {
  const conversation = await conversationOf(MARCO);
  await town.text(MARCO, "When are you open?");
  await town.pass(60_000);
  expect(town.received(MARCO)).toHaveLength(1);
  const back = await town.api.patch(`/api/conversations/${conversation?.id}`, { agentId });
  expect(back.body).toMatchObject({ status: "AI_ACTIVE" });
  await town.until("the agent answers what was open", () => town.received(MARCO).length > 1);
  expect(town.received(MARCO).at(-1)?.body).toBe("We are open Tuesday to Sunday from ten to six.");
});

test("after a STOP the agent says nothing more", async () => {
  const before = town.received(DANA).filter((each) => !each.automatic).length;
  await town.text(DANA, "How much is a wheel class?");
  await town.text(DANA, "STOP");
  await town.pass(60_000);
  await town.text(DANA, "When are you open?");
  await town.pass(60_000);
  expect(town.received(DANA).filter((each) => !each.automatic)).toHaveLength(before);
  expect((await conversationOf(DANA))?.lastMessage).toMatchObject({ content: "When are you open?" });
});

test("when the agent is removed, what it had is the team's", async () => {
  await town.text("+14155550103", "How much is a wheel class?");
  await town.until("there is an answer", () => town.received("+14155550103").length > 0);
  expect(await conversationOf("+14155550103")).toMatchObject({ status: "AI_ACTIVE" });
  expect((await town.api.delete(`/api/agents/${agentId}`)).status).toBe(204);
  expect(await conversationOf("+14155550103")).toMatchObject({ status: "OPEN" });
  expect((await town.api.get("/api/channels")).body.items).toMatchObject([{ agentId: null, knowledgeBase: null }]);
});
