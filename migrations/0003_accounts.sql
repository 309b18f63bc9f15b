-- Businesses, their workspaces, members and API keys.

create table accounts (
  id text primary key,
  name text not null,
  demo boolean not null default false,
  created_at timestamptz not null
);
call ground_table('accounts');

create table workspaces (
  id text primary key,
  account_id text not null references accounts,
  name text not null,
  time_zone text not null,
  consent_scope text not null default 'workspace' check (consent_scope in ('workspace', 'sender')),
  opted_out_inbound text not null default 'store' check (opted_out_inbound in ('store', 'drop')),
  notices jsonb not null default '{}',
  keywords jsonb not null default '{}',
  created_at timestamptz not null
);
create index workspaces_account on workspaces (account_id);
call ground_table('workspaces');

create table members (
  id text primary key,
  account_id text not null references accounts,
  user_id text not null,
  name text not null,
  email text not null,
  created_at timestamptz not null,
  unique (account_id, user_id)
);
create index members_user on members (user_id);
call ground_table('members');

create table memberships (
  workspace_id text not null references workspaces,
  member_id text not null references members,
  role text not null check (role in ('owner', 'admin', 'agent', 'viewer')),
  created_at timestamptz not null,
  primary key (workspace_id, member_id)
);
create index memberships_member on memberships (member_id);
call ground_table('memberships');

create table api_keys (
  id text primary key,
  workspace_id text not null references workspaces,
  name text not null,
  hash text not null unique,
  last_four text not null,
  permissions text[] not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index api_keys_workspace on api_keys (workspace_id);
call ground_table('api_keys');
