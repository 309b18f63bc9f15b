/** The product as an operator runs it: a process of its own on its embedded database, to be stopped, or killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const ROOT = join(import.meta.dirname, "../..");

export interface Product {
  child: ChildProcess;
  /** Everything that it printed so far. */
  printed(): string;
  /** Resolves once it has said that it is ready; rejects with its output where it ends before. */
  ready: Promise<void>;
  /** Its exit code, once it has ended; null where a signal ended it. */
  ended: Promise<number | null>;
  /** Kills it and everything that it started, with -9, and waits until nothing is left. */
  killAll(): Promise<void>;
}

/**
 * @param env the whole of its settings but PATH
 * @param command what it is to do instead of starting, such as rotate-key
 */
export function startProduct(env: Record<string, string>, ...command: string[]): Product {
  const child = spawn(process.execPath, ["server/main.ts", ...command], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH ?? "", PARLEY_DEMO: "0", ...env },
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      if (printed.includes("Ready after")) child.emit("ready");
    });
  }
  const ended = once(child, "exit").then(([code]) => code as number | null);
  const ready = new Promise<void>((resolve, reject) => {
    child.once("ready", resolve);
    void ended.then((code) => reject(new Error(`it ended with ${code}: ${printed}`)));
  });
  ready.catch(() => {}); // whoever waits for it is told
  return {
    child,
    ready,
    ended,
    printed: () => printed,
    async killAll() {
      const pids = treeOf(child.pid ?? -1);
      for (const pid of pids) kill(pid, "SIGKILL");
      await ended;
      await allGone(pids);
    },
  };
}

/** Waits until none of these processes is there; fails where one outlives its parent by more than a moment. */
export async function allGone(pids: readonly number[]): Promise<void> {
  for (let tries = 0; pids.some(isAlive); tries++) {
    if (tries > 400) throw new Error(`still there: ${pids.filter(isAlive).join(", ")}`);
    await pause(10);
  }
}

/** A process and all its descendants, from /proc. */
export function treeOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(Number(name));
    if (parent !== null) parents.set(Number(name), parent);
  }
  const tree = [root];
  for (const pid of tree) for (const [child, parent] of parents) if (parent === pid) tree.push(child);
  return tree;
}

function statOf(pid: number): string[] | null {
  try {
    // The name in brackets may hold anything: what follows the last bracket is state, parent, ...
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? null;
  } catch {
    return null;
  }
}
const parentOf = (pid: number) => Number(statOf(pid)?.[1] ?? Number.NaN) || null;
const isAlive = (pid: number) => (statOf(pid)?.[0] ?? "Z") !== "Z";

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it is gone already
  }
}
