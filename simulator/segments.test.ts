import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { countSegments } from "./segments.ts";

const shared = process.env.PARLEY_SHARED ?? resolve(import.meta.dirname, "../../shared");
const vectors = join(shared, "vectors/segments.json");
type Row = { text: string; encoding: string; segments: number; units: number; source: string };

test("160 septets go in one part, 161 in two, and a bracket counts as two", () => {
  expect(countSegments("a".repeat(160)).segments).toBe(1);
  expect(countSegments("a".repeat(161)).segments).toBe(2);
  expect(countSegments(`${"a".repeat(159)}[`)).toEqual({ encoding: "GSM-7", segments: 2, units: 161 });
});

test("one emoji turns the whole text to UCS-2, 70 in one part and 67 in each of several", () => {
  expect(countSegments(`${"a".repeat(68)}😀`)).toEqual({ encoding: "UCS-2", segments: 1, units: 70 });
  expect(countSegments(`${"a".repeat(69)}😀`).segments).toBe(2);
});

test.skipIf(!existsSync(vectors))(`Twilio's own vectors agree (skipped where ${vectors} is missing)`, () => {
  const rows: Row[] = JSON.parse(readFileSync(vectors, "utf8")).rows;
  expect(rows.length).toBeGreaterThan(100);
  for (const { text, encoding, segments, units, source } of rows) {
    expect({ source, text, ...countSegments(text) }).toEqual({ source, text, encoding, segments, units });
  }
});
