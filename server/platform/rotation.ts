/**
 * Changing the secret key: everything that was sealed with a former one is sealed anew with the present one.
 *
 * At every moment each envelope opens with one of the two, so a process that has both reads everything. What remains to be
 * ruled out is a process that has only one of them:
 * - with the former alone: the first step changes the key that every start reads first, and is refused while such a
 *   process runs. Each says on its connection which keys it has.
 * - with the new one alone: the keys that a start reads last are changed last.
 */
import pg from "pg";
import type { Reader } from "./db/handles.ts";
import type { ConnectionSettings } from "./db/pool.ts";
import { type Queryable, reader } from "./db/reader.ts";
import { holdStarts, resealKeys } from "./installation.ts";
import { KeyRefused, prefixOf, type SealedColumn, type Secrets } from "./secrets.ts";
import type { World } from "./world.ts";

const LOCK = 7_275_391_204; // any number, as long as it is always this one
const BATCH = 100;
const MOST_NAMED = 10;

export interface Rotation {
  resealed: number;
  /** Whether nothing needs the former key any more; false where another process still seals with it. */
  isOver: boolean;
}

export interface RotationParts {
  secrets: Secrets;
  world: World;
  columns: readonly SealedColumn[];
  /** Told while no other process rotates that nothing needs the former key any more. */
  over: () => Promise<void>;
}

/** What a process calls its connection, so that others see which keys it has. */
export const nameWithKeys = ({ keyIds }: Secrets): string => `parley keys ${keyIds.join(" ")}`;

/**
 * Reseals what a former key has sealed, in small transactions; may be killed at any moment and run again, by several
 * processes at once. Throws KeyRefused, having changed nothing, where a process runs that has not got the present key or
 * where neither key opens the installation's own; and, when it has resealed all others, naming each row that neither opens.
 */
export async function rotate(settings: ConnectionSettings, parts: RotationParts): Promise<Rotation> {
  const client = new pg.Client({ ...settings, application_name: "parley rotate" });
  client.on("error", () => {}); // the next statement tells
  await client.connect();
  try {
    return await rotateOn(client, parts);
  } finally {
    await client.end(); // frees the lock, and rolls back what was not committed
  }
}

/** The same on a connection of the database's owner that is closed afterwards, whatever comes of it. */
export async function rotateOn(client: Queryable, { secrets, world, columns, over }: RotationParts): Promise<Rotation> {
  const owner = reader(client, world.now);
  await owner.rows("select pg_advisory_lock($1)", [LOCK]);
  const begun = await begin(owner, secrets);
  let { resealed } = begun;
  const lost: string[] = [];
  for (const column of columns) resealed += await resealColumn(owner, secrets, column, lost);
  if (lost.length > 0) throw new KeyRefused(whatIsLost(lost, resealed));
  if (begun.othersSealWithFormer) return { resealed, isOver: false };
  await owner.rows("begin");
  resealed += await resealKeys(owner, secrets, "others");
  await owner.rows("commit");
  await over();
  return { resealed, isOver: true };
}

/** From its commit on, every process that runs or starts has the new key. */
async function begin(owner: Reader, secrets: Secrets) {
  await owner.rows("begin");
  await holdStarts(owner);
  const running = await owner.rows<{ pid: number; name: string }>(
    `select pid, application_name as name from pg_stat_activity
       where datname = current_database() and application_name like 'parley keys %'`,
  );
  const others = running.map(({ pid, name }) => ({ pid, keyIds: name.split(" ").slice(2) }));
  const without = others.filter(({ keyIds }) => !keyIds.includes(secrets.keyId));
  if (without.length > 0) {
    throw new KeyRefused(
      `The secret key was not changed: Parley runs on this database elsewhere without the new key (as PostgreSQL's ` +
        `process ${without.map(({ pid }) => pid).join(", ")}). Stop it, or start it with both keys; then start again.`,
    );
  }
  const resealed = await resealKeys(owner, secrets, "first");
  await owner.rows("commit");
  return { resealed, othersSealWithFormer: others.some(({ keyIds }) => keyIds[0] !== secrets.keyId) };
}

/** The SQL is composed, but of names that stand in the source: those of a SealedColumn. */
function statementsOf({ table, column, key, tenant, ifLost }: SealedColumn) {
  const keys = key.join(", ");
  const places = key.map((_, at) => `$${at + 3}`);
  const find = `select array[${keys}] as "rowKey", ${tenant} as tenant, ${column} as envelope from ${table}
    where (${keys}) > (${places.join(", ")}) and not starts_with(${column}, $1) order by ${keys} limit $2`;
  // Only where it is still what was opened: somebody may have written another in between.
  const change = `update ${table} t set ${column} = n.resealed
    from unnest($1::text[], $2::text[], ${places.map((each) => `${each}::text[]`).join(", ")}) n (resealed, was, ${keys})
    where t.${column} = n.was and (${key.map((each) => `t.${each}`).join(", ")}) = (${key.map((each) => `n.${each}`).join(", ")})
    returning 1`;
  const without = ifLost === "delete" ? `delete from ${table}` : `update ${table} set ${column} = null`;
  const doWithout = (row: readonly string[]) => `${without} where (${keys}) = (${row.map(quoted).join(", ")});`;
  return { find, change, doWithout };
}

/** Walks a table by its key. What opens with neither key is added to `lost`, as what to do about it. */
async function resealColumn(owner: Reader, secrets: Secrets, column: SealedColumn, lost: string[]): Promise<number> {
  const { key, table, field } = column;
  const { find, change, doWithout } = statementsOf(column);
  let resealed = 0;
  let last: readonly string[] = key.map(() => "");
  for (;;) {
    const found = await owner.rows<{ rowKey: string[]; tenant: string; envelope: string }>(find, [
      prefixOf(secrets.keyId),
      BATCH,
      ...last,
    ]);
    const rows = found.flatMap((row) => {
      const sealed = resealedOrNull(secrets, row.envelope, { tenant: row.tenant, table, field });
      if (sealed === null) lost.push(doWithout(row.rowKey));
      return sealed === null ? [] : [{ ...row, sealed }];
    });
    const keys = key.map((_, at) => rows.map((row) => row.rowKey[at]));
    const values = [rows.map((row) => row.sealed), rows.map((row) => row.envelope), ...keys];
    resealed += (await owner.rows(change, values)).length;
    last = found.at(-1)?.rowKey ?? last;
    if (found.length < BATCH) return resealed;
  }
}

function resealedOrNull(secrets: Secrets, envelope: string, place: Parameters<Secrets["open"]>[1]): string | null {
  try {
    return secrets.seal(secrets.open(envelope, place), place);
  } catch {
    return null; // whichever way it does not open, its row is named
  }
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

function whatIsLost(lost: readonly string[], resealed: number): string {
  const named = lost.slice(0, MOST_NAMED).map((each) => `  ${each}`);
  if (lost.length > named.length) named.push(`  and ${lost.length - named.length} more`);
  return [
    `PARLEY_OLD_SECRET_KEY: ${lost.length === 1 ? "1 sealed value opens" : `${lost.length} sealed values open`} neither with it ` +
      `nor with PARLEY_SECRET_KEY. The others were resealed (${resealed} now).`,
    "Start once with the key of what is left as PARLEY_OLD_SECRET_KEY, and then again with the one you set now.",
    "Where that key is lost, run this on the database, start again, and enter those secrets anew:",
    ...named,
  ].join("\n");
}
