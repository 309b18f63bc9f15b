import { createServer } from "node:net";
import twilio from "twilio";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Bench, DANA, type Hook, type HookAnswer, KILN, startBench, startHooks } from "./test-kit.ts";

const { validateRequest } = twilio;
let bench: Bench;
let receiver: Awaited<ReturnType<typeof startHooks>>;
let answer: (hook: Hook) => HookAnswer;
beforeEach(async () => {
  answer = () => ({});
  receiver = await startHooks((hook) => answer(hook));
  bench = await startBench({ smsUrl: `${receiver.url}/sms?kiln=1` });
});
afterEach(async () => {
  await bench.stop();
  await receiver.stop();
});

const hookTo = (smsUrl: string) => bench.simulator.updateNumber(KILN, { smsUrl });
const text = (body: string) => bench.simulator.text({ from: DANA, to: KILN, body });
const received = () =>
  bench.simulator
    .phone(DANA)
    .texts.filter((item) => item.direction === "received")
    .map((item) => item.body);

/** A port on which nobody listens. */
async function deadPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

describe("a customer's text", () => {
  test("comes as a signed form with every field of Twilio's, untrimmed", async () => {
    const { messageSid, webhook } = await text("  Is the kiln on? 🏺 ");
    const [hook] = receiver.hooks;
    expect(hook?.params).toEqual({
      AccountSid: bench.account.sid,
      ApiVersion: "2010-04-01",
      Body: "  Is the kiln on? 🏺 ",
      From: DANA,
      FromCity: "SAN FRANCISCO",
      FromCountry: "US",
      FromState: "CA",
      FromZip: "94105",
      MessageSid: messageSid,
      NumMedia: "0",
      NumSegments: "1",
      SmsMessageSid: messageSid,
      SmsSid: messageSid,
      SmsStatus: "received",
      To: KILN,
      ToCity: "SAN FRANCISCO",
      ToCountry: "US",
      ToState: "CA",
      ToZip: "94105",
    });
    const signature = String(hook?.headers["x-twilio-signature"]);
    expect(validateRequest(bench.account.authToken, signature, `${receiver.url}/sms?kiln=1`, hook?.params ?? {})).toBe(
      true,
    );
    expect(webhook?.attempts).toMatchObject([{ status: 200, body: "<Response/>", error: null }]);
    const log = await bench.api("GET", "/Messages.json", { To: KILN });
    expect(log.json.messages).toMatchObject([
      { sid: messageSid, direction: "inbound", status: "received", from: DANA },
    ]);
  });

  test("comes by GET in the query, signed over the whole address", async () => {
    await bench.api("POST", `/IncomingPhoneNumbers/${bench.simulator.overview().numbers[0]?.sid}.json`, {
      SmsMethod: "GET",
    });
    await text("hello");
    const [hook] = receiver.hooks;
    expect(hook?.method).toBe("GET");
    expect(hook?.url).toMatch(/^\/sms\?kiln=1&/);
    const signature = String(hook?.headers["x-twilio-signature"]);
    expect(validateRequest(bench.account.authToken, signature, receiver.url + hook?.url, {})).toBe(true);
  });

  test("brings its pictures, which need the account's credentials to fetch", async () => {
    const bytes = new Uint8Array([137, 80, 78, 71]);
    await bench.simulator.text({ from: DANA, to: KILN, media: [{ contentType: "image/png", bytes }] });
    const params = receiver.hooks[0]?.params ?? {};
    expect(params).toMatchObject({ Body: "", NumMedia: "1", MediaContentType0: "image/png" });
    expect(params.MessageSid).toMatch(/^MM/);
    const url = params.MediaUrl0 ?? "";
    expect((await fetch(url)).status).toBe(401);
    const headers = { Authorization: `Basic ${btoa(`${bench.account.sid}:${bench.account.authToken}`)}` };
    const file = await fetch(url, { headers });
    expect(file.redirected).toBe(true);
    expect(file.headers.get("content-type")).toBe("image/png");
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(bytes);
    bench.simulator.updateAccount(bench.account.sid, { mediaAuth: false });
    expect((await fetch(url)).status).toBe(200);
  });

  test("may carry parameters that nobody has heard of, and may come again", async () => {
    const { messageSid } = await bench.simulator.text({
      from: "22395",
      to: KILN,
      body: "x",
      extraParams: { Novel: "1" },
    });
    await bench.simulator.redeliver(messageSid ?? "");
    expect(receiver.hooks).toHaveLength(2);
    expect(receiver.hooks[1]?.params).toEqual(receiver.hooks[0]?.params);
    expect(receiver.hooks[1]?.params.Novel).toBe("1");
  });

  test("to a number in a service goes to the service's address, or nowhere and unlogged", async () => {
    const inboundRequestUrl = `${receiver.url}/service`;
    const { sid } = bench.simulator.createService({
      accountSid: bench.account.sid,
      inboundRequestUrl,
      phoneNumbers: [KILN],
    });
    await text("to the service");
    expect(receiver.hooks.at(-1)).toMatchObject({ url: "/service", params: { MessagingServiceSid: sid } });
    await bench.api("POST", `/v1/Services/${sid}`, { InboundRequestUrl: "" });
    expect(await text("into the void")).toMatchObject({ messageSid: null, webhook: null });
    await bench.api("POST", `/v1/Services/${sid}`, { UseInboundWebhookOnNumber: "true" });
    await text("to the number");
    expect(receiver.hooks.at(-1)?.url).toBe("/sms?kiln=1");
    expect(bench.simulator.messages({ to: KILN }).map((message) => message.body)).toEqual([
      "to the service",
      "to the number",
    ]);
  });

  test("reaches nobody on a number that nobody owns", async () => {
    bench.simulator.releaseNumber(KILN);
    await expect(text("hello?")).rejects.toThrow(/to: .* no number/);
  });

  test("may lose its webhook, and is in the log all the same", async () => {
    bench.simulator.addFaults([{ kind: "callback_dropped", match: { webhook: "inbound" }, times: 1 }]);
    const { messageSid, webhook } = await text("lost on the way");
    expect(webhook?.outcome).toBe("dropped");
    expect(receiver.hooks).toEqual([]);
    expect((await bench.api("GET", `/Messages/${messageSid}.json`)).json.body).toBe("lost on the way");
  });
});

