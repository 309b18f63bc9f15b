/** The clock of the review queue: a text that nobody decided on in time counts as an opt-out. */
import { SYSTEM } from "../../contract/accounts.ts";
import type { ReviewId, WorkspaceId } from "../../contract/ids.ts";
import type { Database } from "../platform/db/database.ts";
import { type Lane, startLane } from "../platform/lanes.ts";
import type { Log } from "../platform/log.ts";
import type { World } from "../platform/world.ts";
import { endBySilence } from "./reviews.ts";

const AT_ONCE = 100;
/** None is due sooner than a day after it was opened or asked about, so no news of a new one is needed. */
const IDLE_MS = 60_000;

export function startSilence({ database, world, log }: { database: Database; world: World; log: Log }): Lane {
  return startLane("silence", {
    world,
    log,
    idleMs: IDLE_MS,
    async step() {
      const next = await database.ground.rows<{ workspace_id: WorkspaceId; review_id: ReviewId; due_at: Date }>(
        "select * from due_reviews($1)",
        [AT_ONCE],
      );
      const now = world.now();
      const due = next.filter((each) => each.due_at <= now);
      let failed = false;
      for (const { workspace_id, review_id } of due) {
        try {
          await database.tx(workspace_id, (tx) => endBySilence(tx, review_id, SYSTEM));
        } catch (error) {
          // It stays open, so that everything is held; the others don't wait for it.
          failed = true;
          log.error({ error, reviewId: review_id }, "a review that is due could not be ended");
        }
      }
      if (failed) return null;
      if (due.length === AT_ONCE) return "now";
      return next[due.length]?.due_at ?? null;
    },
  });
}
