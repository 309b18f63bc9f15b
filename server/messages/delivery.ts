/** What the provider reports of a message: recorded always, believed where it goes forward. */
import { isId, type WorkspaceId } from "../../contract/ids.ts";
import type { Sender, StatusReport } from "../channels/channels.ts";
import * as consent from "../consent/consent.ts";
import type { Database } from "../platform/db/database.ts";
import type { Live } from "../platform/db/live.ts";
import { messagesByIds } from "./store.ts";

export interface DeliveryParts {
  database: Database;
  live: Live;
}

/**
 * Records a report on our message `id`, if it left through one of these senders. A report on a message that is unknown, or
 * another account's, changes nothing: false.
 */
export async function recordDelivery(
  { database, live }: DeliveryParts,
  id: string,
  report: StatusReport,
  senders: readonly Sender[],
  source: "callback" | "list",
): Promise<boolean> {
  if (!isId("msg", id)) return false;
  const { ground } = database;
  for (const workspaceId of new Set(senders.map((each) => each.workspace.id))) {
    const connections = senders.filter((each) => each.workspace.id === workspaceId).map((each) => each.connection.id);
    const recorded = await ground.maybe<{ seq: number | null }>(
      "select seq from record_delivery($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      [
        workspaceId,
        id,
        connections,
        ground.id("dlv"),
        report.status,
        report.providerSid,
        report.providerCode,
        report.reason && JSON.stringify(report.reason),
        source,
        ground.now,
      ],
    );
    if (!recorded) continue;
    if (recorded.seq !== null) live.publish(workspaceId, recorded.seq);
    if (report.blocked) await adoptBlock(database, workspaceId, id);
    return true;
  }
  return false;
}

/** The provider blocks this recipient, because they wrote STOP to it: we keep the same block (product 4.12). */
export async function adoptBlock(database: Database, workspaceId: WorkspaceId, id: string): Promise<void> {
  if (!isId("msg", id)) return;
  await database.tx(workspaceId, async (tx) => {
    const [message] = await messagesByIds(tx, [id]);
    if (!message) return;
    await consent.adoptBlock(tx, {
      channel: message.channel,
      address: message.to,
      sender: message.sender,
      contactId: message.contactId,
      messageId: message.id,
      proof: null,
      disclosure: null,
      by: { type: "provider", id: null, name: null },
    });
  });
}
