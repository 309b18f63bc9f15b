/** Lists at Twilio: read to their end, or not at all; in our order and our words. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Credentials } from "../channel.ts";
import type { TwilioHosts } from "./client.ts";
import { listReceived, listSentTo } from "./lists.ts";

const sid = (prefix: string, n: number) => `${prefix}${String(n).padStart(32, "0")}`;
const credentials: Credentials = { accountSid: sid("AC", 1), authToken: "b".repeat(32), simulated: false };
const OURS = "+14155550142";
const DANA = "+14155550101";

/** What each address answers; a number is a status. */
let pages: Map<string, object | number>;
let asked: string[];
let server: Server;
let hosts: TwilioHosts;
beforeEach(async () => {
  pages = new Map();
  asked = [];
  server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://here");
    asked.push(url.search);
    const page = pages.get(url.searchParams.get("Page") ?? url.pathname.split("/").slice(5).join("/")) ?? pages.get("");
    response.setHeader("date", at(30 + asked.length).toUTCString());
    response.statusCode = typeof page === "number" ? page : 200;
    response.end(typeof page === "object" ? JSON.stringify(page) : "{}");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const apiUrl = `http://127.0.0.1:${address.port}`;
  const others = { messagingUrl: apiUrl, numbersUrl: apiUrl, numbersUploadUrl: apiUrl, pricingUrl: apiUrl };
  hosts = { apiUrl, ...others, simulatorUrl: null };
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

const at = (minute: number) => new Date(Date.UTC(2026, 5, 1, 12, minute));
const message = (n: number, more: object = {}) => ({
  sid: sid("SM", n),
  to: OURS,
  from: DANA,
  messaging_service_sid: null,
  body: `Text ${n}`,
  status: "received",
  error_code: null,
  date_created: at(n).toUTCString().replace("GMT", "+0000"),
  date_sent: at(n).toUTCString().replace("GMT", "+0000"),
  direction: "inbound",
  num_media: "0",
  num_segments: "1",
  ...more,
});
const page = (next: number | null, ...messages: object[]) => ({
  messages,
  next_page_uri:
    next === null ? null : `/2010-04-01/Accounts/${credentials.accountSid}/Messages.json?PageSize=1000&Page=${next}`,
});

test("every page is read, and the oldest comes first", async () => {
  pages.set("", page(1, message(9), message(8)));
  pages.set("1", page(2, message(7)));
  pages.set("2", page(null, message(6), message(5, { direction: "outbound-api" })));
  const received = await listReceived(hosts, credentials, OURS, at(1), null);
  expect(received?.texts.map((each) => each.content)).toEqual(["Text 6", "Text 7", "Text 8", "Text 9"]);
  expect(asked[0]).toContain(`To=${encodeURIComponent(OURS)}`);
  expect(decodeURIComponent(asked[0] ?? "")).toContain("DateSent>=2026-06-01T12:01:00Z");
  expect(received?.at).toEqual(at(31)); // when the first one was read
});

test.each([500, 429, 401])("a page that answers %i makes it no list", async (status) => {
  pages.set("", page(1, message(9)));
  pages.set("1", status);
  expect(await listReceived(hosts, credentials, OURS, at(1), null)).toBeNull();
  expect(await listSentTo(hosts, credentials, DANA, at(1))).toBeNull();
});

test("a page that can't be read makes it no list", async () => {
  pages.set("", { messages: [{ sid: "SM1" }], next_page_uri: null });
  expect(await listReceived(hosts, credentials, OURS, at(1), null)).toBeNull();
});

test("a list without an end is no list", async () => {
  pages.set("", page(1, message(9)));
  pages.set("1", page(1, message(8)));
  expect(await listReceived(hosts, credentials, OURS, at(1), null)).toBeNull();
});

test("where the filter looks at the day alone, what is before and after is left out here", async () => {
  pages.set("", page(1, message(9), message(7), message(5), message(3)));
  const received = await listReceived(hosts, credentials, OURS, at(5), at(9));
  expect(received?.texts.map((each) => each.content)).toEqual(["Text 5", "Text 7"]);
  expect(asked).toHaveLength(1); // what follows is older still
});

test("files are named by their own list; without it there is no list at all", async () => {
  const uri = `/2010-04-01/Accounts/${credentials.accountSid}/Messages/${sid("SM", 9)}/Media/${sid("ME", 1)}.json`;
  pages.set("", page(null, message(9, { num_media: "1", body: null })));
  const files = `${sid("SM", 9)}/Media.json`;
  pages.set(files, { media_list: [{ uri, content_type: "image/png" }] });
  expect((await listReceived(hosts, credentials, OURS, at(1), null))?.texts).toMatchObject([
    { content: "", media: [{ url: `${hosts.apiUrl}${uri.replace(".json", "")}`, contentType: "image/png" }] },
  ]);
  pages.set(files, 500);
  expect(await listReceived(hosts, credentials, OURS, at(1), null)).toBeNull();
});

test("what Twilio has answered by default is not answered by us", async () => {
  pages.set("", page(null, message(9, { body: "Stop" }), message(8, { body: "a\0b", num_segments: "3" })));
  expect((await listReceived(hosts, credentials, OURS, at(1), null))?.texts).toMatchObject([
    { content: "ab", providerAnswers: "no", segments: 3, sentAt: at(8) },
    { content: "Stop", providerAnswers: "by_default", sentAt: at(9) },
  ]);
});
