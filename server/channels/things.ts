/** What the audit log calls things of this room: a number shows its first and last two digits. */
import type { Actor } from "../../contract/accounts.ts";
import type { AuditEntry } from "../../contract/audit.ts";
import { maskPhone } from "../../contract/phone.ts";
import { audit, changesBetween } from "../accounts/accounts.ts";
import type { Tx } from "../platform/db/handles.ts";
import type { ConnectionRow, ProviderAccountRow } from "./store.ts";

type Thing = AuditEntry["thing"];

/** A connection, or a number on its way to become one. */
export const asThing = ({
  id,
  friendlyName,
  phoneNumber,
  messagingServiceSid = null,
}: Pick<ConnectionRow, "friendlyName" | "phoneNumber"> & {
  id: string;
  messagingServiceSid?: string | null;
}): Thing => ({ id, name: friendlyName ?? (phoneNumber === null ? messagingServiceSid : maskPhone(phoneNumber)) });

export const accountAsThing = ({ id, friendlyName }: Pick<ProviderAccountRow, "id" | "friendlyName">): Thing => ({
  id,
  name: friendlyName,
});

/** A request for a number: who asks for it stands in its papers, which are sealed. */
export const requestAsThing = ({
  id,
  country,
  numberType,
}: {
  id: string;
  country: string;
  numberType: string;
}): Thing => ({
  id,
  name: `${country}, ${numberType.replace(/_/g, " ")}`,
});

/** Writes down by whom a connection's webhook is set now; null: by nobody. */
export async function auditWebhook(tx: Tx, before: ConnectionRow, after: ConnectionRow, by: Actor): Promise<void> {
  const setBy = ({ webhookConfiguredBy }: ConnectionRow) => ({ webhook: { configuredBy: webhookConfiguredBy } });
  const changes = changesBetween(setBy(before), setBy(after), ["webhook"]);
  await audit(tx, { by, verb: "channel.webhook_changed", thing: asThing(after), changes });
}
