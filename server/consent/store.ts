/** The consent room's tables. */
import type { Actor } from "../../contract/accounts.ts";
import type { ChannelName } from "../../contract/channels.ts";
import type { ConsentEvent, ConsentSource } from "../../contract/consent.ts";
import type { ContactId, Id, MessageId } from "../../contract/ids.ts";
import type { Tx, View } from "../platform/db/handles.ts";

export interface EventRow {
  id: Id<"cse">;
  seq: number;
  channel: ChannelName;
  action: ConsentEvent["action"];
  contactId: ContactId | null;
  addressHash: string;
  scope: ConsentEvent["scope"];
  sender: string | null;
  source: ConsentSource;
  messageId: MessageId | null;
  actor: Actor;
  at: Date;
  proofHash: string | null;
  disclosureHash: string | null;
  actorHash: string;
  previousHash: string;
  hash: string;
}
export interface Evidence {
  salt: string;
  proof: string | null;
  disclosure: string | null;
}

/** What is left of it: all, or nothing where the person was erased. */
export type KeptEvidence = { [Part in keyof Evidence]?: Evidence[Part] | null };

const EVENT = `e.id, e.seq, e.channel, e.action, e.contact_id as "contactId", e.address_hash as "addressHash", e.scope, e.sender, e.source,
  e.message_id as "messageId", e.actor, e.at, e.proof_hash as "proofHash", e.disclosure_hash as "disclosureHash", e.actor_hash as "actorHash",
  e.previous_hash as "previousHash", e.hash`;

/** Takes the next numbers of the chain and locks it until the commit: one event follows another. @returns the first of them */
export async function nextLink(tx: Tx, count = 1): Promise<{ seq: number; previousHash: string }> {
  const { seq, hash } = await tx.one<{ seq: number; hash: string }>(
    `insert into consent_chains as c (workspace_id, seq, hash) values ($1, $3, $2)
       on conflict (workspace_id) do update set seq = c.seq + $3 returning seq, hash`,
    [tx.workspaceId, GENESIS, count],
  );
  return { seq: seq - count + 1, previousHash: hash };
}
/** What the first event follows. */
export const GENESIS = "0".repeat(64);

