/** What somebody did with a conversation, in words. */
import type { ConversationChange } from "../../contract/conversations.ts";
import { sayAppointment } from "../shell/zones.ts";

/** @param zone by whose clocks conversations are put off */
export function sayChange({ kind, actor, givenTo, until }: ConversationChange, zone: string): string {
  const who = actor.name ?? (actor.type === "agent" ? "The agent" : "A program");
  switch (kind) {
    case "assigned":
      return givenTo?.id === actor.id
        ? `${who} took this over`
        : `${who} assigned this to ${givenTo?.name ?? "a teammate"}`;
    case "unassigned":
      return `${who} gave this back to the team`;
    case "taken_over":
      return `${who} answered, and has this now`;
    case "handed_back":
      return `${who} handed this back to the agent`;
    case "resolved":
      return `${who} resolved this`;
    case "reopened":
      return `${who} opened this again`;
    case "snoozed":
      return `${who} snoozed this until ${until ? sayAppointment(zone, new Date(until)) : "later"}`;
    case "woken":
      return actor.type === "system" ? "Its snooze ended" : `${who} ended its snooze`;
  }
}
