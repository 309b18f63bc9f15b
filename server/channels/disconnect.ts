/** Disconnecting: the provider stops calling us, the credentials are wiped with the last connection, history stays. */
import type { Actor } from "../../contract/accounts.ts";
import type { ConnectionId, ProviderAccountId } from "../../contract/ids.ts";
import { audit } from "../accounts/accounts.ts";
import type { Database } from "../platform/db/database.ts";
import type { Ground } from "../platform/db/handles.ts";
import { conflict } from "../platform/errors.ts";
import type { Caller } from "../platform/http/route.ts";
import type { Secrets } from "../platform/secrets.ts";
import { leaningOn, managedBy } from "./activations/store.ts";
import type { SmsProvider } from "./channel.ts";
import { connectionOf } from "./channels.ts";
import { usableAccount, wipeAccount } from "./provider-accounts.ts";
import {
  allConnections,
  type ConnectionRow,
  countConnections,
  lockProviderAccount,
  markDisconnected,
} from "./store.ts";
import { asThing } from "./things.ts";
import { callUrls } from "./webhook-urls.ts";

interface Parts {
  provider: SmsProvider;
  secrets: Secrets;
  publicUrl: string;
}

/** How long a provider may take to clear a webhook (product 1.5). */
const CLEAR_AT_MOST_MS = 5000;

/**
 * @returns whether the webhook was cleared at the provider too. Where not, it has to be removed there by hand, if
 *   it is set at all: one that leads elsewhere is not ours to clear.
 */
export async function disconnect(
  database: Database,
  parts: Parts,
  id: ConnectionId,
  caller: Caller,
): Promise<{ webhookCleared: boolean }> {
  const row = await database.view(caller.workspaceId, (view) => connectionOf(view, id));
  const managed = await managedBy(database.ground, row.workspaceId, id);
  if (managed)
    throw conflict(
      "channel_is_managed",
      "Parley got this number and pays for it. Deactivate it under Settings > Voice: that gives it back.",
      { activationId: managed.id },
    );
  return disconnectRow(database, parts, row, caller);
}

/** Disconnects every connection of a provider account, in all its workspaces, and wipes its credentials. */
export async function disconnectAccount(
  database: Database,
  parts: Parts,
  id: ProviderAccountId,
  caller: Caller,
): Promise<{ webhookCleared: boolean }> {
  await usableAccount(database.ground, parts.secrets, caller, id);
  await refuseInUse(database.ground, id);
  let webhookCleared = true;
  // One may be connected while others are taken down: the account goes only with its last one.
  do {
    for (const row of await allConnections(database.ground)) {
      if (row.providerAccountId !== id) continue;
      webhookCleared = (await disconnectRow(database, parts, row, caller)).webhookCleared && webhookCleared;
    }
  } while (!(await database.groundTx((ground) => wipeIfUnused(ground, id, caller.actor))));
  return { webhookCleared };
}

async function refuseInUse(ground: Ground, id: ProviderAccountId): Promise<void> {
  const leaning = await leaningOn(ground, id);
  if (!leaning) return;
  throw conflict(
    "account_in_use",
    "A number that Parley got depends on this account, or is being bought in it. Deactivate it under Settings > Voice first; a purchase that hangs is given up by POST /api/activations/:id/deactivate.",
    { activationId: leaning.id },
  );
}

/** Wipes an account without connections. `false`: one has come meanwhile. @throws Conflict account_in_use */
async function wipeIfUnused(ground: Ground, id: ProviderAccountId, by: Actor): Promise<boolean> {
  await lockProviderAccount(ground, id);
  if ((await countConnections(ground, id)).count > 0) return false;
  await refuseInUse(ground, id);
  await wipeAccount(ground, id, by);
  return true;
}

async function disconnectRow(
  database: Database,
  parts: Parts,
  row: ConnectionRow,
  caller: Caller,
): Promise<{ webhookCleared: boolean }> {
  const webhookCleared = await clearWebhook(database, parts, row, caller);
  await database.tx(row.workspaceId, async (tx) => {
    await lockProviderAccount(tx.ground, row.providerAccountId);
    await markDisconnected(tx.ground, await connectionOf(tx, row.id));
    const { count } = await countConnections(tx.ground, row.providerAccountId);
    if (count === 0 && !(await leaningOn(tx.ground, row.providerAccountId)))
      await wipeAccount(tx.ground, row.providerAccountId, caller.actor);
    await audit(tx, { by: caller.actor, verb: "channel.disconnected", thing: asThing(row) });
    await tx.emit({ type: "channel.disconnected", data: { connectionId: row.id }, actor: caller.actor });
  });
  return { webhookCleared };
}

async function clearWebhook(
  database: Database,
  { provider, secrets, publicUrl }: Parts,
  row: ConnectionRow,
  caller: Caller,
): Promise<boolean> {
  const { world } = database.outside;
  const over = new AbortController();
  const tooLate = world.sleep(CLEAR_AT_MOST_MS, over.signal).then(() => false);
  try {
    const { credentials } = await usableAccount(database.ground, secrets, caller, row.providerAccountId);
    const sender = { kind: row.senderType, sid: row.providerNumberSid };
    const { outside } = database;
    const texts = provider.clearWebhook(outside, credentials, sender, row.webhookUrl);
    const calls =
      row.phoneNumber === null
        ? { ok: true as const, left: false }
        : provider.clearCalls(outside, credentials, sender.sid, callUrls(publicUrl));
    const cleared = Promise.all([texts, calls]).then(([of, at]) => of.ok && of.cleared && at.ok && !at.left);
    return await Promise.race([cleared, tooLate]);
  } catch {
    return false; // best effort: disconnecting must not depend on the provider's mood, and the answer says so
  } finally {
    over.abort();
  }
}
