-- AI agents, the language models behind them, and a record of every turn they took.

create table language_models (
  workspace_id text not null,
  id text not null,
  name text not null,
  provider text not null check (provider in ('openai-compatible')),
  base_url text not null,
  model text not null,
  api_key_envelope text,
  created_at timestamptz not null,
  primary key (workspace_id, id)
);
call workspace_table('language_models');

create table agents (
  workspace_id text not null,
  id text not null,
  name text not null,
  instructions text not null,
  model_id text,
  confidence_bound real not null check (confidence_bound between 0 and 1),
  handover_text text,
  active boolean not null default true,
  created_at timestamptz not null,
  primary key (workspace_id, id),
  constraint agents_model foreign key (workspace_id, model_id) references language_models
);
call workspace_table('agents');

create table agent_knowledge (
  workspace_id text not null,
  agent_id text not null,
  knowledge_base_id text not null,
  position int not null,
  primary key (workspace_id, agent_id, knowledge_base_id),
  foreign key (workspace_id, agent_id) references agents on delete cascade,
  foreign key (workspace_id, knowledge_base_id) references knowledge_bases on delete cascade
);
create index agent_knowledge_base on agent_knowledge (workspace_id, knowledge_base_id);
call workspace_table('agent_knowledge');

create table agent_runs (
  workspace_id text not null,
  id text not null,
  agent_id text not null,
  conversation_id text not null,
  message_id text not null,
  outcome text not null check (outcome in ('answered', 'handed_over', 'abandoned')),
  reason text,
  confidence real,
  sources jsonb not null default '[]',
  reply_id text,
  at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, conversation_id) references conversations on delete cascade
);
create index agent_runs_conversation on agent_runs (workspace_id, conversation_id, id desc);
call workspace_table('agent_runs');
