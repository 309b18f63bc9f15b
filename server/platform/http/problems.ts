/** Every failure leaves as a problem document (RFC 9457). */
import { STATUS_CODES } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import type { Problem } from "../../../contract/problem.ts";
import { isAway } from "../db/pool.ts";
import { type FieldError, Refusal } from "../errors.ts";
import type { Log } from "../log.ts";

const DOCS = "https://parley.example/problems/";

function documentOf(refusal: Refusal): Problem {
  return {
    type: `${DOCS}${refusal.code}`,
    title: STATUS_CODES[refusal.status] ?? "Error",
    status: refusal.status,
    detail: refusal.message,
    code: refusal.code,
    ...(refusal.errors.length > 0 ? { errors: [...refusal.errors] } : {}),
    ...refusal.more,
  };
}

/** What zod found, as one refusal that names each field. Unknown fields are named too, so that no typo is ignored. */
export function refusalOf(error: z.ZodError): Refusal {
  const errors: FieldError[] = error.issues.flatMap((issue): FieldError[] => {
    const path = issue.path.join(".");
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        path: path ? `${path}.${key}` : key,
        code: "unknown_field",
        message: `${key} is not a field of this request`,
      }));
    }
    return [{ path, code: issue.code, message: issue.message }];
  });
  const first = errors[0];
  const detail = first ? `${first.path ? `${first.path}: ` : ""}${first.message}` : "the request is not as described";
  const code = first && errors.every((each) => each.path === "cursor") ? "invalid_cursor" : "invalid_request";
  return new Refusal(422, code, detail, { errors });
}

/** The framework's own errors (a body that isn't JSON, too large, too many requests) in our words. */
function refusalFrom(error: Error & { statusCode?: number; code?: string }, maxBytes: number): Refusal | null {
  if (error instanceof Refusal) return error;
  if (isAway(error)) {
    return new Refusal(
      503,
      "database_away",
      "The database can't be reached at the moment. Nothing was changed: try again shortly.",
    );
  }
  switch (error.statusCode) {
    case 400:
      return new Refusal(
        400,
        "malformed_request",
        "The body can't be read as JSON. Check its syntax and its Content-Type.",
      );
    case 413:
      return new Refusal(413, "too_large", `The body is larger than ${maxBytes / 1024 / 1024} MB.`);
    case 415:
      return new Refusal(415, "unsupported_media_type", "Send the body as application/json.");
    case 429:
      return new Refusal(429, "too_many_requests", "This key asks too often. Wait as long as Retry-After says.");
    default:
      return null;
  }
}

export function sendProblem(log: Log, error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const failure = error instanceof Error ? error : new Error(String(error));
  let refusal = refusalFrom(failure, request.routeOptions.bodyLimit);
  if (!refusal) {
    log.error({ error: failure, method: request.method, route: request.routeOptions.url }, "a request failed");
    refusal = new Refusal(
      500,
      "internal_error",
      "Something broke on our side. It was logged; nothing was half-written.",
    );
  }
  if (refusal.status === 503) reply.header("retry-after", "1");
  void reply
    .code(refusal.status)
    .type("application/problem+json")
    .send(JSON.stringify(documentOf(refusal)));
}
