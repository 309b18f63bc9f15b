/** How the provider's review stands: it is asked on a timetable, and nothing is said that it has not said. */

import type { BundleStatus } from "../paperwork.ts";
import { passes } from "../problems.ts";
import { after, credentialsFor, noAccount, putOff, type SmsRequestParts, type Stand, settle } from "./act.ts";
import { openContents, sealContents } from "./papers.ts";
import { PROBLEMS, problemOf, refusalsOf } from "./problems.ts";
import type { SmsRequestRow } from "./store.ts";

/** A review takes minutes or days: it is asked about soon, then ever later; a quarter of an hour is soon enough, and no load. */
const REVIEW_FIRST_MS = 10_000;
const REVIEW_EVERY_MS = 15 * 60_000;
/** What is decided seldom changes; but an approval can end, and a rejection be taken back. */
const DECIDED_EVERY_MS = 24 * 60 * 60_000;

const IN_REVIEW: ReadonlySet<BundleStatus> = new Set(["pending-review", "in-review", "provisionally-approved"]);

/** When to ask again: after half the time that it has been with the reviewers. */
function nextLook(parts: SmsRequestParts, { submittedAt }: SmsRequestRow): Date {
  const since = submittedAt ? (after(parts, 0).getTime() - submittedAt.getTime()) / 2 : REVIEW_EVERY_MS;
  return after(parts, Math.min(Math.max(since, REVIEW_FIRST_MS), REVIEW_EVERY_MS));
}

/** It is with the reviewers, or they have decided already. A provisional approval is none yet. */
export const underReview = (parts: SmsRequestParts, row: SmsRequestRow, status: BundleStatus): Promise<Stand> =>
  IN_REVIEW.has(status) ? settle(parts, row, { state: "in_review" }, nextLook(parts, row)) : followUp(parts, row);

/** Asks how the review stands. */
export async function followUp(parts: SmsRequestParts, row: SmsRequestRow): Promise<Stand> {
  const { database, paperwork, secrets } = parts;
  const credentials = await credentialsFor(parts, row);
  if (!credentials || !row.made.bundle) return noAccount(parts, row);
  const read = await paperwork.readBundle(database.outside, credentials, row.made.bundle.sid);
  if (!read.ok) {
    if (passes(read)) return putOff(parts, row, read);
    // What was only to be checked is not handed in later.
    return settle(parts, row, { problem: problemOf(read), goal: row.goal }, nextLook(parts, row));
  }
  const { bundle } = read;
  const now = after(parts, 0);
  const undecided = { decidedAt: null, validUntil: null, checkedAt: null };
  if (!bundle) {
    const made = { ...row.made, bundle: null };
    return settle(parts, row, { state: "draft", made, problem: PROBLEMS.gone, ...undecided }, null);
  }
  if (bundle.status === "draft")
    return settle(parts, row, { state: "draft", problem: PROBLEMS.taken_back, ...undecided }, null);
  if (IN_REVIEW.has(bundle.status))
    return settle(parts, row, { state: "in_review", ...undecided }, nextLook(parts, row));
  const later = after(parts, DECIDED_EVERY_MS);
  if (bundle.status === "twilio-approved") {
    const decidedAt = row.state === "approved" ? row.decidedAt : now;
    return settle(parts, row, { state: "approved", decidedAt, validUntil: bundle.validUntil }, later);
  }
  if (row.state === "rejected") return settle(parts, row, { problem: row.problem }, later);
  const { problem, findings } = refusalsOf(bundle.refusals, row.made);
  const sealed =
    row.papersEnvelope === null
      ? {}
      : sealContents(secrets, row.workspaceId, { ...openContents(secrets, row), findings });
  return settle(parts, row, { state: "rejected", decidedAt: now, validUntil: null, problem, ...sealed }, later);
}
