/** What each role may do: the table of product section 13. */
import { PERMISSIONS, type Permission, type Role } from "../../contract/accounts.ts";

const READ: readonly Permission[] = ["inbox.read", "contacts.read", "analytics.read"];
const ANSWER: readonly Permission[] = ["inbox.reply", "inbox.assign", "contacts.write", "consent.record"];
/** `keys.rotate` opens no route: the secret key is the installation's, and is changed where it is started (docs/operating.md). */
const OWNER_ONLY: readonly Permission[] = ["account.delete", "account.transfer", "keys.rotate"];

const table: Record<Role, ReadonlySet<Permission>> = {
  owner: new Set(PERMISSIONS),
  admin: new Set(PERMISSIONS.filter((permission) => !OWNER_ONLY.includes(permission))),
  agent: new Set([...READ, ...ANSWER]),
  viewer: new Set(READ),
};

export const permissionsOf = (role: Role): ReadonlySet<Permission> => table[role];
