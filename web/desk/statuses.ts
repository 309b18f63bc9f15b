/** Conversation statuses in words. */
import type { ConversationStatus } from "../../contract/conversations.ts";

export const STATUS_NAMES: Record<ConversationStatus, string> = {
  OPEN: "Open",
  ASSIGNED: "Assigned",
  RESOLVED: "Resolved",
  BOT_ACTIVE: "With a flow",
  AI_ACTIVE: "With agent",
};
