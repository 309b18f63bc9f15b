/** The gate: what may be sent to whom, by their consent, by the kind of message and by the sender. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hire } from "../support/people.ts";
import {
  ask,
  consentOf,
  contactOf,
  heard,
  leap,
  newcomer,
  openWith,
  sendRequests,
  setPace,
  untilStatus,
  wait,
  write,
} from "../support/story.ts";
import { foundTown, KILN, type Town } from "../support/town.ts";

const SECOND = "+14155550143";
const DAY_MS = 24 * 60 * 60 * 1000;
const KINDS = ["reply", "service", "automated", "marketing"] as const;

let town: Town;
beforeAll(async () => {
  town = await foundTown();
  town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: SECOND });
  for (const number of [KILN, SECOND]) await setPace(town, await town.connect(number), 100);
});
afterAll(() => town.stop());

/** The answers of GET /api/consent/may-send, and of real calls, by kind: what happened to each. */
async function verdicts(phone: string): Promise<Record<string, string>> {
  const said: Record<string, string> = {};
  for (const kind of KINDS) {
    const asked = await town.api.get(`/api/consent/may-send?to=${encodeURIComponent(phone)}&channel=sms&kind=${kind}`);
    const { allowed, reasons } = asked.body as { allowed: boolean; reasons: Array<{ code: string; message: string }> };
    const sent = await ask(town, `A ${kind}`, { to: phone, kind });
    const { status, code, reason } = sent.body as { status: string; code?: string; reason: { code: string } | null };
    const fate = sent.status === 201 ? (reason?.code ?? status) : code;
    expect(reasons.every((each) => each.message.length > 20)).toBe(true);
    expect(allowed ? "queued" : reasons[0]?.code).toBe(fate);
    said[kind] = allowed ? "may leave" : (reasons[0]?.code ?? "");
  }
  return said;
}

describe("by consent and kind", () => {
  test("who never said anything gets one-to-one texts only", async () => {
    expect(await verdicts(newcomer())).toEqual({
      reply: "no_consent",
      service: "may leave",
      automated: "no_consent",
      marketing: "no_consent",
    });
  });

  test("who wrote lately gets replies too, and after 30 days no more", async () => {
    const phone = newcomer();
    await town.text(phone, "Do you ship?");
    const answerable = { reply: "may leave", service: "may leave", automated: "no_consent", marketing: "no_consent" };
    expect(await verdicts(phone)).toEqual(answerable);
    await leap(town, 30 * DAY_MS - 10_000);
    expect(await verdicts(phone)).toEqual(answerable);
    await leap(town, 15_000);
    expect(await verdicts(phone)).toEqual({ ...answerable, reply: "no_consent" });
  });

  test("who opted in gets every kind", async () => {
    const phone = newcomer();
    await town.text(phone, "START");
    await leap(town, 40 * DAY_MS);
    expect(await verdicts(phone)).toEqual({
      reply: "may leave",
      service: "may leave",
      automated: "may leave",
      marketing: "may leave",
    });
  });

  test("who opted out gets nothing, though they wrote a moment ago", async () => {
    const phone = newcomer();
    await town.text(phone, "STOP");
    await town.text(phone, "Where is my order?");
    expect(await verdicts(phone)).toEqual({
      reply: "opted_out",
      service: "opted_out",
      automated: "opted_out",
      marketing: "opted_out",
    });
    await wait(town, 3000);
    expect(sendRequests(town, phone)).toEqual([]);
  });

  test("what leaves later is asked for by the time when it leaves", async () => {
    const phone = newcomer();
    await town.text(phone, "Do you ship?");
    const inDays = (days: number) => new Date(town.clock.now().getTime() + days * DAY_MS).toISOString();
    expect(await write(town, "Soon", { to: phone, sendAt: inDays(29) })).toMatchObject({ kind: "reply" });
    expect(await write(town, "Late", { to: phone, sendAt: inDays(31) })).toMatchObject({ kind: "service" });
    const refused = await ask(town, "A late reply", { to: phone, kind: "reply", sendAt: inDays(31) });
    expect(refused).toMatchObject({ status: 422, body: { code: "no_consent" } });
  });

  test("a call may not claim the kind of our own notices", async () => {
    const phone = newcomer();
    await town.text(phone, "STOP");
    expect(await ask(town, "Just a notice", { to: phone, kind: "notice" })).toMatchObject({ status: 422 });
  });

  test("without a kind, a message is a reply within 30 days of their last, and a service text after", async () => {
    const phone = newcomer();
    expect((await write(town, "Hello", { to: phone })).kind).toBe("service");
    await town.text(phone, "Hi");
    expect((await write(town, "Hello", { to: phone })).kind).toBe("reply");
    await leap(town, 31 * DAY_MS);
    expect((await write(town, "Hello", { to: phone })).kind).toBe("service");
  });
});

