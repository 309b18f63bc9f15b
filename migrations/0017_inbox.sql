-- The inbox: what sleeps wakes, what was promised for later is found, and texts that a team writes often.

-- When we last wrote: whose word was the last no longer follows from the last activity, which waking is too.
alter table conversations add column last_outbound_at timestamptz;
update conversations set last_outbound_at = last_activity_at
  where last_inbound_at is null or last_activity_at > last_inbound_at;

create index conversations_contact on conversations (workspace_id, contact_id);
create index conversations_snoozed on conversations (snoozed_until, workspace_id) where snoozed_until is not null;
create index messages_later on messages (workspace_id, conversation_id, send_at) where send_at is not null;

-- Conversations whose time to wake has come, in all workspaces: ids only.
create function due_snoozes(p_now timestamptz, p_limit int) returns table (workspace_id text, conversation_id text)
language sql stable security definer set search_path = public, pg_temp as $$
  select c.workspace_id, c.id from conversations c
   where c.snoozed_until is not null and c.snoozed_until <= p_now order by c.snoozed_until limit p_limit
$$;

-- When the next one wakes; null where none sleeps.
create function next_snooze_end() returns timestamptz
language sql stable security definer set search_path = public, pg_temp as $$
  select min(c.snoozed_until) from conversations c where c.snoozed_until is not null
$$;

create table quick_replies (
  workspace_id text not null,
  id text not null,
  shortcut text not null,
  content text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (workspace_id, id)
);
create unique index quick_replies_shortcut on quick_replies (workspace_id, shortcut);
call workspace_table('quick_replies');
