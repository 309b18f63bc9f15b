/** When to look at the provider's list of a connection's inbound messages, and what the looks found. */
import { SYSTEM } from "../../contract/accounts.ts";
import type { ConnectionId } from "../../contract/ids.ts";
import type { Ground, Tx } from "../platform/db/handles.ts";
import { type ConnectionRow, updateInbound } from "./store.ts";

const LOOK_EVERY_MS = 5 * 60_000;
/** Product 3.3. */
const POLL_EVERY_MS = 15_000;
const HELD_MS = 10 * 60_000;
const PUT_OFF_AT_MOST_MS = 20 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

export const lookEveryMs = (polled: boolean): number => (polled ? POLL_EVERY_MS : LOOK_EVERY_MS);

/** How far back a number is read that was disconnected for so long. */
const AWAY_AT_MOST = "90 days";

/**
 * A connection gets its lane: everything from the moment on when it was connected is looked at. Where its sender was connected
 * to this workspace before, and to no other since, it goes on where that one ended, with what could not be stored there.
 */
export const openLooks = (ground: Ground) =>
  ground.rows(
    `with opening as (
       select c.* from connections c
        where c.disconnected_at is null and not exists (select from inbound_lanes l where l.connection_id = c.id)),
     earlier as (
       select o.id, e.id as earlier_id, e.created_at, l.looked_until
         from opening o join connections e on e.id <> o.id and e.workspace_id = o.workspace_id and e.disconnected_at is not null
              and (e.phone_number = o.phone_number or e.messaging_service_sid = o.messaging_service_sid)
         left join inbound_lanes l on l.connection_id = e.id
        where not exists (select from connections f where f.workspace_id <> e.workspace_id and f.disconnected_at > e.disconnected_at
              and (f.phone_number = e.phone_number or f.messaging_service_sid = e.messaging_service_sid))
          -- Nor where a service of another workspace may have had the number, or the other way round.
          and not exists (select from connections f join provider_accounts p on p.id = f.provider_account_id
             join provider_accounts q on q.id = e.provider_account_id
            where f.workspace_id <> e.workspace_id and p.account_sid = q.account_sid
              and (f.phone_number is null) <> (e.phone_number is null)
              and (f.disconnected_at is null or f.disconnected_at > e.disconnected_at))),
     begun as (
       select id, min(created_at) as begins_at, coalesce(max(looked_until), min(created_at)) as looked_until
         from earlier group by id),
     opened as (
       insert into inbound_lanes (connection_id, begins_at, looked_until, due_at)
         select o.id, greatest(least(b.begins_at, o.created_at), o.created_at - $2::interval),
             greatest(least(b.looked_until, o.created_at), o.created_at - $2::interval),
             case when o.polled or b.id is not null then o.created_at else o.created_at + $1 end
           from opening o left join begun b using (id)
         on conflict do nothing returning connection_id),
     moved as (
       delete from unstored_texts u using earlier e, opened n
        where n.connection_id = e.id and u.connection_id = e.earlier_id
       returning e.id, u.provider_sid, u.number, u.sent_at, u.tries, u.tried_at)
     insert into unstored_texts (connection_id, provider_sid, number, sent_at, tries, tried_at)
       select distinct on (id, provider_sid) * from moved order by id, provider_sid, tried_at
       on conflict do nothing`,
    [`${LOOK_EVERY_MS} milliseconds`, AWAY_AT_MOST],
  );

export interface DueLook {
  connectionId: ConnectionId;
  /** What was sent before this is none of ours. */
  beginsAt: Date;
  /** Everything before this was looked at, by the provider's clock. */
  lookedUntil: Date;
  failures: number;
  /** Until when it is ours. */
  heldUntil: Date;
}

/** A text that the provider has and that could not be stored here. */
export interface Unstored {
  providerSid: string;
  /** The number of ours that it was sent to. */
  number: string;
  sentAt: Date;
}

/** A look tries so many of them again, those first that have waited longest. */
const RETRIED_AT_MOST = 20;

/** Those that are to be tried again by now: after minutes at first, and at least every hour. */
export const unstoredOf = (ground: Ground, connectionId: ConnectionId) =>
  ground.rows<Unstored>(
    `select provider_sid as "providerSid", number, sent_at as "sentAt" from unstored_texts
      where connection_id = $1
        and (tried_at + least(interval '1 minute' * 2 ^ least(tries, 10), interval '1 hour') <= $2 or tried_at > $2)
      order by tried_at, sent_at limit ${RETRIED_AT_MOST}`,
    [connectionId, ground.now],
  );

