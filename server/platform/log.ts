/** Logs: one line of JSON a fact. No message bodies, no secrets, no full phone number ever reaches one. */
import { type Logger, pino } from "pino";
import { maskPhone } from "../../contract/phone.ts";

export type Log = Logger;

/** Names that are never shown, however they are spelled: secrets, and what people say. */
const HIDDEN = new Set([
  ...["authorization", "cookie", "setcookie", "authtoken", "password", "secret", "apikey", "token"],
  ...["content", "body", "smscompliance", "proof", "disclosure"],
]);
const isHidden = (name: string) => HIDDEN.has(name.toLowerCase().replace(/[_-]/g, ""));

/** A short code has nothing but its name to tell it by. */
const NUMBERS = new Set(["to", "from", "phone", "phonenumber", "address"]);
const isNumber = (name: string, value: unknown): value is string =>
  typeof value === "string" && /^\d{3,15}$/.test(value) && NUMBERS.has(name.toLowerCase().replace(/[_-]/g, ""));

const DEEPEST = 6;

/** A value as it may be logged: phone numbers masked in every string, hidden names without their values. */
function masked(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return maskPhone(value);
  if (value === null || typeof value !== "object") return value;
  if (value instanceof Error) {
    return { type: value.name, message: maskPhone(value.message), stack: maskPhone(value.stack ?? "") };
  }
  if (value instanceof Date) return value.toISOString();
  if (depth > DEEPEST) return "[too deep]";
  if (Array.isArray(value)) return value.map((item) => masked(item, depth + 1));
  const entries = Object.entries(value).map(([name, item]) => [
    maskPhone(name),
    isHidden(name) ? "[redacted]" : isNumber(name, item) ? `…${item.slice(-2)}` : masked(item, depth + 1),
  ]);
  return Object.fromEntries(entries);
}

/** @param write where lines go; by default standard output */
export function createLog(level: string, write?: (line: string) => void): Log {
  return pino(
    {
      level,
      base: null,
      formatters: { level: (label) => ({ level: label }), log: (line) => masked(line) as Record<string, unknown> },
      hooks: {
        logMethod(args, method) {
          const [first] = args as unknown[];
          // An error by itself would lend the line its own words, unmasked.
          const named = first instanceof Error ? [{ error: first }, ...args.slice(1)] : args;
          const safe = named.map((arg) => (typeof arg === "string" ? maskPhone(arg) : arg)) as typeof args;
          method.apply(this, safe);
        },
      },
    },
    { write: write ?? ((line: string) => void process.stdout.write(line)) },
  );
}
