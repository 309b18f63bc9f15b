import { type Message, MPS_BY_TYPE, type OwnedNumber } from "./model.ts";
import type { World } from "./world.ts";

/** A sender holds ten hours of its own pace; beyond that Twilio refuses (21611, or 30001 through a service). */
const LONGEST_QUEUE_MS = 36_000_000;

/** How long a message put in this sender's line now would wait, in ms. */
export function queueMs(world: World, sender: string): number {
  return Math.max(0, (world.lanes.get(sender) ?? 0) - world.clock.now().getTime());
}

export function queueIsFull(world: World, sender: string): boolean {
  return queueMs(world, sender) > LONGEST_QUEUE_MS;
}

/** Takes the next slot in the sender's line and answers when it comes, in ms of the clock. */
export function takeSlot(world: World, message: Message, sender: string): number {
  const mps = mpsOf(world, world.numbers.get(sender));
  const slotMs = Math.max(world.clock.now().getTime(), world.lanes.get(sender) ?? 0);
  if (mps !== null) world.lanes.set(sender, slotMs + (message.segments / mps) * 1000);
  return slotMs;
}

/** Segments a second of this sender; null is unlimited. A sender that is nobody's number goes as a long code. */
function mpsOf(world: World, number: OwnedNumber | undefined): number | null {
  if (number === undefined) return MPS_BY_TYPE.local;
  if (number.pacing.mps !== undefined) return number.pacing.mps;
  const account = world.accounts.get(number.accountSid);
  if (account?.pacing.mps !== undefined) return account.pacing.mps;
  return MPS_BY_TYPE[number.type];
}
