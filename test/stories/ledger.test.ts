/** The ledger of consent: one chain of events, which erasure does not break and nobody can touch unseen. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Api } from "../support/api.ts";
import { workspaceOf } from "../support/people.ts";
import { asOwner } from "../support/sql.ts";
import { foundTown, type Town } from "../support/town.ts";

let town: Town;
let api: Api;
let workspaceId: string;
beforeAll(async () => {
  town = await foundTown();
  api = town.api;
  await town.connect();
  workspaceId = await workspaceOf(town);
});
afterAll(() => town.stop());

let people = 0;
let phone: string;
let id: string;
beforeEach(async () => {
  phone = `+1415555${String(2000 + ++people)}`;
  id = String((await api.post("/api/contacts", { phone })).body.id);
});

const record = (body: Record<string, unknown>) => api.post(`/api/contacts/${id}/consent`, { channel: "sms", ...body });
const verdict = async () => (await api.post("/api/consent/verify")).body;

test("an empty ledger is in order", async () => {
  expect(await verdict()).toEqual({ valid: true, events: 0, headHash: "0".repeat(64), firstBreak: null });
});

test("each event names the one before it, however many are written at once", async () => {
  const others = await Promise.all(
    Array.from({ length: 12 }, (_, n) => api.post("/api/contacts", { phone: `+1415555${3000 + n}`, smsOptedIn: true })),
  );
  expect(new Set(others.map((each) => each.status))).toEqual(new Set([201]));
  const events = await asOwner(town, "select seq, hash, previous_hash from consent_events order by seq");
  expect(events).toHaveLength(12);
  for (const [n, event] of events.entries()) expect(event.previous_hash).toBe(events[n - 1]?.hash ?? "0".repeat(64));
  expect(await verdict()).toMatchObject({ valid: true, events: 12, headHash: events.at(-1)?.hash });
});

test("an erasure breaks no chain, and takes the words of proof with it", async () => {
  await record({ action: "opt_in", source: "form", proof: "Ramona ticked it", disclosure: "Ramona's form" });
  await record({ action: "opt_out", source: "form", proof: "Ramona called" });
  const before = await verdict();
  await api.delete(`/api/contacts/${id}`);
  expect(await verdict()).toEqual(before);
  expect(before).toMatchObject({ valid: true, firstBreak: null });
  const again = String((await api.post("/api/contacts", { phone })).body.id);
  const events = (await api.get(`/api/contacts/${again}/consent`)).body.items ?? [];
  expect(events.map((each) => [each.action, each.proof, each.disclosure])).toEqual([
    ["opt_out", null, null],
    ["opt_in", null, null],
  ]);
});

describe("whoever touches the ledger is found out", () => {
  let last: number;
  beforeEach(async () => {
    for (const action of ["opt_in", "opt_out", "opt_out"])
      await record({ action, source: "form", proof: "On paper", disclosure: "The form" });
    const sound = await verdict();
    expect(sound).toMatchObject({ valid: true, firstBreak: null });
    last = Number(sound.events);
  });

  /** Does something to a row as only the database's owner can, looks, and mends it. */
  async function touched(change: string, mend: string, seq = last - 1): Promise<unknown> {
    const values = [workspaceId, seq];
    await asOwner(town, "create table if not exists kept_events as select * from consent_events with no data");
    await asOwner(town, "create table if not exists kept_evidence as select * from consent_evidence with no data");
    await asOwner(
      town,
      "insert into kept_events select * from consent_events where workspace_id = $1 and seq = $2",
      values,
    );
    await asOwner(
      town,
      "insert into kept_evidence select * from consent_evidence where workspace_id = $1 and seq = $2",
      values,
    );
    try {
      await asOwner(town, change, values);
      const { valid, firstBreak } = await verdict();
      return { valid, seq: (firstBreak as { seq: number } | null)?.seq };
    } finally {
      await asOwner(town, mend, values);
      await asOwner(town, "drop table kept_events, kept_evidence");
      expect(await verdict()).toMatchObject({ valid: true, events: last });
    }
  }
  const here = "workspace_id = $1 and seq = $2";

  test.each([
    ["what was said", "action = 'opt_in'"],
    ["who it was about", "address_hash = repeat('0', 32)"],
    ["when", "at = at - interval '1 day'"],
    ["by what means", "source = 'keyword'"],
    ["about which number of ours", "sender = '+14155550142'"],
    ["on which channel", "channel = 'whatsapp'"],
    ["by whom", `actor = '{"type":"member","id":"mem_1","name":"Ada"}'`],
    ["its own hash", "hash = repeat('a', 64)"],
    ["the hash before it", "previous_hash = repeat('a', 64)"],
    ["the hash of its proof", "proof_hash = repeat('a', 64)"],
  ])("changing %s", async (_what, change) => {
    const columns = change.split(" = ")[0];
    const mend = `update consent_events e set ${columns} = k.${columns} from kept_events k where e.workspace_id = $1 and e.seq = $2`;
    expect(await touched(`update consent_events set ${change} where ${here}`, mend)).toEqual({
      valid: false,
      seq: last - 1,
    });
  });

  test.each(["proof", "disclosure"])("putting other words into its %s", async (column) => {
    const mend = `update consent_evidence e set ${column} = k.${column} from kept_evidence k where e.workspace_id = $1 and e.seq = $2`;
    expect(await touched(`update consent_evidence set ${column} = 'Forged' where ${here}`, mend)).toEqual({
      valid: false,
      seq: last - 1,
    });
  });

  test("taking an event out of the middle, or off the end", async () => {
    const put = "insert into consent_events select * from kept_events where workspace_id = $1 and seq = $2";
    expect(await touched(`delete from consent_events where ${here}`, put)).toEqual({ valid: false, seq: last - 1 });
    expect(await touched(`delete from consent_events where ${here}`, put, last)).toEqual({ valid: false, seq: last });
  });

  test("cutting the chain's end off together with its events is seen by whoever kept the last hash", async () => {
    const { headHash } = await verdict();
    const values = [workspaceId, last];
    const mend = "insert into consent_events select * from kept_events where workspace_id = $1 and seq = $2";
    const cut = `with gone as (delete from consent_events where ${here} returning previous_hash)
      update consent_chains c set seq = c.seq - 1, hash = gone.previous_hash from gone where c.workspace_id = $1`;
    await asOwner(
      town,
      "create table kept_events as select * from consent_events where workspace_id = $1 and seq = $2",
      values,
    );
    await asOwner(town, cut, values);
    expect((await verdict()).headHash).not.toBe(headHash);
    await asOwner(town, mend, values);
    await asOwner(town, "update consent_chains set seq = seq + 1, hash = $2 where workspace_id = $1", [
      workspaceId,
      headHash,
    ]);
    expect(await verdict()).toMatchObject({ valid: true, headHash });
  });

  test("altering the chain's end", async () => {
    const mend =
      "update consent_chains set hash = (select hash from consent_events where workspace_id = $1 order by seq desc limit 1) where workspace_id = $1 and $2 > 0";
    expect(
      await touched("update consent_chains set hash = repeat('a', 64) where workspace_id = $1 and $2 > 0", mend),
    ).toEqual({ valid: false, seq: last });
  });
});
