/** Sending: what leaves, in which order, how often, and what is said of what did not. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildGate, type Gate, hostOf } from "../support/gate.ts";
import { keyWith } from "../support/people.ts";
import {
  ask,
  contactOf,
  heard,
  leap,
  newcomer,
  openWith,
  readMessage,
  sendRequests,
  setPace,
  thread,
  untilStatus,
  wait,
  write,
} from "../support/story.ts";
import { foundTown, type Town } from "../support/town.ts";

let town: Town;
let gate: Gate;
let channel: { id: string };
beforeAll(async () => {
  gate = await buildGate();
  town = await foundTown({ TWILIO_API_URL: gate.url, TWILIO_MESSAGING_URL: gate.url });
  gate.leadTo(hostOf(town.simulator.url));
  channel = await town.connect();
  await setPace(town, channel, 100);
});
afterAll(async () => {
  await town.stop();
  gate.shut();
});

const writeAll = async (conversation: string, words: readonly string[]) => {
  const sent = [];
  for (const content of words) sent.push(await write(town, content, { in: conversation }));
  return sent;
};

describe("in order", () => {
  const words = ["One", "Two", "Three", "Four", "Five"];

  test("one conversation's messages keep theirs, though the first is slow", async () => {
    const phone = newcomer();
    town.simulator.addFaults([{ kind: "latency", ms: 2000, times: 1, match: { to: phone } }]);
    const sent = await writeAll(await openWith(town, phone), words);
    for (const message of sent) await untilStatus(town, message, "delivered");
    expect(sendRequests(town, phone).map((each) => each.body)).toEqual(words);
    expect(heard(town, phone)).toEqual(words);
  });

  test("the next leaves as soon as the one before is taken", async () => {
    const phone = newcomer();
    const sent = await writeAll(await openWith(town, phone), words);
    for (const message of sent) await untilStatus(town, message, "delivered");
    const [first, ...rest] = sendRequests(town, phone).map((each) => Number(each.receivedAt));
    expect((rest.at(-1) ?? 0) - (first ?? 0)).toBeLessThan(1000);
  });

  test("also where the provider turns the second away at first", async () => {
    const phone = newcomer();
    const sent = await writeAll(await openWith(town, phone), words);
    await untilStatus(town, sent[0] ?? { id: "" }, "accepted", "sent", "delivered");
    town.simulator.addFaults([{ kind: "status", status: 429, times: 1, match: { to: phone } }]);
    for (const message of sent) await untilStatus(town, message, "delivered");
    expect(heard(town, phone)).toEqual(words);
  });

  test("also where nobody knows for a while what became of the first", async () => {
    const phone = newcomer();
    town.simulator.addFaults([{ kind: "reset_before", times: 1, match: { to: phone } }]);
    const sent = await writeAll(await openWith(town, phone), words);
    await wait(town, 5000);
    expect(heard(town, phone)).toEqual([]);
    await leap(town, 20_000);
    await leap(town, 80_000);
    for (const message of sent) await untilStatus(town, message, "delivered");
    expect(heard(town, phone)).toEqual(words);
  });

  test("also where the next leaves from another number of ours", async () => {
    const phone = newcomer();
    const other = "+14155550177";
    town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: other });
    const { id: connectionId } = await town.connect(other);
    town.simulator.addFaults([{ kind: "latency", ms: 2000, times: 1, match: { to: phone } }]);
    const conversation = await openWith(town, phone);
    await write(town, "One", { in: conversation });
    const second = await write(town, "Two", { in: conversation, connectionId });
    await untilStatus(town, second, "delivered");
    expect(sendRequests(town, phone).map((each) => [each.body, each.from === other])).toEqual([
      ["One", false],
      ["Two", true],
    ]);
  });

  test("other conversations don't wait for a slow one", async () => {
    const [slow, quick] = [newcomer(), newcomer()];
    town.simulator.addFaults([{ kind: "latency", ms: 3000, times: 1, match: { to: slow } }]);
    await write(town, "Slow", { to: slow });
    await untilStatus(town, await write(town, "Quick", { to: quick }), "delivered");
    expect(heard(town, slow)).toEqual([]);
    await town.until("the slow one is there", () => heard(town, slow).length === 1);
  });

  test("replies go before marketing that has waited longer", async () => {
    const [held, customer, ...audience] = Array.from({ length: 7 }, () => newcomer());
    for (const phone of audience) await town.text(phone, "START");
    await town.text(customer ?? "", "Are you open?");
    await wait(town, 3000);
    town.simulator.addFaults([
      { kind: "status", status: 429, retryAfterSeconds: 30, times: 1, match: { to: held ?? "" } },
    ]);
    await write(town, "Held", { to: held ?? "" });
    await town.until("the sender was told to wait", () => sendRequests(town, held).length > 0);
    const since = sendRequests(town, held)[0]?.seq ?? 0;
    for (const to of audience) await write(town, "Sale!", { to, kind: "marketing" });
    await write(town, "Yes, come by.", { to: customer ?? "" });
    await leap(town, 31_000);
    const left = sendRequests(town).filter((each) => each.seq > since);
    expect(left.map((each) => each.body)).toEqual(["Yes, come by.", "Held", ...audience.map(() => "Sale!")]);
  });
});

describe("exactly once", () => {
  test("429 is tried again once it is due, and taken once", async () => {
    const phone = newcomer();
    town.simulator.addFaults([{ kind: "status", status: 429, retryAfterSeconds: 20, times: 1, match: { to: phone } }]);
    const sent = await write(town, "Hello", { to: phone });
    const told = await town.until("we were told to wait", async () => {
      const message = await readMessage(town, sent.id);
      return message.reason && message;
    });
    expect(told).toMatchObject({ status: "queued", reason: { code: "provider_busy" } });
    const done = await untilStatus(town, sent, "delivered");
    expect(done).toMatchObject({ reason: null, attempts: [{ outcome: "limited" }, { outcome: "accepted" }] });
    const [first, second, ...more] = sendRequests(town, phone);
    expect([first?.status, second?.status, more]).toEqual([429, 201, []]);
    const waited = Number(second?.receivedAt) - Number(first?.answeredAt);
    expect(waited).toBeGreaterThanOrEqual(20_000);
    expect(waited).toBeLessThan(21_000);
  });

  test("without Retry-After we wait longer each time", async () => {
    const phone = newcomer();
    town.simulator.addFaults([{ kind: "status", status: 429, times: 4, match: { to: phone } }]);
    await untilStatus(town, await write(town, "Hello", { to: phone }), "delivered");
    const at = sendRequests(town, phone).map((each) => Number(each.receivedAt));
    const waits = at.slice(1).map((each, n) => each - (at[n] ?? 0));
    expect(waits).toHaveLength(4);
    for (const [n, ms] of waits.entries()) expect(ms).toBeGreaterThan(500 * 2 ** n);
    expect(heard(town, phone)).toEqual(["Hello"]);
  });

  test.each([500, 502, 503])(
    "after a %i nobody knows: it is not sent again until its absence is proven",
    async (status) => {
      const phone = newcomer();
      town.simulator.addFaults([{ kind: "status", status, times: 1, match: { to: phone, method: "POST" } }]);
      const sent = await write(town, "Hello", { to: phone });
      await town.until("it was tried", () => sendRequests(town, phone).length > 0);
      await wait(town, 60_000);
      expect(await readMessage(town, sent.id)).toMatchObject({ status: "sending", attempts: [{ outcome: "unknown" }] });
      expect(sendRequests(town, phone)).toHaveLength(1);
      await leap(town, 60_000);
      const done = await untilStatus(town, sent, "delivered");
      expect(done.attempts.map((each) => each.outcome)).toEqual(["absent", "accepted"]);
      expect(heard(town, phone)).toEqual(["Hello"]);
    },
  );

  test("an answer that is lost on the way is explained by the callback", async () => {
    const phone = newcomer();
    town.simulator.addFaults([{ kind: "reset_after", times: 1, match: { to: phone } }]);
    const done = await untilStatus(town, await write(town, "Hello", { to: phone }), "delivered");
    const [taken] = town.simulator.messages({ to: phone });
    expect(done).toMatchObject({
      providerSid: taken?.sid,
      attempts: [{ outcome: "accepted", providerSid: taken?.sid }],
    });
    await leap(town, 120_000);
    expect(town.simulator.messages({ to: phone })).toHaveLength(1);
  });

  test("or, where callbacks are lost too, by the provider's list", async () => {
    const phone = newcomer();
    town.simulator.addFaults([
      { kind: "reset_after", times: 1, match: { to: phone } },
      { kind: "callback_dropped", match: { to: phone } },
    ]);
    const sent = await write(town, "Hello", { to: phone });
    await wait(town, 10_000);
    expect(await readMessage(town, sent.id)).toMatchObject({ status: "sending", attempts: [{ outcome: "unknown" }] });
    const done = await untilStatus(town, sent, "delivered");
    expect(done).toMatchObject({ attempts: [{ outcome: "accepted" }] });
    expect(done.deliveryEvents.at(-1)).toMatchObject({ status: "delivered", source: "list" });
    await leap(town, 120_000);
    expect(town.simulator.messages({ to: phone })).toHaveLength(1);
  });

  test("a provider that can't be reached has it as soon as it can", async () => {
    const phone = newcomer();
    await wait(town, 4000); // kept connections are gone: the next send needs a new one
    gate.shut();
    const sent = await write(town, "Hello", { to: phone });
    const told = await town.until("we know that it can't be reached", async () => {
      const message = await readMessage(town, sent.id);
      return message.reason && message;
    });
    expect(told).toMatchObject({ status: "queued", reason: { code: "provider_unreachable" } });
    await wait(town, 10_000);
    await gate.open();
    const done = await untilStatus(town, sent, "delivered");
    expect(done.attempts.at(-1)).toMatchObject({ outcome: "accepted" });
    expect(heard(town, phone)).toEqual(["Hello"]);
  });
});

describe("permanent refusals", () => {
  test.each([
    ["+15005550001", 21211, "invalid_recipient"],
    ["+15005550002", 21612, "sender_cannot_reach"],
    ["+15005550003", 21408, "country_not_allowed"],
    ["+15005550009", 21614, "landline_recipient"],
  ])("%s answers %i, which is said in plain words and not tried again", async (phone, code, ours) => {
    const failed = await untilStatus(town, await write(town, "Hello", { to: phone }), "failed");
    expect(failed).toMatchObject({
      reason: { code: ours, providerCode: String(code), helpUrl: `https://www.twilio.com/docs/api/errors/${code}` },
      attempts: [{ outcome: "refused", providerCode: String(code) }],
    });
    expect(failed.reason?.message).toMatch(/^[A-Z][^{}]{30,}\.$/);
    await wait(town, 5000);
    expect(sendRequests(town, phone)).toHaveLength(1);
  });

  test.each([
    ["undelivered", 30034, "not_registered_10dlc"],
    ["undelivered", 30006, "landline_recipient"],
    ["failed", 30007, "filtered"],
  ] as const)("a callback of %s with %i is final", async (status, errorCode, code) => {
    const phone = newcomer();
    town.simulator.addOutcomes([{ status, errorCode, match: { to: phone }, times: 1 }]);
    const failed = await untilStatus(town, await write(town, "Hello", { to: phone }), status);
    expect(failed.reason).toMatchObject({ code, providerCode: String(errorCode), helpUrl: expect.any(String) });
    await wait(town, 5000);
    expect(sendRequests(town, phone)).toHaveLength(1);
  });

  test("one person's refusal does not hold up the next", async () => {
    const phone = newcomer();
    await write(town, "Hello", { to: "+15005550009" });
    await untilStatus(town, await write(town, "Hello", { to: phone }), "delivered");
  });
});

describe("later", () => {
  test("a scheduled message leaves when it is due, not before", async () => {
    const phone = newcomer();
    const dueAt = town.clock.now().getTime() + 30_000;
    const sent = await write(town, "At noon", { to: phone, sendAt: new Date(dueAt).toISOString() });
    expect(sent).toMatchObject({ status: "scheduled", sendAt: new Date(dueAt).toISOString() });
    await leap(town, 27_000);
    await untilStatus(town, sent, "delivered");
    const [request] = sendRequests(town, phone);
    expect(Number(request?.receivedAt)).toBeGreaterThanOrEqual(dueAt);
    expect(Number(request?.receivedAt)).toBeLessThan(dueAt + 2000);
    expect(Object.keys(request?.params ?? {})).not.toContain("SendAt");
  });

  test("also where the house was restarted meanwhile", async () => {
    const phone = newcomer();
    const sendAt = new Date(town.clock.now().getTime() + 60_000).toISOString();
    const sent = await write(town, "Tomorrow", { to: phone, sendAt });
    await town.restart();
    await leap(town, 60_000);
    await untilStatus(town, sent, "delivered");
    expect(heard(town, phone)).toEqual(["Tomorrow"]);
  });

  test("a time that is past means now", async () => {
    const phone = newcomer();
    const sent = await write(town, "Now", { to: phone, sendAt: "2020-01-01T00:00:00Z" });
    expect(sent.status).toBe("queued");
    await untilStatus(town, sent, "delivered");
  });
});

describe("what may be said", () => {
  test("1,600 characters are the most, counted as people count them", async () => {
    const phone = newcomer();
    const sent = await write(town, "🏺".repeat(1600), { to: phone });
    await untilStatus(town, sent, "delivered");
    expect(heard(town, phone)).toEqual(["🏺".repeat(1600)]);
    const refused = await ask(town, "x".repeat(1601), { to: phone });
    expect(refused).toMatchObject({ status: 422, body: { code: "content_too_long", characters: 1601, maximum: 1600 } });
    expect(await thread(town, phone)).toHaveLength(1);
  });

  test.each(["", "   ", "\n\t"])("%j alone is nothing to say", async (content) => {
    const refused = await ask(town, content, { to: newcomer() });
    expect(refused).toMatchObject({ status: 422, body: { code: "content_empty" } });
  });

  test("a picture needs no words, and arrives with its address", async () => {
    const phone = newcomer();
    const mediaUrls = ["https://kiln.example/bowl.jpg", "https://kiln.example/cup.png"];
    await untilStatus(town, await write(town, "", { to: phone, mediaUrls }), "delivered");
    expect(sendRequests(town, phone)[0]?.params).toMatchObject({ MediaUrl: mediaUrls.join(" ") });
    expect(town.simulator.phone(phone).texts).toMatchObject([
      { body: "", mediaSids: [expect.any(String), expect.any(String)] },
    ]);
  });

  test("white space and every character arrive as they were written", async () => {
    const phone = newcomer();
    const content = "  two\n lines – “quoted” & 50% off + é 🏺  ";
    await untilStatus(town, await write(town, content, { to: phone }), "delivered");
    expect(heard(town, phone)).toEqual([content]);
  });

  test("who has not seen a teammate's newer message is told so", async () => {
    const phone = newcomer();
    await town.text(phone, "Is it ready?");
    const conversation = await openWith(town, phone);
    const [question] = await thread(town, phone);
    const teammate = await keyWith(town, ["inbox.read", "inbox.reply"], "Ana's key");
    const theirs = await teammate.api.post(`/api/conversations/${conversation}/messages`, { content: "Yes!" });
    const mine = { in: conversation, lastSeenMessageId: question?.id };
    const refused = await ask(town, "Not yet.", mine);
    expect(refused).toMatchObject({ status: 409, body: { code: "newer_message_exists", messageId: theirs.body.id } });
    expect((await ask(town, "Till six.", { ...mine, lastSeenMessageId: theirs.body.id })).status).toBe(201);
    await town.text(phone, "Thanks"); // a customer's word hinders no answer
    const last = await write(town, "See you.", { ...mine, lastSeenMessageId: theirs.body.id });
    await untilStatus(town, last, "delivered");
    expect(heard(town, phone)).toEqual(["Yes!", "Till six.", "See you."]);
  });
});

test("disconnecting ends what waits, and says why; history stays", async () => {
  const number = "+14155550146";
  const { sid } = town.twilio;
  town.simulator.addNumber({ accountSid: sid, phoneNumber: number });
  const { id: connectionId } = await town.connect(number);
  const phone = newcomer();
  const conversation = await openWith(town, phone, { connectionId });
  await untilStatus(town, await write(town, "First", { in: conversation, connectionId }), "delivered");
  const sendAt = new Date(town.clock.now().getTime() + 60_000).toISOString();
  const later = await write(town, "Later", { in: conversation, connectionId, sendAt });
  await setPace(town, { id: connectionId }, 0.01);
  const waiting = [];
  for (const words of ["Two", "Three", "Four"])
    waiting.push(await write(town, words, { in: conversation, connectionId }));

  const gone = await town.passing(town.api.delete(`/api/channels/${connectionId}`));
  expect(gone).toMatchObject({ status: 200, body: { webhookCleared: true } });
  for (const { id } of [...waiting.slice(1), later])
    expect(await readMessage(town, id)).toMatchObject({ status: "failed", reason: { code: "disconnected" } });
  await leap(town, 200_000);
  expect(heard(town, phone).filter((each) => each !== "Two")).toEqual(["First"]);
  expect((await thread(town, phone)).map((each) => each.content)).toEqual(["First", "Later", "Two", "Three", "Four"]);
  expect(await contactOf(town, phone)).toMatchObject({ phone });
});
