-- Sending: which messages may leave now, and what came of it (architecture section 6). Locks are taken in one order
-- everywhere: the sender's lane, then messages, then the counter of events.

-- A sender has work from `p_at` on.
create function wake_sender(p_workspace text, p_connection text, p_at timestamptz) returns void language sql as $$
  insert into sender_lanes as l (connection_id, workspace_id, due_at, next_slot_at) values (p_connection, p_workspace, p_at, p_at)
    on conflict (connection_id) do update set due_at = least(coalesce(l.due_at, p_at), p_at)
$$;

-- Messages that could leave next, in the order in which they should: each the first under way of its conversation.
-- Scheduled ones whose time has come join the queue first; the claim is their gate.
create function due_messages(p_workspace text, p_connection text, p_now timestamptz, p_limit int)
returns table (id text, address_hash text) language plpgsql
-- No statistics know how long the queue is now: read it in its index's order and stop at the limit.
set enable_sort = off set enable_seqscan = off set enable_bitmapscan = off
as $$
#variable_conflict use_column
begin
  perform set_config('parley.workspace', p_workspace, true);
  update messages set status = 'queued', due_at = p_now
    where workspace_id = p_workspace and connection_id = p_connection and status = 'scheduled' and send_at <= p_now;
  return query select m.id, m.address_hash from messages m
    where m.workspace_id = p_workspace and m.connection_id = p_connection and m.status = 'queued' and m.due_at <= p_now
      -- A value, not `not exists`: that would be joined, by a plan made when the queue was short.
      and (select e.id from messages e where e.workspace_id = p_workspace and e.conversation_id = m.conversation_id
        and e.status in ('queued', 'sending') and e.id < m.id limit 1) is null
    order by m.priority, m.id limit p_limit;
end $$;

-- Claims messages, in the order given, for the slots up to `p_until`. Each moves from queued to sending in the one
-- statement that also asks for a suppression, so that none can come between. The caller holds the shared address lock of
-- each. A slot is one segment's share of a second: messages leave spread, never in a burst (product 3.4).
create function claim_messages(
  p_workspace text, p_connection text, p_sender text, p_scope text, p_ids text[], p_attempts text[], p_now timestamptz,
  p_until timestamptz, p_mps float8, p_daily_cap int, p_cap_day date, p_cap_resets timestamptz, p_suppressed jsonb)
