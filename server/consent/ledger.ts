/** The ledger: an append-only chain of consent events that anyone can check. */
import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { z } from "zod";
import type { Actor } from "../../contract/accounts.ts";
import type { ConsentEvent, LedgerVerdict } from "../../contract/consent.ts";
import type { Tx, View } from "../platform/db/handles.ts";
import {
  appendEvent,
  appendEvents,
  chainHead,
  type EventRow,
  eventsAfter,
  eventsOf,
  GENESIS,
  type KeptEvidence,
  nextLink,
} from "./store.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** A personal field enters the chain as SHA-256(salt || text) alone, so that erasing the text and its salt breaks nothing. */
const salted = (salt: string, text: string | null) => (text === null ? null : sha256(salt + text));

const actorText = (actor: Actor) => canonicalize(actor) ?? "";

/** SHA-256(previousHash || canonical JSON (RFC 8785) of the event without its hash). */
function hashOf(row: Omit<EventRow, "hash">, workspaceId: string): string {
  const { actor: _, at, ...rest } = row;
  return sha256(row.previousHash + canonicalize({ ...rest, at: at.toISOString(), workspaceId }));
}

/**
 * An event as it leaves the house. Its hash is SHA-256(previousHash || canonical JSON of it without `hash` and the evidence:
 * actor, salt, proof, disclosure). The evidence is bound by proofHash, disclosureHash and actorHash, each
 * SHA-256(salt || text); of an erased person salt and words are null.
 */
export function asExported(
  { salt = null, proof = null, disclosure = null, actor, ...row }: EventRow & KeptEvidence,
  workspaceId: string,
) {
  return {
    ...row,
    at: row.at.toISOString(),
    workspaceId,
    actor: salt === null ? null : actor,
    salt,
    proof,
    disclosure,
  };
}
export type ExportedEvent = ReturnType<typeof asExported>;

/** Every event of some addresses, oldest first. */
export async function eventsWithEvidence(view: View, addressHashes: readonly string[]): Promise<ExportedEvent[]> {
  const events: ExportedEvent[] = [];
  for (let before: number | null = null; ; ) {
    const page: Awaited<ReturnType<typeof eventsOf>> = await eventsOf(view, addressHashes, before, PAGE);
    events.push(...page.map((event) => asExported(event, view.workspaceId)));
    before = page.at(-1)?.seq ?? null;
    if (page.length < PAGE) return events.reverse();
  }
}

/** How long a workspace's ledger is, and how it ends. */
export async function ledgerHead(view: View): Promise<{ events: number; headHash: string }> {
  const head = await chainHead(view);
  return { events: head?.seq ?? 0, headHash: head?.hash ?? GENESIS };
}

export type NewEventRow = Omit<
  EventRow,
  "id" | "seq" | "at" | "proofHash" | "disclosureHash" | "actorHash" | "previousHash" | "hash"
>;

interface Proofs {
  proof: string | null;
  disclosure: string | null;
  salt: string;
}

/** An event as it is hashed into the chain after another. */
function linked(
  tx: Tx,
  event: NewEventRow,
  { salt, proof, disclosure }: Proofs,
  link: { seq: number; previousHash: string },
): EventRow {
  const row = {
    ...event,
    ...link,
    id: tx.id("cse"),
    at: tx.now,
    proofHash: salted(salt, proof),
    disclosureHash: salted(salt, disclosure),
    actorHash: sha256(salt + actorText(event.actor)),
  };
  return { ...row, hash: hashOf(row, tx.workspaceId) };
}

/** Appends one event to the workspace's chain; the chain stays locked until the commit. */
export async function append(tx: Tx, event: NewEventRow, evidence: Proofs): Promise<ConsentEvent> {
  const row = linked(tx, event, evidence, await nextLink(tx));
  await appendEvent(tx, row, evidence);
  return eventJson({ ...row, ...evidence });
}

/** Appends a list of events in its order. Keep it short: a STOP that comes meanwhile waits for the commit. */
export async function appendAll(tx: Tx, list: ReadonlyArray<{ event: NewEventRow; evidence: Proofs }>): Promise<void> {
  if (list.length === 0) return;
  let { seq, previousHash } = await nextLink(tx, list.length);
  const rows = list.map(({ event, evidence }) => {
    const row = linked(tx, event, evidence, { seq, previousHash });
    seq++;
    previousHash = row.hash;
    return { ...row, ...evidence };
  });
  await appendEvents(tx, rows);
}

export function eventJson(row: EventRow & { proof?: string | null; disclosure?: string | null }): ConsentEvent {
  return {
    id: row.id,
    channel: row.channel,
    action: row.action,
    contactId: row.contactId,
    addressHash: row.addressHash,
    scope: row.scope,
    sender: row.sender,
    source: row.source,
    messageId: row.messageId,
    proof: row.proof ?? null,
    disclosure: row.disclosure ?? null,
    actor: row.actor,
    at: row.at.toISOString(),
    seq: row.seq,
    hash: row.hash,
    previousHash: row.previousHash,
  };
}

const PAGE = 1000;

/** Walks the whole chain of a workspace and names the first event that does not fit. */
export async function verify(view: View): Promise<z.input<typeof LedgerVerdict>> {
  let previous = GENESIS;
  let seq = 0;
  const broken = (at: number, reason: string) => ({
    valid: false,
    events: seq,
    headHash: previous,
    firstBreak: { seq: at, reason },
  });
  for (;;) {
    const events = await eventsAfter(view, seq, PAGE);
    for (const { salt, proof, disclosure, ...row } of events) {
      if (row.seq !== seq + 1) return broken(seq + 1, "an event is missing");
      if (row.previousHash !== previous) return broken(row.seq, "it does not follow the event before it");
      const { hash, ...unhashed } = row;
      if (hashOf(unhashed, view.workspaceId) !== hash) return broken(row.seq, "the event was altered");
      const evidenceHolds =
        salt === null ||
        ((proof === null || salted(salt, proof) === row.proofHash) &&
          (disclosure === null || salted(salt, disclosure) === row.disclosureHash) &&
          sha256(salt + actorText(row.actor)) === row.actorHash);
      if (!evidenceHolds) return broken(row.seq, "its evidence was altered");
      previous = hash;
      seq = row.seq;
    }
    if (events.length < PAGE) break;
  }
  const head = await chainHead(view);
  if ((head?.seq ?? 0) !== seq) return broken(seq + 1, "the newest events are missing");
  if ((head?.hash ?? GENESIS) !== previous) return broken(seq, "the chain's end was altered");
  return { valid: true, events: seq, headHash: previous, firstBreak: null };
}
