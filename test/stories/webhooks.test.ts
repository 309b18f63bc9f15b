/** Webhooks: only what the provider signed is believed, and what was believed is stored whole, once. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jpeg } from "../support/files.ts";
import { asOwner } from "../support/sql.ts";
import { contactOf, conversationWith, everythingStored, newcomer, thread, wait } from "../support/story.ts";
import { DANA, foundTown, KILN, type Town } from "../support/town.ts";
import { getWebhook, INBOUND, newSid, postWebhook, STATUS, textFields } from "../support/webhook.ts";

const THEIRS = "+14155550199";

let town: Town;
/** Another account at the provider, connected to the same workspace. */
let other: { sid: string; authToken: string };
beforeAll(async () => {
  town = await foundTown();
  await town.connect();
  other = town.simulator.createAccount({ friendlyName: "The other one" });
  town.simulator.addNumber({ accountSid: other.sid, phoneNumber: THEIRS });
  await town.connect(THEIRS, { accountSid: other.sid, authToken: other.authToken });
});
afterAll(() => town.stop());

async function refusedWebhooks(kind: string, outcome: string): Promise<number> {
  const { body } = await town.api.get("/metrics");
  const line = String(body.text).match(new RegExp(`parley_webhooks_total{kind="${kind}",outcome="${outcome}"} (\\d+)`));
  return Number(line?.[1] ?? 0);
}

describe("what is not signed as it should be is refused, and nothing is stored", () => {
  const lies: Array<[string, () => Promise<{ status: number }>]> = [
    ["no signature", () => postWebhook(town, INBOUND, textFields(town), { signature: null })],
    ["an empty signature", () => postWebhook(town, INBOUND, textFields(town), { signature: "" })],
    ["a made-up signature", () => postWebhook(town, INBOUND, textFields(town), { signature: "bm90IHNpZ25lZA==" })],
    ["somebody's token", () => postWebhook(town, INBOUND, textFields(town), { token: "f".repeat(32) })],
    [
      "a word changed",
      () => {
        const fields = textFields(town);
        return postWebhook(town, INBOUND, { ...fields, Body: "STOP" }, { signed: fields });
      },
    ],
    [
      "a field added",
      () => {
        const fields = textFields(town);
        return postWebhook(town, INBOUND, { ...fields, OptOutType: "STOP" }, { signed: fields });
      },
    ],
    [
      "white space trimmed on the way",
      () => {
        const fields = textFields(town, { Body: "STOP" });
        return postWebhook(town, INBOUND, fields, { signed: { ...fields, Body: " STOP " } });
      },
    ],
    ["another address", () => postWebhook(town, INBOUND, textFields(town), { address: "http://evil.example" })],
    [
      "signed for the status path",
      () => postWebhook(town, INBOUND, textFields(town), { address: `${town.publicUrl}/x` }),
    ],
    ["the other account's token", () => postWebhook(town, INBOUND, textFields(town), { token: other.authToken })],
    ["the other account's number", () => postWebhook(town, INBOUND, textFields(town, { To: THEIRS }))],
    ["the other account's name", () => postWebhook(town, INBOUND, textFields(town, { AccountSid: other.sid }))],
    ["nobody's number", () => postWebhook(town, INBOUND, textFields(town, { To: "+14155550000" }))],
    ["an unknown account", () => postWebhook(town, INBOUND, textFields(town, { AccountSid: newSid("AC") }))],
    [
      "no account",
      () => {
        const { AccountSid: _, ...fields } = textFields(town);
        return postWebhook(town, INBOUND, fields);
      },
    ],
    ["a status report without a signature", () => postWebhook(town, STATUS, textFields(town), { signature: null })],
  ];

  test.each(lies)("%s", async (_what, lie) => {
    const before = await everythingStored(town);
    expect((await lie()).status).toBe(403);
    expect(await everythingStored(town)).toBe(before);
  });

  test("each refusal is counted", async () => {
    const before = await refusedWebhooks("inbound", "signature_invalid");
    await postWebhook(town, INBOUND, textFields(town), { signature: null });
    expect(await refusedWebhooks("inbound", "signature_invalid")).toBe(before + 1);
  });

  test("the same text, signed, is believed", async () => {
    const before = await everythingStored(town);
    const answer = await postWebhook(town, INBOUND, textFields(town));
    expect(answer).toMatchObject({ status: 200, type: expect.stringMatching(/^text\/xml/) });
    expect(answer.body).toMatch(/<Response\s*\/>$/);
    expect(await everythingStored(town)).not.toBe(before);
  });

  test.each(["MessageSid", "From", "To"])("a signed webhook without %s is malformed", async (name) => {
    const before = await everythingStored(town);
    const { [name]: _, ...fields } = textFields(town);
    expect((await postWebhook(town, INBOUND, fields)).status).toBe(400);
    expect((await postWebhook(town, INBOUND, { ...fields, [name]: "" })).status).toBe(400);
    expect(await everythingStored(town)).toBe(before);
  });

  test("a MessageSid that is none is malformed", async () => {
    const answer = await postWebhook(town, INBOUND, textFields(town, { MessageSid: "SM1; drop table messages" }));
    expect(answer.status).toBe(400);
  });

  test.each([INBOUND, STATUS])("GET %s without a signature", async (path) => {
    const before = await everythingStored(town);
    expect((await fetch(`${town.publicUrl}${path}?${new URLSearchParams(textFields(town))}`)).status).toBe(403);
    expect(await everythingStored(town)).toBe(before);
  });

  test("GET with a word changed in the query", async () => {
    const fields = textFields(town);
    const before = await everythingStored(town);
    expect((await getWebhook(town, INBOUND, { ...fields, Body: "STOP" }, { signed: fields })).status).toBe(403);
    expect(await everythingStored(town)).toBe(before);
  });

  test.each([
    ["whatsapp:+14155550101", "whatsapp:+14155550142"],
    ["rcs:+14155550101", KILN],
    [DANA, "messenger:104"],
  ])("a message from %s to %s is told that it came the wrong way", async (From, To) => {
    const before = await everythingStored(town);
    const answer = await postWebhook(town, INBOUND, textFields(town, { From, To }));
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ code: "channel_not_supported" });
    expect(answer.body).toMatch(/Only SMS and MMS are received here/);
    expect(await everythingStored(town)).toBe(before);
  });

  test("a webhook is no way around the size of a request", async () => {
    const answer = await postWebhook(town, INBOUND, textFields(town, { Body: "x".repeat(1_100_000) }));
    expect(answer.status).toBe(413);
  });
});

