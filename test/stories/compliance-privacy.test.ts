/**
 * What a business tells carriers about itself stays where it was typed. Every field of the brand and the campaign gets a word
 * of its own that nobody writes by chance; then a whole life passes, with everything in it that goes wrong, and each place
 * where something is kept or told is searched for those words.
 */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { Brand, Campaign, type SmsCompliance } from "../../contract/compliance.ts";
import { preflight } from "../../contract/preflight.ts";
import type { Answer, Api } from "../support/api.ts";
import { type EventReader, readEvents } from "../support/event-reader.ts";
import { buildGate, databaseBehind, type Gate, throughGate } from "../support/gate.ts";
import { hire, keyWith } from "../support/people.ts";
import { withIds } from "../support/route-ids.ts";
import { asOwner, everyTable } from "../support/sql.ts";
import { DANA, foundTown, type Town } from "../support/town.ts";

let marks = 0;
/** A word of its own for a field, that looks like what is typed there where something might look at it. */
const mark = (field: string) => `Quixley${String(++marks).padStart(3, "0")}${field}`;
const marked = (fields: readonly string[]) => Object.fromEntries(fields.map((field) => [field, mark(field)]));
const wordsOf = (schema: typeof Brand | typeof Campaign) =>
  Object.entries(schema.parse({})).flatMap(([field, value]) => (typeof value === "string" ? [field] : []));
const switches = ["numberPooling", "directLending", "embeddedLink", "embeddedPhone", "ageGatedContent"];

/** Every field filled, as somebody would who knows all the answers. */
const whole = (): SmsCompliance => ({
  brand: Brand.parse({ ...marked(wordsOf(Brand)) }),
  campaign: Campaign.parse({
    ...marked(wordsOf(Campaign)),
    messageSamples: [1, 2, 3, 4, 5].map((n) => mark(`sample${n}`)),
    ...Object.fromEntries(switches.map((field) => [field, true])),
  }),
});
/** Of all that was ever typed; each word is searched for without regard to case, in whatever stands around it. */
const MARK = /quixley\d{3}\w*/gi;
const marksIn = (text: string) => [...new Set(text.match(MARK) ?? [])];

let town: Town;
let gate: Gate;
let channel: { id: string };
/** Everything that was told, before the restart and after it. */
let told: EventReader[];
const events = () => told.flatMap((reader) => reader.events);
const typed = whole();
/** Whatever was answered to those who may not read it, and to all who were refused. */
const answers: Array<[what: string, text: string]> = [];

beforeAll(async () => {
  gate = await buildGate();
  gate.leadTo(databaseBehind(inject("databaseServer")));
  town = await foundTown({}, (connection) => throughGate(gate, connection));
  await liveThroughIt();
}, 120_000);
afterAll(async () => {
  for (const reader of told) await reader.close();
  await town.stop();
  gate.shut();
});

const post = (smsCompliance: unknown, headers: Record<string, string> = {}, api: Api = town.api) =>
  api.post(`/api/channels/${channel.id}/setup-status`, { mutation: "set-sms-compliance", smsCompliance }, headers);
async function saved(smsCompliance: unknown, headers?: Record<string, string>): Promise<void> {
  expect((await post(smsCompliance, headers)).status).toBe(200);
}
async function refused(what: string, status: number, asking: Promise<Answer>): Promise<void> {
  const answer = await asking;
  expect([what, answer.status]).toEqual([what, status]);
  answers.push([what, JSON.stringify(answer.body) + JSON.stringify([...answer.headers])]);
}

async function liveThroughIt(): Promise<void> {
  const { api, simulator, twilio } = town;
  told = [await readEvents(town, { authorization: town.key }, 0)];
  channel = await town.connect();

  // A draft that saves itself field by field, and all of it at once; again under the same key.
  const brand: Record<string, string> = {};
  for (const field of wordsOf(Brand)) {
    brand[field] = mark(`draft${field}`);
    await saved({ brand });
  }
  await saved(typed, { "idempotency-key": "once" });
  await saved(typed, { "idempotency-key": "once" });
  expect(preflight(typed).length).toBeGreaterThan(0); // it runs beside the form, and what it says goes no further

  // What is refused: another shape, too long, what can't be kept, what nobody asked for, broken on the way, by the wrong one.
  const { brand: good } = typed;
  await refused("a number", 422, post({ brand: { ...good, city: 7 } }));
  await refused("a long word", 422, post({ brand: { city: mark("city").repeat(400) } }));
  await refused("NUL", 422, post({ brand: { city: `${mark("city")}\0` } }));
  await refused("one sample", 422, post({ campaign: { messageSamples: [mark("sample")] } }));
  await refused("no object", 422, post(mark("all")));
  await refused("another field beside it", 422, post({ brand: good, colour: mark("colour") }));
  await refused("the same key for something else", 409, post(whole(), { "idempotency-key": "once" }));
  await refused("a role that may not", 403, post(whole(), {}, (await hire(town, "agent", "Greta")).api));
  const path = `${town.publicUrl}/api/channels/${channel.id}/setup-status`;
  const headers = { authorization: town.key, "content-type": "application/json" };
  const broken = `{"mutation": "set-sms-compliance", "smsCompliance": {"brand": {"city": "${mark("city")}`;
  const cut = await fetch(path, { method: "POST", headers, body: broken });
  answers.push(["half a body", `${cut.status} ${await cut.text()}`]);

  // What breaks: the database says why with the whole row in its hands, then a program of its own does, then it is gone.
  const plant = (sql: string) => asOwner(town, sql);
  await plant("alter table connections add constraint story check (sms_compliance is null) not valid");
  await refused("a row that is refused", 500, post(whole()));
  await plant("alter table connections drop constraint story");
  await plant(
    `create function story() returns trigger language plpgsql as $$ begin perform 1 / (length(new.sms_compliance::text) * 0); return new; end $$;
     create trigger story before update on connections for each row execute function story()`,
  );
  await refused("a program that breaks", 500, post(whole(), { "idempotency-key": "twice" }));
  await plant("drop function story cascade");
  gate.shut();
  await refused("no database", 503, post(whole()));
  await gate.open();
  await town.until("the database is back", async () => (await api.get("/api/channels")).status === 200);

  // The rest of a life: settings, a look that finds something, a text, another process, a name that is published.
  await api.patch(`/api/channels/${channel.id}`, { friendlyName: "Front desk", mps: 5 });
  for (const status of ["suspended", "active"] as const) {
    simulator.updateAccount(twilio.sid, { status });
    await town.passing(api.post(`/api/channels/${channel.id}/check-health`));
  }
  await town.text(DANA, "Is the kiln on today?");
  await saved({ ...typed, campaign: { ...typed.campaign, termsAndConditions: true } });
  await town.restart();
  told.push(await readEvents(town, { authorization: town.key }, 0));
}

