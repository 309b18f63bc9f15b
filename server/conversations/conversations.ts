/** Conversations: one contact with an agent or with the team; whose turn it is, who has it, whether it is done. */
import type { Actor } from "../../contract/accounts.ts";
import type { ChannelName } from "../../contract/channels.ts";
import type { Note } from "../../contract/conversations.ts";
import type { AgentId, ConnectionId, ContactId, ConversationId, MessageId } from "../../contract/ids.ts";
import type { Page } from "../../contract/paging.ts";
import type { Tx, View } from "../platform/db/handles.ts";
import { notFound } from "../platform/errors.ts";
import { pageOfRows } from "../platform/page.ts";
import { noteDone } from "./changes.ts";
import * as store from "./store.ts";
import { cancelTurn } from "./turns.ts";

export { applyBulk, changeConversation, giveTurnBack } from "./change.ts";
export { listChanges } from "./changes.ts";
export { type ConversationRow, setLast, setLeft, tagsOf } from "./store.ts";
export {
  BURST_AT_MOST_MS,
  BURST_PAUSE_MS,
  cancelTurn,
  claimTurns,
  finishTurn,
  nextTurnAt,
  TURN_NEWS,
  type Turn,
} from "./turns.ts";
export { startWaking } from "./wake.ts";

export async function getConversation(view: View, id: ConversationId): Promise<store.ConversationRow> {
  const row = await store.findConversation(view, id);
  if (!row) throw notFound("conversation");
  return row;
}

/** When a contact last wrote to us, in whichever conversation. */
export const lastInboundOf = async (view: View, contactId: ContactId): Promise<Date | null> =>
  (await store.lastInbound(view, contactId)).at;

/** The conversation, held to the end of the transaction: its messages get their order here. */
export async function holdConversation(tx: Tx, id: ConversationId): Promise<store.ConversationRow> {
  const row = await store.lockConversation(tx, id);
  if (!row) throw notFound("conversation");
  return row;
}

/** The open conversation in which we write to someone: the one that last used this sender, the team's, or a new one. */
export async function openConversation(
  tx: Tx,
  to: { contactId: ContactId; channel: ChannelName; connectionId: ConnectionId; address: string },
  by: Actor,
): Promise<{ id: ConversationId; fresh: boolean }> {
  const routed = await store.findRouted(tx, to.connectionId, to.address);
  if (routed?.contactId === to.contactId) return { id: routed.id, fresh: false };
  const open = await store.ensureOpen(tx, to);
  if (open.fresh)
    await tx.emit({
      type: "conversation.opened",
      data: { conversationId: open.id, contactId: to.contactId },
      actor: by,
    });
  return open;
}

/** Notes that we wrote: the last message, its channel, and, where a person wrote, that they have the conversation now. */
export async function noteSent(
  tx: Tx,
  row: store.ConversationRow,
  sent: { messageId: MessageId; channel: ChannelName; connectionId: ConnectionId; address: string },
  by: Actor,
): Promise<void> {
  const takes = by.type === "member" && row.status !== "RESOLVED" && row.status !== "ASSIGNED";
  const changed: store.ConversationRow = {
    ...row,
    channel: sent.channel,
    connectionId: sent.connectionId,
    address: sent.address,
    lastMessageId: sent.messageId,
    lastActivityAt: tx.now,
    lastOutboundAt: tx.now,
    ...(takes
      ? { status: "ASSIGNED", assigneeId: row.assigneeId ?? (by.id as store.ConversationRow["assigneeId"]) }
      : {}),
    ...(by.type === "member" ? { unreadCount: 0 } : {}),
  };
  await store.updateConversation(tx, changed);
  await store.setRoute(tx, sent.connectionId, sent.address, row.id);
  if (!takes) return;
  await cancelTurn(tx, row.id);
  await noteDone(tx, row.id, [{ kind: "taken_over" }], by);
  await tx.emit({ type: "conversation.changed", data: { conversationId: row.id, status: "ASSIGNED" }, actor: by });
}

/** The agent hands over to the team: the conversation waits in the queue with the reason. */
export async function handOver(
  tx: Tx,
  conversation: { id: ConversationId; agentId: AgentId },
  reason: string,
  by: Actor,
): Promise<void> {
  const row = await holdConversation(tx, conversation.id);
  if (row.status !== "AI_ACTIVE" && row.status !== "BOT_ACTIVE") return; // somebody has it already
  await store.updateConversation(tx, { ...row, status: "OPEN" });
  await cancelTurn(tx, row.id);
  await tx.emit({
    type: "conversation.handed_over",
    data: { conversationId: row.id, agentId: conversation.agentId, reason },
    actor: by,
  });
}

/** An agent is gone: what it had is the team's. */
export async function handOverAll(tx: Tx, agentId: AgentId, reason: string, by: Actor): Promise<void> {
  for (const id of await store.answeredBy(tx, agentId)) await handOver(tx, { id, agentId }, reason, by);
}

const noteJson = (row: Omit<Note, "createdAt"> & { createdAt: Date }): Note => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
});

/** A private note: for the team, never sent. */
export async function addNote(tx: Tx, id: ConversationId, content: string, by: Actor): Promise<Note> {
  await getConversation(tx, id);
  const note = noteJson(await store.insertNote(tx, id, content, by));
  await tx.emit({ type: "note.added", data: { conversationId: id, noteId: note.id }, actor: by });
  return note;
}

/** Newest first. */
export async function listNotes(
  view: View,
  id: ConversationId,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<Note>> {
  await getConversation(view, id);
  const notes = await store.notesOf(view, id, cursor ?? null, limit + 1);
  return pageOfRows(notes.map(noteJson), limit, (last) => last.id);
}
