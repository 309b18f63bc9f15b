/** A new connection: its row and its event, however the number came to us. */
import type { Actor } from "../../contract/accounts.ts";
import type { AccountId, ProviderAccountId } from "../../contract/ids.ts";
import type { Tx } from "../platform/db/handles.ts";
import { notFound } from "../platform/errors.ts";
import type { OwnedSender, SenderRef } from "./channel.ts";
import type { ResolveAgent } from "./channels.ts";
import { type ConnectionRow, findProviderAccount, insertConnection, updateConnection } from "./store.ts";

export interface NewConnection {
  accountId: AccountId;
  providerAccountId: ProviderAccountId;
  sender: SenderRef;
  /** As the provider has it. */
  found: Pick<OwnedSender, "kind" | "sid" | "mps">;
  friendlyName: string | null;
  agent: Awaited<ReturnType<ResolveAgent>>;
  polled: boolean;
  webhookUrl: string;
  /** Whether the provider was seen to send its texts to that address. */
  webhookSet: boolean;
}

/** @throws NotFound where the account's last connection went meanwhile, and the credentials with it */
export async function keepNewConnection(
  tx: Tx,
  { sender, found, agent, webhookSet, ...given }: NewConnection,
  by: Actor,
): Promise<ConnectionRow> {
  const inserted = await insertConnection(tx.ground, {
    ...given,
    ...{ id: tx.id("chn"), workspaceId: tx.workspaceId, family: "sms", environment: "live" },
    phoneNumber: "phoneNumber" in sender ? sender.phoneNumber : null,
    messagingServiceSid: "messagingServiceSid" in sender ? sender.messagingServiceSid : null,
    ...{ providerNumberSid: found.sid, senderType: found.kind, mps: found.mps, dailyCap: null },
    ...{ agentId: agent?.id ?? null, knowledgeBase: agent?.knowledgeBase ?? null },
    ...{ keywordReplies: "provider", status: "active", active: true },
  });
  if ((await findProviderAccount(tx.ground, given.providerAccountId))?.status === "disconnected")
    throw notFound("provider account");
  const row: ConnectionRow = webhookSet
    ? { ...inserted, webhookVerifiedAt: tx.now, webhookConfiguredBy: "parley" }
    : inserted;
  if (webhookSet) await updateConnection(tx.ground, row);
  await tx.emit({ type: "channel.connected", data: { connectionId: row.id, family: "sms" }, actor: by });
  return row;
}
