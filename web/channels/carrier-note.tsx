import type { usRegistration } from "../../contract/phone-number.ts";

const WORDS: Record<Exclude<ReturnType<typeof usRegistration>, "10dlc">, string> = {
  toll_free:
    "This is a toll-free number, so US carriers do not ask for 10DLC: toll-free verification applies instead. Submit it in Twilio’s console, and keep an eye on it there: carriers block the texts of a toll-free number until it is verified. Nothing needs to be filled in here.",
  none: "US carriers ask for 10DLC of ordinary numbers of the United States and Canada alone, and this is none. Nothing needs to be filled in here.",
};

/** In place of what 10DLC asks, where it does not apply. */
export const CarrierNote = ({ of }: { of: keyof typeof WORDS }) => (
  <p className="text-md text-pretty text-ink-2">{WORDS[of]}</p>
);
