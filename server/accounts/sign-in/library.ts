/** better-auth as we use it: passwords, sessions and second factors in its own schema. Asked by function, never by HTTP. */
import { betterAuth } from "better-auth";
import { createAuthEndpoint, getSessionFromCtx } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { twoFactor } from "better-auth/plugins/two-factor";
import type pg from "pg";
import { z } from "zod";
import type { Log } from "../../platform/log.ts";
import { ADDRESS_HEADER } from "./requests.ts";

const DAY_S = 24 * 60 * 60;
/** The plugin's own name for its cookie. */
const CHALLENGE_COOKIE = "two_factor";

/** Opens a session without a password: the caller says who may have it. */
const openSession = createAuthEndpoint.serverOnly(
  { method: "POST", body: z.object({ userId: z.string() }) },
  async (ctx) => {
    const { internalAdapter } = ctx.context;
    const user = await internalAdapter.findUserById(ctx.body.userId);
    if (!user) throw new Error("a session was asked for nobody");
    await setSessionCookie(ctx, { session: await internalAdapter.createSession(user.id), user });
    return ctx.json({});
  },
);

/** Whose code is asked for: who is signed in, or whose password was right and who now owes a code. */
const whoOwesCode = createAuthEndpoint.serverOnly({ method: "POST" }, async (ctx) => {
  const session = await getSessionFromCtx(ctx);
  if (session) return { userId: session.user.id };
  const { name } = ctx.context.createAuthCookie(CHALLENGE_COOKIE);
  const challenge = await ctx.getSignedCookie(name, ctx.context.secret);
  const found = challenge ? await ctx.context.internalAdapter.findVerificationValue(challenge) : null;
  return { userId: found?.value ?? null };
});

const RECOVERY_CODES = 10;
const CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz";

/** 50 random bits each, in letters that can't be taken for one another. */
const recoveryCodes = (bytes: (count: number) => Buffer): string[] =>
  Array.from({ length: RECOVERY_CODES }, () =>
    Array.from(bytes(10), (byte) => CROCKFORD[byte % CROCKFORD.length])
      .join("")
      .replace(/^(.{5})/, "$1-"),
  );

interface LibraryParts {
  pool: pg.Pool;
  publicUrl: string;
  /** Signs the cookies and seals the second factors. */
  secret: string;
  bytes(count: number): Buffer;
  log: Log;
}

export function createLibrary({ pool, publicUrl, secret, bytes, log }: LibraryParts) {
  return betterAuth({
    database: pool,
    secret,
    baseURL: publicUrl,
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12, maxPasswordLength: 128 },
    session: { expiresIn: 14 * DAY_S, updateAge: DAY_S },
    advanced: {
      useSecureCookies: publicUrl.startsWith("https:"),
      defaultCookieAttributes: { sameSite: "lax", httpOnly: true },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      // Its tables are made by our migrations, and each is used by a story: a look at every start costs more than it finds.
      database: { validateSchema: false },
    },
    rateLimit: { enabled: false }, // guesses.ts counts, for all processes and across restarts
    plugins: [
      { id: "parley", endpoints: { openSession, whoOwesCode } },
      twoFactor({
        issuer: "Parley",
        accountLockout: { enabled: false },
        backupCodeOptions: { customBackupCodesGenerate: () => recoveryCodes(bytes) },
      }),
    ],
    telemetry: { enabled: false },
    logger: {
      log: (level, message) =>
        log[level === "error" ? "error" : level === "warn" ? "warn" : "debug"](`sign-in: ${message}`),
    },
  });
}

export type Library = ReturnType<typeof createLibrary>;
