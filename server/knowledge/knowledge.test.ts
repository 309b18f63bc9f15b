import { afterAll, beforeAll, expect, test } from "vitest";
import { foundTown, type Town } from "../../test/support/town.ts";

let town: Town;
beforeAll(async () => {
  town = await foundTown();
});
afterAll(() => town.stop());

const bases = "/api/knowledge-bases";

test("A knowledge base is made, renamed, read and removed", async () => {
  const made = await town.api.post(bases, { name: "Studio" });
  expect(made).toMatchObject({ status: 201, body: { name: "Studio", language: "en" } });
  const path = `${bases}/${made.body.id}`;
  expect((await town.api.patch(path, { name: "The studio" })).body.name).toBe("The studio");
  expect((await town.api.patch(path, {})).body.name).toBe("The studio");
  expect((await town.api.get(bases)).body.items).toHaveLength(1);
  expect((await town.api.delete(path)).status).toBe(204);
  expect((await town.api.get(path)).status).toBe(404);
  expect((await town.api.delete(path)).status).toBe(404);
  expect((await town.api.post(`${path}/sources`, { kind: "pair", question: "Q", answer: "A" })).status).toBe(404);
});

test("Sources are listed page by page, oldest first", async () => {
  const path = `${bases}/${(await town.api.post(bases, { name: "Pages" })).body.id}/sources`;
  for (const question of ["one", "two", "three"]) await town.api.post(path, { kind: "pair", question, answer: "yes" });
  const first = await town.api.get(`${path}?limit=2`);
  expect(first.body.items?.map((each) => each.title)).toEqual(["one", "two"]);
  const second = await town.api.get(`${path}?limit=2&cursor=${first.body.nextCursor}`);
  expect(second.body).toMatchObject({ items: [{ title: "three" }], nextCursor: null });
});

test("A long text is kept as it was given and cut into passages that are found one by one", async () => {
  const path = `${bases}/${(await town.api.post(bases, { name: "Texts" })).body.id}/sources`;
  const content = `# Kilns\n${"The kiln is hot. ".repeat(60)}\n\n# Dogs\nDogs stay outside.`;
  const { body } = await town.api.post(path, { kind: "text", title: "Guide", content });
  expect(body).toMatchObject({ kind: "text", title: "Guide", content });
  expect((await town.api.post(path, { kind: "text", title: "", content: "x" })).status).toBe(422);
});
