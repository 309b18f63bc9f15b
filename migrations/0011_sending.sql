-- Sending: which messages may leave now, and what came of it (architecture section 6). Locks are taken in one order
-- everywhere: the sender's lane, then messages, then the counter of events.

-- How far ahead the next slot of a sender may lie: no pause is longer than ten minutes (server/messages/answers.ts), and the
-- longest message has 24 segments. What lies further ahead was written while the clock was wrong.
create function farthest_slot(p_mps float8) returns interval language sql immutable as $$
  select interval '15 minutes' + interval '25 seconds' / p_mps
$$;

-- A sender has work from `p_at` on.
create function wake_sender(p_workspace text, p_connection text, p_at timestamptz) returns void language sql as $$
  insert into sender_lanes as l (connection_id, workspace_id, due_at, next_slot_at) values (p_connection, p_workspace, p_at, p_at)
    on conflict (connection_id) do update set due_at = least(coalesce(l.due_at, p_at), p_at)
$$;

-- Messages that could leave next, in the order in which they should: each the first under way of its conversation.
-- Scheduled ones join the queue when the gate has been asked again (server/messages/release.ts).
create function due_messages(p_workspace text, p_connection text, p_now timestamptz, p_limit int)
returns table (id text, address_hash text) language plpgsql
-- No statistics know how long the queue is now: read it in its index's order and stop at the limit.
set enable_sort = off set enable_seqscan = off set enable_bitmapscan = off
as $$
#variable_conflict use_column
begin
  perform set_config('parley.workspace', p_workspace, true);
  return query select m.id, m.address_hash from messages m
    where m.workspace_id = p_workspace and m.connection_id = p_connection and m.status = 'queued'
      -- No pause is that long: the clock was wrong when this was written.
      and (m.due_at <= p_now or m.due_at > p_now + interval '15 minutes')
      -- A value, not `not exists`: that would be joined, by a plan made when the queue was short.
      and (select e.id from messages e where e.workspace_id = p_workspace and e.conversation_id = m.conversation_id
        and e.status in ('queued', 'sending') and e.id < m.id limit 1) is null
    order by m.priority, m.id limit p_limit;
end $$;

-- Claims messages, in the order given, for the slots up to `p_until`. They move from queued to sending in the one
-- statement that also asks for suppressions and reviews, so that none can come between. The caller holds the shared address lock of
-- each. A slot is one segment's share of a second: messages leave spread, never in a burst (product 3.4).
create function claim_messages(
  p_workspace text, p_connection text, p_sender text, p_scope text, p_ids text[], p_attempts text[], p_now timestamptz,
  p_until timestamptz, p_mps float8, p_daily_cap int, p_cap_day date, p_cap_resets timestamptz, p_suppressed jsonb,
  p_in_review jsonb)
returns table (id text, attempt_id text, slot_at timestamptz, segments int, claimed boolean, to_address text, content text, media jsonb,
  seq bigint)
language plpgsql
-- By index, each for itself, however short the queue was when this was planned.
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
  v_lane sender_lanes%rowtype; v_slot timestamptz; v_used int; v_next timestamptz; v_full boolean := false;
  v_events jsonb; v_environment text; r record;
