/** Messages: words in, words out, and how they fared. */
import type { Actor } from "../../contract/accounts.ts";
import type { ChannelName } from "../../contract/channels.ts";
import type { ConnectionId } from "../../contract/ids.ts";
import type { Reason } from "../../contract/messages.ts";
import type { ConnectionRow } from "../channels/channels.ts";
import { scopeOf } from "../consent/consent.ts";
import type { Tx } from "../platform/db/handles.ts";
import { DISCONNECTED } from "./gate-again.ts";
import { suppressedReason } from "./may-send.ts";
import * as store from "./store.ts";

export { collectAnswers } from "./answers.ts";
export { claim, dueLanes } from "./claim.ts";
export { recordDelivery } from "./delivery.ts";
export { SENDING_NEWS } from "./dispatcher.ts";
export { holdWaiting, releaseHeld } from "./held.ts";
export { textBack } from "./missed-calls/missed-calls.ts";
export { readMessagesByIds, recentMessages } from "./read.ts";
export { receive } from "./receive.ts";
export { recentSends } from "./recent-sends.ts";
export { send, trySend } from "./send.ts";
export type { SendLocks } from "./send-locks.ts";
export { createTakeIn } from "./take-in.ts";

/** What follows from an opt-out, in its own transaction: nothing that waits for that address leaves any more. */
export async function suppressWaiting(
  tx: Tx,
  { channel, addressHash, sender }: { channel: ChannelName; addressHash: string; sender: string | null },
  by: Actor,
): Promise<void> {
  const { scope } = await scopeOf(tx);
  // A block that the provider keeps is about its own sender, whatever the workspace's scope.
  const about = scope === "workspace" && by.type !== "provider" ? null : sender;
  const reason = suppressedReason(tx.now);
  for (const { id, conversationId } of await store.suppressWaiting(tx, channel, addressHash, about, reason)) {
    await tx.emit({
      type: "message.changed",
      data: { messageId: id, conversationId, status: "suppressed" },
      actor: by,
    });
  }
}

/** It may have left: who sends it again is warned that it may arrive twice. */
const CUT_OFF: Reason = {
  code: "disconnected",
  message:
    "The channel was disconnected while this message was handed over, so nobody can ask whether it left. Look at the phone, then send it again if it is missing.",
};

/** What follows from a disconnection: what had not left never will, and says why. */
export async function failWaiting(tx: Tx, connectionId: ConnectionId, by: Actor): Promise<void> {
  await store.dropLane(tx, connectionId); // the lane is locked before its messages, as everywhere
  for (const { id, conversationId } of await store.failWaiting(tx, connectionId, DISCONNECTED, CUT_OFF)) {
    await tx.emit({ type: "message.changed", data: { messageId: id, conversationId, status: "failed" }, actor: by });
  }
}

/** What follows where the provider stops a connection: what waits in its queue ends, so that nobody gets it days later. */
export async function failQueued(tx: Tx, { id, statusReason }: ConnectionRow, by: Actor): Promise<void> {
  if (!statusReason || !(await store.hasQueued(tx, id))) return;
  await store.wakeSender(tx, id, tx.now); // the lane is locked before its messages, as everywhere
  for (const { id: messageId, conversationId } of await store.failQueued(tx, id, statusReason))
    await tx.emit({ type: "message.changed", data: { messageId, conversationId, status: "failed" }, actor: by });
}

/**
 * What follows from a connection's move into another environment: what waits in its queue was written on behalf of the one
 * before, so it passes the gate again. What waits for its time does so anyway.
 */
export async function judgeQueueAgain(tx: Tx, connectionId: ConnectionId, by: Actor): Promise<void> {
  await store.wakeSender(tx, connectionId, tx.now); // the lane is locked before its messages, as everywhere
  for (const { id, conversationId } of await store.judgeQueuedAgain(tx, connectionId))
    await tx.emit({ type: "message.changed", data: { messageId: id, conversationId, status: "scheduled" }, actor: by });
}

/** What follows from a connection that may send again: its lane looks for what waits. */
export const wakeSender = (tx: Tx, connectionId: ConnectionId): Promise<unknown> =>
  store.wakeSender(tx, connectionId, tx.now);
