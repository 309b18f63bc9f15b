/** What is left to do once a number is connected: the webhook entered by hand, and what carriers ask of the business. */
import type { z } from "zod";
import type { Connection, SetupMutation } from "../../contract/channels.ts";
import { SmsCompliance } from "../../contract/compliance.ts";
import type { ConnectionId } from "../../contract/ids.ts";
import { auditTyping, changesBetween } from "../accounts/accounts.ts";
import type { Database } from "../platform/db/database.ts";
import type { Caller } from "../platform/http/route.ts";
import { connectionJson, connectionOf, holdConnection } from "./channels.ts";
import { type ConnectParts, caughtByService } from "./connect.ts";
import { lookSoonAt } from "./health/store.ts";
import { troubleRefusal, usableAccount } from "./provider-accounts.ts";
import { setCompliance, updateConnection } from "./store.ts";
import { asThing, auditWebhook } from "./things.ts";
import { inboundUrl, leadsTo } from "./webhook-urls.ts";

/** The event names the connection and nothing of what was typed: it is nobody's business but the carriers'. */
export async function changeSetUp(
  database: Database,
  parts: ConnectParts,
  id: ConnectionId,
  body: z.output<typeof SetupMutation>,
  caller: Caller,
): Promise<Connection> {
  if (body.mutation === "check-webhook") return checkWebhook(database, parts, id, caller);
  return database.tx(caller.workspaceId, async (tx) => {
    const row = await connectionOf(tx, id);
    await setCompliance(tx.ground, row, body.smsCompliance);
    const before = row.smsCompliance ?? SmsCompliance.parse({});
    const changes = changesBetween(before, body.smsCompliance, []); // none of it is harmless: names alone
    await auditTyping(tx, { by: caller.actor, verb: "channel.compliance_changed", thing: asThing(row), changes });
    await tx.emit({ type: "channel.changed", data: { connectionId: id }, actor: caller.actor });
    return connectionJson({ ...row, smsCompliance: body.smsCompliance }, parts.publicUrl);
  });
}

async function checkWebhook(
  database: Database,
  { provider, secrets, publicUrl }: ConnectParts,
  id: ConnectionId,
  caller: Caller,
): Promise<Connection> {
  const row = await database.view(caller.workspaceId, (view) => connectionOf(view, id));
  const { credentials } = await usableAccount(database.ground, secrets, caller, row.providerAccountId);
  const sender = { kind: row.senderType, sid: row.providerNumberSid };
  const url = inboundUrl(publicUrl);
  const answer = await provider.readWebhook(database.outside, credentials, sender, url);
  if (!answer.ok) throw troubleRefusal(answer);
  const leadsHere = leadsTo(answer.url, url);
  const checked = await database.tx(caller.workspaceId, async (tx) => {
    const current = await holdConnection(tx, id);
    const wasSet = current.webhookVerifiedAt !== null && current.webhookUrl === url;
    if (leadsHere === wasSet) return connectionJson(current, publicUrl);
    const changed = {
      ...current,
      // It may have been set for an address that this house no longer has.
      webhookUrl: leadsHere ? url : current.webhookUrl,
      webhookVerifiedAt: leadsHere ? tx.now : null,
      webhookConfiguredBy: leadsHere ? ("operator" as const) : null,
    };
    await updateConnection(tx.ground, changed);
    await auditWebhook(tx, current, changed, caller.actor);
    await lookSoonAt(tx.ground, id);
    await tx.emit({ type: "channel.changed", data: { connectionId: id }, actor: caller.actor });
    return connectionJson(changed, publicUrl);
  });
  if (answer.caughtBy && !leadsHere) throw caughtByService(answer.caughtBy);
  return checked;
}
