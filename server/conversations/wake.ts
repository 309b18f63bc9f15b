/** Waking: a conversation that was put to sleep stands at the top again, as something new, when its time has come. */
import { SYSTEM } from "../../contract/accounts.ts";
import type { ConversationId, WorkspaceId } from "../../contract/ids.ts";
import type { Database } from "../platform/db/database.ts";
import type { Tx } from "../platform/db/handles.ts";
import { type Lane, startLane } from "../platform/lanes.ts";
import type { Log } from "../platform/log.ts";
import type { World } from "../platform/world.ts";
import { noteDone } from "./changes.ts";
import * as store from "./store.ts";

const AT_ONCE = 100;
/** Nobody sleeps for less than this, so no news of a new sleeper is needed. */
const IDLE_MS = 5_000;

export function startWaking({ database, world, log }: { database: Database; world: World; log: Log }): Lane {
  return startLane("waking", {
    world,
    log,
    idleMs: IDLE_MS,
    async step() {
      const { ground } = database;
      const due = await ground.rows<{ workspaceId: WorkspaceId; conversationId: ConversationId }>(
        `select workspace_id as "workspaceId", conversation_id as "conversationId" from due_snoozes($1, $2)`,
        [ground.now, AT_ONCE],
      );
      for (const { workspaceId, conversationId } of due)
        await database.tx(workspaceId, (tx) => wake(tx, conversationId));
      if (due.length === AT_ONCE) return "now";
      return (await ground.one<{ at: Date | null }>("select next_snooze_end() as at")).at;
    },
  });
}

/** Looks again under the lock: the customer may have written, or somebody may have chosen another time. */
async function wake(tx: Tx, id: ConversationId): Promise<void> {
  const row = await store.lockConversation(tx, id);
  if (!row?.snoozedUntil || row.snoozedUntil > tx.now) return;
  const unreadCount = Math.max(row.unreadCount, 1);
  await store.updateConversation(tx, { ...row, snoozedUntil: null, unreadCount, lastActivityAt: tx.now });
  await noteDone(tx, id, [{ kind: "woken" }], SYSTEM);
  await tx.emit({ type: "conversation.woken", data: { conversationId: id }, actor: SYSTEM });
}
