import { afterAll, beforeAll, expect, test } from "vitest";
import type { KnowledgeBaseId, WorkspaceId } from "../../contract/ids.ts";
import { foundTown, type Town } from "../../test/support/town.ts";
import { type FoundPassage, findPassages } from "./find-passages.ts";
import { type Fixture, kilnAndCo, marcosCycles, oakStreetDental } from "./fixture.ts";

let town: Town;
let workspaceId: WorkspaceId;
beforeAll(async () => {
  town = await foundTown();
  workspaceId = (await town.api.get("/api/me")).body.workspaceId as WorkspaceId;
});
afterAll(() => town.stop());

async function knows(sources: Fixture["sources"], language = "en"): Promise<KnowledgeBaseId> {
  const base = await town.api.post("/api/knowledge-bases", { name: "Everything", language });
  for (const source of sources)
    expect((await town.api.post(`/api/knowledge-bases/${base.body.id}/sources`, source)).status).toBe(201);
  return base.body.id as KnowledgeBaseId;
}
const ask = (baseId: KnowledgeBaseId, question: string): Promise<FoundPassage[]> =>
  town.house.database.view(workspaceId, (view) => findPassages(view, [baseId], question, 3));
const pair = (question: string, answer: string) => ({ kind: "pair" as const, question, answer });

/** What an agent with the usual bound would do with each question. */
async function measure({ sources, questions }: Fixture) {
  const baseId = await knows(sources);
  const missed: string[] = [];
  const wrong: string[] = [];
  for (const [question, answer] of questions) {
    const [best] = await ask(baseId, question);
    const isSure = best !== undefined && best.confidence >= 0.5;
    const isRight = answer !== null && (best?.title.startsWith(answer) || best?.content.includes(answer));
    if (answer !== null && !isSure) missed.push(question);
    if (isSure && !isRight) wrong.push(`${question} -> ${best.title} (${best.confidence.toFixed(2)})`);
  }
  const answerable = questions.filter(([, answer]) => answer !== null).length;
  return { wrong, answered: (answerable - missed.length) / answerable };
}

test.each([
  ["Kiln & Co.", kilnAndCo],
  ["Marco's Cycles", marcosCycles],
  ["Oak Street Dental", oakStreetDental],
])("%s: most questions are answered, none is answered wrongly", async (_name, fixture) => {
  const { wrong, answered } = await measure(fixture);
  expect(wrong).toEqual([]);
  expect(answered).toBeGreaterThanOrEqual(0.85);
});

test("A base of one pair answers it and nothing else", async () => {
  const baseId = await knows([pair("Do you repair pots?", "Yes, with kintsugi.")]);
  expect((await ask(baseId, "do u repair pots"))[0]?.confidence).toBeGreaterThan(0.9);
  expect((await ask(baseId, "do you repair bikes"))[0]?.confidence).toBeLessThan(0.5);
  expect(await ask(baseId, "hello, how are you?")).toEqual([]);
});

test("A base of one short text answers from it", async () => {
  const content = "Finished pots can be returned within 30 days if they are unused. We refund to the same card.";
  const baseId = await knows([{ kind: "text", title: "Returns", content }]);
  expect((await ask(baseId, "can I return unused pots?"))[0]).toMatchObject({ kind: "text", title: "Returns" });
  expect((await ask(baseId, "can I return unused pots?"))[0]?.confidence).toBeGreaterThan(0.5);
});

test.each([
  ["es", "¿Cuánto cuesta una clase de torno?", "60 euros", "cuanto vale la clase de torno", "¿reparan bicicletas?"],
  [
    "fr",
    "Quels sont vos horaires d'ouverture ?",
    "De 10h à 18h.",
    "vous êtes ouverts à quelle heure",
    "réparez-vous les vélos",
  ],
  ["de", "Wie viel kostet ein Töpferkurs?", "60 Euro", "was kostet der topferkurs", "repariert ihr fahrräder"],
])(
  "A base in %s is asked in its language, with or without accents",
  async (language, question, answer, asked, other) => {
    const baseId = await knows([pair(question, answer), pair("Kiln & Co.", "Via Mill 12")], language);
    expect((await ask(baseId, asked))[0]).toMatchObject({ title: question });
    expect((await ask(baseId, asked))[0]?.confidence).toBeGreaterThan(0.5);
    expect((await ask(baseId, other))[0]?.confidence ?? 0).toBeLessThan(0.5);
  },
);

