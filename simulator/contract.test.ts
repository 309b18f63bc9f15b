import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bench, callApi, DANA, type Json, KILN, startBench } from "./test-kit.ts";

const shared = process.env.PARLEY_SHARED ?? resolve(import.meta.dirname, "../../shared");
const prism = join(process.env.PARLEY_PRISM ?? "", "node_modules/@stoplight/prism-cli/dist/index.js");
const examplesFile = join(shared, "vectors/twilio_api_examples.json");
const missing = [
  existsSync(join(shared, "specs/twilio_api_v2010.json")) ? "" : `the API descriptions under ${shared} (PARLEY_SHARED)`,
  process.env.PARLEY_PRISM && existsSync(prism) ? "" : "Prism (PARLEY_PRISM: a folder with @stoplight/prism-cli)",
].filter((what) => what !== "");
const demanded = process.env.PARLEY_DEMAND_SHARED === "1";
test.runIf(demanded && (missing.length > 0 || !existsSync(examplesFile)))(
  "the contract tests have what they need",
  () => {
    expect(missing).toEqual([]);
    expect(existsSync(examplesFile), examplesFile).toBe(true);
  },
);

/** Runs every endpoint once; `call` goes to the simulator directly, or through Prism. Answers each reply by its name. */
async function walk(bench: Bench, call: Bench["api"]): Promise<Map<string, Json>> {
  const replies = new Map<string, Json>();
  const run = async (name: string, status: number, path: string, params: Record<string, string> = {}) => {
    const reply = await call(name.split(" ")[0] ?? "GET", path, params);
    expect({ name, status: reply.status, json: reply.status === status ? null : reply.json }).toEqual({
      name,
      status,
      json: null,
    });
    replies.set(name, reply.json);
    return reply.json;
  };
  const A = "/2010-04-01/Accounts/{AccountSid}";
  const { sid } = bench.account;
  await run("GET /2010-04-01/Accounts/{Sid}.json", 200, `/2010-04-01/Accounts/${sid}.json`);
  const sub = await run("POST /2010-04-01/Accounts.json", 201, "/2010-04-01/Accounts.json", { FriendlyName: "Sub" });
  await run("GET /2010-04-01/Accounts.json", 200, "/2010-04-01/Accounts.json");
  await run("POST /2010-04-01/Accounts/{Sid}.json", 200, `/2010-04-01/Accounts/${sub.sid}.json`, { Status: "closed" });

  const available = `${A}/AvailablePhoneNumbers`;
  await run(`GET ${available}.json`, 200, "/AvailablePhoneNumbers.json");
  await run(`GET ${available}/{CountryCode}.json`, 200, "/AvailablePhoneNumbers/US.json");
  const local = `GET ${available}/{CountryCode}/Local.json`;
  const { available_phone_numbers: offers } = await run(local, 200, "/AvailablePhoneNumbers/US/Local.json", {
    AreaCode: "415",
  });
  await run(`GET ${available}/{CountryCode}/TollFree.json`, 200, "/AvailablePhoneNumbers/US/TollFree.json");
  await run(`GET ${available}/{CountryCode}/Mobile.json`, 200, "/AvailablePhoneNumbers/GB/Mobile.json");

  const owned = `${A}/IncomingPhoneNumbers`;
  const buy = { PhoneNumber: offers[0].phone_number, SmsUrl: "https://desk.test/sms" };
  const number = await run(`POST ${owned}.json`, 201, "/IncomingPhoneNumbers.json", buy);
  await run(`GET ${owned}.json`, 200, "/IncomingPhoneNumbers.json", { PageSize: "1" });
  const one = `/IncomingPhoneNumbers/${number.sid}.json`;
  await run(`GET ${owned}/{Sid}.json`, 200, one);
  await run(`POST ${owned}/{Sid}.json`, 200, one, { SmsUrl: "https://desk.test/in", SmsMethod: "GET" });

  const place = { CustomerName: "Kiln & Co.", Street: "1 Kiln Lane", City: "Hilo", Region: "HI", PostalCode: "96720" };
  const address = await run(`POST ${A}/Addresses.json`, 201, "/Addresses.json", { ...place, IsoCountry: "US" });
  await run(`GET ${A}/Addresses.json`, 200, "/Addresses.json", { IsoCountry: "US" });
  await run(`GET ${A}/Addresses/{Sid}.json`, 200, `/Addresses/${address.sid}.json`);
  await run(`POST ${A}/Addresses/{Sid}.json`, 200, `/Addresses/${address.sid}.json`, { FriendlyName: "Studio" });
  await run(`DELETE ${A}/Addresses/{Sid}.json`, 204, `/Addresses/${address.sid}.json`);

  const service = await run("POST /v1/Services", 201, "/v1/Services", { FriendlyName: "Kiln & Co." });
  const at = `/v1/Services/${service.sid}`;
  await run("GET /v1/Services", 200, "/v1/Services");
  await run("GET /v1/Services/{Sid}", 200, at);
  await run("POST /v1/Services/{Sid}", 200, at, { InboundRequestUrl: "https://desk.test/sms" });
  const member = { PhoneNumberSid: number.sid };
  await run("POST /v1/Services/{ServiceSid}/PhoneNumbers", 201, `${at}/PhoneNumbers`, member);
  await run("GET /v1/Services/{ServiceSid}/PhoneNumbers", 200, `${at}/PhoneNumbers`);
  await run("GET /v1/Services/{ServiceSid}/PhoneNumbers/{Sid}", 200, `${at}/PhoneNumbers/${number.sid}`);
  const { sid: ShortCodeSid } = bench.simulator.addNumber({ accountSid: sid, phoneNumber: "54321" });
  await run("POST /v1/Services/{ServiceSid}/ShortCodes", 201, `${at}/ShortCodes`, { ShortCodeSid });
  await run("GET /v1/Services/{ServiceSid}/ShortCodes", 200, `${at}/ShortCodes`);
  await run("GET /v1/Services/{ServiceSid}/ShortCodes/{Sid}", 200, `${at}/ShortCodes/${ShortCodeSid}`);
  const named = { AlphaSender: "Kiln" };
  const alpha = await run("POST /v1/Services/{ServiceSid}/AlphaSenders", 201, `${at}/AlphaSenders`, named);
  await run("GET /v1/Services/{ServiceSid}/AlphaSenders", 200, `${at}/AlphaSenders`);
  await run("GET /v1/Services/{ServiceSid}/AlphaSenders/{Sid}", 200, `${at}/AlphaSenders/${alpha.sid}`);
  await run("DELETE /v1/Services/{ServiceSid}/AlphaSenders/{Sid}", 204, `${at}/AlphaSenders/${alpha.sid}`);
  await run("DELETE /v1/Services/{ServiceSid}/ShortCodes/{Sid}", 204, `${at}/ShortCodes/${ShortCodeSid}`);

  const messages = `${A}/Messages`;
  const plain = { To: DANA, From: KILN, Body: "Hello 🏺" };
  const sent = await run(`POST ${messages}.json`, 201, "/Messages.json", plain);
  const byService = { To: DANA, MessagingServiceSid: service.sid, Body: "Later" };
  await run(`POST ${messages}.json by a service`, 201, "/Messages.json", byService);
  const schedule = { ...byService, ScheduleType: "fixed", SendAt: "2026-11-21T15:00:00Z" };
  const scheduled = await run(`POST ${messages}.json scheduled`, 201, "/Messages.json", schedule);
  await run(`POST ${messages}/{Sid}.json canceled`, 200, `/Messages/${scheduled.sid}.json`, { Status: "canceled" });
  bench.simulator.addOutcomes([{ status: "undelivered", errorCode: 30003, times: 1 }]);
  await bench.clock.advance(5000);
  await run(`GET ${messages}/{Sid}.json`, 200, `/Messages/${sent.sid}.json`);
  await run(`POST ${messages}/{Sid}.json`, 200, `/Messages/${sent.sid}.json`, { Body: "" });
  const media = [{ contentType: "image/jpeg", bytes: new Uint8Array([1]) }];
  const { messageSid } = await bench.simulator.text({ from: DANA, to: KILN, media });
  const listed = await run(`GET ${messages}/{MessageSid}/Media.json`, 200, `/Messages/${messageSid}/Media.json`);
  const file = `/Messages/${messageSid}/Media/${listed.media_list[0].sid}.json`;
  await run(`GET ${messages}/{MessageSid}/Media/{Sid}.json`, 200, file);
  await run(`DELETE ${messages}/{MessageSid}/Media/{Sid}.json`, 204, file);
  await run(`GET ${messages}.json`, 200, "/Messages.json", {
    To: DANA,
    PageSize: "2",
    "DateSent>": "2026-11-01T00:00:00Z",
  });

  await run(`DELETE ${messages}/{Sid}.json`, 204, `/Messages/${sent.sid}.json`);
  await run("DELETE /v1/Services/{ServiceSid}/PhoneNumbers/{Sid}", 204, `${at}/PhoneNumbers/${number.sid}`);
  await run("DELETE /v1/Services/{Sid}", 204, at);
  await run(`DELETE ${owned}/{Sid}.json`, 204, one);
  return replies;
}

