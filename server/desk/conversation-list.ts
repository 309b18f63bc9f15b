/** The desk: conversations as people see them, with the person and the last words. Reads across rooms, writes nothing. */
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from "kysely";
import { CONVERSATION_CURSOR, type Conversation, type ConversationsQuery } from "../../contract/conversations.ts";
import type { ConversationId } from "../../contract/ids.ts";
import type { Page } from "../../contract/paging.ts";
import { workspaceOf } from "../accounts/accounts.ts";
import { patternOf } from "../contacts/contacts.ts";
import { type ConversationRow, getConversation, tagsOf } from "../conversations/conversations.ts";
import type { View } from "../platform/db/handles.ts";

interface Tables {
  conversations: {
    workspace_id: string;
    id: string;
    contact_id: string;
    agent_id: string | null;
    status: string;
    assignee_id: string | null;
    channel: string;
    unread_count: number;
    starred: boolean;
    archived: boolean;
    snoozed_until: Date | null;
    last_activity_at: Date;
  };
  consent_reviews: { workspace_id: string; conversation_id: string; status: string };
  conversation_tags: { workspace_id: string; conversation_id: string; tag: string };
}

/** Composes queries only: the handle runs them. */
const compose = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

/** Newest activity first; the cursor is the last one's time and id, so that pages neither skip nor repeat. */
export async function listConversations(view: View, query: ConversationsQuery): Promise<Page<Conversation>> {
  const { limit } = query;
  let select = compose
    .selectFrom("conversations as c")
    .select(["c.id", "c.last_activity_at"])
    .where("c.workspace_id", "=", view.workspaceId)
    .orderBy("c.last_activity_at", "desc")
    .orderBy("c.id", "desc")
    .limit(limit + 1);
  // What waits for a decision, and all that was said with one person, is found wherever it was put.
  const archived = query.archived ?? (query.inReview || query.contactId ? undefined : false);
  if (archived !== undefined) select = select.where("c.archived", "=", archived);
  if (query.inReview !== undefined)
    select = select.where("c.id", query.inReview ? "in" : "not in", (from) =>
      from
        .selectFrom("consent_reviews as r")
        .select("r.conversation_id")
        .where("r.workspace_id", "=", view.workspaceId)
        .where("r.status", "=", "open"),
    );
  if (query.snoozed !== undefined) select = select.where("c.snoozed_until", query.snoozed ? "is not" : "is", null);
  if (query.status) select = select.where("c.status", "=", query.status);
  if (query.channel) select = select.where("c.channel", "=", query.channel);
  if (query.assigneeId)
    select =
      query.assigneeId === "none"
        ? select.where("c.assignee_id", "is", null)
        : select.where("c.assignee_id", "=", query.assigneeId);
  if (query.agentId) select = select.where("c.agent_id", "=", query.agentId);
  if (query.contactId) select = select.where("c.contact_id", "=", query.contactId);
  if (query.unread !== undefined) select = select.where("c.unread_count", query.unread ? ">" : "=", 0);
  if (query.starred !== undefined) select = select.where("c.starred", "=", query.starred);
  const { tag, q, cursor } = query;
  if (tag) {
    select = select.where("c.id", "in", (from) =>
      from
        .selectFrom("conversation_tags as t")
        .select("t.conversation_id")
        .where("t.workspace_id", "=", view.workspaceId)
        .where("t.tag", "=", tag),
    );
  }
  if (q) {
    select = select.where(
      "c.contact_id",
      "in",
      sql<string>`(select search_contacts(${view.workspaceId}, ${patternOf(q)}, 5000))`,
    );
  }
  if (cursor) {
    const [, ms, id] = CONVERSATION_CURSOR.exec(cursor) ?? [];
    select = select.where(sql<boolean>`(c.last_activity_at, c.id) < (${new Date(Number(ms))}, ${id})`);
  }
  const compiled = select.compile();
  const rows = await view.rows<{ id: ConversationId; last_activity_at: Date }>(compiled.sql, compiled.parameters);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: await readConversations(
      view,
      page.map((row) => row.id),
    ),
    nextCursor: rows.length > limit && last ? `${last.last_activity_at.getTime()}.${last.id}` : null,
  };
}

