/** Phone numbers as the house has them; apart from their schema, for pages that read what is typed. */
import { parsePhoneNumberFromString } from "libphonenumber-js/min";

export type PhoneNumber = `+${string}`;

/** Whether it is one of North America's toll-free numbers: carriers ask other things of them than of ordinary ones. */
export const isTollFree = (phoneNumber: string): boolean => /^\+1(800|833|844|855|866|877|888)\d{7}$/.test(phoneNumber);

/** Reads a number with its country code as people type it ("+1 (415) 555-0101"); null where it can't be one. */
export function readPhone(text: string): PhoneNumber | null {
  const parsed = parsePhoneNumberFromString(text.trim());
  return parsed?.isPossible() ? (parsed.number as PhoneNumber) : null;
}
