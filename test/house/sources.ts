/** The house's own sources, as the rules read them. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** Path from the repository's root to text; tests and fixtures are not part of the house. */
export type Sources = ReadonlyMap<string, string>;

const ROOT = join(import.meta.dirname, "../..");

export function readSources(folders: readonly string[], endings: readonly string[] = [".ts"]): Sources {
  const sources = new Map<string, string>();
  for (const folder of folders) {
    for (const entry of readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !endings.some((each) => entry.name.endsWith(each))) continue;
      if (/\.test\.ts$|^fixture/.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      sources.set(path.slice(ROOT.length + 1), readFileSync(path, "utf8"));
    }
  }
  return sources;
}

/** Without comments: rules about code should not trip over prose. Strings stay. */
export const codeOf = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");

export interface Import {
  from: string;
  /** From the root, for our own files; the package's name for the rest. */
  to: string;
  ours: boolean;
}

export function importsOf(sources: Sources): Import[] {
  const imports: Import[] = [];
  for (const [from, text] of sources) {
    for (const match of codeOf(text).matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)) {
      const target = match[1] ?? "";
      const ours = target.startsWith(".");
      imports.push({ from, to: ours ? normalize(join(dirname(from), target)) : target, ours });
    }
  }
  return imports;
}
