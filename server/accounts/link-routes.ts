/** HTTP of one-time links, for whoever holds one: the first set-up, invitations, resets. Nobody is signed in yet. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { LinkLook, LinkUse, SetUp, type SignInLink } from "../../contract/sign-in.ts";
import type { Database } from "../platform/db/database.ts";
import { setUpByLink } from "./set-up.ts";
import { lookAtLink, useLink } from "./sign-in/links.ts";
import { bodyOf } from "./sign-in/requests.ts";
import type { SignIn } from "./sign-in/sign-in.ts";

export function linkRoutes({ database, signIn }: { database: Database; signIn: SignIn }) {
  async function letIn(request: FastifyRequest, reply: FastifyReply, userId: string): Promise<FastifyReply> {
    for (const cookie of await signIn.openSession(request, userId)) reply.header("set-cookie", cookie);
    return reply.code(204).send();
  }
  return (app: FastifyInstance): void => {
    app.addHook("preHandler", async (request) => signIn.refuseForeign(request));
    app.addHook("onSend", async (_request, reply) => {
      reply.header("cache-control", "no-store");
    });
    app.post("/api/set-up", async (request, reply) =>
      letIn(request, reply, await setUpByLink(database, signIn, bodyOf(SetUp, request))),
    );
    app.post("/api/sign-in-links/look", async (request): Promise<SignInLink> => {
      const { token } = bodyOf(LinkLook, request);
      return lookAtLink(database, signIn, request, token);
    });
    app.post("/api/sign-in-links/use", async (request, reply) =>
      letIn(request, reply, await useLink(database, signIn, request, bodyOf(LinkUse, request))),
    );
  };
}
