/** The audit log: whatever changes how the business works is written down with the change itself, and stays. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AuditEntry, AuditVerb } from "../../contract/audit.ts";
import type { Answer, Api } from "../support/api.ts";
import { type Colleague, foundNeighbour, hire, keyWith, ownerSession, workspaceOf } from "../support/people.ts";
import { asOwner, asParley } from "../support/sql.ts";
import { DANA, foundTown, type Town } from "../support/town.ts";

let town: Town;
let ana: Colleague;
let channel: { id: string };
beforeAll(async () => {
  town = await foundTown();
  ana = await ownerSession(town);
  channel = await town.connect("+14155550142", { friendlyName: "Front desk" });
});
afterAll(() => town.stop());

const log = (query = "", api: Api = town.api) => api.get(`/api/audit${query}`);
const entries = async (query = "?limit=200", api: Api = town.api) =>
  ((await log(query, api)).body.items ?? []) as unknown as AuditEntry[];

/** What an act has written. */
async function writtenBy(act: () => Promise<unknown>): Promise<AuditEntry[]> {
  const before = new Set((await entries()).map(({ id }) => id));
  await act();
  return (await entries()).filter(({ id }) => !before.has(id));
}

const patchChannel = (patch: object, api: Api = ana.api) => api.patch(`/api/channels/${channel.id}`, patch);

describe("an entry", () => {
  test("says who changed what of which thing, and when, with both values", async () => {
    town.clock.advance(1000);
    const [entry, ...more] = await writtenBy(() => patchChannel({ mps: 5, keywordReplies: "parley" }));
    expect(more).toEqual([]);
    expect(entry).toEqual({
      id: expect.stringMatching(/^aud_[0-9a-f]{32}$/),
      at: town.clock.now().toISOString(),
      verb: "channel.settings_changed",
      actor: { type: "member", id: ana.memberId, name: expect.any(String) },
      thing: { id: channel.id, name: "Front desk" },
      changes: [
        { field: "keywordReplies", values: { before: "provider", after: "parley" } },
        { field: "mps", values: { before: 1, after: 5 } },
      ],
    });
  });

  test("names the key that did it", async () => {
    const { id, api } = await keyWith(town, ["channels.connect"], "Night shift");
    const [entry] = await writtenBy(() => patchChannel({ dailyCap: 100 }, api));
    expect(entry?.actor).toEqual({ type: "api", id, name: "Night shift" });
  });

  test("is not written for what changes nothing", async () => {
    expect(await writtenBy(() => patchChannel({ mps: 5 }))).toEqual([]);
  });

  test("of an agent's publishing says what answered before in each environment, and is written only of those that moved", async () => {
    const { id } = (await ana.api.post("/api/agents", { name: "Ada" })).body;
    const publish = (body: object) => writtenBy(() => ana.api.post(`/api/agents/${id}/publish`, body));
    const entry = { verb: "agent.published", thing: { id, name: "Ada" } };
    const live = (before: number | null, after: number | null) => ({ field: "live", values: { before, after } });
    const sandbox = (before: number | null, after: number | null) => ({ field: "sandbox", values: { before, after } });

    expect(await publish({ environments: ["live"] })).toMatchObject([{ ...entry, changes: [live(null, 1)] }]);
    expect(await publish({ environments: ["live"] })).toEqual([]);
    await ana.api.patch(`/api/agents/${id}`, { instructions: "Be kind." });
    const both = ["live", "sandbox"];
    expect(await publish({ environments: both })).toMatchObject([
      { ...entry, changes: [live(1, 2), sandbox(null, 2)] },
    ]);
    expect(await publish({ environments: both, version: 2 })).toEqual([]);
    expect(await publish({ environments: ["sandbox"], version: null })).toMatchObject([
      { ...entry, changes: [sandbox(2, null)] },
    ]);
    expect(await publish({ environments: both, version: 2 })).toMatchObject([
      { ...entry, changes: [sandbox(null, 2)] },
    ]);
    expect(await publish({ environments: ["pre-release"], version: null })).toEqual([]);
  });

  test("is not written for what was refused", async () => {
    const refused: Array<() => Promise<Answer>> = [
      () => patchChannel({ agentId: `agt_${"0".repeat(32)}` }),
      () => ana.api.patch(`/api/members/${ana.memberId}`, { role: "viewer" }),
      () => ana.api.post("/api/api-keys", { name: "Too much", permissions: ["flying"] }),
    ];
    for (const ask of refused) {
      expect(await writtenBy(async () => expect((await ask()).status).toBeGreaterThan(400))).toEqual([]);
    }
  });

  test("tells of a number by its first and last digits", async () => {
    const line = "+14155550143";
    town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: line });
    const written = await writtenBy(() => town.connect(line));
    expect(written.map(({ verb }) => verb)).toContain("channel.connected");
    for (const { thing } of written) expect(thing.name).toBe("+1…43");
    expect(JSON.stringify(written)).not.toContain(line.slice(2));
  });
});

