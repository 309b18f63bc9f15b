/** Straight to a town's database: to look behind the API, to do what only its owner could, or what our own role may. */
import pg from "pg";
import { APP_ROLE } from "../../server/platform/db/pool.ts";
import type { Town } from "./town.ts";

type Place = Pick<Town, "connection">;

type Row = Record<string, unknown>;
type Ask = (text: string, values?: readonly unknown[]) => Promise<Row[]>;

async function onClient<T>(town: Place, options: string | undefined, work: (ask: Ask) => Promise<T>): Promise<T> {
  const client = new pg.Client({ ...town.connection, ...(options ? { options } : {}) });
  await client.connect();
  try {
    return await work(async (text, values = []) => (await client.query(text, [...values])).rows as Row[]);
  } finally {
    await client.end();
  }
}

/** One statement as the database's owner, whom no policy holds. */
export const asOwner = (town: Place, text: string, values: readonly unknown[] = []): Promise<Row[]> =>
  onClient(town, undefined, (ask) => ask(text, values));

/** Work as the role that the house runs as, in a transaction of one workspace (null: of none) that is rolled back. */
export const asParley = <T>(town: Place, workspaceId: string | null, work: (ask: Ask) => Promise<T>): Promise<T> =>
  onClient(town, `-c role=${APP_ROLE}`, async (ask) => {
    await ask("begin");
    if (workspaceId !== null) await ask("select set_config('parley.workspace', $1, true)", [workspaceId]);
    const answer = await work(ask);
    await ask("rollback");
    return answer;
  });

/** Every table of a town's database with the text of all its rows, without the one column that is left out. */
export async function everyTable(town: Place, leftOut = ""): Promise<Array<[table: string, text: string]>> {
  const tables = await asOwner(
    town,
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema') order by 1`,
  );
  if (tables.length < 40) throw new Error(`only ${tables.length} tables were found`);
  return onClient(town, undefined, async (ask) => {
    const found: Array<[string, string]> = [];
    for (const { name } of tables) {
      const rows = await ask(`select (to_jsonb(t) - $1::text)::text as row from ${name} t`, [leftOut]);
      found.push([String(name), rows.map(({ row }) => String(row)).join("\n")]);
    }
    return found;
  });
}
