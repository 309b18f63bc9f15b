import { afterEach, beforeEach, expect, test } from "vitest";
import { type Bench, DANA, type Json, KILN, MARCO, startBench, startHooks } from "./test-kit.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.stop());

const NUMBERS = "/IncomingPhoneNumbers.json";
const search = async (query: Record<string, string>, where = "US/Local"): Promise<Json[]> =>
  (await bench.api("GET", `/AvailablePhoneNumbers/${where}.json`, query)).json.available_phone_numbers;

test("owned numbers are found whole or by a part, page by page", async () => {
  for (const phoneNumber of ["+14155550143", "+12125550144"]) {
    bench.simulator.addNumber({ accountSid: bench.account.sid, phoneNumber });
  }
  const found = async (PhoneNumber: string) =>
    (await bench.api("GET", NUMBERS, { PhoneNumber })).json.incoming_phone_numbers.map(
      (number: Json) => number.phone_number,
    );
  expect(await found(KILN)).toEqual([KILN]);
  expect(await found("415555")).toEqual(["+14155550143", KILN]);
  expect(await found("+1***555014*")).toHaveLength(3);
  const page = await bench.api("GET", NUMBERS, { PageSize: "2" });
  const rest = await bench.api("GET", page.json.next_page_uri);
  expect(rest.json.incoming_phone_numbers).toHaveLength(1);
});

test("a hook is set, kept, and cleared by a blank", async () => {
  const sid = bench.simulator.overview().numbers[0]?.sid;
  const path = `/IncomingPhoneNumbers/${sid}.json`;
  const smsUrl = "https://desk.test/sms#rc=3&rp=ct,rt,5xx";
  const set = await bench.api("POST", path, { SmsUrl: smsUrl, SmsMethod: "GET", FriendlyName: "Front desk" });
  expect(set.json).toMatchObject({ sms_url: smsUrl, sms_method: "GET", friendly_name: "Front desk" });
  await bench.api("POST", path, { VoiceUrl: "https://desk.test/voice" });
  expect((await bench.api("GET", path)).json).toMatchObject({ sms_url: smsUrl, voice_url: "https://desk.test/voice" });
  expect((await bench.api("POST", path, { SmsUrl: "" })).json.sms_url).toBe("");
  expect((await bench.api("POST", path, { SmsUrl: "desk" })).json.code).toBe(21502);
});

test("a search offers the same plausible numbers each time, by area code, pattern and capability", async () => {
  const offers = await search({ AreaCode: "415" });
  expect(offers).toEqual(await search({ AreaCode: "415" }));
  expect(offers).toHaveLength(30);
  for (const offer of offers) expect(offer.phone_number).toMatch(/^\+1415[2-9]\d{6}$/);
  expect(offers[0]).toMatchObject({ locality: "San Francisco", region: "CA", iso_country: "US" });
  const digits = offers[3].phone_number.slice(5, 9);
  expect((await search({ Contains: digits })).map((offer) => offer.phone_number)).toContain(offers[3].phone_number);
  expect(await search({ AreaCode: "533" })).toEqual([]);
  expect(await search({ InRegion: "HI", SmsEnabled: "true", PageSize: "5" })).toHaveLength(5);
  expect(await search({ SmsEnabled: "true" }, "GB/TollFree")).toEqual([]);
  expect((await search({}, "US/TollFree"))[0].phone_number).toMatch(/^\+1800/);
  expect((await search({}, "GB/Mobile"))[0].phone_number).toMatch(/^\+447\d{9}$/);
});

test("a number is bought once, used, and released", async () => {
  const [offer] = await search({ AreaCode: "212" });
  const smsUrl = "https://desk.test/sms";
  const bought = await bench.api("POST", NUMBERS, { PhoneNumber: offer.phone_number, SmsUrl: smsUrl });
  expect(bought.status).toBe(201);
  expect(bought.json).toMatchObject({ phone_number: offer.phone_number, sms_url: smsUrl, type: "local" });
  expect((await bench.send({ From: offer.phone_number })).status).toBe(201);
  expect((await bench.api("POST", NUMBERS, { PhoneNumber: offer.phone_number })).json.code).toBe(21422);
  expect((await search({ AreaCode: "212" })).map((other) => other.phone_number)).not.toContain(offer.phone_number);
  expect((await bench.api("DELETE", `/IncomingPhoneNumbers/${bought.json.sid}.json`)).status).toBe(204);
  expect((await bench.send({ From: offer.phone_number })).json.code).toBe(21659);
});

test.each([
  [{ PhoneNumber: "+15005550000" }, 21422],
  [{ PhoneNumber: "+15005550001" }, 21421],
  [{ PhoneNumber: "kiln" }, 21421],
  [{ AreaCode: "533" }, 21452],
])("buying %o is refused with %i", async (params, code) => {
  expect((await bench.api("POST", NUMBERS, params as Record<string, string>)).json.code).toBe(code);
});

test("any number of an area code can be bought", async () => {
  expect((await bench.api("POST", NUMBERS, { AreaCode: "604" })).json.phone_number).toMatch(/^\+1604/);
  expect((await bench.api("POST", NUMBERS, { AreaCode: "500" })).json.phone_number).toBe("+15005550006");
});

