-- What the business knows: sources as they were given, and the passages they are searched by.

create table knowledge_bases (
  workspace_id text not null,
  id text not null,
  name text not null,
  language text not null default 'en',
  created_at timestamptz not null,
  primary key (workspace_id, id)
);
call workspace_table('knowledge_bases');

create table knowledge_sources (
  workspace_id text not null,
  id text not null,
  knowledge_base_id text not null,
  kind text not null check (kind in ('pair', 'text')),
  title text not null,
  content text not null,
  created_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, knowledge_base_id) references knowledge_bases on delete cascade
);
create index knowledge_sources_base on knowledge_sources (workspace_id, knowledge_base_id, id);
call workspace_table('knowledge_sources');

create table passages (
  workspace_id text not null,
  id text not null,
  knowledge_base_id text not null,
  source_id text not null,
  title text not null,
  content text not null,
  words tsvector not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, source_id) references knowledge_sources on delete cascade
);
create index passages_source on passages (workspace_id, source_id);
create index passages_base on passages (workspace_id, knowledge_base_id);
create index passages_words on passages using gin (words);
call workspace_table('passages');

-- In how many passages of a base a word stands: how much it tells there, and what a misspelt one may have meant.
create table knowledge_words (
  workspace_id text not null,
  knowledge_base_id text not null,
  word text not null,
  passages int not null,
  primary key (workspace_id, knowledge_base_id, word),
  foreign key (workspace_id, knowledge_base_id) references knowledge_bases on delete cascade
);
call workspace_table('knowledge_words');

-- A text's words as they are searched: by the rules of its language, without accents, which people leave out on phones.
create function search_words(p_language text, p_text text) returns tsvector language sql immutable as $$
  select to_tsvector(
    case p_language when 'en' then 'pg_catalog.english'::regconfig when 'es' then 'pg_catalog.spanish'::regconfig
      when 'fr' then 'pg_catalog.french'::regconfig when 'de' then 'pg_catalog.german'::regconfig
      else 'pg_catalog.simple'::regconfig end,
    regexp_replace(normalize(p_text, NFKD), '[\u0300-\u036f]', '', 'g'))
$$;

-- The passages that hold any of the words, those with the weightiest words first. It looks past row-level security,
-- because `@@` is not leakproof and a policy would keep it from the index: hence the workspace, held to the
-- transaction's own.
create function find_passages(p_workspace text, p_bases text[], p_words text[], p_weights real[], p_limit int)
returns table (id text, source_id text, kind text, title text, content text, covered text[])
language sql stable security definer set search_path = public, pg_temp as $$
  select p.id, p.source_id, s.kind, p.title, p.content, hit.words
    from passages p
    join knowledge_sources s on s.workspace_id = p.workspace_id and s.id = p.source_id
    cross join lateral (
      select array_agg(w.word) as words, sum(w.weight) as weight from unnest(p_words, p_weights) w(word, weight)
        where w.word = any (tsvector_to_array(p.words))) hit
    where p.workspace_id = p_workspace and p_workspace = current_setting('parley.workspace', true)
      and p.knowledge_base_id = any (p_bases)
      and p.words @@ (select string_agg(quote_literal(w), ' | ')::tsquery from unnest(p_words) w)
    order by hit.weight desc, p.id
    limit p_limit
$$;