describe("every text arrives as it was written", () => {
  test.each([
    ["accents and quotes", "Café – “déjà vu”, naïve façade; ¿qué tal? ¡ñandú!"],
    ["emoji", "👩‍🚀🏺 👍🏽 🇺🇸 e\u0301"],
    ["other scripts", "Привет · שלום · مرحبا · こんにちは · 你好 · 안녕"],
    ["white space around it", "  \t hello \n there \r\n "],
    ["white space alone", "   "],
    ["nothing at all", ""],
    ["emoji alone", "👍🏽"],
    ["what a form escapes", "50% off & more = 1+1; a%20b %E9 %zz <b>"],
    ["markup and SQL", `'; drop table messages; -- "{{org.name}}" $1 \\n`],
    ["a lone surrogate's replacement", "a\uFFFDb"],
    ["1,600 characters", "äöü€".repeat(400)],
    ["1,600 emoji", "🏺".repeat(1600)],
  ])("%s", async (_what, body) => {
    const phone = newcomer();
    expect((await town.text(phone, body)).status).toBe(200);
    expect(await thread(town, phone)).toMatchObject([{ content: body, from: phone, to: KILN, status: "received" }]);
  });

  test("NUL is left out, the rest kept", async () => {
    const phone = newcomer();
    expect((await town.text(phone, "a\0b\0")).status).toBe(200);
    expect(await thread(town, phone)).toMatchObject([{ content: "ab" }]);
  });

  test("a picture without words", async () => {
    const phone = newcomer();
    const media = [
      { contentType: "image/jpeg", bytes: jpeg() },
      { contentType: "image/jpeg", bytes: jpeg() },
    ];
    await town.passing(town.simulator.text({ from: phone, to: KILN, media }));
    expect(await thread(town, phone)).toMatchObject([
      { content: "", media: [{ contentType: "image/jpeg" }, { contentType: "image/jpeg" }] },
    ]);
  });

  test("no Body at all", async () => {
    const { Body: _, ...fields } = textFields(town, {
      From: newcomer(),
      NumMedia: "1",
      MediaUrl0: `${town.simulator.url}/media/1`,
      MediaContentType0: "image/gif",
    });
    expect((await postWebhook(town, INBOUND, fields)).status).toBe(200);
    expect(await thread(town, String(fields.From))).toMatchObject([
      { content: "", media: [{ contentType: "image/gif" }] },
    ]);
  });

  test("fields that nobody has heard of", async () => {
    const phone = newcomer();
    const extraParams = { ToastedSesame: "é ✓", A: "1", "Body.Extra": " " };
    const { webhook } = await town.passing(town.simulator.text({ from: phone, to: KILN, body: "Hi", extraParams }));
    expect(webhook?.attempts.at(-1)?.status).toBe(200);
  });

  test.each(["12345", "Kiln", "7375246", "+14155550"])(
    "a sender such as %s, which is no phone number",
    async (from) => {
      expect((await postWebhook(town, INBOUND, textFields(town, { From: from, Body: "Your code is 1" }))).status).toBe(
        200,
      );
      const rows = await asOwner(town, "select content from messages where from_address = $1", [from]);
      expect(rows).toEqual([{ content: "Your code is 1" }]);
      const { body } = await town.api.get("/api/conversations");
      expect(body.items?.[0]).toMatchObject({ contact: { phone: from } });
    },
  );
});

