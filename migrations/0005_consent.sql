-- Who said yes and who said stop. Everything keys on an address's keyed hash, so that it outlives the person's erasure.

create table consent_chains (
  workspace_id text primary key,
  seq bigint not null,
  hash text not null
);
call workspace_table('consent_chains');

create table consent_events (
  workspace_id text not null,
  seq bigint not null,
  id text not null,
  channel text not null,
  action text not null check (action in ('opt_in', 'opt_out', 'suppressed', 'review')),
  contact_id text,
  address_hash text not null,
  scope text not null check (scope in ('workspace', 'sender')),
  sender text,
  source text not null,
  message_id text,
  actor jsonb not null,
  at timestamptz not null,
  proof_hash text,
  disclosure_hash text,
  actor_hash text not null,
  previous_hash text not null,
  hash text not null,
  primary key (workspace_id, seq)
);
create index consent_events_address on consent_events (workspace_id, channel, address_hash, seq);
-- Append-only: the application has no right to change or remove a row.
call workspace_table('consent_events', 'select, insert');

-- What a consent event says in words, with the salt of its hashes: erasable without breaking the chain.
create table consent_evidence (
  workspace_id text not null,
  seq bigint not null,
  salt text not null,
  proof text,
  disclosure text,
  primary key (workspace_id, seq)
);
call workspace_table('consent_evidence', 'select, insert, delete');

-- Where each address stands now: a summary of its events.
create table consent_states (
  workspace_id text not null,
  channel text not null,
  address_hash text not null,
  opted_in boolean,
  source text not null,
  proof text,
  opted_out_at timestamptz,
  last_act text not null check (last_act in ('keyword_stop', 'other')),
  changed_at timestamptz not null,
  primary key (workspace_id, channel, address_hash)
);
call workspace_table('consent_states');

-- Whom this workspace may not send to, always per pair of address and sender. `sender` is a number, a Messaging
-- Service's SID, or '*' for every sender (an opt-out that named none).
create table suppressions (
  workspace_id text not null,
  channel text not null,
  address_hash text not null,
  sender text not null,
  source text not null,
  created_at timestamptz not null,
  primary key (workspace_id, channel, address_hash, sender)
);
call workspace_table('suppressions');

-- The one question: may this sender reach this address? Under the scope `workspace` a stop to any sender counts; what the
-- provider blocks on another sender counts until the person has opted in since, for their START lifts only its own.
create function is_suppressed(p_workspace text, p_channel text, p_address_hash text, p_sender text, p_scope text)
returns boolean language sql stable as $$
  select exists (
    select from suppressions s
     where s.workspace_id = p_workspace and s.channel = p_channel and s.address_hash = p_address_hash
       and (s.sender = p_sender or s.sender = '*' or p_scope = 'workspace' and (s.source <> 'provider' or not exists (
         select from consent_states c
          where c.workspace_id = p_workspace and c.channel = p_channel and c.address_hash = p_address_hash
            and c.opted_in and c.changed_at >= s.created_at))))
$$;
