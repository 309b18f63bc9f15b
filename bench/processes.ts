/** What processes take of the machine, as Linux tells under /proc; elsewhere nothing is known and all is 0. */
import { readdirSync, readFileSync } from "node:fs";

/** A process and all that descend from it. */
export function treeOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of names("/proc").filter((each) => /^\d+$/.test(each))) {
    const parent = /^PPid:\s+(\d+)$/m.exec(read(`/proc/${name}/status`))?.[1];
    if (parent) parents.set(Number(name), Number(parent));
  }
  const tree = [root];
  for (const pid of tree) for (const [child, parent] of parents) if (parent === pid) tree.push(child);
  return tree;
}

/** Its share of memory: what several processes map counts once among them. Where that is not told, what it has resident. */
export function memoryKb(pid: number): number {
  const pss = /^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1];
  const rss = pss ?? /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1];
  return Number(rss ?? 0);
}

/** Linux counts processor time in hundredths of a second, whatever the kernel's own clock is. */
const TICK_MS = 10;

/** The processor time that a process has taken so far, with that of its children that have ended: user and system, ms. */
export function cpuMs(pid: number): number {
  // The second field is a name in parentheses, which may hold anything.
  const fields = read(`/proc/${pid}/stat`).split(") ").at(-1)?.split(" ") ?? [];
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * TICK_MS, 0);
}

/** Processor time in ms: of a server's own process, and of the PostgreSQL below the product. */
export interface Cpu {
  server: number;
  postgres: number;
}

export function cpuOf(server: number, product: number): Cpu {
  const below = treeOf(product).filter((pid) => pid !== product);
  return { server: cpuMs(server), postgres: below.reduce((sum, pid) => sum + cpuMs(pid), 0) };
}

export const cpuBetween = (before: Cpu, after: Cpu): Cpu => ({
  server: after.server - before.server,
  postgres: after.postgres - before.postgres,
});

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // not Linux
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // it has ended, or is another user's
  }
}
