/** A person's timeline: messages, conversations opened and resolved, consent, newest first. */
import { z } from "zod";
import type { ContactId } from "../../contract/ids.ts";
import type { Page } from "../../contract/paging.ts";
import { addressesOf, consentHashes, readContact } from "../contacts/contacts.ts";
import type { View } from "../platform/db/handles.ts";

export const TimelineEntry = z.object({
  at: z.iso.datetime(),
  type: z.enum(["message", "conversation_opened", "conversation_resolved", "consent"]),
  id: z.string(),
  conversationId: z.string().nullable(),
  /** The words of a message; what happened, for the rest. */
  text: z.string(),
  direction: z.enum(["inbound", "outbound"]).nullable(),
  status: z.string().nullable(),
});

interface Row {
  at: Date;
  type: z.infer<typeof TimelineEntry>["type"];
  id: string;
  conversationId: string | null;
  text: string;
  direction: "inbound" | "outbound" | null;
  status: string | null;
}

/** The last entry's time in milliseconds, its rank and its id: many things happen at the same moment. */
export const TIMELINE_CURSOR = /^(\d{1,15})\.([0-3])\.([a-z]{3}_[0-9a-f]{32})$/;
const LATEST = "8640000000000000.0.";

/** What follows from what at the same moment stands in this order: opened, message, consent, resolved. */
export async function timeline(
  view: View,
  id: ContactId,
  { limit, cursor = LATEST }: { limit: number; cursor?: string | undefined },
): Promise<Page<z.infer<typeof TimelineEntry>>> {
  await readContact(view, id);
  const [ms, rank, last] = cursor.split(".");
  const rows = await view.rows<Row & { rank: number }>(
    `select * from (
       (select m.created_at as at, 1 as rank, 'message' as type, m.id, m.conversation_id as "conversationId", m.content as text, m.direction, m.status
          from messages m join conversations c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
         where m.workspace_id = $1 and c.contact_id = $2 and (m.created_at, 1, m.id) < ($3, $4, $5)
         order by m.created_at desc, m.id desc limit $6)
       union all
       (select c.created_at, 0, 'conversation_opened', c.id, c.id, 'Conversation opened', null, c.status
          from conversations c where c.workspace_id = $1 and c.contact_id = $2 and (c.created_at, 0, c.id) < ($3, $4, $5)
         order by c.created_at desc, c.id desc limit $6)
       union all
       (select c.resolved_at, 3, 'conversation_resolved', c.id, c.id, 'Conversation resolved', null, c.status
          from conversations c where c.workspace_id = $1 and c.contact_id = $2 and (c.resolved_at, 3, c.id) < ($3, $4, $5)
         order by c.resolved_at desc, c.id desc limit $6)
       union all
       (select e.at, 2, 'consent', e.id, null, e.channel || ' ' || e.action || ' (' || e.source || ')', null, e.action
          from consent_events e
         where e.workspace_id = $1 and e.address_hash = any($7) and (e.at, 2, e.id) < ($3, $4, $5)
         order by e.at desc, e.id desc limit $6)
     ) entries order by at desc, rank desc, id desc limit $6`,
    [
      view.workspaceId,
      id,
      new Date(Number(ms)),
      Number(rank),
      last,
      limit + 1,
      consentHashes(view, await addressesOf(view, [id])),
    ],
  );
  const page = rows.slice(0, limit);
  const end = page.at(-1);
  return {
    items: page.map(({ rank: _, ...row }) => ({ ...row, at: row.at.toISOString() })),
    nextCursor: rows.length > limit && end ? `${end.at.getTime()}.${end.rank}.${end.id}` : null,
  };
}
