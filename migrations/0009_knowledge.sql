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
