/** Files: what a customer sends is fetched, kept and shown safely; what a person attaches reaches the phone. */
import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Media } from "../../contract/media.ts";
import type { Message } from "../../contract/messages.ts";
import { pruneUploads } from "../../server/media/media.ts";
import { jpeg, upload } from "../support/files.ts";
import { keyWith } from "../support/people.ts";
import { asOwner } from "../support/sql.ts";
import {
  ask,
  contactOf,
  conversationWith,
  leap,
  newcomer,
  openWith,
  readMessage,
  sendRequests,
  thread,
  untilStatus,
  write,
} from "../support/story.ts";
import { foundTown, freePort, KILN, type Town } from "../support/town.ts";
import { INBOUND, postWebhook, textFields } from "../support/webhook.ts";

const HOUR_MS = 60 * 60_000;
const MB = 1024 * 1024;

let town: Town;
beforeAll(async () => {
  town = await foundTown();
  await town.connect();
});
afterAll(() => town.stop());

/** A customer sends files; answers the message once none is on its way any more. */
async function sendsFiles(phone: string, ...files: Array<{ contentType?: string; bytes: Uint8Array }>) {
  const media = files.map((each) => ({ contentType: "image/jpeg", ...each }));
  await town.passing(town.simulator.text({ from: phone, to: KILN, media }));
  return settled(phone);
}

const settled = (phone: string): Promise<Message> =>
  town.until("the files are here, or given up", async () => {
    const message = (await thread(town, phone)).at(-1);
    return message?.media.every((each) => each.state !== "fetching") && message;
  });

/** The same of files that take hours: lets time leap, again and again. */
async function settledAfter(phone: string, hours: number): Promise<Message> {
  for (let leaps = 0; leaps < hours; leaps++) {
    await leap(town, HOUR_MS);
    const message = (await thread(town, phone)).at(-1);
    if (message?.media.every((each) => each.state !== "fetching")) return message;
  }
  throw new Error(`still being fetched after ${hours} hours`);
}

const only = (message: Message): Media => {
  const [first, ...more] = message.media;
  if (!first || more.length > 0) throw new Error(`not one file: ${JSON.stringify(message.media)}`);
  return first;
};

async function download(path: string, headers: Record<string, string> = {}) {
  const authorization = headers.authorization ?? town.key;
  const response = await fetch(`${town.publicUrl}${path}`, { headers: { authorization, ...headers } });
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}

const FETCHES = /\/Media\/ME\w+$/;
const fetches = () => town.simulator.requests().filter((each) => FETCHES.test(each.path));

