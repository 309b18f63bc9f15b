/** A text comes in, is answered, and its delivery comes back. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { DANA, foundTown, KILN, MARCO, type Town } from "../support/town.ts";

let town: Town;
beforeAll(async () => {
  town = await foundTown();
  await town.connect();
});
afterAll(() => town.stop());

test("Dana's first text becomes a contact, a conversation and a message", async () => {
  const { messageSid, status } = await town.text(DANA, "Hi, are you open on Sunday?");
  expect(status).toBe(200);

  const { body } = await town.api.get("/api/conversations");
  expect(body.items).toMatchObject([
    {
      status: "OPEN",
      channel: "sms",
      unreadCount: 1,
      contact: { phone: DANA, name: null },
      lastMessage: { content: "Hi, are you open on Sunday?" },
    },
  ]);
  const messages = await town.api.get(`/api/conversations/${body.items?.[0]?.id}/messages`);
  expect(messages.body.items).toMatchObject([
    {
      direction: "inbound",
      from: DANA,
      to: KILN,
      status: "received",
      providerSid: messageSid,
      sender: { type: "contact" },
    },
  ]);
  const contacts = await town.api.get(`/api/contacts?phone=${encodeURIComponent(DANA)}`);
  expect(contacts.body.items).toMatchObject([
    { phone: DANA, smsOptedIn: null, addresses: [{ channel: "sms", address: DANA }] },
  ]);
});

test("an answer through the API reaches her phone, and its states come back", async () => {
  const conversation = (await town.api.get("/api/conversations")).body.items?.[0];
  const sent = await town.api.post(`/api/conversations/${conversation?.id}/messages`, {
    content: "Yes, from ten to four.",
    channel: "sms",
  });
  expect(sent.status).toBe(201);
  expect(sent.body).toMatchObject({
    status: "queued",
    kind: "reply",
    segments: 1,
    encoding: "GSM-7",
    from: KILN,
    to: DANA,
    sender: { type: "api" },
  });

  const delivered = await town.until("the message is delivered", async () => {
    const { body } = await town.api.get(`/api/messages/${sent.body.id}`);
    return body.status === "delivered" && body;
  });
  expect(delivered).toMatchObject({ attempts: [{ outcome: "accepted" }] });
  expect((delivered.deliveryEvents as Array<{ status: string }>).map((each) => each.status)).toContain("delivered");
  expect(town.received(DANA).map((each) => each.body)).toEqual(["Yes, from ten to four."]);
});

test("a webhook that comes five times at once appears once", async () => {
  const { messageSid } = await town.text(MARCO, "Do you fire other people's pots?");
  await town.passing(Promise.all(Array.from({ length: 5 }, () => town.simulator.redeliver(messageSid ?? ""))));
  const contact = (await town.api.get(`/api/contacts?phone=${encodeURIComponent(MARCO)}`)).body.items?.[0];
  const conversations = (await town.api.get(`/api/conversations?contactId=${contact?.id}`)).body.items;
  expect(conversations).toHaveLength(1);
  expect((await town.api.get(`/api/conversations/${conversations?.[0]?.id}/messages`)).body.items).toHaveLength(1);
});
