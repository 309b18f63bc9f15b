/** The web server: headers, limits, errors, health, metrics, and every room's routes. */
import rateLimit from "@fastify/rate-limit";
import Fastify, { type FastifyInstance } from "fastify";
import helmet from "helmet";
import type { Database } from "../db/database.ts";
import type { Live } from "../db/live.ts";
import { notFound, Refusal } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Secrets } from "../secrets.ts";
import { type StreamParts, serveEventStream } from "./event-stream.ts";
import { describeApi } from "./openapi.ts";
import { sendProblem } from "./problems.ts";
import type { Route } from "./route.ts";
import { type Authenticate, serveRoute } from "./serve-route.ts";

export interface ServerParts {
  database: Database;
  secrets: Secrets;
  live: Live;
  log: Log;
  metrics: Metrics;
  authenticate: Authenticate;
  messagesOf: StreamParts["messagesOf"];
  routes: readonly Route[];
  /** Routes that are not JSON over a workspace: webhooks, sign-in. */
  plugins: ReadonlyArray<(app: FastifyInstance) => void>;
  publicUrl: string;
  /** API requests a second for each key or address. */
  rateLimit: number;
  checkAnswers: boolean;
}

const BURST_SECONDS = 10;
const SWEEP_MS = 50;
const UNLIMITED = /^\/(api\/webhooks\/|healthz|readyz|metrics)/;

export async function createServer(parts: ServerParts): Promise<FastifyInstance> {
  const { database, log, metrics } = parts;
  const app = Fastify({
    logger: false,
    // Whose request it is: a proxy on this machine or network adds the address that it saw, anybody else's word is not taken.
    trustProxy: ["loopback", "linklocal", "uniquelocal"],
    bodyLimit: 1024 * 1024,
    // Requests under way are answered, new ones on kept connections are told to come back (a restart takes a moment).
    return503OnClosing: true,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: false },
    // What never reaches a route: an address that can't be decoded, an id without end.
    frameworkErrors: ({ code }, request, reply) =>
      sendProblem(
        log,
        code === "FST_ERR_MAX_PARAM_LENGTH"
          ? notFound("resource")
          : new Refusal(400, "malformed_request", "The address can't be read. Check its percent-encoding."),
        request,
        reply,
      ),
  });
  // JSON is wanted: a body of plain text is refused like any other. Programs name it on requests without a body too.
  const readJson = app.getDefaultJsonParser("error", "error");
  app.removeContentTypeParser(["application/json", "text/plain"]);
  app.addContentTypeParser<string>("application/json", { parseAs: "string" }, (request, body, done) =>
    body === "" ? done(null, undefined) : readJson(request, body, done),
  );

  // A request that was under way when the door shut leaves a kept connection, which would hold the door for a minute.
  app.addHook("preClose", async () => {
    const sweep = setInterval(() => app.server.closeIdleConnections(), SWEEP_MS);
    app.server.once("close", () => clearInterval(sweep));
  });

  app.setErrorHandler((error, request, reply) => sendProblem(log, error, request, reply));
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      log,
      new Refusal(404, "not_found", `There is nothing at ${request.method} ${request.url.split("?")[0]}.`),
      request,
      reply,
    ),
  );
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "none";
    metrics.requests.observe(
      { method: request.method, route, status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    );
  });

  // Not by its plugin for Fastify, which puts the headers together anew for each request (measured: a twentieth of its work).
  const addSafeHeaders = helmet({
    contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  });
  app.addHook("onRequest", (request, reply, done) => addSafeHeaders(request.raw, reply.raw, () => done()));
  await app.register(rateLimit, {
    max: parts.rateLimit * BURST_SECONDS,
    timeWindow: BURST_SECONDS * 1000,
    allowList: (request) => UNLIMITED.test(request.url),
    // Whoever guesses passwords can make up headers: signing in is counted by where it comes from.
    keyGenerator: ({ url, headers, ip }) =>
      url.startsWith("/api/auth/") ? ip : (headers.authorization ?? headers.cookie ?? ip),
  });

  app.get("/healthz", async (_request, reply) => reply.type("text/plain").send("ok"));
  app.get("/readyz", async (_request, reply) => {
    await database.ground.one("select 1 as ready");
    return reply.type("text/plain").send("ready");
  });
  app.get("/metrics", async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );

  // Made when it is first asked for: no start waits for it.
  let description: ReturnType<typeof describeApi> | null = null;
  app.get("/api/openapi.json", async () => {
    description ??= describeApi(parts.routes, parts.publicUrl);
    return description;
  });

  for (const route of parts.routes) serveRoute(app, route, parts);
  serveEventStream(app, parts);
  for (const plugin of parts.plugins) app.register(async (scope) => plugin(scope));
  await app.ready();
  return app;
}