describe("a picture that a customer sends", () => {
  test("is fetched with the account's credentials, kept, and handed out as it was", async () => {
    const bytes = jpeg(700_000); // of several parts
    const before = fetches().length;
    const phone = newcomer();
    const media = only(await sendsFiles(phone, { bytes }));
    expect((await conversationWith(town, phone)).lastMessage).toMatchObject({
      content: "",
      media: [{ contentType: "image/jpeg" }],
    });
    expect(media).toMatchObject({ state: "stored", contentType: "image/jpeg", size: bytes.length, reason: null });
    expect(fetches()[before]).toMatchObject({ accountSid: town.twilio.sid, status: 302 });

    const file = await download(media.url);
    expect(file.status).toBe(200);
    expect(file.bytes.equals(bytes)).toBe(true);
    expect(Object.fromEntries(file.headers)).toMatchObject({
      "content-type": "image/jpeg",
      "content-length": String(bytes.length),
      "x-content-type-options": "nosniff",
      "content-disposition": expect.stringMatching(/^inline; filename="[0-9a-f]{8}\.jpg"/),
      "content-security-policy": "default-src 'none'; sandbox",
      "cache-control": expect.stringContaining("private"),
    });

    const etag = file.headers.get("etag") ?? "";
    expect((await download(media.url, { "if-none-match": etag })).status).toBe(304);
    const part = await download(media.url, { range: "bytes=262000-600000" });
    expect(part.status).toBe(206);
    expect(part.headers.get("content-range")).toBe(`bytes 262000-600000/${bytes.length}`);
    expect(part.bytes.equals(bytes.subarray(262_000, 600_001))).toBe(true);
    expect((await download(media.url, { range: `bytes=${bytes.length}-` })).status).toBe(416);
    expect((await download(media.url, { range: "bytes=-10" })).bytes.equals(bytes.subarray(-10))).toBe(true);
  });

  test("is seen to be fetched: first on its way, then here, with an event", async () => {
    town.simulator.addFaults([{ kind: "status", status: 503, times: 1, match: { path: "/Media/ME" } }]);
    const phone = newcomer();
    await town.passing(
      town.simulator.text({ from: phone, to: KILN, media: [{ contentType: "image/png", bytes: jpeg() }] }),
    );
    const [message] = await thread(town, phone);
    expect(message?.media).toMatchObject([{ state: "fetching", contentType: "image/png", size: null }]);
    const missing = await town.api.get(message?.media[0]?.url ?? "");
    expect([missing.status, missing.body.code]).toEqual([404, "not_found"]);

    expect(only(await settled(phone))).toMatchObject({ state: "stored", contentType: "image/jpeg" });
    const events = await asOwner(
      town,
      "select data->>'state' as state from events where type = 'media.changed' and data->>'messageId' = $1",
      [message?.id],
    );
    expect(events).toEqual([{ state: "stored" }]);
  });

  test("comes in its place among several", async () => {
    const files = [jpeg(3000), jpeg(1000), jpeg(2000)];
    const { media } = await sendsFiles(newcomer(), ...files.map((bytes) => ({ bytes })));
    expect(media.map((each) => each.size)).toEqual([3000, 1000, 2000]);
  });

  test("is kept once however often it is sent, and goes with the last who sent it", async () => {
    const bytes = jpeg();
    const [one, other] = [newcomer(), newcomer()];
    const first = only(await sendsFiles(one, { bytes }));
    const second = only(await sendsFiles(other, { bytes }));
    const kept = async () => Number((await asOwner(town, "select count(*) from blobs where size = 2000"))[0]?.count);
    const before = await kept();
    expect(first.id).not.toBe(second.id);

    await town.api.delete(`/api/contacts/${(await contactOf(town, one)).id}`);
    expect((await download(first.url)).status).toBe(404);
    expect((await download(second.url)).bytes.equals(bytes)).toBe(true);
    expect(await kept()).toBe(before);

    await town.api.delete(`/api/contacts/${(await contactOf(town, other)).id}`);
    expect((await download(second.url)).status).toBe(404);
    expect(await kept()).toBe(before - 1);
    const parts = "select count(*) from blob_parts p where not exists (select from blobs b where b.hash = p.hash)";
    expect(Number((await asOwner(town, parts))[0]?.count)).toBe(0);
  });

  test("whoever is erased while it is fetched leaves nothing", async () => {
    const phone = newcomer();
    town.simulator.addFaults([{ kind: "latency", ms: 5000, times: 1, match: { path: "/Media/ME" } }]);
    const before = fetches().length;
    await town.passing(
      town.simulator.text({ from: phone, to: KILN, media: [{ contentType: "image/jpeg", bytes: jpeg(1234) }] }),
    );
    await town.until("it is being fetched", () => fetches().length > before);
    await town.api.delete(`/api/contacts/${(await contactOf(town, phone)).id}`);
    await town.until("the fetch is over", () => fetches().at(-1)?.outcome === "answered");
    await town.pass(2000);
    expect(await asOwner(town, "select 1 from blobs where size = 1234")).toEqual([]);
  });
});

