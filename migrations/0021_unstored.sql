-- Texts that the provider's list has and that could not be stored: they are tried again, ever less often, while the looks go on
-- with what came after them. Read across workspaces, so it holds ids, our number and times only.
create table unstored_texts (
  connection_id text not null references connections on delete cascade,
  provider_sid text not null,
  -- The number of ours that it was sent to.
  number text not null,
  sent_at timestamptz not null,
  tries int not null default 1,
  tried_at timestamptz not null,
  primary key (connection_id, provider_sid)
);
call ground_table('unstored_texts');