describe("connection overrides", () => {
  test("a 503 is not retried unless the address says so; the token tells the attempts are one", async () => {
    answer = () => ({ status: 503 });
    expect((await text("once")).webhook?.attempts).toHaveLength(1);
    hookTo(`${receiver.url}/sms#rc=3&rp=ct,rt,5xx`);
    const { webhook } = await text("four times");
    expect(webhook?.attempts.map((made) => made.status)).toEqual([503, 503, 503, 503]);
    expect(webhook?.notices).toMatchObject([{ code: 11200 }]);
    const tokens = receiver.hooks.slice(1).map((hook) => hook.headers["i-twilio-idempotency-token"]);
    expect(tokens[0]).toMatch(/\S/);
    expect(new Set(tokens).size).toBe(1);
  });

  test("a failed connection is retried once by default, then the fallback is called with the error", async () => {
    hookTo(`http://127.0.0.1:${await deadPort()}/sms`);
    const sid = bench.simulator.overview().numbers[0]?.sid;
    await bench.api("POST", `/IncomingPhoneNumbers/${sid}.json`, { SmsFallbackUrl: `${receiver.url}/fallback` });
    const { webhook } = await text("anybody?");
    expect(webhook?.attempts.map((made) => made.error?.kind ?? made.status)).toEqual(["ct", "ct", 200]);
    expect(receiver.hooks[0]).toMatchObject({ url: "/fallback", params: { ErrorCode: "11205" } });
  });

  test("a server that stays silent is given up after rt", async () => {
    answer = () => "silence";
    hookTo(`${receiver.url}/sms#rt=100`);
    const { webhook } = await text("hello?");
    expect(webhook?.attempts).toMatchObject([{ status: null, error: { kind: "rt" } }]);
    expect(webhook?.outcome).toBe("failed");
  });

  test("a kept-alive connection that its server has just dropped counts for nothing", async () => {
    let requests = 0;
    const dropping = createServer((socket) => {
      let first = true;
      socket.on("error", () => {});
      socket.on("data", () => {
        requests += 1;
        if (!first) {
          socket.resetAndDestroy();
          return;
        }
        first = false;
        const body = "<Response/>";
        socket.write(`HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      });
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => dropping.once("listening", resolve));
    const address = dropping.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    hookTo(`http://127.0.0.1:${address.port}/sms#rc=0`);
    await text("one");
    const { webhook } = await text("two");
    expect(webhook?.attempts).toMatchObject([{ status: 200 }]);
    expect(requests).toBe(3);
    await bench.simulator.stop();
    await new Promise((resolve) => dropping.close(resolve));
    bench = await startBench();
  });

  test("user and password of the address are sent as Basic, and left out of what is signed", async () => {
    hookTo(`${receiver.url.replace("://", "://kiln:clay@")}/sms`);
    await text("hello");
    const [hook] = receiver.hooks;
    expect(hook?.headers.authorization).toBe(`Basic ${btoa("kiln:clay")}`);
    const signature = String(hook?.headers["x-twilio-signature"]);
    expect(validateRequest(bench.account.authToken, signature, `${receiver.url}/sms`, hook?.params ?? {})).toBe(true);
  });
});

describe("what the webhook answers", () => {
  const answered = async (body: string, type = "text/xml") => {
    answer = () => ({ body, type });
    const { webhook } = await text("hello");
    await bench.clock.advance(60_000);
    await bench.simulator.idle();
    return webhook?.notices.map((notice) => notice.code);
  };

  test("an empty response sends nothing", async () => {
    expect(await answered('<?xml version="1.0" encoding="UTF-8"?>\n<Response></Response>')).toEqual([]);
    expect(received()).toEqual([]);
  });

  test("messages are sent, with entities and CDATA read", async () => {
    const twiml =
      "<Response><!-- two --><Message>Mugs &amp; bowls</Message><Message><Body><![CDATA[<3]]></Body></Message></Response>";
    expect(await answered(twiml)).toEqual([]);
    expect(received()).toEqual(["Mugs & bowls", "<3"]);
    expect(bench.simulator.messages({ from: KILN }).map((message) => message.direction)).toEqual([
      "outbound-reply",
      "outbound-reply",
    ]);
  });

  test("a plain text is sent as it is", async () => {
    await answered("OK", "text/plain; charset=utf-8");
    expect(received()).toEqual(["OK"]);
  });

  test.each([
    ["JSON", '{"ok":true}', "application/json", 12300],
    ["broken XML", "<Response><Message>", "text/xml", 12100],
    ["another root", "<Reply/>", "text/xml", 12102],
    ["eleven messages", `<Response>${"<Message>x</Message>".repeat(11)}</Response>`, "text/xml", 14109],
    ["more than 64 kB", `<Response><Message>${"x".repeat(65_536)}</Message></Response>`, "text/xml", 11750],
  ])("%s sends nothing and is noted", async (_what, body, type, code) => {
    expect(await answered(body, type)).toEqual([code]);
    expect(received()).toEqual([]);
  });
});
