/** Lists of people who said stop, taken in from elsewhere and taken out again; and what outlives a person's erasure. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ImportReport } from "../../contract/consent.ts";
import { keyWith, workspaceOf } from "../support/people.ts";
import { asOwner, asParley } from "../support/sql.ts";
import {
  consentOf,
  contactOf,
  findContact,
  leap,
  newcomer,
  openWith,
  sendRequests,
  thread,
  wait,
  write,
} from "../support/story.ts";
import { foundTown, KILN, type Town } from "../support/town.ts";

let town: Town;
let key = "";
beforeAll(async () => {
  town = await foundTown();
  await town.connect();
  key = (await keyWith(town, ["contacts.import", "consent.export"])).secret;
});
afterAll(() => town.stop());

const authorization = () => ({ authorization: `Bearer ${key}` });

async function importList(
  text: string,
  query = "",
): Promise<{ status: number; body: ImportReport & { code?: string } }> {
  const response = await fetch(`${town.publicUrl}/api/consent/suppressions/import${query}`, {
    method: "POST",
    headers: { ...authorization(), "content-type": "text/csv" },
    body: text,
  });
  return { status: response.status, body: (await response.json()) as ImportReport };
}

async function exportList(format: "csv" | "ndjson"): Promise<string> {
  const response = await fetch(`${town.publicUrl}/api/consent/suppressions/export?format=${format}`, {
    headers: authorization(),
  });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-disposition")).toBe(
    `attachment; filename="suppressions.${format}"; filename*=UTF-8''suppressions.${format}`,
  );
  return response.text();
}

const stopped = async (phone: string) => (await write(town, "Hello", { to: phone })).status === "suppressed";
const ledgerLength = async () => Number((await town.api.post("/api/consent/verify")).body.events);

describe("a list that is taken in", () => {
  test("keeps everybody on it from being written to, known or not, and leaves the list's fingerprint in the ledger", async () => {
    const [known, unknown] = [newcomer(), newcomer()];
    await town.api.post("/api/contacts", { phone: known, smsOptedIn: true });
    const file = `Phone Number,Reason\n${known},asked by mail\n${unknown},\n`;
    const { status, body } = await importList(file, "?name=From%20the%20old%20tool");
    const fileHash = createHash("sha256").update(file).digest("hex");
    expect([status, body]).toEqual([
      200,
      { fileHash, dryRun: false, rows: 2, added: 2, already: 0, rejected: 0, rejections: [] },
    ]);
    expect(await stopped(known)).toBe(true);
    expect(await stopped(unknown)).toBe(true);
    expect(await contactOf(town, known)).toMatchObject({
      smsOptedIn: false,
      suppressions: [{ sender: "*", source: "import" }],
    });
    expect((await consentOf(town, known)).at(-1)).toMatchObject({
      ...{
        action: "opt_out",
        source: "import",
        contactId: (await contactOf(town, known)).id,
        actor: { type: "api", name: "A key" },
      },
      proof: `${known}, line 2 of the list “From the old tool”, SHA-256 ${fileHash}`,
    });
    expect((await town.api.post("/api/consent/verify")).body).toMatchObject({ valid: true });
  });

  test("a second time changes nothing", async () => {
    const file = `${newcomer()}\n${newcomer()}\n`;
    await importList(file);
    const before = await ledgerLength();
    expect((await importList(file)).body).toMatchObject({ rows: 2, added: 0, already: 2 });
    expect(await ledgerLength()).toBe(before);
  });

  test("bad lines are named with their reason, and the good ones are kept", async () => {
    const [one, two, three] = [newcomer(), newcomer(), newcomer()];
    const file = [
      "phone;sender;channel",
      `${one};;`,
      "not a number;;",
      `${two};${KILN};sms`,
      "4155550101;;",
      `${three};the shop;`,
      `"${three}" broken;;`,
      `'${three};;whatsapp`,
      ";;",
      `${three};;pigeon`,
    ].join("\r\n");
    const { body } = await importList(file);
    expect(body).toMatchObject({ rows: 3, added: 3, rejected: 6 });
    expect(body.rejections.map((each) => `${each.line}: ${each.reason.slice(0, 20)}`)).toEqual([
      '3: "not a number" is no',
      '5: "4155550101" is no p',
      '6: The sender "the shop',
      "7: This line can't be r",
      "9: There is no phone nu",
      '10: The channel "pigeon"',
    ]);
    expect(await stopped(one)).toBe(true);
    expect(await stopped(two)).toBe(true);
    expect(await stopped(three)).toBe(false); // it was about WhatsApp
  });

  test("as JSON, one object a line", async () => {
    const phone = newcomer();
    const { body } = await importList(`{"phone": "${phone}", "sender": null}\n{"number": 1}\nnonsense\n`);
    expect(body).toMatchObject({ rows: 1, added: 1, rejected: 2, rejections: [{ line: 2 }, { line: 3 }] });
    expect(await stopped(phone)).toBe(true);
  });

  test("tried first it only says what would happen", async () => {
    const [phone, twice] = [newcomer(), newcomer()];
    await importList(twice);
    const before = await ledgerLength();
    const file = `phone\n${phone}\n${phone}\n${twice}\nnobody\n`;
    expect((await importList(file, "?dryRun=true")).body).toMatchObject({
      dryRun: true,
      rows: 3,
      added: 1,
      already: 2,
      rejected: 1,
    });
    expect(await ledgerLength()).toBe(before);
    expect(await stopped(phone)).toBe(false);
    expect((await importList(file)).body).toMatchObject({ added: 1, already: 2 });
  });

  test("ends what waits for them", async () => {
    const phone = newcomer();
    const sendAt = new Date(town.clock.now().getTime() + 60_000).toISOString();
    await write(town, "In a minute", { to: phone, sendAt });
    await importList(phone);
    await leap(town, 61_000);
    expect(sendRequests(town, phone)).toEqual([]);
  });

  test("lifts nobody's opt-out, and an opt-out in their own words stays theirs", async () => {
    const phone = newcomer();
    await town.text(phone, "STOP");
    const { suppressions } = await contactOf(town, phone);
    await importList(`${phone},${KILN}\n`);
    expect((await contactOf(town, phone)).suppressions).toEqual(expect.arrayContaining(suppressions));
    expect(await stopped(phone)).toBe(true);
  });

  test("of a thousand lines keeps no STOP waiting", async () => {
    const lines = Array.from({ length: 1000 }, (_, n) => `+1628777${String(n).padStart(4, "0")}`);
    const importing = importList(lines.join("\n"));
    const phone = newcomer();
    const { status } = await town.text(phone, "STOP");
    expect(status).toBe(200);
    expect((await importing).body).toMatchObject({ added: 1000 });
    expect((await town.api.post("/api/consent/verify")).body).toMatchObject({ valid: true });
  });

  test("an empty one is refused, and so is who may not import", async () => {
    expect(await importList("")).toMatchObject({ status: 422, body: { code: "list_empty" } });
    const { api } = await keyWith(town, ["consent.record"]);
    expect((await api.post("/api/consent/suppressions/import")).status).toBe(403);
  });
});

describe("the list that is taken out", () => {
  test("names everybody, by number, sender and source, and comes in again elsewhere as it went out", async () => {
    const [byWord, byList, byCall] = [newcomer(), newcomer(), newcomer()];
    await town.text(byWord, "STOP");
    await importList(byList);
    await town.api.post("/api/contacts", { phone: byCall, smsOptedIn: false, optedIn: false });
    const lines = (await exportList("ndjson"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const of = (phone: string) =>
      lines.filter((each) => each.phone === phone).map((each) => [each.channel, each.sender, each.source]);
    expect(of(byWord)).toEqual([["sms", KILN, "keyword"]]);
    expect(of(byList)).toEqual([["sms", null, "import"]]);
    expect(of(byCall).sort()).toEqual([
      ["sms", null, "api"],
      ["whatsapp", null, "api"],
    ]);

    const csv = await exportList("csv");
    expect(csv.split("\r\n")[0]).toBe("phone,channel,sender,source,at,address_hash");
    expect(csv.trim().split("\r\n")).toHaveLength(lines.length + 1);
    expect(csv).toContain(`\r\n'${byWord},sms,'${KILN},keyword,`);
    expect(csv).not.toMatch(/(^|,|\n)[=+@-]/);
    const known = lines.filter((each) => each.phone !== null).length;
    expect((await importList(csv)).body).toMatchObject({
      rows: known,
      added: 0,
      already: known,
      rejected: lines.length - known,
    });
  });

  test("is read in pages", async () => {
    const lines = Array.from({ length: 1100 }, (_, n) => `+1628666${String(n).padStart(4, "0")}`);
    await importList(lines.join("\n"));
    const exported = (await exportList("ndjson"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).phone);
    expect(new Set(exported.filter((phone) => phone?.startsWith("+1628666")))).toEqual(new Set(lines));
  });
});

describe("a stop outlives the person's erasure", () => {
  test("who was erased is not written to again, by the API or otherwise", async () => {
    const phone = newcomer();
    await town.text(phone, "STOP");
    const { id } = await contactOf(town, phone);
    expect((await town.api.delete(`/api/contacts/${id}`)).status).toBe(204);
    expect(await findContact(town, phone)).toBeNull();
    const message = await write(town, "Hello again", { in: await openWith(town, phone) });
    expect(message).toMatchObject({ status: "suppressed", reason: { code: "opted_out" } });
    await wait(town, 3000);
    expect(sendRequests(town, phone)).toEqual([]);
  });

  test("who writes in again is shown, and is still not written to", async () => {
    const phone = newcomer();
    await town.text(phone, "STOP");
    await town.api.delete(`/api/contacts/${(await contactOf(town, phone)).id}`);
    await town.text(phone, "Where is my order?");
    expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: false, suppressions: [{ source: "keyword" }] });
    expect(await thread(town, phone)).toMatchObject([{ content: "Where is my order?", fromOptedOut: true }]);
    expect(await stopped(phone)).toBe(true);
  });

  test("the list no longer says who it is, and a list from elsewhere can say it again", async () => {
    const phone = newcomer();
    await importList(phone);
    const { id } = (await town.api.post("/api/contacts", { phone })).body;
    await town.api.delete(`/api/contacts/${id}`);
    expect(await exportList("ndjson")).not.toContain(phone);
    expect((await importList(phone)).body).toMatchObject({ added: 0, already: 1 });
    expect(await stopped(phone)).toBe(true);
  });
});

test("nobody but the database's owner can change or remove what is in the ledger", async () => {
  await town.text(newcomer(), "STOP");
  const workspaceId = await workspaceOf(town);
  const [{ count = 0 } = {}] = await asOwner(town, "select count(*)::int as count from consent_events");
  expect(Number(count)).toBeGreaterThan(0);
  for (const statement of [
    "update consent_events set action = 'opt_in'",
    "delete from consent_events",
    "truncate consent_events",
  ])
    await expect(asParley(town, workspaceId, (sql) => sql(statement))).rejects.toThrow("permission denied");
  expect(await asOwner(town, "select count(*)::int as count from consent_events")).toEqual([{ count }]);
});
