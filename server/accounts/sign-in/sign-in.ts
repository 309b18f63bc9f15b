/** Signing in: passwords, codes and sessions, kept by better-auth in its own schema. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import pg from "pg";
import { originsOf } from "../../platform/config.ts";
import type { Database } from "../../platform/db/database.ts";
import { APP_ROLE, appSettings, type ConnectionSettings, sturdy } from "../../platform/db/pool.ts";
import { Refusal } from "../../platform/errors.ts";
import type { Log } from "../../platform/log.ts";
import { signInRoutes } from "./acts.ts";
import { createLibrary } from "./library.ts";
import { headersOf } from "./requests.ts";
import type { SignedInUser } from "./store.ts";

export interface SignIn {
  /** The user whose session cookie the request carries; null where there is none or it has ended. */
  userOf(request: FastifyRequest): Promise<SignedInUser | null>;
  /** What a password is checked by later. Slow on purpose: never within a transaction. */
  hashPassword(password: string): Promise<string>;
  /** Opens a session without a password; answers the `Set-Cookie` headers. The caller says who may have it. */
  openSession(request: FastifyRequest, userId: string): Promise<string[]>;
  /** How many of a person's recovery codes were not used yet; 0 where there is no second factor. */
  recoveryCodesLeft(userId: string): Promise<number>;
  /** Refuses a request that a page of another origin sends. */
  refuseForeign(request: FastifyRequest): void;
  /** HTTP under /api/auth. */
  plugin(app: FastifyInstance): void;
  stop(): Promise<void>;
}

/** @param secret signs the session cookies */
export function createSignIn(
  settings: ConnectionSettings,
  { database, publicUrl, secret, log }: { database: Database; publicUrl: string; secret: string; log: Log },
): SignIn {
  const auth = { ...appSettings(settings), options: `-c role=${APP_ROLE} -c search_path=auth`, max: 3 };
  const pool = sturdy(new pg.Pool(auth));
  pool.on("error", (error) => log.warn({ error }, "a sign-in connection was cut"));
  const library = createLibrary({ pool, publicUrl, secret, log, bytes: database.outside.world.bytes });
  const origins = originsOf(publicUrl);

  const signIn: SignIn = {
    async userOf(request) {
      if (!request.headers.cookie) return null;
      const found = await library.api.getSession({ headers: headersOf(request) });
      if (!found) return null;
      const { id, name, email } = found.user;
      return { id, name, email, sessionId: found.session.id };
    },
    hashPassword: async (password) => (await library.$context).password.hash(password),
    async openSession(request, userId) {
      const answer = await library.api.openSession({ body: { userId }, headers: headersOf(request), asResponse: true });
      return answer.headers.getSetCookie();
    },
    async recoveryCodesLeft(userId) {
      const { backupCodes } = await library.api.viewBackupCodes({ body: { userId } });
      return backupCodes.length;
    },
    refuseForeign({ headers }) {
      const from = headers.origin;
      if (from !== undefined && !origins.includes(from))
        throw new Refusal(403, "foreign_origin", `This request comes from ${from}, not from ${origins[0]}.`);
    },
    plugin: (app) => signInRoutes({ library, signIn, database })(app),
    stop: () => pool.end(),
  };
  return signIn;
}
