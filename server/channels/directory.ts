/** The directory: which account signs a webhook, whose number was texted, by what credentials a message leaves. */
import type { ConnectionId, WorkspaceId } from "../../contract/ids.ts";
import { listWorkspaces, type WorkspaceRow } from "../accounts/accounts.ts";
import type { Ground } from "../platform/db/handles.ts";
import type { Live } from "../platform/db/live.ts";
import type { SealedColumn, Secrets } from "../platform/secrets.ts";
import type { Credentials } from "./channel.ts";
import { allConnections, allProviderAccounts, type ConnectionRow, type ProviderAccountRow } from "./store.ts";

export interface Sender {
  connection: ConnectionRow;
  workspace: WorkspaceRow;
  credentials: Credentials;
}

export interface KnownAccount {
  credentials: Credentials;
  senders: Sender[];
}

export interface Directory {
  account(accountSid: string): Promise<KnownAccount | null>;
  sender(id: ConnectionId): Promise<Sender | null>;
  senders(): Promise<Sender[]>;
  stop(): void;
}

/** The news that makes every process read the directory anew. */
export const DIRECTORY_NEWS = "directory";
const STALE_MS = 30_000;

export const sealedTokens: SealedColumn = {
  table: "provider_accounts",
  column: "auth_token_envelope",
  key: ["id"],
  tenant: "account_sid",
  field: "auth_token",
  ifLost: "empty",
};
export const tokenPlace = (accountSid: string) => ({
  tenant: accountSid,
  table: sealedTokens.table,
  field: sealedTokens.field,
});

export function credentialsOf(row: ProviderAccountRow, secrets: Secrets): Credentials | null {
  if (row.authTokenEnvelope === null) return null;
  const authToken = secrets.open(row.authTokenEnvelope, tokenPlace(row.accountSid));
  return { accountSid: row.accountSid, authToken, simulated: row.kind === "simulated" };
}

interface Snapshot {
  accounts: Map<string, KnownAccount>;
  senders: Map<ConnectionId, Sender>;
  readAt: number;
}

/** Keeps the whole directory in memory (an installation has few numbers), because every webhook asks it. */
export function createDirectory(ground: Ground, secrets: Secrets, live: Live): Directory {
  let snapshot: Promise<Snapshot> | null = null;
  const stop = live.onNews(DIRECTORY_NEWS, () => {
    snapshot = null;
  });

  async function read(): Promise<Snapshot> {
    const readAt = ground.now.getTime();
    const [accountRows, connections] = [await allProviderAccounts(ground), await allConnections(ground)];
    const workspaceIds = [...new Set(connections.map((each) => each.workspaceId))];
    const workspaces = new Map<WorkspaceId, WorkspaceRow>(
      (await listWorkspaces(ground, workspaceIds)).map((each) => [each.id, each]),
    );
    const accounts = new Map<string, KnownAccount>();
    const senders = new Map<ConnectionId, Sender>();
    for (const row of accountRows) {
      const credentials = credentialsOf(row, secrets);
      if (!credentials) continue;
      const own = connections
        .filter((each) => each.providerAccountId === row.id)
        .flatMap((connection): Sender[] => {
          const workspace = workspaces.get(connection.workspaceId);
          return workspace ? [{ connection, workspace, credentials }] : [];
        });
      accounts.set(row.accountSid, { credentials, senders: own });
      for (const sender of own) senders.set(sender.connection.id, sender);
    }
    return { accounts, senders, readAt };
  }

  async function current(): Promise<Snapshot> {
    const reading = snapshot ?? read();
    snapshot ??= reading;
    try {
      const known = await reading;
      if (ground.now.getTime() - known.readAt < STALE_MS) return known;
    } catch (error) {
      if (snapshot === reading) snapshot = null;
      throw error;
    }
    if (snapshot === reading) snapshot = null;
    return current();
  }

  return {
    account: async (accountSid) => (await current()).accounts.get(accountSid) ?? null,
    sender: async (id) => (await current()).senders.get(id) ?? null,
    senders: async () => [...(await current()).senders.values()],
    stop,
  };
}
