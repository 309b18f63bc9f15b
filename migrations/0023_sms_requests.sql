-- Requests for numbers that need papers. What was filled in is sealed; what stands at the provider is kept by its SIDs, so that
-- whatever a crash leaves half done is found again and finished.

create table sms_requests (
  workspace_id text not null references workspaces,
  id text not null,
  account_id text not null references accounts,
  provider_account_id text not null references provider_accounts,
  country text not null,
  number_type text not null check (number_type in ('local', 'mobile', 'national', 'toll-free')),
  end_user_type text not null check (end_user_type in ('individual', 'business')),
  state text not null check (state in ('draft', 'address', 'end_user', 'documents', 'bundle', 'assignments', 'evaluation',
    'submission', 'in_review', 'approved', 'ready', 'rejected', 'withdrawn', 'removed')),
  -- While it is sent: how far.
  goal text check (goal in ('check', 'review')),
  -- What is asked for, as the provider said when it was begun.
  asked jsonb not null,
  regulation_sid text,
  -- What was filled in, what the provider found wrong; null: erased.
  papers_envelope text,
  finding_count int not null default 0,
  -- SIDs at the provider, what is to be taken away there, and what may be in the air.
  made jsonb not null,
  problem jsonb,
  asked_at timestamptz,
  tries int not null default 0,
  actor jsonb not null,
  -- Grows with every step: whoever holds an older one has lost it to somebody else.
  turn int not null default 0,
  created_at timestamptz not null,
  checked_at timestamptz,
  submitted_at timestamptz,
  decided_at timestamptz,
  valid_until timestamptz,
  primary key (workspace_id, id)
);
create index sms_requests_provider_account on sms_requests (provider_account_id);
call workspace_table('sms_requests');

-- When one is worked on next, which is also until when it is somebody's; those that wait for nothing have no lane.
create table sms_request_lanes (
  request_id text primary key,
  workspace_id text not null,
  due_at timestamptz not null
);
create index sms_request_lanes_due on sms_request_lanes (due_at);
call ground_table('sms_request_lanes');

-- Files of documents: each is sealed with a key of its own, and only that key with the installation's.
create table sms_request_files (
  workspace_id text not null,
  id text not null,
  request_id text not null,
  -- The file's key and name.
  head_envelope text not null,
  content_type text not null,
  size int not null,
  sealed text not null,
  created_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, request_id) references sms_requests (workspace_id, id) on delete cascade
);
create index sms_request_files_request on sms_request_files (workspace_id, request_id);
call workspace_table('sms_request_files', 'select, insert, delete');

-- What a purchase carries along, where its country asks for papers.
alter table activations add column address_sid text, add column bundle_sid text;