/** All are due now: something may have been missed. */
export const lookNow = (ground: Ground) => ground.rows("update inbound_lanes set due_at = $1", [ground.now]);

/**
 * Takes those of these connections that are due, for some minutes: a worker that dies gives them back by itself. What is due
 * later than any look is put off was written while our clock was wrong.
 */
export const dueLooks = (ground: Ground, among: readonly ConnectionId[]) =>
  ground.rows<DueLook>(
    `with due as (
       select connection_id from inbound_lanes where (due_at <= $1 or due_at > $4) and connection_id = any($2)
        order by due_at limit 500 for update skip locked)
     update inbound_lanes l set due_at = $3 from due d where l.connection_id = d.connection_id
      returning l.connection_id as "connectionId", l.begins_at as "beginsAt", l.looked_until as "lookedUntil", l.failures,
        l.due_at as "heldUntil"`,
    [ground.now, among, ...[HELD_MS, PUT_OFF_AT_MOST_MS].map((ms) => new Date(ground.now.getTime() + ms))],
  );

/** Asks again sooner than usual, then ever later, where the provider could not be asked. */
const againMs = (failures: number, polled: boolean): number =>
  Math.min(POLL_EVERY_MS * 2 ** Math.min(failures, 8), lookEveryMs(polled) * (polled ? 20 : 3));

/** After so many looks in vain the page no longer says that nothing is missing. */
const PATIENCE = 3;

/** Writes down what a look came to, and tells those who look at the channel where that is news. */
export async function noteLook(
  tx: Tx,
  connection: ConnectionRow,
  due: DueLook,
  look: {
    polled: boolean;
    /** Everything before this is here now, or unstored; earlier than before where a wrong clock said so. Null: it came to nothing. */
    lookedUntil: Date | null;
    /** There is more to look at. */
    more: boolean;
    /** How many it brought in. */
    found: number;
    /** What could not be stored before and now is here, or is gone at the provider. */
    settled: readonly Unstored[];
    /** What could not be stored now. */
    unstored: readonly Unstored[];
  },
): Promise<void> {
  const { ground } = tx;
  const { polled, lookedUntil } = look;
  const failures = lookedUntil ? 0 : due.failures + 1;
  const wait = lookedUntil ? (look.more ? 0 : lookEveryMs(polled)) : againMs(failures, polled);
  await ground.rows(
    // What was made due meanwhile stays due.
    `update inbound_lanes set looked_until = coalesce($2, looked_until), begins_at = least(begins_at, $2), failures = $4,
       due_at = case when due_at = $5 then $3 else due_at end
      where connection_id = $1`,
    [connection.id, lookedUntil, new Date(tx.now.getTime() + wait), failures, due.heldUntil],
  );
  // Where it is asked anyway, nothing comes in another way.
  if (look.found > 0 && !polled)
    await ground.rows(
      `insert into late_arrivals as a (connection_id, at, count) values ($1, $2, $3)
         on conflict (connection_id, at) do update set count = a.count + $3`,
      [connection.id, tx.now, look.found],
    );
  await ground.rows("delete from unstored_texts where connection_id = $1 and provider_sid = any($2)", [
    connection.id,
    look.settled.map((each) => each.providerSid),
  ]);
  await ground.rows(
    `insert into unstored_texts as u (connection_id, provider_sid, number, sent_at, tried_at)
       select $1, "providerSid", number, "sentAt", $3
         from jsonb_to_recordset($2::jsonb) r("providerSid" text, number text, "sentAt" timestamptz)
       on conflict (connection_id, provider_sid) do update set tries = u.tries + 1, tried_at = $3`,
    [connection.id, JSON.stringify(look.unstored), tx.now],
  );
  const { unstored } = await ground.one<{ unstored: number }>(
    "select count(*)::int as unstored from unstored_texts where connection_id = $1",
    [connection.id],
  );
  const since = new Date(tx.now.getTime() - DAY_MS);
  await ground.rows("delete from late_arrivals where connection_id = $1 and at < $2", [connection.id, since]);
  const { late } = await ground.one<{ late: number }>(
    "select coalesce(sum(count), 0)::int as late from late_arrivals where connection_id = $1",
    [connection.id],
  );
  const missing = lookedUntil ? unstored : failures < PATIENCE ? connection.inboundMissing : null;
  if (await updateInbound(ground, connection, { polled, missing, late }))
    await tx.emit({
      type: "channel.changed",
      data: { connectionId: connection.id },
      actor: SYSTEM,
    });
}
