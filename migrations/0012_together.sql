-- Many at once: what arrives while earlier work is stored is stored together, by one statement and one commit, with the
-- same result as one after the other. Whatever is rare makes the whole fail, and its caller goes on one by one.

-- Takes in inbound messages of one workspace, in the order of the array: what receive_message would do with each, as sets.
-- Locks are taken in one order everywhere: addresses, conversations, the counter of events. Answers a row for each, in order.
-- Each text: { connection, agent, channel, sender, scope, dropOptedOut, from, to, hash, content, media, segments, encoding,
-- sid, contact, conversation, message, turnAt }, as the arguments of receive_message.
create function receive_messages(p_workspace text, p_texts jsonb, p_now timestamptz, p_turn_latest interval)
returns table (outcome text, turn_given boolean, seq bigint)
language plpgsql
-- A plan that was made while the tables were empty serves when they are full: each text looks up its own rows (lateral,
-- limit 1), by index.
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
  v_contacts text[]; v_outcomes text[]; v_turn boolean; v_events jsonb; v_alone boolean; v_seq bigint;
begin
  perform set_config('parley.workspace', p_workspace, true);
  perform pg_advisory_xact_lock(key) from (
    select distinct hashtextextended(p_workspace || '/' || (t->>'hash'), 2) as key from jsonb_array_elements(p_texts) t
     order by 1) as keys;
  -- Held before anything is decided, so that none of them is resolved meanwhile.
  select array_agg(a.contact_id) into v_contacts from jsonb_array_elements(p_texts) t cross join lateral (
    select contact_id from contact_addresses
      where workspace_id = p_workspace and channel = t->>'channel' and address = t->>'from' limit 1) a;
  perform from conversations
    where workspace_id = p_workspace and contact_id = any(v_contacts) and status <> 'RESOLVED' order by id for update;

  with texts as materialized (
    select t.*, e.n, m.id as stored, a.contact_id as known,
        exists (select from suppressions s
          where s.workspace_id = p_workspace and s.channel = t.channel and s.address_hash = t.hash)
          and is_suppressed(p_workspace, t.channel, t.hash, t.sender, t.scope) as opted_out
      from jsonb_array_elements(p_texts) with ordinality e(text, n)
      cross join jsonb_to_record(e.text) as t(connection text, agent text, channel text, sender text, scope text,
        "dropOptedOut" boolean, "from" text, "to" text, hash text, content text, media jsonb, segments int, encoding text,
        sid text, contact text, conversation text, message text, "turnAt" timestamptz)
      left join lateral (select id from messages
        where workspace_id = p_workspace and connection_id = t.connection and provider_sid = t.sid limit 1) m on true
      left join lateral (select contact_id from contact_addresses
        where workspace_id = p_workspace and channel = t.channel and address = t."from" limit 1) a on true),
  kept as (
    select t.*, row_number() over (partition by t.connection, t.sid order by t.n) as nth
      from texts t where t.stored is null and not (t.opted_out and t."dropOptedOut")),
  fresh as (
    select t.*, coalesce(t.known, first_value(t.contact) over one_address) as contact_id,
        t.known is null and row_number() over one_address = 1 as makes_contact,
        first_value(t.agent) over one_route as agent_id
      from kept t where t.nth = 1
      window one_address as (partition by t.channel, t."from" order by t.n),
        one_route as (partition by t.connection, t."from" order by t.n)),
  -- Where each goes: the open conversation that last used this connection and address, or the contact's with this agent.
  found as (
    select f.*, r.conversation_id as route, c.id is null as unrouted, coalesce(c.id, o.id) as open,
        coalesce(c.status, o.status, case when f.agent_id is null then 'OPEN' else 'AI_ACTIVE' end) as status
      from fresh f
      left join lateral (select conversation_id from conversation_routes
        where workspace_id = p_workspace and connection_id = f.connection and address = f."from" limit 1) r on true
      left join lateral (select id, status from conversations
        where workspace_id = p_workspace and id = r.conversation_id and contact_id = f.contact_id and status <> 'RESOLVED'
        limit 1) c on true
      left join lateral (select id, status from conversations
        where c.id is null and workspace_id = p_workspace and contact_id = f.contact_id
          and agent_id is not distinct from f.agent_id and status <> 'RESOLVED' limit 1) o on true),
  placed as materialized (
    select f.*, coalesce(f.open, first_value(f.conversation) over one_opening) as conversation_id,
        f.open is null and row_number() over one_opening = 1 as opens,
        jsonb_build_object('type', 'contact', 'id', f.contact_id, 'name', null) as author
      from found f window one_opening as (partition by f.contact_id, f.agent_id, f.unrouted order by f.n)),
  -- Each conversation's last message, with what the others did to it. No agent answers who opted out: their words are the team's.
  moved as materialized (
    select distinct on (p.conversation_id) p.*, count(*) over one_conversation as unread,
        bool_or(p.opens) over one_conversation as is_new,
        bool_or(p.opted_out and p."turnAt" is not null and p.status = 'AI_ACTIVE') over one_conversation as teams
      from placed p window one_conversation as (partition by p.conversation_id)
     order by p.conversation_id, p.n desc),

  new_contacts as (
    insert into contacts (workspace_id, id, created_at, updated_at)
      select p_workspace, p.contact_id, p_now, p_now from placed p where p.makes_contact),
  new_addresses as (
    insert into contact_addresses (workspace_id, channel, address, contact_id, address_hash, created_at)
      select p_workspace, p.channel, p."from", p.contact_id, p.hash, p_now from placed p where p.makes_contact
       order by p.channel, p."from"
      on conflict (workspace_id, channel, address) do nothing returning 1),
  new_conversations as (
    insert into conversations (workspace_id, id, contact_id, agent_id, status, channel, connection_id, address,
        unread_count, last_message_id, last_activity_at, last_inbound_at, created_at)
      select p_workspace, m.conversation_id, m.contact_id, m.agent_id, case when m.teams then 'OPEN' else m.status end, m.channel, m.connection, m."from",
          m.unread, m.message, p_now, p_now, p_now
        from moved m where m.is_new order by m.contact_id, m.agent_id
      on conflict (workspace_id, contact_id, agent_id) where status <> 'RESOLVED' do nothing returning 1),
  new_messages as (
    insert into messages (workspace_id, id, conversation_id, contact_id, direction, channel, connection_id, from_address,
        to_address, address_hash, sender, content, media, author, status, segments, encoding, provider_sid, from_opted_out,
        created_at)
      select p_workspace, p.message, p.conversation_id, p.contact_id, 'inbound', p.channel, p.connection, p."from",
          p."to", p.hash, p.sender, p.content, p.media, p.author, 'received', p.segments, p.encoding, p.sid, p.opted_out,
          p_now
        from placed p order by p.n),
  moved_conversations as (
    update conversations c set channel = m.channel, connection_id = m.connection, address = m."from",
        unread_count = c.unread_count + m.unread, archived = false, snoozed_until = null,
        last_message_id = m.message, last_activity_at = p_now, last_inbound_at = p_now,
        status = case when m.teams then 'OPEN' else c.status end
      from moved m
      where c.workspace_id = p_workspace and c.id = any(array(select conversation_id from moved where not is_new))
        and m.conversation_id = c.id),
  new_routes as (
    insert into conversation_routes (workspace_id, connection_id, address, conversation_id)
      select distinct p_workspace, p.connection, p."from", p.conversation_id from placed p
        where p.route is distinct from p.conversation_id
      on conflict (workspace_id, connection_id, address) do update set conversation_id = excluded.conversation_id),
  given_turns as (
    insert into turns as t (workspace_id, conversation_id, message_id, first_at, due_at)
      select distinct on (p.conversation_id) p_workspace, p.conversation_id, p.message, p_now, p."turnAt" from placed p
        where p."turnAt" is not null and not p.opted_out and p.status = 'AI_ACTIVE'
          and not exists (select from placed q where q.conversation_id = p.conversation_id and q.n < p.n
            and q.opted_out and q."turnAt" is not null)
        order by p.conversation_id, p.n desc
      on conflict (workspace_id, conversation_id) do update set message_id = excluded.message_id, tries = 0,
        due_at = least(excluded.due_at, t.first_at + p_turn_latest)
      returning 1)
  select
    (select array_agg(case when p.n is not null then 'stored'
        when t.stored is null and t.opted_out and t."dropOptedOut" then 'dropped' else 'duplicate' end order by t.n)
      from texts t left join placed p on p.n = t.n),
    exists (select from given_turns),
    (select jsonb_agg(jsonb_build_object('type', e.type, 'actor', p.author, 'data', e.data) order by p.n, e.place)
      from placed p cross join lateral (values
        (1, p.makes_contact, 'contact.created', jsonb_build_object('contactId', p.contact_id)),
        (2, p.opens, 'conversation.opened',
          jsonb_build_object('conversationId', p.conversation_id, 'contactId', p.contact_id)),
        (3, true, 'message.received', jsonb_build_object(
          'messageId', p.message, 'conversationId', p.conversation_id, 'contactId', p.contact_id))
      ) as e(place, applies, type, data) where e.applies),
    (select count(*) from placed p where p.makes_contact) = (select count(*) from new_addresses)
      and (select count(*) from placed p where p.opens) = (select count(*) from new_conversations)
    into v_outcomes, v_turn, v_events, v_alone;

  -- A person typed the same number in meanwhile, or opened the same conversation: theirs stands.
  if not v_alone then raise exception 'somebody else was quicker' using errcode = 'serialization_failure'; end if;
  if v_events is not null then v_seq := emit_events(p_workspace, v_events, p_now); end if;
  return query select o, v_turn, v_seq from unnest(v_outcomes) o;
