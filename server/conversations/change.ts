/** Changing a conversation by hand: assign, resolve, reopen, hand back, star, archive, snooze, tag. */
import type { Actor } from "../../contract/accounts.ts";
import type { BulkAction, ConversationPatch } from "../../contract/conversations.ts";
import type { EventType } from "../../contract/events.ts";
import type { ConversationId } from "../../contract/ids.ts";
import { memberActor } from "../accounts/accounts.ts";
import type { ResolveAgent } from "../channels/channels.ts";
import type { Tx } from "../platform/db/handles.ts";
import { violates } from "../platform/db/pool.ts";
import { conflict, invalid, notFound } from "../platform/errors.ts";
import { doneTo, noteDone } from "./changes.ts";
import * as store from "./store.ts";
import { cancelTurn, giveTurn } from "./turns.ts";

/** What a patch makes of a conversation: its new row, the events that tell of it, and what its thread shows of it. */
async function patched(tx: Tx, row: store.ConversationRow, patch: ConversationPatch, resolveAgent: ResolveAgent) {
  const next: store.ConversationRow = { ...row };
  const events: EventType[] = [];
  let givenTo: Actor | null = null;

  if (patch.agentId !== undefined) {
    if (patch.status !== undefined || patch.assigneeId) {
      throw invalid(
        "contradiction",
        "Handing back to an agent sets status and assignee itself: leave them out.",
        "agentId",
      );
    }
    if (!(await resolveAgent(tx, patch.agentId)))
      throw invalid("agent_not_found", "There is no such agent in this workspace.", "agentId");
    next.agentId = patch.agentId;
    next.status = "AI_ACTIVE";
    next.assigneeId = null;
    events.push("conversation.handed_back");
    if (row.status !== "AI_ACTIVE" || row.agentId !== patch.agentId)
      givenTo = { type: "agent", id: patch.agentId, name: null };
  }
  if (patch.assigneeId !== undefined) {
    const member = patch.assigneeId && (await memberActor(tx, patch.assigneeId));
    if (patch.assigneeId && !member)
      throw invalid("member_not_found", "There is no such member in this workspace.", "assigneeId");
    if (member && row.assigneeId !== patch.assigneeId) givenTo = member;
    next.assigneeId = patch.assigneeId;
    if (next.status !== "RESOLVED" && patch.agentId === undefined) next.status = patch.assigneeId ? "ASSIGNED" : "OPEN";
  }
  if (patch.status === "RESOLVED" && next.status !== "RESOLVED") {
    next.status = "RESOLVED";
    events.push("conversation.resolved");
    next.snoozedUntil = null;
  }
  if (patch.status === "OPEN") next.status = next.assigneeId ? "ASSIGNED" : "OPEN";
  if (patch.teamId !== undefined) next.teamId = patch.teamId;
  if (patch.starred !== undefined) next.starred = patch.starred;
  if (patch.archived !== undefined) next.archived = patch.archived;
  if (patch.archived) next.snoozedUntil = null;
  else if (patch.snoozedUntil !== undefined) next.snoozedUntil = snoozed(patch.snoozedUntil, next, tx.now);
  return { next, events, done: doneTo(row, next, givenTo) };
}

function snoozed(until: string | null, next: store.ConversationRow, now: Date): Date | null {
  if (until === null) return null;
  if (next.status === "RESOLVED")
    throw invalid("contradiction", "A resolved conversation does not sleep. Reopen it first.", "snoozedUntil");
  if (Date.parse(until) <= now.getTime())
    throw invalid("time_past", "This time is past. Choose a later one.", "snoozedUntil");
  return new Date(until);
}

