import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defaultKeywords, extendKeywords, languageOf, matchKeyword } from "./keywords.ts";
import { normalise } from "./normalise.ts";

const Case = z.object({
  text: z.string(),
  class: z.enum(["stop", "start", "help", "none", "revoke"]),
  why: z.string(),
  ambiguous: z.boolean().optional(),
});
const cases = z
  .array(Case)
  .min(200)
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, "../../test/fixtures/optout.json"), "utf8")));
const clear = cases.filter((one) => !one.ambiguous);

const allKeywords = Object.values(defaultKeywords).flat();
const verdictOf = (text: string) => matchKeyword(text)?.verdict ?? null;

describe("the opt-out cases", () => {
  test.each(clear.filter((one) => one.class !== "none" && one.class !== "revoke"))("$text: $class ($why)", (one) => {
    expect(verdictOf(one.text)).toBe(one.class);
  });

  test.each(clear.filter((one) => one.class === "none"))("$text is an ordinary message ($why)", ({ text }) => {
    expect(matchKeyword(text)).toBeNull();
  });

  test("a revocation in free text is never read as START or HELP", () => {
    const revocations = cases.filter((one) => one.class === "revoke");
    expect(revocations.length).toBeGreaterThan(80);
    for (const { text } of revocations) expect([null, "stop"], text).toContain(verdictOf(text));
  });

  test("an ambiguous message never opts anybody in", () => {
    for (const { text } of cases.filter((one) => one.ambiguous)) expect([null, "yes"], text).toContain(verdictOf(text));
  });
});

describe("a verdict does not change", () => {
  const texts = fc.oneof(
    fc.constantFrom(...allKeywords, ...clear.map(({ text }) => text)),
    fc.string({ unit: fc.constantFrom(..."STOPstarHELi .!-“”>\n") }),
  );
  const space = fc.string({
    unit: fc.constantFrom(" ", "\t", "\r\n", "\n", "\u00a0", "\u3000", "\u200b"),
    maxLength: 4,
  });

  test("with upper or lower case", () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(verdictOf(text.toUpperCase())).toBe(verdictOf(text));
        expect(verdictOf(text.toLowerCase())).toBe(verdictOf(text));
      }),
    );
  });

  test("with white space around, or one mark at the end", () => {
    fc.assert(
      fc.property(texts, space, space, fc.constantFrom("", ".", "!", "?", ",", ";"), (text, before, after, mark) => {
        expect(verdictOf(`${before}${text}${mark}${after}`)).toBe(verdictOf(text));
      }),
    );
  });
});

describe("any text", () => {
  test("of 1,600 characters gets an answer, and a normal form stays as it is", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 1600, size: "max" }),
      fc.string({ unit: fc.constantFrom("\ud800", "\u0301", "ﷺ", "\n> ", "“", "S ", "STOP ", "On "), maxLength: 1600 }),
    );
    fc.assert(
      fc.property(text, (any) => {
        matchKeyword(any);
        const normal = normalise(normalise(any));
        expect(normalise(normal)).toBe(normal);
      }),
    );
  });

  test.each(["a ", "S T O P ", "> \n", "On \n", "“", "-", "\u0301", "ﷺ", "Liked “"])(
    "takes no more than time in proportion to its length: %j",
    (part) => {
      const short = fastest(() => normalise(part.repeat(2000).slice(0, 1000)));
      const long = fastest(() => normalise(part.repeat(2000).slice(0, 4000)));
      expect(long).toBeLessThan(short * 12 + 1); // 4 if linear, 16 if quadratic; 1 ms for a busy machine
    },
  );

  function fastest(act: () => void): number {
    const times = Array.from({ length: 20 }, () => {
      const start = performance.now();
      act();
      return performance.now() - start;
    });
    return Math.min(...times);
  }
});

describe("what a mail program or a phone adds is not what the person wrote", () => {
  test.each([
    ["STOP\n\nSent from my iPhone", "stop"],
    ["STOP\n-- \nDana Reyes\nReyes Ceramics", "stop"],
    ["Stop\r\nOn Mon, 3 Nov 2026 at 10:02, Kiln & Co. wrote:\r\n> Spring sale. Reply STOP to opt out", "stop"],
    ["> STOP", "stop"],
    ["Loved “STOP”", null],
    ["Reacted 👍 to “START”", null],
    ["> START\nwhat does this do", null],
  ])("%j", (text, verdict) => {
    expect(verdictOf(text)).toBe(verdict);
  });
});

test("tells what a provider with exact matching catches too", () => {
  expect(matchKeyword(" Stop\n")).toEqual({ verdict: "stop", keyword: "STOP", exact: true });
  for (const text of ["STOP.", "ЅТОР", "S T O P", "ſtop", "STOP STOP"]) {
    expect(matchKeyword(text), text).toEqual({ verdict: "stop", keyword: "STOP", exact: false });
  }
});

test("help or start together with stop is neither", () => {
  for (const text of ["help stop", "HELP, how do I stop these", "START STOP", "info? stop"]) {
    expect(verdictOf(text), text).toBeNull();
  }
});

test("YES is a verdict of its own, and an answer that contains it is not", () => {
  expect(verdictOf("Yes!")).toBe("yes");
  expect(verdictOf("yes please")).toBeNull();
});

test("a Russian word is not taken for the Latin letters that it looks like", () => {
  expect(normalise("сор")).toBe("COP");
  expect(normalise("стоп")).toBe("СТОП");
  expect(matchKeyword("стоп")).toEqual({ verdict: "stop", keyword: "СТОП", exact: true });
});

describe("the lists", () => {
  test("hold each word once, in normal form", () => {
    expect(allKeywords.map(normalise)).toEqual(allKeywords);
    expect(new Set(allKeywords).size).toBe(allKeywords.length);
  });

  test("take a workspace's words in, however they are written", () => {
    const keywords = extendKeywords(defaultKeywords, { stop: ["no más", "  "], start: ["Únete"], help: ["¿qué?"] });
    expect(matchKeyword("No mas!", keywords)?.verdict).toBe("stop");
    expect(matchKeyword("UNETE", keywords)?.verdict).toBe("start");
    expect(matchKeyword("Que", keywords)?.verdict).toBe("help");
    expect(matchKeyword("", keywords)).toBeNull();
    expect(matchKeyword("STOP", keywords)?.verdict).toBe("stop");
    expect(matchKeyword("no más")).toBeNull();
  });

  test("let nobody give another meaning to a word that has one", () => {
    const keywords = extendKeywords(defaultKeywords, { start: ["Stop", "yes", "join"], help: ["START", "join"] });
    expect(matchKeyword("stop", keywords)?.verdict).toBe("stop");
    expect(matchKeyword("yes", keywords)?.verdict).toBe("yes");
    expect(matchKeyword("start", keywords)?.verdict).toBe("start");
    expect(matchKeyword("join", keywords)?.verdict).toBe("start");
  });

  test("know the language to answer in", () => {
    expect(["ARRET", "AYUDA", "STOP", "SOMETHING ELSE"].map(languageOf)).toEqual(["fr", "es", "en", "en"]);
  });
});
