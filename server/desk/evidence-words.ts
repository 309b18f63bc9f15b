/** An act of consent in one sentence that needs no knowledge of the product. */
import type { ExportedEvent } from "../consent/consent.ts";

const CHANNELS: Record<string, string> = { sms: "text messages", whatsapp: "WhatsApp messages" };

export function sayAct(event: ExportedEvent, who: string): string {
  const channel = CHANNELS[event.channel] ?? event.channel;
  const about = event.sender ? `${channel} from ${event.sender}` : channel;
  switch (event.action) {
    case "opt_in":
      return `${who} agreed to ${about}.`;
    case "opt_out":
      return `${who} opted out of ${about}.`;
    case "suppressed":
      return `The messaging provider blocked ${about} to ${who}.`;
    case "review":
      return event.source === "free_text"
        ? `It was not clear whether ${who} wanted to stop ${about}, so a person was asked to look.`
        : `It was decided that ${who} had not asked to stop ${about}.`;
  }
}

export function sayHow({ source, actor }: ExportedEvent): string {
  const by = actor?.name ? ` by ${actor.name}` : "";
  switch (source) {
    case "keyword":
      return "They wrote a keyword in a message.";
    case "free_text":
      return actor?.type === "system"
        ? "Their words were not clear, and nobody decided in time, so they count as a stop."
        : "They said so in a message, in their own words.";
    case "inbound":
      return "They wrote to the business first.";
    case "import":
      return `It came with a list that was imported${by}.`;
    case "form":
      return `They filled in a form; it was recorded${by || " through the API"}.`;
    case "api":
      return `A program of the business recorded it${by}.`;
    case "member":
      return `It was recorded${by || " by a member of the team"}.`;
    case "provider":
      return "The provider reported it when a message was refused.";
  }
}

export const sayScope = ({ action, scope, sender }: ExportedEvent): string | null => {
  if (action === "review") return null;
  return scope === "workspace" || sender === null
    ? "It counts for every number of the business."
    : `It counts for ${sender} alone.`;
};
