/** The demo: a sample business with its customers' phones on the screen, for whoever wants to look before setting anything up. */
import type { AccountId, WorkspaceId } from "../../contract/ids.ts";
import { findDemoAccount, type SignIn } from "../accounts/accounts.ts";
import { type SimulatedAccount, simulatedAccounts } from "../channels/channels.ts";
import type { Config } from "../platform/config.ts";
import type { Database } from "../platform/db/database.ts";
import type { Secrets } from "../platform/secrets.ts";
import { type MakeParts, makeDemo } from "./make.ts";
import { openPhones, type Phones } from "./phones.ts";
import { stoppedBy } from "./store.ts";

export interface Demo {
  accountId: AccountId;
  /** Null where the simulator would not be reached by all who need it: its memory is one process's own. */
  phones: Phones | null;
}

export interface DemoParts extends MakeParts {
  database: Database;
  secrets: Secrets;
  signIn: SignIn;
  config: Pick<Config, "demo" | "role" | "publicUrl" | "setup">;
}

/**
 * The demo account of this installation with its phones: the one there is, or, at a first start that shall have one, a new
 * one. Null: no demo here.
 */
export async function openDemo(parts: DemoParts): Promise<Demo | null> {
  const { database, world, secrets, config } = parts;
  const alone = config.role === "all";
  let account = await findDemoAccount(database.ground);
  if (!account && config.demo && alone && (await makeDemo(parts))) account = await findDemoAccount(database.ground);
  if (!account) return null;
  if (!alone) return { accountId: account.id, phones: null };
  const accounts = await simulatedAccounts(database.ground, secrets, account.id);
  const stopped = await stoppedPhones(database, accounts);
  const phones = await openPhones({ accounts, stopped, world, publicUrl: config.publicUrl });
  return { accountId: account.id, phones };
}

async function stoppedPhones(database: Database, accounts: readonly SimulatedAccount[]) {
  const connections = accounts.flatMap((each) => each.connections);
  const workspaceIds = [...new Set<WorkspaceId>(connections.map((each) => each.workspaceId))];
  const stopped = await Promise.all(
    workspaceIds.map((workspaceId) => {
      const own = connections.filter((each) => each.workspaceId === workspaceId);
      const senders = own.flatMap(({ phoneNumber }) => phoneNumber ?? []);
      return database.view(workspaceId, (view) => stoppedBy(view, senders));
    }),
  );
  return stopped.flat();
}
