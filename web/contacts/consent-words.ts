/** Consent in words: who said what, when, and how we know. */
import type { Connection } from "../../contract/channels.ts";
import type { ConsentEvent } from "../../contract/consent.ts";
import type { Contact } from "../../contract/contacts.ts";
import { firstNameOf, sayDate, sayPhone } from "../shell/words.ts";

/** The words as they wrote them, without what a sentence of ours would double. */
const quoted = (proof: string | null): string => (proof ? `“${proof.trim().slice(0, 80)}”` : "it");

/** One line for the thread: "Dana opted out of texts by writing “STOP”". */
export function consentAct(event: ConsentEvent, name: string): string {
  const who = firstNameOf(name);
  const what = {
    opt_in: `${who} opted in`,
    opt_out: `${who} opted out`,
    suppressed: `${who} can’t be texted from ${event.sender ? sayPhone(event.sender) : "this number"}`,
    review:
      event.source === "free_text"
        ? `It is not clear whether ${who} wants to stop: only your own replies leave until somebody has decided`
        : `${event.actor.name ?? "A program"} decided that this was no opt-out`,
  }[event.action];
  return event.action === "review" ? what : `${what} ${howWeKnow(event)}`;
}

/** "by writing “STOP”", "by texting first", "recorded by Ana". */
export function howWeKnow({ source, proof, actor }: ConsentEvent): string {
  switch (source) {
    case "keyword":
      return `by writing ${quoted(proof)}`;
    case "free_text":
      return actor.type === "system"
        ? "because it was not clear what they meant, and nobody decided in time"
        : `in their own words: ${quoted(proof?.replace(/^[a-z_]+: /, "") ?? null)}`;
    case "inbound":
      return "by texting first";
    case "import":
      return "as imported";
    case "form":
      return "on a form";
    case "api":
      return `as recorded by ${actor.name ?? "a program"}`;
    case "member":
      return `as recorded by ${actor.name ?? "a teammate"}`;
    case "provider":
      return "as the provider reports";
  }
}

/**
 * Whether they wrote STOP, and no START since, to a number whose keywords the provider answers: it heard the STOP itself, and
 * refuses our texts (Twilio's error 21610) until it hears START, whatever is recorded here.
 * @param events newest first
 */
export const heardByProvider = (
  events: readonly ConsentEvent[],
  channel: Connection["family"],
  connections: readonly Connection[],
): boolean =>
  connections.some(({ family, keywordReplies, phoneNumber, messagingServiceSid }) => {
    const sender = phoneNumber ?? messagingServiceSid;
    const last = events.find(
      (event) => event.channel === channel && event.source === "keyword" && event.sender === sender,
    );
    return family === channel && keywordReplies === "provider" && last?.action === "opt_out";
  });

export interface Standing {
  text: string;
  tone: "good" | "bad" | "plain";
  /** What it rests on. */
  because: string;
}

const newest = (events: readonly ConsentEvent[], channel: "sms" | "whatsapp") =>
  events.find((event) => event.channel === channel && event.action !== "review") ?? null;

/** How a contact stands with texts. */
export function smsStanding(contact: Contact, events: readonly ConsentEvent[]): Standing {
  const event = newest(events, "sms");
  const known = event ? `${sayDate(event.at)}, ${howWeKnow(event)}` : null;
  if (contact.smsOptedIn === true)
    return { text: "May be texted", tone: "good", because: known ?? "Recorded without a note" };
  if (contact.smsOptedIn === false) {
    const since = contact.smsOptOutDate ? sayDate(contact.smsOptOutDate) : "An earlier day";
    return { text: "Opted out", tone: "bad", because: known ?? since };
  }
  return { text: "May be answered", tone: "plain", because: "Never opted in; no marketing" };
}

export function whatsappStanding(contact: Contact): Standing {
  if (contact.optedIn === true)
    return { text: "May be messaged", tone: "good", because: contact.optInSource ?? "Recorded without a source" };
  if (contact.optedIn === false) return { text: "Opted out", tone: "bad", because: "" };
  return { text: "No opt-in yet", tone: "plain", because: "" };
}