describe("nothing that a customer sends runs in anybody's browser", () => {
  test.each([
    ["an SVG that calls itself a PNG", "image/png", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"],
    ["a page that calls itself a JPEG", "image/jpeg", "<!doctype html><script>alert(1)</script>"],
    ["a PDF", "application/pdf", "%PDF-1.7 …"],
    ["a contact card", "text/vcard", "BEGIN:VCARD\nFN:Dana\nEND:VCARD"],
  ])("%s is a download", async (_what, contentType, text) => {
    const media = only(await sendsFiles(newcomer(), { contentType, bytes: Buffer.from(text) }));
    const file = await download(media.url);
    expect(file.headers.get("content-disposition")).toMatch(/^attachment; /);
    expect(file.headers.get("content-type")).not.toMatch(/svg|html|png|jpeg/);
    expect(file.bytes.toString()).toBe(text);
  });

  test("a program is not kept", async () => {
    const bytes = Buffer.concat([Buffer.from("MZ\x90\0"), Buffer.alloc(100)]);
    expect(only(await sendsFiles(newcomer(), { bytes }))).toMatchObject({
      state: "failed",
      reason: { code: "media_not_kept" },
    });
  });
});

describe("what can't be fetched says why", () => {
  test("the provider is away for a while: asked again, ever more seldom", async () => {
    town.simulator.addFaults([{ kind: "reset_before", times: 3, match: { path: "/Media/ME" } }]);
    const before = fetches().length;
    const phone = newcomer();
    await town.passing(
      town.simulator.text({ from: phone, to: KILN, media: [{ contentType: "image/jpeg", bytes: jpeg() }] }),
    );
    const tries = () => fetches().length - before;
    // After five seconds, then twenty, then sixty; not sooner.
    for (const [n, seconds] of [5, 20, 60].entries()) {
      await town.until(`it was asked for ${n + 1} times`, () => tries() === n + 1);
      await town.pass((seconds - 2) * 1000);
      expect(tries()).toBe(n + 1);
      town.clock.advance(3000);
    }
    expect(only(await settled(phone)).state).toBe("stored");
    expect(tries()).toBe(4);
  });

  test("the provider is away for a day: given up, with a reason", async () => {
    const phone = newcomer();
    town.simulator.addFaults([{ kind: "status", status: 500, match: { path: "/Media/ME", account: town.twilio.sid } }]);
    await town.passing(
      town.simulator.text({ from: phone, to: KILN, media: [{ contentType: "image/jpeg", bytes: jpeg() }] }),
    );
    const message = await settledAfter(phone, 40);
    town.simulator.clearFaults();
    expect(only(message)).toMatchObject({ state: "failed", reason: { code: "media_unreachable" } });
  });

  test("the file is gone there", async () => {
    const phone = newcomer();
    const { messageSid } = await town.passing(
      town.simulator.text({
        from: phone,
        to: KILN,
        media: [{ contentType: "image/jpeg", bytes: jpeg() }],
        extraParams: { MediaUrl0: fileAt("ME", "0") },
      }),
    );
    expect(messageSid).not.toBeNull();
    expect(only(await settledAfter(phone, 5))).toMatchObject({ state: "failed", reason: { code: "media_gone" } });
  });

  test("it is larger than is kept", async () => {
    expect(only(await sendsFiles(newcomer(), { bytes: jpeg(16 * MB + 1) }))).toMatchObject({
      state: "failed",
      reason: { code: "media_too_large" },
    });
  });

  const fileAt = (prefix: string, digit: string) =>
    `${town.simulator.url}/2010-04-01/Accounts/${town.twilio.sid}/Messages/MM${digit.repeat(32)}/Media/${prefix}${digit.repeat(32)}`;

  test("it is somewhere else: nobody but the provider is ever asked", async () => {
    const asked: string[] = [];
    const port = await freePort();
    const elsewhere = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.end(jpeg());
    }).listen(port, "127.0.0.1");
    const fields = textFields(town, {
      From: newcomer(),
      NumMedia: "3",
      MediaUrl0: `http://127.0.0.1:${port}/2010-04-01/Accounts/${town.twilio.sid}/Messages/MM${"0".repeat(32)}/Media/ME${"0".repeat(32)}`,
      MediaUrl1: "http://169.254.169.254/latest/meta-data/",
      MediaUrl2: `${town.simulator.url}/2010-04-01/Accounts/${town.twilio.sid}.json`,
    });
    expect((await postWebhook(town, INBOUND, fields)).status).toBe(200);
    const { media } = await settled(fields.From ?? "");
    expect(media.map((each) => [each.state, each.reason?.code])).toEqual(
      Array.from({ length: 3 }, () => ["failed", "media_address_not_allowed"]),
    );
    expect(asked).toEqual([]);
    elsewhere.close();
  });

  test("its number was disconnected first", async () => {
    const number = "+14155550165";
    town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: number });
    const { id } = await town.connect(number);
    town.simulator.addFaults([{ kind: "status", status: 503, times: 1, match: { path: "/Media/ME" } }]);
    const phone = newcomer();
    await town.passing(
      town.simulator.text({ from: phone, to: number, media: [{ contentType: "image/jpeg", bytes: jpeg() }] }),
    );
    await town.passing(town.api.delete(`/api/channels/${id}`));
    expect(only(await settled(phone))).toMatchObject({ state: "failed", reason: { code: "disconnected" } });
  });
});

