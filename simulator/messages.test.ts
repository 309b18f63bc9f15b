import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Bench, DANA, KILN, MARCO, startBench } from "./test-kit.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.stop());

describe("taking a message", () => {
  test("answers 201 with Twilio's message, queued, and its segments counted", async () => {
    const { status, json, headers } = await bench.send({ Body: "a".repeat(161) });
    expect(status).toBe(201);
    expect(headers.get("twilio-request-id")).toMatch(/^RQ[0-9a-f]{32}$/);
    expect(json).toMatchObject({
      status: "queued",
      direction: "outbound-api",
      num_segments: "2",
      from: KILN,
      to: DANA,
    });
    expect(json).toMatchObject({ error_code: null, date_sent: null, messaging_service_sid: null, num_media: "0" });
    expect(json.sid).toMatch(/^SM[0-9a-f]{32}$/);
    expect(json.date_created).toBe("Fri, 20 Nov 2026 15:00:00 +0000");
  });

  test("takes pictures as an MMS", async () => {
    const params: [string, string][] = [
      ["From", KILN],
      ["To", DANA],
      ["MediaUrl", "https://kiln.test/mug.png"],
      ["MediaUrl", "https://kiln.test/bowl.jpg"],
    ];
    const { json } = await bench.api("POST", "/Messages.json", params);
    expect(json.sid).toMatch(/^MM/);
    expect(json.num_media).toBe("2");
    const { json: media } = await bench.api("GET", `/Messages/${json.sid}/Media.json`);
    expect(media.media_list.map((item: { content_type: string }) => item.content_type)).toEqual([
      "image/png",
      "image/jpeg",
    ]);
  });

  test.each([
    ["no To", { To: "" }, 21604, 400],
    ["no sender", { From: "" }, 21603, 400],
    ["an empty body", { Body: "" }, 21602, 400],
    ["a To that is no number", { To: "+1415" }, 21211, 400],
    ["a To of its own", { To: KILN }, 21211, 400],
    ["a From that is no number", { From: "kiln" }, 21212, 400],
    ["a From nobody owns", { From: "+14155550199" }, 21659, 400],
    ["a body of 1,601 characters", { Body: "é".repeat(1601) }, 21617, 400],
    ["a callback that is no URL", { StatusCallback: "kiln" }, 21609, 400],
    ["a callback host with an underscore", { StatusCallback: "https://my_host.test/" }, 21609, 400],
    ["media that are no URL", { MediaUrl: "mug.png" }, 21620, 400],
    ["a service that is no SID", { MessagingServiceSid: "MG1" }, 21705, 400],
    ["a service that is not there", { MessagingServiceSid: `MG${"0".repeat(32)}` }, 21701, 404],
    ["a schedule without a service", { ScheduleType: "fixed", SendAt: "2026-11-20T16:00:00Z" }, 35118, 400],
    ["the magic invalid To", { To: "+15005550001" }, 21211, 400],
    ["the magic unreachable To", { To: "+15005550002" }, 21612, 400],
    ["the magic far-away To", { To: "+15005550003" }, 21408, 400],
    ["the magic unsubscribed To", { To: "+15005550004" }, 21610, 400],
    ["the magic landline To", { To: "+15005550009" }, 21614, 400],
    ["the magic invalid From", { From: "+15005550001" }, 21212, 400],
    ["the magic From of another", { From: "+15005550007" }, 21606, 400],
    ["the magic From with a full queue", { From: "+15005550008" }, 21611, 429],
  ])("refuses %s", async (_what, params, code, status) => {
    const { json, ...reply } = await bench.send(params as Record<string, string>);
    expect(json).toMatchObject({ code, status, more_info: `https://www.twilio.com/docs/errors/${code}` });
    expect(reply.status).toBe(status);
    expect(bench.simulator.messages()).toEqual([]);
  });

  test("refuses a message without a word or a picture", async () => {
    const { json } = await bench.api("POST", "/Messages.json", { From: KILN, To: DANA });
    expect(json.code).toBe(21619);
  });

  test("takes 1,600 emoji, which are 1,600 characters", async () => {
    expect((await bench.send({ Body: "🏺".repeat(1600) })).status).toBe(201);
  });

  test("takes the magic sender that works without being owned", async () => {
    expect((await bench.send({ From: "+15005550006" })).status).toBe(201);
  });

  test("tells another account's number, a number without SMS, and a landline apart", async () => {
    const { simulator } = bench;
    const other = simulator.createAccount();
    simulator.addNumber({ accountSid: other.sid, phoneNumber: "+12125550100" });
    simulator.addNumber({ accountSid: bench.account.sid, phoneNumber: "+12125550101", capabilities: { sms: false } });
    simulator.setLandline(MARCO, true);
    expect((await bench.send({ From: "+12125550100" })).json.code).toBe(21660);
    expect((await bench.send({ From: "+12125550101" })).json.code).toBe(21606);
    expect((await bench.send({ To: MARCO })).json.code).toBe(21614);
  });

  test("a trial account texts only verified numbers, under Twilio's heading", async () => {
    bench.simulator.updateAccount(bench.account.sid, { type: "Trial", verified: [DANA] });
    expect((await bench.send({ To: MARCO })).json.code).toBe(21608);
    expect((await bench.send({ Body: "hi" })).json.body).toBe("Sent from your Twilio trial account - hi");
  });

  test("a country that the account may not text is refused", async () => {
    bench.simulator.updateAccount(bench.account.sid, { refusedPrefixes: ["+44"] });
    expect((await bench.send({ To: "+447700900123" })).json.code).toBe(21408);
  });

  test("a sender whose line is ten hours long takes no more", async () => {
    bench.simulator.updateNumber(KILN, { pacing: { mps: 0.00004 } });
    expect((await bench.send()).status).toBe(201);
    expect((await bench.send()).status).toBe(201);
    expect((await bench.send()).json.code).toBe(21611);
  });
});

