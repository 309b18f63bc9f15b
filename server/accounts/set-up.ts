/** The first account of an installation, made from the environment (headless installs). */
import { PERMISSIONS } from "../../contract/accounts.ts";
import type { WorkspaceId } from "../../contract/ids.ts";
import type { Config } from "../platform/config.ts";
import type { Database } from "../platform/db/database.ts";
import { hashKey } from "./authenticate.ts";
import type { SignIn } from "./sign-in.ts";
import {
  anyAccount,
  ensureMember,
  insertAccount,
  insertKey,
  insertMembership,
  insertWorkspace,
  lockSetUp,
} from "./store.ts";

export const hasAccount = async (database: Database): Promise<boolean> => (await anyAccount(database.ground)) !== null;

/**
 * Makes the account, its workspace, its owner and the first API key, once: where any account exists nothing happens.
 * @returns the workspace made, or null
 */
export async function setUpFirstAccount(
  database: Database,
  signIn: SignIn,
  setup: NonNullable<Config["setup"]>,
): Promise<WorkspaceId | null> {
  if (await anyAccount(database.ground)) return null;
  const user = await signIn.ensureUser({
    name: setup.email.split("@")[0] ?? "Owner",
    email: setup.email,
    password: setup.password,
  });
  return database.groundTx(async (ground) => {
    await lockSetUp(ground);
    if (await anyAccount(ground)) return null; // another process was faster
    const accountId = await insertAccount(ground, "My business");
    const workspaceId = await insertWorkspace(ground, accountId, "My business", "America/New_York");
    await insertMembership(ground, workspaceId, await ensureMember(ground, accountId, user), "owner");
    if (setup.apiKey) {
      await insertKey(ground, {
        workspaceId,
        name: "First key (from the environment)",
        hash: hashKey(setup.apiKey),
        lastFour: setup.apiKey.slice(-4),
        permissions: PERMISSIONS,
      });
    }
    return workspaceId;
  });
}