describe("every text arrives, however its number is set up", () => {
  test("by GET, with the fields in the query", async () => {
    const fields = textFields(town, { From: newcomer(), Body: "Is 50% + tax ok? äöü 🏺" });
    expect(await getWebhook(town, INBOUND, fields)).toMatchObject({
      status: 200,
      type: expect.stringMatching(/^text\/xml/),
    });
    expect(await thread(town, fields.From ?? "")).toMatchObject([{ content: fields.Body }]);
  });

  test("as Twilio itself calls by GET", async () => {
    const number = "+14155550161";
    town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: number });
    await town.connect(number);
    town.simulator.updateNumber(number, { smsMethod: "GET" });
    const phone = newcomer();
    expect((await town.text(phone, "Hello & welcome = ?", number)).status).toBe(200);
    expect(town.simulator.webhooks({ from: phone })[0]?.attempts[0]?.url).toContain("?");
    expect(await thread(town, phone)).toMatchObject([{ content: "Hello & welcome = ?", to: number }]);
  });

  test("through a Messaging Service, to whichever of its numbers", async () => {
    const numbers = ["+14155550162", "+14155550163"];
    for (const phoneNumber of numbers) town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber });
    const { sid } = town.simulator.createService({
      accountSid: town.twilio.sid,
      friendlyName: "Kiln",
      phoneNumbers: numbers,
    });
    const { accountSid, authToken } = { accountSid: town.twilio.sid, authToken: town.twilio.authToken };
    const connected = await town.passing(
      town.api.post("/api/channels/sms/connect", { accountSid, authToken, messagingServiceSid: sid }),
    );
    expect(connected.status).toBe(201);
    const phone = newcomer();
    for (const number of numbers) expect((await town.text(phone, `To ${number}`, number)).status).toBe(200);
    expect(await thread(town, phone)).toMatchObject(
      numbers.map((number) => ({ to: number, connectionId: connected.body.id, content: `To ${number}` })),
    );
  });

  test("to a number that is switched off: stored for the team, answered by nobody", async () => {
    const number = "+14155550164";
    const agent = (await town.api.post("/api/agents", { name: "Clay" })).body.id;
    town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: number, optOut: "off" });
    const { id } = await town.connect(number, { agentId: agent });
    await town.api.patch(`/api/channels/${id}`, { active: false, keywordReplies: "parley" });
    const phone = newcomer();
    expect((await town.text(phone, "Are you there?", number)).status).toBe(200);
    expect((await town.text(phone, "STOP", number)).status).toBe(200);
    await wait(town, 30_000);
    expect((await thread(town, phone)).map((each) => [each.direction, each.content])).toEqual([
      ["inbound", "Are you there?"],
      ["inbound", "STOP"],
    ]);
    expect((await contactOf(town, phone)).smsOptedIn).toBe(false);
    expect((await conversationWith(town, phone)).agentId).toBeNull();
  });

  test("with names that repeat: signed as a set, read by the first", async () => {
    const fields = Object.entries(textFields(town, { From: newcomer(), Body: "First" }));
    const repeated = [...fields, ["Body", "Second"], ["Extra", "b"], ["Extra", "a"], ["Extra", "b"]] as const;
    const signed = [...fields, ["Body", "Second"], ["Extra", "a"], ["Extra", "b"]] as const;
    expect((await postWebhook(town, INBOUND, repeated, { signed })).status).toBe(200);
    const from = fields.find(([name]) => name === "From")?.[1] ?? "";
    expect(await thread(town, from)).toMatchObject([{ content: "First" }]);
  });

  test.each(["0", "-3", "1e9", "99999999999", "many"])("with a NumSegments of %s", async (NumSegments) => {
    const fields = textFields(town, { From: newcomer(), NumSegments, NumMedia: NumSegments });
    expect((await postWebhook(town, INBOUND, fields)).status).toBe(200);
    expect(await thread(town, fields.From ?? "")).toMatchObject([{ segments: 1, media: [] }]);
  });
});

