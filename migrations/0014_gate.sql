-- The gate's own rules, what it counts, and messages that wait for their time.

-- A workspace's own quiet hours and frequency caps; without a row the defaults of contract/consent.ts hold. Null: no limit.
create table sending_rules (
  workspace_id text primary key,
  quiet_hours jsonb not null,
  caps jsonb not null,
  changed_at timestamptz not null
);
call workspace_table('sending_rules');

-- How often somebody was written to unasked: read for every such message.
create index messages_unasked on messages (workspace_id, channel, address_hash, (coalesce(send_at, created_at)))
  where kind in ('automated', 'marketing');

-- Messages that wait for their time are released by a lane of their own, which asks the gate again (architecture 6.6).
drop index messages_scheduled;
create index messages_by_time on messages (send_at) where status = 'scheduled';

-- What nobody asked for has to have left before this, or the gate is asked again: the queue may be long, and their day ends.
alter table messages add column leave_before timestamptz;

-- The next messages whose time comes, in all workspaces: ids and times only.
create function next_scheduled(p_limit int)
returns table (workspace_id text, message_id text, send_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select m.workspace_id, m.id, m.send_at from messages m where m.status = 'scheduled' order by m.send_at limit p_limit
$$;

-- What was sent again by a person's decision: at most once for each message that did not get there.
alter table messages add column resend_of text;
create unique index messages_resend on messages (workspace_id, resend_of) where resend_of is not null;
