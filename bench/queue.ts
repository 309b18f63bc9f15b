/** Filling the queue without measuring the filling: every message is scheduled for one moment that is still to come. */
import { setTimeout as pause } from "node:timers/promises";
import type { Receipt } from "./provider.ts";
import type { Stage } from "./stage.ts";

const AT_ONCE = 8;
const LEAD_MS = 1000;
/** How long one message takes to queue: taken from the round before, with room for a busy machine. */
let queueingMs = 15;
const ROOM = 1.7;
export const CONTENT = "Your order is ready, we are open until six.";

/**
 * Schedules one message in each conversation and answers when every one has reached the provider.
 * @returns their receipts, oldest first
 */
export async function sendAll(
  stage: Stage,
  conversations: ReadonlyArray<{ id: string; phone: string }>,
  patienceMs: number,
): Promise<Receipt[]> {
  const product = await stage.product();
  const provider = await stage.provider();
  const mark = await provider.mark();
  const startedAt = Date.now();
  const sendAt = startedAt + LEAD_MS + conversations.length * queueingMs;
  const waiting = conversations.values();
  const schedule = async () => {
    for (const { id } of waiting) {
      await product.api("POST", `/api/conversations/${id}/messages`, {
        content: CONTENT,
        channel: "sms",
        sendAt: new Date(sendAt).toISOString(),
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, schedule));
  queueingMs = ((Date.now() - startedAt) / conversations.length) * ROOM;
  if (Date.now() > sendAt) throw new Error("queueing took longer than was planned for it: nothing can be measured");
  await pause(sendAt - Date.now());

  // Asked of the product's tables, and seldom: reading the provider's log would stop the provider for a moment.
  const { id } = await stage.channel();
  const waits = `select 1 from messages where connection_id = $1 and status in ('scheduled', 'queued', 'sending') limit 1`;
  for (const until = Date.now() + patienceMs; (await product.rows(waits, [id])).length > 0; await pause(100))
    if (Date.now() > until) throw new Error(`the messages had not all left after ${patienceMs / 1000} s`);
  const receipts = await provider.receipts(mark);
  checkOnce(receipts, conversations, sendAt);
  return receipts;
}

/** Each message left once, none before its time, and the provider took them all. */
function checkOnce(
  receipts: readonly Receipt[],
  conversations: ReadonlyArray<{ phone: string }>,
  sendAt: number,
): void {
  const phones = new Set(receipts.map((each) => each.to));
  if (phones.size !== conversations.length || receipts.length !== conversations.length)
    throw new Error(`${receipts.length} messages reached ${phones.size} phones of ${conversations.length}`);
  const refused = receipts.filter((each) => each.status !== 201);
  if (refused.length > 0) throw new Error(`the provider refused ${refused.length} messages`);
  const early = receipts.filter((each) => each.receivedAt < sendAt);
  if (early.length > 0) throw new Error(`${early.length} messages left before their time`);
}

/** Messages a second from the first receipt to the last. */
export function rateOf(receipts: readonly Receipt[]): number {
  const first = receipts[0]?.receivedAt ?? Number.NaN;
  const last = receipts.at(-1)?.receivedAt ?? Number.NaN;
  return ((receipts.length - 1) / (last - first)) * 1000;
}
