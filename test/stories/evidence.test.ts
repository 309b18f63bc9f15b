/** What can be proven of one person's consent: a page that a lawyer reads, and data that anyone checks without us. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EvidencePack } from "../../server/desk/evidence.ts";
import { hire, keyWith } from "../support/people.ts";
import { asOwner } from "../support/sql.ts";
import { contactOf, newcomer, untilStatus, wait, write } from "../support/story.ts";
import { foundTown, KILN, type Town } from "../support/town.ts";

const SCRIPT = resolve(import.meta.dirname, "../../docs/verify-evidence.mjs");

let town: Town;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parley-evidence-"));
  town = await foundTown();
  await town.connect();
});
afterAll(async () => {
  await town.stop();
  await rm(folder, { recursive: true });
});

/** Dana agrees on a form, texts, says stop, and says it is fine again by START. */
async function aStory(name = "Dana <script>alert(1)</script>"): Promise<{ phone: string; id: string }> {
  const phone = newcomer();
  const { id } = (await town.api.post("/api/contacts", { phone, name })).body;
  const said = { channel: "sms", action: "opt_in", source: "form", proof: "Ticked the box on 1 June" };
  await town.api.post(`/api/contacts/${id}/consent`, {
    ...said,
    disclosure: "Texts about your order. STOP ends them.",
  });
  await untilStatus(town, await write(town, "Thank you.", { to: phone }), "delivered");
  await town.text(phone, "STOP");
  await write(town, "One more thing", { to: phone });
  await wait(town, 2000);
  return { phone, id: String(id) };
}

const packOf = async (id: string): Promise<EvidencePack> => {
  const answer = await town.api.get(`/api/contacts/${id}/evidence?format=json`);
  expect(answer.status).toBe(200);
  return answer.body as unknown as EvidencePack;
};
const pageOf = async (id: string) => {
  const { status, body, headers } = await town.api.get(`/api/contacts/${id}/evidence`);
  expect(status).toBe(200);
  return { html: String(body.text), headers };
};
const ledger = async () => {
  const { status, body, headers } = await town.api.get("/api/consent/export");
  expect(status).toBe(200);
  return { text: String(body.text), headers };
};

/** Runs the checking script as anybody would, on files. */
async function check(pack: unknown, wholeLedger?: string): Promise<string> {
  const files = [join(folder, "evidence.json"), ...(wholeLedger === undefined ? [] : [join(folder, "ledger.ndjson")])];
  await writeFile(files[0] ?? "", JSON.stringify(pack));
  if (wholeLedger !== undefined) await writeFile(files[1] ?? "", wholeLedger);
  const run = promisify(execFile)(process.execPath, [SCRIPT, ...files]);
  return run.then(
    ({ stdout }) => stdout.trim(),
    (failure: { stdout: string }) => failure.stdout.trim(),
  );
}

describe("the data", () => {
  test("hold every act with its words, the message that proves it, what stands and what left since", async () => {
    const { phone, id } = await aStory();
    const pack = await packOf(id);
    expect(pack).toMatchObject({
      format: "parley-evidence/1",
      contact: { id, phone, smsOptedIn: false, suppressions: [{ sender: KILN, source: "keyword" }] },
      events: [
        {
          action: "opt_in",
          source: "form",
          proof: "Ticked the box on 1 June",
          disclosure: expect.stringContaining("STOP ends"),
        },
        { action: "opt_out", source: "keyword", proof: "STOP" },
      ],
      messages: [
        { direction: "inbound", content: "STOP", from: phone, to: KILN, providerSid: expect.stringMatching(/^SM/) },
      ],
    });
    // Nothing of ours left after the STOP: the provider answered it, and what was written then is suppressed.
    expect(pack.sentSinceOptOut).toEqual([]);
    const hashes = pack.addresses.map((each) => each.addressHash);
    expect(pack.events.every((event) => hashes.includes(event.addressHash))).toBe(true);
  });

  test("our own confirmation is what is shown to have left after a stop", async () => {
    const phone = newcomer();
    await town.text(phone, "OPT OUT");
    const { id } = await contactOf(town, phone);
    const sent = await town.until("it left", async () => {
      const { sentSinceOptOut } = await packOf(id);
      return sentSinceOptOut && sentSinceOptOut.length > 0 && sentSinceOptOut;
    });
    expect(sent).toMatchObject([{ kind: "notice", content: expect.stringContaining("unsubscribed") }]);
  });
});