describe("what is secret, personal or for carriers alone stands in it by its name", () => {
  test("a provider's token", async () => {
    const account = town.simulator.createAccount({ friendlyName: "Workshop" });
    const { sid: accountSid, authToken } = account;
    const add = () =>
      town.passing(ana.api.post("/api/provider-accounts", { provider: "twilio", accountSid, authToken }));
    const [first] = await writtenBy(add);
    expect(first).toMatchObject({ verb: "provider_account.connected", thing: { name: "Workshop" } });
    expect(first?.changes).toContainEqual({ field: "credentials", values: null });
    expect(await writtenBy(add)).toEqual([]);
  });

  test("where calls go, and what is said in them", async () => {
    const forwardTo = "+14155550188";
    const patch = { answering: true, forwardTo, greeting: "This is Ana’s private line." };
    const [entry] = await writtenBy(() => ana.api.patch(`/api/channels/${channel.id}/voice`, patch));
    expect(entry).toMatchObject({ verb: "voice.changed" });
    expect(entry?.changes).toEqual([
      { field: "answering", values: { before: false, after: true } },
      { field: "greeting", values: null },
      { field: "forwardTo", values: null },
    ]);
  });

  test("what carriers are told, once for each field and sitting, however often it saves itself", async () => {
    const keep = (smsCompliance: object) => () =>
      ana.api.post(`/api/channels/${channel.id}/setup-status`, { mutation: "set-sms-compliance", smsCompliance });
    const fields = async (act: () => Promise<unknown>) =>
      (await writtenBy(act)).flatMap(({ changes }) => changes.map(({ field, values }) => [field, values]));
    expect(await fields(keep({ brand: { city: "Oak" } }))).toEqual([["brand.city", null]]);
    expect(await fields(keep({ brand: { city: "Oakland" } }))).toEqual([]);
    expect(await fields(keep({ brand: { city: "Oakland", state: "CA" } }))).toEqual([["brand.state", null]]);
    town.clock.advance(16 * 60_000);
    expect(await fields(keep({ brand: { city: "Oakland ", state: "CA" } }))).toEqual([["brand.city", null]]);
  });
});

describe("an entry and its change are one", () => {
  const plant = (table: string) =>
    asOwner(
      town,
      `create function refuse_it() returns trigger language plpgsql as $$ begin raise 'refused by the story'; end $$;
       create trigger refuse_it before insert on ${table} for each row execute function refuse_it()`,
    );
  const weed = () => asOwner(town, "drop function refuse_it cascade");
  const timeZone = async () => (await town.api.get("/api/workspace")).body.timeZone;

  test.each([
    ["it can’t be written down, nothing is changed", "audit_entries"],
    ["the change fails, nothing is written down", "events"],
  ])("where %s", async (_what, table) => {
    const before = await timeZone();
    await plant(table);
    const written = await writtenBy(async () =>
      expect((await ana.api.patch("/api/workspace", { timeZone: "Asia/Tokyo" })).status).toBe(500),
    ).finally(weed);
    expect(written).toEqual([]);
    expect(await timeZone()).toBe(before);
  });

  test.each(["audit_entries", "account_audit_entries"])("nobody here changes or removes one of %s", async (table) => {
    const workspace = await workspaceOf(town);
    for (const act of [`update ${table} set verb = 'x'`, `delete from ${table}`, `truncate ${table}`]) {
      const code = await asParley(town, workspace, (ask) => ask(act)).then(
        () => "done",
        (error: { code?: string }) => error.code,
      );
      expect([act, code]).toEqual([act, "42501"]);
    }
  });
});

