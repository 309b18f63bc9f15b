-- Words in, words out, how they fared.

create table messages (
  workspace_id text not null,
  id text not null,
  conversation_id text not null,
  contact_id text not null,
  direction text not null check (direction in ('inbound', 'outbound')),
  kind text check (kind in ('reply', 'service', 'automated', 'marketing', 'notice')),
  channel text not null,
  connection_id text not null,
  from_address text not null,
  to_address text not null,
  -- The keyed hash of the contact's side, and the name of ours: what suppressions are asked by.
  address_hash text not null,
  sender text not null,
  content text not null,
  media jsonb not null default '[]',
  author jsonb not null,
  status text not null,
  reason jsonb,
  segments int not null,
  encoding text not null,
  provider_sid text,
  -- From an address that had opted out: stored and shown, answered by nobody automatically.
  from_opted_out boolean not null default false,
  send_at timestamptz,
  due_at timestamptz,
  priority smallint not null default 0,
  created_at timestamptz not null,
  sent_at timestamptz,
  delivered_at timestamptz,
  words tsvector generated always as (to_tsvector('simple', content)) stored,
  primary key (workspace_id, id),
  foreign key (workspace_id, conversation_id) references conversations on delete cascade
);
create unique index messages_provider on messages (workspace_id, connection_id, provider_sid) where provider_sid is not null;
create index messages_thread on messages (workspace_id, conversation_id, id desc);
create index messages_queued on messages (workspace_id, connection_id, priority, id) where status = 'queued';
create index messages_scheduled on messages (workspace_id, connection_id, send_at) where status = 'scheduled';
create index messages_under_way on messages (workspace_id, conversation_id, id) where status in ('queued', 'sending');
create index messages_waiting on messages (workspace_id, channel, address_hash) where status in ('queued', 'scheduled', 'sending');
create index messages_words on messages using gin (words);
call workspace_table('messages');

-- Each hand-over to the provider: made before the call, closed by its answer, by a callback, or by the provider's list.
create table attempts (
  workspace_id text not null,
  id text not null,
  message_id text not null,
  connection_id text not null,
  at timestamptz not null,
  outcome text not null check (outcome in ('pending', 'accepted', 'refused', 'limited', 'not_sent', 'unknown', 'absent')),
  provider_sid text,
  provider_code text,
  -- The first complete listing at the provider that did not show it.
  missed_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, message_id) references messages on delete cascade
);
create index attempts_message on attempts (workspace_id, message_id, id);
create index attempts_open on attempts (workspace_id, connection_id, at) where outcome in ('pending', 'unknown');
call workspace_table('attempts');

create table delivery_events (
  workspace_id text not null,
  id text not null,
  message_id text not null,
  at timestamptz not null,
  status text not null,
  provider_code text,
  source text not null check (source in ('callback', 'list', 'send')),
  primary key (workspace_id, id),
  foreign key (workspace_id, message_id) references messages on delete cascade
);
create index delivery_events_message on delivery_events (workspace_id, message_id, id);
call workspace_table('delivery_events', 'select, insert, delete');

-- One lane for each sender: when its next message may leave. Read across workspaces, so it holds ids and times only.
create table sender_lanes (
  connection_id text primary key,
  workspace_id text not null,
  -- Null: nothing waits.
  due_at timestamptz,
  next_slot_at timestamptz not null,
  cap_day date,
  cap_used int not null default 0
);
create index sender_lanes_due on sender_lanes (due_at) where due_at is not null;
call ground_table('sender_lanes');

-- The key of the lock that a send in flight shares and that a STOP takes alone (architecture 5.5, 6.3).
create function address_lock(p_workspace text, p_address_hash text) returns bigint
language sql immutable as $$ select hashtextextended(p_workspace || '/' || p_address_hash, 1) $$;

-- Takes in one inbound message, whole or not at all: contact, conversation, message, turn, events. One round trip.
-- The same provider message again changes nothing and answers what was stored the first time.
create function receive_message(
  p_workspace text, p_connection text, p_agent text, p_channel text, p_sender text, p_scope text, p_drop_opted_out boolean,
  p_from text, p_to text, p_address_hash text, p_content text, p_media jsonb, p_segments int, p_encoding text,
  p_provider_sid text, p_contact text, p_conversation text, p_message text, p_now timestamptz,
  -- When the agent may answer; null where nobody answers automatically (keywords, old messages).
  p_turn_at timestamptz, p_turn_latest interval,
  -- Whether the events are stored here; false: they are answered, and the caller stores them last in its transaction.
  p_emit boolean)
returns table (message_id text, conversation_id text, contact_id text, duplicate boolean, from_opted_out boolean, seq bigint,
  events jsonb, turn_given boolean)
language plpgsql as $$
#variable_conflict use_column
declare
  v_contact text; v_conversation text; v_status text; v_agent text; v_opted_out boolean;
  v_author jsonb; v_events jsonb := '[]'; v_fresh boolean := false; v_turn boolean := false;
