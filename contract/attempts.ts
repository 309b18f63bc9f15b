/** What is known of a message's way out. */
import type { Attempt, Reason } from "./messages.ts";

/** Whether a message that failed may be with its recipient all the same: sending it again is a decision. */
export const mayHaveLeft = (
  reason: Pick<Reason, "code"> | null,
  attempts: ReadonlyArray<Pick<Attempt, "outcome">>,
): boolean => {
  const last = attempts.at(-1)?.outcome;
  return reason?.code === "outcome_unknown" || last === "pending" || last === "unknown";
};
