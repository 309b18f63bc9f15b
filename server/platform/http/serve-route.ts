/** Turns a declared route into a served one: who asks, may they, is the request right, which handle, what answer. */
import { Buffer } from "node:buffer";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Database } from "../db/database.ts";
import { forbidden, notFound } from "../errors.ts";
import { IN_PLAIN_WORDS } from "../plain-words.ts";
import type { Secrets } from "../secrets.ts";
import { FileAnswer, sendFile, sendText, TextAnswer } from "./files.ts";
import { giveKeyBack, keepAnswer, repeatable, takeKey } from "./idempotency.ts";
import { unkeepable } from "./keepable.ts";
import { refusalOf } from "./problems.ts";
import { Answer, type Caller, type Route } from "./route.ts";

export type Authenticate = (request: FastifyRequest) => Promise<Caller>;

export interface Serving {
  database: Database;
  secrets: Secrets;
  authenticate: Authenticate;
  /** Whether every answer is held against its schema; a mismatch is a bug (on in tests). */
  checkAnswers: boolean;
}

/** The body of a route that takes none: a field in it is one that nobody reads. */
const NOTHING = z.strictObject({});

function parsed(schema: z.ZodType | undefined, value: unknown): unknown {
  if (!schema) return undefined;
  const refused = unkeepable(value);
  if (refused) throw refused;
  const result = schema.safeParse(value, IN_PLAIN_WORDS);
  if (result.success) return result.data;
  throw refusalOf(result.error);
}

interface Input {
  params: unknown;
  query: unknown;
  body: unknown;
  caller: Caller;
}

export function serveRoute(
  app: FastifyInstance,
  route: Route,
  { database, secrets, authenticate, checkAnswers }: Serving,
): void {
  async function perform(
    request: FastifyRequest,
    input: Input,
  ): Promise<{ status: number; body: unknown; again?: true }> {
    const { caller } = input;
    const { run } = route;
    const given = input as never;
    const outcome = (result: unknown) =>
      result instanceof Answer
        ? { status: result.status, body: result.body as unknown }
        : { status: route.status, body: result };

    if (run.kind === "read") return outcome(await database.view(caller.workspaceId, (view) => run.handle(view, given)));

    const once = route.method === "GET" ? null : repeatable(request, caller);
    if (run.kind === "write") {
      return database.tx(caller.workspaceId, async (tx) => {
        const earlier = once && (await takeKey(tx, secrets, once));
        if (earlier) return { status: earlier.status, body: earlier.answer, again: true as const };
        const answer = outcome(await run.handle(tx, given));
        if (once) await keepAnswer(tx, secrets, once, answer.status, answer.body);
        return answer;
      });
    }

    if (!once) return outcome(await run.handle(database, given));
    const earlier = await database.tx(caller.workspaceId, (tx) => takeKey(tx, secrets, once));
    if (earlier) return { status: earlier.status, body: earlier.answer, again: true };
    const answer = await run.handle(database, given).then(outcome, async (error) => {
      await database.tx(caller.workspaceId, (tx) => giveKeyBack(tx, once));
      throw error;
    });
    // Where this fails the act is done all the same: the key stays taken, and nothing is done twice.
    await database.tx(caller.workspaceId, (tx) => keepAnswer(tx, secrets, once, answer.status, answer.body));
    return answer;
  }

  async function allowed(request: FastifyRequest): Promise<Caller> {
    const caller = await authenticate(request);
    if (route.permission !== "any" && !caller.permissions.has(route.permission)) throw forbidden(route.permission);
    return caller;
  }

  if (route.takesBytes !== null) {
    // Nobody's bytes are taken in before it is known who sends them.
    const callers = new WeakMap<FastifyRequest, Caller>();
    const takesBytes = route.takesBytes;
    app.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
      scope.route({
        method: route.method,
        url: route.path,
        bodyLimit: takesBytes,
        onRequest: async (request) => void callers.set(request, await allowed(request)),
        handler: async (request, reply) => {
          const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
          const caller = callers.get(request) ?? (await allowed(request));
          const query = parsed(route.query, request.query);
          return answered(reply, await perform(request, { params: undefined, query, body, caller }));
        },
      });
    });
    return;
  }

  function answered(reply: FastifyReply, answer: Awaited<ReturnType<typeof perform>>): FastifyReply {
    if (checkAnswers && answer.status !== route.status && answer.status !== route.otherStatus)
      throw new Error(`${route.path} answers ${answer.status}, which it does not describe`);
    if (checkAnswers && route.answer) route.answer.parse(JSON.parse(JSON.stringify(answer.body)));
    if (answer.again) reply.header("idempotency-replayed", "true");
    reply.code(answer.status);
    return answer.status === 204 ? reply.send() : reply.send(answer.body);
  }

  app.route({
    method: route.method,
    url: route.path,
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const caller = await allowed(request);
      const params = route.params?.safeParse(request.params);
      if (params && !params.success) throw notFound("resource"); // an id of another shape is nobody's
      const query = parsed(route.query, request.query);
      const body = parsed(route.body ?? NOTHING, request.body ?? {});
      const answer = await perform(request, { params: params?.data, query, body, caller });
      if (answer.body instanceof FileAnswer) return sendFile(request, reply, answer.body, "private, max-age=3600");
      if (answer.body instanceof TextAnswer) return sendText(reply, answer.body);
      return answered(reply, answer);
    },
  });
}