describe.skipIf(missing.length > 0)(`through Prism (skipped without ${missing.join(" and ") || "its parts"})`, () => {
  const children: ChildProcess[] = [];
  const proxies: Record<"api" | "messaging", string> = { api: "", messaging: "" };
  const work = mkdtempSync(join(tmpdir(), "parley-prism-"));
  const killAll = () => {
    for (const child of children) child.kill("SIGKILL");
  };
  let bench: Bench;

  beforeAll(async () => {
    process.once("exit", killAll);
    bench = await startBench();
    proxies.api = await startProxy("twilio_api_v2010");
    proxies.messaging = await startProxy("twilio_messaging_v1");
  });
  afterAll(async () => {
    const gone = children.filter((child) => child.exitCode === null).map((child) => once(child, "exit"));
    killAll();
    await Promise.all(gone);
    process.off("exit", killAll);
    rmSync(work, { recursive: true });
    await bench.stop();
  });

  async function startProxy(spec: string): Promise<string> {
    const patched = join(work, `${spec}.json`);
    execFileSync(process.execPath, [
      join(shared, "tools/contract/patch-spec.mjs"),
      join(shared, `specs/${spec}.json`),
      patched,
    ]);
    const port = await freePort();
    const args = [prism, "proxy", "--errors", "-h", "127.0.0.1", "-p", String(port), patched, bench.simulator.url];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    children.push(child);
    let output = "";
    await new Promise<void>((up, down) => {
      const hear = (chunk: Buffer) => {
        output += chunk;
        if (output.includes("is listening")) up();
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      child.once("exit", (code) => down(new Error(`Prism ended with ${code}: ${output}`)));
    });
    return `http://127.0.0.1:${port}`;
  }

  test("every endpoint answers as Twilio's API description says", async () => {
    const replies = await walk(bench, (method, path, params) =>
      callApi(path.startsWith("/v1/") ? proxies.messaging : proxies.api, bench.account, method, path, params),
    );
    expect(replies.size).toBeGreaterThan(30);
  });

  test("an answer that is not as described is caught", async () => {
    // A capability that is no boolean, which no caller that is type-checked can make.
    const sms: unknown = "perhaps";
    const number = bench.simulator.addNumber({ accountSid: bench.account.sid, phoneNumber: "+12125550199" });
    bench.simulator.updateNumber(number.phoneNumber, { capabilities: { sms: sms as boolean } });
    const reply = await callApi(proxies.api, bench.account, "GET", `/IncomingPhoneNumbers/${number.sid}.json`);
    expect(reply.status).toBe(500);
    expect(JSON.stringify(reply.json)).toContain("capabilities.sms");
  });
});

describe.skipIf(!existsSync(examplesFile))(`against Twilio's own examples (skipped without ${examplesFile})`, () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench();
  });
  afterAll(() => bench.stop());

  test("every answer has exactly the keys of Twilio's example", async () => {
    const examples: Record<string, Json> = JSON.parse(readFileSync(examplesFile, "utf8")).examples;
    const replies = await walk(bench, bench.api);
    let compared = 0;
    for (const [name, reply] of replies) {
      const [method, path] = name.split(" ");
      const own = Object.entries(examples)
        .filter(([key]) => key.startsWith(`${method} ${path} `) && !/empty/i.test(key))
        .map(([, example]) => keysOf(example));
      if (own.length === 0 || reply === "") continue;
      expect(own.map(String), name).toContain(String(keysOf(reply)));
      compared += 1;
    }
    expect(compared).toBeGreaterThan(20);
  });
});

/** Every key of a JSON value with its path, lists by their items' keys, links by having any. */
function keysOf(value: Json, path = ""): string[] {
  const open = new Set(["subresource_uris"]);
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => keysOf(item, `${path}[]`)))].sort();
  if (typeof value !== "object" || value === null) return [];
  return Object.keys(value)
    .flatMap((key) => [`${path}.${key}`, ...(open.has(key) ? [] : keysOf(value[key], `${path}.${key}`))])
    .sort();
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