describe("by scope", () => {
  /** Whether each of our numbers may write to a phone now. */
  async function mayWrite(phone: string): Promise<Record<string, boolean>> {
    const said: Record<string, boolean> = {};
    for (const from of [KILN, SECOND]) {
      const query = `to=${encodeURIComponent(phone)}&from=${encodeURIComponent(from)}&kind=service`;
      said[from] = (await town.api.get(`/api/consent/may-send?${query}`)).body.allowed === true;
    }
    return said;
  }

  async function inScope<T>(consentScope: "workspace" | "sender", tell: () => Promise<T>): Promise<T> {
    await town.api.patch("/api/workspace", { consentScope });
    return tell().finally(() => town.api.patch("/api/workspace", { consentScope: "workspace" }));
  }

  test("by default a STOP to one number ends texts from all, and a START to one restores all", async () => {
    const phone = newcomer();
    await town.text(phone, "STOP", KILN);
    expect(await mayWrite(phone)).toEqual({ [KILN]: false, [SECOND]: false });
    expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: false, suppressions: [{ sender: KILN }] });
    await town.text(phone, "START", SECOND);
    expect(await mayWrite(phone)).toEqual({ [KILN]: true, [SECOND]: true });
    expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: true, suppressions: [] });
  });

  test("under the scope sender a STOP ends texts from that number alone, and all stopped is opted out", async () => {
    const phone = newcomer();
    await inScope("sender", async () => {
      await town.text(phone, "STOP", KILN);
      expect(await mayWrite(phone)).toEqual({ [KILN]: false, [SECOND]: true });
      expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: null, suppressions: [{ sender: KILN }] });

      await town.text(phone, "STOP", SECOND);
      expect(await mayWrite(phone)).toEqual({ [KILN]: false, [SECOND]: false });
      expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: false });

      await town.text(phone, "START", KILN);
      expect(await mayWrite(phone)).toEqual({ [KILN]: true, [SECOND]: false });
      const events = await consentOf(town, phone);
      expect(events.map((each) => [each.scope, each.sender, each.action])).toEqual([
        ["sender", KILN, "opt_out"],
        ["sender", SECOND, "opt_out"],
        ["sender", KILN, "opt_in"],
      ]);
    });
  });

  test("under the scope sender only what waits from that number turns suppressed", async () => {
    const phone = newcomer();
    await inScope("sender", async () => {
      const channels = (await town.api.get("/api/channels")).body.items ?? [];
      const sendAt = new Date(town.clock.now().getTime() + 60_000).toISOString();
      const [first, second] = await Promise.all(
        [KILN, SECOND].map((number) => {
          const connectionId = channels.find((each) => each.phoneNumber === number)?.id;
          return write(town, `From ${number}`, { to: phone, connectionId, sendAt });
        }),
      );
      await town.text(phone, "STOP", KILN);
      await leap(town, 60_000);
      expect((await town.api.get(`/api/messages/${first?.id}`)).body.status).toBe("suppressed");
      await untilStatus(town, { id: second?.id ?? "" }, "delivered");
      expect(heard(town, phone)).toEqual([`From ${SECOND}`]);
    });
  });

  test("under the scope sender YES lifts a STOP to the same number, and no other", async () => {
    const phone = newcomer();
    await inScope("sender", async () => {
      await town.text(phone, "STOP", KILN);
      await town.text(phone, "YES", SECOND);
      expect(await mayWrite(phone)).toEqual({ [KILN]: false, [SECOND]: true });
      expect(await consentOf(town, phone)).toHaveLength(1);
      await town.text(phone, "YES", KILN);
      expect(await mayWrite(phone)).toEqual({ [KILN]: true, [SECOND]: true });
      expect(await consentOf(town, phone)).toHaveLength(2);
    });
  });
});

