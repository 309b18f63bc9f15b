/** The second wall between businesses: what the database itself refuses, whatever the code above it forgets. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { WorkspaceId } from "../../contract/ids.ts";
import { APP_ROLE } from "../../server/platform/db/pool.ts";
import { foundNeighbour, type Neighbour, workspaceOf } from "../support/people.ts";
import { asOwner, asParley } from "../support/sql.ts";
import { DANA, foundTown, MARCO, type Town } from "../support/town.ts";

/** Tables with a workspace's id that are the account's or a lane's: ids and times, rights and settings, no words. */
const GROUND = [
  ...["activations", "api_keys", "call_ends", "connections", "memberships", "sender_lanes", "sign_in_links"],
  ...["sms_request_lanes", "turns"],
];

let town: Town;
let kiln: WorkspaceId;
let loom: Neighbour;
/** Every table that holds rows of one workspace, with its columns that can be written. */
let tables: Array<{ name: string; columns: string }>;

beforeAll(async () => {
  town = await foundTown();
  kiln = (await workspaceOf(town)) as WorkspaceId;
  loom = await foundNeighbour(town);
  await town.connect();
  await town.text(DANA, "Do you have the blue bowl?");
  await town.text(MARCO, "STOP");
  await town.api.post(
    "/api/contacts",
    { phone: "+14155550177", name: "Noor", tags: ["regular"], smsOptedIn: true },
    { "idempotency-key": "1" },
  );
  const base = await town.api.post("/api/knowledge-bases", { name: "Opening hours" });
  await town.api.post(`/api/knowledge-bases/${base.body.id}/sources`, {
    kind: "pair",
    question: "When are you open?",
    answer: "From ten to four.",
  });
  const [conversation] = (await town.api.get(`/api/conversations?q=${encodeURIComponent(DANA)}`)).body.items ?? [];
  await town.api.post(`/api/conversations/${conversation?.id}/notes`, { content: "Ask Noor about the bowl." });
  await town.api.patch(`/api/conversations/${conversation?.id}`, { tags: ["bowl"] });
  await town.api.post(`/api/conversations/${conversation?.id}/messages`, { content: "Yes, two of them." });
  await town.until("Dana has her answer", () => town.received(DANA).length > 0);
  await loom.api.post("/api/contacts", { phone: DANA, name: "Dana of the looms", smsOptedIn: true });
  const rows = await asOwner(
    town,
    `select c.relname as name, string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns
       from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
        and exists (select from pg_attribute w where w.attrelid = c.oid and w.attname = 'workspace_id' and not w.attisdropped)
        and c.relname <> all($1)
      group by c.relname order by c.relname`,
    [GROUND],
  );
  tables = rows.map((row) => ({ name: String(row.name), columns: String(row.columns) }));
});
afterAll(() => town.stop());

const codeOf = (error: unknown) => (error as { code?: string }).code;
const DENIED = "42501";
const counted = async (ask: Promise<Array<Record<string, unknown>>>) => Number((await ask)[0]?.count);

test("every table of a workspace has row-level security, with one policy for reading and writing", async () => {
  const rows = await asOwner(
    town,
    `select c.relname as name, c.relrowsecurity as secured, p.polcmd as command, p.polpermissive as permissive,
       pg_get_expr(p.polqual, c.oid) as reading, pg_get_expr(p.polwithcheck, c.oid) as writing
       from pg_class c left join pg_policy p on p.polrelid = c.oid
      where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and c.relname <> all($1)
        and exists (select from pg_attribute w where w.attrelid = c.oid and w.attname = 'workspace_id' and not w.attisdropped)`,
    [GROUND],
  );
  const own = "(workspace_id = current_setting('parley.workspace'::text, true))";
  expect(rows.length).toBeGreaterThan(20);
  expect(
    rows.filter((row) => row.secured !== true || row.command !== "*" || row.reading !== own || row.writing !== own),
  ).toEqual([]);
});

test("the house's role is no superuser, passes no policy, owns no table and makes none", async () => {
  const [role] = await asOwner(
    town,
    `select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, has_schema_privilege(rolname, 'public', 'create') as makes,
       (select count(*)::int from pg_class where relowner = r.oid and relnamespace = 'public'::regnamespace) as owns
       from pg_roles r where rolname = $1`,
    [APP_ROLE],
  );
  expect(role).toEqual({
    rolsuper: false,
    rolbypassrls: false,
    rolcreaterole: false,
    rolcreatedb: false,
    makes: false,
    owns: 0,
  });
});

test("the house works as that role", async () => {
  expect(await town.house.database.ground.one("select current_user as name")).toEqual({ name: APP_ROLE });
  expect(await town.house.database.view(kiln, (view) => view.one("select current_user as name"))).toEqual({
    name: APP_ROLE,
  });
});

