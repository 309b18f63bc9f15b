-- Texts that may be an opt-out: a person reads each, and what waits for its writer is held until then.

create table consent_reviews (
  workspace_id text not null,
  id text not null,
  channel text not null,
  address_hash text not null,
  -- Our side, as suppressions name it.
  sender text not null,
  contact_id text not null,
  conversation_id text not null,
  -- The text that is read: the newest unclear one.
  message_id text not null,
  rule text not null,
  -- The words that fired, in UTF-16 code units; null where no word did.
  fired jsonb,
  opened_at timestamptz not null,
  -- When silence means stop.
  due_at timestamptz not null,
  -- Our one question, if somebody asked it.
  asked_at timestamptz,
  status text not null check (status in ('open', 'opt_out', 'keep')),
  closed_at timestamptz,
  closed_by jsonb,
  primary key (workspace_id, id)
);
-- One at a time about an address.
create unique index consent_reviews_open on consent_reviews (workspace_id, channel, address_hash) where status = 'open';
create index consent_reviews_conversation on consent_reviews (workspace_id, conversation_id, id desc);
create index consent_reviews_due on consent_reviews (due_at) where status = 'open';
call workspace_table('consent_reviews');

-- Whether a message is held until somebody has decided: everything but a person's own reply and the answer to a keyword.
create function is_in_review(p_workspace text, p_channel text, p_address_hash text, p_kind text, p_author jsonb)
returns boolean language sql stable as $$
  select p_kind <> 'notice' and not (p_kind = 'reply' and p_author->>'type' in ('member', 'api')) and exists (
    select from consent_reviews r
     where r.workspace_id = p_workspace and r.channel = p_channel and r.address_hash = p_address_hash and r.status = 'open')
$$;

-- Reviews whose time is up, in all workspaces, and the next one's time: ids and times only.
create function due_reviews(p_limit int)
returns table (workspace_id text, review_id text, due_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select r.workspace_id, r.id, r.due_at from consent_reviews r where r.status = 'open' order by r.due_at limit p_limit
$$;
