/** Who answers a keyword: the provider or we, never both and never twice. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asOwner } from "../support/sql.ts";
import { consentOf, contactOf, leap, newcomer, sendRequests, setPace, thread, wait, write } from "../support/story.ts";
import { foundTown, KILN, type Town } from "../support/town.ts";

/** A number that Twilio answers keywords for, in Advanced Opt-Out, and one whose owner had that switched off. */
const ADVANCED = "+14155550143";
const OWN = "+14155550144";

let town: Town;
beforeAll(async () => {
  town = await foundTown();
  await town.api.patch("/api/workspace", { name: "Kiln & Co." });
  town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: ADVANCED, optOut: "advanced" });
  town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: OWN, optOut: "off" });
  for (const number of [KILN, ADVANCED, OWN]) await setPace(town, await town.connect(number), 100);
  const channels = (await town.api.get("/api/channels")).body.items ?? [];
  const own = channels.find((each) => each.phoneNumber === OWN);
  await town.api.patch(`/api/channels/${own?.id}`, { keywordReplies: "parley" });
  expect(channels.map((each) => each.keywordReplies)).toEqual(["provider", "provider", "provider"]);
});
afterAll(() => town.stop());

/** What a phone has heard once all that was coming has come; the provider's own words in brackets. */
async function answersTo(phone: string): Promise<string[]> {
  await wait(town, 5000);
  return town.received(phone).map((each) => (each.automatic ? `[${each.body}]` : each.body));
}

test("what Twilio answers by itself has exactly that one answer", async () => {
  const phone = newcomer();
  await town.text(phone, "STOP");
  expect(await answersTo(phone)).toEqual([expect.stringMatching(/^\[You have successfully been unsubscribed/)]);
  await town.text(phone, "start");
  expect((await answersTo(phone)).slice(1)).toEqual([
    expect.stringMatching(/^\[You have successfully been re-subscribed/),
  ]);
  await town.text(phone, "Help");
  expect(await answersTo(phone)).toHaveLength(3);
  expect((await thread(town, phone)).filter((each) => each.direction === "outbound")).toEqual([]);
});

describe("a STOP stands, whatever becomes of its answer", () => {
  const ownChannel = async () =>
    ((await town.api.get("/api/channels")).body.items ?? []).find((each) => each.phoneNumber === OWN)?.id;

  test("where the answer is longer than all that the number may send in a day", async () => {
    const phone = newcomer();
    await town.api.patch(`/api/channels/${await ownChannel()}`, { dailyCap: 1 });
    await town.api.patch("/api/workspace", {
      notices: { stop: `{brand}: ${"You won't hear from us again. ".repeat(8)}` },
    });
    await town.text(phone, "STOP", OWN);
    expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: false });
    expect(await answersTo(phone)).toEqual([expect.stringContaining("You won't hear from us again.")]);
    await town.api.patch("/api/workspace", { notices: { stop: null } });
    await town.api.patch(`/api/channels/${await ownChannel()}`, { dailyCap: null });
  });

  test("where its words have a token that nothing fills in, which is refused when they are set", async () => {
    const notices = { stop: "{{org.name}}: Bye." };
    const refused = await town.api.patch("/api/workspace", { notices });
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({ errors: [{ path: "notices.stop" }] });
    // Words that were set before that was checked.
    await asOwner(town, "update workspaces set notices = $1", [JSON.stringify(notices)]);
    await town.api.patch("/api/workspace", { timeZone: "America/Chicago" });
    const phone = newcomer();
    await town.text(phone, "Please stop texting me", OWN);
    expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: false });
    await town.api.patch("/api/workspace", { notices: { stop: null } });
  });
});

test.each(["STOP", "START", "HELP"])("where Twilio says that it has answered %s, we say nothing", async (word) => {
  const phone = newcomer();
  await town.text(phone, "STOP", ADVANCED);
  await town.text(phone, word, ADVANCED);
  expect((await answersTo(phone)).filter((each) => !each.startsWith("["))).toEqual([]);
  expect((await thread(town, phone)).filter((each) => each.direction === "outbound")).toEqual([]);
  expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: word === "START" });
});

test("OptOutType keeps us silent even where the answers are ours", async () => {
  const phone = newcomer();
  await town.passing(town.simulator.text({ from: phone, to: OWN, body: "STOP", extraParams: { OptOutType: "STOP" } }));
  expect(await answersTo(phone)).toEqual([]);
  expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: false });
});

