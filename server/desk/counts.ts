/** How many conversations wait in each of the inbox's views. Counting stops where nobody would read the number. */
import type { Actor } from "../../contract/accounts.ts";
import { COUNTED_AT_MOST, type ConversationCounts } from "../../contract/conversations.ts";
import type { View } from "../platform/db/handles.ts";

const counted = (where: string) =>
  `(select count(*)::int from (select 1 from conversations c
     where c.workspace_id = $1 and not c.archived and ${where} limit $3) as counted)`;

const AWAKE = "c.snoozed_until is null";

export const countConversations = (view: View, me: Actor): Promise<ConversationCounts> =>
  view.one<ConversationCounts>(
    `select ${counted(`c.unread_count > 0 and c.status <> 'RESOLVED' and ${AWAKE}`)} as unread,
       ${counted(`c.status = 'OPEN' and ${AWAKE}`)} as open,
       ${counted(`c.status = 'ASSIGNED' and c.assignee_id = $2 and ${AWAKE}`)} as mine,
       ${counted(`c.status = 'AI_ACTIVE' and ${AWAKE}`)} as "withAgent",
       ${counted("c.snoozed_until is not null")} as snoozed,
       (select count(*)::int from (select distinct conversation_id from consent_reviews
         where workspace_id = $1 and status = 'open' limit $3) as counted) as review`,
    [view.workspaceId, me.type === "member" ? me.id : null, COUNTED_AT_MOST],
  );

/** Every tag that a conversation has, in the order of the alphabet; the index is read from tag to tag. */
export async function conversationTags(view: View): Promise<string[]> {
  const rows = await view.rows<{ tag: string }>(
    `with recursive tags as (
       (select tag from conversation_tags where workspace_id = $1 order by tag limit 1)
       union all
       select (select t.tag from conversation_tags t where t.workspace_id = $1 and t.tag > tags.tag order by t.tag limit 1)
         from tags where tags.tag is not null)
     select tag from tags where tag is not null limit 500`,
    [view.workspaceId],
  );
  return rows.map((row) => row.tag);
}
