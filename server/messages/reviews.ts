/** Deciding on a text that may be an opt-out: by a person, by our one question, or by silence. */
import type { z } from "zod";
import type { Actor } from "../../contract/accounts.ts";
import type { Review, ReviewDecision, ReviewQuestion, ReviewsQuery } from "../../contract/consent.ts";
import type { ReviewId } from "../../contract/ids.ts";
import type { Page } from "../../contract/paging.ts";
import { reviewQuestion } from "../../contract/review-question.ts";
import { environmentOf } from "../channels/channels.ts";
import {
  findReview,
  holdOpenReview,
  keepInReview,
  lockReview,
  noteAsked,
  type ReviewRow,
  reviews,
  scopeOf,
  withdraw,
} from "../consent/consent.ts";
import { holdConversation } from "../conversations/conversations.ts";
import type { Tx, View } from "../platform/db/handles.ts";
import { conflict, notFound, Refusal } from "../platform/errors.ts";
import { pageOfRows } from "../platform/page.ts";
import { messagesByIds } from "./queries.ts";
import { send } from "./send.ts";

/** Newest first. */
export async function listReviews(view: View, query: z.output<typeof ReviewsQuery>): Promise<Page<Review>> {
  const rows = await reviews(view, { ...query, limit: query.limit + 1 });
  const { items, nextCursor } = pageOfRows(rows, query.limit, (last) => last.id);
  return { items: await reviewsJson(view, items), nextCursor };
}

async function reviewsJson(view: View, rows: readonly ReviewRow[]): Promise<Review[]> {
  const messages = await messagesByIds(
    view,
    rows.map((row) => row.messageId),
  );
  return rows.map(({ addressHash: _hash, sender: _sender, messageId, ...row }) => {
    const message = messages.find((each) => each.id === messageId);
    return {
      ...row,
      message: message
        ? { id: message.id, content: message.content, createdAt: message.createdAt.toISOString() }
        : null,
      fired: message ? row.fired : null,
      openedAt: row.openedAt.toISOString(),
      dueAt: row.dueAt.toISOString(),
      askedAt: row.askedAt?.toISOString() ?? null,
      closedAt: row.closedAt?.toISOString() ?? null,
    };
  });
}

async function readReview(view: View, id: ReviewId): Promise<Review> {
  const row = await findReview(view, id);
  const [review] = row ? await reviewsJson(view, [row]) : [];
  if (!review) throw notFound("review");
  return review;
}

/** An open review, with its conversation held first, as wherever something is said in it. @throws NotFound; Conflict review_closed */
async function holdReview(tx: Tx, id: ReviewId): Promise<ReviewRow> {
  const found = await findReview(tx, id);
  if (found?.status === "open") await holdConversation(tx, found.conversationId);
  return holdOpenReview(tx, id);
}

/** A person's decision. An opt-out is recorded as one; what was held for them is suppressed with it, or goes on. */
export async function decideReview(
  tx: Tx,
  id: ReviewId,
  { verdict, note }: z.output<typeof ReviewDecision>,
  by: Actor,
): Promise<Review> {
  const review = await holdReview(tx, id);
  const source = by.type === "member" ? "member" : "api";
  const said = verdict === "opt_out" ? "They meant stop." : "This was no opt-out.";
  const proof = `${said} Read after the rule ${review.rule} had fired.${note ? ` ${note}` : ""}`;
  if (verdict === "keep") await keepInReview(tx, review, { source, proof, by });
  else await stop(tx, review, { source, proof, by });
  return readReview(tx, id);
}

const stop = (
  tx: Tx,
  { channel, addressHash, sender, contactId, messageId }: ReviewRow,
  how: { source: "member" | "api" | "free_text"; proof: string; by: Actor },
) =>
  withdraw(tx, {
    ...{ channel, address: { hash: addressHash }, action: "opt_out", sender, contactId, messageId, disclosure: null },
    ...how,
  });

/**
 * Asks them what they meant, at most once, as a person's reply and by the number that they wrote to: like any reply it
 * never leaves once they have said stop. From here on, silence means stop sooner.
 * @throws Conflict already_asked, review_closed; 422 by the gate's code
 */
export async function askInReview(
  tx: Tx,
  id: ReviewId,
  { content }: z.output<typeof ReviewQuestion>,
  by: Actor,
): Promise<Review> {
  const review = await holdReview(tx, id);
  if (review.askedAt)
    throw conflict(
      "already_asked",
      `They were asked on ${review.askedAt.toISOString().slice(0, 10)}, and may be asked once. Decide by what they wrote, or let silence decide.`,
    );
  const [message] = await messagesByIds(tx, [review.messageId]);
  const { workspace } = await scopeOf(tx);
  const sent = await send(tx, {
    conversationId: review.conversationId,
    content: content ?? reviewQuestion(workspace.name),
    kind: "reply",
    connectionId: message?.connectionId,
    environment: message && (await environmentOf(tx, message.connectionId)), // where they wrote it, wherever they wrote since
    by,
  });
  if (sent.outcome === "refused") throw new Refusal(422, sent.code, sent.detail);
  await noteAsked(tx, review, by);
  return readReview(tx, id);
}

/** Ends a review that nobody decided in time: without an answer, stop all (47 CFR 64.1200(a)(12)). */
export async function endBySilence(tx: Tx, id: ReviewId, by: Actor): Promise<void> {
  const review = await lockReview(tx, id);
  if (review?.status !== "open" || review.dueAt > tx.now) return; // decided, or asked meanwhile
  const proof = `Nobody decided by ${review.dueAt.toISOString()}${review.askedAt ? ", and our question had no clear answer" : ""}: silence means stop (47 CFR 64.1200(a)(12)). The rule ${review.rule} had fired.`;
  await stop(tx, review, { source: "free_text", proof, by });
}