end $$;

-- Records what the provider says of messages of one workspace, in the order of the array: what record_delivery would do with
-- each, as sets. Answers a row for each, in order. Each report: { message, event, status, sid, code, reason }.
create function record_deliveries(
  p_workspace text, p_connections text[], p_reports jsonb, p_source text, p_now timestamptz)
returns table (known boolean, seq bigint)
language plpgsql
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
  v_ids text[] := array(select distinct r->>'message' from jsonb_array_elements(p_reports) r);
  v_known boolean[]; v_events jsonb; v_seq bigint;
begin
  perform set_config('parley.workspace', p_workspace, true);
  perform from messages
    where workspace_id = p_workspace and id = any(v_ids) and connection_id = any(p_connections) and direction = 'outbound'
    order by id for update;

  with reports as materialized (
    select r.*, e.n, m.conversation_id, m.status as old_status,
        -- The first that speaks of a provider message names it; another provider message may not speak for ours.
        coalesce(m.provider_sid, first_value(r.sid) over (partition by m.id order by r.sid is null, e.n)) as own_sid
      from jsonb_array_elements(p_reports) with ordinality e(report, n)
      cross join jsonb_to_record(e.report) as r(message text, event text, status text, sid text, code text, reason jsonb)
      cross join lateral (select id, conversation_id, status, provider_sid from messages
        where workspace_id = p_workspace and id = r.message and connection_id = any(p_connections)
          and direction = 'outbound' limit 1) m),
  believed as materialized (
    select r.*, status_rank(r.status) > greatest(status_rank(r.old_status), max(status_rank(r.status))
        over (partition by r.message order by r.n rows between unbounded preceding and 1 preceding)) as changed
      from reports r where r.sid is null or r.sid = r.own_sid),
  -- What they come to for each message.
  outcomes as materialized (
    select b.message, b.own_sid, bool_or(b.changed) as changed, bool_or(b.sid is not null) as named,
        (array_agg(b.status order by b.n desc) filter (where b.changed))[1] as status,
        (array_agg(b.reason order by b.n desc) filter (where b.changed))[1] as reason,
        bool_or(b.status in ('sent', 'delivered', 'read')) as sent, bool_or(b.status in ('delivered', 'read')) as delivered
      from believed b group by b.message, b.own_sid),

  last_attempts as materialized (
    select a.id, o.own_sid from outcomes o cross join lateral (select id from attempts
        where workspace_id = p_workspace and message_id = o.message order by id desc limit 1) a
      where o.named),
  new_events as (
    insert into delivery_events (workspace_id, id, message_id, at, status, provider_code, source)
      select p_workspace, b.event, b.message, p_now, b.status, b.code, p_source from believed b order by b.n),
  explained_attempts as (
    update attempts a set outcome = 'accepted', provider_sid = l.own_sid from last_attempts l
      where a.workspace_id = p_workspace and a.id = any(array(select id from last_attempts)) and a.id = l.id
        and a.outcome in ('pending', 'unknown', 'absent')),
  moved_messages as (
    -- Only where something is new: each update makes a new entry in every index of the table.
    update messages m set provider_sid = coalesce(m.provider_sid, o.own_sid),
        status = case when o.changed then o.status else m.status end,
        reason = case when o.changed then o.reason else m.reason end,
        due_at = case when o.changed then null else m.due_at end,
        sent_at = case when o.sent then coalesce(m.sent_at, p_now) else m.sent_at end,
        delivered_at = case when o.delivered then coalesce(m.delivered_at, p_now) else m.delivered_at end
      from outcomes o
      where m.workspace_id = p_workspace and m.id = any(v_ids) and m.id = o.message
        and (o.changed or m.provider_sid is distinct from o.own_sid or o.sent and m.sent_at is null
          or o.delivered and m.delivered_at is null))
  select
    (select array_agg(b.n is not null order by e.n)
      from jsonb_array_elements(p_reports) with ordinality e(report, n) left join believed b on b.n = e.n),
    (select jsonb_agg(jsonb_build_object('type', 'message.changed',
        'actor', jsonb_build_object('type', 'provider', 'id', null, 'name', null),
        'data', jsonb_build_object('messageId', b.message, 'conversationId', b.conversation_id, 'status', b.status))
        order by b.n) from believed b where b.changed)
    into v_known, v_events;
  if v_events is not null then v_seq := emit_events(p_workspace, v_events, p_now); end if;
  return query select k, v_seq from unnest(v_known) k;
end $$;

-- Gives tables that have grown to a multiple of what they were new statistics: sessions then plan anew what they had planned
-- while the tables were small, wherever they are. Not left to the server's own daemon alone, whose pace may be slow or off.
-- A table of few pages is read as fast by any plan.
create function refresh_statistics() returns setof text
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_table regclass;
begin
  if not pg_try_advisory_xact_lock(hashtext('refresh_statistics')) then return; end if; -- another process is at it
  for v_table in
    select c.oid from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
      and pg_relation_size(c.oid) >= current_setting('block_size')::bigint * greatest(16, 4 * c.relpages)
  loop
    execute format('analyze %s', v_table);
    return next v_table::text;
  end loop;
end $$;
