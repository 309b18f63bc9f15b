import { randomBytes } from "node:crypto";
import pg from "pg";
import { kilnAndCo, marcosCycles } from "/work/main/server/knowledge/fixture.ts";
import { addSource, createBase, findPassages } from "/work/main/server/knowledge/knowledge.ts";
import { createDatabase } from "/work/main/server/platform/db/database.ts";
import { migrate } from "/work/main/server/platform/db/migrate.ts";
import { createPool } from "/work/main/server/platform/db/pool.ts";
import { realWorld } from "/work/main/server/platform/world.ts";

const admin = new pg.Client("postgres://postgres@127.0.0.1:5999/postgres");
await admin.connect();
await admin.query("drop database if exists helper4");
await admin.query("create database helper4");
await admin.end();
const settings = { connectionString: "postgres://postgres@127.0.0.1:5999/helper4" };
await migrate(settings, new Date());
const world = realWorld();
const pool = createPool(settings, 4, console.error);
const database = createDatabase({ pool, world, hashKey: randomBytes(32), react: async () => {}, published: () => {} });
const by = { type: "system", id: null, name: null } as const;
for (const [name, f] of Object.entries({ kilnAndCo, marcosCycles })) {
  const ws = world.id("wsp");
  const base = await database.tx(ws, async (tx) => {
    const b = await createBase(tx, { name, language: "en" }, by);
    for (const s of f.sources) await addSource(tx, b.id, s, by);
    return b;
  });
  const offMax = 0;
  let right = 0,
    silent = 0,
    wrong = 0,
    able = 0,
    loud = 0,
    off = 0;
  const t0 = performance.now();
  for (const [q, a] of f.questions) {
    const found = await database.view(ws, (v) => findPassages(v, [base.id], q, 2));
    const top = found[0];
    const ok = top && a && (top.title.startsWith(a) || (top.kind === "text" && top.content.includes(a)));
    const sure = (top?.confidence ?? 0) >= 0.5;
    if (a) {
      able++;
      if (sure && ok) right++;
      else if (sure) wrong++;
      else silent++;
    } else {
      off++;
      if (sure) loud++;
    }
    const flag = a ? (sure && ok ? "  " : sure ? "!!" : ok ? "~ " : "~x") : sure ? "!!" : "  ";
    if (process.argv[2] === "all" || flag !== "  " || (!a && (top?.confidence ?? 0) > 0.35))
      console.log(
        flag,
        (top?.confidence ?? 0).toFixed(2),
        q,
        "→",
        top?.title.slice(0, 40),
        "|",
        found[1]?.title.slice(0, 25),
        found[1]?.confidence.toFixed(2),
      );
  }
  console.log(name, {
    able,
    right,
    share: right / able,
    wrong,
    silent,
    off,
    loud,
    ms: (performance.now() - t0) / f.questions.length,
  });
}
await pool.end();
