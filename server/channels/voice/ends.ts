/** Calls whose outcome nobody told: they were missed. */
import type { Database } from "../../platform/db/database.ts";
import { type Lane, startLane } from "../../platform/lanes.ts";
import type { Log } from "../../platform/log.ts";
import type { World } from "../../platform/world.ts";
import { settle } from "./answer.ts";
import { findCall, lockCall, nextEnd, noEndExpected } from "./store.ts";

/** What is expected soon was written down by a webhook, maybe of another process: so late it is seen at most. */
const IDLE_MS = 15_000;

export function startCallEnds({ database, world, log }: { database: Database; world: World; log: Log }): Lane {
  return startLane("call-ends", {
    world,
    log,
    idleMs: IDLE_MS,
    async step() {
      const next = await nextEnd(database.ground);
      if (!next || next.dueAt > world.now()) return next?.dueAt ?? null;
      await database.tx(next.workspaceId, async (tx) => {
        const found = await findCall(tx, next.callId);
        const call = found && (await lockCall(tx, found.providerSid));
        if (call?.outcome === null) await settle(tx, call, "missed", { over: true });
        else await noEndExpected(tx, next.callId);
      });
      return "now";
    },
  });
}
