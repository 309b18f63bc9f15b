/** What each permission lets one do, in the order and groups of the page where a key is made. */
import type { Permission } from "../../contract/accounts.ts";

export const PERMISSION_GROUPS: ReadonlyArray<{
  title: string;
  permissions: ReadonlyArray<readonly [permission: Permission, words: string]>;
}> = [
  {
    title: "Conversations",
    permissions: [
      ["inbox.read", "Read conversations"],
      ["inbox.reply", "Write and resolve"],
      ["inbox.assign", "Assign conversations"],
      ["broadcasts.send", "Send broadcasts"],
      ["analytics.read", "Read analytics"],
    ],
  },
  {
    title: "Contacts and consent",
    permissions: [
      ["contacts.read", "Read contacts"],
      ["contacts.write", "Add and change contacts"],
      ["contacts.import", "Import contacts"],
      ["contacts.export", "Export contacts"],
      ["contacts.erase", "Erase contacts"],
      ["consent.record", "Record consent"],
      ["consent.restore", "Restore consent"],
      ["consent.export", "Export the ledger"],
    ],
  },
  {
    title: "Channels and agents",
    permissions: [
      ["channels.connect", "Connect numbers"],
      ["channels.delete", "Disconnect numbers"],
      ["providers.manage", "Provider accounts"],
      ["sms.manage", "SMS registration"],
      ["agents.write", "Change agents"],
      ["templates.write", "Change templates"],
    ],
  },
  {
    title: "Administration",
    permissions: [
      ["members.manage", "Manage members"],
      ["apikeys.manage", "Manage API keys"],
      ["settings.write", "Change settings"],
      ["audit.read", "Read the audit log"],
      ["account.transfer", "Make and change owners"],
      ["keys.rotate", "Rotate the secret key"],
      ["account.delete", "Delete the account"],
    ],
  },
];
