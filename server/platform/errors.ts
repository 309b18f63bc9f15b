/** Refusals: what the caller did wrong, with a stable code and the remedy. Mapped to HTTP once, in http/problems.ts. */

export interface FieldError {
  /** Where in the request: "body.phoneNumber", "query.limit", "header.idempotency-key". */
  path: string;
  code: string;
  message: string;
}

export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: readonly FieldError[];
  /** Further members of the problem document, such as the id of what stands in the way. */
  readonly more: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    code: string,
    detail: string,
    { errors = [], ...more }: { errors?: readonly FieldError[]; [member: string]: unknown } = {},
  ) {
    super(detail);
    this.name = "Refusal";
    this.status = status;
    this.code = code;
    this.errors = errors;
    this.more = more;
  }
}

/** 422: understood, but it can't be done as asked. `field` names the part of the request at fault. */
export function invalid(code: string, detail: string, field?: string, more: Record<string, unknown> = {}): Refusal {
  return new Refusal(422, code, detail, {
    ...(field ? { errors: [{ path: field, code, message: detail }] } : {}),
    ...more,
  });
}

export const notFound = (what: string): Refusal =>
  new Refusal(
    404,
    "not_found",
    `There is no such ${what} here. It may have been removed, or belong to another workspace.`,
  );

export const forbidden = (permission: string): Refusal =>
  new Refusal(
    403,
    "forbidden",
    `This needs the permission ${permission}. Ask an owner or admin of the workspace for it.`,
    {
      permission,
    },
  );

export const conflict = (code: string, detail: string, more: Record<string, unknown> = {}): Refusal =>
  new Refusal(409, code, detail, more);

export const unavailable = (code: string, detail: string): Refusal => new Refusal(503, code, detail);
