/** Judging a message again that stands already: its time has come, it is moved, or its attempt proves absent. */
import type { MessageStatus, Reason } from "../../contract/messages.ts";
import { findConnection } from "../channels/channels.ts";
import { getConversation } from "../conversations/conversations.ts";
import type { Tx } from "../platform/db/handles.ts";
import { isUnasked, maySend } from "./may-send.ts";
import type { MessageRow } from "./message-row.ts";
import { callAnsweredBy } from "./missed-calls/store.ts";
import * as store from "./store.ts";

/** What becomes of the message. `sendAt`: when it leaves, or left the wait. */
export interface Fate {
  status: Extract<MessageStatus, "queued" | "scheduled" | "suppressed" | "failed">;
  reason: Reason | null;
  sendAt: Date | null;
  /** Queued: when it has to have left, or the gate is asked again. */
  leaveBefore?: Date | null;
}

/** Asks the whole gate for a message of ours, for now or for a later time. Its words were looked at when it was written. */
export async function gateAgain(tx: Tx, message: MessageRow, at: Date = tx.now): Promise<Fate> {
  const { channel, connectionId, contactId, to: address, sendAt, author: by } = message;
  const connection = await findConnection(tx.ground, tx.workspaceId, connectionId);
  if (!connection) return { status: "failed", reason: DISCONNECTED, sendAt };
  const kind = message.kind ?? "service";
  if (isUnasked(kind)) await store.holdUnasked(tx, tx.hashOf(channel, address));
  const { lastInboundAt } = await getConversation(tx, message.conversationId);
  const verdict = await maySend(tx, {
    connection,
    address,
    kind,
    by,
    contactId,
    lastInboundAt,
    at,
    except: message.id,
    // Its number may belong elsewhere by now: then it speaks for others. A keyword is answered by the number that it came to.
    environment: kind === "notice" ? undefined : (message.environment ?? undefined),
    answers: kind === "automated" ? await callAnsweredBy(tx, message.id) : undefined,
  });
  switch (verdict.verdict) {
    case "may_send":
      return at > tx.now
        ? { status: "scheduled", reason: null, sendAt: at }
        : { status: "queued", reason: null, sendAt, leaveBefore: verdict.until };
    case "held":
      return { status: "scheduled", reason: verdict.reason, sendAt: verdict.until };
    case "suppressed":
      return { status: "suppressed", reason: verdict.reason, sendAt: null };
    case "refused":
      return { status: "failed", reason: { code: verdict.code, message: verdict.detail }, sendAt };
  }
}

export const DISCONNECTED: Reason = {
  code: "disconnected",
  message: "The number was disconnected before this message left. Send it again from another number.",
};
