import type { OwnedNumber } from "./model.ts";
import { blockScope, isBlocked, type World } from "./world.ts";

/** Twilio's and the toll-free carriers' own handling of STOP, START and HELP (reference, section 6). */

const STOP = new Set(["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"]);
const START = new Set(["START", "YES", "UNSTOP"]);
const HELP = new Set(["HELP", "INFO"]);

const STOPPED =
  "You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.";
const STARTED =
  "You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.";
const HELPED = "Reply STOP to unsubscribe. Msg&Data Rates May Apply.";
const CARRIER_STOPPED =
  'NETWORK MSG: You replied with the word "stop" which blocks all texts sent from this number. Text back "unstop" to receive messages again.';
const CARRIER_STARTED =
  'NETWORK MSG: You have replied "unstop" and will begin receiving messages again from this number.';

export type KeywordEffect = {
  keyword: "STOP" | "START" | "HELP";
  /** What the phone is answered, if anything; the carrier's notices are in no message log. */
  reply: { text: string; by: "twilio" | "carrier" } | null;
};

/**
 * Applies a text to the block list of the sender or its service. Only a message that is one keyword alone counts. A second
 * STOP, or a START that lifts nothing, is not answered.
 */
export function applyKeyword(world: World, number: OwnedNumber, phone: string, body: string): KeywordEffect | null {
  if (number.optOut === "off") return null;
  const word = body.trim().toUpperCase();
  const tollFree = number.type === "toll-free";
  const blocked = isBlocked(world, number, phone);
  if (STOP.has(word)) {
    const scope = blockScope(number);
    const phones = world.blocks.get(scope) ?? new Set<string>();
    world.blocks.set(scope, phones.add(phone));
    const carrier = tollFree && word === "STOP";
    return effect("STOP", blocked ? null : carrier ? CARRIER_STOPPED : STOPPED, carrier);
  }
  if (START.has(word) && !(tollFree && word === "YES")) {
    world.blocks.get(blockScope(number))?.delete(phone);
    return effect("START", blocked ? (tollFree ? CARRIER_STARTED : STARTED) : null, tollFree);
  }
  if (HELP.has(word)) return effect("HELP", tollFree && blocked ? null : HELPED, false);
  return null;
}

function effect(keyword: KeywordEffect["keyword"], text: string | null, carrier: boolean): KeywordEffect {
  return { keyword, reply: text === null ? null : { text, by: carrier ? "carrier" : "twilio" } };
}
