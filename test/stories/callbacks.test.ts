/** Status callbacks: what the provider says of a message, in whatever order it says it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Message } from "../../contract/messages.ts";
import {
  everythingStored,
  heard,
  newcomer,
  openWith,
  readMessage,
  sendRequests,
  setPace,
  untilStatus,
  wait,
  write,
} from "../support/story.ts";
import { foundTown, KILN, type Town } from "../support/town.ts";
import { newSid, postWebhook, STATUS } from "../support/webhook.ts";

const THEIRS = "+14155550199";

let town: Town;
let other: { sid: string; authToken: string };
beforeAll(async () => {
  town = await foundTown();
  await setPace(town, await town.connect(), 100);
  other = town.simulator.createAccount({ friendlyName: "The other one" });
  town.simulator.addNumber({ accountSid: other.sid, phoneNumber: THEIRS });
  await town.connect(THEIRS, { accountSid: other.sid, authToken: other.authToken });
});
afterAll(() => town.stop());

/** A message that the provider has taken and then says nothing of. */
async function taken(): Promise<Message> {
  const phone = newcomer();
  town.simulator.addFaults([{ kind: "callback_dropped", match: { to: phone } }]);
  return untilStatus(town, await write(town, "Hello", { to: phone }), "accepted");
}

/** The account's callback on a message. */
const report = (
  message: Pick<Message, "id" | "to" | "providerSid">,
  status: string,
  more: Record<string, string> = {},
) =>
  postWebhook(town, `${STATUS}?m=${message.id}`, {
    AccountSid: town.twilio.sid,
    MessageSid: message.providerSid ?? newSid("SM"),
    MessageStatus: status,
    From: KILN,
    To: message.to,
    ...more,
  });

const statesOf = async (id: string) => (await readMessage(town, id)).deliveryEvents.map((each) => each.status);

test("a report moves the message, and is kept", async () => {
  const message = await taken();
  expect(await report(message, "sent")).toMatchObject({ status: 200, type: expect.stringMatching(/^text\/xml/) });
  expect(await readMessage(town, message.id)).toMatchObject({ status: "sent", sentAt: expect.any(String) });
  await report(message, "delivered");
  expect(await readMessage(town, message.id)).toMatchObject({ status: "delivered", deliveredAt: expect.any(String) });
  expect(await statesOf(message.id)).toEqual(["accepted", "sent", "delivered"]);
});

test("reports that come late or twice never take a state back", async () => {
  const message = await taken();
  for (const status of ["delivered", "sent", "sending", "queued", "accepted", "delivered", "sent"])
    expect((await report(message, status)).status).toBe(200);
  expect((await readMessage(town, message.id)).status).toBe("delivered");
});

test.each(["undelivered", "failed"])("delivered is proof and replaces %s, never the reverse", async (status) => {
  const message = await taken();
  await report(message, status, { ErrorCode: "30003" });
  expect(await readMessage(town, message.id)).toMatchObject({
    status,
    reason: { code: "unreachable_handset", providerCode: "30003", helpUrl: expect.stringContaining("30003") },
  });
  await report(message, "delivered");
  expect(await readMessage(town, message.id)).toMatchObject({ status: "delivered", reason: null });
  await report(message, status, { ErrorCode: "30003" });
  expect(await readMessage(town, message.id)).toMatchObject({ status: "delivered", reason: null });
});

test.each(["undelivered", "failed", "delivered"])("%s is final for everything before it", async (status) => {
  const message = await taken();
  await report(message, status);
  for (const late of ["queued", "sending", "sent"]) await report(message, late);
  expect((await readMessage(town, message.id)).status).toBe(status);
});

test("30034 says in plain words that the number is not registered, and where to read on", async () => {
  const message = await taken();
  await report(message, "undelivered", { ErrorCode: "30034" });
  const { reason } = await readMessage(town, message.id);
  expect(reason).toMatchObject({
    code: "not_registered_10dlc",
    message: expect.stringMatching(/not registered for A2P 10DLC/),
    providerCode: "30034",
    helpUrl: "https://www.twilio.com/docs/api/errors/30034",
  });
});

