import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { type Account, bareEnvironment, program, rootDir } from "./probe.ts";
import { isSystemError } from "./refusal.ts";

/** A program that ends when this process ends, however that dies. */
export interface Tethered {
  /** Of the program itself. */
  readonly pid: number;
  /** Asks it to end (SIGINT, for PostgreSQL a fast shutdown), as the death of this process would. */
  cut(): void;
  /** Whether the running program keeps this process from ending by itself. At first it does. */
  holdProcess(yes: boolean): void;
  /** Its exit code; null where that is not known. */
  readonly ended: Promise<number | null>;
}

/**
 * A shell starts the program and waits for it. Beside it a second one reads a pipe that only we hold: when we close it
 * or die, kill -9 included, the read returns. It asks again and again, since the program may not listen yet.
 * Stray signals to the process group (Ctrl-C, systemd's TERM) are ignored: we decide when the database goes.
 */
const script = `
trap '' HUP INT TERM
exec 3<&0 </dev/null
"$@" 3<&- >&2 &
program=$!
( read -r never <&3; while kill -INT "$program"; do sleep 0.1 || sleep 1; done ) >/dev/null 2>&1 &
watcher=$!
echo "$program"
wait "$program"
code=$?
kill -KILL "$watcher"
exit "$code"
`;

/** Starts `command` as the account; what it prints goes to the open file `log`. */
export async function runTethered(
  account: Account,
  command: readonly string[],
  log: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<Tethered> {
  if (process.platform === "win32") return runUntethered(account, command, log);
  const child = spawn("/bin/sh", ["-c", script, "sh", ...account.prefix, ...command], {
    ...account.ids,
    cwd: rootDir,
    detached: true,
    env: { ...bareEnvironment, ...environment },
    stdio: ["pipe", "pipe", log],
  });
  const exited = exitOf(child);
  await Promise.race([once(child, "spawn"), exited]);
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error("both are pipes");
  const line = await Promise.race([once(stdout, "data"), exited]);
  const pid = Array.isArray(line) ? Number(line[0]) : undefined;
  if (pid === undefined) throw new Error(`/bin/sh ended before it started ${command[0]}`);
  stdout.destroy();
  const cut = () => void stdin.destroy();
  const ended = exited.then(async ({ code, signal }) => {
    cut();
    // Somebody killed the shell alone: its second half still has the pipe and ends the program.
    while (signal !== null && isRunning(pid)) await pause(50);
    return code;
  });
  return { pid, cut, holdProcess: (yes) => (yes ? child.ref() : child.unref()), ended };
}

/** Windows, not tested: no shell to watch a pipe. A database left behind is stopped by the next start. */
async function runUntethered(account: Account, command: readonly string[], log: number): Promise<Tethered> {
  const [file = "", ...args] = command;
  const child = spawn(file, args, { env: { ...process.env, ...bareEnvironment }, stdio: ["ignore", log, log] });
  await once(child, "spawn");
  const pid = Number(child.pid);
  return {
    pid,
    cut: () => {
      if (child.exitCode === null) spawn(program(account, "pg_ctl"), ["kill", "INT", String(pid)], { stdio: "ignore" });
    },
    holdProcess: (yes) => (yes ? child.ref() : child.unref()),
    ended: exitOf(child).then(({ code }) => code),
  };
}

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
}

/** Whether a process with this id exists, a dead one that nobody has waited for included. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isSystemError(error, "EPERM");
  }
}