describe("what the provider blocks", () => {
  /** Somebody who wrote STOP to the number before it was ours: the provider knows, we don't. */
  async function blockedAtTheProvider(): Promise<string> {
    const phone = newcomer();
    town.simulator.addFaults([{ kind: "callback_dropped", times: 1, match: { webhook: "inbound", from: phone } }]);
    await town.text(phone, "STOP");
    expect(town.simulator.hasOptedOut(KILN, phone)).toBe(true);
    return phone;
  }

  test("a refusal with 21610 becomes a suppression of the provider's, once, and nothing is tried again", async () => {
    const phone = await blockedAtTheProvider();
    const refused = await untilStatus(town, await write(town, "Hello", { to: phone }), "failed");
    expect(refused).toMatchObject({
      reason: { code: "recipient_opted_out", providerCode: "21610", helpUrl: expect.stringContaining("21610") },
      attempts: [{ outcome: "refused", providerCode: "21610" }],
    });
    const contact = await town.until("the block is ours too", async () => {
      const found = await contactOf(town, phone);
      return found.suppressions.length > 0 && found;
    });
    expect(contact).toMatchObject({ smsOptedIn: null, suppressions: [{ sender: KILN, source: "provider" }] });
    expect(await consentOf(town, phone)).toMatchObject([
      { action: "suppressed", source: "provider", sender: KILN, messageId: refused.id, actor: { type: "provider" } },
    ]);
    expect(await write(town, "Hello?", { to: phone })).toMatchObject({ status: "suppressed" });
    await wait(town, 5000);
    expect(sendRequests(town, phone)).toHaveLength(1);
  });

  test("what else waited for them turns suppressed with it", async () => {
    const phone = await blockedAtTheProvider();
    const conversation = await openWith(town, phone);
    const sent = await Promise.all(["One", "Two", "Three"].map((words) => write(town, words, { in: conversation })));
    const ends = await Promise.all(sent.map((each) => untilStatus(town, each, "failed", "suppressed")));
    expect(ends.map((each) => each.status).sort()).toEqual(["failed", "suppressed", "suppressed"]);
    expect(sendRequests(town, phone)).toHaveLength(1);
  });

  test("no member lifts it, whatever they know; the person's own START does", async () => {
    const phone = await blockedAtTheProvider();
    await untilStatus(town, await write(town, "Hello", { to: phone }), "failed");
    await town.until("the block is ours too", async () => (await contactOf(town, phone)).suppressions.length > 0);
    const { id } = await contactOf(town, phone);
    const olga = await hire(town, "owner", "Olga");
    const restore = { channel: "sms", action: "opt_in", source: "member", proof: "She told me at the shop." };
    const refused = await olga.api.post(`/api/contacts/${id}/consent`, restore);
    expect(refused).toMatchObject({ status: 409, body: { code: "opted_out" } });
    expect((await contactOf(town, phone)).suppressions).toHaveLength(1);

    await town.text(phone, "START");
    expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: true, suppressions: [] });
    await untilStatus(town, await write(town, "Hello again", { to: phone }), "delivered");
  });

  test("a START to one number lifts what the provider blocks on that number, and on no other", async () => {
    const phone = newcomer();
    const channels = (await town.api.get("/api/channels")).body.items ?? [];
    const idOf = (number: string) => channels.find((each) => each.phoneNumber === number)?.id;
    town.simulator.addFaults([{ kind: "callback_dropped", times: 1, match: { webhook: "inbound", from: phone } }]);
    await town.text(phone, "STOP", SECOND);
    await untilStatus(town, await write(town, "Hi", { to: phone, connectionId: idOf(SECOND) }), "failed");
    await town.until("the block is ours too", async () => (await contactOf(town, phone)).suppressions.length > 0);
    expect(await write(town, "Hi", { to: phone, connectionId: idOf(KILN) })).toMatchObject({ status: "suppressed" });

    await town.text(phone, "START", KILN);
    expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: true, suppressions: [{ sender: SECOND }] });
    expect(await write(town, "Hi", { to: phone, connectionId: idOf(SECOND) })).toMatchObject({ status: "suppressed" });
    await untilStatus(town, await write(town, "Hi", { to: phone, connectionId: idOf(KILN) }), "delivered");
  });

  test("an ordinary opt-out a member may lift with proof, and nobody without", async () => {
    const phone = newcomer();
    await town.text(phone, "OPT OUT");
    const { id } = await contactOf(town, phone);
    const otto = await hire(town, "owner", "Otto");
    const act = { channel: "sms", action: "opt_in", source: "member" };
    expect((await otto.api.post(`/api/contacts/${id}/consent`, act)).status).toBe(409);
    const proven = await otto.api.post(`/api/contacts/${id}/consent`, { ...act, proof: "Her mail of 1 June." });
    expect(proven).toMatchObject({ status: 201, body: { action: "opt_in", source: "member" } });
    await untilStatus(town, await write(town, "Hello again", { to: phone }), "delivered");
  });

  test("a service's block comes by callback, and counts once though the callback comes twice", async () => {
    const number = "+14155550145";
    const { sid, authToken } = town.twilio;
    town.simulator.addNumber({ accountSid: sid, phoneNumber: number });
    const service = town.simulator.createService({ accountSid: sid, phoneNumbers: [number] });
    const connected = await town.passing(
      town.api.post("/api/channels/sms/connect", { accountSid: sid, authToken, messagingServiceSid: service.sid }),
    );
    const connectionId = connected.body.id;
    const phone = newcomer();
    town.simulator.addFaults([
      { kind: "callback_dropped", times: 1, match: { webhook: "inbound", from: phone } },
      { kind: "callback_duplicated", match: { webhook: "status", status: "failed", to: phone } },
    ]);
    await town.text(phone, "STOP", number);
    const sent = await write(town, "Hello", { in: await openWith(town, phone, { connectionId }), connectionId });
    expect(await untilStatus(town, sent, "failed")).toMatchObject({ reason: { providerCode: "21610" } });
    await wait(town, 2000);
    expect(await contactOf(town, phone)).toMatchObject({
      suppressions: [{ sender: service.sid, source: "provider" }],
    });
    expect(await consentOf(town, phone)).toHaveLength(1);
  });
});
