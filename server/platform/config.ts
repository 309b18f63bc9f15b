/** The environment, read once and checked (architecture section 8). Every name an operator can set is on this page. */
import { isIP } from "node:net";
import { resolve } from "node:path";
import { z } from "zod";
import { nearName } from "./near-name.ts";
import { IN_PLAIN_WORDS } from "./plain-words.ts";

export type Role = "all" | "web" | "worker";

export interface Config {
  port: number;
  host: string;
  /** Without a trailing slash. */
  publicUrl: string;
  dataDir: string;
  databaseUrl: string | null;
  role: Role;
  /** Null: made in the data directory. Only a loopback public address may leave it out. */
  secretKey: Buffer | null;
  /** The key before that one: what it has sealed is resealed at the start. */
  oldSecretKey: Buffer | null;
  /** The first owner and API key of a headless install. */
  setup: { email: string; password: string; apiKey: string | null } | null;
  /** Somebody who can't sign in any more: the start prints a link by which they get in. */
  resetSignIn: string | null;
  /** Whether a first start makes the demo account. */
  demo: boolean;
  /** API requests a second for each key, in bursts of ten times that. */
  rateLimit: number;
  twilio: { apiUrl: string; messagingUrl: string; numbersUrl: string; numbersUploadUrl: string; pricingUrl: string };
  /** The installation's own Twilio account, under which it opens subaccounts; null: it has none. */
  ownAccount: { accountSid: string; authToken: string } | null;
  logLevel: string;
}

const url = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ""));
const secretKey = z
  .string()
  .transform((text) => Buffer.from(text, "base64"))
  .refine((key) => key.length === 32, "must be 32 bytes in base64, such as `openssl rand -base64 32` prints");
const Env = z.object({
  PORT: z.coerce.number("must be a whole number up to 65535, such as 3000").int().min(0).max(65_535).default(3000),
  HOST: z.string().min(1).default("127.0.0.1"),
  PARLEY_PUBLIC_URL: url.optional(),
  PARLEY_DATA_DIR: z.string().min(1).default("./data"),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, "must begin with postgres:// or postgresql://")
    .optional(),
  PARLEY_ROLE: z.enum(["all", "web", "worker"]).default("all"),
  PARLEY_SECRET_KEY: secretKey.optional(),
  PARLEY_OLD_SECRET_KEY: secretKey.optional(),
  PARLEY_ADMIN_EMAIL: z.email().optional(),
  PARLEY_ADMIN_PASSWORD: z.string().min(12, "must have at least 12 characters").max(128).optional(),
  PARLEY_API_KEY: z.string().min(32, "must have at least 32 characters").optional(),
  PARLEY_RESET_SIGN_IN: z.email().optional(),
  PARLEY_DEMO: z.enum(["0", "1"]).optional(),
  PARLEY_RATE_LIMIT: z.coerce.number().int().min(1).default(100),
  PARLEY_LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace"]).default("info"),
  TWILIO_API_URL: url.optional(),
  TWILIO_MESSAGING_URL: url.optional(),
  TWILIO_NUMBERS_URL: url.optional(),
  TWILIO_NUMBERS_UPLOAD_URL: url.optional(),
  TWILIO_PRICING_URL: url.optional(),
  PARLEY_TWILIO_ACCOUNT_SID: z
    .string()
    .regex(/^AC[0-9a-f]{32}$/, "must be AC followed by 32 hexadecimal digits")
    .optional(),
  PARLEY_TWILIO_AUTH_TOKEN: z
    .string()
    .regex(/^[0-9a-zA-Z]{32}$/, "must be the 32 characters that Twilio's console shows")
    .optional(),
});

/** Thrown with one line for each wrong setting, ready to print. */
export class ConfigError extends Error {}

