/** Logs: one line of JSON a fact. No message bodies, no secrets, no full phone number ever reaches one. */
import { type Logger, pino } from "pino";
import { maskPhone } from "../../contract/phone.ts";

export type Log = Logger;

const SECRETS = [
  "authorization",
  "cookie",
  "authToken",
  "auth_token",
  "password",
  "secret",
  "apiKey",
  "api_key",
  "token",
];
const PRIVATE = ["content", "body", "Body", "smsCompliance", "proof"];

/** Masks phone numbers in every string of a log line, at any depth of plain objects. */
function masked(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return maskPhone(value);
  if (depth > 6 || value === null || typeof value !== "object") return value;
  if (value instanceof Error) {
    return { type: value.name, message: maskPhone(value.message), stack: maskPhone(value.stack ?? "") };
  }
  if (Array.isArray(value)) return value.map((item) => masked(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, masked(item, depth + 1)]));
}

/** @param write where lines go; by default standard output */
export function createLog(level: string, write?: (line: string) => void): Log {
  const paths = [...SECRETS, ...PRIVATE].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino(
    {
      level,
      base: null,
      redact: { paths, censor: "[redacted]" },
      formatters: { level: (label) => ({ level: label }), log: (line) => masked(line) as Record<string, unknown> },
      hooks: {
        logMethod(args, method) {
          const safe = args.map((arg) => (typeof arg === "string" ? maskPhone(arg) : arg)) as typeof args;
          method.apply(this, safe);
        },
      },
    },
    { write: write ?? ((line: string) => void process.stdout.write(line)) },
  );
}
