/** The conversations room's tables. */
import type { Actor } from "../../contract/accounts.ts";
import type { ChannelName } from "../../contract/channels.ts";
import type { ConversationChange, ConversationStatus, Note } from "../../contract/conversations.ts";
import type { AgentId, ConnectionId, ContactId, ConversationId, MemberId, MessageId } from "../../contract/ids.ts";
import type { Tx, View } from "../platform/db/handles.ts";

export interface ConversationRow {
  id: ConversationId;
  contactId: ContactId;
  agentId: AgentId | null;
  status: ConversationStatus;
  assigneeId: MemberId | null;
  teamId: string | null;
  channel: ChannelName;
  connectionId: ConnectionId | null;
  address: string | null;
  metadata: Record<string, unknown>;
  unreadCount: number;
  starred: boolean;
  archived: boolean;
  snoozedUntil: Date | null;
  lastMessageId: MessageId | null;
  lastActivityAt: Date;
  lastInboundAt: Date | null;
  lastOutboundAt: Date | null;
  createdAt: Date;
}

const ROW = `c.id, c.contact_id as "contactId", c.agent_id as "agentId", c.status, c.assignee_id as "assigneeId", c.team_id as "teamId", c.channel,
  c.connection_id as "connectionId", c.address, c.metadata, c.unread_count as "unreadCount", c.starred, c.archived,
  c.snoozed_until as "snoozedUntil", c.last_message_id as "lastMessageId", c.last_activity_at as "lastActivityAt",
  c.last_inbound_at as "lastInboundAt", c.last_outbound_at as "lastOutboundAt", c.created_at as "createdAt"`;

export const findConversation = (view: View, id: ConversationId) =>
  view.maybe<ConversationRow>(`select ${ROW} from conversations c where c.workspace_id = $1 and c.id = $2`, [
    view.workspaceId,
    id,
  ]);

export const lockConversation = (tx: Tx, id: ConversationId) =>
  tx.maybe<ConversationRow>(`select ${ROW} from conversations c where c.workspace_id = $1 and c.id = $2 for update`, [
    tx.workspaceId,
    id,
  ]);

/** The open conversation that last used this connection and address. */
export const findRouted = (tx: Tx, connectionId: ConnectionId, address: string) =>
  tx.maybe<ConversationRow>(
    `select ${ROW} from conversation_routes r join conversations c on c.workspace_id = r.workspace_id and c.id = r.conversation_id
      where r.workspace_id = $1 and r.connection_id = $2 and r.address = $3 and c.status <> 'RESOLVED'`,
    [tx.workspaceId, connectionId, address],
  );

/** Opens a conversation with the team, or answers the one that is open. */
export async function ensureOpen(
  tx: Tx,
  row: { contactId: ContactId; channel: ChannelName; connectionId: ConnectionId; address: string },
): Promise<{ id: ConversationId; fresh: boolean }> {
  const made = await tx.maybe<{ id: ConversationId }>(
    `insert into conversations (workspace_id, id, contact_id, status, channel, connection_id, address, last_activity_at, created_at)
       values ($1, $2, $3, 'OPEN', $4, $5, $6, $7, $7)
       on conflict (workspace_id, contact_id, agent_id) where status <> 'RESOLVED' do nothing returning id`,
    [tx.workspaceId, tx.id("cnv"), row.contactId, row.channel, row.connectionId, row.address, tx.now],
  );
  if (made) return { id: made.id, fresh: true };
  const open = await tx.one<{ id: ConversationId }>(
    "select id from conversations where workspace_id = $1 and contact_id = $2 and agent_id is null and status <> 'RESOLVED'",
    [tx.workspaceId, row.contactId],
  );
  return { id: open.id, fresh: false };
}

/** A message was put in among others: what is last is what it was. */
export const setLast = (tx: Tx, id: ConversationId, last: { lastMessageId: MessageId; lastInboundAt: Date }) =>
  tx.rows("update conversations set last_message_id = $3, last_inbound_at = $4 where workspace_id = $1 and id = $2", [
    tx.workspaceId,
    id,
    last.lastMessageId,
    last.lastInboundAt,
  ]);

/** What was written for later leaves now: it is what was said last. */
export const setLeft = (tx: Tx, id: ConversationId, messageId: MessageId) =>
  tx.rows(
    `update conversations set last_message_id = $3, last_activity_at = greatest(last_activity_at, $4)
      where workspace_id = $1 and id = $2`,
    [tx.workspaceId, id, messageId, tx.now],
  );

