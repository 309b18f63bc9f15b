/** Receiving a text: stored whole before it is acknowledged, once however often it comes. */
import type { InboundText, Sender } from "../channels/channels.ts";
import { aboutConsent, applyVerdict, meantBy } from "./keywords.ts";
import { isOvertaken, noteLate, storeLate } from "./late.ts";
import { waitForSendsInFlight } from "./send-locks.ts";
import { storeText, type TakeIn, type TakeInParts } from "./take-in.ts";

export interface ReceiveParts extends TakeInParts {
  /** How ordinary words are stored: the hot path. */
  takeIn: TakeIn;
}

/** `stored`: durable. `busy`: durable, but a send to this address is still in flight, so the STOP can't be acknowledged yet. */
export type ReceiveOutcome = "stored" | "duplicate" | "dropped" | "busy";

export async function receive(parts: ReceiveParts, text: InboundText, sender: Sender): Promise<ReceiveOutcome> {
  const { database } = parts;
  const reading = aboutConsent(text, sender);
  const address = { workspaceId: sender.workspace.id, hash: database.hashOf(sender.workspace.id, "sms", text.from) };
  const ordinary = () =>
    text.sentAt ? storeLate(parts, text, sender) : parts.takeIn({ text, sender, answered: sender.connection.active });
  if (!reading) return ordinary();

  const outcome = await database.tx(sender.workspace.id, async (tx) => {
    const meant = await meantBy(tx, reading, text.from, sender);
    if (!meant) return "ordinary" as const;
    const stored = await storeText(tx, parts, { text, sender, answered: false }, { emit: false });
    if (!stored) throw new Error("a text about consent is never dropped");
    if (stored.duplicate) return "duplicate" as const;
    for (const event of stored.events ?? []) await tx.emit(event);
    if (text.sentAt) await noteLate(tx, stored, text.sentAt);
    if (await isOvertaken(tx, meant, text, sender)) return "stored" as const;
    await applyVerdict(tx, meant, text, sender, {
      messageId: stored.message_id,
      conversationId: stored.conversation_id,
      contactId: stored.contact_id,
    });
    return "stored" as const;
  });
  if (outcome === "ordinary") return ordinary();
  if (reading.verdict === "start" || reading.verdict === "help") return outcome;
  // Repeated webhooks of a STOP, or of free words that end or hold what is sent, wait too: whichever is answered 200, nothing
  // that may not leave does so after it.
  return (await waitForSendsInFlight(parts, address)) ? outcome : "busy";
}
