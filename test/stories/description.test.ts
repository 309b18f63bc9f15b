/** The API's description: true to what is served, and whole, so that clients can be made from it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Answer } from "../support/api.ts";
import { foundTown, type Town } from "../support/town.ts";

type Json = Record<string, unknown>;
interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required: boolean;
  schema: Json;
}
interface Operation {
  summary: string;
  operationId: string;
  parameters: Array<Parameter | { $ref: string }>;
  requestBody?: { required: boolean; content: Record<string, { schema: Json }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: Json }> }>;
}
interface Description extends Json {
  paths: Record<string, Record<string, Operation>>;
}

let town: Town;
let answer: Answer;
let description: Description;
beforeAll(async () => {
  town = await foundTown();
  answer = await town.as(null).get("/api/openapi.json");
  description = answer.body as unknown as Description;
});
afterAll(() => town.stop());

/** Every operation with its route's name, such as "GET /api/me". */
const operations = (): Array<[string, Operation]> =>
  Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Every object in the description, with where it stands. */
function* everyObject(value: unknown, at = "#"): Generator<[string, Json]> {
  if (isObject(value)) yield [at, value];
  if (typeof value === "object" && value !== null)
    for (const [key, inner] of Object.entries(value)) yield* everyObject(inner, `${at}/${key}`);
}

