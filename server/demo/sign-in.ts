/** Signing in without a password: for the demo account alone, and on this machine alone. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { DemoState } from "../../contract/demo.ts";
import { findFirstOwner, type SignIn } from "../accounts/accounts.ts";
import { type Config, isAtHome, isLoopbackHost, originsOf } from "../platform/config.ts";
import type { Database } from "../platform/db/database.ts";
import { notFound, Refusal } from "../platform/errors.ts";
import type { Demo } from "./demo.ts";

export interface DemoSignInParts {
  demo: Demo | null;
  database: Database;
  signIn: SignIn;
  config: Pick<Config, "host" | "publicUrl">;
}

/** What a proxy adds: whoever is behind one may be anywhere. */
const FORWARDED = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"];

export function demoSignIn({ demo, database, signIn, config }: DemoSignInParts) {
  const atHome = isAtHome(config);
  const origins = originsOf(config.publicUrl);

  /** Peer and HOST are this machine, and so is the name it was called by: a page elsewhere can have its name lead here. */
  function isOffered({ headers, socket }: FastifyRequest): boolean {
    const called = /^(\[[^\]]*\]|[^:]*)(?::\d+)?$/.exec(headers.host ?? "")?.[1] ?? "";
    return (
      demo !== null &&
      atHome &&
      isLoopbackHost(socket.remoteAddress ?? "") &&
      isLoopbackHost(called.replace(/^\[|\]$/g, "")) &&
      !FORWARDED.some((name) => headers[name] !== undefined)
    );
  }

  return (app: FastifyInstance): void => {
    app.get("/api/demo", async (request): Promise<DemoState> => {
      return { demo: demo !== null, signInOffered: isOffered(request) };
    });
    app.post("/api/demo/sign-in", async (request, reply) => {
      const owner = demo && isOffered(request) ? await findFirstOwner(database.ground, demo.accountId) : null;
      if (!owner) throw notFound("sign-in");
      const from = request.headers.origin;
      if (from !== undefined && !origins.includes(from))
        throw new Refusal(403, "foreign_origin", `This request comes from ${from}, not from ${origins[0]}.`);
      for (const cookie of await signIn.openSession(request, owner.userId)) reply.header("set-cookie", cookie);
      return reply.code(204).send();
    });
  };
}
