-- The audit log: who changed what in how the business works. Entries are only ever added.

create table audit_entries (
  workspace_id text not null,
  id text not null,
  at timestamptz not null,
  verb text not null,
  actor jsonb not null,
  -- What was changed: its id, and what it was called then.
  thing jsonb not null,
  -- Names of fields, with their values where those are nobody's secret.
  changes jsonb not null default '[]',
  primary key (workspace_id, id)
);
call workspace_table('audit_entries', 'select, insert');

-- The same of what belongs to no one workspace: provider accounts, and how people sign in.
create table account_audit_entries (
  account_id text not null references accounts,
  id text not null,
  at timestamptz not null,
  verb text not null,
  actor jsonb not null,
  thing jsonb not null,
  changes jsonb not null default '[]',
  primary key (account_id, id)
);
call ground_table('account_audit_entries', 'select, insert');