describe("a file that a person attaches", () => {
  test("is fetched by the provider through a link, and reaches the phone", async () => {
    const bytes = jpeg(5 * MB);
    const { status, body } = await upload(town, bytes, { name: "Blue bowl.jpg" });
    expect(status).toBe(201);
    expect(body).toMatchObject({ contentType: "image/jpeg", size: bytes.length, name: "Blue bowl.jpg" });
    const phone = newcomer();
    const sent = await write(town, "The blue one.", { to: phone, mediaUrls: [body.url] });
    expect(sent.media).toMatchObject([
      { state: "stored", contentType: "image/jpeg", size: bytes.length, name: "Blue bowl.jpg" },
    ]);
    await untilStatus(town, sent, "delivered");
    const [text] = town.simulator.phone(phone).texts;
    const picture = town.simulator.picture(text?.messageSid ?? "", text?.mediaSids[0] ?? "");
    expect(picture?.contentType).toBe("image/jpeg");
    expect(Buffer.from(picture?.bytes ?? []).equals(bytes)).toBe(true);
    // The message keeps its own: the upload it was made of may be forgotten.
    await leap(town, 25 * HOUR_MS);
    await pruneUploads(town.house.database);
    expect((await download(body.url)).status).toBe(404);
    expect((await download(sent.media[0]?.url ?? "")).bytes.equals(bytes)).toBe(true);
  });

  test("leaves by a link that nobody can guess, and that ends", async () => {
    const { body } = await upload(town, jpeg());
    const phone = newcomer();
    await untilStatus(town, await write(town, "", { to: phone, mediaUrls: [body.url] }), "delivered");
    const link = sendRequests(town, phone)[0]?.params.MediaUrl ?? "";
    expect(link).toMatch(/\/api\/media\/signed\/[\w.-]+\/file\.jpg$/);
    const ask = async (address: string) => (await fetch(address)).status;
    expect(await ask(link)).toBe(200);
    expect(await ask(link.replace(/.(?=\/file)/, (last) => (last === "A" ? "B" : "A")))).toBe(403);
    expect(await ask(link.replace(/med_./, (start) => (start === "med_0" ? "med_1" : "med_0")))).toBe(403);
    await leap(town, 49 * HOUR_MS);
    expect(await ask(link)).toBe(403);
  });

  test("can go to several people, and be sent on", async () => {
    const { body } = await upload(town, jpeg());
    for (const phone of [newcomer(), newcomer()])
      await untilStatus(town, await write(town, "", { to: phone, mediaUrls: [body.url] }), "delivered");
    const theirs = only(await sendsFiles(newcomer(), { bytes: jpeg() }));
    await untilStatus(town, await write(town, "Look", { to: newcomer(), mediaUrls: [theirs.url] }), "delivered");
  });

  test("beside a link to one that is elsewhere", async () => {
    const { body } = await upload(town, jpeg());
    const link = "https://kiln.example/cup.png";
    const phone = newcomer();
    const sent = await write(town, "", { to: phone, mediaUrls: [link, body.url] });
    expect(sent.media).toMatchObject([{ state: "linked", url: link, size: null }, { state: "stored" }]);
    await untilStatus(town, sent, "delivered");
    expect(sendRequests(town, phone)[0]?.params.MediaUrl).toMatch(/^https:\/\/kiln\.example\/cup\.png http:\/\//);
  });

  test("that the provider can't fetch is told in words", async () => {
    const sent = await write(town, "", { to: newcomer(), mediaUrls: [`${town.simulator.url}/nowhere.png`] });
    expect(await untilStatus(town, sent, "failed")).toMatchObject({ reason: { code: "media_not_readable" } });
  });

  test.each([
    ["nothing", Buffer.alloc(0), 422, "media_empty"],
    ["a page", Buffer.from("<html>"), 422, "media_type_not_sendable"],
    ["a WebP, which carriers do not take", Buffer.from("RIFF\x24\0\0\0WEBPVP8 "), 422, "media_type_not_sendable"],
    ["a PDF of a megabyte", Buffer.concat([Buffer.from("%PDF-1.7"), Buffer.alloc(MB)]), 422, "media_too_large"],
    ["a picture of more than 5 MB", jpeg(5 * MB + 1), 413, "too_large"],
  ])("%s is refused", async (_what, bytes, status, code) => {
    const answer = await upload(town, bytes);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.detail).toMatch(/\w+\.$/);
  });

  test("is refused where it is not here, or all together are too much", async () => {
    const { body } = await upload(town, jpeg(3 * MB));
    const id = await openWith(town, newcomer());
    const nobodys = `/api/media/med_${"0".repeat(32)}`;
    expect((await ask(town, "", { in: id, mediaUrls: [nobodys] })).body.code).toBe("media_not_found");
    expect((await ask(town, "", { in: id, mediaUrls: [body.url, body.url] })).body.code).toBe("media_too_large");
    expect((await ask(town, "", { in: id, mediaUrls: ["/api/contacts"] })).status).toBe(422);
    expect(await asOwner(town, "select 1 from messages where conversation_id = $1", [id])).toEqual([]);
  });

  test("under one Idempotency-Key is kept once", async () => {
    const bytes = jpeg();
    const headers = { "idempotency-key": "picture 1" };
    const first = await upload(town, bytes, headers);
    expect(await upload(town, bytes, headers)).toEqual(first);
    expect((await upload(town, jpeg(), headers)).body.code).toBe("idempotency_key_reused");
  });

  test("is taken from those who may answer, before a byte of it is read", async () => {
    const { secret } = await keyWith(town, ["inbox.read"]);
    expect((await upload(town, jpeg(), { authorization: `Bearer ${secret}` })).status).toBe(403);
    expect((await upload(town, jpeg(), { authorization: "Bearer nobody" })).status).toBe(401);
  });

  test("goes with its scheduled message a week later", async () => {
    const { body } = await upload(town, jpeg());
    const sendAt = new Date(town.clock.now().getTime() + 7 * 24 * HOUR_MS).toISOString();
    const phone = newcomer();
    const sent = await write(town, "Ready", { to: phone, mediaUrls: [body.url], sendAt });
    await leap(town, 8 * 24 * HOUR_MS);
    await pruneUploads(town.house.database);
    await untilStatus(town, sent, "delivered");
    expect((await readMessage(town, sent.id)).media).toMatchObject([{ state: "stored" }]);
  });
});