describe("anybody can check them with a script of a page, without us", () => {
  test("they are as they were recorded, alone and within the whole ledger", async () => {
    const { id } = await aStory();
    await aStory("Somebody else");
    const pack = await packOf(id);
    expect(await check(pack)).toBe("OK: 2 events are as they were recorded.");
    expect(await check(pack, (await ledger()).text)).toBe(
      "OK: 2 events are as they were recorded, in one unbroken ledger.",
    );
  });

  test.each<[string, (pack: EvidencePack) => void]>([
    ["what was said", (pack) => Object.assign(pack.events[0] ?? {}, { action: "opt_out" })],
    ["when", (pack) => Object.assign(pack.events[0] ?? {}, { at: "2026-01-01T00:00:00.000Z" })],
    ["the words of proof", (pack) => Object.assign(pack.events[0] ?? {}, { proof: "Signed in blood" })],
    ["what they were shown", (pack) => Object.assign(pack.events[0] ?? {}, { disclosure: "We text all night." })],
    [
      "who recorded it",
      (pack) => Object.assign(pack.events[0] ?? {}, { actor: { type: "member", id: null, name: "Ada" } }),
    ],
    ["the order", (pack) => pack.events.reverse()],
    ["a hash", (pack) => Object.assign(pack.events[1] ?? {}, { hash: "a".repeat(64) })],
  ])("it finds out who changes %s", async (_what, change) => {
    const { id } = await aStory();
    const pack = await packOf(id);
    change(pack);
    expect(await check(pack)).toMatch(/^BROKEN at event \d+: /);
  });

  test("it finds out who takes an event out of the ledger, or puts another in its place", async () => {
    const { id } = await aStory();
    const pack = await packOf(id);
    const lines = (await ledger()).text.trim().split("\n");
    expect(await check(pack, lines.toSpliced(-2, 1).join("\n"))).toMatch(/^BROKEN/);
    expect(await check(pack, lines.slice(0, -1).join("\n"))).toMatch(/^BROKEN/);
    const other = lines.map((line) => line.replace('"Ticked the box on 1 June"', '"Ticked it in May"'));
    expect(await check(pack, other.join("\n"))).toMatch(/^BROKEN/);
  });

  test("of an erased person hashes are left, and the ledger still holds", async () => {
    const { id, phone } = await aStory();
    const { id: kept } = await aStory("Who stays");
    await town.api.delete(`/api/contacts/${id}`);
    const { text } = await ledger();
    expect(text).not.toContain(phone);
    expect(
      text
        .split("\n")
        .filter((line) => line.includes(`"contactId":"${id}"`))
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { salt: null, proof: null, disclosure: null, actor: null },
      { salt: null, proof: null, disclosure: null, actor: null },
    ]);
    expect(await check(await packOf(kept), text)).toMatch(/^OK/);
  });
});

describe("the page", () => {
  test("says in words what was agreed and refused, when, and how it is known", async () => {
    const { id, phone } = await aStory("Dana Okafor");
    const { html } = await pageOf(id);
    const text = html
      .replace(/<style>[\s\S]*<\/style>/, "")
      .replace(/<[^>]+>/g, " ")
      .replace(/\s+/g, " ");
    for (const words of [
      "Evidence of consent: Dana Okafor",
      "Dana Okafor agreed to text messages.",
      "They filled in a form",
      "Ticked the box on 1 June",
      "Texts about your order. STOP ends them.",
      `Dana Okafor opted out of text messages from ${KILN}.`,
      "They wrote a keyword in a message.",
      "Their message: STOP",
      "1 June 2026",
      "Nothing was handed to the messaging provider for this person after they opted out.",
      phone,
    ])
      expect(text).toContain(words);
    for (const { hash } of (await packOf(id)).events) expect(text).toContain(hash);
  });

  test("holds nothing that runs, nothing that is fetched, and shows what people wrote as it is written", async () => {
    const { id } = await aStory();
    // As it may stand there from before names lost such marks.
    await asOwner(town, "update contacts set name = $1 where id = $2", ['<img src=x onerror="alert(1)">\u202e', id]);
    const { html, headers } = await pageOf(id);
    expect(html).not.toMatch(/url\(|@import/i);
    const tags = [...html.matchAll(/<(\w+)([^>]*)>/g)];
    const harmless = "html head meta title style body h1 h2 h3 p dl dt dd ol li blockquote span strong time code".split(
      " ",
    );
    for (const [tag, name] of tags) expect(harmless, tag).toContain(name);
    for (const [, , attributes = ""] of tags)
      for (const [, name] of attributes.matchAll(/([\w-]+)=/g))
        expect(["class", "datetime", "lang", "charset", "name", "content", "width", "initial-scale"]).toContain(name);
    expect(html).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;[U+202E]");
    expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; sandbox; style-src 'sha256-[\w+/=]+'$/,
    );
    expect(headers.get("cache-control")).toBe("private, no-store");
  });

  test("of somebody who never said anything says so", async () => {
    const { id } = (await town.api.post("/api/contacts", { phone: newcomer() })).body;
    const { html } = await pageOf(String(id));
    expect(html).toContain("Nothing is on record");
    expect(await check(await packOf(String(id)))).toBe("OK: 0 events are as they were recorded.");
  });
});

describe("the whole ledger", () => {
  test("is one event a line, as long as its headers say, and is read in pages", async () => {
    const lines = Array.from({ length: 1203 }, (_, n) => `+1628444${String(n).padStart(4, "0")}`).join("\n");
    const { secret } = await keyWith(town, ["contacts.import"]);
    await fetch(`${town.publicUrl}/api/consent/suppressions/import`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}` },
      body: lines,
    });
    const { text, headers } = await ledger();
    const events = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const verdict = (await town.api.post("/api/consent/verify")).body;
    expect(verdict).toMatchObject({ valid: true, events: events.length, headHash: events.at(-1).hash });
    expect(headers.get("parley-ledger-events")).toBe(String(events.length));
    expect(headers.get("parley-ledger-head")).toBe(events.at(-1).hash);
    expect(headers.get("content-type")).toBe("application/x-ndjson; charset=utf-8");
    expect(events.map((event) => event.seq)).toEqual(events.map((_, n) => n + 1));
  });
});

test("proofs are for those who may take consent out", async () => {
  const { id } = await aStory();
  const agent = await hire(town, "agent", "Greta");
  for (const path of [`/api/contacts/${id}/evidence`, "/api/consent/export", "/api/consent/suppressions/export"]) {
    expect(await agent.api.get(path)).toMatchObject({ status: 403, body: { permission: "consent.export" } });
  }
  expect((await town.api.get(`/api/contacts/con_${"0".repeat(32)}/evidence`)).status).toBe(404);
});