describe("every text arrives once", () => {
  test("five at once and one more later are one message, and count once", async () => {
    const fields = textFields(town, { From: newcomer() });
    const answers = await Promise.all(Array.from({ length: 5 }, () => postWebhook(town, INBOUND, fields)));
    answers.push(await postWebhook(town, INBOUND, fields));
    expect(answers.map((each) => each.status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(await thread(town, String(fields.From))).toHaveLength(1);
    const { id } = await contactOf(town, String(fields.From));
    expect((await town.api.get(`/api/conversations?contactId=${id}`)).body.items).toMatchObject([{ unreadCount: 1 }]);
    const events = await asOwner(town, "select type from events where data->>'contactId' = $1 order by seq", [id]);
    expect(events.map((each) => each.type)).toEqual(["contact.created", "conversation.opened", "message.received"]);
  });

  test("the same words with another id are another message", async () => {
    const phone = newcomer();
    const both = [textFields(town, { From: phone }), textFields(town, { From: phone })];
    await Promise.all(both.map((fields) => postWebhook(town, INBOUND, fields)));
    expect((await thread(town, phone)).map((each) => each.content)).toEqual(["Hello", "Hello"]);
  });

  test("ten texts of a stranger at once make one contact and one conversation", async () => {
    const phone = newcomer();
    const texts = Array.from({ length: 10 }, (_, n) => textFields(town, { From: phone, Body: `Text ${n}` }));
    await Promise.all(texts.map((fields) => postWebhook(town, INBOUND, fields)));
    expect((await thread(town, phone)).map((each) => each.content).sort()).toEqual(texts.map((each) => each.Body));
    const { id } = await contactOf(town, phone);
    expect((await town.api.get(`/api/conversations?contactId=${id}`)).body.items).toMatchObject([{ unreadCount: 10 }]);
  });

  test("what the provider sends again after a lost answer is stored once", async () => {
    const { messageSid } = await town.text(DANA, "Once");
    await town.passing(town.simulator.redeliver(messageSid ?? ""));
    await town.restart();
    await town.passing(town.simulator.redeliver(messageSid ?? ""));
    expect((await thread(town, DANA)).filter((each) => each.providerSid === messageSid)).toHaveLength(1);
    await wait(town, 1000);
  });
});
