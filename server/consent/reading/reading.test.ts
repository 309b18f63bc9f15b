/** What texts say about consent in free words, held against labelled ones; and what reading them costs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { readVerdict } from "./verdict.ts";

const Labelled = z.array(
  z.object({
    text: z.string(),
    class: z.enum(["stop", "revoke", "review", "start", "help", "none"]),
    ambiguous: z.boolean().optional(),
  }),
);
const fixture = (name: string) =>
  Labelled.parse(JSON.parse(readFileSync(join(import.meta.dirname, "../../../test/fixtures", name), "utf8")));
const labelled = [...fixture("optout.json"), ...fixture("revocations.json")];

/** STOP and an opt-out in free words are one: nothing is sent any more. */
const outcome = (verdict: string): string => (verdict === "stop" ? "revoke" : verdict === "yes" ? "none" : verdict);
const read = (text: string): string => outcome(readVerdict(text).verdict);

test("the labelled texts are many, of every class", () => {
  expect(labelled.length).toBeGreaterThan(800);
  expect(new Set(labelled.map((each) => outcome(each.class)))).toEqual(
    new Set(["revoke", "review", "start", "help", "none"]),
  );
});

test("every text that people agree on is read right", () => {
  const wrong = labelled
    .filter((each) => !each.ambiguous && read(each.text) !== outcome(each.class))
    .map((each) => `${each.text}: ${read(each.text)} instead of ${each.class}`);
  expect(wrong).toEqual([]);
});

test("what people read differently is read right or goes to review, and never opts anybody in", () => {
  const wrong = labelled
    .filter(
      (each) =>
        each.ambiguous &&
        each.class !== "start" &&
        read(each.text) !== outcome(each.class) &&
        read(each.text) !== "review",
    )
    .map((each) => `${each.text}: ${read(each.text)} instead of ${each.class}`);
  expect(wrong).toEqual([]);
  expect(labelled.filter((each) => each.ambiguous && read(each.text) === "start")).toEqual([]);
});

test.each([
  "stop by the shop at 5?",
  "can you stop the delivery",
  "don't stop texting me lol",
  "I can't stop laughing",
  "When does the bus stop running?",
  "Please cancel my order 4411",
  "Can you remove the blue mug from my order",
  "I quit my job so I have time for the class now",
  "End of the day works for me",
  "Sorry, I had the wrong address on the form",
  "No more clay left in the red bin",
  "Text me when it is fired",
  "Please don't text my husband, it is a surprise for him. Text me",
  "Don't send the parcel before Friday",
  "I did not get your message",
  "My phone stopped working yesterday",
])("an ordinary text stays one: %s", (text) => {
  expect(readVerdict(text)).toEqual({ verdict: "none" });
});

test.each([
  ["Hi Ana, please stop texting me, thanks", "stop texting me"],
  ["ok 👍🏽 please unsubscribe me from this", "unsubscribe me"],
  ["Why do you keep texting me?", "you keep texting"],
])("the words that fired are named: %s", (text, words) => {
  const reading = readVerdict(text);
  if (!("fired" in reading) || !reading.fired) throw new Error(`nothing fired in ${text}`);
  expect(text.slice(reading.fired.start, reading.fired.end)).toBe(words);
});

describe("the cost of reading", () => {
  const steps = (text: string): number => {
    const meter = { steps: 0 };
    readVerdict(text, undefined, meter);
    return meter.steps;
  };
  // What rules look furthest for, over and over, without a pause.
  const HARDEST = [
    "please don't ",
    "stop not you ",
    "text me ",
    "want ",
    "you stop it ",
    "wrong number of ",
    "no me escriba ",
    "别再发",
  ];

  test.each(HARDEST)("is in proportion to the length, for a text of nothing but: %s", (words) => {
    const [short, long] = [steps(words.repeat(200)), steps(words.repeat(1600))];
    expect(short).toBeGreaterThan(0);
    expect(long / short).toBeLessThan(8 * 1.25);
  });

  test("counts what the rules look at, so that a slow one would show", () => {
    expect(steps("please stop texting me")).toBeGreaterThan(10);
  });
});
