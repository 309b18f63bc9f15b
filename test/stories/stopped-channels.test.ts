/** A channel that Twilio stops: what waits in its queue ends, but not on one answer that may be anybody's; and none of it comes back. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Connection } from "../../contract/channels.ts";
import type { Message } from "../../contract/messages.ts";
import type { FaultRule } from "../../simulator/faults.ts";
import { asOwner } from "../support/sql.ts";
import { ask, heard, leap, newcomer, readMessage, write } from "../support/story.ts";
import { foundTown, type Town } from "../support/town.ts";

const MINUTE_MS = 60_000;

let town: Town;
let channel: { id: string };
beforeAll(async () => {
  town = await foundTown();
  channel = await town.connect();
});
afterAll(() => town.stop());
beforeEach(async () => {
  town.simulator.clearFaults();
  town.simulator.updateAccount(town.twilio.sid, { status: "active" });
  await untilItIs("active");
});

const read = async () => (await town.api.get(`/api/channels/${channel.id}`)).body as unknown as Connection;
const lookNow = () => town.api.post(`/api/channels/${channel.id}/check-health`, {});
const check = () => town.passing(lookNow());
/** Lets minutes pass until something is so. */
const comesRound = <T>(what: string, ask: () => Promise<T | false>): Promise<T> =>
  town.until(what, () => {
    town.clock.advance(MINUTE_MS);
    return ask();
  });
const untilItIs = (status: Connection["status"]): Promise<Connection> =>
  comesRound(`the channel is ${status}`, async () => {
    const connection = await read();
    return connection.status === status && connection;
  });
const comesTo = ({ id }: Message, status: Message["status"]): Promise<Message> =>
  comesRound(`the message is ${status}`, async () => {
    const message = await readMessage(town, id);
    return message.status === status && message;
  });

/** A text that waits in the queue, because Twilio has asked for a pause; and no look is due for a while. */
async function waiting(): Promise<Message> {
  const to = newcomer();
  const busy: FaultRule = { kind: "status", status: 429, retryAfterSeconds: 3600, times: 1, match: { to } };
  town.simulator.addFaults([busy]);
  const text = await write(town, "On its way", { to });
  await town.until("it is back in the queue", async () => {
    const { status, reason } = await readMessage(town, text.id);
    return status === "queued" && reason?.code === "provider_busy";
  });
  const later = new Date(town.clock.now().getTime() + 15 * MINUTE_MS);
  await asOwner(town, "update health_lanes set due_at = $1", [later]);
  return text;
}

const shutOut = (fault: { code?: number; page?: boolean }, path: string): FaultRule => ({
  ...{ kind: "status", status: 403, ...fault },
  match: { method: "GET", path },
});

describe("a refusal", () => {
  test("that is a page of a proxy's stops nobody, whatever it is an answer to", async () => {
    town.simulator.addFaults([shutOut({ page: true }, "")]);
    expect(await check()).toMatchObject({ status: 503, body: { code: "provider_unreachable" } });
    expect(await read()).toMatchObject({ status: "active", findings: [] });
  });

  test.each([
    ["to the account, and its numbers are well", (sid: string) => `${sid}.json`],
    ["to the number's list, and its account is well", () => "IncomingPhoneNumbers.json"],
  ])("of Twilio's own %s stops nobody", async (_, path) => {
    town.simulator.addFaults([shutOut({ code: 20003 }, path(town.twilio.sid))]);
    expect(await check()).toMatchObject({ status: 503, body: { code: "provider_unreachable" } });
    expect(await read()).toMatchObject({ status: "active", findings: [] });
  });

  test("that both say stops sending, and ends what waits only when a second look says the same", async () => {
    const text = await waiting();
    town.simulator.addFaults([shutOut({ code: 20003 }, "")]);
    expect((await check()).body).toMatchObject({ status: "restricted", findings: [{ code: "account_restricted" }] });
    expect((await ask(town, "Now?", { to: newcomer() })).body).toMatchObject({ code: "channel_inactive" });
    expect(await readMessage(town, text.id)).toMatchObject({ status: "queued" });
    expect(await comesTo(text, "failed")).toMatchObject({ reason: { code: "account_restricted" } });
  });

  test("for another reason each time is one refusal still, and ends what waits", async () => {
    const text = await waiting();
    for (const code of [20_600, 20_601]) {
      town.simulator.clearFaults();
      town.simulator.addFaults([shutOut({ code }, "")]);
      await leap(town, MINUTE_MS);
      expect((await check()).body).toMatchObject({ status: "restricted", findings: [{ code: "account_restricted" }] });
    }
    expect(await readMessage(town, text.id)).toMatchObject({
      status: "failed",
      reason: { code: "account_restricted" },
    });
  });

  test("that is seen twice at one moment is one refusal still", async () => {
    const text = await waiting();
    town.simulator.addFaults([shutOut({ code: 20003 }, "")]);
    for (let looks = 0; looks < 2; looks++)
      expect((await lookNow()).body).toMatchObject({
        status: "restricted",
        findings: [{ code: "account_restricted" }],
      });
    town.simulator.clearFaults();
    await untilItIs("active");
    expect(await comesTo(text, "delivered")).toMatchObject({ reason: null });
  });

  test("that is over by the second look costs nothing but the wait", async () => {
    const text = await waiting();
    town.simulator.addFaults([shutOut({ code: 20003 }, "")]);
    expect((await check()).body).toMatchObject({ status: "restricted" });
    town.simulator.clearFaults();
    await untilItIs("active");
    expect(await comesTo(text, "delivered")).toMatchObject({ reason: null });
    expect(heard(town, text.to)).toEqual(["On its way"]);
  });
});

test("what comes back into the queue of a channel that is stopped ends too, instead of leaving days later", async () => {
  const to = newcomer();
  const posting = { method: "POST", to };
  const [held] = town.simulator.addFaults([{ kind: "latency", ms: 3000, match: posting, times: 1 }]);
  town.simulator.addFaults([{ kind: "status", status: 429, retryAfterSeconds: 60, match: posting, times: 1 }]);
  const text = await write(town, "Is the vase fired?", { to });
  await town.until("it is on its way", () =>
    town.simulator.faults().some((each) => each.id === held?.id && each.hits === 1),
  );
  town.simulator.updateAccount(town.twilio.sid, { status: "suspended" });
  // The queue ends while it is on its way. Time stands still for it, so what was found is made a minute older instead.
  expect((await lookNow()).body).toMatchObject({ status: "restricted" });
  const aMinuteAgo = JSON.stringify(new Date(town.clock.now().getTime() - MINUTE_MS));
  await asOwner(town, "update connections set health = jsonb_set(health, '{0,since}', $1::jsonb)", [aMinuteAgo]);
  expect((await lookNow()).body).toMatchObject({ status: "restricted" });
  expect(await readMessage(town, text.id)).toMatchObject({ status: "sending" });
  expect(await comesTo(text, "failed")).toMatchObject({ reason: { code: "account_suspended" } });
  town.simulator.updateAccount(town.twilio.sid, { status: "active" });
  await untilItIs("active");
  expect(heard(town, to)).toEqual([]);
});
