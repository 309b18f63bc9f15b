-- What an agent runs where: its saved settings are a draft, and a version of them can be published in an environment. And on
-- behalf of which environment a message was written and a number is got.

create table agent_versions (
  workspace_id text not null,
  agent_id text not null,
  number int not null,
  instructions text not null,
  -- Of models and knowledge bases that may be gone by now: no reference keeps those of old versions.
  model_id text,
  knowledge_base_ids text[] not null,
  confidence_bound real not null check (confidence_bound between 0 and 1),
  handover_text text,
  created_at timestamptz not null,
  created_by jsonb not null,
  primary key (workspace_id, agent_id, number),
  foreign key (workspace_id, agent_id) references agents on delete cascade
);
call workspace_table('agent_versions');

-- An environment without a row follows the draft.
create table agent_publications (
  workspace_id text not null,
  agent_id text not null,
  environment text not null check (environment in ('sandbox', 'pre-release', 'live')),
  number int not null,
  -- The version's, here once more: a model that answers somewhere is not removed.
  model_id text,
  published_at timestamptz not null,
  published_by jsonb not null,
  primary key (workspace_id, agent_id, environment),
  foreign key (workspace_id, agent_id, number) references agent_versions on delete cascade,
  constraint agent_publications_model foreign key (workspace_id, model_id) references language_models
);
create index agent_publications_of_model on agent_publications (workspace_id, model_id);
call workspace_table('agent_publications');

-- Which version took the turn; null: what was saved then.
alter table agent_runs add column version int;

-- Null: an inbound message.
alter table messages add column environment text check (environment in ('sandbox', 'pre-release', 'live'));

alter table activations add column environment text not null default 'live'
  check (environment in ('sandbox', 'pre-release', 'live'));
