/** What the provider reports of a message: recorded always, believed where it goes forward. */
import { isId, type MessageId, type WorkspaceId } from "../../contract/ids.ts";
import type { Sender, StatusReport } from "../channels/channels.ts";
import * as consent from "../consent/consent.ts";
import type { Database } from "../platform/db/database.ts";
import type { Live } from "../platform/db/live.ts";
import { raced, violates } from "../platform/db/pool.ts";
import type { Few } from "../platform/few.ts";
import { gather } from "../platform/gather.ts";
import { messagesByIds } from "./queries.ts";

export interface DeliveryParts {
  database: Database;
  live: Live;
}

/** What a report may be about: the messages of one workspace that left through these connections of an account. */
interface Reach {
  workspaceId: WorkspaceId;
  connections: string[];
}

/** A sender of which nothing but its place matters. */
type Placed = { workspace: Pick<Sender["workspace"], "id">; connection: Pick<Sender["connection"], "id"> };

interface Delivery {
  /** What is said to be our message. */
  id: MessageId;
  report: StatusReport;
  reach: Reach;
}

/**
 * Records a report on our message `id`, if it left through one of these senders. A report on a message that is unknown, or
 * another account's, changes nothing: false.
 */
export async function recordDelivery(
  parts: DeliveryParts,
  id: string,
  report: StatusReport,
  senders: readonly Placed[],
  source: "callback" | "list",
): Promise<boolean> {
  return recordWhereKnown(parts, id, report, reachesOf(senders), (delivery) => recordOne(parts, delivery, source));
}

/** Records callbacks as `recordDelivery` does; those of one account go together while earlier ones are recorded. */
export function createCallbacks(parts: DeliveryParts, few: Few) {
  const record = gather<Delivery, boolean>({
    few,
    keyOf: ({ reach }) => reach,
    alone: (delivery) => recordOne(parts, delivery, "callback"),
    together: (deliveries) => recordTogether(parts, deliveries),
  });
  // An account is the same object until the directory is read anew.
  const known = new WeakMap<{ senders: readonly Placed[] }, Reach[]>();
  return (id: string, report: StatusReport, account: { senders: readonly Placed[] }): Promise<boolean> => {
    const reaches = known.get(account) ?? reachesOf(account.senders);
    known.set(account, reaches);
    return recordWhereKnown(parts, id, report, reaches, record);
  };
}

function reachesOf(senders: readonly Placed[]): Reach[] {
  const found = new Map<WorkspaceId, Reach>();
  for (const { workspace, connection } of senders) {
    const reach = found.get(workspace.id) ?? { workspaceId: workspace.id, connections: [] };
    reach.connections.push(connection.id);
    found.set(workspace.id, reach);
  }
  return [...found.values()];
}

async function recordWhereKnown(
  { database }: DeliveryParts,
  id: string,
  report: StatusReport,
  reaches: readonly Reach[],
  record: (delivery: Delivery) => Promise<boolean>,
): Promise<boolean> {
  if (!isId("msg", id)) return false;
  for (const reach of reaches) {
    if (!(await record({ id, report, reach }))) continue;
    if (report.blocked) await adoptBlock(database, reach.workspaceId, id);
    return true;
  }
  return false;
}

async function recordOne(
  { database: { ground }, live }: DeliveryParts,
  { id, report, reach: { workspaceId, connections } }: Delivery,
  source: "callback" | "list",
): Promise<boolean> {
  const recorded = await raced(() =>
    ground.maybe<{ seq: number | null }>("select seq from record_delivery($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", [
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
    ]),
  ).catch((error) => {
    // Its id is another message's already: the report does not speak of this one.
    if (violates(error, "messages_provider")) return null;
    throw error;
  });
  if (!recorded) return false;
  if (recorded.seq !== null) live.publish(workspaceId, recorded.seq);
  return true;
}

async function recordTogether(
  { database: { ground }, live }: DeliveryParts,
  deliveries: readonly Delivery[],
): Promise<boolean[]> {
  const [first] = deliveries;
  if (!first) return [];
  const { workspaceId, connections } = first.reach;
  const reports = deliveries.map(({ id, report }) => ({
    message: id,
    event: ground.id("dlv"),
    status: report.status,
    sid: report.providerSid,
    code: report.providerCode,
    reason: report.reason,
  }));
  const rows = await ground.rows<{ known: boolean; seq: number | null }>(
    "select * from record_deliveries($1, $2, $3, 'callback', $4)",
    [workspaceId, connections, JSON.stringify(reports), ground.now],
  );
  const seq = rows[0]?.seq ?? null;
  if (seq !== null) live.publish(workspaceId, seq);
  return rows.map((row) => row.known);
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
