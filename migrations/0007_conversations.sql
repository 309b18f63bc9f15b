-- A contact with an agent or with the team: open or resolved, and whose turn it is.

create table conversations (
  workspace_id text not null,
  id text not null,
  contact_id text not null,
  agent_id text,
  status text not null check (status in ('OPEN', 'ASSIGNED', 'RESOLVED', 'BOT_ACTIVE', 'AI_ACTIVE')),
  assignee_id text,
  team_id text,
  channel text not null,
  connection_id text,
  address text,
  metadata jsonb not null default '{}',
  unread_count int not null default 0,
  starred boolean not null default false,
  archived boolean not null default false,
  snoozed_until timestamptz,
  last_message_id text,
  last_activity_at timestamptz not null,
  last_inbound_at timestamptz,
  resolved_at timestamptz,
  created_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, contact_id) references contacts on delete cascade
);
-- At most one open conversation of a contact with an agent, or with none.
create unique index conversations_open on conversations (workspace_id, contact_id, agent_id)
  nulls not distinct where status <> 'RESOLVED';
create index conversations_activity on conversations (workspace_id, last_activity_at desc, id desc);
create index conversations_status on conversations (workspace_id, status, last_activity_at desc, id desc);
create index conversations_assignee on conversations (workspace_id, assignee_id, last_activity_at desc, id desc)
  where assignee_id is not null;
create index conversations_unread on conversations (workspace_id, last_activity_at desc, id desc) where unread_count > 0;
call workspace_table('conversations');

-- The conversation that last used a pair of connection and address: where an inbound message goes first.
create table conversation_routes (
  workspace_id text not null,
  connection_id text not null,
  address text not null,
  conversation_id text not null,
  primary key (workspace_id, connection_id, address),
  foreign key (workspace_id, conversation_id) references conversations on delete cascade
);
create index conversation_routes_conversation on conversation_routes (workspace_id, conversation_id);
call workspace_table('conversation_routes');

create table conversation_tags (
  workspace_id text not null,
  conversation_id text not null,
  tag text not null,
  primary key (workspace_id, conversation_id, tag),
  foreign key (workspace_id, conversation_id) references conversations on delete cascade
);
create index conversation_tags_tag on conversation_tags (workspace_id, tag, conversation_id);
call workspace_table('conversation_tags');

create table notes (
  workspace_id text not null,
  id text not null,
  conversation_id text not null,
  content text not null,
  author jsonb not null,
  created_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, conversation_id) references conversations on delete cascade
);
create index notes_conversation on notes (workspace_id, conversation_id, id);
call workspace_table('notes');

-- Conversations that wait for an agent's turn: a lane, read across workspaces, so it holds ids and times only.
create table turns (
  workspace_id text not null,
  conversation_id text not null,
  message_id text not null,
  first_at timestamptz not null,
  due_at timestamptz not null,
  claimed_until timestamptz,
  tries int not null default 0,
  primary key (workspace_id, conversation_id),
  foreign key (workspace_id, conversation_id) references conversations on delete cascade
);
create index turns_due on turns (due_at);
call ground_table('turns');
