/** Memory: what the product and its database hold when idle, after a start and a few requests. */
import { setTimeout as pause } from "node:timers/promises";
import type { Figure } from "./figures.ts";
import { memoryKb, treeOf } from "./processes.ts";
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
