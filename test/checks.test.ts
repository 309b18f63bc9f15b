/** The checks of `npm run check` are on: each finds what is planted for it. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A little project under our own configuration. */
function project(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "parley-checks-"));
  made.push(folder);
  for (const name of ["biome.json", "knip.json", "tsconfig.json"]) cpSync(join(ROOT, name), join(folder, name));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

function run(folder: string, tool: string, ...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(join(ROOT, "node_modules/.bin", tool), args, {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, output: stdout + stderr };
}

test.each([
  [
    "noImportCycles",
    {
      "server/a.ts": 'import { b } from "./b.ts";\nexport const a = () => b;\n',
      "server/b.ts": 'import { a } from "./a.ts";\nexport const b = () => a;\n',
    },
  ],
  ["noDefaultExport", { "server/a.ts": "export default 1;\n" }],
  ["noExplicitAny", { "server/a.ts": "export const a: any = 1;\n" }],
  ["noNonNullAssertion", { "server/a.ts": "export const a = (b: string | null) => b!.length;\n" }],
  ["useImportType", { "server/a.ts": 'import { URL } from "node:url";\nexport type A = URL;\n' }],
])("Biome finds %s", (rule, files) => {
  const { status, output } = run(project(files), "biome", "lint", "--error-on-warnings", ".");
  expect(status).not.toBe(0);
  expect(output).toContain(rule);
});

test("the compiler finds an index that may be missing", () => {
  const { status, output } = run(
    project({ "server/a.ts": "export const first = (list: string[]): string => list[0];\n" }),
    "tsc",
    "--noEmit",
  );
  expect(status).not.toBe(0);
  expect(output).toContain("TS2322");
});

test("knip finds a dead file and a dead export", () => {
  const files = {
    "package.json": '{ "name": "planted", "private": true, "type": "module", "dependencies": {} }',
    "server/main.ts": 'import { used } from "./part.ts";\nused();\n',
    "server/part.ts": "export const used = () => 1;\nexport const unused = () => 2;\n",
    "server/forgotten.ts": "export const x = 1;\n",
  };
  const { status, output } = run(project(files), "knip");
  expect(status).not.toBe(0);
  expect(output).toContain("server/forgotten.ts");
  expect(output).toContain("unused");
});
