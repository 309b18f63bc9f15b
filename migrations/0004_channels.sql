-- Provider accounts and the senders connected through them.

create table provider_accounts (
  id text primary key,
  account_id text not null references accounts,
  provider text not null check (provider in ('twilio')),
  account_sid text not null,
  auth_token_envelope text,
  kind text not null check (kind in ('byo', 'managed', 'simulated')),
  status text not null check (status in ('active', 'suspended', 'closed', 'disconnected')),
  type text not null check (type in ('full', 'trial')),
  friendly_name text not null,
  created_at timestamptz not null
);
create index provider_accounts_account on provider_accounts (account_id);
-- One business has a provider's account at a time. A wiped one is history: it keeps nobody from adding it anew.
create unique index provider_accounts_sid on provider_accounts (account_sid) where status <> 'disconnected';
call ground_table('provider_accounts');

create table connections (
  id text primary key,
  account_id text not null references accounts,
  workspace_id text not null references workspaces,
  provider_account_id text not null references provider_accounts,
  family text not null check (family in ('sms', 'whatsapp', 'instagram', 'webchat')),
  environment text not null default 'live' check (environment in ('sandbox', 'pre-release', 'live')),
  phone_number text,
  messaging_service_sid text,
  provider_number_sid text,
  sender_type text not null,
  friendly_name text,
  agent_id text,
  knowledge_base jsonb,
  keyword_replies text not null default 'provider' check (keyword_replies in ('provider', 'parley')),
  status text not null check (status in ('active', 'inactive', 'degraded', 'reclaimed', 'error')),
  status_reason jsonb,
  active boolean not null default true,
  mps real not null check (mps > 0),
  daily_cap int check (daily_cap > 0),
  webhook_url text not null,
  webhook_verified_at timestamptz,
  webhook_configured_by text check (webhook_configured_by in ('parley', 'operator')),
  sms_compliance jsonb,
  created_at timestamptz not null,
  disconnected_at timestamptz,
  check ((phone_number is null) <> (messaging_service_sid is null))
);
create index connections_workspace on connections (workspace_id);
create index connections_provider_account on connections (provider_account_id);
-- A number is connected once, whoever asks.
create unique index connections_number on connections (phone_number) where disconnected_at is null;
create unique index connections_service on connections (messaging_service_sid) where disconnected_at is null;
call ground_table('connections');