export async function changeConversation(
  tx: Tx,
  id: ConversationId,
  patch: ConversationPatch,
  resolveAgent: ResolveAgent,
  by: Actor,
): Promise<void> {
  const row = await store.lockConversation(tx, id);
  if (!row) throw notFound("conversation");
  const { next, events, done } = await patched(tx, row, patch, resolveAgent);
  await save(tx, next);
  await noteDone(tx, id, done, by);
  if (patch.tags) await store.replaceTags(tx, id, patch.tags);
  await moveTurn(tx, next, events.includes("conversation.handed_back"));

  if (events.includes("conversation.handed_back") && next.agentId) {
    await tx.emit({ type: "conversation.handed_back", data: { conversationId: id, agentId: next.agentId }, actor: by });
  } else if (events.includes("conversation.resolved")) {
    await tx.emit({ type: "conversation.resolved", data: { conversationId: id }, actor: by });
  } else {
    await tx.emit({ type: "conversation.changed", data: { conversationId: id, status: next.status }, actor: by });
  }
}

async function save(tx: Tx, next: store.ConversationRow): Promise<void> {
  try {
    await store.updateConversation(tx, next);
  } catch (error) {
    if (!violates(error, "conversations_open")) throw error;
    throw conflict(
      "open_conversation_exists",
      "This contact has another open conversation with the same agent or team. Continue that one, or resolve it first.",
    );
  }
}

/** An agent that gets a conversation answers what is unanswered; one that loses it stays silent. */
async function moveTurn(tx: Tx, next: store.ConversationRow, handedBack: boolean): Promise<void> {
  if (next.status !== "AI_ACTIVE") await cancelTurn(tx, next.id);
  else if (handedBack && next.lastMessageId && lastWordIsTheirs(next)) await giveTurn(tx, next.id, next.lastMessageId);
}

/** The agent may answer here again: it gets its turn, if the last word is the customer's and nobody has taken over. */
export async function giveTurnBack(tx: Tx, id: ConversationId): Promise<void> {
  const row = await store.findConversation(tx, id);
  if (row?.status === "AI_ACTIVE" && row.lastMessageId && lastWordIsTheirs(row))
    await giveTurn(tx, id, row.lastMessageId);
}

const lastWordIsTheirs = ({ lastInboundAt, lastOutboundAt }: store.ConversationRow) =>
  lastInboundAt !== null && (lastOutboundAt === null || lastInboundAt >= lastOutboundAt);

/** One act on many conversations; those that are not here are named, the others are changed. */
export async function applyBulk(tx: Tx, { ids, ...act }: BulkAction, resolveAgent: ResolveAgent, by: Actor) {
  const changed: ConversationId[] = [];
  const missing: ConversationId[] = [];
  for (const id of [...new Set(ids)].sort()) {
    // in one order everywhere, so that two bulk acts can't deadlock
    const row = await store.lockConversation(tx, id);
    if (!row) {
      missing.push(id);
      continue;
    }
    const patch = patchFor(act);
    if (patch) await changeConversation(tx, id, patch, resolveAgent, by);
    else await mark(tx, row, act, by);
    changed.push(id);
  }
  return { changed, notFound: missing };
}

/** What a patch can't say: read or not, and one tag more or less. */
async function mark(tx: Tx, row: store.ConversationRow, { action, tag = "" }: Omit<BulkAction, "ids">, by: Actor) {
  if (action === "tag") await store.addTag(tx, row.id, tag);
  else if (action === "untag") await store.removeTag(tx, row.id, tag);
  else {
    const unreadCount = action === "mark_read" ? 0 : Math.max(row.unreadCount, 1);
    await store.updateConversation(tx, { ...row, unreadCount });
  }
  await tx.emit({ type: "conversation.changed", data: { conversationId: row.id, status: row.status }, actor: by });
}

function patchFor({ action, assigneeId, snoozedUntil }: Omit<BulkAction, "ids">): ConversationPatch | null {
  switch (action) {
    case "star":
    case "unstar":
      return { starred: action === "star" };
    case "archive":
    case "unarchive":
      return { archived: action === "archive" };
    case "resolve":
      return { status: "RESOLVED" };
    case "reopen":
      return { status: "OPEN" };
    case "assign":
      return assigneeId ? { assigneeId } : {};
    case "unassign":
      return { assigneeId: null };
    case "snooze":
      return snoozedUntil ? { snoozedUntil } : {};
    case "wake":
      return { snoozedUntil: null };
    case "mark_read":
    case "mark_unread":
    case "tag":
    case "untag":
      return null;
  }
}