begin
  perform set_config('parley.workspace', p_workspace, true);
  -- One message of an address at a time: its contact is made once, its conversation is opened once, order is kept.
  perform pg_advisory_xact_lock(hashtextextended(p_workspace || '/' || p_address_hash, 2));

  select m.conversation_id, m.contact_id into v_conversation, v_contact from messages m
    where m.workspace_id = p_workspace and m.connection_id = p_connection and m.provider_sid = p_provider_sid;
  if found then
    return query select m.id, m.conversation_id, m.contact_id, true, m.from_opted_out, null::bigint, null::jsonb, false from messages m
      where m.workspace_id = p_workspace and m.connection_id = p_connection and m.provider_sid = p_provider_sid;
    return;
  end if;

  v_opted_out := is_suppressed(p_workspace, p_channel, p_address_hash, p_sender, p_scope);
  if v_opted_out and p_drop_opted_out then return; end if;

  select a.contact_id into v_contact from contact_addresses a
    where a.workspace_id = p_workspace and a.channel = p_channel and a.address = p_from;
  if v_contact is null then
    v_contact := p_contact;
    insert into contacts (workspace_id, id, created_at, updated_at) values (p_workspace, v_contact, p_now, p_now);
    insert into contact_addresses (workspace_id, channel, address, contact_id, address_hash, created_at)
      values (p_workspace, p_channel, p_from, v_contact, p_address_hash, p_now)
      on conflict (workspace_id, channel, address) do nothing;
    if not found then -- a person typed the same number in meanwhile: theirs stands
      delete from contacts c where c.workspace_id = p_workspace and c.id = v_contact;
      select a.contact_id into v_contact from contact_addresses a
        where a.workspace_id = p_workspace and a.channel = p_channel and a.address = p_from;
    else
      v_fresh := true;
    end if;
  end if;
  v_author := jsonb_build_object('type', 'contact', 'id', v_contact, 'name', null);
  if v_fresh then
    v_events := v_events || jsonb_build_object('type', 'contact.created', 'actor', v_author,
      'data', jsonb_build_object('contactId', v_contact));
  end if;

  select c.id, c.status, c.agent_id into v_conversation, v_status, v_agent
    from conversation_routes r join conversations c on c.workspace_id = r.workspace_id and c.id = r.conversation_id
    where r.workspace_id = p_workspace and r.connection_id = p_connection and r.address = p_from
      and c.contact_id = v_contact and c.status <> 'RESOLVED'
    for update of c;
  if v_conversation is null then
    insert into conversations (workspace_id, id, contact_id, agent_id, status, channel, connection_id, address,
        last_activity_at, created_at)
      values (p_workspace, p_conversation, v_contact, p_agent, case when p_agent is null then 'OPEN' else 'AI_ACTIVE' end,
        p_channel, p_connection, p_from, p_now, p_now)
      on conflict (workspace_id, contact_id, agent_id) where status <> 'RESOLVED' do nothing
      returning id into v_conversation;
    if v_conversation is not null then
      v_events := v_events || jsonb_build_object('type', 'conversation.opened', 'actor', v_author,
        'data', jsonb_build_object('conversationId', v_conversation, 'contactId', v_contact));
    end if;
    select c.id, c.status, c.agent_id into v_conversation, v_status, v_agent from conversations c
      where c.workspace_id = p_workspace and c.contact_id = v_contact and c.agent_id is not distinct from p_agent
        and c.status <> 'RESOLVED'
      for update;
  end if;

  insert into messages (workspace_id, id, conversation_id, contact_id, direction, channel, connection_id, from_address,
      to_address, address_hash, sender, content, media, author, status, segments, encoding, provider_sid, from_opted_out,
      created_at)
    values (p_workspace, p_message, v_conversation, v_contact, 'inbound', p_channel, p_connection, p_from, p_to,
      p_address_hash, p_sender, p_content, p_media, v_author, 'received', p_segments, p_encoding, p_provider_sid,
      v_opted_out, p_now);
  update conversations c set channel = p_channel, connection_id = p_connection, address = p_from,
      unread_count = c.unread_count + 1, archived = false, snoozed_until = null,
      last_message_id = p_message, last_activity_at = p_now, last_inbound_at = p_now,
      -- No agent answers who opted out: their words are the team's.
      status = case when v_opted_out and p_turn_at is not null and c.status = 'AI_ACTIVE' then 'OPEN' else c.status end
    where c.workspace_id = p_workspace and c.id = v_conversation;
  insert into conversation_routes (workspace_id, connection_id, address, conversation_id)
    values (p_workspace, p_connection, p_from, v_conversation)
    on conflict (workspace_id, connection_id, address) do update set conversation_id = excluded.conversation_id
      where conversation_routes.conversation_id <> excluded.conversation_id;

  if p_turn_at is not null and not v_opted_out and v_status = 'AI_ACTIVE' then
    insert into turns as t (workspace_id, conversation_id, message_id, first_at, due_at)
      values (p_workspace, v_conversation, p_message, p_now, p_turn_at)
      on conflict (workspace_id, conversation_id) do update set message_id = p_message, tries = 0,
        due_at = least(p_turn_at, t.first_at + p_turn_latest);
    v_turn := true;
  end if;

  v_events := v_events || jsonb_build_object('type', 'message.received', 'actor', v_author,
    'data', jsonb_build_object('messageId', p_message, 'conversationId', v_conversation, 'contactId', v_contact));
  return query select p_message, v_conversation, v_contact, false, v_opted_out,
    case when p_emit then emit_events(p_workspace, v_events, p_now) end, case when p_emit then null else v_events end, v_turn;
