/** Takes in a list of opt-outs from elsewhere: the good lines are kept, the bad ones named, and twice is once. */
import { createHash } from "node:crypto";
import type { ImportReport } from "../../contract/consent.ts";
import { audit, changesBetween } from "../accounts/accounts.ts";
import { importStops, suppressionsOf } from "../consent/consent.ts";
import type { Database } from "../platform/db/database.ts";
import type { Tx, View } from "../platform/db/handles.ts";
import { invalid } from "../platform/errors.ts";
import type { Caller } from "../platform/http/route.ts";
import { readStopList, type StopRow } from "./read-stop-list.ts";
import { contactsAt } from "./store.ts";

/** Lines a transaction: a STOP that comes meanwhile waits for one of them, never for the list. */
const CHUNK = 100;
export const MAX_LIST_BYTES = 16 * 1024 * 1024;
const MAX_NAMED = 1000;

interface List {
  file: Buffer;
  /** What it is called, where that is known. */
  name: string | null;
  dryRun: boolean;
}

/** @throws Invalid list_empty */
export async function importSuppressions(
  database: Database,
  { file, name, dryRun }: List,
  caller: Caller,
): Promise<ImportReport> {
  const fileHash = createHash("sha256").update(file).digest("hex");
  const { rows, rejections } = readStopList(file.toString("utf8"));
  if (rows.length === 0 && rejections.length === 0)
    throw invalid("list_empty", "The file holds no line. Send CSV with a column phone, or one JSON object a line.");
  const list = name ? `the list “${name}”` : "a list";
  // With the number, which is kept nowhere else where nobody is known by it: so the list can be taken out again.
  const proofOf = ({ line, phone }: StopRow) => `${phone}, line ${line} of ${list}, SHA-256 ${fileHash}`;

  if (!dryRun) await database.tx(caller.workspaceId, (tx) => auditImport(tx, fileHash, rows.length, caller));
  let added = 0;
  const seen = new Set<string>();
  for (let first = 0; first < rows.length; first += CHUNK) {
    const chunk = rows.slice(first, first + CHUNK);
    added += dryRun
      ? await database.view(caller.workspaceId, (view) => countNew(view, chunk, seen))
      : await database.tx(caller.workspaceId, (tx) => keep(tx, chunk, proofOf, caller));
  }
  return {
    ...{ fileHash, dryRun, rows: rows.length, added, already: rows.length - added },
    ...{ rejected: rejections.length, rejections: rejections.slice(0, MAX_NAMED) },
  };
}

/** Before its first line is taken in: a list that breaks off half way is on record too. */
const auditImport = (tx: Tx, fileHash: string, rows: number, { actor: by, workspaceId: id }: Caller) =>
  audit(tx, {
    ...{ by, verb: "consent.opt_outs_imported", thing: { id, name: null } },
    changes: changesBetween({}, { fileHash, rows }, ["fileHash", "rows"]),
  });

async function keep(tx: Tx, rows: readonly StopRow[], proofOf: (row: StopRow) => string, caller: Caller) {
  const known = new Map(
    (
      await contactsAt(
        tx,
        rows.map((row) => row.phone),
      )
    ).map((each) => [each.address, each.contactId]),
  );
  const stops = rows.map((row) => ({
    ...{ channel: row.channel, address: row.phone, sender: row.sender },
    contactId: known.get(row.phone) ?? null,
    proof: proofOf(row),
  }));
  return importStops(tx, stops, caller.actor);
}

/** How many of these would be new, told without keeping any. @param seen what the list has said before; grows */
async function countNew(view: View, rows: readonly StopRow[], seen: Set<string>): Promise<number> {
  const hashes = rows.map((row) => view.hashOf(row.channel, row.phone));
  for (const each of await suppressionsOf(view, hashes)) seen.add(`${each.addressHash} ${each.sender}`);
  const before = seen.size;
  for (const [n, row] of rows.entries()) seen.add(`${hashes[n]} ${row.sender ?? "*"}`);
  return seen.size - before;
}
