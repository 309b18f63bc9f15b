/** A person's timeline: messages, conversations opened and resolved, consent, newest first. */
import { z } from "zod";
import type { ContactId } from "../../contract/ids.ts";
import { readContact } from "../contacts/contacts.ts";
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

/** @param before the time of the last entry of the page before */
export async function timeline(view: View, id: ContactId, { limit, before }: { limit: number; before: Date | null }) {
  await readContact(view, id);
  const rows = await view.rows<Row>(
    `select * from (
       (select m.created_at as at, 'message' as type, m.id, m.conversation_id as "conversationId", m.content as text, m.direction, m.status
          from messages m join conversations c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
         where m.workspace_id = $1 and c.contact_id = $2 and m.created_at < $3 order by m.id desc limit $4)
       union all
       (select c.created_at, 'conversation_opened', c.id, c.id, 'Conversation opened', null, c.status
          from conversations c where c.workspace_id = $1 and c.contact_id = $2 and c.created_at < $3 order by c.created_at desc limit $4)
       union all
       (select c.resolved_at, 'conversation_resolved', c.id, c.id, 'Conversation resolved', null, c.status
          from conversations c where c.workspace_id = $1 and c.contact_id = $2 and c.resolved_at < $3 order by c.resolved_at desc limit $4)
       union all
       (select e.at, 'consent', e.id, null, e.channel || ' ' || e.action || ' (' || e.source || ')', null, e.action
          from consent_events e join contact_addresses a on a.workspace_id = e.workspace_id and a.address_hash = e.address_hash
         where e.workspace_id = $1 and a.contact_id = $2 and e.at < $3 order by e.seq desc limit $4)
     ) entries order by at desc, id desc limit $4`,
    [view.workspaceId, id, before ?? new Date(8.64e15), limit + 1],
  );
  const page = rows.slice(0, limit);
  return {
    items: page.map((row) => ({ ...row, at: row.at.toISOString() })),
    nextCursor: rows.length > limit ? (page.at(-1)?.at.toISOString() ?? null) : null,
  };
}
