/** Phone numbers as the house has them; apart from their schema, for pages that read what is typed. */
import { parsePhoneNumberFromString } from "libphonenumber-js/min";

export type PhoneNumber = `+${string}`;

/** Reads a number with its country code as people type it ("+1 (415) 555-0101"); null where it can't be one. */
export function readPhone(text: string): PhoneNumber | null {
  const parsed = parsePhoneNumberFromString(text.trim());
  return parsed?.isPossible() ? (parsed.number as PhoneNumber) : null;
}