test("a report on a message that nobody knows is thanked for and changes nothing", async () => {
  const message = await taken();
  const before = await everythingStored(town);
  const unknown = [`msg_${"0".repeat(32)}`, "msg_1", "", "' or 1=1", "../../x"];
  for (const m of unknown) {
    const answer = await postWebhook(town, `${STATUS}?m=${encodeURIComponent(m)}`, {
      AccountSid: town.twilio.sid,
      MessageSid: message.providerSid ?? "",
      MessageStatus: "delivered",
      From: KILN,
      To: message.to,
    });
    expect([m, answer.status]).toEqual([m, 200]);
  }
  const nameless = { AccountSid: town.twilio.sid, MessageSid: message.providerSid ?? "", MessageStatus: "delivered" };
  expect((await postWebhook(town, STATUS, nameless)).status).toBe(200);
  expect((await postWebhook(town, `${STATUS}?m=${message.id}&m=${message.id}`, nameless)).status).toBe(200);
  expect(await everythingStored(town)).toBe(before);
});

test("another account's report on our message is thanked for and changes nothing", async () => {
  const message = await taken();
  const before = await everythingStored(town);
  const fields = { AccountSid: other.sid, MessageSid: message.providerSid ?? "", MessageStatus: "delivered" };
  const path = `${STATUS}?m=${message.id}`;
  expect((await postWebhook(town, path, fields, { token: other.authToken })).status).toBe(200);
  expect(await everythingStored(town)).toBe(before);
});

test("a report under another provider id speaks for another message", async () => {
  const message = await taken();
  const before = await everythingStored(town);
  expect((await report({ ...message, providerSid: newSid("SM") }, "delivered")).status).toBe(200);
  expect(await everythingStored(town)).toBe(before);
});

test("a state that nobody has heard of is thanked for and changes nothing", async () => {
  const message = await taken();
  const before = await everythingStored(town);
  expect((await report(message, "levitating")).status).toBe(200);
  expect(await everythingStored(town)).toBe(before);
});

test("the same report ten times at once leaves one state and one change", async () => {
  const message = await taken();
  await Promise.all(Array.from({ length: 10 }, () => report(message, "delivered")));
  expect((await readMessage(town, message.id)).status).toBe("delivered");
  const changes = await town.api.get(`/api/conversations/${message.conversationId}`);
  expect(changes.body.lastMessage).toMatchObject({ status: "delivered" });
});

test("callbacks that the provider repeats and swaps end the same", async () => {
  const phones = [newcomer(), newcomer(), newcomer()];
  town.simulator.addFaults([
    { kind: "callback_duplicated", match: { to: phones[0] ?? "" } },
    { kind: "callback_reordered", times: 1, match: { to: phones[1] ?? "", status: "sent" } },
    { kind: "callback_delayed", ms: 5000, times: 1, match: { to: phones[2] ?? "", status: "sent" } },
  ]);
  for (const phone of phones) {
    const message = await untilStatus(town, await write(town, "Hello", { to: phone }), "delivered");
    await wait(town, 6000);
    expect((await readMessage(town, message.id)).status).toBe("delivered");
    expect((await statesOf(message.id)).filter((each) => each === "sent").length).toBeGreaterThan(0);
    expect(heard(town, phone)).toEqual(["Hello"]);
  }
});

test("a report may come before the answer to the send itself", async () => {
  const phone = newcomer();
  town.simulator.addFaults([{ kind: "latency", ms: 3000, after: true, times: 1, match: { to: phone } }]);
  const sent = await write(town, "Hello", { to: phone });
  const early = await untilStatus(town, sent, "delivered");
  const [request] = sendRequests(town, phone);
  expect(request).toMatchObject({ outcome: "pending" });
  expect(early).toMatchObject({ providerSid: request?.messageSid });
  await town.until("the answer is there", () => sendRequests(town, phone)[0]?.outcome === "answered");
  await wait(town, 90_000);
  expect(await readMessage(town, sent.id)).toMatchObject({
    status: "delivered",
    providerSid: request?.messageSid,
    attempts: [{ outcome: "accepted", providerSid: request?.messageSid }],
  });
  expect(sendRequests(town, phone)).toHaveLength(1);
});

test("the next message of a conversation goes once the one before it is taken, whoever says so first", async () => {
  const phone = newcomer();
  const conversation = await openWith(town, phone);
  town.simulator.addFaults([{ kind: "latency", ms: 3000, after: true, times: 1, match: { to: phone } }]);
  const first = await write(town, "One", { in: conversation });
  const second = await write(town, "Two", { in: conversation });
  await untilStatus(town, second, "delivered");
  expect((await readMessage(town, first.id)).status).toBe("delivered");
  expect(heard(town, phone)).toEqual(["One", "Two"]);
});