export async function appendEvent(tx: Tx, row: EventRow, { salt, proof, disclosure }: Evidence): Promise<void> {
  await tx.rows(
    `insert into consent_events (workspace_id, seq, id, channel, action, contact_id, address_hash, scope, sender, source, message_id, actor, at,
       proof_hash, disclosure_hash, actor_hash, previous_hash, hash)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
    [
      tx.workspaceId,
      row.seq,
      row.id,
      row.channel,
      row.action,
      row.contactId,
      row.addressHash,
      row.scope,
      row.sender,
      row.source,
      row.messageId,
      JSON.stringify(row.actor),
      row.at,
      row.proofHash,
      row.disclosureHash,
      row.actorHash,
      row.previousHash,
      row.hash,
    ],
  );
  await tx.rows(
    "insert into consent_evidence (workspace_id, seq, salt, proof, disclosure) values ($1, $2, $3, $4, $5)",
    [tx.workspaceId, row.seq, salt, proof, disclosure],
  );
  await tx.rows("update consent_chains set hash = $2 where workspace_id = $1", [tx.workspaceId, row.hash]);
}

/** Many events at once, in their order. */
export async function appendEvents(tx: Tx, events: ReadonlyArray<EventRow & Evidence>): Promise<void> {
  const values = [tx.workspaceId, JSON.stringify(events)];
  await tx.rows(
    `insert into consent_events (workspace_id, seq, id, channel, action, contact_id, address_hash, scope, sender, source, message_id, actor, at,
       proof_hash, disclosure_hash, actor_hash, previous_hash, hash)
     select $1, seq, id, channel, action, "contactId", "addressHash", scope, sender, source, "messageId", actor, at,
       "proofHash", "disclosureHash", "actorHash", "previousHash", hash
       from jsonb_to_recordset($2::jsonb) e(seq bigint, id text, channel text, action text, "contactId" text, "addressHash" text, scope text,
         sender text, source text, "messageId" text, actor jsonb, at timestamptz, "proofHash" text, "disclosureHash" text, "actorHash" text,
         "previousHash" text, hash text)`,
    values,
  );
  await tx.rows(
    `insert into consent_evidence (workspace_id, seq, salt, proof, disclosure)
     select $1, seq, salt, proof, disclosure from jsonb_to_recordset($2::jsonb) e(seq bigint, salt text, proof text, disclosure text)`,
    values,
  );
  await tx.rows("update consent_chains set hash = $2 where workspace_id = $1", [tx.workspaceId, events.at(-1)?.hash]);
}

/** Events of some addresses with their evidence, newest first. */
export const eventsOf = (view: View, addressHashes: readonly string[], before: number | null, limit: number) =>
  view.rows<EventRow & KeptEvidence>(
    `select ${EVENT}, v.salt, v.proof, v.disclosure from consent_events e
       left join consent_evidence v on v.workspace_id = e.workspace_id and v.seq = e.seq
      where e.workspace_id = $1 and e.address_hash = any($2) and ($3::bigint is null or e.seq < $3)
      order by e.seq desc limit $4`,
    [view.workspaceId, addressHashes, before, limit],
  );

/** A stretch of the chain in its order, with the evidence that is still there. */
export const eventsAfter = (view: View, seq: number, limit: number) =>
  view.rows<EventRow & Evidence>(
    `select ${EVENT}, v.salt, v.proof, v.disclosure from consent_events e
       left join consent_evidence v on v.workspace_id = e.workspace_id and v.seq = e.seq
      where e.workspace_id = $1 and e.seq > $2 order by e.seq limit $3`,
    [view.workspaceId, seq, limit],
  );

export const chainHead = (view: View) =>
  view.maybe<{ seq: number; hash: string }>("select seq, hash from consent_chains where workspace_id = $1", [
    view.workspaceId,
  ]);

export interface StateRow {
  channel: ChannelName;
  addressHash: string;
  optedIn: boolean | null;
  source: ConsentSource;
  proof: string | null;
  optedOutAt: Date | null;
  lastAct: "keyword_stop" | "other";
}

export const statesOf = (view: View, addressHashes: readonly string[]) =>
  view.rows<StateRow>(
    `select channel, address_hash as "addressHash", opted_in as "optedIn", source, proof, opted_out_at as "optedOutAt", last_act as "lastAct"
       from consent_states where workspace_id = $1 and address_hash = any($2)`,
    [view.workspaceId, addressHashes],
  );

export const putState = (tx: Tx, row: StateRow) =>
  tx.rows(
    `insert into consent_states (workspace_id, channel, address_hash, opted_in, source, proof, opted_out_at, last_act, changed_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       on conflict (workspace_id, channel, address_hash) do update
         set opted_in = $4, source = $5, proof = $6, opted_out_at = $7, last_act = $8, changed_at = $9`,
    [
      tx.workspaceId,
      row.channel,
      row.addressHash,
      row.optedIn,
      row.source,
      row.proof,
      row.optedOutAt,
      row.lastAct,
      tx.now,
    ],
  );

export interface SuppressionRow {
  channel: ChannelName;
  addressHash: string;
  sender: string;
  source: ConsentSource;
  createdAt: Date;
}

export const suppressionsOf = (view: View, addressHashes: readonly string[]) =>
  view.rows<SuppressionRow>(
    `select channel, address_hash as "addressHash", sender, source, created_at as "createdAt" from suppressions
      where workspace_id = $1 and address_hash = any($2) order by created_at, sender`,
    [view.workspaceId, addressHashes],
  );

/** Answers a row where the pair was not suppressed before. */
export const insertSuppression = (tx: Tx, row: Omit<SuppressionRow, "createdAt">) =>
  tx.rows(
    `insert into suppressions (workspace_id, channel, address_hash, sender, source, created_at) values ($1, $2, $3, $4, $5, $6)
       on conflict do nothing returning 1`,
    [tx.workspaceId, row.channel, row.addressHash, row.sender, row.source, tx.now],
  );

/** Many at once, in the order of their addresses, so that two lists never wait for each other. Answers those that are new. */
export const insertSuppressions = (tx: Tx, rows: ReadonlyArray<Omit<SuppressionRow, "createdAt">>) =>
  tx.rows<Pick<SuppressionRow, "channel" | "addressHash" | "sender">>(
    `insert into suppressions (workspace_id, channel, address_hash, sender, source, created_at)
       select $1, channel, "addressHash", sender, source, $3
         from jsonb_to_recordset($2::jsonb) r(channel text, "addressHash" text, sender text, source text)
        order by "addressHash", channel, sender
       on conflict do nothing returning channel, address_hash as "addressHash", sender`,
    [tx.workspaceId, JSON.stringify(rows), tx.now],
  );

/** Lifts what an opt-in to `sender` lifts: that sender's own, and under the scope `workspace` all but other senders' blocks at the provider. */
export const liftSuppressions = (
  tx: Tx,
  channel: ChannelName,
  addressHash: string,
  sender: string | null,
  whole: boolean,
) =>
  tx.rows(
    `delete from suppressions where workspace_id = $1 and channel = $2 and address_hash = $3
        and (sender = $4 or ($5 and source <> 'provider') or (sender = '*' and source <> 'provider'))`,
    [tx.workspaceId, channel, addressHash, sender, whole],
  );

export const isSuppressed = async (
  view: View,
  channel: ChannelName,
  addressHash: string,
  sender: string,
  scope: string,
): Promise<boolean> =>
  (
    await view.one<{ yes: boolean }>("select is_suppressed($1, $2, $3, $4, $5) as yes", [
      view.workspaceId,
      channel,
      addressHash,
      sender,
      scope,
    ])
  ).yes;

/** Forgets words and salts of an erased person's events: their hashes stay, and mean nothing to anyone. */
export async function forgetEvidence(tx: Tx, addressHashes: readonly string[]): Promise<void> {
  await tx.rows(
    `delete from consent_evidence v using consent_events e
      where v.workspace_id = $1 and e.workspace_id = $1 and e.seq = v.seq and e.address_hash = any($2)`,
    [tx.workspaceId, addressHashes],
  );
  await tx.rows("update consent_states set proof = null where workspace_id = $1 and address_hash = any($2)", [
    tx.workspaceId,
    addressHashes,
  ]);
}

export const findSendingRules = (view: View) =>
  view.maybe<{ quietHours: unknown; caps: unknown }>(
    `select quiet_hours as "quietHours", caps from sending_rules where workspace_id = $1`,
    [view.workspaceId],
  );

export const putSendingRules = (tx: Tx, { quietHours, caps }: { quietHours: object; caps: object }) =>
  tx.rows(
    `insert into sending_rules (workspace_id, quiet_hours, caps, changed_at) values ($1, $2, $3, $4)
       on conflict (workspace_id) do update set quiet_hours = $2, caps = $3, changed_at = $4`,
    [tx.workspaceId, JSON.stringify(quietHours), JSON.stringify(caps), tx.now],
  );