describe("while the channel is connected", () => {
  test("whoever manages it reads every word as it was typed", async () => {
    const { body } = await town.api.get(`/api/channels/${channel.id}`);
    expect(body.smsCompliance).toEqual({ ...typed, campaign: { ...typed.campaign, termsAndConditions: true } });
    expect(marksIn(JSON.stringify(body))).toHaveLength(marksIn(JSON.stringify(typed)).length);
    expect(marksIn(JSON.stringify(typed)).length).toBeGreaterThan(28);
  });

  test("whoever does not is told none of it, by any route", async () => {
    const { api } = await keyWith(town, [
      "inbox.read",
      "contacts.read",
      "channels.connect",
      "audit.read",
      "agents.write",
    ]);
    const read: string[] = [];
    for (const { method, path } of town.house.routes) {
      if (method !== "GET") continue;
      const asked = withIds(path, (prefix) => (prefix === "chn" ? channel.id : `${prefix}_${"0".repeat(32)}`));
      const answer = await town.passing(api.get(asked));
      if (answer.status === 200) read.push(path);
      expect([path, marksIn(JSON.stringify(answer.body))]).toEqual([path, []]);
    }
    expect(read).toEqual(
      expect.arrayContaining(["/api/channels/:id", "/api/channels/:id/health-changes", "/api/audit", "/api/channels"]),
    );
  });
});

describe("when it is disconnected, and all is told", () => {
  beforeAll(async () => {
    const gone = await town.passing(town.api.delete(`/api/channels/${channel.id}`));
    expect(gone.status).toBe(200);
    await refused("a channel that is gone", 404, post(whole()));
    await town.until("its end is told", () => events().some(({ type }) => type === "channel.disconnected"));
  });

  test("there is something to search", async () => {
    expect(town.logLines.length).toBeGreaterThan(10);
    expect(town.logLines.filter((line) => line.includes('"level":"error"')).length).toBeGreaterThan(1);
    expect(events().filter(({ type }) => type === "channel.changed").length).toBeGreaterThan(10);
    expect(answers.length).toBeGreaterThan(12);
    const verbs = (await asOwner(town, "select distinct verb from audit_entries")).map(({ verb }) => verb);
    expect(verbs).toEqual(expect.arrayContaining(["channel.compliance_changed", "channel.disconnected"]));
  });

  test("no line of the log holds a word of it", () => {
    expect(town.logLines.filter((line) => marksIn(line).length > 0)).toEqual([]);
  });

  test("no event was told with a word of it", () => {
    expect(events().filter((event) => marksIn(JSON.stringify(event)).length > 0)).toEqual([]);
  });

  test("no refusal and no error repeats a word of it", () => {
    expect(answers.filter(([, text]) => marksIn(text).length > 0)).toEqual([]);
  });

  test("the metrics hold no word of it", async () => {
    const { status, body } = await town.as(null).get("/metrics");
    expect(status).toBe(200);
    expect(marksIn(String(body.text))).toEqual([]);
  });

  test("the audit log names its fields and says nothing of what is in them", async () => {
    const { body } = await town.api.get("/api/audit?verb=channel.compliance_changed&limit=200");
    const changes = (body.items ?? []).flatMap(({ changes }) => changes as Array<{ field: string; values: unknown }>);
    const fields = new Set(changes.map(({ field }) => field));
    for (const field of wordsOf(Brand)) expect(fields).toContain(`brand.${field}`);
    for (const field of wordsOf(Campaign)) expect(fields).toContain(`campaign.${field}`);
    expect(changes.filter(({ values }) => values !== null)).toEqual([]);
    expect(marksIn(JSON.stringify((await town.api.get("/api/audit?limit=200")).body))).toEqual([]);
  });

  test("no table of the database holds a word of it but the one column that is for it", async () => {
    const tables = await everyTable(town, "sms_compliance");
    expect(tables.filter(([, text]) => marksIn(text).length > 0).map(([table]) => table)).toEqual([]);
    const [kept] = await asOwner(town, "select sms_compliance::text as kept from connections where id = $1", [
      channel.id,
    ]);
    expect(marksIn(String(kept?.kept)).length).toBeGreaterThan(28);
  });

  test("the provider was asked for much, and told no word of it", () => {
    const requests = JSON.stringify(town.simulator.requests());
    expect(requests).toContain("IncomingPhoneNumbers");
    expect(marksIn(requests)).toEqual([]);
  });
});
