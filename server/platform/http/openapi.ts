/** The API's description (OpenAPI 3.1), made from the very schemas that validate. */
import { z } from "zod";
import { Problem } from "../../../contract/problem.ts";
import type { Route } from "./route.ts";

interface JsonSchema {
  properties?: Record<string, unknown>;
  required?: string[];
}

/**
 * A schema of its own; a part that holds itself (any JSON) has to have a name that a $ref reaches from the whole document,
 * so such parts move to `shared`.
 */
function schemaOf(schema: z.ZodType, io: "input" | "output", shared: SharedSchemas): JsonSchema {
  const { $schema: _, $defs = {}, ...json } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  const all = JSON.stringify($defs);
  const names = new Map(Object.keys($defs).map((name) => [name, nameIn(shared, `${name} of ${all}`)]));
  const renamed = <T>(part: T): T =>
    JSON.parse(
      JSON.stringify(part, (key, value) => {
        const name = key === "$ref" && typeof value === "string" ? names.get(value.replace("#/$defs/", "")) : undefined;
        return name ? `#/components/schemas/${name}` : value;
      }),
    ) as T;
  for (const [name, part] of Object.entries($defs)) shared.schemas[names.get(name) ?? name] = renamed(part);
  return renamed(json) as JsonSchema;
}

interface SharedSchemas {
  /** The name of each part by what it is, so that the same part is there once. */
  names: Map<string, string>;
  schemas: Record<string, unknown>;
}

function nameIn({ names }: SharedSchemas, part: string): string {
  const name = names.get(part) ?? `Shared${names.size + 1}`;
  names.set(part, name);
  return name;
}

function parametersOf(schema: z.ZodType | undefined, place: "path" | "query", shared: SharedSchemas) {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, "input", shared);
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: property,
  }));
}

const problems = {
  description: "What went wrong, and what to do",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

/** Bytes of any type. */
const bytes = { "*/*": { schema: { type: "string", format: "binary" } } };

function good(route: Route, shared: SharedSchemas) {
  const content = route.givesFile
    ? bytes
    : route.answer && { "application/json": { schema: schemaOf(route.answer, "output", shared) } };
  return {
    [route.status]: { description: "Done", ...(content ? { content } : {}) },
    ...(route.otherStatus && content ? { [route.otherStatus]: { description: "It was there already", content } } : {}),
  };
}

/** The stream that the browser lives on; it is served beside the declared routes. */
const events = {
  get: {
    summary: "What happens, as server-sent events: each with its number, from the one after `after` on",
    operationId: "getEvents",
    tags: ["events"],
    "x-permission": "inbox.read",
    parameters: [
      {
        name: "after",
        in: "query",
        required: false,
        schema: { type: "integer", minimum: 0 },
        description: "The number of the last event that was read; without it only what comes from now on.",
      },
      {
        name: "Last-Event-ID",
        in: "header",
        required: false,
        schema: { type: "integer", minimum: 0 },
        description: "The same, as browsers send it when they come back; it goes before `after`.",
      },
    ],
    responses: {
      200: { description: "The stream", content: { "text/event-stream": { schema: { type: "string" } } } },
      default: problems,
    },
  },
};

function operationOf(route: Route, shared: SharedSchemas) {
  return {
    summary: route.summary,
    operationId: `${route.method.toLowerCase()}${route.path.replace(/^\/api/, "").replace(/[/:-]+(\w)?/g, (_, c: string) => c?.toUpperCase() ?? "")}`,
    tags: [route.path.split("/")[2] ?? "api"],
    ...(route.permission === "any" ? {} : { "x-permission": route.permission }),
    parameters: [
      ...parametersOf(route.params, "path", shared),
      ...parametersOf(route.query, "query", shared),
      ...(route.method === "GET" ? [] : [{ $ref: "#/components/parameters/IdempotencyKey" }]),
    ],
    ...(route.takesBytes === null ? {} : { requestBody: { required: true, content: bytes } }),
    ...(route.body
      ? {
          requestBody: {
            required: true,
            content: { "application/json": { schema: schemaOf(route.body, "input", shared) } },
          },
        }
      : {}),
    responses: { ...good(route, shared), default: problems },
  };
}

export function describeApi(routes: readonly Route[], publicUrl: string) {
  const shared: SharedSchemas = { names: new Map(), schemas: {} };
  const paths: Record<string, Record<string, unknown>> = { "/api/events": events };
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, shared) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Parley",
      version: "1",
      description:
        "The open, self-hosted desk for business texting. Lists are cursor-paged, errors are problem documents (RFC 9457).",
    },
    servers: [{ url: publicUrl }],
    security: [{ key: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        key: { type: "http", scheme: "bearer", description: "An API key; it belongs to one workspace." },
        session: {
          type: "apiKey",
          in: "cookie",
          name: `${publicUrl.startsWith("https:") ? "__Secure-" : ""}better-auth.session_token`,
          description:
            "The session of POST /api/auth/sign-in/email. Who belongs to several workspaces names one in the header Parley-Workspace.",
        },
      },
      parameters: {
        IdempotencyKey: {
          name: "Idempotency-Key",
          in: "header",
          required: false,
          schema: { type: "string", minLength: 1, maxLength: 255 },
          description: "The same key with the same request answers the same for 24 hours.",
        },
      },
      schemas: { Problem: schemaOf(Problem, "output", shared), ...shared.schemas },
    },
  };
}
