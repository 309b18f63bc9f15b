/** A new connection: its row and its event, however the number came to us. */
import type { Actor } from "../../contract/accounts.ts";
import type { Environment } from "../../contract/channels.ts";
import type { AccountId, ProviderAccountId } from "../../contract/ids.ts";
import { audit, changesBetween } from "../accounts/accounts.ts";
import type { Tx } from "../platform/db/handles.ts";
import { conflict, notFound } from "../platform/errors.ts";
import { isReleasing } from "./activations/store.ts";
import type { OwnedSender, SenderRef } from "./channel.ts";
import type { ResolveAgent } from "./channels.ts";
import { SETTLES_MS } from "./retries.ts";
import { type ConnectionRow, findProviderAccount, insertConnection, updateConnection } from "./store.ts";
import { asThing } from "./things.ts";

export interface NewConnection {
  accountId: AccountId;
  providerAccountId: ProviderAccountId;
  sender: SenderRef;
  /** As the provider has it. */
  found: Pick<OwnedSender, "kind" | "sid" | "mps">;
  friendlyName: string | null;
  environment: Environment;
  agent: Awaited<ReturnType<ResolveAgent>>;
  polled: boolean;
  webhookUrl: string;
  /** Whether the provider was seen to send its texts to that address. */
  webhookSet: boolean;
}

/**
 * @throws NotFound where the account's last connection went meanwhile, and the credentials with it
 * @throws Conflict number_being_released
 */
export async function keepNewConnection(
  tx: Tx,
  { sender, found, agent, webhookSet, ...given }: NewConnection,
  by: Actor,
): Promise<ConnectionRow> {
  const inserted = await insertConnection(tx.ground, {
    ...given,
    ...{ id: tx.id("chn"), workspaceId: tx.workspaceId, family: "sms" },
    phoneNumber: "phoneNumber" in sender ? sender.phoneNumber : null,
    messagingServiceSid: "messagingServiceSid" in sender ? sender.messagingServiceSid : null,
    ...{ providerNumberSid: found.sid, senderType: found.kind, mps: found.mps, dailyCap: null },
    ...{ agentId: agent?.id ?? null, knowledgeBase: agent?.knowledgeBase ?? null },
    ...{ keywordReplies: "provider", status: "active", active: true },
  });
  if ((await findProviderAccount(tx.ground, given.providerAccountId))?.status === "disconnected")
    throw notFound("provider account");
  // Asked after the row is in, which whoever releases the number looks for: one of the two sees the other.
  const { phoneNumber } = inserted;
  const since = new Date(tx.now.getTime() - SETTLES_MS);
  if (phoneNumber !== null && (await isReleasing(tx.ground, given.accountId, phoneNumber, since)))
    throw conflict(
      "number_being_released",
      "Parley is giving this number back to Twilio, because it could not end its purchase. Wait a minute, then look whether the number is still there.",
    );
  const row: ConnectionRow = webhookSet
    ? { ...inserted, webhookVerifiedAt: tx.now, webhookConfiguredBy: "parley" }
    : inserted;
  if (webhookSet) await updateConnection(tx.ground, row);
  const { environment, agentId } = row;
  const changes = changesBetween({}, { environment, agentId }, ["environment", "agentId"]);
  await audit(tx, { by, verb: "channel.connected", thing: asThing(row), changes });
  await tx.emit({ type: "channel.connected", data: { connectionId: row.id, family: "sms" }, actor: by });
  return row;
}