end $$;

-- Where a state stands: a later one never goes back to an earlier one. Among final states delivered is proof and
-- replaces undelivered or failed, never the reverse; read comes after delivered.
create function status_rank(p_status text) returns int language sql immutable as $$
  select case p_status
    when 'scheduled' then 0 when 'queued' then 1 when 'sending' then 2 when 'accepted' then 3 when 'sent' then 4
    when 'canceled' then 5 when 'suppressed' then 5 when 'failed' then 5 when 'undelivered' then 5
    when 'delivered' then 6 when 'read' then 7 else -1 end
$$;

-- Records what the provider says of a message: always as a delivery event, and as its state where that goes forward.
-- Answers null where this workspace has no such message on that connection.
create function record_delivery(
  p_workspace text, p_message text, p_connections text[], p_event text, p_status text, p_provider_sid text,
  p_provider_code text, p_reason jsonb, p_source text, p_now timestamptz)
returns table (conversation_id text, status text, changed boolean, seq bigint) language plpgsql as $$
#variable_conflict use_column
declare m messages%rowtype; v_changed boolean;
begin
  perform set_config('parley.workspace', p_workspace, true);
  -- A send whose answer was lost holds its conversation until it is explained: what waits behind it may leave now. The
  -- lane is locked before the message, as everywhere.
  perform wake_sender(p_workspace, connection_id, p_now) from messages where workspace_id = p_workspace and id = p_message
    and connection_id = any(p_connections) and status = 'sending';
  select * into m from messages where workspace_id = p_workspace and id = p_message
    and connection_id = any(p_connections) and direction = 'outbound' for update;
  if not found then return; end if;
  -- Another provider message may not speak for one that has its own already.
  if m.provider_sid is not null and p_provider_sid is not null and m.provider_sid <> p_provider_sid then return; end if;

  insert into delivery_events (workspace_id, id, message_id, at, status, provider_code, source)
    values (p_workspace, p_event, p_message, p_now, p_status, p_provider_code, p_source);
  update attempts set outcome = 'accepted', provider_sid = p_provider_sid
    where workspace_id = p_workspace and message_id = p_message and outcome in ('pending', 'unknown', 'absent')
      and p_provider_sid is not null
      and id = (select max(a.id) from attempts a where a.workspace_id = p_workspace and a.message_id = p_message);

  v_changed := status_rank(p_status) > status_rank(m.status);
  update messages set provider_sid = coalesce(m.provider_sid, p_provider_sid),
      status = case when v_changed then p_status else m.status end,
      reason = case when v_changed then p_reason else m.reason end,
      due_at = case when v_changed then null else due_at end,
      sent_at = case when p_status in ('sent', 'delivered', 'read') then coalesce(sent_at, p_now) else sent_at end,
      delivered_at = case when p_status in ('delivered', 'read') then coalesce(delivered_at, p_now) else delivered_at end
    where workspace_id = p_workspace and id = p_message;
  return query select m.conversation_id, case when v_changed then p_status else m.status end, v_changed,
    case when v_changed then emit_events(p_workspace, jsonb_build_array(jsonb_build_object('type', 'message.changed',
      'actor', jsonb_build_object('type', 'provider', 'id', null, 'name', null),
      'data', jsonb_build_object('messageId', p_message, 'conversationId', m.conversation_id, 'status', p_status))), p_now)
    end;
end $$;

-- Full text over messages, newest first; `p_beginning`: the last word may go on (people search while they type). Runs as
-- the owner (`@@` is not leakproof, see search_contacts). Probes first: a rare word is sorted after it is found, a common
-- one is read in order until the page is full.
create function search_messages(p_workspace text, p_query text, p_limit int, p_beginning boolean default false)
returns setof text language plpgsql stable security definer set search_path = public, pg_temp as $$
declare v_query tsquery := websearch_to_tsquery('simple', p_query); v_ids text[];
begin
  if p_workspace is distinct from current_setting('parley.workspace', true) then return; end if;
  -- Shorter beginnings match too much to be worth finding.
  if p_beginning and v_query::text ~ '[^'' !]{3}''$' then v_query := (v_query::text || ':*')::tsquery; end if;
  select array_agg(id) into v_ids from (
    select m.id from messages m where m.workspace_id = p_workspace and m.words @@ v_query limit 2001) probe;
  if coalesce(array_length(v_ids, 1), 0) < 2001 then
    return query select i from unnest(v_ids) i order by i desc limit p_limit;
  else
    return query select m.id from messages m where m.workspace_id = p_workspace and m.words @@ v_query
      order by m.id desc limit p_limit;
  end if;
end $$;
