/** Phone numbers as the house has them; apart from their schema, for pages that read what is typed. */
import { parsePhoneNumberFromString } from "libphonenumber-js/min";

export type PhoneNumber = `+${string}`;

/** Whether it is one of North America's toll-free numbers: carriers ask other things of them than of ordinary ones. */
export const isTollFree = (phoneNumber: string): boolean => /^\+1(800|833|844|855|866|877|888)\d{7}$/.test(phoneNumber);

/** Where US carriers count an ordinary number among their ten-digit ones; Canada's are asked once they text the US. */
const TEN_DIGIT: ReadonlySet<string> = new Set(["US", "PR", "VI", "GU", "AS", "MP", "CA"]);

/**
 * What US carriers ask of whoever texts from it: 10DLC of an ordinary number (Twilio: "+1 NNN XXX-XXXX"), verification of a
 * toll-free one, nothing of any other. Of a Messaging Service it is not known which numbers it has: they may be ordinary ones.
 * @param sender a number in E.164, or a service's SID
 */
export function usRegistration(sender: string): "10dlc" | "toll_free" | "none" {
  if (isTollFree(sender)) return "toll_free";
  if (sender.startsWith("MG")) return "10dlc";
  const parsed = parsePhoneNumberFromString(sender);
  // An area code may be newer than what the library knows of them: then one of North America's counts as American.
  const country = parsed?.country ?? (parsed?.countryCallingCode === "1" ? "US" : "");
  return TEN_DIGIT.has(country) ? "10dlc" : "none";
}

/** Reads a number with its country code as people type it ("+1 (415) 555-0101"); null where it can't be one. */
export function readPhone(text: string): PhoneNumber | null {
  const parsed = parsePhoneNumberFromString(text.trim());
  return parsed?.isPossible() ? (parsed.number as PhoneNumber) : null;
}
