/** What the provider's own record says of a message of ours, as a report. */
import type { Credentials, ListedMessage, StatusReport } from "../channels/channels.ts";

const STATES: ReadonlySet<string> = new Set<StatusReport["status"]>([
  ...(["sent", "delivered", "read", "undelivered", "failed", "canceled"] as const),
]);
const isState = (status: string): status is StatusReport["status"] => STATES.has(status);

export const reportOf = (listed: ListedMessage, { accountSid }: Credentials): StatusReport => ({
  accountSid,
  providerSid: listed.providerSid,
  status: isState(listed.status) ? listed.status : "accepted",
  providerCode: listed.providerCode,
  reason: listed.reason,
  blocked: listed.blocked,
});
