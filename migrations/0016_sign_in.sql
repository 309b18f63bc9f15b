-- Second factors, one-time links, and how often somebody guessed.

set local role parley_app;

alter table auth."user" add column "twoFactorEnabled" boolean not null default false;

create table auth."twoFactor" (
  "id" text not null primary key,
  "secret" text not null,
  "backupCodes" text not null,
  "userId" text not null unique references auth."user" ("id") on delete cascade,
  "verified" boolean not null default true,
  "failedVerificationCount" integer not null default 0,
  "lockedUntil" timestamptz
);

-- One password a person.
create unique index "account_providerId_accountId_idx" on auth."account" ("providerId", "accountId");

reset role;

-- Each lets one person in, once: the first owner, somebody invited to a workspace, or whoever lost password or code.
create table sign_in_links (
  id text primary key,
  kind text not null check (kind in ('set_up', 'invitation', 'reset')),
  token_hash text not null unique,
  workspace_id text references workspaces,
  email text,
  name text,
  role text check (role in ('owner', 'admin', 'agent', 'viewer')),
  user_id text,
  made_by_id text,
  made_by_name text,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create unique index sign_in_links_invited on sign_in_links (workspace_id, email) where kind = 'invitation';
call ground_table('sign_in_links');

-- Tries at a password or a code, by the hash of whose it is and where they come from.
create table sign_in_tries (
  key text primary key,
  tries int not null,
  since timestamptz not null,
  -- When somebody last got it right there: such a place is not shut because of what others do elsewhere.
  right_at timestamptz
);
call ground_table('sign_in_tries');

-- Codes of authenticator apps that were given: each is worth one sign-in.
create table sign_in_codes (
  user_id text not null,
  code_hash text not null,
  used_at timestamptz not null,
  primary key (user_id, code_hash)
);
call ground_table('sign_in_codes');
