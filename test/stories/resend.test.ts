/** Sending again what did not get there: a person's decision, through the gate, once. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Message } from "../../contract/messages.ts";
import { keyWith } from "../support/people.ts";
import { asOwner } from "../support/sql.ts";
import {
  heard,
  leap,
  newcomer,
  openWith,
  readMessage,
  sendRequests,
  thread,
  untilStatus,
  wait,
  write,
} from "../support/story.ts";
import { foundTown, type Town } from "../support/town.ts";

let town: Town;
beforeAll(async () => {
  town = await foundTown();
  await town.connect();
});
afterAll(() => town.stop());

const resend = (id: string, body: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
  town.api.post(`/api/messages/${id}/resend`, body, headers);

/** A message that the carrier did not deliver. */
async function undelivered(phone = newcomer(), more: Record<string, unknown> = {}): Promise<Message> {
  town.simulator.addOutcomes([{ match: { to: phone }, status: "undelivered", errorCode: 30003, times: 1 }]);
  return untilStatus(town, await write(town, "Your bowl is ready.", { to: phone, ...more }), "undelivered");
}

test("what was not delivered goes once more, as a message of its own, and the first one keeps its story", async () => {
  const phone = newcomer();
  const first = await undelivered(phone);
  const answer = await resend(first.id);
  expect(answer).toMatchObject({
    status: 201,
    body: { resendOf: first.id, status: "queued", content: first.content, warning: null, kind: "service" },
  });
  await untilStatus(town, { id: String(answer.body.id) }, "delivered");
  expect(await readMessage(town, first.id)).toMatchObject({
    status: "undelivered",
    resendOf: null,
    attempts: [{ outcome: "accepted" }],
  });
  expect(sendRequests(town, phone)).toHaveLength(2);
});

test("asked twice, or by two people at once, it goes once", async () => {
  const phone = newcomer();
  const first = await undelivered(phone);
  const answers = await Promise.all([resend(first.id), resend(first.id), resend(first.id)]);
  expect(answers.map((each) => each.status).sort()).toEqual([200, 200, 201]);
  expect(new Set(answers.map((each) => each.body.id)).size).toBe(1);
  await untilStatus(town, { id: String(answers[0]?.body.id) }, "delivered");
  expect((await resend(first.id)).body).toMatchObject({ id: answers[0]?.body.id, status: "delivered" });
  await wait(town, 5000);
  expect(sendRequests(town, phone)).toHaveLength(2);
});

test("the same key answers the same", async () => {
  const first = await undelivered();
  const headers = { "idempotency-key": "again" };
  const [one, two] = [await resend(first.id, {}, headers), await resend(first.id, {}, headers)];
  expect(two).toMatchObject({ status: 201, body: { id: one.body.id } });
  expect(two.headers.get("idempotency-replayed")).toBe("true");
});

test("a second failure can be repeated in its turn", async () => {
  const phone = newcomer();
  const first = await undelivered(phone);
  town.simulator.addOutcomes([{ match: { to: phone }, status: "undelivered", errorCode: 30003, times: 1 }]);
  const second = String((await resend(first.id)).body.id);
  await untilStatus(town, { id: second }, "undelivered");
  const third = await resend(second);
  expect(third).toMatchObject({ status: 201, body: { resendOf: second } });
  await untilStatus(town, { id: String(third.body.id) }, "delivered");
});

test("where nobody knows whether the first one arrived, the answer says so", async () => {
  const phone = newcomer();
  const message = await write(town, "Your bowl is ready.", { to: phone });
  await untilStatus(town, message, "delivered");
  const reason = { code: "outcome_unknown", message: "The connection to the provider broke." };
  await asOwner(town, "update messages set status = 'failed', reason = $2 where id = $1", [
    message.id,
    JSON.stringify(reason),
  ]);
  const { status, body } = await resend(message.id);
  expect(status).toBe(201);
  expect(body.warning).toMatchObject({ code: "may_arrive_twice", message: expect.stringContaining("twice") });
  await untilStatus(town, { id: String(body.id) }, "delivered");
});

describe("it passes the gate", () => {
  test("who opted out meanwhile is not reached", async () => {
    const phone = newcomer();
    const first = await undelivered(phone);
    await town.text(phone, "STOP");
    const { status, body } = await resend(first.id);
    expect([status, body.status]).toEqual([201, "suppressed"]);
    expect(body).toMatchObject({ reason: { code: "opted_out" }, resendOf: first.id });
    await wait(town, 5000);
    expect(sendRequests(town, phone)).toHaveLength(1);
  });

  test("a reply to somebody who has not written for long goes as a service text", async () => {
    const phone = newcomer();
    await town.text(phone, "Is it done?");
    const first = await undelivered(phone);
    expect(first.kind).toBe("reply");
    await leap(town, 31 * 24 * 60 * 60 * 1000);
    expect((await resend(first.id)).body).toMatchObject({ kind: "service", status: "queued" });
  });

  test("where its number can't send any more it is refused, and goes by another on demand", async () => {
    const phone = newcomer();
    const other = "+14155550177";
    town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: other });
    const channel = await town.connect(other);
    const conversation = await openWith(town, phone, { connectionId: channel.id });
    const first = await undelivered(phone, { in: conversation, connectionId: channel.id });
    await town.api.patch(`/api/channels/${channel.id}`, { active: false });
    expect(await resend(first.id)).toMatchObject({ status: 422, body: { code: "channel_inactive" } });
    const kiln = (await town.api.get("/api/channels")).body.items?.find((each) => each.id !== channel.id);
    const again = await resend(first.id, { connectionId: kiln?.id });
    expect(again).toMatchObject({ status: 201, body: { connectionId: kiln?.id, to: phone } });
    await untilStatus(town, { id: String(again.body.id) }, "delivered");
  });
});

describe("what can't be sent again", () => {
  const refused = (status: string) => ({ status: 409, body: { code: "not_resendable", messageStatus: status } });

  test("what waits, is under way or arrived", async () => {
    const phone = newcomer();
    const sendAt = new Date(town.clock.now().getTime() + 60 * 60 * 1000).toISOString();
    const waiting = await write(town, "Later", { to: phone, sendAt });
    expect(await resend(waiting.id)).toMatchObject(refused("scheduled"));
    const sent = await untilStatus(town, await write(town, "Now", { to: phone }), "delivered");
    expect(await resend(sent.id)).toMatchObject(refused("delivered"));
    expect(heard(town, phone)).toEqual(["Now"]);
  });

  test("what was suppressed, what came from them, and our answer to a keyword", async () => {
    const phone = newcomer();
    await town.text(phone, "OPT OUT");
    const suppressed = await write(town, "Hello?", { to: phone });
    expect(await resend(suppressed.id)).toMatchObject(refused("suppressed"));
    const [theirs, notice] = await thread(town, phone);
    expect(await resend(theirs?.id ?? "")).toMatchObject(refused("received"));
    await untilStatus(town, { id: notice?.id ?? "" }, "delivered");
    expect((await resend(notice?.id ?? "")).body).toMatchObject({ code: "not_resendable" });
  });

  test("what is not there, or by who may not reply", async () => {
    expect((await resend(`msg_${"0".repeat(32)}`)).status).toBe(404);
    const first = await undelivered();
    const { api } = await keyWith(town, ["inbox.read"]);
    expect((await api.post(`/api/messages/${first.id}/resend`)).status).toBe(403);
  });
});
