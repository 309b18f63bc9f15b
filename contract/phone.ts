/** Phone numbers: E.164 and nothing else inside the house. */
import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import { z } from "zod";

export type PhoneNumber = `+${string}`;

/** Reads a number with its country code as people type it ("+1 (415) 555-0101"); null where it can't be one. */
export function readPhone(text: string): PhoneNumber | null {
  const parsed = parsePhoneNumberFromString(text.trim());
  return parsed?.isPossible() ? (parsed.number as PhoneNumber) : null;
}

/** A text for logs, in which phone numbers (in addresses of the web too) show their first and last two digits alone. */
export function maskPhone(text: string): string {
  return text.replace(
    /(\+|%2B)(\d{5,15})/gi,
    (_, plus: string, digits: string) => `${plus}${digits[0]}…${digits.slice(-2)}`,
  );
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