test("without a workspace no row is seen, changed or removed", async () => {
  const filled: string[] = [];
  for (const { name } of tables) {
    if ((await counted(asOwner(town, `select count(*) from ${name}`))) > 0) filled.push(name);
    expect([name, await counted(asParley(town, null, (ask) => ask(`select count(*) from ${name}`)))]).toEqual([
      name,
      0,
    ]);
    for (const act of [`update ${name} set workspace_id = workspace_id`, `delete from ${name}`]) {
      const done = asParley(town, null, (ask) =>
        ask(`with touched as (${act} returning 1) select count(*) from touched`),
      );
      // Refused outright where the table is append-only; elsewhere there is nothing to touch.
      expect([act, await counted(done).catch(codeOf)]).toEqual([act, expect.toBeOneOf([0, DENIED])]);
    }
  }
  expect(filled).toEqual(
    expect.arrayContaining(["contacts", "messages", "consent_events", "events", "notes", "passages", "suppressions"]),
  );
});

test("with a workspace set its own rows are seen, and none of another's", async () => {
  for (const { name } of tables) {
    const own = await counted(asOwner(town, `select count(*) from ${name} where workspace_id = '${kiln}'`));
    const seen = await asParley(town, kiln, (ask) =>
      ask(`select count(*), count(*) filter (where workspace_id <> $1) as foreign from ${name}`, [kiln]),
    );
    expect([name, seen[0]]).toEqual([name, { count: String(own), foreign: "0" }]);
  }
});

test("no row is written into another workspace, nor without one", async () => {
  let tried = 0;
  for (const { name, columns } of tables) {
    const [row] = await asOwner(
      town,
      `select to_jsonb(t) as row from ${name} t where workspace_id = '${kiln}' limit 1`,
    );
    if (!row) continue;
    tried++;
    const insert = `insert into ${name} (${columns}) select ${columns} from jsonb_populate_record(null::${name}, $1)`;
    for (const workspaceId of [null, loom.workspaceId]) {
      const code = await asParley(town, workspaceId, (ask) => ask(insert, [JSON.stringify(row.row)])).then(
        () => "written",
        codeOf,
      );
      expect([name, workspaceId, code]).toEqual([name, workspaceId, DENIED]);
    }
    // Its own row can't be moved over either.
    const code = await asParley(town, kiln, (ask) =>
      ask(`update ${name} set workspace_id = $1`, [loom.workspaceId]),
    ).then(() => "moved", codeOf);
    expect([name, code]).toEqual([name, DENIED]);
  }
  expect(tried).toBeGreaterThan(15);
});

describe.each([
  [
    "consent_events",
    ["update consent_events set source = 'api'", "delete from consent_events", "truncate consent_events"],
  ],
  ["events", ["update events set type = 'x'", "delete from events", "truncate events"]],
  ["delivery_events", ["update delivery_events set status = 'delivered'", "truncate delivery_events"]],
  ["migrations", ["delete from migrations", "insert into migrations values ('9999_x.sql', '', now())"]],
])("what is written in %s stays", (_table, acts) => {
  test.each(acts)("%s is refused", async (act) => {
    expect(await asParley(town, kiln, (ask) => ask(act)).then(() => "done", codeOf)).toBe(DENIED);
  });
});

test("what searches past the policies answers for the transaction's own workspace alone", async () => {
  const bases = (await asOwner(town, "select id from knowledge_bases")).map((row) => row.id);
  const look = (workspaceId: string | null) =>
    asParley(town, workspaceId, async (ask) => {
      const people = await ask("select search_contacts($1, '%Noor%', 10)", [kiln]);
      const messages = await ask("select search_messages($1, 'bowl', 10)", [kiln]);
      const passages = await ask("select id from find_passages($1, $2, array['open'], array[1.0], 10)", [kiln, bases]);
      return [people.length, messages.length, passages.length];
    });
  expect(await look(kiln)).toEqual([1, 1, 1]);
  expect(await look(loom.workspaceId)).toEqual([0, 0, 0]);
  expect(await look(null)).toEqual([0, 0, 0]);
});

test("a View can't write, not even its own workspace's rows", async () => {
  const { database } = town.house;
  const attempts = [
    "delete from contacts",
    "update workspaces set name = 'x'",
    "insert into accounts values ('acc_x', 'x', false, now())",
  ];
  for (const attempt of attempts) {
    const code = await database.view(kiln, (view) => view.rows(attempt)).then(() => "written", codeOf);
    expect([attempt, code]).toEqual([attempt, "25006"]);
  }
  expect((await database.view(kiln, (view) => view.rows("select id from contacts"))).length).toBe(3);
});

test("a handle opens for a workspace's id and nothing else", async () => {
  const sneaky = `${kiln}'; set local parley.workspace = '${loom.workspaceId}` as WorkspaceId;
  await expect(town.house.database.view(sneaky, (view) => view.rows("select 1"))).rejects.toThrow(
    "not a workspace's id",
  );
});

test("the ground sees no workspace's rows", async () => {
  expect(await town.house.database.ground.rows("select id from contacts")).toEqual([]);
  expect(await town.house.database.groundTx((ground) => ground.rows("select id from messages"))).toEqual([]);
});
