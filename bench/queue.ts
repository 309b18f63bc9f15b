/** Filling the queue without measuring the filling: the sender is held until the last message waits in it. */
import { setTimeout as pause } from "node:timers/promises";
import { type Cpu, cpuBetween, cpuOf } from "./processes.ts";
import type { Receipt } from "./provider.ts";
import type { Stage } from "./stage.ts";

const AT_ONCE = 8;
export const CONTENT = "Your order is ready, we are open until six.";

/** What came of it: the receipts, oldest first, and what the product spent from the first to the last of them. */
export interface Sent {
  receipts: Receipt[];
  cpu: Cpu;
}

/** Queues one message in each conversation, lets the sender go and answers when every one has reached the provider. */
export async function sendAll(
  stage: Stage,
  conversations: ReadonlyArray<{ id: string; phone: string }>,
  patienceMs: number,
): Promise<Sent> {
  const product = await stage.product();
  const provider = await stage.provider();
  const { id: sender } = await stage.channel();
  const mark = await provider.mark();
  // Nothing of the API holds a sender and takes messages for it: its next slot is moved away, as far as is believed, and back.
  const nextSlot = (at: string) =>
    product.rows(`update sender_lanes set next_slot_at = ${at}, due_at = ${at} where connection_id = $1`, [sender]);
  const waiting = conversations.values();
  const queue = async () => {
    for (const { id } of waiting)
      await product.api("POST", `/api/conversations/${id}/messages`, { content: CONTENT, channel: "sms" });
  };
  await product.rows(
    `insert into sender_lanes (connection_id, workspace_id, next_slot_at)
       select id, workspace_id, now() from connections where id = $1 on conflict do nothing`,
    [sender],
  );
  await nextSlot("now() + interval '10 minutes'");
  await Promise.all(Array.from({ length: AT_ONCE }, queue));
  const startedAt = Date.now();
  const before = cpuOf(product.pid, product.pid);
  await nextSlot("now()");
  await product.rows("select pg_notify('parley', $1)", [JSON.stringify({ from: "bench", topics: ["sending"] })]);

  // Asked of the product's tables, and seldom: reading the provider's log would stop the provider for a moment.
  const waits = `select 1 from messages where connection_id = $1 and status in ('scheduled', 'queued', 'sending') limit 1`;
  for (const until = Date.now() + patienceMs; (await product.rows(waits, [sender])).length > 0; await pause(100))
    if (Date.now() > until) throw new Error(`the messages had not all left after ${patienceMs / 1000} s`);
  const cpu = cpuBetween(before, cpuOf(product.pid, product.pid));
  const receipts = await provider.receipts(mark);
  checkOnce(receipts, conversations, startedAt);
  return { receipts, cpu };
}

/** Each message left once, none while the sender was held, and the provider took them all. */
function checkOnce(
  receipts: readonly Receipt[],
  conversations: ReadonlyArray<{ phone: string }>,
  startedAt: number,
): void {
  const phones = new Set(receipts.map((each) => each.to));
  if (phones.size !== conversations.length || receipts.length !== conversations.length)
    throw new Error(`${receipts.length} messages reached ${phones.size} phones of ${conversations.length}`);
  const refused = receipts.filter((each) => each.status !== 201);
  if (refused.length > 0) throw new Error(`the provider refused ${refused.length} messages`);
  const early = receipts.filter((each) => each.receivedAt < startedAt);
  if (early.length > 0) throw new Error(`${early.length} messages left while the sender was held`);
}

/** Messages a second from the first receipt to the last. */
export function rateOf(receipts: readonly Receipt[]): number {
  const first = receipts[0]?.receivedAt ?? Number.NaN;
  const last = receipts.at(-1)?.receivedAt ?? Number.NaN;
  return ((receipts.length - 1) / (last - first)) * 1000;
}
