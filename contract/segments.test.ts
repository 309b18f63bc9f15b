import { readFileSync } from "node:fs";
import fc from "fast-check";
import calc from "sms-segments-calculator";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { noSharedFiles, sharedFile } from "../test/support/shared.ts";
import { gsm7SubstituteFor, isGsm7 } from "./gsm7.ts";
import { countSegments } from "./segments.ts";

/** The same facts as Twilio's own calculator tells them. */
function asCalculatorCounts(text: string) {
  const message = new calc.SegmentedMessage(text);
  const unicode = message.getEncodingName() === "UCS-2";
  return {
    encoding: message.getEncodingName(),
    segments: message.segmentsCount,
    characters: message.numberOfUnicodeScalars,
    units: message.messageSize / (unicode ? 16 : 7),
    unicodeCharacters: unicode ? message.getNonGsmCharacters() : [],
  };
}

function asWeCount(text: string) {
  const count = countSegments(text);
  return { ...count, unicodeCharacters: count.unicodeCharacters.map(({ character }) => character) };
}

const anyCodePoint = fc.integer({ min: 0, max: 0x10ffff }).map(fromCode);
const marks = fc.integer({ min: 0x300, max: 0x302f }).map(fromCode);
const ofGsm7 = fc.constantFrom(..."@£$èéÇ\n\rØåΔ_ΦΩ !#¤Aa09ñüà");
const ofExtension = fc.constantFrom(..."\f^{}\\[~]|€");
const joinables = fc.constantFrom(
  ...["👩", "👨", "👧", "❤", "\ufe0f", "\u200d", "🏽", "🇨", "🇦", "☝", "💻", "🧑", "🤝", "e\u0301", "\u0301", "ः"],
  ...["क्ष", "\u0600", "ᄀ", "ᅡ", "ᆨ", "가", "각", "“", "—", "\u200b", "\r\n", "\ud800", "\udc00"],
);

function fromCode(codePoint: number): string {
  return codePoint > 0xffff ? String.fromCodePoint(codePoint) : String.fromCharCode(codePoint);
}

function textOf(...characters: fc.Arbitrary<string>[]) {
  return fc.array(fc.oneof(...characters), { maxLength: 180, size: "max" }).map((all) => all.join(""));
}

describe("a text is counted as Twilio's calculator counts it", () => {
  test("in its published examples and at every boundary", ({ skip }) => {
    const file = sharedFile("vectors/segments.json");
    if (!file) return skip(noSharedFiles);
    const row = z.object({
      text: z.string(),
      encoding: z.string(),
      segments: z.number(),
      units: z.number(),
      message_bits: z.number(),
    });
    const { rows } = z.object({ rows: z.array(row).min(100) }).parse(JSON.parse(readFileSync(file, "utf8")));
    for (const { text, encoding, segments, units } of rows) {
      expect(countSegments(text), text).toMatchObject({ encoding, segments, units });
      expect(asWeCount(text), text).toEqual(asCalculatorCounts(text));
    }
  });

  test.each([
    ["plain", textOf(ofGsm7, ofExtension)],
    ["plain but for one emoji", fc.tuple(textOf(ofGsm7, ofExtension), textOf(ofGsm7)).map((both) => both.join("😜"))],
    ["joined", textOf(joinables)],
    ["mixed", textOf(ofGsm7, ofExtension, joinables, marks)],
    ["any code point", textOf(anyCodePoint, marks)],
  ])(
    "in random texts: %s",
    (_, texts) => {
      fc.assert(
        fc.property(texts, (text) => {
          expect(asWeCount(text)).toEqual(asCalculatorCounts(text));
        }),
        { numRuns: 4000 }, // five kinds of texts: 20,000 in all
      );
    },
    300_000,
  );
});

test("every UTF-16 code unit is GSM-7 exactly where the calculator says so", () => {
  for (let unit = 0; unit <= 0xffff; unit++) {
    const text = fromCode(unit);
    expect(isGsm7(text), unit.toString(16)).toBe(new calc.SegmentedMessage(text).getEncodingName() === "GSM-7");
  }
});

test("an empty text is one segment, as the calculator has it", () => {
  expect(countSegments("")).toEqual({
    encoding: "GSM-7",
    segments: 1,
    characters: 0,
    units: 0,
    unicodeCharacters: [],
  });
});

test("points at each character that forces UCS-2, and offers what can stand in for it", () => {
  const text = "“Kiln’s” open… e\u0301 👩‍💻";
  const { encoding, unicodeCharacters } = countSegments(text);
  expect(encoding).toBe("UCS-2");
  expect(unicodeCharacters).toEqual([
    { index: 0, character: "“", replacement: '"' },
    { index: 5, character: "’", replacement: "'" },
    { index: 7, character: "”", replacement: '"' },
    { index: 13, character: "…", replacement: "..." },
    { index: 15, character: "e\u0301", replacement: "é" },
    { index: 18, character: "👩‍💻" },
  ]);
});

test("a text whose every marked character is replaced is GSM-7, and says the same", () => {
  const text = "“Dana—it’s ready…”\u00a0Ｋiln & Co.™ №\u200b 5 ﬁrings\u200d ‘1\ufe0f’";
  let plain = text;
  for (const { index, character, replacement } of countSegments(text).unicodeCharacters.toReversed()) {
    plain = plain.slice(0, index) + (replacement ?? character) + plain.slice(index + character.length);
  }
  expect(plain).toBe("\"Dana-it's ready...\" Kiln & Co.(TM) No. 5 firings '1'");
  expect(countSegments(plain).encoding).toBe("GSM-7");
});

test("what stands in for a character is always GSM-7, and no letter loses an accent", () => {
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
    const substitute = gsm7SubstituteFor(fromCode(codePoint));
    if (substitute !== undefined) expect(isGsm7(substitute), codePoint.toString(16)).toBe(true);
  }
  for (const letter of "áíóúçêõ") expect(gsm7SubstituteFor(letter)).toBeUndefined();
});

test("a cluster longer than a segment is counted as the calculator has it", () => {
  const text = `a${"\u0301".repeat(1000)}b`;
  expect(asWeCount(text)).toEqual(asCalculatorCounts(text));
  expect(countSegments(`a${"\u0301".repeat(100_000)}`).units).toBe(100_001);
});