test("A source that was removed answers nothing, and its words weigh nothing any more", async () => {
  const baseId = await knows([pair("Do you fire pots?", "Yes.")]);
  const path = `/api/knowledge-bases/${baseId}/sources`;
  const [source] = (await town.api.get(path)).body.items ?? [];
  expect((await town.api.delete(`${path}/${source?.id}`)).status).toBe(204);
  expect(await ask(baseId, "do you fire pots")).toEqual([]);
  const words = await town.house.database.view(workspaceId, (view) =>
    view.rows("select 1 from knowledge_words where workspace_id = $1 and knowledge_base_id = $2", [
      workspaceId,
      baseId,
    ]),
  );
  expect(words).toEqual([]);
  expect((await town.api.delete(`${path}/${source?.id}`)).status).toBe(404);
});

const wordsOf = (baseId: KnowledgeBaseId) =>
  town.house.database.view(workspaceId, (view) =>
    view.rows("select word, passages from knowledge_words where knowledge_base_id = $1 order by word", [baseId]),
  );

test("A source that was changed answers by its new words alone, and weighs what it would have weighed from the start", async () => {
  const sources = [
    pair("Do you fire pots?", "Yes."),
    { kind: "text" as const, title: "Dogs", content: "They may come." },
  ];
  const baseId = await knows(sources);
  const path = `/api/knowledge-bases/${baseId}/sources`;
  const [first, second] = (await town.api.get(path)).body.items ?? [];
  const answer = { question: "Can I rent a wheel?", answer: "Yes, $12 an hour." };
  expect(await town.api.patch(`${path}/${first?.id}`, answer)).toMatchObject({
    status: 200,
    body: { id: first?.id, kind: "pair", title: answer.question, content: answer.answer, createdAt: first?.createdAt },
  });
  const content = "Dogs stay outside.";
  expect((await town.api.patch(`${path}/${second?.id}`, { content })).body).toMatchObject({ title: "Dogs", content });
  expect(await ask(baseId, "do you fire pots")).toEqual([]);
  expect((await ask(baseId, "can i rent a wheel"))[0]).toMatchObject({ content: answer.answer });
  expect((await ask(baseId, "do dogs stay outside"))[0]).toMatchObject({ content });
  expect((await town.api.get(path)).body.items?.map(({ id }) => id)).toEqual([first?.id, second?.id]);
  const anew = await knows([
    { kind: "pair", ...answer },
    { kind: "text", title: "Dogs", content },
  ]);
  expect(await wordsOf(baseId)).toEqual(await wordsOf(anew));
});

test("A source stays what it is: a question has no title, and nothing of it goes empty", async () => {
  const baseId = await knows([pair("Do you fire pots?", "Yes.")]);
  const path = `/api/knowledge-bases/${baseId}/sources`;
  const [source] = (await town.api.get(path)).body.items ?? [];
  expect(await town.api.patch(`${path}/${source?.id}`, { title: "Pots" })).toMatchObject({
    status: 422,
    body: { code: "source_kind_mismatch", errors: [{ path: "title" }] },
  });
  expect((await town.api.patch(`${path}/${source?.id}`, { answer: " " })).status).toBe(422);
  const elsewhere = await knows([]);
  expect((await town.api.patch(`/api/knowledge-bases/${elsewhere}/sources/${source?.id}`, {})).status).toBe(404);
  expect((await town.api.get(path)).body.items).toEqual([source]);
});

test("The search looks into the workspace of its own transaction only", async () => {
  const baseId = await knows([pair("Do you fire pots?", "Yes.")]);
  const search = "select 1 from find_passages($1, $2, '{fire}', '{1}', 9)";
  const elsewhere: WorkspaceId = `wsp_${"0".repeat(32)}`;
  const { database } = town.house;
  expect(await database.view(workspaceId, (view) => view.rows(search, [workspaceId, [baseId]]))).toHaveLength(1);
  expect(await database.view(elsewhere, (view) => view.rows(search, [workspaceId, [baseId]]))).toEqual([]);
});
