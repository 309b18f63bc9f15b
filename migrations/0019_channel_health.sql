-- Health of connections: what is wrong with each at its provider or with its messages, since when, and what changed.

alter table connections drop constraint connections_status_check;
alter table connections add constraint connections_status_check
  check (status in ('active', 'inactive', 'degraded', 'restricted', 'reclaimed', 'error'));
-- What is wrong now, the gravest first: { code, detail, since } each.
alter table connections add column health jsonb not null default '[]';

-- A lane of looks, one row a connection. Read across workspaces, so it holds ids and times only.
create table health_lanes (
  connection_id text primary key references connections on delete cascade,
  due_at timestamptz not null,
  -- Looks in a row that came to nothing.
  failures int not null default 0,
  -- When the look began whose findings stand: an older one that ends later is dropped.
  looked_at timestamptz
);
create index health_lanes_due on health_lanes (due_at);
call ground_table('health_lanes');

-- What changed, and when: appended, never rewritten.
create table channel_health_changes (
  workspace_id text not null,
  id text not null,
  connection_id text not null references connections on delete cascade,
  at timestamptz not null,
  status text not null,
  findings jsonb not null,
  actor jsonb not null,
  primary key (workspace_id, id)
);
create index channel_health_changes_connection on channel_health_changes (workspace_id, connection_id, id);
call workspace_table('channel_health_changes', 'select, insert');

-- What was not delivered lately, by its connection: few rows, and none is written but where a text fails.
create index messages_failed on messages (workspace_id, connection_id, (coalesce(send_at, created_at)))
  where status in ('failed', 'undelivered');
