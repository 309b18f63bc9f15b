/** Writes that may be repeated: the same key with the same request answers the same for 24 hours. */
import { createHash } from "node:crypto";
import type { FastifyRequest } from "fastify";
import type { Tx } from "../db/handles.ts";
import { conflict, invalid } from "../errors.ts";
import type { SealedColumn, Secrets } from "../secrets.ts";
import type { Caller } from "./route.ts";

const KEPT_MS = 24 * 60 * 60 * 1000;
/** An act that has not ended by then never will: its process died. */
const GIVEN_UP_MS = 10 * 60 * 1000;

/** Answers are kept sealed: one may hold a new key's secret, and many hold a person's data. */
export const sealedAnswers: SealedColumn = {
  table: "idempotency_keys",
  column: "answer",
  key: ["workspace_id", "caller_id", "key"],
  tenant: "workspace_id",
  field: "answer",
  ifLost: "delete",
};
const placeIn = (tx: Tx) => ({ tenant: tx.workspaceId, table: sealedAnswers.table, field: sealedAnswers.field });

export interface Repeatable {
  key: string;
  callerId: string;
  requestHash: string;
}

/** What the request says of itself; null where it has no `Idempotency-Key`. */
export function repeatable(request: FastifyRequest, caller: Caller): Repeatable | null {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return null;
  if (typeof key !== "string" || key.length < 1 || key.length > 255) {
    throw invalid("invalid_idempotency_key", "Idempotency-Key must have 1 to 255 characters.", "Idempotency-Key");
  }
  const requestHash = createHash("sha256")
    .update(`${request.method} ${request.url}\n`)
    .update(Buffer.isBuffer(request.body) ? request.body : JSON.stringify(request.body ?? null))
    .digest("hex");
  return { key, callerId: `${caller.actor.type}:${caller.actor.id}`, requestHash };
}

/**
 * Takes the key, or answers what was answered the first time. A second request at the same moment waits here for the
 * first one's transaction. Refuses a key that was used for another request (409) and one whose first request,
 * made of several transactions, is still running (409).
 */
export async function takeKey(
  tx: Tx,
  secrets: Secrets,
  { key, callerId, requestHash }: Repeatable,
): Promise<{ status: number; answer: unknown } | null> {
  const place = [tx.workspaceId, callerId, key];
  const before = (ms: number) => new Date(tx.now.getTime() - ms);
  await tx.rows(
    `delete from idempotency_keys where workspace_id = $1 and caller_id = $2 and key = $3
       and (created_at < $4 or (status is null and created_at < $5))`,
    [...place, before(KEPT_MS), before(GIVEN_UP_MS)],
  );
  const taken = await tx.maybe(
    `insert into idempotency_keys (workspace_id, caller_id, key, request_hash, created_at) values ($1, $2, $3, $4, $5)
       on conflict (workspace_id, caller_id, key) do nothing returning 1`,
    [...place, requestHash, tx.now],
  );
  if (taken) return null;
  const first = await tx.one<{ request_hash: string; status: number | null; answer: string | null }>(
    "select request_hash, status, answer from idempotency_keys where workspace_id = $1 and caller_id = $2 and key = $3",
    place,
  );
  if (first.request_hash !== requestHash) {
    throw conflict(
      "idempotency_key_reused",
      "This Idempotency-Key was used for another request. Use a new key for each new act.",
    );
  }
  if (first.status === null) {
    throw conflict(
      "idempotency_in_progress",
      "The first request with this Idempotency-Key is still running. Ask again shortly.",
    );
  }
  return { status: first.status, answer: JSON.parse(secrets.open(first.answer ?? "", placeIn(tx))) };
}

export async function keepAnswer(
  tx: Tx,
  secrets: Secrets,
  { key, callerId }: Repeatable,
  status: number,
  answer: unknown,
): Promise<void> {
  await tx.rows(
    "update idempotency_keys set status = $4, answer = $5 where workspace_id = $1 and caller_id = $2 and key = $3",
    [tx.workspaceId, callerId, key, status, secrets.seal(JSON.stringify(answer ?? null), placeIn(tx))],
  );
}

/** Gives a key back whose act of several transactions did not succeed. */
export async function giveKeyBack(tx: Tx, { key, callerId }: Repeatable): Promise<void> {
  await tx.rows(
    "delete from idempotency_keys where workspace_id = $1 and caller_id = $2 and key = $3 and status is null",
    [tx.workspaceId, callerId, key],
  );
}

/** Forgets keys older than 24 hours, in all workspaces. */
export const forgetOldKeys = "select prune_idempotency_keys($1)";
