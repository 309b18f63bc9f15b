/** The lane of messages that wait for their time: each passes the whole gate again before it joins the queue. */
import { SYSTEM } from "../../contract/accounts.ts";
import type { MessageId, WorkspaceId } from "../../contract/ids.ts";
import { setLeft } from "../conversations/conversations.ts";
import type { Database } from "../platform/db/database.ts";
import type { Tx } from "../platform/db/handles.ts";
import type { Live } from "../platform/db/live.ts";
import { few } from "../platform/few.ts";
import { type Lane, startLane } from "../platform/lanes.ts";
import type { Log } from "../platform/log.ts";
import type { World } from "../platform/world.ts";
import { SENDING_NEWS } from "./dispatcher.ts";
import { gateAgain } from "./gate-again.ts";
import * as queries from "./queries.ts";
import * as store from "./store.ts";

export interface ReleaseParts {
  database: Database;
  live: Live;
  world: World;
  log: Log;
}

interface Waiting {
  workspace_id: WorkspaceId;
  message_id: MessageId;
  send_at: Date;
}

const AT_ONCE = 200;
const IDLE_MS = 1000;
/** When a message is tried again that could not be judged: until then it stays where it is. */
const POSTPONE_MS = 60_000;

export function startRelease({ database, live, world, log }: ReleaseParts): Lane {
  const inTurn = few(4);

  async function release({ workspace_id, message_id }: Waiting): Promise<void> {
    try {
      await database.tx(workspace_id, (tx) => judge(tx, message_id));
    } catch (error) {
      log.error({ error, messageId: message_id }, "a scheduled message could not be judged; it waits");
      await database.tx(workspace_id, (tx) => postpone(tx, message_id));
    }
  }

  async function step(): Promise<Date | "now" | null> {
    const next = await database.ground.rows<Waiting>("select * from next_scheduled($1)", [AT_ONCE]);
    const now = world.now();
    const due = next.filter((each) => each.send_at <= now);
    await Promise.all(due.map((each) => inTurn(() => release(each))));
    if (due.length > 0) live.tell(SENDING_NEWS);
    if (due.length === AT_ONCE) return "now";
    return next[due.length]?.send_at ?? null;
  }
  return startLane("releasing", { world, log, idleMs: IDLE_MS, step });
}

async function judge(tx: Tx, id: MessageId): Promise<void> {
  const [message] = await queries.messagesByIds(tx, [id]);
  if (message?.status !== "scheduled" || !message.sendAt || message.sendAt > tx.now) return; // taken back, moved, or another worker's
  const fate = await gateAgain(tx, message);
  const { conversationId } = message;
  if (fate.status === "queued") await setLeft(tx, conversationId, id); // the conversation before the lane, as in sending
  await store.wakeSender(tx, message.connectionId, tx.now); // the lane before the message, as everywhere
  if (!(await store.endWait(tx, id, fate))) return;
  await tx.emit({
    type: "message.changed",
    data: { messageId: id, conversationId, status: fate.status },
    actor: SYSTEM,
  });
}

async function postpone(tx: Tx, id: MessageId): Promise<void> {
  const [message] = await queries.messagesByIds(tx, [id]);
  const sendAt = new Date(tx.now.getTime() + POSTPONE_MS);
  if (message) await store.endWait(tx, id, { status: "scheduled", reason: message.reason, sendAt });
}
