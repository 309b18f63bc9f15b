/** HTTP of signing in and out, of codes and of passwords: each act asks the library, and counts the guesses. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { AuditVerb } from "../../../contract/audit.ts";
import {
  Code,
  Credentials,
  PasswordChange,
  PasswordProof,
  RecoveryCode,
  type RecoveryCodes,
  type SignedIn,
  type TwoFactorBegun,
} from "../../../contract/sign-in.ts";
import type { Database } from "../../platform/db/database.ts";
import { Refusal } from "../../platform/errors.ts";
import { auditPerson } from "./audit-person.ts";
import { type Guess, takeGuess, wasRight } from "./guesses.ts";
import type { Library } from "./library.ts";
import { refusalOf, signInAgain, wrongCode } from "./refusals.ts";
import { bodyOf, headersOf } from "./requests.ts";
import { giveCodeBack, type SignedInUser, securityOf, takeCode } from "./store.ts";

interface Parts {
  library: Library;
  signIn: {
    userOf(request: FastifyRequest): Promise<SignedInUser | null>;
    refuseForeign(request: FastifyRequest): void;
  };
  database: Database;
}

export function signInRoutes({ library, signIn, database }: Parts) {
  /** Asks the library: its cookies go to the browser, its refusals are said in our words. */
  async function ask(reply: FastifyReply, call: Promise<Response>, passwordField = "password"): Promise<unknown> {
    const answer = await call;
    for (const cookie of answer.headers.getSetCookie()) reply.header("set-cookie", cookie);
    const body: unknown = await answer.json().catch(() => null);
    if (answer.ok) return body;
    const code = typeof body === "object" && body !== null && "code" in body ? String(body.code) : undefined;
    throw refusalOf(answer.status, code, passwordField);
  }

  /** Counts a guess first, and forgets it when it was right. */
  async function guessing<T>(reply: FastifyReply, guess: Guess, act: () => Promise<T>): Promise<T> {
    try {
      await takeGuess(database.ground, guess);
    } catch (error) {
      if (error instanceof Refusal) reply.header("retry-after", String(error.more.retryAfterSeconds));
      throw error;
    }
    const answer = await act();
    await wasRight(database.ground, guess);
    return answer;
  }

  async function whoIsHere(request: FastifyRequest): Promise<SignedInUser> {
    const user = await signIn.userOf(request);
    if (!user) throw refusalOf(401, undefined, "password");
    return user;
  }

  /** Right after the act: the library commits on a connection of its own. Until it is written down nobody hears of a success. */
  const noted = (userId: string, verb: AuditVerb): Promise<void> =>
    database.groundTx((ground) => auditPerson(ground, userId, verb));

  /** An act of somebody who is signed in and proves it by their password. @param verb null: nothing is changed yet */
  async function withPassword(
    request: FastifyRequest,
    reply: FastifyReply,
    verb: AuditVerb | null,
    call: (headers: Headers) => Promise<Response>,
    field?: string,
  ): Promise<unknown> {
    const { id, email } = await whoIsHere(request);
    const guess = { at: "password" as const, whose: email, address: request.ip };
    const answer = await guessing(reply, guess, () => ask(reply, call(headersOf(request)), field));
    if (verb) await noted(id, verb);
    return answer;
  }

  /** An act that takes a code: of whoever is signed in, or owes one after their password. */
  async function withCode(
    request: FastifyRequest,
    reply: FastifyReply,
    call: (headers: Headers) => Promise<Response>,
    code: string | null,
  ): Promise<void> {
    const headers = headersOf(request);
    const { userId } = await library.api.whoOwesCode({ headers });
    if (userId === null) throw signInAgain();
    await guessing(reply, { at: "code", whose: userId, address: request.ip }, async () => {
      // The library takes a code as often as it comes while it is shown: each is worth one use (RFC 6238, 5.2).
      if (code !== null && !(await takeCode(database.ground, userId, code))) throw wrongCode();
      try {
        await ask(reply, call(headers));
      } catch (error) {
        if (code !== null) await giveCodeBack(database.ground, userId, code);
        throw error;
      }
    });
  }

  return (app: FastifyInstance): void => {
    app.addHook("preHandler", async (request) => signIn.refuseForeign(request));
    app.addHook("onSend", async (_request, reply) => {
      reply.header("cache-control", "no-store");
    });

    app.post("/api/auth/sign-in/email", async (request, reply): Promise<SignedIn> => {
      const { email, password } = bodyOf(Credentials, request);
      const guess = { at: "password" as const, whose: email.toLowerCase(), address: request.ip };
      return guessing(reply, guess, async () => {
        const call = library.api.signInEmail({
          body: { email, password },
          headers: headersOf(request),
          asResponse: true,
        });
        const answer = await ask(reply, call);
        return { codeNeeded: typeof answer === "object" && answer !== null && "twoFactorRedirect" in answer };
      });
    });
    app.post("/api/auth/code", async (request, reply) => {
      const body = bodyOf(Code, request);
      const call = (headers: Headers) => library.api.verifyTOTP({ body, headers, asResponse: true });
      const here = await signIn.userOf(request);
      const begun = here && !(await securityOf(database.ground, here.id)).twoFactor;
      await withCode(request, reply, call, body.code);
      if (begun) await noted(here.id, "sign_in.two_factor_on");
      return reply.code(204).send();
    });
    app.post("/api/auth/recovery-code", async (request, reply) => {
      const body = bodyOf(RecoveryCode, request);
      const call = (headers: Headers) => library.api.verifyBackupCode({ body, headers, asResponse: true });
      await withCode(request, reply, call, null);
      return reply.code(204).send();
    });
    app.post("/api/auth/sign-out", async (request, reply) => {
      await ask(reply, library.api.signOut({ headers: headersOf(request), asResponse: true }));
      return reply.code(204).send();
    });

    app.post("/api/auth/password", async (request, reply) => {
      // Whoever knew the old one may be signed in somewhere: all other sessions end.
      const body = { ...bodyOf(PasswordChange, request), revokeOtherSessions: true };
      const call = (headers: Headers) => library.api.changePassword({ body, headers, asResponse: true });
      await withPassword(request, reply, "sign_in.password_changed", call, "currentPassword");
      return reply.code(204).send();
    });
    app.post("/api/auth/two-factor", async (request, reply): Promise<TwoFactorBegun> => {
      const body = { ...bodyOf(PasswordProof, request), method: "totp" as const };
      const call = (headers: Headers) => library.api.enableTwoFactor({ body, headers, asResponse: true });
      const begun = (await withPassword(request, reply, null, call)) as { totpURI: string; backupCodes: string[] };
      return { uri: begun.totpURI, recoveryCodes: begun.backupCodes };
    });
    app.post("/api/auth/two-factor/off", async (request, reply) => {
      const body = bodyOf(PasswordProof, request);
      const call = (headers: Headers) => library.api.disableTwoFactor({ body, headers, asResponse: true });
      await withPassword(request, reply, "sign_in.two_factor_off", call);
      return reply.code(204).send();
    });
    app.post("/api/auth/recovery-codes", async (request, reply): Promise<RecoveryCodes> => {
      const body = bodyOf(PasswordProof, request);
      const call = (headers: Headers) => library.api.generateBackupCodes({ body, headers, asResponse: true });
      const made = (await withPassword(request, reply, "sign_in.recovery_codes_renewed", call)) as {
        backupCodes: string[];
      };
      return { recoveryCodes: made.backupCodes };
    });
  };
}
