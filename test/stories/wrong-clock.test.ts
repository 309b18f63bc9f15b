/** A machine whose clock was hours ahead (local time taken for UTC) and is set right: nothing waits for those hours to pass. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import {
  findContact,
  heard,
  leap,
  newcomer,
  readMessage,
  sendRequests,
  setPace,
  thread,
  untilStatus,
  wait,
  write,
} from "../support/story.ts";
import { foundTown, KILN, type Town } from "../support/town.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NEW = "+14155550144";

/** Its provider can't call it, so every text is one that was found in the list. */
let town: Town;
let channel: { id: string };
beforeAll(async () => {
  town = await foundTown();
  const afar = town.simulator.url.replace("127.0.0.1", "0.0.0.0");
  await town.restart({ TWILIO_API_URL: afar, TWILIO_MESSAGING_URL: afar });
  channel = await town.connect();
});
afterAll(() => town.stop());
afterEach(() => town.setClockWrong(0));

async function textAndHear(words: string, to = KILN): Promise<string> {
  const phone = newcomer();
  await town.passing(town.simulator.text({ from: phone, to, body: words }));
  await town.until(`${words} is here`, async () => {
    town.clock.advance(1000);
    return (await findContact(town, phone)) && (await thread(town, phone)).some((each) => each.content === words);
  });
  return phone;
}

test("texts are found while the clock is wrong, and when it was set right", async () => {
  await textAndHear("On time");
  town.setClockWrong(7 * HOUR_MS);
  await textAndHear("Hours ahead");
  town.setClockWrong(0);
  await textAndHear("On time again");
  town.setClockWrong(-7 * HOUR_MS);
  await textAndHear("Hours behind");
  town.setClockWrong(0);
  await textAndHear("At last");
});

test("a look looks no further than the provider's own time", async () => {
  town.setClockWrong(7 * HOUR_MS);
  const before = town.simulator.requests({ to: KILN }).length;
  await wait(town, MINUTE_MS);
  // It doesn't read the hours that are still to come, slice by slice without a pause.
  expect(town.simulator.requests({ to: KILN }).length - before).toBeLessThan(15);
});

test("a number that was connected meanwhile is not deaf until then", async () => {
  town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: NEW });
  const lists: { kind: "status"; status: number; match: object } = {
    kind: "status",
    status: 503,
    match: { method: "GET", path: "/Messages.json", to: NEW },
  };
  town.setClockWrong(7 * HOUR_MS);
  town.simulator.addFaults([lists]); // so that its lane is as it was when it was connected
  await town.connect(NEW);
  await wait(town, 5000);
  town.setClockWrong(0);
  town.simulator.clearFaults();
  await textAndHear("Is this the new number?", NEW);
});

test("what waits for its slot leaves, though the last slot lies an hour ahead", async () => {
  const phones: string[] = [];
  for (const words of ["One", "Two", "Three"]) phones.push(await textAndHear(words));
  await setPace(town, channel, 0.5);
  town.setClockWrong(HOUR_MS);
  const sent = [];
  for (const to of phones) sent.push(await write(town, "Your bowl is ready.", { to, connectionId: channel.id }));
  await town.until("one has left", () => phones.some((phone) => sendRequests(town, phone).length > 0));
  town.setClockWrong(0);
  await town.until("all have left", () => phones.every((phone) => sendRequests(town, phone).length > 0));
  for (const each of sent) await untilStatus(town, each, "accepted", "sent", "delivered");
  await leap(town, MINUTE_MS);
  for (const phone of phones) expect(heard(town, phone)).toEqual(["Your bowl is ready."]);
  await setPace(town, channel, 10);
});

test("what the provider asked to wait for a moment leaves", async () => {
  const phone = await textAndHear("Is it ready?");
  town.setClockWrong(7 * HOUR_MS);
  const match = { method: "POST", to: phone };
  town.simulator.addFaults([{ kind: "status", status: 429, retryAfterSeconds: 60, times: 1, match }]);
  const sent = await write(town, "It is.", { to: phone, connectionId: channel.id });
  await town.until("it waits", async () => (await readMessage(town, sent.id)).reason?.code === "provider_busy");
  town.setClockWrong(0);
  await untilStatus(town, sent, "accepted", "sent", "delivered");
});

test("a lost answer is asked for: whether it was taken then is a person's to say, and it is not sent again", async () => {
  const phone = await textAndHear("Are you there?");
  town.setClockWrong(7 * HOUR_MS);
  town.simulator.addFaults([{ kind: "reset_after", times: 1, match: { method: "POST", to: phone } }]);
  const sent = await write(town, "We are.", { to: phone, connectionId: channel.id });
  await town.until(
    "its answer is lost",
    async () => (await readMessage(town, sent.id)).attempts[0]?.outcome === "unknown",
  );
  town.setClockWrong(0);
  for (let listings = 0; listings < 4; listings++) await leap(town, 70_000);
  const { reason } = await untilStatus(town, sent, "failed");
  expect(reason).toMatchObject({ code: "outcome_unknown" });
  expect(sendRequests(town, phone)).toHaveLength(1);
});

test("a channel's health goes on being looked at", async () => {
  await leap(town, 20 * MINUTE_MS);
  town.setClockWrong(7 * HOUR_MS);
  await leap(town, 20 * MINUTE_MS);
  town.setClockWrong(0);
  town.simulator.updateNumber(KILN, { capabilities: { sms: false } });
  await leap(town, 20 * MINUTE_MS);
  await town.until("it is seen", async () => {
    town.clock.advance(MINUTE_MS);
    const { body } = await town.api.get(`/api/channels/${channel.id}`);
    return JSON.stringify(body).includes("sms_lost");
  });
  town.simulator.updateNumber(KILN, { capabilities: { sms: true } });
});
