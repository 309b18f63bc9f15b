/** Whose turn: conversations that wait for their agent, one turn each, so that a burst is answered once. */
import type { ConversationId, MessageId, WorkspaceId } from "../../contract/ids.ts";
import type { Ground, Tx } from "../platform/db/handles.ts";

export interface Turn {
  workspaceId: WorkspaceId;
  conversationId: ConversationId;
  /** The customer's last message when the turn was claimed. */
  messageId: MessageId;
  /** How often this turn was claimed, this time included. */
  tries: number;
}

/** How long the agent waits for the customer's next words, and how long at most from the first of them. */
export const BURST_PAUSE_MS = 2000;
export const BURST_AT_MOST_MS = 10_000;

/** The news that wakes whoever answers. */
export const TURN_NEWS = "turns";

/** Takes turns that are due; one that is not finished within `claimMs` can be claimed again (its process died). */
export const claimTurns = (ground: Ground, limit: number, claimMs: number): Promise<Turn[]> =>
  ground.rows<Turn>(
    `update turns set claimed_until = $1::timestamptz + make_interval(secs => $2::float8 / 1000), tries = tries + 1
      where (workspace_id, conversation_id) in (
        select workspace_id, conversation_id from turns
         where due_at <= $1 and (claimed_until is null or claimed_until <= $1)
         order by due_at limit $3 for update skip locked)
      returning workspace_id as "workspaceId", conversation_id as "conversationId", message_id as "messageId", tries`,
    [ground.now, claimMs, limit],
  );

/** Ends a turn. False where a newer message came meanwhile: then the turn is due again by itself. */
export async function finishTurn(tx: Tx, turn: Turn): Promise<boolean> {
  const place = [turn.workspaceId, turn.conversationId, turn.messageId];
  const done = await tx.maybe(
    "delete from turns where workspace_id = $1 and conversation_id = $2 and message_id = $3 returning 1",
    place,
  );
  if (!done)
    await tx.rows(
      "update turns set claimed_until = null where workspace_id = $1 and conversation_id = $2",
      place.slice(0, 2),
    );
  return done !== null;
}

/** Gives the agent a turn at once: it was handed a conversation whose last word is the customer's. */
export const giveTurn = (tx: Tx, conversationId: ConversationId, messageId: MessageId) =>
  tx.rows(
    `insert into turns (workspace_id, conversation_id, message_id, first_at, due_at) values ($1, $2, $3, $4, $4)
       on conflict (workspace_id, conversation_id) do update set message_id = $3, due_at = $4, tries = 0`,
    [tx.workspaceId, conversationId, messageId, tx.now],
  );

/** Nobody answers automatically any more: a person took over, or the customer said stop. */
export const cancelTurn = (tx: Tx, conversationId: ConversationId) =>
  tx.rows("delete from turns where workspace_id = $1 and conversation_id = $2", [tx.workspaceId, conversationId]);

/** When the next turn is due; null where none waits. */
export async function nextTurnAt(ground: Ground): Promise<Date | null> {
  const row = await ground.maybe<{ at: Date | null }>(
    "select min(greatest(due_at, coalesce(claimed_until, due_at))) as at from turns",
  );
  return row?.at ?? null;
}