export const updateConversation = (tx: Tx, row: ConversationRow) =>
  tx.rows(
    `update conversations set agent_id = $3, status = $4, assignee_id = $5, team_id = $6, channel = $7, connection_id = $8, address = $9,
       unread_count = $10, starred = $11, archived = $12, snoozed_until = $13, last_message_id = $14, last_activity_at = $15,
       last_outbound_at = $16, resolved_at = case when $4 = 'RESOLVED' then coalesce(resolved_at, $17) end
      where workspace_id = $1 and id = $2`,
    [
      tx.workspaceId,
      row.id,
      row.agentId,
      row.status,
      row.assigneeId,
      row.teamId,
      row.channel,
      row.connectionId,
      row.address,
      row.unreadCount,
      row.starred,
      row.archived,
      row.snoozedUntil,
      row.lastMessageId,
      row.lastActivityAt,
      row.lastOutboundAt,
      tx.now,
    ],
  );

export const setRoute = (tx: Tx, connectionId: ConnectionId, address: string, id: ConversationId) =>
  tx.rows(
    `insert into conversation_routes (workspace_id, connection_id, address, conversation_id) values ($1, $2, $3, $4)
       on conflict (workspace_id, connection_id, address) do update set conversation_id = excluded.conversation_id
         where conversation_routes.conversation_id <> excluded.conversation_id`,
    [tx.workspaceId, connectionId, address, id],
  );

export const tagsOf = (view: View, ids: readonly ConversationId[]) =>
  view.rows<{ conversationId: ConversationId; tag: string }>(
    `select conversation_id as "conversationId", tag from conversation_tags where workspace_id = $1 and conversation_id = any($2) order by tag`,
    [view.workspaceId, ids],
  );

export async function replaceTags(tx: Tx, id: ConversationId, tags: readonly string[]): Promise<void> {
  await tx.rows("delete from conversation_tags where workspace_id = $1 and conversation_id = $2", [tx.workspaceId, id]);
  await tx.rows(
    "insert into conversation_tags (workspace_id, conversation_id, tag) select distinct $1, $2, t from unnest($3::text[]) t",
    [tx.workspaceId, id, tags],
  );
}

export const addTag = (tx: Tx, id: ConversationId, tag: string) =>
  tx.rows(
    "insert into conversation_tags (workspace_id, conversation_id, tag) values ($1, $2, $3) on conflict do nothing",
    [tx.workspaceId, id, tag],
  );

export const removeTag = (tx: Tx, id: ConversationId, tag: string) =>
  tx.rows("delete from conversation_tags where workspace_id = $1 and conversation_id = $2 and tag = $3", [
    tx.workspaceId,
    id,
    tag,
  ]);

type NoteRow = Omit<Note, "createdAt"> & { createdAt: Date };
const NOTE = `id, conversation_id as "conversationId", content, author, created_at as "createdAt"`;

export const insertNote = (tx: Tx, conversationId: ConversationId, content: string, author: Actor) =>
  tx.one<NoteRow>(
    `insert into notes (workspace_id, id, conversation_id, content, author, created_at) values ($1, $2, $3, $4, $5, $6) returning ${NOTE}`,
    [tx.workspaceId, tx.id("nte"), conversationId, content, JSON.stringify(author), tx.now],
  );

export const notesOf = (view: View, conversationId: ConversationId, before: string | null, limit: number) =>
  view.rows<NoteRow>(
    `select ${NOTE} from notes where workspace_id = $1 and conversation_id = $2 and ($3::text is null or id < $3)
      order by id desc limit $4`,
    [view.workspaceId, conversationId, before, limit],
  );

type ChangeRow = Omit<ConversationChange, "at" | "until"> & { at: Date; until: Date | null };

export const insertChange = (tx: Tx, row: Omit<ChangeRow, "id" | "at">) =>
  tx.rows(
    `insert into conversation_changes (workspace_id, id, conversation_id, at, kind, actor, given_to, until)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      ...[tx.workspaceId, tx.id("chg"), row.conversationId, tx.now, row.kind, JSON.stringify(row.actor)],
      ...[row.givenTo && JSON.stringify(row.givenTo), row.until],
    ],
  );

export const changesOf = (view: View, id: ConversationId, before: string | null, limit: number) =>
  view.rows<ChangeRow>(
    `select id, conversation_id as "conversationId", at, kind, actor, given_to as "givenTo", until from conversation_changes
      where workspace_id = $1 and conversation_id = $2 and ($3::text is null or id < $3) order by id desc limit $4`,
    [view.workspaceId, id, before, limit],
  );

export const lastInbound = (view: View, contactId: ContactId) =>
  view.one<{ at: Date | null }>(
    "select max(last_inbound_at) as at from conversations where workspace_id = $1 and contact_id = $2",
    [view.workspaceId, contactId],
  );

/** The conversations that an agent has at this moment. */
export const answeredBy = async (tx: Tx, agentId: AgentId): Promise<ConversationId[]> =>
  (
    await tx.rows<{ id: ConversationId }>(
      "select id from conversations where workspace_id = $1 and agent_id = $2 and status in ('AI_ACTIVE', 'BOT_ACTIVE') order by id",
      [tx.workspaceId, agentId],
    )
  ).map((row) => row.id);
