/** Requests of people who sign in: they are no routes of a workspace, so they are read here. */
import type { FastifyRequest } from "fastify";
import type { z } from "zod";
import { unkeepable } from "../../platform/http/keepable.ts";
import { refusalOf } from "../../platform/http/problems.ts";
import { IN_PLAIN_WORDS } from "../../platform/plain-words.ts";

/** Where the request comes from, as our own server found out; what a client writes there is never passed on. */
export const ADDRESS_HEADER = "x-parley-address";

/** What the sign-in library is told of a request. */
export function headersOf(request: FastifyRequest): Headers {
  const headers = new Headers({ [ADDRESS_HEADER]: request.ip });
  for (const name of ["cookie", "user-agent"] as const) {
    const value = request.headers[name];
    if (value !== undefined) headers.set(name, value);
  }
  return headers;
}

/** The body as its schema has it. Refuses with the field at fault. */
export function bodyOf<S extends z.ZodType>(schema: S, request: FastifyRequest): z.output<S> {
  const refused = unkeepable(request.body);
  if (refused) throw refused;
  const parsed = schema.safeParse(request.body ?? {}, IN_PLAIN_WORDS);
  if (!parsed.success) throw refusalOf(parsed.error);
  return parsed.data;
}