test("a service takes numbers, lists them, sends by them, and lets them go", async () => {
  const { json: service } = await bench.api("POST", "/v1/Services", {
    FriendlyName: "Kiln & Co.",
    StickySender: "true",
  });
  const numbers = `/v1/Services/${service.sid}/PhoneNumbers`;
  expect((await bench.send({ From: "", MessagingServiceSid: service.sid })).json.code).toBe(21704);
  const own = bench.simulator.overview().numbers[0]?.sid ?? "";
  expect((await bench.api("POST", numbers, { PhoneNumberSid: own })).status).toBe(201);
  expect((await bench.api("POST", numbers, { PhoneNumberSid: own })).json.code).toBe(21710);
  const { json: other } = await bench.api("POST", "/v1/Services", { FriendlyName: "Other" });
  expect((await bench.api("POST", `/v1/Services/${other.sid}/PhoneNumbers`, { PhoneNumberSid: own })).json.code).toBe(
    21712,
  );
  expect((await bench.api("GET", numbers)).json.phone_numbers).toMatchObject([
    { phone_number: KILN, country_code: "US" },
  ]);
  bench.simulator.updateNumber(KILN, { capabilities: { sms: false } });
  expect((await bench.send({ From: "", MessagingServiceSid: service.sid })).json.code).toBe(21703);
  bench.simulator.updateNumber(KILN, { capabilities: { sms: true } });
  const sent = await bench.send({ From: "", MessagingServiceSid: service.sid });
  await bench.clock.advance(1000);
  const { json: message } = await bench.api("GET", `/Messages/${sent.json.sid}.json`);
  expect(message).toMatchObject({ status: "delivered", from: KILN, num_segments: "1" });
  expect((await bench.api("DELETE", `${numbers}/${own}`)).status).toBe(204);
  expect((await bench.api("GET", `/v1/Services/${service.sid}`)).json.friendly_name).toBe("Kiln & Co.");
});

test("a service's message tells queued, sent, delivered; a scheduled one waits, or is canceled", async () => {
  const receiver = await startHooks();
  const { sid } = bench.simulator.createService({ accountSid: bench.account.sid, phoneNumbers: [KILN] });
  const params = { From: "", MessagingServiceSid: sid, StatusCallback: receiver.url };
  const at = (SendAt: string, ScheduleType = "fixed") => bench.send({ ...params, ScheduleType, SendAt });
  await bench.send(params);
  await bench.clock.advance(500);
  await bench.simulator.idle();
  expect(receiver.hooks.map((hook) => hook.params.MessageStatus)).toEqual(["queued", "sent", "delivered"]);

  expect((await at("2026-11-20T15:04:00Z")).json.code).toBe(35115);
  expect((await at("2026-12-31T15:00:00Z")).json.code).toBe(35115);
  expect((await at("tomorrow")).json.code).toBe(35114);
  expect((await at("")).json.code).toBe(35111);
  expect((await at("2026-11-20T16:00:00Z", "later")).json.code).toBe(35126);
  const { json: kept } = await at("2026-11-20T16:00:00Z");
  const { json: dropped } = await at("2026-11-20T16:00:00Z");
  expect(kept.status).toBe("scheduled");
  expect((await bench.api("POST", `/Messages/${dropped.sid}.json`, { Status: "canceled" })).json.status).toBe(
    "canceled",
  );
  const status = async (message: Json) => (await bench.api("GET", `/Messages/${message.sid}.json`)).json.status;
  await bench.clock.advance(3_590_000);
  expect(await status(kept)).toBe("scheduled");
  await bench.clock.advance(60_000);
  expect([await status(kept), await status(dropped)]).toEqual(["delivered", "canceled"]);
  await bench.simulator.idle();
  await receiver.stop();
});

test("a service picks by area code, then by the shorter line, and keeps to the sender that a recipient knows", async () => {
  bench.simulator.addNumber({ accountSid: bench.account.sid, phoneNumber: "+12125550144" });
  const phoneNumbers = [KILN, "+12125550144"];
  const { sid } = bench.simulator.createService({ accountSid: bench.account.sid, phoneNumbers });
  const denver = "+13035550111";
  for (const To of [MARCO, DANA, denver, denver, "+13035550112"]) {
    await bench.send({ From: "", To, Body: To === denver ? "a".repeat(200) : "hi", MessagingServiceSid: sid });
    await bench.clock.advance(1);
  }
  const senders = bench.simulator.messages().map((message) => message.from);
  expect(senders).toEqual(["+12125550144", KILN, "+12125550144", "+12125550144", KILN]);
  expect((await bench.send({ From: KILN, MessagingServiceSid: sid })).json).toMatchObject({
    from: KILN,
    status: "accepted",
  });
  bench.simulator.addNumber({ accountSid: bench.account.sid, phoneNumber: "+12125550145" });
  expect((await bench.send({ From: "+12125550145", MessagingServiceSid: sid })).json.code).toBe(21606);
});
