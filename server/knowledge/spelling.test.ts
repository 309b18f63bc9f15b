import { expect, test } from "vitest";
import { meant } from "./spelling.ts";

const near = (typed: string, ...words: string[]) =>
  meant(words.map((similar) => ({ typed, similar })))?.similar ?? null;

test.each([
  ["parkng", "parking"],
  ["clsas", "class"],
  ["adress", "address"],
  ["accessable", "accessible"],
  ["cancelation", "cancellation"],
])("%s was meant to be %s", (typed, word) => {
  expect(near(typed, "pottery", word)).toBe(word);
});

test.each([
  ["worse", "works"],
  ["bikes", "bakes"],
  ["cat", "cut"],
  ["glass", "class"],
  ["10am", "11am"],
])("%s is not %s", (typed, word) => {
  expect(near(typed, word)).toBeNull();
});