describe("the message log", () => {
  test("lists newest first, page by page, while new messages arrive", async () => {
    for (const body of ["one", "two", "three"]) await bench.send({ Body: body });
    const first = await bench.api("GET", "/Messages.json", { To: DANA, PageSize: "2" });
    expect(first.json.messages.map((message: { body: string }) => message.body)).toEqual(["three", "two"]);
    expect(first.json).toMatchObject({ page: 0, page_size: 2, start: 0, end: 1, previous_page_uri: null });
    await bench.send({ Body: "four" });
    const next = await bench.api("GET", first.json.next_page_uri);
    expect(next.json.messages.map((message: { body: string }) => message.body)).toEqual(["one"]);
    expect(next.json.next_page_uri).toBeNull();
    const back = await bench.api("GET", next.json.previous_page_uri);
    expect(back.json.messages.map((message: { body: string }) => message.body)).toEqual(["three", "two"]);
  });

  test("filters by To, From and the dates of sending, both ends included", async () => {
    await bench.send({ Body: "Friday" });
    await bench.clock.advance(86_400_000);
    await bench.send({ Body: "Saturday", To: MARCO });
    const bodies = async (params: Record<string, string>) =>
      (await bench.api("GET", "/Messages.json", params)).json.messages.map((message: { body: string }) => message.body);
    expect(await bodies({ DateSent: "2026-11-20" })).toEqual(["Friday"]);
    expect(await bodies({ "DateSent>": "2026-11-21T15:00:00Z" })).toEqual(["Saturday"]);
    expect(await bodies({ "DateSent<": "2026-11-20" })).toEqual(["Friday"]);
    expect(await bodies({ To: MARCO, From: KILN })).toEqual(["Saturday"]);
    expect(await bodies({ From: MARCO })).toEqual([]);
    expect((await bench.api("GET", "/Messages.json", { PageSize: "1001" })).json.code).toBe(20007);
  });

  test("counts a message by the day it was sent, not by the day it was taken", async () => {
    await bench.clock.advance(32_399_950);
    await bench.send({ Body: "at midnight" });
    const found = async (day: string) =>
      (await bench.api("GET", "/Messages.json", { DateSent: day })).json.messages.length;
    expect([await found("2026-11-20"), await found("2026-11-21")]).toEqual([1, 0]);
    await bench.clock.advance(100);
    expect([await found("2026-11-20"), await found("2026-11-21")]).toEqual([0, 1]);
  });

  test("redacts and deletes what is done, and nothing before", async () => {
    const { json } = await bench.send();
    const path = `/Messages/${json.sid}.json`;
    expect((await bench.api("POST", path, { Body: "" })).json.code).toBe(20009);
    await bench.clock.advance(1000);
    expect((await bench.api("POST", path, { Body: "" })).json).toMatchObject({ body: "", status: "delivered" });
    expect((await bench.api("POST", path, { Status: "canceled" })).json.code).toBe(30409);
    expect((await bench.api("DELETE", path)).status).toBe(204);
    expect((await bench.api("GET", path)).json.code).toBe(20404);
  });
});

describe("signing in", () => {
  test("a wrong token is 401 with code 20003, an unknown path 404 with 20404, JSON 415", async () => {
    const { simulator, account } = bench;
    const wrong = await fetch(`${simulator.url}/2010-04-01/Accounts/${account.sid}.json`, {
      headers: { Authorization: `Basic ${btoa(`${account.sid}:wrong`)}` },
    });
    expect(wrong.status).toBe(401);
    expect(await wrong.json()).toMatchObject({ code: 20003, message: "Authenticate", status: 401 });
    expect((await bench.api("GET", "/Nothing.json")).json).toMatchObject({ code: 20404, status: 404 });
    expect((await bench.api("DELETE", "/Messages.json")).status).toBe(405);
    const json = await fetch(`${simulator.url}/2010-04-01/Accounts/${account.sid}/Messages.json`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Authorization: `Basic ${btoa(`${account.sid}:${account.authToken}`)}`,
      },
      body: "{}",
    });
    expect(json.status).toBe(415);
  });

  test("a suspended account still answers what it is, and does nothing else", async () => {
    bench.simulator.updateAccount(bench.account.sid, { status: "suspended" });
    expect((await bench.api("GET", `/2010-04-01/Accounts/${bench.account.sid}.json`)).json.status).toBe("suspended");
    expect((await bench.send()).json).toMatchObject({ code: 20005, status: 403 });
  });

  test("a parent makes, uses and closes a subaccount; a stranger sees none of it", async () => {
    const { json: sub } = await bench.api("POST", "/2010-04-01/Accounts.json", { FriendlyName: "Kiln North" });
    expect(sub).toMatchObject({ owner_account_sid: bench.account.sid, status: "active", friendly_name: "Kiln North" });
    const numbers = `/2010-04-01/Accounts/${sub.sid}/IncomingPhoneNumbers.json`;
    expect((await bench.api("POST", numbers, { PhoneNumber: "+15005550006" })).status).toBe(201);
    const closed = await bench.api("POST", `/2010-04-01/Accounts/${sub.sid}.json`, { Status: "closed" });
    expect(closed.json.status).toBe("closed");
    expect(bench.simulator.overview().numbers.map((number) => number.phoneNumber)).toEqual([KILN]);
    const stranger = bench.simulator.createAccount();
    expect((await bench.api("GET", `/2010-04-01/Accounts/${stranger.sid}.json`)).json.code).toBe(20404);
  });
});
