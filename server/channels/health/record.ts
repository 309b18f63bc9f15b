/** Writing down what a look came to: the connection's state, what changed and its event, in one transaction. */
import type { Actor } from "../../../contract/accounts.ts";
import type { FindingCode } from "../../../contract/channel-health.ts";
import type { ConnectionId } from "../../../contract/ids.ts";
import type { Tx } from "../../platform/db/handles.ts";
import { type ConnectionRow, lockConnection, updateHealth } from "../store.ts";
import { inboundUrl } from "../webhook-urls.ts";
import { foundIn, type RecentSends } from "./failing.ts";
import { type Found, type KeptFinding, kept, standing } from "./findings.ts";
import type { Look } from "./look.ts";
import { insertChange, isNewest } from "./store.ts";

const OF_WEBHOOK: readonly FindingCode[] = ["caught_by_service", "webhook_elsewhere", "webhook_removed"];
const OF_MESSAGES: readonly FindingCode[] = [
  ...(["sending_disabled", "campaign_suspended", "not_registered_10dlc", "toll_free_not_verified"] as const),
  ...(["number_being_configured", "sends_failing"] as const),
];

const WHERE_TO = {
  service: "caught_by_service",
  another: "webhook_elsewhere",
  nobody: "webhook_removed",
} as const satisfies Record<string, FindingCode>;

const isSame = (one: readonly KeptFinding[], other: readonly KeptFinding[]): boolean =>
  JSON.stringify(one.map(({ code, detail }) => [code, detail])) ===
  JSON.stringify(other.map(({ code, detail }) => [code, detail]));

/**
 * @param look null: the provider could not be asked, and what was known of it stands
 * @returns the connection as it is now; null where it is gone
 */
export async function record(
  tx: Tx,
  id: ConnectionId,
  { lookedAt, look, sends, publicUrl }: { lookedAt: Date; look: Look | null; sends: RecentSends; publicUrl: string },
  by: Actor,
): Promise<ConnectionRow | null> {
  const row = await lockConnection(tx.ground, tx.workspaceId, id);
  if (!row || !(await isNewest(tx.ground, id, lookedAt))) return row;
  const webhook = webhookOf(row, look, tx.now, inboundUrl(publicUrl));
  const found = [
    ...(look ? look.found : row.health.filter(({ code }) => ![...OF_WEBHOOK, ...OF_MESSAGES].includes(code))),
    ...webhook.found,
    ...foundIn(sends, row.health),
  ];
  const health = kept(found, row.health, tx.now);
  const providerNumberSid = look?.sid ?? row.providerNumberSid;
  const changed: ConnectionRow = { ...row, ...webhook.row, ...standing(row.active, health), health, providerNumberSid };
  const isNews = !isSame(health, row.health) || changed.status !== row.status;
  if (!isNews && changed.webhookVerifiedAt === row.webhookVerifiedAt && providerNumberSid === row.providerNumberSid)
    return row;
  await updateHealth(tx.ground, changed);
  if (!isNews) {
    await tx.emit({ type: "channel.changed", data: { connectionId: id }, actor: by });
    return changed;
  }
  const { status } = changed;
  await insertChange(tx, id, { status, findings: health, actor: by });
  const findings = health.map(({ code }) => code);
  await tx.emit({ type: "channel.health_changed", data: { connectionId: id, status, findings }, actor: by });
  return changed;
}

type Webhook = Pick<ConnectionRow, "webhookUrl" | "webhookVerifiedAt" | "webhookConfiguredBy">;

/** What where its texts go means. One that was never ours is nobody's loss: the connection shows what to enter. */
function webhookOf(row: ConnectionRow, look: Look | null, now: Date, ourUrl: string): { row: Webhook; found: Found[] } {
  const { webhookUrl, webhookVerifiedAt, webhookConfiguredBy } = row;
  const before = row.health.filter(({ code }) => OF_WEBHOOK.includes(code));
  const asIs = { webhookUrl, webhookVerifiedAt, webhookConfiguredBy };
  if (!look?.webhook) return { row: asIs, found: before };
  const wasOurs = webhookVerifiedAt !== null && webhookUrl === ourUrl;
  if (look.webhook.to === "us") {
    const again = { webhookUrl: ourUrl, webhookVerifiedAt: now, webhookConfiguredBy: "operator" as const };
    return { row: wasOurs ? asIs : again, found: [] };
  }
  if (!wasOurs && before.length === 0) return { row: asIs, found: [] };
  const lost = { webhookUrl, webhookVerifiedAt: null, webhookConfiguredBy: null };
  const { to, name } = look.webhook;
  return { row: lost, found: [{ code: WHERE_TO[to], detail: name }] };
}
