/** What was written for later: moved to another time, let go at once, or taken back, as long as it has not left. */
import type { Actor } from "../../contract/accounts.ts";
import type { MessageId } from "../../contract/ids.ts";
import type { Message } from "../../contract/messages.ts";
import { setLeft } from "../conversations/conversations.ts";
import type { Tx } from "../platform/db/handles.ts";
import { conflict, invalid, notFound } from "../platform/errors.ts";
import { gateAgain } from "./gate-again.ts";
import type { MessageRow } from "./message-row.ts";
import * as queries from "./queries.ts";
import { readMessages } from "./read.ts";
import * as store from "./store.ts";

/**
 * Moves a message to another time; null or a time that is past: it leaves now. The gate is asked for that time: it may wait
 * longer than asked, or turn suppressed.
 * @throws NotFound; Conflict already_left, is_notice; 422 by the gate's code where it may not leave then
 */
export async function moveMessage(tx: Tx, id: MessageId, sendAt: Date | null, by: Actor): Promise<Message> {
  const message = await find(tx, id);
  if (message.status !== "scheduled" && message.status !== "queued") return changed(tx, message, null, by);
  if (message.kind === "notice")
    throw conflict("is_notice", "This answers their keyword. It leaves at once, or not at all: it can't be moved.");
  const fate = await gateAgain(tx, message, sendAt && sendAt > tx.now ? sendAt : tx.now);
  if (fate.status === "failed" && fate.reason) throw invalid(fate.reason.code, fate.reason.message, "sendAt");
  if (fate.status === "queued") await setLeft(tx, message.conversationId, id);
  await store.wakeSender(tx, message.connectionId, tx.now); // the lane before the message, as everywhere
  return changed(tx, message, await store.endWait(tx, id, fate, ["scheduled", "queued"]), by);
}

/** @throws NotFound; Conflict already_left */
export async function cancelMessage(tx: Tx, id: MessageId, by: Actor): Promise<Message> {
  const message = await find(tx, id);
  return changed(tx, message, await store.cancelWaiting(tx, id), by);
}

async function find(tx: Tx, id: MessageId): Promise<MessageRow> {
  const [message] = await queries.messagesByIds(tx, [id]);
  if (!message) throw notFound("message");
  return message;
}

async function changed(tx: Tx, before: MessageRow, after: MessageRow | null, by: Actor): Promise<Message> {
  if (!after)
    throw conflict("already_left", "This message does not wait any more: it is under way, or was stopped before.", {
      messageStatus: before.status,
    });
  const { id, conversationId, status } = after;
  await tx.emit({ type: "message.changed", data: { messageId: id, conversationId, status }, actor: by });
  const [message] = await readMessages(tx, [after]);
  if (!message) throw new Error("a message that was just changed can't be read");
  return message;
}