test("where the answers are ours, each keyword has exactly one notice, STOP's too", async () => {
  const phone = newcomer();
  await town.text(phone, "STOP", OWN);
  await town.text(phone, "HELP", OWN);
  await town.text(phone, "START", OWN);
  expect(await answersTo(phone)).toEqual([
    "Kiln & Co.: You have been unsubscribed and will not receive further messages. Reply START to resubscribe.",
    expect.stringMatching(/^Kiln & Co\.: Reply STOP to unsubscribe/),
    expect.stringMatching(/^Kiln & Co\.: You have been resubscribed/),
  ]);
  const notices = (await thread(town, phone)).filter((each) => each.direction === "outbound");
  expect(notices.map((each) => [each.kind, each.status, each.from, each.sender.type])).toEqual(
    Array.from({ length: 3 }, () => ["notice", "delivered", OWN, "system"]),
  );
});

test.each([
  ["OPT OUT", "Kiln & Co.: You have been unsubscribed"],
  ["STOP.", "Kiln & Co.: You have been unsubscribed"],
  ["ARRET", "Kiln & Co. : vous êtes désabonné"],
  ["arrêt", "Kiln & Co. : vous êtes désabonné"],
  ["BAJA", "Kiln & Co.: Su suscripción fue cancelada"],
  ["SUBSCRIBE", "Kiln & Co.: You have been resubscribed"],
])("%s, which Twilio doesn't catch, is answered by us once", async (words, answer) => {
  const phone = newcomer();
  await town.text(phone, words);
  const answers = await answersTo(phone);
  expect(answers).toHaveLength(1);
  expect(answers[0]).toContain(answer);
});

test("the workspace's own words answer, with the brand and where to ask", async () => {
  await town.api.patch("/api/workspace", {
    notices: { stop: "{brand}: done, no more texts.", contact: "Call 415-555-0142." },
  });
  const phone = newcomer();
  await town.text(phone, "STOP", OWN);
  await town.text(phone, "HELP", OWN);
  const [stop, help] = await answersTo(phone);
  expect(stop).toBe("Kiln & Co.: done, no more texts.");
  expect(help).toContain("Kiln & Co.: Call 415-555-0142.");
  await town.api.patch("/api/workspace", { notices: { stop: null, contact: null } });
});

test("a STOP's webhook that comes again, and five times at once, is one event and one answer", async () => {
  const phone = newcomer();
  const { messageSid } = await town.text(phone, "STOP", OWN);
  await town.passing(town.simulator.redeliver(messageSid ?? ""));
  await town.passing(Promise.all(Array.from({ length: 5 }, () => town.simulator.redeliver(messageSid ?? ""))));
  expect(await consentOf(town, phone)).toHaveLength(1);
  expect(await answersTo(phone)).toHaveLength(1);
  expect(await thread(town, phone)).toHaveLength(2);
});

test("the first delivery of a STOP may itself come five times at once", async () => {
  const phone = newcomer();
  town.simulator.addFaults([{ kind: "callback_dropped", times: 1, match: { webhook: "inbound", from: phone } }]);
  const { messageSid } = await town.text(phone, "STOP", OWN);
  await town.passing(Promise.all(Array.from({ length: 5 }, () => town.simulator.redeliver(messageSid ?? ""))));
  expect(await consentOf(town, phone)).toHaveLength(1);
  expect(await answersTo(phone)).toHaveLength(1);
});

test("STOP sent twice is two messages, two events, and an answer each", async () => {
  const phone = newcomer();
  await town.text(phone, "STOP", OWN);
  await town.text(phone, "STOP", OWN);
  expect(await consentOf(town, phone)).toHaveLength(2);
  expect(await answersTo(phone)).toHaveLength(2);
});

test("a notice goes before everything that waits", async () => {
  const [phone, other] = [newcomer(), newcomer()];
  await town.text(other, "Hello", OWN);
  town.simulator.addFaults([
    { kind: "status", status: 429, retryAfterSeconds: 30, times: 1, match: { to: other, path: "/Messages" } },
  ]);
  await write(town, "Hello back", { to: other });
  await town.until("the sender was told to wait", () => sendRequests(town, other).length > 0);
  await town.text(phone, "STOP", OWN);
  const since = sendRequests(town).at(-1)?.seq ?? 0;
  await leap(town, 31_000);
  const left = sendRequests(town).filter((each) => each.seq > since);
  expect(left.map((each) => each.to)).toEqual([phone, other]);
});
