-- Numbers that we get at the provider, step by step: whatever a crash leaves half done is found here and finished, or undone.

create table activations (
  id text primary key,
  account_id text not null references accounts,
  workspace_id text not null references workspaces,
  kind text not null check (kind in ('managed', 'bought')),
  state text not null check (state in
    ('wanted', 'subaccount', 'number', 'webhooks', 'connected', 'undoing', 'undone', 'releasing', 'released')),
  country text,
  area_code text,
  -- Under whose account a subaccount is opened: one of the business's, or (null) the installation's own; and its SID, so that
  -- nothing is looked for under another one.
  parent_id text references provider_accounts,
  parent_sid text,
  phone_number text,
  number_sid text,
  friendly_name text,
  agent_id text,
  provider_account_id text references provider_accounts,
  connection_id text references connections,
  webhooks_set boolean not null default false,
  problem jsonb,
  -- Since when the provider may be doing what must not be asked twice; null: nothing is in the air.
  asked_at timestamptz,
  tries int not null default 0,
  -- Who wanted it, for the events.
  actor jsonb not null,
  -- When it is worked on next, which is also until when it is somebody's; null: it is settled.
  due_at timestamptz,
  -- Grows with every change: whoever holds an older one has lost it to somebody else.
  turn int not null default 0,
  created_at timestamptz not null,
  settled_at timestamptz,
  check (kind = 'bought' or (country is not null and parent_sid is not null)),
  check (kind = 'managed' or (phone_number is not null and provider_account_id is not null)),
  check ((due_at is null) = (settled_at is not null))
);
create index activations_workspace on activations (workspace_id);
create index activations_due on activations (due_at) where due_at is not null;
create index activations_parent on activations (parent_id);
create index activations_provider_account on activations (provider_account_id);
create index activations_connection on activations (connection_id);
-- One managed number a workspace, and nobody buys the same one twice at once.
create unique index activations_managed on activations (workspace_id)
  where kind = 'managed' and state not in ('undone', 'released');
create unique index activations_number on activations (phone_number) where due_at is not null;
call ground_table('activations', 'select, insert, update');