describe("the list", () => {
  const verbs = async (query: string) => new Set((await entries(query)).map(({ verb }) => verb));

  test("is found through by who, what, which thing and when", async () => {
    const all = await entries();
    const [newest] = all;
    const oldest = all.at(-1);
    if (!newest || !oldest) throw new Error("nothing was written");
    expect(all.map(({ id }) => id)).toEqual(
      all
        .map(({ id }) => id)
        .sort()
        .reverse(),
    );
    const ids = async (query: string) => (await entries(`?limit=200&${query}`)).map(({ id }) => id);
    const where = (so: (entry: AuditEntry) => boolean) => all.filter(so).map(({ id }) => id);
    expect(await ids(`actor=${ana.memberId}`)).toEqual(where(({ actor }) => actor.id === ana.memberId));
    expect(await ids("actor=api")).toEqual(where(({ actor }) => actor.type === "api"));
    expect(await ids("verb=channel.connected")).toEqual(where(({ verb }) => verb === "channel.connected"));
    expect(await ids("verb=channel")).toEqual(where(({ verb }) => verb.startsWith("channel.")));
    expect(await ids(`thing=${channel.id}`)).toEqual(where(({ thing }) => thing.id === channel.id));
    expect(await ids(`from=${newest.at}`)).toEqual(where(({ at }) => at >= newest.at));
    expect(await ids(`to=${newest.at}`)).toEqual(where(({ at }) => at < newest.at));
    expect(await verbs("?verb=provider_account")).toEqual(new Set(["provider_account.connected"]));
  });

  test("pages with its filters", async () => {
    const whole = await entries("?limit=200&verb=channel");
    expect(whole.length).toBeGreaterThan(3);
    const paged: AuditEntry[] = [];
    let cursor: unknown = "";
    while (cursor !== null) {
      const { body } = await log(`?verb=channel&limit=2${cursor && `&cursor=${cursor}`}`);
      paged.push(...((body.items ?? []) as unknown as AuditEntry[]));
      cursor = body.nextCursor;
    }
    expect(paged).toEqual(whole);
  });

  test.each(["actor=nobody", "verb=channel.painted", "thing=12", "from=yesterday", "colour=red"])(
    "refuses %s, naming the field",
    async (query) => {
      const [field] = query.split("=");
      expect(await log(`?${query}`)).toMatchObject({ status: 422, body: { errors: [{ path: field }] } });
    },
  );

  test.each(["agent", "viewer"] as const)("is not for the role %s", async (role) => {
    const { api } = await hire(town, role, `${role}-who-asks`);
    for (const path of ["", "/export"])
      expect(await log(path, api)).toMatchObject({ status: 403, body: { permission: "audit.read" } });
  });

  test("shows what belongs to the whole business in each of its workspaces, and its own entries in none but its own", async () => {
    const { accountId } = (await town.api.get("/api/me")).body as { accountId: string };
    const sister = await foundNeighbour(town, "Kiln & Co. Outlet", accountId);
    const stranger = await foundNeighbour(town);
    const seen = await entries("?limit=200", sister.api);
    expect(new Set(seen.map(({ verb }) => verb))).toEqual(new Set(["account.set_up", "provider_account.connected"]));
    expect(await entries("?limit=200", stranger.api)).toEqual([]);
  });

  test("can be taken away whole, and says so itself", async () => {
    const before = await entries();
    const answer = await ana.api.get("/api/audit/export");
    expect(answer.headers.get("content-type")).toMatch(/x-ndjson/);
    const lines = String(answer.body.text).trim().split("\n");
    const [first, ...rest] = lines.map((line) => JSON.parse(line) as AuditEntry);
    expect(first).toMatchObject({ verb: "audit.exported", actor: { id: ana.memberId } });
    expect(rest).toEqual(before);
    const channelsAlone = String((await ana.api.get("/api/audit/export?verb=channel")).body.text)
      .trim()
      .split("\n");
    expect(channelsAlone).toHaveLength((await entries("?limit=200&verb=channel")).length);
  });
});

describe("what the house does by itself", () => {
  const system = { type: "system", id: null, name: null };

  test("a channel that falls ill on the timetable", async () => {
    town.simulator.updateAccount(town.twilio.sid, { status: "suspended" });
    const found = await town.until("the look has found it", async () => {
      town.clock.advance(60_000);
      return (await entries("?verb=channel.health_changed")).find(({ thing }) => thing.id === channel.id);
    });
    town.simulator.updateAccount(town.twilio.sid, { status: "active" });
    expect(found).toMatchObject({
      actor: system,
      changes: [
        { field: "status", values: { before: "active", after: "restricted" } },
        { field: "findings", values: { before: [], after: ["account_suspended"] } },
      ],
    });
  });

  test("setting the first account up", async () => {
    expect((await entries("?verb=account")).map(({ verb, actor }) => [verb, actor])).toEqual([
      ["account.set_up", system],
    ]);
  });

  test("a connection that loses its agent with the agent, by whoever removed it", async () => {
    const { id } = (await ana.api.post("/api/agents", { name: "Ada" })).body;
    await patchChannel({ agentId: id });
    const written = await writtenBy(() => ana.api.delete(`/api/agents/${id}`));
    const hers = written.filter(({ actor }) => actor.id === ana.memberId).map(({ verb }) => verb);
    expect(new Set(hers)).toEqual(new Set<AuditVerb>(["agent.deleted", "channel.settings_changed"]));
  });
});

test("a person who is erased is not named in it", async () => {
  const { id } = (await ana.api.post("/api/contacts", { phone: DANA, name: "Dana Pearwood" })).body;
  const written = await writtenBy(() => ana.api.delete(`/api/contacts/${id}`));
  const erased = { verb: "contact.erased", thing: { id, name: null }, changes: [] };
  expect(written).toContainEqual(expect.objectContaining(erased));
  expect(JSON.stringify(written)).not.toMatch(/Dana|Pearwood|4155550101/);
});