begin
  perform set_config('parley.workspace', p_workspace, true);
  select * into v_lane from sender_lanes where connection_id = p_connection for update;
  if not found then return; end if;
  v_slot := case when v_lane.next_slot_at > p_now + farthest_slot(p_mps) then p_now else greatest(v_lane.next_slot_at, p_now) end;
  v_used := case when v_lane.cap_day = p_cap_day then v_lane.cap_used else 0 end;

  select environment into v_environment from connections where id = p_connection;
  perform from messages m where m.workspace_id = p_workspace and m.id = any(p_ids) order by m.priority, m.id for update;
  with refused as (
    update messages m set status = 'suppressed', reason = p_suppressed, due_at = null, send_at = null
      where m.workspace_id = p_workspace and m.id = any(p_ids) and m.status = 'queued' and m.kind <> 'notice'
        and exists (select from suppressions s
          where s.workspace_id = p_workspace and s.channel = m.channel and s.address_hash = m.address_hash)
        and is_suppressed(p_workspace, m.channel, m.address_hash, p_sender, p_scope)
      returning m.id, m.conversation_id, m.status),
  -- Its recipient's day has ended while it was in the queue, or its number was moved to another environment: the gate is asked
  -- again (server/messages/release.ts).
  late as (
    update messages m set status = 'scheduled', due_at = null, send_at = p_now
      where m.workspace_id = p_workspace and m.id = any(p_ids) and m.status = 'queued'
        and (m.leave_before <= p_now or m.kind <> 'notice' and m.environment <> v_environment)
        and not is_suppressed(p_workspace, m.channel, m.address_hash, p_sender, p_scope)
        and not is_in_review(p_workspace, m.channel, m.address_hash, m.kind, m.author)
      returning m.id, m.conversation_id, m.status),
  -- A review was opened after the gate had been asked: until it is decided, only a person's own reply leaves.
  held as (
    update messages m set status = 'scheduled', reason = p_in_review, due_at = null,
        send_at = greatest(p_now, (select r.due_at from consent_reviews r
          where r.workspace_id = p_workspace and r.channel = m.channel and r.address_hash = m.address_hash and r.status = 'open'))
      where m.workspace_id = p_workspace and m.id = any(p_ids) and m.status = 'queued' and m.kind <> 'notice'
        and exists (select from consent_reviews r
          where r.workspace_id = p_workspace and r.channel = m.channel and r.address_hash = m.address_hash and r.status = 'open')
        and is_in_review(p_workspace, m.channel, m.address_hash, m.kind, m.author)
        and not is_suppressed(p_workspace, m.channel, m.address_hash, p_sender, p_scope)
      returning m.id, m.conversation_id, m.status)
  select jsonb_agg(jsonb_build_object('type', 'message.changed',
      'actor', jsonb_build_object('type', 'system', 'id', null, 'name', null),
      'data', jsonb_build_object('messageId', r.id, 'conversationId', r.conversation_id, 'status', r.status)) order by r.id)
    into v_events from (select * from refused union all select * from held union all select * from late) r;

  for r in
    with queued as materialized (
      -- What goes before each, in slots and in segments. A slot is a little longer than its share of a second: what leaves a
      -- moment late must not meet, within one second, what leaves on time a second after it. Rounded up, so that three
      -- thirds are not less than a second.
      select m.id, m.segments, p_attempts[u.n] as attempt_id, u.n,
          v_slot + interval '1 microsecond' * coalesce(sum(ceil(m.segments * 1.015e6 / p_mps)) over before, 0) as slot_at,
          v_used + coalesce(sum(m.segments) over before, 0) as used
        from unnest(p_ids) with ordinality u(id, n)
        cross join lateral (select id, segments from messages
          where workspace_id = p_workspace and id = u.id and status = 'queued' limit 1) m
        window before as (order by u.n rows between unbounded preceding and 1 preceding)),
    fitting as materialized (
      -- One that is longer than the whole cap (it was lowered since) goes alone, on a day of its own.
      select q.*, bool_and(q.slot_at <= p_until) over so_far as in_time,
          bool_and(p_daily_cap is null or q.used = 0 or q.used + q.segments <= p_daily_cap) over so_far as under_cap
        from queued q window so_far as (order by q.n)),
    chosen as materialized (select f.* from fitting f where f.in_time and f.under_cap),
    moved as (
      update messages m set status = 'sending', due_at = null from chosen c
        where m.workspace_id = p_workspace and m.id = any(array(select id from chosen)) and m.id = c.id and m.status = 'queued'
          and (m.kind = 'notice' or not (
            exists (select from suppressions s
              where s.workspace_id = p_workspace and s.channel = m.channel and s.address_hash = m.address_hash)
            and is_suppressed(p_workspace, m.channel, m.address_hash, p_sender, p_scope)))
          and not (exists (select from consent_reviews r
              where r.workspace_id = p_workspace and r.channel = m.channel and r.address_hash = m.address_hash and r.status = 'open')
            and is_in_review(p_workspace, m.channel, m.address_hash, m.kind, m.author))
          and (m.leave_before is null or m.leave_before > p_now)
          and (m.kind = 'notice' or m.environment is null or m.environment = v_environment)
        returning m.id, c.attempt_id, c.slot_at, m.segments, m.to_address, m.content, m.media, c.n),
    attempted as (
      insert into attempts (workspace_id, id, message_id, connection_id, at, outcome)
        select p_workspace, m.attempt_id, m.id, p_connection, m.slot_at, 'pending' from moved m order by m.n)
    select m.*, f.in_time and not f.under_cap as over_cap from fitting f left join moved m on m.n = f.n order by f.n
  loop
    v_full := v_full or r.over_cap;
    continue when r.id is null;
    v_slot := r.slot_at + interval '1 microsecond' * ceil(r.segments * 1.015e6 / p_mps);
    v_used := v_used + r.segments;
    id := r.id; attempt_id := r.attempt_id; slot_at := r.slot_at; segments := r.segments; claimed := true; seq := null;
    to_address := r.to_address; content := r.content; media := r.media;
    return next;
  end loop;

  v_next := case
    when v_full then p_cap_resets
    when exists (select from due_messages(p_workspace, p_connection, p_now, 1)) then greatest(v_slot, p_now)
    -- What is due and can't leave waits for an earlier message of its conversation. That one may be another sender's, whose
    -- answers don't wake this lane: it looks again by itself.
    else (select min(case when e.due_at > p_now and e.due_at <= p_now + interval '15 minutes' then e.due_at
      else p_now + interval '1 second' end) from messages e
      where e.workspace_id = p_workspace and e.connection_id = p_connection and e.status = 'queued') end;
  update sender_lanes set next_slot_at = v_slot, cap_day = p_cap_day, cap_used = v_used, due_at = v_next
    where connection_id = p_connection;
  if v_events is not null then
    id := null; claimed := false; seq := emit_events(p_workspace, v_events, p_now);
    return next;
  end if;
