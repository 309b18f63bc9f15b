/** Asks the server: JSON in and out, problem documents thrown as what they say. Knows no page and no cache. */
import type { Problem } from "../../contract/problem.ts";

/** What the server refused, in its own words. */
export class Refused extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.name = "Refused";
    this.problem = problem;
  }
}

/** The server could not be reached, or its answer can't be read. */
export class Unreachable extends Error {
  /** Null where there was no answer at all. */
  readonly status: number | null;
  constructor(status: number | null = null) {
    super("Parley can't be reached at the moment. Nothing is lost: what you wrote stays here.");
    this.name = "Unreachable";
    this.status = status;
  }
}

type Query = Record<string, string | number | boolean | null | undefined>;

export interface Ask {
  method?: "GET" | "POST" | "PATCH" | "DELETE";
  query?: Query;
  body?: unknown;
  /** A file in place of a body. */
  file?: Blob;
  /** The same key twice is one act. */
  idempotencyKey?: string;
  signal?: AbortSignal | undefined;
  /** It goes on when the page is left; its body has at most 64 KB then. */
  outlives?: boolean;
}

export interface Client {
  /** Answers what the route answers; the caller names its type from contract/. */
  ask<T>(path: string, ask?: Ask): Promise<T>;
  /** The raw response, for streams. */
  open(path: string, query: Query, signal: AbortSignal): Promise<Response>;
}

export interface ClientParts {
  /** Empty in the browser: the page's own address. */
  base?: string;
  /** Headers of every request, asked for each time: the workspace may change. */
  headers(): Record<string, string>;
  /** Called where the session has ended. */
  signedOut?(): void;
  /** Holds every good answer against the contract; throws where it is another. While developing and in tests. */
  check?(method: string, path: string, answer: unknown): Promise<void>;
}

export function withQuery(path: string, query: Query = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === null || value === "" ? [] : [[name, String(value)]],
  );
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs)}`;
}

async function problemOf(response: Response): Promise<Refused | Unreachable> {
  const body: unknown = await response.json().catch(() => null);
  if (typeof body === "object" && body !== null && "code" in body && "detail" in body)
    return new Refused(body as Problem);
  return new Unreachable(response.status);
}

export function createClient({ base = "", headers, signedOut, check }: ClientParts): Client {
  async function send(path: string, query: Query | undefined, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(`${base}${withQuery(path, query)}`, init);
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new Unreachable();
    }
    if (response.ok) return response;
    const problem = await problemOf(response);
    if (response.status === 401) signedOut?.();
    throw problem;
  }
  return {
    async ask<T>(
      path: string,
      { method = "GET", query, body, file, idempotencyKey, signal, outlives = false }: Ask = {},
    ): Promise<T> {
      const response = await send(path, query, {
        method,
        signal: signal ?? null,
        keepalive: outlives,
        headers: {
          accept: "application/json",
          ...headers(),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(file ? { "content-type": file.type || "application/octet-stream" } : {}),
          ...(idempotencyKey ? { "idempotency-key": idempotencyKey } : {}),
        },
        body: file ?? (body === undefined ? null : JSON.stringify(body)),
      });
      const answer: unknown = response.status === 204 ? undefined : await response.json();
      await check?.(method, path, answer);
      return answer as T;
    },
    open: (path, query, signal) =>
      send(path, query, { signal, headers: { accept: "text/event-stream", ...headers() }, cache: "no-store" }),
  };
}