export async function readConversation(view: View, id: ConversationId): Promise<Conversation> {
  await getConversation(view, id);
  const [conversation] = await readConversations(view, [id]);
  if (!conversation) throw new Error("a conversation that is there can't be read");
  return conversation;
}

interface Joined extends ConversationRow {
  contactName: string | null;
  phone: string | null;
  inReview: boolean;
  optedOut: boolean;
  last: (Conversation["lastMessage"] & { createdAt: string }) | null;
}

export async function readConversations(view: View, ids: readonly ConversationId[]): Promise<Conversation[]> {
  if (ids.length === 0) return [];
  const { consentScope } = await workspaceOf(view.ground, view.workspaceId);
  const rows = await view.rows<Joined>(
    `select c.id, c.contact_id as "contactId", c.agent_id as "agentId", c.status, c.assignee_id as "assigneeId", c.team_id as "teamId", c.channel,
       c.connection_id as "connectionId", c.metadata, c.unread_count as "unreadCount", c.starred, c.archived, c.snoozed_until as "snoozedUntil",
       c.last_activity_at as "lastActivityAt", c.created_at as "createdAt", p.name as "contactName",
       (select a.address from contact_addresses a where a.workspace_id = c.workspace_id and a.contact_id = c.contact_id and a.channel = 'sms' limit 1) as phone,
       exists (select from consent_reviews r where r.workspace_id = c.workspace_id and r.conversation_id = c.id and r.status = 'open') as "inReview",
       coalesce((select is_suppressed(c.workspace_id, c.channel, a.address_hash, coalesce(k.phone_number, k.messaging_service_sid, ''), $3)
         from contact_addresses a left join connections k on k.workspace_id = c.workspace_id and k.id = c.connection_id
        where a.workspace_id = c.workspace_id and a.channel = c.channel and a.address = c.address), false) as "optedOut",
       case when m.id is not null then jsonb_build_object('id', m.id, 'direction', m.direction, 'content', left(m.content, 200), 'status', m.status,
         'media', case when m.media = '[]' then m.media else (select coalesce(jsonb_agg(jsonb_build_object('name', f.name, 'contentType', f.content_type)
           order by f.position), '[]') from media f where f.workspace_id = m.workspace_id and f.message_id = m.id) end,
         'createdAt', to_char(m.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) end as last
     from conversations c
     join contacts p on p.workspace_id = c.workspace_id and p.id = c.contact_id
     left join messages m on m.workspace_id = c.workspace_id and m.id = coalesce(
       (select l.id from messages l where l.workspace_id = c.workspace_id and l.id = c.last_message_id and l.status not in ('scheduled', 'canceled')),
       (select s.id from messages s where s.workspace_id = c.workspace_id and s.conversation_id = c.id and s.status not in ('scheduled', 'canceled')
         order by s.id desc limit 1))
    where c.workspace_id = $1 and c.id = any($2)`,
    [view.workspaceId, ids, consentScope],
  );
  const tags = await tagsOf(view, ids);
  return ids.flatMap((id): Conversation[] => {
    const row = rows.find((each) => each.id === id);
    if (!row) return [];
    const { contactName, phone, last, ...rest } = row;
    return [
      {
        ...rest,
        contact: { id: row.contactId, name: contactName, phone },
        metadata: row.metadata as Conversation["metadata"],
        tags: tags.filter((each) => each.conversationId === id).map((each) => each.tag),
        lastMessage: last,
        snoozedUntil: row.snoozedUntil?.toISOString() ?? null,
        lastActivityAt: row.lastActivityAt.toISOString(),
        windowExpiresAt: null,
        createdAt: row.createdAt.toISOString(),
      },
    ];
  });
}
