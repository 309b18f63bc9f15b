/** Child processes of a run: each is ended by its id, also where the run fails or is interrupted. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";

export interface Child {
  readonly pid: number;
  readonly name: string;
  /** Resolves with the first line of its output that matches; rejects where it ends without one. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
  /** Writes to its input and closes it. */
  tell(text: string): void;
  /** Everything it printed, once it has ended by itself with code 0. */
  output(): Promise<string>;
  /** Asks it to end, and after 15 s makes it. */
  stop(): Promise<void>;
}

type Process = ChildProcessByStdio<Writable, Readable, null>;
const running = new Set<Process>();
const PATIENCE_MS = 15_000;

// Whatever ends this process, its children go with it.
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Starts Node on a file of this repository with just these settings: nothing of our own environment leaks in. */
export function startNode(
  name: string,
  file: string,
  { env = {}, flags = [] }: { env?: Record<string, string>; flags?: readonly string[] } = {},
): Child {
  const { PATH = "/usr/bin:/bin", HOME = "/", TMPDIR = "/tmp" } = process.env;
  const child = spawn(process.execPath, [...flags, file], {
    env: { PATH, HOME, TMPDIR, ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  running.add(child);
  const ended = once(child, "exit").then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  child.stdin.on("error", () => {}); // it ended before it read: `ended` tells
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });

  return {
    pid: child.pid ?? 0,
    name,
    async line(pattern) {
      for (;;) {
        const found = pattern.exec(printed);
        if (found) return found;
        const end = await Promise.race([once(child.stdout, "data"), ended]);
        if (!Array.isArray(end)) throw new Error(`${name} ended with ${end} before it printed ${pattern}`);
      }
    },
    tell: (text) => child.stdin.end(text),
    async output() {
      const code = await ended;
      if (code !== 0) throw new Error(`${name} ended with ${code}`);
      return printed;
    },
    async stop() {
      if (!running.has(child)) return;
      child.kill("SIGTERM");
      const impatience = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
      await ended;
      clearTimeout(impatience);
    },
  };
}

/** Runs a process that reads one job from its input and prints one answer. */
export async function runJob<Job, Answer>(name: string, file: string, job: Job): Promise<Answer> {
  const child = startNode(name, file);
  child.tell(JSON.stringify(job));
  return JSON.parse(await child.output()) as Answer;
}
