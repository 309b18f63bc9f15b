-- Calls to our numbers: how each number answers them, what came of each, and the one text that may answer a missed one.

create table voice_settings (
  workspace_id text not null,
  connection_id text not null references connections,
  answering boolean not null,
  greeting text not null,
  language text not null,
  forward_to text,
  ring_seconds int not null,
  voicemail boolean not null,
  voicemail_seconds int not null,
  text_on boolean not null,
  text_content text not null,
  primary key (workspace_id, connection_id)
);
create index voice_settings_connection on voice_settings (connection_id);
call workspace_table('voice_settings', 'select, insert, update');

create table calls (
  workspace_id text not null,
  id text not null,
  connection_id text not null references connections,
  provider_sid text not null,
  -- Null: the caller hid their number, or was erased.
  from_address text,
  address_hash text,
  -- How long the words last that promise a text; null: none was promised. Whether the caller stayed on the line for them.
  promise_seconds int,
  told boolean not null default false,
  started_at timestamptz not null,
  ended_at timestamptz,
  outcome text check (outcome in ('missed', 'voicemail', 'answered')),
  recording_sid text,
  recording_url text,
  recording_seconds int,
  primary key (workspace_id, id)
);
create unique index calls_provider_sid on calls (workspace_id, provider_sid);
create index calls_connection on calls (connection_id, workspace_id, id);
create index calls_address on calls (workspace_id, address_hash, id);
call workspace_table('calls', 'select, insert, update');

-- Calls whose outcome nobody has told yet: at this time nobody is expected to any more, and they count as missed.
create table call_ends (
  call_id text primary key,
  workspace_id text not null,
  due_at timestamptz not null
);
create index call_ends_due on call_ends (due_at);
call ground_table('call_ends');

-- What a missed call came to: the text that answers it, or why there is none.
create table call_texts (
  workspace_id text not null,
  call_id text not null,
  address_hash text,
  message_id text,
  reason jsonb,
  at timestamptz not null,
  primary key (workspace_id, call_id),
  foreign key (workspace_id, call_id) references calls,
  foreign key (workspace_id, message_id) references messages on delete cascade
);
create index call_texts_message on call_texts (workspace_id, message_id) where message_id is not null;
create index call_texts_address on call_texts (workspace_id, address_hash, at);
call workspace_table('call_texts', 'select, insert');
