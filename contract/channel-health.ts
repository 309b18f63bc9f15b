/** What can be wrong with a connection; apart from its schemas, for whoever needs no more than the words. The gravest first. */
export const FINDINGS = [
  "account_closed",
  "account_suspended",
  "account_restricted",
  "number_reclaimed",
  "service_gone",
  "credentials_rejected",
  "sms_lost",
  "service_empty",
  "sending_disabled",
  "campaign_suspended",
  "not_registered_10dlc",
  "toll_free_not_verified",
  "number_being_configured",
  "sends_failing",
  "caught_by_service",
  "webhook_elsewhere",
  "webhook_removed",
  "calls_elsewhere",
  "calls_removed",
] as const;
export type FindingCode = (typeof FINDINGS)[number];

/** How a connection is: `degraded` still sends; `restricted` does where carriers alone restrict it, for only a send shows its end. */
export const CONNECTION_STATUSES = ["active", "inactive", "degraded", "restricted", "reclaimed", "error"] as const;
export type ConnectionStatus = (typeof CONNECTION_STATUSES)[number];

/** What each makes of its connection. */
export const STATUS_OF: Record<
  FindingCode,
  Extract<ConnectionStatus, "degraded" | "restricted" | "reclaimed" | "error">
> = {
  account_closed: "restricted",
  account_suspended: "restricted",
  account_restricted: "restricted",
  number_reclaimed: "reclaimed",
  service_gone: "reclaimed",
  credentials_rejected: "error",
  sms_lost: "error",
  service_empty: "error",
  sending_disabled: "restricted",
  campaign_suspended: "restricted",
  not_registered_10dlc: "degraded",
  toll_free_not_verified: "degraded",
  number_being_configured: "degraded",
  sends_failing: "degraded",
  caught_by_service: "degraded",
  webhook_elsewhere: "degraded",
  webhook_removed: "degraded",
  calls_elsewhere: "degraded",
  calls_removed: "degraded",
};

/** Whether it says that a number's calls, which were to come here, do not any more. */
export const isOfCalls = (code: FindingCode): boolean => code === "calls_elsewhere" || code === "calls_removed";

/** Restrictions by carriers: sending goes on, because nothing else shows when they end. */
const BY_CARRIERS: ReadonlySet<FindingCode> = new Set(["sending_disabled", "campaign_suspended"]);

/** Whether nothing is sent while this lasts. */
export const stopsSending = (code: FindingCode): boolean => STATUS_OF[code] !== "degraded" && !BY_CARRIERS.has(code);
