/** Phone numbers: E.164 and nothing else inside the house. */
import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import { z } from "zod";

export type PhoneNumber = `+${string}`;

/** Reads a number with its country code as people type it ("+1 (415) 555-0101"); null where it can't be one. */
export function readPhone(text: string): PhoneNumber | null {
  const parsed = parsePhoneNumberFromString(text.trim());
  return parsed?.isPossible() ? (parsed.number as PhoneNumber) : null;
}

/** A phone number for logs: country code and last two digits. Short codes and names are masked whole. */
export function maskPhone(text: string): string {
  return text.replace(/\+\d{5,15}/g, (number) => `${number.slice(0, 2)}…${number.slice(-2)}`);
}

export const Phone = z
  .string()
  .transform((text, context): PhoneNumber => {
    const phone = readPhone(text);
    if (phone) return phone;
    context.addIssue({ code: "custom", message: "must be a phone number with its country code, such as +14155550101" });
    return z.NEVER;
  })
  .meta({ type: "string", examples: ["+14155550101"] });

/** In a query string `+` may arrive as a space: a leading space is read as `+`. */
export const QueryPhone = z
  .string()
  .transform((text) => text.replace(/^ /, "+"))
  .pipe(Phone);
