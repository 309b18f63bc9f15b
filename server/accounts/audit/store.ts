/** The tables of the audit log: one for each workspace's own entries, one for those of the whole business. */
import type { AuditEntry, AuditFilter } from "../../../contract/audit.ts";
import type { AccountId } from "../../../contract/ids.ts";
import type { Ground, Tx, View } from "../../platform/db/handles.ts";
import type { Deed } from "./audit.ts";

const valuesOf = (at: Date, { verb, by, thing, changes = [] }: Deed) => [
  at,
  verb,
  JSON.stringify(by),
  JSON.stringify(thing),
  JSON.stringify(changes),
];

export const insertEntry = (tx: Tx, deed: Deed) =>
  tx.rows(
    `insert into audit_entries (workspace_id, id, at, verb, actor, thing, changes) values ($1, $2, $3, $4, $5, $6, $7)`,
    [tx.workspaceId, tx.id("aud"), ...valuesOf(tx.now, deed)],
  );

export const insertAccountEntry = (ground: Ground, accountId: AccountId, deed: Deed) =>
  ground.rows(
    `insert into account_audit_entries (account_id, id, at, verb, actor, thing, changes) values ($1, $2, $3, $4, $5, $6, $7)`,
    [accountId, ground.id("aud"), ...valuesOf(ground.now, deed)],
  );

/** The fields of this thing that the same one is on record for since then. */
export const fieldsNotedSince = (view: View, { verb, thing, by }: Pick<Deed, "verb" | "thing" | "by">, since: Date) =>
  view.rows<{ field: string }>(
    `select distinct c->>'field' as field from audit_entries e cross join jsonb_array_elements(e.changes) c
      where e.workspace_id = $1 and e.at > $2 and e.verb = $3 and e.thing->>'id' = $4 and e.actor->>'id' is not distinct from $5`,
    [view.workspaceId, since, verb, thing.id, by.id],
  );

type EntryRow = Omit<AuditEntry, "at"> & { at: Date };

const ENTRY = "id, at, verb, actor, thing, changes";
const ASKED = `($3::text is null or id < $3) and ($4::text is null or $4 in (actor->>'id', actor->>'type'))
  and ($5::text is null or verb = $5 or starts_with(verb, $5 || '.')) and ($6::text is null or thing->>'id' = $6)
  and ($7::timestamptz is null or at >= $7) and ($8::timestamptz is null or at < $8)`;

/** The workspace's own entries and those of its business, the newest first. */
export const findEntries = (
  view: View,
  accountId: AccountId,
  { actor, verb, thing, from, to }: AuditFilter,
  before: string | null,
  limit: number,
) =>
  view.rows<EntryRow>(
    `(select ${ENTRY} from audit_entries where workspace_id = $1 and ${ASKED} order by id desc limit $9)
     union all
     (select ${ENTRY} from account_audit_entries where account_id = $2 and ${ASKED} order by id desc limit $9)
     order by id desc limit $9`,
    [view.workspaceId, accountId, before, actor ?? null, verb ?? null, thing ?? null, from ?? null, to ?? null, limit],
  );
