/** A laptop with a real account: the provider can't call it, so it is asked, for new texts and for how ours fare. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Connection } from "../../contract/channels.ts";
import { jpeg, upload } from "../support/files.ts";
import {
  ask,
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
import { foundTown, KILN, type Town } from "../support/town.ts";

/** The simulator by an address that is no loopback one, as the real provider's is. */
const fromAfar = (town: Town) => town.simulator.url.replace("127.0.0.1", "0.0.0.0");

let town: Town;
let channel: Connection;
beforeAll(async () => {
  town = await foundTown();
  await town.restart({ TWILIO_API_URL: fromAfar(town), TWILIO_MESSAGING_URL: fromAfar(town) });
  const { id } = await town.connect();
  channel = (await town.api.get(`/api/channels/${id}`)).body as unknown as Connection;
});
afterAll(() => town.stop());

const asksFor = (sid: string) =>
  town.simulator.requests().filter((each) => each.path.endsWith(`/Messages/${sid}.json`));

test("the number is connected without a webhook, and says how its texts come in", async () => {
  expect(channel).toMatchObject({
    webhook: { verifiedAt: null, configuredBy: null },
    inbound: { by: "polling", everySeconds: 15, missing: 0, late: 0 },
  });
  expect(town.simulator.overview().numbers.find((each) => each.phoneNumber === KILN)?.smsUrl).toBe("");
});

test("a text is here within fifteen seconds, and none of them counts as late", async () => {
  const phone = newcomer();
  const { webhook } = await town.passing(town.simulator.text({ from: phone, to: KILN, body: "Hello" }));
  expect(webhook).toBeNull();
  const before = town.clock.now().getTime();
  const [message] = await town.until("it is here", async () => {
    const { body } = await town.api.get(`/api/contacts?phone=${encodeURIComponent(phone)}`);
    return body.items?.length ? thread(town, phone) : null;
  });
  expect(message?.content).toBe("Hello");
  expect(Date.parse(message?.createdAt ?? "")).toBeLessThanOrEqual(before);
  await wait(town, 60_000);
  expect(await thread(town, phone)).toHaveLength(1);
  expect((await town.api.get(`/api/channels/${channel.id}`)).body.inbound).toEqual(channel.inbound);
});

describe("a message of ours ends in its final state without a single report", () => {
  test("delivered", async () => {
    const phone = newcomer();
    const sent = await untilStatus(town, await write(town, "Your bowl is ready.", { to: phone }), "accepted", "sent");
    await leap(town, 15_000);
    await untilStatus(town, sent, "delivered");
    expect(heard(town, phone)).toEqual(["Your bowl is ready."]);
    expect(sendRequests(town, phone)[0]?.params.StatusCallback).toBeUndefined();
    const { deliveryEvents } = await readMessage(town, sent.id);
    expect(deliveryEvents.map((each) => [each.status, each.source])).toContainEqual(["delivered", "list"]);
    const states = deliveryEvents.map((each) => each.status);
    expect(states).toEqual([...new Set(states)]);
  });

  test("undelivered, with the reason", async () => {
    const phone = newcomer();
    town.simulator.addOutcomes([{ match: { to: phone }, status: "undelivered", errorCode: 30003 }]);
    const sent = await untilStatus(town, await write(town, "Are you there?", { to: phone }), "undelivered");
    expect(sent.reason).toMatchObject({ code: "unreachable_handset", providerCode: "30003" });
  });

  test("one that no carrier ever reports on is asked for ever less often, and for two days", async () => {
    const phone = newcomer();
    town.simulator.addOutcomes([{ match: { to: phone }, status: "sent" }]);
    const written = await untilStatus(town, await write(town, "No report", { to: phone }), "accepted", "sent");
    await leap(town, 15_000);
    const sent = await untilStatus(town, written, "sent");
    const asked = () => asksFor(sent.providerSid ?? "").length;
    await leap(town, 60 * 60_000);
    const inTheFirstHour = asked();
    for (let hours = 0; hours < 10; hours++) await leap(town, 60 * 60_000);
    expect(asked() - inTheFirstHour).toBeGreaterThan(2);
    for (let days = 0; days < 3; days++) await leap(town, 24 * 60 * 60_000);
    const afterTwoDays = asked();
    for (let hours = 0; hours < 5; hours++) await leap(town, 60 * 60_000);
    expect(asked()).toBe(afterTwoDays);
    expect((await readMessage(town, sent.id)).status).toBe("sent");
  });

  test("also where the provider is away for a while", async () => {
    const phone = newcomer();
    const sent = await untilStatus(town, await write(town, "Patience", { to: phone }), "accepted", "sent");
    town.simulator.addFaults([{ kind: "reset_before", times: 5, match: { method: "GET" } }]);
    for (let tries = 0; tries < 8; tries++) await leap(town, 60_000);
    await untilStatus(town, sent, "delivered");
  });
});

test("an upload can't be fetched from here, and whoever attaches one is told so", async () => {
  const { body } = await upload(town, jpeg());
  const refused = await ask(town, "Look", { in: await openWith(town, newcomer()), mediaUrls: [body.url] });
  expect([refused.status, refused.body.code]).toEqual([422, "media_not_reachable"]);
  expect(refused.body.detail).toMatch(/PARLEY_PUBLIC_URL/);
});

test("once it can be called, it is asked as seldom as any other", async () => {
  await town.restart();
  const inbound = await town.until("it is no longer polled", async () => {
    const { body } = await town.api.get(`/api/channels/${channel.id}`);
    const now = (body as unknown as Connection).inbound;
    return now.by === "webhook" && now;
  });
  expect(inbound.everySeconds).toBe(300);
});
