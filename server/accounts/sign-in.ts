/** Signing in: passwords and sessions, kept by better-auth in its own schema. */
import { betterAuth } from "better-auth";
import { createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import pg from "pg";
import { z } from "zod";
import { originsOf } from "../platform/config.ts";
import { APP_ROLE, appSettings, type ConnectionSettings } from "../platform/db/pool.ts";
import type { Log } from "../platform/log.ts";

export interface User {
  id: string;
  name: string;
  email: string;
}

export interface SignIn {
  /** The user whose session cookie the request carries; null where there is none or it has ended. */
  userOf(request: FastifyRequest): Promise<User | null>;
  /** Makes a user who signs in with this password, or answers the one who has this address already (unchanged). */
  ensureUser(user: { name: string; email: string; password: string }): Promise<User>;
  /** Opens a session without a password, for the demo; answers the `Set-Cookie` headers. The caller says who may have it. */
  openSession(request: FastifyRequest, userId: string): Promise<string[]>;
  /** better-auth's own endpoints under /api/auth. */
  plugin(app: FastifyInstance): void;
  stop(): Promise<void>;
}

function headersOf(request: FastifyRequest): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  // A browser says with it which site it comes from; a program that does not is no page, and needs no Origin.
  if (!headers.has("sec-fetch-site")) headers.delete("sec-fetch-mode");
  return headers;
}

/** Called from here alone: it has no address, so no request reaches it. */
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

/** @param secret signs the session cookies */
export function createSignIn(
  settings: ConnectionSettings,
  { publicUrl, secret, log }: { publicUrl: string; secret: string; log: Log },
): SignIn {
  const pool = new pg.Pool({ ...appSettings(settings), options: `-c role=${APP_ROLE} -c search_path=auth`, max: 3 });
  pool.on("error", (error) => log.warn({ error }, "a sign-in connection was cut"));
  const auth = betterAuth({
    database: pool,
    secret,
    baseURL: publicUrl,
    basePath: "/api/auth",
    trustedOrigins: originsOf(publicUrl),
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12, maxPasswordLength: 128 },
    session: { expiresIn: 60 * 60 * 24 * 14, updateAge: 60 * 60 * 24 },
    advanced: {
      useSecureCookies: publicUrl.startsWith("https:"),
      defaultCookieAttributes: { sameSite: "lax", httpOnly: true },
      // Said out loud, because better-auth lets foreign origins pass where NODE_ENV or TEST says that it is being tested.
      disableOriginCheck: false,
      disableCSRFCheck: false,
    },
    plugins: [{ id: "open-session", endpoints: { openSession } }],
    telemetry: { enabled: false },
    logger: {
      log: (level, message) =>
        log[level === "error" ? "error" : level === "warn" ? "warn" : "debug"](`sign-in: ${message}`),
    },
  });

  async function forward(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const body = request.body === undefined || request.body === null ? null : JSON.stringify(request.body);
    const answer = await auth.handler(
      new Request(new URL(request.url, publicUrl), { method: request.method, headers: headersOf(request), body }),
    );
    reply.code(answer.status);
    for (const [name, value] of answer.headers) if (name !== "set-cookie") reply.header(name, value);
    for (const cookie of answer.headers.getSetCookie()) reply.header("set-cookie", cookie);
    return reply.send(await answer.text());
  }

  return {
    async userOf(request) {
      if (!request.headers.cookie) return null;
      const session = await auth.api.getSession({ headers: headersOf(request) });
      return session ? { id: session.user.id, name: session.user.name, email: session.user.email } : null;
    },
    async ensureUser({ name, email, password }) {
      const { internalAdapter, password: passwords } = await auth.$context;
      const found = await internalAdapter.findUserByEmail(email.toLowerCase());
      if (found) return found.user;
      const user = await internalAdapter.createUser(
        { name, email: email.toLowerCase(), emailVerified: true },
        { method: "email-password" },
      );
      await internalAdapter.linkAccount({
        userId: user.id,
        providerId: "credential",
        accountId: user.id,
        password: await passwords.hash(password),
      });
      return user;
    },
    async openSession(request, userId) {
      const answer = await auth.api.openSession({ body: { userId }, headers: headersOf(request), asResponse: true });
      return answer.headers.getSetCookie();
    },
    plugin(app) {
      app.route({ method: ["GET", "POST"], url: "/api/auth/*", handler: forward });
    },
    stop: () => pool.end(),
  };
}