/** What a $ref of this document leads to. */
function resolved(ref: string): unknown {
  if (!ref.startsWith("#/")) return undefined;
  const steps = ref.slice(2).split("/");
  return steps.reduce<unknown>(
    (place, step) => (isObject(place) ? place[step.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined),
    description,
  );
}
const parametersOf = ({ parameters }: Operation): Parameter[] =>
  parameters.map((each) => ("$ref" in each ? resolved(each.$ref) : each) as Parameter);

/** The objects of a schema whose fields are named: each has to say whether others may come along. */
const namedFields = (schema: Json): Array<[string, Json]> =>
  [...everyObject(schema)].filter(([at, each]) => isObject(each.properties) && !at.endsWith("/properties"));

test("it is an OpenAPI document of version 3.1, open to everybody", () => {
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toContain("application/json");
  expect(description).toMatchObject({
    openapi: expect.stringMatching(/^3\.1\.\d+$/),
    info: { title: "Parley", version: expect.stringMatching(/./) },
    servers: [{ url: town.publicUrl }],
    security: [{ key: [] }],
    components: { securitySchemes: { key: { type: "http", scheme: "bearer" } } },
  });
  const known = ["openapi", "info", "jsonSchemaDialect", "servers", "paths", "webhooks", "components", "security"];
  expect(Object.keys(description).filter((key) => ![...known, "tags", "externalDocs"].includes(key))).toEqual([]);
});

test("it has every route that is served, and no other", () => {
  const served = town.house.routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
  expect(served.length).toBeGreaterThan(50);
  expect(
    operations()
      .map(([name]) => name)
      .sort(),
  ).toEqual(served.sort());
});

test("each operation has a name of its own and says what it does", () => {
  const ids = operations().map(([, { operationId }]) => operationId);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  for (const [name, { operationId, summary }] of operations()) {
    expect([name, operationId]).toEqual([name, expect.stringMatching(/^[a-z][A-Za-z0-9]+$/)]);
    expect([name, summary]).toEqual([name, expect.stringMatching(/\w{3}/)]);
  }
});

test("each part of a path that varies is declared, and nothing else is called one", () => {
  for (const [name, operation] of operations()) {
    const inPath = parametersOf(operation).filter((each) => each.in === "path");
    const named = [...name.matchAll(/\{(\w+)\}/g)].map(([, part]) => part);
    expect([name, inPath.map((each) => each.name).sort()]).toEqual([name, named.sort()]);
    for (const each of inPath) expect([name, each.required]).toEqual([name, true]);
  }
});

test("each parameter has a place, a schema, and stands once", () => {
  for (const [name, operation] of operations()) {
    const seen = parametersOf(operation).map((each) => `${each.in} ${each.name}`);
    expect([name, new Set(seen).size]).toEqual([name, seen.length]);
    for (const { in: place, name: parameter, schema } of parametersOf(operation)) {
      const at = `${name}: ${parameter}`;
      expect([at, ["path", "query", "header"].includes(place), isObject(schema)]).toEqual([at, true, true]);
    }
  }
});

test("every write may be repeated safely, and says how", () => {
  for (const [name, operation] of operations()) {
    const repeats = parametersOf(operation).some((each) => each.name === "Idempotency-Key" && each.in === "header");
    expect([name, repeats]).toEqual([name, !name.startsWith("GET ")]);
  }
});

test("each operation says what it answers, well or not", () => {
  for (const [name, { responses }] of operations()) {
    const good = Object.keys(responses).filter((status) => /^2\d\d$/.test(status));
    expect([name, good.length]).toEqual([name, 1]);
    const response = responses[good[0] ?? ""];
    const schema = response?.content?.["application/json"]?.schema;
    expect([name, isObject(schema)]).toEqual([name, good[0] !== "204"]);
    expect([name, responses.default?.content]).toEqual([
      name,
      { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
    ]);
    for (const each of Object.values(responses)) expect([name, typeof each.description]).toEqual([name, "string"]);
  }
});

test("every $ref leads somewhere", () => {
  const refs = [...everyObject(description)].flatMap(([at, each]) =>
    typeof each.$ref === "string" ? [{ at, ref: each.$ref }] : [],
  );
  expect(refs.length).toBeGreaterThan(0);
  expect(refs.filter(({ ref }) => !isObject(resolved(ref)))).toEqual([]);
});

test("what a body may hold is described to the last field, and anything else is refused", () => {
  const bodies = operations().flatMap(([name, { requestBody }]) => (requestBody ? [{ name, requestBody }] : []));
  expect(bodies.length).toBeGreaterThan(15);
  for (const { name, requestBody } of bodies) {
    expect([name, requestBody.required, Object.keys(requestBody.content)]).toEqual([name, true, ["application/json"]]);
    const schema = requestBody.content["application/json"]?.schema ?? {};
    const fields = namedFields(schema);
    expect([name, fields.length > 0]).toEqual([name, true]);
    for (const [at, each] of fields) expect([name, at, each.additionalProperties]).toEqual([name, at, false]);
  }
});

test("the routes that read a body are those that declare one", () => {
  for (const { method, path, body } of town.house.routes) {
    const operation = description.paths[path.replace(/:(\w+)/g, "{$1}")]?.[method.toLowerCase()];
    expect([method, path, operation?.requestBody !== undefined]).toEqual([method, path, body !== undefined]);
    if (method === "GET" || method === "DELETE") expect([method, path, body]).toEqual([method, path, undefined]);
  }
});

test("every schema is one: types that exist, and required fields that are there", () => {
  const types = ["string", "number", "integer", "boolean", "object", "array", "null"];
  for (const [at, each] of everyObject(description)) {
    if (!/\/schema\b|\/schemas\//.test(at) || /\/(properties|default|example|examples)$/.test(at)) continue;
    for (const type of [each.type ?? []].flat())
      if (!at.includes("/default/")) expect([at, types]).toEqual([at, expect.arrayContaining([type])]);
    if (Array.isArray(each.required) && isObject(each.properties)) {
      const { properties, required } = each;
      expect([at, required.filter((field) => !(String(field) in properties))]).toEqual([at, []]);
    }
    if (each.type === "array")
      expect([at, isObject(each.items) || Array.isArray(each.prefixItems)]).toEqual([at, true]);
    if (typeof each.pattern === "string") expect(() => new RegExp(String(each.pattern), "u")).not.toThrow();
  }
});
