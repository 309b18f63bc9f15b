/** The API's description (OpenAPI 3.1), made from the very schemas that validate. */
import { z } from "zod";
import { Problem } from "../../../contract/problem.ts";
import type { Route } from "./route.ts";

interface JsonSchema {
  properties?: Record<string, unknown>;
  required?: string[];
}

function schemaOf(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return json as JsonSchema;
}

function parametersOf(schema: z.ZodType | undefined, place: "path" | "query") {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, "input");
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

function operationOf(route: Route) {
  return {
    summary: route.summary,
    operationId: `${route.method.toLowerCase()}${route.path.replace(/^\/api/, "").replace(/[/:-]+(\w)?/g, (_, c: string) => c?.toUpperCase() ?? "")}`,
    tags: [route.path.split("/")[2] ?? "api"],
    ...(route.permission === "any" ? {} : { "x-permission": route.permission }),
    parameters: [
      ...parametersOf(route.params, "path"),
      ...parametersOf(route.query, "query"),
      ...(route.method === "GET" ? [] : [{ $ref: "#/components/parameters/IdempotencyKey" }]),
    ],
    ...(route.body
      ? { requestBody: { required: true, content: { "application/json": { schema: schemaOf(route.body, "input") } } } }
      : {}),
    responses: {
      [route.status]: route.answer
        ? { description: "Done", content: { "application/json": { schema: schemaOf(route.answer, "output") } } }
        : { description: "Done" },
      default: problems,
    },
  };
}

export function describeApi(routes: readonly Route[], publicUrl: string) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
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
    security: [{ key: [] }],
    paths,
    components: {
      securitySchemes: {
        key: { type: "http", scheme: "bearer", description: "An API key; it belongs to one workspace." },
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
      schemas: { Problem: schemaOf(Problem, "output") },
    },
  };
}
