/** How a room writes its routes: one declaration gives validation, rights, the handle and the API description. */
import type { z } from "zod";
import type { Actor, Permission, Role } from "../../../contract/accounts.ts";
import type { AccountId, WorkspaceId } from "../../../contract/ids.ts";
import type { Database } from "../db/database.ts";
import type { Tx, View } from "../db/handles.ts";
import type { FileAnswer, TextAnswer } from "./files.ts";

/** Who asks, for which workspace, and what they may do there. */
export interface Caller {
  actor: Actor;
  /** The browser's session of a person; null for a key. */
  session: { id: string; userId: string } | null;
  accountId: AccountId;
  workspaceId: WorkspaceId;
  role: Role | null;
  permissions: ReadonlySet<Permission>;
}

/** An answer whose status differs from the one the route declares first. */
export class Answer<T> {
  readonly status: number;
  readonly body: T;
  constructor(status: number, body: T) {
    this.status = status;
    this.body = body;
  }
}

type Shape = z.ZodType;
type Out<S> = S extends z.ZodType ? z.output<S> : undefined;

interface Common<P, Q, B, A extends Shape | null> {
  path: `/api/${string}`;
  summary: string;
  /** "any": whoever is signed in or holds a key. */
  permission: Permission | "any";
  params?: P;
  query?: Q;
  body?: B;
  /** What a good answer holds; null: nothing (204). */
  answer: A;
  /** Another good status that the same answer may have, by an `Answer`: what was asked for was there already. */
  otherStatus?: 200;
}

interface Input<P, Q, B> {
  params: Out<P>;
  query: Out<Q>;
  body: Out<B>;
  caller: Caller;
}

type Result<A extends Shape | null> = A extends Shape ? z.input<A> | Answer<z.input<A>> : undefined;

export interface Route {
  method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  path: string;
  summary: string;
  permission: Permission | "any";
  status: number;
  otherStatus: number | null;
  params: Shape | undefined;
  query: Shape | undefined;
  body: Shape | undefined;
  /** The most bytes of a body that is a file; null: it is JSON. */
  takesBytes: number | null;
  answer: Shape | null;
  /** Whether the answer is a file. */
  givesFile: boolean;
  run: Run;
}

// A declaration's own types are checked where it is written; the server handles them all alike.
type Run =
  | { kind: "read"; handle: (view: View, input: never) => Promise<unknown> }
  | { kind: "write"; handle: (tx: Tx, input: never) => Promise<unknown> }
  | { kind: "act"; handle: (database: Database, input: never) => Promise<unknown> };

function route<P, Q, B, A extends Shape | null>(
  method: Route["method"],
  spec: Common<P, Q, B, A> & { status?: number },
  run: Run,
): Route {
  return {
    method,
    path: spec.path,
    summary: spec.summary,
    permission: spec.permission,
    status: spec.answer === null ? 204 : (spec.status ?? 200),
    otherStatus: spec.otherStatus ?? null,
    params: spec.params as Shape | undefined,
    query: spec.query as Shape | undefined,
    body: spec.body as Shape | undefined,
    takesBytes: null,
    answer: spec.answer,
    givesFile: false,
    run,
  };
}

/** A GET: holds a View, so it can't write. */
export function reads<
  A extends Shape,
  P extends Shape | undefined = undefined,
  Q extends Shape | undefined = undefined,
>(
  spec: Common<P, Q, undefined, A> & { handle: (view: View, input: Input<P, Q, undefined>) => Promise<Result<A>> },
): Route {
  return route("GET", spec, { kind: "read", handle: spec.handle as never });
}

type Writing = { method: "POST" | "PATCH" | "PUT" | "DELETE"; status?: 200 | 201 | 202 };

/** A change that is one transaction. Takes `Idempotency-Key`. */
export function writes<
  A extends Shape | null,
  P extends Shape | undefined = undefined,
  Q extends Shape | undefined = undefined,
  B extends Shape | undefined = undefined,
>(spec: Writing & Common<P, Q, B, A> & { handle: (tx: Tx, input: Input<P, Q, B>) => Promise<Result<A>> }): Route {
  return route(spec.method, spec, { kind: "write", handle: spec.handle as never });
}

/** An act that calls a provider between transactions, or works on the account's level. Takes `Idempotency-Key`. */
export function acts<
  A extends Shape | null,
  P extends Shape | undefined = undefined,
  Q extends Shape | undefined = undefined,
  B extends Shape | undefined = undefined,
>(
  spec: (Writing | { method: "GET"; status?: 200 }) &
    Common<P, Q, B, A> & { handle: (database: Database, input: Input<P, Q, B>) => Promise<Result<A>> },
): Route {
  return route(spec.method, spec, { kind: "act", handle: spec.handle as never });
}

/** A GET whose answer is a file: it is read in several transactions, a part at a time. */
export function handsOut<P extends Shape | undefined = undefined, Q extends Shape | undefined = undefined>(
  spec: Omit<Common<P, Q, undefined, null>, "answer" | "body" | "otherStatus"> & {
    handle: (database: Database, input: Input<P, Q, undefined>) => Promise<FileAnswer | TextAnswer>;
  },
): Route {
  const declared = route("GET", { ...spec, answer: null }, { kind: "act", handle: spec.handle as never });
  return { ...declared, status: 200, givesFile: true };
}

/** A POST whose body is a file of at most `maxBytes`, kept in one transaction. Takes `Idempotency-Key`. */
export function takesIn<A extends Shape, Q extends Shape | undefined = undefined>(
  spec: Omit<Common<undefined, Q, undefined, A>, "body" | "params"> & {
    maxBytes: number;
    handle: (tx: Tx, input: Input<undefined, Q, z.ZodType<Buffer>>) => Promise<Result<A>>;
  },
): Route {
  const declared = route("POST", { ...spec, status: 201 }, { kind: "write", handle: spec.handle as never });
  return { ...declared, takesBytes: spec.maxBytes };
}

/** The same, worked off in many transactions: what is long must not keep others waiting. */
export function worksOff<A extends Shape, Q extends Shape | undefined = undefined>(
  spec: Omit<Common<undefined, Q, undefined, A>, "body" | "params"> & {
    maxBytes: number;
    handle: (database: Database, input: Input<undefined, Q, z.ZodType<Buffer>>) => Promise<Result<A>>;
  },
): Route {
  const declared = route("POST", { ...spec, status: 200 }, { kind: "act", handle: spec.handle as never });
  return { ...declared, takesBytes: spec.maxBytes };
}
