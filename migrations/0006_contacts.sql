-- People and how they are reached. A contact may have no phone; an address belongs to one contact.

create table contacts (
  workspace_id text not null,
  id text not null,
  name text,
  email text,
  language text,
  attributes jsonb not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (workspace_id, id)
);
create index contacts_name on contacts using gin (name gin_trgm_ops);
call workspace_table('contacts');

create table contact_addresses (
  workspace_id text not null,
  channel text not null,
  address text not null,
  contact_id text not null,
  address_hash text not null,
  created_at timestamptz not null,
  primary key (workspace_id, channel, address),
  foreign key (workspace_id, contact_id) references contacts on delete cascade
);
create index contact_addresses_contact on contact_addresses (workspace_id, contact_id);
-- The hash first: a search by the address itself must never take this one for its own.
create index contact_addresses_hash on contact_addresses (address_hash, workspace_id);
call workspace_table('contact_addresses');

create table contact_tags (
  workspace_id text not null,
  contact_id text not null,
  tag text not null,
  primary key (workspace_id, contact_id, tag),
  foreign key (workspace_id, contact_id) references contacts on delete cascade
);
create index contact_tags_tag on contact_tags (workspace_id, tag, contact_id);
call workspace_table('contact_tags');

-- Text search runs as the owner because a policy would turn its index scan into a sequential one (`ilike` is not
-- leakproof); the workspace is therefore an argument, held to the transaction's own, and stands in every condition.
create function search_contacts(p_workspace text, p_pattern text, p_limit int) returns setof text
language sql stable security definer set search_path = public, pg_temp as $$
  select c.id from contacts c
   where c.workspace_id = p_workspace and p_workspace = current_setting('parley.workspace', true)
     and (c.name ilike p_pattern or c.email ilike p_pattern)
  union
  select a.contact_id from contact_addresses a
   where a.workspace_id = p_workspace and p_workspace = current_setting('parley.workspace', true)
     and a.address like p_pattern
  limit p_limit
$$;
