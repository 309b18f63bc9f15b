/** What waits for a review: held from the moment at which it opens, and judged again when it ends. */
import type { Actor } from "../../contract/accounts.ts";
import type { ChannelName } from "../../contract/channels.ts";
import type { MessageId } from "../../contract/ids.ts";
import type { MessageStatus } from "../../contract/messages.ts";
import { openReviewOf } from "../consent/consent.ts";
import type { Tx } from "../platform/db/handles.ts";
import { gateAgain } from "./gate-again.ts";
import { IN_REVIEW } from "./may-send.ts";
import type { MessageRow } from "./message-row.ts";
import * as store from "./store.ts";

interface About {
  channel: ChannelName;
  addressHash: string;
}

/** What follows from a review that opens: what stands in the queue for that person waits with the rest. */
export async function holdWaiting(tx: Tx, { channel, addressHash }: About, by: Actor): Promise<void> {
  const review = await openReviewOf(tx, channel, addressHash);
  if (!review) return;
  for (const { id, conversationId } of await store.holdWaiting(tx, channel, addressHash, IN_REVIEW, review.dueAt))
    await tellChange(tx, { id, conversationId, status: "scheduled" }, by);
}

/** What follows from a review that ends as no opt-out: each message that it held passes the whole gate again. */
export async function releaseHeld(tx: Tx, { channel, addressHash }: About, by: Actor): Promise<void> {
  const held = await store.heldFor(tx, channel, addressHash, IN_REVIEW.code);
  const judged = [];
  for (const message of held) judged.push({ message, fate: await gateAgain(tx, { ...message, sendAt: tx.now }) });
  // The lanes before the messages, each in one order everywhere.
  for (const connectionId of new Set(held.map((each) => each.connectionId).sort()))
    await store.wakeSender(tx, connectionId, tx.now);
  for (const { message, fate } of judged)
    if (await store.endWait(tx, message.id, fate)) await tellChange(tx, { ...message, status: fate.status }, by);
}

const tellChange = (
  tx: Tx,
  {
    id: messageId,
    conversationId,
    status,
  }: Pick<MessageRow, "conversationId"> & { id: MessageId; status: MessageStatus },
  actor: Actor,
) => tx.emit({ type: "message.changed", data: { messageId, conversationId, status }, actor });
