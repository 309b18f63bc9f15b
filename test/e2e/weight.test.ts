/** What a browser has to load before the inbox stands: 250 kB of JavaScript at most, compressed. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { buildWebApp } from "./web-app.ts";

const BUILT = join(import.meta.dirname, "../../dist/web");
const MOST_BYTES = 250_000;

/** A chunk as Vite's manifest tells of it, by its source. */
interface Chunk {
  file: string;
  imports?: string[];
}
type Manifest = Record<string, Chunk>;

let manifest: Manifest;
beforeAll(() => {
  buildWebApp();
  manifest = JSON.parse(readFileSync(join(BUILT, ".vite/manifest.json"), "utf8")) as Manifest;
}, 180_000);

/** The scripts that come with these sources, each once, and what they weigh with gzip. */
function weightOf(chunks: Manifest, sources: readonly string[], sizeOf: (file: string) => number): number {
  const loaded = new Set<string>();
  const load = (name: string) => {
    const chunk = chunks[name];
    if (!chunk) throw new Error(`the build has no ${name}`);
    if (loaded.has(chunk.file)) return;
    loaded.add(chunk.file);
    for (const each of chunk.imports ?? []) load(each);
  };
  for (const each of sources) load(each);
  return [...loaded].reduce((sum, file) => sum + sizeOf(file), 0);
}
const compressed = (file: string) => statSync(join(BUILT, `${file}.gz`)).size;

const LIST = ["index.html", "desk/inbox-page.tsx"];
const CONVERSATION = [...LIST, "desk/conversation-page.tsx"];

describe("the inbox weighs 250 kB at most", () => {
  test.each([
    ["the list", LIST],
    ["a conversation", CONVERSATION],
  ])("%s", (_what, sources) => {
    expect(weightOf(manifest, sources, compressed)).toBeLessThanOrEqual(MOST_BYTES);
  });

  test("without the demo's phone, which comes where there is a demo", () => {
    const phone = ["demo/phone-side.tsx", "demo/pointers.tsx"];
    const without = weightOf(manifest, CONVERSATION, compressed);
    expect(weightOf(manifest, [...CONVERSATION, ...phone], compressed)).toBeGreaterThan(without + 3000);
  });

  test("without the contract's schemas: answers are held against them while developing and in tests alone", () => {
    const checked = "what the contract does not say";
    expect(readFileSync(join(import.meta.dirname, "../../web/api/answers.ts"), "utf8")).toContain(checked);
    const scripts = readdirSync(join(BUILT, "assets")).filter((name) => name.endsWith(".js"));
    expect(scripts.length).toBeGreaterThan(10);
    for (const name of scripts) {
      const code = readFileSync(join(BUILT, "assets", name), "utf8");
      for (const schemas of [checked, "safeParse"]) expect(code.includes(schemas), `${name}: ${schemas}`).toBe(false);
    }
  });

  test("what is imported together is counted, once", () => {
    const sizes: Record<string, number> = { "a.js": 1, "b.js": 20, "c.js": 300 };
    const chunks = {
      a: { file: "a.js", imports: ["c"] },
      b: { file: "b.js", imports: ["c"] },
      c: { file: "c.js", imports: ["a"] },
    };
    expect(weightOf(chunks, ["a", "b"], (file) => sizes[file] ?? 0)).toBe(321);
  });
});
