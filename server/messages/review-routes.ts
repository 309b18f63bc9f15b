/** HTTP of the review queue. */
import { z } from "zod";
import { Review, ReviewDecision, ReviewQuestion, ReviewsQuery } from "../../contract/consent.ts";
import { idOf } from "../../contract/ids.ts";
import { pageOf } from "../../contract/paging.ts";
import { type Route, reads, writes } from "../platform/http/route.ts";
import { askInReview, decideReview, listReviews } from "./reviews.ts";

const reviewId = z.strictObject({ id: idOf("rvw") });

export const reviewRoutes: Route[] = [
  reads({
    path: "/api/reviews",
    summary: "Texts that may be an opt-out, newest first",
    permission: "inbox.read",
    query: ReviewsQuery,
    answer: pageOf(Review),
    handle: (view, { query }) => listReviews(view, query),
  }),
  writes({
    method: "POST",
    path: "/api/reviews/:id/decide",
    summary: "Decide whether they meant stop",
    permission: "consent.record",
    params: reviewId,
    body: ReviewDecision,
    answer: Review,
    handle: (tx, { params, body, caller }) => decideReview(tx, params.id, body, caller.actor),
  }),
  writes({
    method: "POST",
    path: "/api/reviews/:id/ask",
    summary: "Ask them what they meant, at most once",
    permission: "inbox.reply",
    params: reviewId,
    body: ReviewQuestion,
    answer: Review,
    handle: (tx, { params, body, caller }) => askInReview(tx, params.id, body, caller.actor),
  }),
];
