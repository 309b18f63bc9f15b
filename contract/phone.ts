/** Phone numbers: E.164 and nothing else inside the house. */
import { z } from "zod";
import { type PhoneNumber, readPhone } from "./phone-number.ts";

/** What people put between a number's digits, as it stands in addresses of the web too. */
const BETWEEN = "(?:[ ().\\u00a0-]|%(?:25)*(?:20|28|29|2E))";
const PLUSSED = new RegExp(`(\\+|%(?:25)*2B)(\\d(?:${BETWEEN}{0,3}\\d){4,14})`, "gi");
/** A North American number as people write it without its country code, or with no plus before it. */
const BARE = new RegExp(
  `(?<![\\w.+-])(?:1${BETWEEN}{0,3})?(?:[(]\\d{3}[)]${BETWEEN}?|\\d{3}${BETWEEN})\\d{3}${BETWEEN}\\d{4}(?!\\w)|(?<![\\w.+-])1[2-9]\\d{2}[2-9]\\d{6}(?!\\w)`,
  "g",
);
/** A short code is told from other numbers by what stands before it alone. */
const SHORT = /\b((?:to|from|phone|phoneNumber|address|short code)(?:=|: ?| ))(\d{3,6})(?![\w.:…-])/gi;

const digitsOf = (text: string) => text.replace(/%(?:25)*[0-9A-F]{2}/gi, "").replace(/\D/g, "");
const masked = (text: string) => `${digitsOf(text)[0]}…${digitsOf(text).slice(-2)}`;

/**
 * A text for logs, in which phone numbers show their first and last two digits alone: as the house writes them, as people do
 * ("(415) 555-0101"), encoded for an address of the web, and short codes where it is said that they are numbers.
 */
export function maskPhone(text: string): string {
  return text
    .replace(PLUSSED, (_, plus: string, number: string) => `${plus}${masked(number)}`)
    .replace(BARE, masked)
    .replace(SHORT, (_, before: string, code: string) => `${before}…${code.slice(-2)}`);
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
