/** Writing down what a look came to: the connection's state, what changed and its event, in one transaction. */
import type { Actor } from "../../../contract/accounts.ts";
import { type FindingCode, isOfCalls } from "../../../contract/channel-health.ts";
import type { ConnectionId } from "../../../contract/ids.ts";
import { audit, changesBetween } from "../../accounts/accounts.ts";
import type { Tx } from "../../platform/db/handles.ts";
import { type ConnectionRow, lockConnection, updateHealth } from "../store.ts";
import { asThing } from "../things.ts";
import { inboundUrl } from "../webhook-urls.ts";
import { foundIn, type RecentSends } from "./failing.ts";
import { type Found, isStopped, type KeptFinding, kept, standing } from "./findings.ts";
import type { Look } from "./look.ts";
import { insertChange, isNewest, lookAgainBy, othersLookSoon } from "./store.ts";

const OF_WEBHOOK: readonly FindingCode[] = ["caught_by_service", "webhook_elsewhere", "webhook_removed"];
const OF_MESSAGES: readonly FindingCode[] = [
  ...(["sending_disabled", "campaign_suspended", "not_registered_10dlc", "toll_free_not_verified"] as const),
  ...(["number_being_configured", "sends_failing"] as const),
];

/** What is so for every connection of the account. */
const OF_ACCOUNT = ["account_closed", "account_suspended", "account_restricted", "credentials_rejected"] as const;

const WHERE_TO = {
  service: "caught_by_service",
  another: "webhook_elsewhere",
  nobody: "webhook_removed",
} as const satisfies Record<string, FindingCode>;

const isSame = (one: readonly KeptFinding[], other: readonly KeptFinding[]): boolean =>
  JSON.stringify(one.map(({ code, detail }) => [code, detail])) ===
  JSON.stringify(other.map(({ code, detail }) => [code, detail]));

export interface RecordParts {
  publicUrl: string;
  /** Ends what waits in a connection's queue: asked of the messages' room, which stands above this one. */
  failQueued(tx: Tx, connection: ConnectionRow, by: Actor): Promise<void>;
}

/**
 * What stops a business is looked at again so soon. What waits in its queue ends only when a look says the same that
 * long after the first: two workers that look at one moment are one look.
 */
const SECOND_LOOK_MS = 60_000;

/** How long a look is a worker's: longer than its requests take together, of at most 10 s each. */
export const HELD_MS = 5 * 60_000;

/** Further ahead than any two clocks differ was written by one that was wrong, and counts as long ago. */
const WRONG_MS = 20 * 60_000;

function hasLasted({ since }: KeptFinding, now: Date): boolean {
  const ago = now.getTime() - Date.parse(since);
  return ago >= SECOND_LOOK_MS || ago < -WRONG_MS;
}

/**
 * @param look null: the provider could not be asked, and what was known of it stands
 * @returns the connection as it is now; null where it is gone
 */
export async function record(
  tx: Tx,
  parts: RecordParts,
  id: ConnectionId,
  { lookedAt, look, sends }: { lookedAt: Date; look: Look | null; sends: RecentSends },
  by: Actor,
): Promise<ConnectionRow | null> {
  const row = await lockConnection(tx.ground, tx.workspaceId, id);
  if (!row || !(await isNewest(tx.ground, id, lookedAt))) return row;
  const webhook = webhookOf(row, look, tx.now, inboundUrl(parts.publicUrl));
  const found = [
    ...(look ? look.found : row.health.filter(({ code }) => ![...OF_WEBHOOK, ...OF_MESSAGES].includes(code))),
    ...webhook.found,
    ...foundIn(sends, row.health),
  ];
  const health = kept(found, row.health, tx.now);
  const providerNumberSid = look?.sid ?? row.providerNumberSid;
  const changed: ConnectionRow = { ...row, ...webhook.row, ...standing(row.active, health), health, providerNumberSid };
  await keep(tx, row, changed, by);
  await tellOthers(tx, row, changed);
  if (!look || !isStopped(health)) return changed;
  // On every look, because what was on its way when the queue ended may have come back into it.
  if (isStopped(health.filter((finding) => hasLasted(finding, tx.now)))) await parts.failQueued(tx, changed, by);
  else await lookAgainBy(tx.ground, id, new Date(tx.now.getTime() + SECOND_LOOK_MS));
  return changed;
}

/** Keeps what has changed, and tells it where it is news. */
async function keep(tx: Tx, row: ConnectionRow, changed: ConnectionRow, by: Actor): Promise<void> {
  const isNews = !isSame(changed.health, row.health) || changed.status !== row.status;
  const isAsItWas =
    changed.webhookVerifiedAt === row.webhookVerifiedAt && changed.providerNumberSid === row.providerNumberSid;
  if (!isNews && isAsItWas) return;
  await updateHealth(tx.ground, changed);
  if (isNews) await tell(tx, row, changed, by);
  else await tx.emit({ type: "channel.changed", data: { connectionId: row.id }, actor: by });
}

/** Has the account's other connections looked at, where what is news of one is news of the account. */
async function tellOthers(tx: Tx, row: ConnectionRow, changed: ConnectionRow): Promise<void> {
  const says = ({ health }: ConnectionRow, code: FindingCode) => health.some((each) => each.code === code);
  for (const code of OF_ACCOUNT)
    if (says(row, code) !== says(changed, code))
      await othersLookSoon(tx.ground, row, code, says(changed, code), HELD_MS);
}

/** Takes back what was found of a number's calls, because somebody has just said where they shall go. */
export async function forgetLostCalls(tx: Tx, row: ConnectionRow, by: Actor): Promise<void> {
  const health = row.health.filter(({ code }) => !isOfCalls(code));
  if (health.length === row.health.length) return;
  const changed = { ...row, ...standing(row.active, health), health };
  await updateHealth(tx.ground, changed);
  await tell(tx, row, changed, by);
}

async function tell(tx: Tx, row: ConnectionRow, { id, status, health }: ConnectionRow, by: Actor): Promise<void> {
  await insertChange(tx, id, { status, findings: health, actor: by });
  const findings = health.map(({ code }) => code);
  const before = { status: row.status, findings: row.health.map(({ code }) => code) };
  const changes = changesBetween(before, { status, findings }, ["status", "findings"]);
  await audit(tx, { by, verb: "channel.health_changed", thing: asThing(row), changes });
  await tx.emit({ type: "channel.health_changed", data: { connectionId: id, status, findings }, actor: by });
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
