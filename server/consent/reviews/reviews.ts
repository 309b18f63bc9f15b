/**
 * Reviews: a text that may be an opt-out and may be something else. What waits for its writer is held, a person decides,
 * our one question may be asked, and silence means stop (47 CFR 64.1200(a)(12): without an answer, stop all).
 */
import type { Actor } from "../../../contract/accounts.ts";
import type { ChannelName } from "../../../contract/channels.ts";
import type { ConsentSource } from "../../../contract/consent.ts";
import type { ContactId, ConversationId, MessageId, ReviewId } from "../../../contract/ids.ts";
import type { Tx } from "../../platform/db/handles.ts";
import { conflict, notFound } from "../../platform/errors.ts";
import { append } from "../ledger.ts";
import type { FreeTextMatch } from "../reading/verdict.ts";
import { scopeOf } from "../standing.ts";
import * as store from "./store.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** A review that nobody decides ends as an opt-out: well within the ten business days that the law allows. */
const DECIDE_WITHIN_MS = 3 * DAY_MS;
/** How long the answer to our question is waited for. */
const ANSWER_WITHIN_MS = DAY_MS;

/** An unclear text, and who wrote it to which of our senders. */
export interface Unclear {
  channel: ChannelName;
  address: string;
  sender: string;
  contactId: ContactId;
  conversationId: ConversationId;
  messageId: MessageId;
  content: string;
  match: Pick<FreeTextMatch, "rule" | "fired">;
}

/** What the ledger keeps of a text in free words: the rule that fired, and the words. */
export const proofOf = (rule: string, content: string): string => `${rule}: ${content.slice(0, 2000)}`;

/** Opens a review, with its event in the ledger. One at a time about an address: a second unclear text joins the first. */
export async function openReview(tx: Tx, unclear: Unclear): Promise<void> {
  const { channel, address, sender, contactId, conversationId, messageId, content, match } = unclear;
  const addressHash = tx.hashOf(channel, address);
  const by: Actor = { type: "contact", id: contactId, name: null };
  const id = tx.id("rvw");
  const before = await store.openReviewOf(tx, channel, addressHash);
  const review = await store.putReview(tx, {
    ...{ id, channel, addressHash, sender, contactId, conversationId, messageId },
    ...{ rule: match.rule, fired: match.fired, dueAt: new Date(tx.now.getTime() + DECIDE_WITHIN_MS) },
  });
  await record(tx, review, "free_text", proofOf(match.rule, content), by);
  const about = { reviewId: review.id, conversationId, contactId };
  if (review.id === id) await tx.emit({ type: "review.opened", data: { ...about, channel, addressHash }, actor: by });
  else await tx.emit({ type: "review.changed", data: about, actor: by });
  // It is about the newer text now, wherever that was written: the conversation that it leaves hears of it too.
  if (before && before.conversationId !== conversationId)
    await tx.emit({ type: "review.changed", data: { ...about, conversationId: before.conversationId }, actor: by });
}

/**
 * Ends the open review about an address, if there is one: somebody has decided, or the person themselves. Before anything
 * else of the act, so that two acts at once wait for each other here; `tellEnd` follows once the act stands.
 */
export const endReview = store.endReview;

/** Tells of a review's end, after where they stand was recorded: what was held moves on from here. */
export async function tellEnd(tx: Tx, ended: store.ReviewRow | null, verdict: "opt_out" | "keep", by: Actor) {
  if (!ended) return;
  const { id: reviewId, channel, addressHash, conversationId, contactId } = ended;
  await tx.emit({
    type: "review.closed",
    data: { reviewId, conversationId, contactId, channel, addressHash, verdict },
    actor: by,
  });
}

/** Decides that a text was no opt-out; the ledger keeps who did and why. */
export async function keepInReview(
  tx: Tx,
  review: store.ReviewRow,
  { source, proof, by }: { source: ConsentSource; proof: string; by: Actor },
): Promise<void> {
  const ended = await endReview(tx, review, "keep", by);
  await record(tx, review, source, proof, by);
  await tellEnd(tx, ended, "keep", by);
}

/** Notes that our one question was asked. Silence means stop from here on. */
export async function noteAsked(tx: Tx, review: store.ReviewRow, by: Actor): Promise<void> {
  await store.setAsked(tx, review.id, new Date(tx.now.getTime() + ANSWER_WITHIN_MS));
  const { id: reviewId, conversationId, contactId } = review;
  await tx.emit({ type: "review.changed", data: { reviewId, conversationId, contactId }, actor: by });
}

/** A review that is to be decided on, held to the end of the transaction. @throws NotFound; Conflict review_closed */
export async function holdOpenReview(tx: Tx, id: ReviewId): Promise<store.ReviewRow> {
  const review = await store.lockReview(tx, id);
  if (!review) throw notFound("review");
  if (review.status !== "open") throw reviewClosed(review);
  return review;
}

const reviewClosed = ({ status, closedAt, closedBy }: store.ReviewRow) =>
  conflict(
    "review_closed",
    `This was decided ${closedAt ? `on ${closedAt.toISOString().slice(0, 10)}` : "before"}: ${status}. To change where they stand, record their consent on the contact.`,
    { reviewStatus: status, closedBy },
  );

async function record(tx: Tx, review: store.ReviewRow, source: ConsentSource, proof: string, actor: Actor) {
  const { scope } = await scopeOf(tx);
  const { channel, contactId, addressHash, sender, messageId } = review;
  await append(
    tx,
    { channel, action: "review", contactId, addressHash, scope, sender, source, messageId, actor },
    { salt: tx.bytes(16).toString("hex"), proof, disclosure: null },
  );
}
