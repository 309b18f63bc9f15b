-- What people did with a conversation besides writing in it: its thread shows who had it when, and who said that it is done.
create table conversation_changes (
  workspace_id text not null,
  id text not null,
  conversation_id text not null,
  at timestamptz not null,
  kind text not null check (kind in ('assigned', 'unassigned', 'taken_over', 'handed_back', 'resolved', 'reopened', 'snoozed', 'woken')),
  actor jsonb not null,
  given_to jsonb,
  until timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, conversation_id) references conversations on delete cascade
);
create index conversation_changes_conversation on conversation_changes (workspace_id, conversation_id, id);
call workspace_table('conversation_changes');
