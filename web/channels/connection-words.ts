/** What a connection is called, and how it is. */
import type { Connection } from "../../contract/channels.ts";
import { sayPhone } from "../shell/words.ts";
import type { Tone } from "../ui/badge.tsx";

export const senderOf = ({ phoneNumber, messagingServiceSid }: Connection): string =>
  phoneNumber ? sayPhone(phoneNumber) : (messagingServiceSid ?? "a channel");

export const nameOf = (connection: Connection): string => connection.friendlyName ?? senderOf(connection);

const STATUSES: Record<Connection["status"], readonly [text: string, tone: Tone]> = {
  active: ["Active", "accent"],
  inactive: ["Off", "quiet"],
  degraded: ["Needs a look", "warn"],
  reclaimed: ["Taken back by Twilio", "bad"],
  error: ["Not working", "bad"],
};

interface Health {
  text: string;
  tone: Tone;
  /** What is wrong and what to do; null: all is well. */
  why: string | null;
}

/** An agent without a knowledge base can answer nothing: the connection is degraded until it is mended. */
export function healthOf({ status, statusReason, agentId, knowledgeBase }: Connection): Health {
  const [text, tone] = STATUSES[status];
  if (status === "active" && agentId && !knowledgeBase)
    return {
      text: "Needs a look",
      tone: "warn",
      why: "Its agent has no knowledge base, so the team answers. Give the agent one, or assign another agent.",
    };
  const fallback =
    status === "reclaimed"
      ? "Twilio has taken this number back, so nothing is sent from it. Get it back at Twilio, or delete it here."
      : null;
  return { text, tone, why: statusReason?.message ?? fallback };
}
