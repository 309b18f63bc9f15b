-- The ground every room stands on: tenancy, the event log, idempotency, the installation's keys.
-- Run as the owner. Everything else runs as parley_app, which owns nothing and bypasses no policy.

create extension if not exists pg_trgm;

grant usage on schema public to parley_app;
create schema pgboss authorization parley_app;

-- Makes a table a workspace's own: parley_app may use it, and sees only rows of the workspace that its
-- transaction was opened for. `grants` leaves out update and delete for what is append-only.
create procedure workspace_table(name text, grants text default 'select, insert, update, delete')
language plpgsql as $$
begin
  execute format('alter table %I enable row level security', name);
  execute format(
    'create policy workspace on %I using (workspace_id = current_setting(''parley.workspace'', true))
       with check (workspace_id = current_setting(''parley.workspace'', true))', name);
  execute format('grant %s on %I to parley_app', grants, name);
end $$;

-- Makes a table account-level: no policy, reached by Ground or by account-level routes.
create procedure ground_table(name text, grants text default 'select, insert, update, delete')
language plpgsql as $$
begin
  execute format('grant %s on %I to parley_app', grants, name);
end $$;

create table installation_keys (
  name text primary key,
  envelope text not null,
  created_at timestamptz not null
);
call ground_table('installation_keys', 'select, insert');

create table event_counters (
  workspace_id text primary key,
  last_seq bigint not null
);
call workspace_table('event_counters');

create table events (
  workspace_id text not null,
  seq bigint not null,
  type text not null,
  data jsonb not null,
  actor jsonb not null,
  at timestamptz not null,
  primary key (workspace_id, seq)
);
call workspace_table('events', 'select, insert');

-- Numbers and stores events in the order given; the last number is the answer. The counter's row is locked until
-- the commit, so a reader never sees number n before every smaller one: call it last in a transaction.
create function emit_events(p_workspace text, p_events jsonb, p_now timestamptz) returns bigint
language plpgsql as $$
declare
  v_count int := jsonb_array_length(p_events);
  v_last bigint;
begin
  -- Updated first, because waiters on an update queue up, while those on an insert's conflict all look again and again.
  update event_counters set last_seq = last_seq + v_count where workspace_id = p_workspace returning last_seq into v_last;
  if not found then
    insert into event_counters as c (workspace_id, last_seq) values (p_workspace, v_count)
      on conflict (workspace_id) do update set last_seq = c.last_seq + v_count
      returning last_seq into v_last;
  end if;
  insert into events (workspace_id, seq, type, data, actor, at)
    select p_workspace, v_last - v_count + e.n, e.event->>'type', e.event->'data', e.event->'actor', p_now
      from jsonb_array_elements(p_events) with ordinality e(event, n);
  return v_last;
end $$;

create table idempotency_keys (
  workspace_id text not null,
  caller_id text not null,
  key text not null,
  request_hash text not null,
  status int,
  answer text,
  created_at timestamptz not null,
  primary key (workspace_id, caller_id, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);
call workspace_table('idempotency_keys');

-- The one housekeeping that looks across workspaces.
create function prune_idempotency_keys(p_before timestamptz) returns bigint
language sql security definer set search_path = public, pg_temp as $$
  with gone as (delete from idempotency_keys where created_at < p_before returning 1) select count(*) from gone
$$;
