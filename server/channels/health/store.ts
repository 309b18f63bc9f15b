/** The health's own tables: the lane of looks, and what changed. */
import type { Actor } from "../../../contract/accounts.ts";
import type { ConnectionStatus, FindingCode } from "../../../contract/channel-health.ts";
import type { ConnectionId, Id, ProviderAccountId } from "../../../contract/ids.ts";
import type { Ground, Tx, View } from "../../platform/db/handles.ts";
import type { KeptFinding } from "./findings.ts";

/** A connection gets its lane; the connecting itself was a look. */
export const openLanes = (ground: Ground, everyMs: number) =>
  ground.rows(
    `insert into health_lanes (connection_id, due_at)
       select c.id, c.created_at + $1 from connections c
        where c.disconnected_at is null and not exists (select from health_lanes l where l.connection_id = c.id)
       on conflict do nothing`,
    [`${everyMs} milliseconds`],
  );

export interface DueCheck {
  connectionId: ConnectionId;
  failures: number;
  /** Until when it is ours. */
  heldUntil: Date;
}

/** What lies further ahead than any look is put off was written while our clock was wrong. */
const WRONG = "interval '20 minutes'";

/** Takes those of these connections that are due, for some time: a worker that dies gives them back by itself. */
export const takeDue = (ground: Ground, among: readonly ConnectionId[], holdMs: number) =>
  ground.rows<DueCheck>(
    `with due as (
       select connection_id from health_lanes where (due_at <= $1 or due_at > $1 + ${WRONG}) and connection_id = any($2)
        order by due_at limit 200 for update skip locked)
     update health_lanes l set due_at = $3 from due d where l.connection_id = d.connection_id
      returning l.connection_id as "connectionId", l.failures, l.due_at as "heldUntil"`,
    [ground.now, among, new Date(ground.now.getTime() + holdMs)],
  );

/** Holds it anew, when its turn comes; null: it is another worker's by now. */
export const holdOn = (ground: Ground, due: DueCheck, holdMs: number) =>
  ground.maybe<DueCheck>(
    `update health_lanes set due_at = $3 where connection_id = $1 and due_at = $2
      returning connection_id as "connectionId", failures, due_at as "heldUntil"`,
    [due.connectionId, due.heldUntil, new Date(ground.now.getTime() + holdMs)],
  );

/** When it is looked at next. What was made due meanwhile stays due. */
export const putNext = (ground: Ground, due: DueCheck, failures: number, nextAt: Date) =>
  ground.rows(
    "update health_lanes set failures = $2, due_at = case when due_at = $3 then $4 else due_at end where connection_id = $1",
    [due.connectionId, failures, due.heldUntil, nextAt],
  );

/** All connections of a provider account are looked at now. */
export const lookSoon = (ground: Ground, id: ProviderAccountId) =>
  ground.rows(
    `update health_lanes l set due_at = $2 from connections c where c.id = l.connection_id and c.provider_account_id = $1
       and c.disconnected_at is null`,
    [id, ground.now],
  );

/**
 * Those of the other connections of its provider account that do not say the same of it yet are looked at now; where another
 * one said so first, only those that are not about to be looked at, or each would have all others looked at anew. A lane that
 * is being written is passed over, as two that wait for each other would wait for ever: it is looked at when its time comes.
 * @param says whether this one has that finding since now, or since now has it no more
 * @param soonMs who is due by then is about to be looked at
 */
export const othersLookSoon = (
  ground: Ground,
  { id, providerAccountId }: { id: ConnectionId; providerAccountId: ProviderAccountId },
  code: FindingCode,
  says: boolean,
  soonMs: number,
) =>
  ground.rows(
    `with others as (
       select id, health @> $3 as says from connections
        where provider_account_id = $1 and id <> $2 and disconnected_at is null),
     lanes as (
       select connection_id from health_lanes
        where connection_id in (select id from others where says <> $4)
          and (not exists (select from others where says = $4) or due_at > $6)
        order by connection_id for update skip locked)
     update health_lanes l set due_at = $5 from lanes where l.connection_id = lanes.connection_id`,
    [
      ...[providerAccountId, id, JSON.stringify([{ code }]), says],
      ...[ground.now, new Date(ground.now.getTime() + soonMs)],
    ],
  );

/** A connection is looked at now: somebody may have mended it. */
export const lookSoonAt = (ground: Ground, id: ConnectionId) =>
  ground.rows("update health_lanes set due_at = $2 where connection_id = $1", [id, ground.now]);

/** A connection is looked at again by then. */
export const lookAgainBy = (ground: Ground, id: ConnectionId, at: Date) =>
  ground.rows("update health_lanes set due_at = least(due_at, $2) where connection_id = $1", [id, at]);

/** Answers a row where no later look than this one has been written down. */
export const isNewest = (ground: Ground, id: ConnectionId, lookedAt: Date) =>
  ground.maybe(
    `insert into health_lanes as l (connection_id, due_at, looked_at) values ($1, $2, $2)
       on conflict (connection_id) do update set looked_at = $2
          where coalesce(l.looked_at, $2) <= $2 or l.looked_at > $2 + ${WRONG} returning 1`,
    [id, lookedAt],
  );

export interface HealthChangeRow {
  id: Id<"hlc">;
  at: Date;
  status: ConnectionStatus;
  findings: KeptFinding[];
  actor: Actor;
}

export const insertChange = (
  tx: Tx,
  connectionId: ConnectionId,
  { status, findings, actor }: Pick<HealthChangeRow, "status" | "findings" | "actor">,
) =>
  tx.rows(
    `insert into channel_health_changes (workspace_id, id, connection_id, at, status, findings, actor)
       values ($1, $2, $3, $4, $5, $6, $7)`,
    [tx.workspaceId, tx.id("hlc"), connectionId, tx.now, status, JSON.stringify(findings), JSON.stringify(actor)],
  );

/** The newest first; one more than `limit`, where there is one. */
export const changesOf = (view: View, connectionId: ConnectionId, limit: number, before: string | undefined) =>
  view.rows<HealthChangeRow>(
    `select id, at, status, findings, actor from channel_health_changes
      where workspace_id = $1 and connection_id = $2 and ($3::text is null or id < $3) order by id desc limit $4`,
    [view.workspaceId, connectionId, before ?? null, limit + 1],
  );
