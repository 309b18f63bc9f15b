/** The API describes itself: what is served is described, and what is described is so. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hire } from "../support/people.ts";
import { DANA, foundTown, type Town } from "../support/town.ts";

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
interface Parameter {
  $ref?: string;
  name?: string;
  in?: string;
  required?: boolean;
  schema?: { [name: string]: Json };
}
interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  parameters: Parameter[];
  requestBody?: { required: boolean; content: Record<string, { schema: { [name: string]: Json } }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: Json }> }>;
}

let town: Town;
let whole: { [name: string]: Json };
let operations: Array<{ method: string; path: string; operation: Operation }>;
beforeAll(async () => {
  town = await foundTown();
  whole = (await town.as(null).get("/api/openapi.json")).body as { [name: string]: Json };
  operations = Object.entries(whole.paths as unknown as Record<string, Record<string, Operation>>).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
});
afterAll(() => town.stop());

const METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"];

/** Every part of the description, with where it stands. */
function* partsOf(value: Json, place = "#"): Generator<[place: string, part: { [name: string]: Json }]> {
  if (Array.isArray(value)) for (const [n, item] of value.entries()) yield* partsOf(item, `${place}/${n}`);
  else if (typeof value === "object" && value !== null) {
    yield [place, value];
    for (const [name, item] of Object.entries(value))
      yield* partsOf(item, `${place}/${name.replace(/~/g, "~0").replace(/\//g, "~1")}`);
  }
}

function resolve(pointer: string): Json | undefined {
  if (!pointer.startsWith("#/")) return undefined;
  let at: Json | undefined = whole;
  for (const step of pointer
    .slice(2)
    .split("/")
    .map((each) => each.replace(/~1/g, "/").replace(/~0/g, "~"))) {
    at = typeof at === "object" && at !== null && !Array.isArray(at) ? at[step] : undefined;
  }
  return at;
}

test("it is OpenAPI 3.1, of this house", () => {
  expect(whole).toMatchObject({
    openapi: expect.stringMatching(/^3\.1\.\d+$/),
    info: { title: "Parley", version: expect.any(String) },
  });
  expect(whole.servers).toEqual([{ url: town.publicUrl }]);
});

test("every route that is served is in it, and nothing else", () => {
  const served = town.house.routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
  const streamed = ["GET /api/events"];
  expect(operations.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([...served, ...streamed].sort());
});

test("every operation has a name of its own, words, and an answer", () => {
  const names = operations.map(({ operation }) => operation.operationId);
  expect(new Set(names).size).toBe(names.length);
  for (const { method, path, operation } of operations) {
    expect(METHODS).toContain(method);
    expect(operation.operationId).toMatch(/^[a-z][A-Za-z0-9]+$/);
    expect([path, operation.summary]).toEqual([path, expect.stringMatching(/^[A-Z].{3,}/)]);
    const statuses = Object.keys(operation.responses);
    expect(statuses.filter((status) => !/^([1-5]\d\d|default)$/.test(status))).toEqual([]);
    expect(statuses.some((status) => /^2\d\d$/.test(status))).toBe(true);
    for (const response of Object.values(operation.responses)) expect(response.description).toMatch(/\w/);
    expect(operation.responses.default?.content).toEqual({
      "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
    });
  }
});

test("every success says what it answers with, unless it is empty", () => {
  for (const { method, path, operation } of operations)
    for (const [status, { content }] of Object.entries(operation.responses)) {
      if (!/^2/.test(status)) continue;
      expect([method, path, status, content !== undefined]).toEqual([method, path, status, status !== "204"]);
    }
});

test("every place in a path is a parameter, and every parameter is described once", () => {
  for (const { method, path, operation } of operations) {
    const named = operation.parameters.map((each) => (each.$ref ? (resolve(each.$ref) as unknown as Parameter) : each));
    const inPath = named.filter((each) => each.in === "path");
    expect([path, inPath.map((each) => each.name).sort()]).toEqual([
      path,
      [...path.matchAll(/\{(\w+)\}/g)].map((each) => each[1]).sort(),
    ]);
    expect(inPath.every((each) => each.required === true)).toBe(true);
    const keys = named.map((each) => `${each.in} ${each.name}`);
    expect([path, new Set(keys).size]).toEqual([path, keys.length]);
    for (const each of named)
      expect([path, each.name, each.schema && Object.keys(each.schema).length > 0]).toEqual([path, each.name, true]);
    expect([path, method, keys.includes("header Idempotency-Key")]).toEqual([path, method, method !== "GET"]);
    expect([path, method, method === "GET" && operation.requestBody !== undefined]).toEqual([path, method, false]);
  }
});

test("every reference leads somewhere within it", () => {
  const references = [...partsOf(whole)].flatMap(([place, part]) =>
    typeof part.$ref === "string" ? [[place, part.$ref] as const] : [],
  );
  expect(references.length).toBeGreaterThan(20);
  expect(references.filter(([, pointer]) => resolve(pointer) === undefined)).toEqual([]);
});

test("schemas are of JSON Schema's kinds, and name no field as needed that they don't describe", () => {
  const TYPES = ["string", "number", "integer", "boolean", "object", "array", "null"];
  for (const [place, part] of partsOf(whole)) {
    if (!/\/schema(s\/\w+)?(\/|$)/.test(place) || /\/(properties|examples|enum|default|const|\$defs)$/.test(place))
      continue;
    if (typeof part.type === "string") expect([place, TYPES.includes(part.type)]).toEqual([place, true]);
    if (Array.isArray(part.required) && part.type === "object")
      expect([
        place,
        part.required.filter((name) => !Object.hasOwn((part.properties ?? {}) as object, String(name))),
      ]).toEqual([place, []]);
  }
});

test("what a body may hold is closed: an unknown field is refused, and the description says so", () => {
  for (const { path, operation } of operations) {
    const schema = operation.requestBody?.content["application/json"]?.schema;
    if (!schema) continue;
    const shapes = (schema.oneOf ?? schema.anyOf ?? [schema]) as Array<{ additionalProperties?: Json }>;
    expect([path, shapes.every((each) => each.additionalProperties === false)]).toEqual([path, true]);
  }
});

test("how to sign in is said: a key, or a session with its workspace", () => {
  const schemes = (whole.components as unknown as { securitySchemes: Record<string, object> }).securitySchemes;
  expect(schemes).toMatchObject({ key: { type: "http", scheme: "bearer" }, session: { type: "apiKey", in: "cookie" } });
  expect(whole.security).toEqual([{ key: [] }, { session: [] }]);
});

describe("an answer of another status than the first", () => {
  test("is described too", async () => {
    await town.connect();
    await hire(town, "viewer");
    const opened = [1, 2].map(() => town.api.post("/api/conversations", { phone: DANA, channel: "sms" }));
    const account = { provider: "twilio", accountSid: town.twilio.sid, authToken: town.twilio.authToken };
    const known = town.passing(town.api.post("/api/provider-accounts", account));
    const statusesOf = (path: string) =>
      Object.keys(
        (operations.find((each) => each.method === "POST" && each.path === path)?.operation ?? { responses: {} })
          .responses,
      );
    for (const answer of await Promise.all(opened))
      expect(statusesOf("/api/conversations")).toContain(String(answer.status));
    expect(statusesOf("/api/provider-accounts")).toContain(String((await known).status));
  });
});
