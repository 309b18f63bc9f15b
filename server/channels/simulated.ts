/** Simulated provider accounts: kept and used like real ones, but served by the simulator beside us. */
import type { Actor } from "../../contract/accounts.ts";
import type { AccountId, AgentId, KnowledgeBaseId } from "../../contract/ids.ts";
import { auditAccount } from "../accounts/accounts.ts";
import type { Ground, Tx } from "../platform/db/handles.ts";
import type { Secrets } from "../platform/secrets.ts";
import type { Credentials } from "./channel.ts";
import { credentialsOf, tokenPlace } from "./directory.ts";
import { keepNewConnection } from "./new-connection.ts";
import { allConnections, allProviderAccounts, type ConnectionRow, upsertProviderAccount } from "./store.ts";
import { accountAsThing } from "./things.ts";
import { inboundUrl } from "./webhook-urls.ts";

export interface SimulatedNumber {
  phoneNumber: string;
  /** The provider's own id of the number. */
  sid: string;
  friendlyName: string;
  agent: { id: AgentId; knowledgeBase: { id: KnowledgeBaseId; name: string } | null } | null;
}

/** Makes a simulated account and connects its numbers; nobody is asked, because the simulator is told what we say here. */
export async function connectSimulated(
  tx: Tx,
  { secrets, publicUrl }: { secrets: Secrets; publicUrl: string },
  account: { accountId: AccountId; accountSid: string; authToken: string; friendlyName: string },
  numbers: readonly SimulatedNumber[],
  by: Actor,
): Promise<ConnectionRow[]> {
  const { accountId, accountSid } = account;
  const authTokenEnvelope = secrets.seal(account.authToken, tokenPlace(accountSid));
  const kept = await upsertProviderAccount(tx.ground, {
    ...{ accountId, accountSid, authTokenEnvelope, friendlyName: account.friendlyName },
    ...{ provider: "twilio", kind: "simulated", status: "active", type: "full" },
  });
  const { id: providerAccountId } = kept;
  const thing = accountAsThing(kept);
  await auditAccount(tx.ground, accountId, { by, verb: "provider_account.connected", thing });
  const connected: ConnectionRow[] = [];
  for (const { sid, agent, phoneNumber, friendlyName } of numbers) {
    const found = { kind: "long_code", sid, mps: 1 } as const;
    const webhook = { polled: false, webhookUrl: inboundUrl(publicUrl), webhookSet: true };
    const own = { sender: { phoneNumber }, found, friendlyName, agent, environment: "live" as const };
    connected.push(await keepNewConnection(tx, { accountId, providerAccountId, ...own, ...webhook }, by));
  }
  return connected;
}

export interface SimulatedAccount {
  credentials: Credentials;
  friendlyName: string;
  connections: ConnectionRow[];
}

/** The simulated accounts of a business with the numbers that are connected through them, oldest first. */
export async function simulatedAccounts(
  ground: Ground,
  secrets: Secrets,
  accountId: AccountId,
): Promise<SimulatedAccount[]> {
  const connections = await allConnections(ground);
  return (await allProviderAccounts(ground)).flatMap((row) => {
    if (row.kind !== "simulated" || row.accountId !== accountId) return [];
    const credentials = credentialsOf(row, secrets);
    const own = connections.filter((each) => each.providerAccountId === row.id);
    return credentials ? [{ credentials, friendlyName: row.friendlyName, connections: own }] : [];
  });
}
