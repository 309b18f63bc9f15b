/** The table of reviews: texts that may be an opt-out, until a person has read them. */
import type { Actor } from "../../../contract/accounts.ts";
import type { ChannelName } from "../../../contract/channels.ts";
import type { ReviewStatus } from "../../../contract/consent.ts";
import type { ContactId, ConversationId, MessageId, ReviewId } from "../../../contract/ids.ts";
import type { Tx, View } from "../../platform/db/handles.ts";
import type { Fired } from "../reading/verdict.ts";

export interface ReviewRow {
  id: ReviewId;
  channel: ChannelName;
  addressHash: string;
  sender: string;
  contactId: ContactId;
  conversationId: ConversationId;
  messageId: MessageId;
  rule: string;
  fired: Fired;
  openedAt: Date;
  dueAt: Date;
  askedAt: Date | null;
  status: ReviewStatus;
  closedAt: Date | null;
  closedBy: Actor | null;
}

const ROW = `id, channel, address_hash as "addressHash", sender, contact_id as "contactId", conversation_id as "conversationId",
  message_id as "messageId", rule, fired, opened_at as "openedAt", due_at as "dueAt", asked_at as "askedAt", status,
  closed_at as "closedAt", closed_by as "closedBy"`;

/** Opens a review; where one is open about the address, that one is about the newer text from now on. */
export const putReview = (
  tx: Tx,
  row: Omit<ReviewRow, "openedAt" | "askedAt" | "status" | "closedAt" | "closedBy">,
): Promise<ReviewRow> =>
  tx.one<ReviewRow>(
    `insert into consent_reviews (workspace_id, id, channel, address_hash, sender, contact_id, conversation_id, message_id, rule, fired,
       opened_at, due_at, status)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'open')
     on conflict (workspace_id, channel, address_hash) where status = 'open' do update
       set message_id = excluded.message_id, conversation_id = excluded.conversation_id, rule = excluded.rule, fired = excluded.fired
     returning ${ROW}`,
    [
      tx.workspaceId,
      row.id,
      row.channel,
      row.addressHash,
      row.sender,
      row.contactId,
      row.conversationId,
      row.messageId,
      row.rule,
      row.fired && JSON.stringify(row.fired),
      tx.now,
      row.dueAt,
    ],
  );

export const openReviewOf = (view: View, channel: ChannelName, addressHash: string): Promise<ReviewRow | null> =>
  view.maybe<ReviewRow>(
    `select ${ROW} from consent_reviews where workspace_id = $1 and channel = $2 and address_hash = $3 and status = 'open'`,
    [view.workspaceId, channel, addressHash],
  );

export const findReview = (view: View, id: ReviewId): Promise<ReviewRow | null> =>
  view.maybe<ReviewRow>(`select ${ROW} from consent_reviews where workspace_id = $1 and id = $2`, [
    view.workspaceId,
    id,
  ]);

/** The same, held to the end of the transaction. */
export const lockReview = (tx: Tx, id: ReviewId): Promise<ReviewRow | null> =>
  tx.maybe<ReviewRow>(`select ${ROW} from consent_reviews where workspace_id = $1 and id = $2 for update`, [
    tx.workspaceId,
    id,
  ]);

export interface ReviewsAsked {
  status?: ReviewStatus | undefined;
  conversationId?: ConversationId | undefined;
  cursor?: string | undefined;
  limit: number;
}

/** Newest first. */
export const reviews = (view: View, { status, conversationId, cursor, limit }: ReviewsAsked): Promise<ReviewRow[]> =>
  view.rows<ReviewRow>(
    `select ${ROW} from consent_reviews
      where workspace_id = $1 and ($2::text is null or status = $2) and ($3::text is null or conversation_id = $3)
        and ($4::text is null or id < $4)
      order by id desc limit $5`,
    [view.workspaceId, status ?? null, conversationId ?? null, cursor ?? null, limit],
  );

/** Ends the open review about an address; null where there is none. */
export const endReview = (
  tx: Tx,
  about: { channel: ChannelName; addressHash: string },
  status: Exclude<ReviewStatus, "open">,
  by: Actor,
): Promise<ReviewRow | null> =>
  tx.maybe<ReviewRow>(
    `update consent_reviews set status = $4, closed_at = $5, closed_by = $6
      where workspace_id = $1 and channel = $2 and address_hash = $3 and status = 'open' returning ${ROW}`,
    [tx.workspaceId, about.channel, about.addressHash, status, tx.now, JSON.stringify(by)],
  );

export const setAsked = (tx: Tx, id: ReviewId, dueAt: Date) =>
  tx.rows("update consent_reviews set asked_at = $3, due_at = $4 where workspace_id = $1 and id = $2", [
    tx.workspaceId,
    id,
    tx.now,
    dueAt,
  ]);
