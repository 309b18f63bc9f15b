-- Receiving, complete: the files that come with messages, and the lists at the provider that show what we missed.

-- Bytes by what they are: the same file is kept once in a workspace, however often it is sent. In parts, so that no
-- process ever holds more of it than it hands on.
create table blobs (
  workspace_id text not null,
  -- SHA-256 of the bytes, in hex.
  hash text not null,
  size int not null,
  created_at timestamptz not null,
  primary key (workspace_id, hash)
);
call workspace_table('blobs');

create table blob_parts (
  workspace_id text not null,
  hash text not null,
  n int not null,
  bytes bytea not null,
  primary key (workspace_id, hash, n),
  foreign key (workspace_id, hash) references blobs on delete cascade
);
-- Pictures are compressed already.
alter table blob_parts alter column bytes set storage external;
call workspace_table('blob_parts', 'select, insert, delete');

-- A file that came with a message, goes with one, or was uploaded to go with one.
create table media (
  workspace_id text not null,
  id text not null,
  -- Null: uploaded, and with no message yet.
  message_id text,
  conversation_id text,
  position smallint not null default 0,
  state text not null check (state in ('fetching', 'stored', 'failed', 'linked')),
  -- Why it could not be had.
  reason jsonb,
  -- Where it came from, or where it is where it is not kept here; null for an upload.
  source_url text,
  -- By whose credentials it is fetched.
  connection_id text,
  -- What the bytes are; before they are here, what the sender says they are.
  content_type text,
  name text,
  size int,
  hash text,
  tries int not null default 0,
  due_at timestamptz,
  created_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, message_id) references messages on delete cascade,
  foreign key (workspace_id, hash) references blobs,
  check ((state = 'stored') = (hash is not null)),
  check ((state = 'fetching') = (due_at is not null))
);
create index media_message on media (workspace_id, message_id, position) where message_id is not null;
create index media_due on media (due_at) where due_at is not null;
create index media_loose on media (created_at) where message_id is null;
create index media_blob on media (workspace_id, hash) where hash is not null;
call workspace_table('media');

-- The files of an inbound message are noted with it, whoever stores it: none is forgotten between two transactions. Their
-- ids are the message's with the file's place at the end.
create function note_media() returns trigger language plpgsql as $$
begin
  insert into media (workspace_id, id, message_id, conversation_id, position, state, source_url, connection_id, content_type,
      due_at, created_at)
    select new.workspace_id, 'med_' || substr(new.id, 5, 30) || lpad(to_hex(n - 1), 2, '0'), new.id, new.conversation_id,
        n - 1, 'fetching', file->>'url', new.connection_id, file->>'contentType', new.created_at, new.created_at
      from jsonb_array_elements(new.media) with ordinality f(file, n);
  return null;
end $$;
create trigger messages_media after insert on messages for each row
  when (new.direction = 'inbound' and new.media <> '[]') execute function note_media();

-- Whoever keeps or drops a file's bytes holds this first: two who do so at once see each other.
create function blob_lock(p_workspace text, p_hash text) returns bigint
language sql immutable as $$ select hashtextextended(p_workspace || '/' || p_hash, 3) $$;

-- Bytes go with the last file that has them, as when a contact is erased.
create function drop_unused_blob() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(blob_lock(old.workspace_id, old.hash));
  delete from blobs b where b.workspace_id = old.workspace_id and b.hash = old.hash
    and not exists (select from media m where m.workspace_id = old.workspace_id and m.hash = old.hash);
  return null;
end $$;
create trigger media_blob after delete on media for each row when (old.hash is not null) execute function drop_unused_blob();

-- Takes files that are due to be fetched, at most `p_each` of each provider account that is not named, for as long as
-- `p_lease`: a worker that dies gives them back by itself. `gone`: nobody has the credentials any more.
create function claim_media(p_now timestamptz, p_lease interval, p_each int, p_without text[])
returns table (workspace_id text, id text, connection_id text, provider_account_id text, gone boolean)
language sql security definer set search_path = public, pg_temp as $$
  with due as (
    select m.workspace_id, m.id, row_number() over (partition by c.provider_account_id order by m.due_at, m.id) as place
      from media m join connections c on c.id = m.connection_id
     where m.due_at <= p_now and c.provider_account_id <> all(p_without)),
  held as (
    select m.workspace_id, m.id from media m join due d using (workspace_id, id)
     where d.place <= p_each and m.due_at <= p_now for update of m skip locked)
  update media m set due_at = p_now + p_lease, tries = m.tries + 1 from held h, connections c
   where m.workspace_id = h.workspace_id and m.id = h.id and c.id = m.connection_id
   returning m.workspace_id, m.id, m.connection_id, c.provider_account_id, c.disconnected_at is not null
$$;

-- Uploads that went with no message.
create function prune_uploads(p_before timestamptz) returns bigint
language sql security definer set search_path = public, pg_temp as $$
  with gone as (delete from media where message_id is null and created_at < p_before returning 1) select count(*) from gone
$$;

-- How a connection's messages come in: whether the provider can call us, and what its lists showed that it had not told us.
alter table connections
  -- The provider can't call us, so it is asked.
  add column polled boolean not null default false,
  -- Messages that the provider has and we have not, by the last complete look; null: it could not be asked.
  add column inbound_missing int default 0,
  -- Of the last 24 hours, those that only a look at the provider's list brought in.
  add column inbound_late int not null default 0;

-- A lane of looks at the provider's lists, one row a connection. Read across workspaces, so it holds ids and times only.
create table inbound_lanes (
  connection_id text primary key references connections on delete cascade,
  -- What was sent to it before this is none of ours.
  begins_at timestamptz not null,
  -- Everything sent to it before this was looked at, by the provider's clock.
  looked_until timestamptz not null,
  due_at timestamptz not null,
  -- Looks in a row that came to nothing.
  failures int not null default 0
);
create index inbound_lanes_due on inbound_lanes (due_at);
call ground_table('inbound_lanes');

-- How many messages a look brought in that no webhook had.
create table late_arrivals (
  connection_id text not null references connections on delete cascade,
  at timestamptz not null,
  count int not null,
  primary key (connection_id, at)
);
call ground_table('late_arrivals');

-- Attempts without an answer that are older than `p_before`, at most `p_each` of each provider account, the oldest first:
-- ids only. Those of a connection that is gone can't be asked for any more, and those whose message has come to its end by
-- another way need not be. One that lies ahead was made while the clock was wrong.
create function attempts_to_explain(p_before timestamptz, p_each int)
returns table (workspace_id text, connection_id text, attempt_id text, provider_account_id text)
language sql stable security definer set search_path = public, pg_temp as $$
  select o.workspace_id, o.connection_id, o.id, o.provider_account_id from (
    select a.workspace_id, a.connection_id, a.id, a.at, c.provider_account_id,
        row_number() over (partition by c.provider_account_id order by a.at, a.id) as place
      from attempts a join connections c on c.id = a.connection_id
      join messages m on m.workspace_id = a.workspace_id and m.id = a.message_id
     where a.outcome in ('pending', 'unknown') and (a.at < p_before or a.at > p_before + interval '10 minutes')
       and c.disconnected_at is null and m.status = 'sending') o
   where o.place <= p_each order by o.at
$$;
