/** Claiming: which messages of a sender leave now, each under its address lock and in its slot. */
import type { AttemptId, ConnectionId, MessageId, WorkspaceId } from "../../contract/ids.ts";
import { type RemoteFile, type Sender, senderName } from "../channels/channels.ts";
import type { Database } from "../platform/db/database.ts";
import type { Live } from "../platform/db/live.ts";
import { capDayOf } from "./cap-day.ts";
import { IN_REVIEW, suppressedReason } from "./may-send.ts";
import type { SendLocks } from "./send-locks.ts";

export interface Claimed {
  messageId: MessageId;
  attemptId: AttemptId;
  slotAt: Date;
  segments: number;
  to: string;
  content: string;
  media: RemoteFile[];
  lock: { workspaceId: WorkspaceId; hash: string };
}

interface ClaimRow {
  id: MessageId | null;
  attempt_id: AttemptId;
  slot_at: Date;
  segments: number;
  claimed: boolean;
  to_address: string;
  content: string;
  media: RemoteFile[];
  seq: number | null;
}

/** How far ahead slots are given out: the worker holds each message until its own. */
export const AHEAD_MS = 100;
/** When to ask again for messages whose address a STOP is waiting for. */
const LOCKED_OUT_MS = 50;
/** How long a sender that can't send rests. Longer than a process takes to read the directory anew. */
const REST_MS = 30_000;

/** The locks of what is answered here are the caller's to release. */
export async function claim(
  { database, live, locks }: { database: Database; live: Live; locks: SendLocks },
  { connection, workspace }: Sender,
  limit: number,
): Promise<Claimed[]> {
  const { ground } = database;
  const { now } = ground;
  const due = await ground.rows<{ id: MessageId; address_hash: string }>("select * from due_messages($1, $2, $3, $4)", [
    workspace.id,
    connection.id,
    now,
    limit,
  ]);
  const addresses = due.map((each) => ({ workspaceId: workspace.id, hash: each.address_hash }));
  const taken = due.length > 0 ? await locks.take(addresses) : [];
  const held = due.filter((_, n) => taken[n]);
  const lockOf = new Map(held.map((each) => [each.id, { workspaceId: workspace.id, hash: each.address_hash }]));

  let claimed: Claimed[] = [];
  try {
    if (due.length > 0 && held.length === 0) {
      await ground.rows("update sender_lanes set due_at = $2 where connection_id = $1", [
        connection.id,
        new Date(now.getTime() + LOCKED_OUT_MS),
      ]);
      return [];
    }
    const { day, resetsAt } = capDayOf(now);
    const rows = await ground.rows<ClaimRow>(
      "select * from claim_messages($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
      [
        workspace.id,
        connection.id,
        senderName(connection),
        workspace.consentScope,
        held.map((each) => each.id),
        held.map(() => ground.id("att")),
        now,
        new Date(now.getTime() + AHEAD_MS),
        connection.mps,
        connection.dailyCap,
        day,
        resetsAt,
        JSON.stringify(suppressedReason(null)),
        JSON.stringify(IN_REVIEW),
      ],
    );
    for (const { seq } of rows) if (seq !== null) live.publish(workspace.id, seq);
    claimed = rows.flatMap((row): Claimed[] => {
      const lock = row.id && row.claimed ? lockOf.get(row.id) : undefined;
      if (!row.id || !lock) return [];
      return [
        {
          messageId: row.id,
          attemptId: row.attempt_id,
          slotAt: row.slot_at,
          segments: row.segments,
          to: row.to_address,
          content: row.content,
          media: row.media,
          lock,
        },
      ];
    });
    return claimed;
  } finally {
    for (const each of claimed) lockOf.delete(each.messageId);
    if (lockOf.size > 0) await locks.release([...lockOf.values()]);
  }
}

/** The first lanes. One that waits for longer than any slot or pause, and not for its cap's next day, is due: the clock was wrong. */
export function dueLanes({ ground }: Database, limit: number) {
  const { now } = ground;
  return ground.rows<{ connectionId: ConnectionId; dueAt: Date }>(
    `select l.connection_id as "connectionId",
        case when l.due_at > $2::timestamptz + farthest_slot(c.mps) and l.due_at <> $3 then $2 else l.due_at end as "dueAt"
      from sender_lanes l join connections c on c.id = l.connection_id
      where l.due_at is not null order by "dueAt" limit $1`,
    [limit, now, capDayOf(now).resetsAt],
  );
}

/** A sender that can't send now waits a while: its connection changes, or this process has not heard of it yet. */
export const restLane = (database: Database, connectionId: ConnectionId) =>
  database.ground.rows("update sender_lanes set due_at = $2 where connection_id = $1", [
    connectionId,
    new Date(database.ground.now.getTime() + REST_MS),
  ]);
