import { expect, test } from "vitest";
import { confidenceOf, type WeighedTerm } from "./confidence.ts";

const term = (name: string, weight = 2): WeighedTerm => ({
  name,
  forms: [name],
  typedForms: [name],
  weight,
  certainty: 1,
  isSense: false,
  shownBy: null,
});
const pair = (title: string[], covered = title, content = "") => ({
  kind: "pair" as const,
  title: title.map((each) => term(each)),
  covered: new Set(covered),
  content,
});
const text = (covered: string[]) => ({ kind: "text" as const, title: [], covered: new Set(covered), content: "" });

test("A pair's own question is certain", () => {
  expect(confidenceOf([term("fire"), term("piece")], pair(["fire", "piece"]))).toBe(1);
});

test("A name that no passage holds makes it less sure", () => {
  const asked = [term("fire"), term("piece"), term("priya", 4)];
  expect(confidenceOf(asked, pair(["fire", "piece"]))).toBe(0.5);
});

test("A part of a pair's question is less sure than the whole", () => {
  const asked = [term("clay")];
  const whole = confidenceOf(asked, pair(["clay"]));
  const part = confidenceOf(asked, pair(["clay", "glaze", "bring", "home"]));
  expect(part).toBeLessThan(whole);
  expect(part).toBeGreaterThan(0.5);
});

test("One word that stands somewhere in a paragraph does not make the paragraph an answer", () => {
  expect(confidenceOf([term("food", 1), term("place", 1)], text(["food"]))).toBeLessThan(0.25);
  expect(confidenceOf([term("dry", 3), term("sand", 3)], text(["dry", "sand"]))).toBeGreaterThan(0.8);
});

test("An answer that shows a price answers how much, though it names no price", () => {
  const price: WeighedTerm = { ...term("=price", 1), isSense: true, typedForms: [], shownBy: /\$\d/ };
  const asked = [price, term("fire")];
  const tells = confidenceOf(asked, pair(["fire"], ["fire"], "It is $6 a kilo."));
  expect(tells).toBeGreaterThan(confidenceOf(asked, pair(["fire"], ["fire"], "Yes, we do.")));
});

test("A question of nothing but courtesies is answered by nothing", () => {
  expect(confidenceOf([], pair(["fire"]))).toBe(0);
});