/** Reads the settings; an empty value counts as absent. Throws ConfigError naming each wrong variable and the remedy. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = Env.safeParse(given, IN_PLAIN_WORDS);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("\n"));
  }
  const e = parsed.data;
  const publicUrl = e.PARLEY_PUBLIC_URL ?? `http://localhost:${e.PORT}`;
  if (!e.PARLEY_SECRET_KEY && !isLoopbackUrl(publicUrl)) {
    throw new ConfigError(
      "PARLEY_SECRET_KEY: is needed where PARLEY_PUBLIC_URL is not a loopback address. It seals the providers' " +
        "credentials: make one with `openssl rand -base64 32` and keep it with your backups.",
    );
  }
  if (e.PARLEY_OLD_SECRET_KEY && e.PARLEY_SECRET_KEY?.equals(e.PARLEY_OLD_SECRET_KEY)) {
    throw new ConfigError(
      "PARLEY_OLD_SECRET_KEY: is the same key as PARLEY_SECRET_KEY. To change the key, set PARLEY_SECRET_KEY to the " +
        "new one; otherwise leave PARLEY_OLD_SECRET_KEY out.",
    );
  }
  const { PARLEY_ADMIN_EMAIL: email, PARLEY_ADMIN_PASSWORD: password, PARLEY_API_KEY: apiKey } = e;
  if (!email !== !password)
    throw new ConfigError("PARLEY_ADMIN_EMAIL and PARLEY_ADMIN_PASSWORD go together: set both or neither.");
  if (apiKey && !email)
    throw new ConfigError(
      "PARLEY_API_KEY: needs PARLEY_ADMIN_EMAIL and PARLEY_ADMIN_PASSWORD, whose owner it acts for.",
    );
  const { PARLEY_TWILIO_ACCOUNT_SID: accountSid, PARLEY_TWILIO_AUTH_TOKEN: authToken } = e;
  if (!accountSid !== !authToken)
    throw new ConfigError("PARLEY_TWILIO_ACCOUNT_SID and PARLEY_TWILIO_AUTH_TOKEN go together: set both or neither.");
  // Without any settings this is somebody who wants to look; whoever set something up wants their own business.
  const atHome = isAtHome({ host: e.HOST, publicUrl });
  const demo = e.PARLEY_DEMO === undefined ? atHome && !email && !e.DATABASE_URL : e.PARLEY_DEMO === "1";
  if (demo && !atHome && !email)
    throw new ConfigError(
      "PARLEY_DEMO: signs nobody in by itself where others can reach it. Set PARLEY_ADMIN_EMAIL and " +
        "PARLEY_ADMIN_PASSWORD for its owner too, or leave it out.",
    );
  return {
    port: e.PORT,
    host: e.HOST,
    publicUrl,
    dataDir: resolve(e.PARLEY_DATA_DIR),
    databaseUrl: e.DATABASE_URL ?? null,
    role: e.PARLEY_ROLE,
    secretKey: e.PARLEY_SECRET_KEY ?? null,
    oldSecretKey: e.PARLEY_OLD_SECRET_KEY ?? null,
    setup: email && password ? { email, password, apiKey: apiKey ?? null } : null,
    resetSignIn: e.PARLEY_RESET_SIGN_IN ?? null,
    demo,
    rateLimit: e.PARLEY_RATE_LIMIT,
    twilio: {
      apiUrl: e.TWILIO_API_URL ?? "https://api.twilio.com",
      messagingUrl: e.TWILIO_MESSAGING_URL ?? e.TWILIO_API_URL ?? "https://messaging.twilio.com",
      numbersUrl: e.TWILIO_NUMBERS_URL ?? e.TWILIO_API_URL ?? "https://numbers.twilio.com",
      numbersUploadUrl: e.TWILIO_NUMBERS_UPLOAD_URL ?? e.TWILIO_API_URL ?? "https://numbers-upload.twilio.com",
      pricingUrl: e.TWILIO_PRICING_URL ?? e.TWILIO_API_URL ?? "https://pricing.twilio.com",
    },
    ownAccount: accountSid && authToken ? { accountSid, authToken } : null,
    logLevel: e.PARLEY_LOG_LEVEL,
  };
}

/** Those of the tests (CONTRIBUTING.md): the shell that runs them may start Parley too. */
const OF_TESTS = ["PARLEY_SHARED", "PARLEY_DEMAND_SHARED", "PARLEY_CHROMIUM", "PARLEY_DEMAND_CHROMIUM", "PARLEY_PRISM"];
/** What Kubernetes tells every pod of a service that is called parley. */
const OF_KUBERNETES = /^PARLEY_(SERVICE_(HOST|PORT)|PORT_\d+_)/;

/** A line for each variable that is named like a setting and is none: a typo is never ignored in silence. */
export function unknownSettings(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = Object.keys(Env.shape);
  return Object.keys(env)
    .filter((name) => name.startsWith("PARLEY_") && !known.includes(name) && !OF_TESTS.includes(name))
    .filter((name) => env[name] && !OF_KUBERNETES.test(name) && !env[name].startsWith("tcp://"))
    .map((name) => {
      const bare = name.slice("PARLEY_".length);
      const meant = known.includes(bare) ? bare : nearName(name, known);
      return `${name}: is no setting of Parley's and is ignored.${meant ? ` Did you mean ${meant}?` : ""}`;
    });
}

/** Whether an address is this machine itself. */
export const isLoopbackUrl = (address: string): boolean =>
  isLoopbackHost(new URL(address).hostname.replace(/^\[|\]$/g, ""));

/** Whether nobody but this machine can reach it. */
export const isAtHome = ({ host, publicUrl }: Pick<Config, "host" | "publicUrl">): boolean =>
  isLoopbackHost(host) && isLoopbackUrl(publicUrl);

/** Whether that is said by a host's name, or of an IP address as a socket tells it. */
export function isLoopbackHost(host: string): boolean {
  const bare = host.replace(/^::ffff:/i, "");
  return (
    bare === "localhost" ||
    bare.endsWith(".localhost") ||
    bare === "::1" ||
    (isIP(bare) === 4 && bare.startsWith("127."))
  );
}

/** The origins of the house's own pages: on loopback all of that machine's names, whichever people type. */
export function originsOf(publicUrl: string): string[] {
  const { origin, protocol, port } = new URL(publicUrl);
  if (!isLoopbackUrl(publicUrl)) return [origin];
  const at = (host: string) => new URL(`${protocol}//${host}:${port}`).origin;
  return [...new Set([origin, at("localhost"), at("127.0.0.1"), at("[::1]")])];
}

/** Whether an address can't be reached from the internet: loopback, private, link-local or a bare local name. */
export function isPrivateUrl(address: string): boolean {
  if (isLoopbackUrl(address)) return true;
  const host = new URL(address).hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) === 4)
    return /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|0\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(
      host,
    );
  if (isIP(host) === 6) return /^(f[cd]|fe[89ab])/i.test(host) || host === "::";
  return !host.includes(".") || /\.(local|internal|lan|home)$/.test(host);
}