end $$;

-- Records the answers to attempts, each of another message. A message whose callback came first keeps the later state. What was
-- not taken goes back into the queue; an unknown outcome stays `sending` until a callback or the provider's list explains it.
-- Each answer: { message, attempt, event, outcome, sid, code, status, reason, dueAt }.
create function record_answers(p_workspace text, p_connection text, p_answers jsonb, p_pause_until timestamptz, p_now timestamptz)
returns bigint language plpgsql
set enable_seqscan = off
as $$
declare
  v_ids text[] := array(select a->>'message' from jsonb_array_elements(p_answers) a);
  v_events jsonb;
begin
  perform set_config('parley.workspace', p_workspace, true);
  -- Only where something waits for these answers: the lane's row is what whoever claims next waits for. What is queued between
  -- this look and the commit is found when the lane looks again by itself.
  if p_pause_until is not null or exists (
    select from unnest(v_ids) as of_answers(message)
      cross join lateral (select conversation_id from messages where workspace_id = p_workspace and id = message limit 1) m
      cross join lateral (select from messages where workspace_id = p_workspace and conversation_id = m.conversation_id
        and status = 'queued' limit 1) waiting)
  then
    perform wake_sender(p_workspace, p_connection, p_now);
  end if;
  if p_pause_until is not null then
    update sender_lanes set next_slot_at = greatest(next_slot_at, p_pause_until) where connection_id = p_connection;
  end if;

  -- The messages before their attempts, as a callback does that comes at the same time.
  perform from messages where workspace_id = p_workspace and id = any(v_ids) order by id for update;
  with given as materialized (
    select r.*, m.conversation_id, m.status as old_status, m.provider_sid as old_sid, a.is_open,
        case r.outcome when 'accepted' then r.status when 'refused' then 'failed' when 'limited' then 'queued'
          when 'not_sent' then 'queued' end as new_status
      from jsonb_array_elements(p_answers) as answers(answer)
      cross join jsonb_to_record(answer) as r(message text, attempt text, event text, outcome text, sid text, code text,
        status text, reason jsonb, "dueAt" timestamptz)
      left join lateral (select conversation_id, status, provider_sid from messages
        where workspace_id = p_workspace and id = r.message limit 1) m on true
      left join lateral (select outcome in ('pending', 'unknown') as is_open from attempts
        where workspace_id = p_workspace and id = r.attempt limit 1) a on true),
  closed_attempts as (
    update attempts a set outcome = g.outcome, provider_sid = g.sid, provider_code = g.code from given g
      where a.workspace_id = p_workspace and a.id = any(array(select attempt from given)) and a.id = g.attempt
        and a.outcome in ('pending', 'unknown')),
  moves as materialized (
    select g.*, g.outcome <> 'accepted' or status_rank(g.new_status) > status_rank(g.old_status) as forward from given g
      -- What was explained meanwhile may be under way again, by another attempt: only that one's answer counts then.
      where g.new_status is not null and g.old_status is not null
        and (g.outcome = 'accepted' or g.old_status = 'sending' and g.is_open)),
  new_events as (
    insert into delivery_events (workspace_id, id, message_id, at, status, provider_code, source)
      select p_workspace, v.event, v.message, p_now, v.new_status, v.code, 'send' from moves v where v.outcome = 'accepted'),
  moved_messages as (
    -- Only where something is new: each update makes a new entry in every index of the table.
    update messages m set provider_sid = coalesce(m.provider_sid, v.sid),
        status = case when v.forward then v.new_status else m.status end,
        reason = case when v.forward then v.reason else m.reason end,
        due_at = case when not v.forward then m.due_at when v.new_status = 'queued' then v."dueAt" end,
        sent_at = case when v.forward and v.new_status in ('sent', 'delivered') then coalesce(m.sent_at, p_now) else m.sent_at end,
        delivered_at = case when v.forward and v.new_status = 'delivered' then coalesce(m.delivered_at, p_now)
          else m.delivered_at end
      from moves v
      where m.workspace_id = p_workspace and m.id = any(v_ids) and m.id = v.message and (v.forward or v.old_sid is null))
  select jsonb_agg(jsonb_build_object('type', 'message.changed',
      'actor', jsonb_build_object('type', 'provider', 'id', null, 'name', null),
      'data', jsonb_build_object('messageId', v.message, 'conversationId', v.conversation_id, 'status', v.new_status))
      order by v.message)
    into v_events from moves v where v.forward;
  return case when v_events is not null then emit_events(p_workspace, v_events, p_now) end;
end $$;
