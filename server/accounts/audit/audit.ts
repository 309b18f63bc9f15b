/**
 * The audit log: who changed what in how the business works, written in the transaction of the change itself. What the
 * inbox does all day is not in it: messages, conversations, contacts and consent have their own history.
 */
import type { Actor } from "../../../contract/accounts.ts";
import type { AuditChange, AuditEntry, AuditFilter, AuditVerb } from "../../../contract/audit.ts";
import type { AccountId } from "../../../contract/ids.ts";
import type { Page } from "../../../contract/paging.ts";
import type { Database } from "../../platform/db/database.ts";
import type { Ground, Tx, View } from "../../platform/db/handles.ts";
import { TextAnswer } from "../../platform/http/files.ts";
import type { Caller } from "../../platform/http/route.ts";
import { pageOfRows } from "../../platform/page.ts";
import { fieldsNotedSince, findEntries, insertAccountEntry, insertEntry } from "./store.ts";

export interface Deed {
  by: Actor;
  verb: AuditVerb;
  thing: AuditEntry["thing"];
  /** From `changesBetween`; left out: the verb says all. Where it is empty nothing was changed, and nothing is written. */
  changes?: readonly AuditChange[];
}

/** Writes down what is being done in this workspace. */
export async function audit(tx: Tx, deed: Deed): Promise<void> {
  if (deed.changes?.length !== 0) await insertEntry(tx, deed);
}

/** The same of what belongs to the whole business. */
export async function auditAccount(ground: Ground, accountId: AccountId, deed: Deed): Promise<void> {
  if (deed.changes?.length !== 0) await insertAccountEntry(ground, accountId, deed);
}

const ONE_SITTING_MS = 15 * 60_000;

/**
 * Writes down a change of a form that saves itself while it is typed in: once for each field and sitting, because a second
 * entry that names the same fields would tell nothing.
 */
export async function auditTyping(tx: Tx, { changes = [], ...deed }: Deed): Promise<void> {
  const since = new Date(tx.now.getTime() - ONE_SITTING_MS);
  const noted = new Set((await fieldsNotedSince(tx, deed, since)).map(({ field }) => field));
  await audit(tx, { ...deed, changes: changes.filter(({ field }) => !noted.has(field)) });
}

/** The newest first. */
export async function auditEntries(
  view: View,
  { accountId }: Pick<Caller, "accountId">,
  { limit, cursor, ...filter }: AuditFilter & { limit: number; cursor?: string | undefined },
): Promise<Page<AuditEntry>> {
  const rows = await findEntries(view, accountId, filter, cursor ?? null, limit + 1);
  const items = rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() }));
  return pageOfRows(items, limit, (last) => last.id);
}

const PAGE = 500;

/** The log to take away, one entry a line, the newest first; that it was taken is its first line. */
export async function exportAudit(database: Database, filter: AuditFilter, caller: Caller): Promise<TextAnswer> {
  const { actor: by, workspaceId } = caller;
  await database.tx(workspaceId, (tx) =>
    audit(tx, { by, verb: "audit.exported", thing: { id: workspaceId, name: null } }),
  );
  async function* lines() {
    let cursor: string | undefined;
    do {
      const asked = { ...filter, limit: PAGE, cursor };
      const page: Page<AuditEntry> = await database.view(workspaceId, (view) => auditEntries(view, caller, asked));
      yield page.items.map((entry) => `${JSON.stringify(entry)}\n`).join("");
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }
  return new TextAnswer({
    contentType: "application/x-ndjson",
    name: "audit-log.ndjson",
    shown: false,
    parts: lines(),
  });
}
