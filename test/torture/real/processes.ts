/** The processes of the house: started, killed with -9, and started again when one doesn't come up. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Role } from "../../../server/platform/config.ts";

export const PROCESSES = ["web", "first worker", "second worker"] as const;
/** `alone` is the whole house in one process. */
export type ProcessName = (typeof PROCESSES)[number] | "alone";

const roleOf = (name: ProcessName): Role => (name === "web" ? "web" : name === "alone" ? "all" : "worker");

export interface Processes {
  /** Starts what is not running, and resolves when it is ready; as whoever watches a process does, it tries again. */
  start(...names: ProcessName[]): Promise<void>;
  /** Kill -9; resolves when they are gone. */
  kill(...names: ProcessName[]): Promise<void>;
  /** Lets time leap in all that run; resolves when all have. */
  leap(ms: number): Promise<void>;
}

interface Running {
  child: ChildProcess;
  isReady: boolean;
  isKilled: boolean;
  ended: Promise<unknown>;
}

const HOUSE = join(import.meta.dirname, "house.ts");
const AGAIN_MS = 100;
const READY_WITHIN_MS = 60_000;

export interface ProcessParts {
  env: Record<string, string>;
  /** How far the house's time is ahead of the machine's, in ms. */
  ahead(): number;
  /** Hears each line that one prints. */
  hearLine(line: string): void;
  /** Hears of one that ended by itself after it had been ready. */
  hearEnd(sentence: string): void;
}

export function createProcesses({ env, ahead, hearLine, hearEnd }: ProcessParts): Processes {
  const running = new Map<ProcessName, Running>();

  function spawn(name: ProcessName): Running {
    const { PATH = "/usr/bin:/bin", HOME = "/", TMPDIR = "/tmp" } = process.env;
    const child = fork(HOUSE, {
      env: {
        ...{ PATH, HOME, TMPDIR, ...env },
        PARLEY_ROLE: roleOf(name),
        TORTURE_AHEAD_MS: String(ahead()),
      },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      execArgv: [],
    });
    let last = "";
    for (const stream of [child.stdout, child.stderr]) {
      let rest = "";
      stream?.setEncoding("utf8").on("data", (text: string) => {
        const lines = (rest + text).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          hearLine(line);
          last = line;
        }
      });
    }
    const one: Running = { child, isReady: false, isKilled: false, ended: once(child, "exit") };
    child.on("message", (word) => {
      if (word === "ready") one.isReady = true;
    });
    child.on("exit", (code, signal) => {
      if (running.get(name) === one) running.delete(name);
      if (one.isReady && !one.isKilled) hearEnd(`the ${name} ended by itself (${code ?? signal}): ${last}`);
    });
    running.set(name, one);
    return one;
  }

  async function start(name: ProcessName): Promise<void> {
    const giveUpAt = performance.now() + READY_WITHIN_MS;
    for (;;) {
      const one = running.get(name) ?? spawn(name);
      if (one.isReady) return;
      await Promise.race([once(one.child, "message"), one.ended]);
      if (one.isReady || one.isKilled) return;
      if (performance.now() > giveUpAt) throw new Error(`the ${name} does not start`);
      await pause(AGAIN_MS);
    }
  }

  return {
    async start(...names) {
      await Promise.all(names.map(start));
    },
    async kill(...names) {
      const victims = names.flatMap((name) => running.get(name) ?? []);
      for (const one of victims) {
        one.isKilled = true;
        one.child.kill("SIGKILL");
      }
      await Promise.all(victims.map((one) => one.ended));
    },
    async leap(ms) {
      await Promise.all(
        [...running.values()].map(async ({ child, ended }) => {
          const leapt = once(child, "message");
          child.send(ms);
          await Promise.race([leapt, ended]);
        }),
      );
    },
  };
}
