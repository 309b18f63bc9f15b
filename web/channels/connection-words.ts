/** What a connection is called, and how it is. */
import type { Connection } from "../../contract/channels.ts";
import { plural, sayPhone } from "../shell/words.ts";
import type { Tone } from "../ui/badge.tsx";

export const senderOf = ({ phoneNumber, messagingServiceSid }: Connection): string =>
  phoneNumber ? sayPhone(phoneNumber) : (messagingServiceSid ?? "a channel");

export const nameOf = (connection: Connection): string => connection.friendlyName ?? senderOf(connection);

const STATUSES: Record<Connection["status"], readonly [text: string, tone: Tone]> = {
  active: ["Active", "accent"],
  inactive: ["Off", "quiet"],
  degraded: ["Needs a look", "warn"],
  restricted: ["Restricted", "bad"],
  reclaimed: ["Taken back by Twilio", "bad"],
  error: ["Not working", "bad"],
};

interface Health {
  text: string;
  tone: Tone;
  /** What is wrong and what to do; null: all is well, or the notice about it says more. */
  why: string | null;
}

/** Its texts stay away until somebody enters our address at the provider. */
export const isByHand = ({ webhook, inbound }: Connection): boolean => !webhook.verifiedAt && inbound.by === "webhook";

/** What is wrong with one that works, the worst first. */
function complaintOf({ agentId, knowledgeBase, inbound }: Connection): string | null {
  if (inbound.missing)
    return `${plural(inbound.missing, "text")} that Twilio has could not be stored here yet. Parley tries again by itself.`;
  if (agentId && !knowledgeBase)
    return "Its agent has no knowledge base, so the team answers. Give the agent one, or assign another agent.";
  if (inbound.late)
    return `Twilio reported ${plural(inbound.late, "text")} of the last 24 hours late or not at all; Parley found them by asking. Check that Twilio can reach this address.`;
  return null;
}

export function healthOf(connection: Connection): Health {
  const { status, statusReason, findings } = connection;
  const [text, tone] = STATUSES[status];
  if (findings.length > 0) return { text, tone, why: null };
  if (status === "active") {
    const why = complaintOf(connection);
    if (why || isByHand(connection)) return { text: STATUSES.degraded[0], tone: STATUSES.degraded[1], why };
  }
  const fallback =
    status === "reclaimed"
      ? "Twilio has taken this number back, so nothing is sent from it. Get it back at Twilio, or delete it here."
      : null;
  return { text, tone, why: statusReason?.message ?? fallback };
}
