/** Memory: what the product and its database hold when idle, after a start and a few requests. */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Figure } from "./figures.ts";
import { inboundUrl, type Stage } from "./stage.ts";

const LIMIT_MB = 300;
const SETTLE_MS = 3000;

export async function measureMemory(stage: Stage, say: (line: string) => void): Promise<Figure[]> {
  await stage.channel();
  const product = await stage.restarted();
  await stage.load(inboundUrl(product), { count: 20, senders: 10 });
  for (const path of ["/api/channels", "/api/conversations", "/api/contacts", "/api/openapi.json"])
    await product.api("GET", path);
  await pause(SETTLE_MS);

  const tree = treeOf(product.pid);
  const inKb = tree.map((pid) => memoryKb(pid));
  const nodeKb = memoryKb(product.pid);
  const totalMb = inKb.reduce((sum, kb) => sum + kb, 0) / 1024;
  say(
    `${tree.length} processes; Node ${Math.round(nodeKb / 1024)} MB, the rest ${Math.round(totalMb - nodeKb / 1024)} MB`,
  );
  return [
    {
      what: "idle memory",
      measured: `${Math.round(totalMb)} MB`,
      against: `limit ${LIMIT_MB} MB`,
      ratio: totalMb / LIMIT_MB,
      goal: { is: "below", of: 1 },
    },
  ];
}

/** A process and all that descend from it (Linux). */
function treeOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((each) => /^\d+$/.test(each))) {
    const status = read(`/proc/${name}/status`);
    const parent = /^PPid:\s+(\d+)$/m.exec(status)?.[1];
    if (parent) parents.set(Number(name), Number(parent));
  }
  const tree = [root];
  for (const pid of tree) for (const [child, parent] of parents) if (parent === pid) tree.push(child);
  return tree;
}

/** Its share of memory: what several processes map counts once among them. Where that is not told, what it has resident. */
function memoryKb(pid: number): number {
  const pss = /^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1];
  const rss = pss ?? /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1];
  return Number(rss ?? 0);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // it has ended, or is another user's
  }
}