returns table (id text, attempt_id text, slot_at timestamptz, segments int, claimed boolean, to_address text, content text, media jsonb,
  seq bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  v_lane sender_lanes%rowtype; v_slot timestamptz; v_used int; v_segments int; v_next timestamptz; v_full boolean := false;
  v_events jsonb := '[]'; m messages%rowtype;
begin
  perform set_config('parley.workspace', p_workspace, true);
  select * into v_lane from sender_lanes where connection_id = p_connection for update;
  if not found then return; end if;
  v_slot := greatest(v_lane.next_slot_at, p_now);
  v_used := case when v_lane.cap_day = p_cap_day then v_lane.cap_used else 0 end;

  for i in 1 .. coalesce(cardinality(p_ids), 0) loop
    exit when v_slot > p_until or v_full;
    select e.segments into v_segments from messages e where e.workspace_id = p_workspace and e.id = p_ids[i];
    -- One that is longer than the whole cap (it was lowered since) goes alone, on a day of its own.
    if p_daily_cap is not null and v_used > 0 and v_used + v_segments > p_daily_cap then v_full := true; exit; end if;
    update messages e set status = 'sending', due_at = null
      where e.workspace_id = p_workspace and e.id = p_ids[i] and e.status = 'queued'
        and (e.kind = 'notice' or not is_suppressed(p_workspace, e.channel, e.address_hash, p_sender, p_scope))
      returning e.* into m;
    if found then
      insert into attempts (workspace_id, id, message_id, connection_id, at, outcome)
        values (p_workspace, p_attempts[i], m.id, p_connection, v_slot, 'pending');
      id := m.id; attempt_id := p_attempts[i]; slot_at := v_slot; segments := m.segments; claimed := true; seq := null;
      to_address := m.to_address; content := m.content; media := m.media;
      return next;
      -- A hundredth longer than its share of a second: what leaves a moment late must not meet, within one second, what
      -- leaves on time a second after it. Rounded up, so that three thirds are not less than a second.
      v_slot := v_slot + ceil(m.segments * 1.01e6 / p_mps) * interval '1 microsecond';
      v_used := v_used + m.segments;
    else
      update messages e set status = 'suppressed', reason = p_suppressed, due_at = null, send_at = null
        where e.workspace_id = p_workspace and e.id = p_ids[i] and e.status = 'queued' and e.kind <> 'notice'
          and is_suppressed(p_workspace, e.channel, e.address_hash, p_sender, p_scope)
        returning e.* into m;
      if found then
        v_events := v_events || jsonb_build_object('type', 'message.changed', 'actor',
          jsonb_build_object('type', 'system', 'id', null, 'name', null),
          'data', jsonb_build_object('messageId', m.id, 'conversationId', m.conversation_id, 'status', 'suppressed'));
      end if;
    end if;
  end loop;

  v_next := case
    when v_full then p_cap_resets
    when exists (select from due_messages(p_workspace, p_connection, p_now, 1)) then greatest(v_slot, p_now)
    else least(
      (select min(e.due_at) from messages e where e.workspace_id = p_workspace and e.connection_id = p_connection
        and e.status = 'queued' and e.due_at > p_now),
      (select min(e.send_at) from messages e where e.workspace_id = p_workspace and e.connection_id = p_connection
        and e.status = 'scheduled')) end;
  update sender_lanes set next_slot_at = v_slot, cap_day = p_cap_day, cap_used = v_used, due_at = v_next
    where connection_id = p_connection;
  if v_events <> '[]' then
    id := null; claimed := false; seq := emit_events(p_workspace, v_events, p_now);
    return next;
  end if;
end $$;

-- Records the answers to attempts. A message whose callback came first keeps the later state. What was not taken goes
-- back into the queue; an unknown outcome stays `sending` until a callback or the provider's list explains it.
-- Each answer: { message, attempt, event, outcome, sid, code, status, reason, dueAt }.
create function record_answers(p_workspace text, p_connection text, p_answers jsonb, p_pause_until timestamptz, p_now timestamptz)
returns bigint language plpgsql as $$
declare
  a jsonb; m messages%rowtype; v_status text; v_forward boolean; v_events jsonb := '[]';
begin
  perform set_config('parley.workspace', p_workspace, true);
  perform wake_sender(p_workspace, p_connection, p_now);
  if p_pause_until is not null then
    update sender_lanes set next_slot_at = greatest(next_slot_at, p_pause_until) where connection_id = p_connection;
  end if;

  for a in select value from jsonb_array_elements(p_answers) order by value->>'message' loop
    update attempts set outcome = a->>'outcome', provider_sid = a->>'sid', provider_code = a->>'code'
      where workspace_id = p_workspace and id = a->>'attempt' and outcome in ('pending', 'unknown');
    select * into m from messages where workspace_id = p_workspace and id = a->>'message' for update;
    continue when not found;
    v_status := case a->>'outcome'
      when 'accepted' then a->>'status' when 'refused' then 'failed' when 'limited' then 'queued' when 'not_sent' then 'queued' end;
    continue when v_status is null;
    if a->>'outcome' = 'accepted' then
      insert into delivery_events (workspace_id, id, message_id, at, status, provider_code, source)
        values (p_workspace, a->>'event', m.id, p_now, v_status, a->>'code', 'send');
      v_forward := status_rank(v_status) > status_rank(m.status);
      continue when not v_forward and m.provider_sid is not null;
    else
      v_forward := true;
      continue when m.status <> 'sending';
    end if;
    -- One update: each makes a new entry in every index of the table.
    update messages set provider_sid = coalesce(m.provider_sid, a->>'sid'),
        status = case when v_forward then v_status else m.status end,
        reason = case when v_forward then nullif(a->'reason', 'null'::jsonb) else m.reason end,
        due_at = case when not v_forward then due_at when v_status = 'queued' then (a->>'dueAt')::timestamptz end,
        sent_at = case when v_forward and v_status in ('sent', 'delivered') then coalesce(sent_at, p_now) else sent_at end,
        delivered_at = case when v_forward and v_status = 'delivered' then coalesce(delivered_at, p_now) else delivered_at end
      where workspace_id = p_workspace and id = m.id;
    continue when not v_forward;
    v_events := v_events || jsonb_build_object('type', 'message.changed',
      'actor', jsonb_build_object('type', 'provider', 'id', null, 'name', null),
      'data', jsonb_build_object('messageId', m.id, 'conversationId', m.conversation_id, 'status', v_status));
  end loop;
  if v_events = '[]' then return null; end if;
  return emit_events(p_workspace, v_events, p_now);
end $$;

-- Attempts without an answer that are older than `p_before`, in all workspaces: ids only. Those of a connection that is
-- gone can't be asked for any more, and would stand before the others for ever.
create function open_attempts(p_before timestamptz, p_limit int)
returns table (workspace_id text, connection_id text, attempt_id text)
language sql stable security definer set search_path = public, pg_temp as $$
  select a.workspace_id, a.connection_id, a.id from attempts a join connections c on c.id = a.connection_id
   where a.outcome in ('pending', 'unknown') and a.at < p_before and c.disconnected_at is null order by a.at limit p_limit
$$;
