/** Attempts without an answer: each account's are looked into by themselves, and none stays open for ever. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDirectory } from "../../server/channels/channels.ts";
import { claim, collectAnswers } from "../../server/messages/messages.ts";
import { quietLive } from "../../server/platform/db/whole.ts";
import { createLog } from "../../server/platform/log.ts";
import { createSecrets } from "../../server/platform/secrets.ts";
import { idMaker } from "../../server/platform/world.ts";
import type { FaultRule } from "../../simulator/faults.ts";
import { asOwner } from "../support/sql.ts";
import { leap, newcomer, openWith, readMessage, sendRequests, untilStatus, write } from "../support/story.ts";
import { foundTown, type Town } from "../support/town.ts";
import { newSid, postWebhook, STATUS, textFields } from "../support/webhook.ts";

const HOUR_MS = 60 * 60_000;
const THEIRS = "+14155550199";

let town: Town;
let other: { sid: string; authToken: string };
let theirs: { id: string };
beforeAll(async () => {
  town = await foundTown();
  await town.connect();
  other = town.simulator.createAccount({ friendlyName: "The other one", pacing: { mps: null } });
  town.simulator.addNumber({ accountSid: other.sid, phoneNumber: THEIRS });
  theirs = await town.connect(THEIRS, { accountSid: other.sid, authToken: other.authToken });
});
afterAll(() => town.stop());

const lost = (to: string): FaultRule[] => [
  { kind: "reset_after", times: 1, match: { path: "Messages.json", method: "POST", to } },
  { kind: "callback_dropped", match: { to } },
];

test("an account whose lists never come holds up no other account's", async () => {
  const [stuck, free] = [newcomer(), newcomer()];
  const forEver = 30 * 24 * HOUR_MS;
  town.simulator.addFaults([
    ...lost(stuck),
    ...lost(free),
    { kind: "latency", ms: forEver, match: { account: other.sid, method: "GET", path: "Messages.json" } },
  ]);
  const id = await openWith(town, stuck, { connectionId: theirs.id });
  const waiting = await write(town, "From the other one", { in: id, connectionId: theirs.id });
  await town.until("it was handed over", () => sendRequests(town, stuck).length > 0);
  const explained = await write(town, "From the first one", { to: free });
  await town.until("it was handed over", () => sendRequests(town, free).length > 0);
  await town.pass(60_000);
  await untilStatus(town, explained, "delivered");
  expect((await readMessage(town, waiting.id)).status).toBe("sending");
  town.simulator.clearFaults();
});

test("one that nobody could ask for in a day is a person's to decide, and a late report still explains it", async () => {
  const phone = newcomer();
  town.simulator.addFaults([
    ...lost(phone),
    { kind: "status", status: 503, match: { method: "GET", path: "Messages.json", to: phone } },
  ]);
  const sent = await write(town, "Your bowl is ready.", { to: phone });
  await town.until("it was handed over", () => sendRequests(town, phone).length > 0);
  for (let hours = 0; hours < 23; hours++) await leap(town, HOUR_MS);
  expect((await readMessage(town, sent.id)).status).toBe("sending");
  for (let hours = 0; hours < 3; hours++) await leap(town, HOUR_MS);
  const failed = await untilStatus(town, sent, "failed");
  expect(failed.reason).toMatchObject({ code: "outcome_unknown", message: expect.stringMatching(/could not be read/) });
  expect(sendRequests(town, phone)).toHaveLength(1);
  const open =
    "select 1 from attempts_to_explain(now() + interval '100 years', 1000) o where o.attempt_id in (select id from attempts where message_id = $1)";
  expect(await asOwner(town, open, [sent.id])).toEqual([]);
  town.simulator.clearFaults();
});

test("an answer that can't be recorded takes none of its neighbours with it", async () => {
  const key = randomBytes(32);
  const ours = await foundTown({ PARLEY_SECRET_KEY: key.toString("base64"), PARLEY_ROLE: "web" });
  try {
    const { id } = await ours.connect();
    const messages: Array<{ id: string }> = [];
    for (let n = 0; n < 4; n++) messages.push(await write(ours, `Number ${n}`, { to: newcomer() }));
    await ours.api.patch(`/api/channels/${id}`, { mps: 1000 });

    const { database } = ours.house;
    const directory = createDirectory(database.ground, createSecrets(key, randomBytes), quietLive);
    const sender = (await directory.senders()).find((each) => each.connection.id === id);
    if (!sender) throw new Error("the number is not known");
    const locks = {
      take: async (addresses: readonly unknown[]) => addresses.map(() => true),
      release: async () => {},
      stop: async () => {},
    };
    const claimed = await claim({ database, live: quietLive, locks }, sender, 10);
    expect(claimed).toHaveLength(4);
    const logged: string[] = [];
    const world = { ...ours.clock, bytes: randomBytes, chance: () => 0.5, id: idMaker(ours.clock.now, randomBytes) };
    const log = createLog("error", (line) => logged.push(line));
    const answers = collectAnswers({ database, live: quietLive, world, log }, sender);

    const twice = newSid("SM");
    const sids = [newSid("SM"), twice, twice, newSid("SM")];
    await Promise.all(
      claimed.map((each, n) =>
        answers.record(each, {
          outcome: "accepted",
          providerSid: sids[n] ?? "",
          status: "accepted",
          providerCode: null,
        }),
      ),
    );
    const read = await Promise.all(claimed.map((each) => readMessage(ours, each.messageId)));
    expect(read.map((each) => each.status)).toEqual(["accepted", "accepted", "sending", "accepted"]);
    expect(read.map((each) => each.providerSid)).toEqual([sids[0], twice, null, sids[3]]);
    expect(logged).toHaveLength(1);
  } finally {
    await ours.stop();
  }
});

test("a report that says of one message what happened to another is heard, and changes neither", async () => {
  const [one, stuck] = [newcomer(), newcomer()];
  const first = await untilStatus(town, await write(town, "One", { to: one }), "delivered");
  town.simulator.addFaults(lost(stuck));
  const second = await write(town, "Two", { to: stuck });
  await town.until("it was handed over", () => sendRequests(town, stuck).length > 0);
  const report = { ...textFields(town), MessageSid: first.providerSid ?? "", MessageStatus: "delivered" };
  expect((await postWebhook(town, `${STATUS}?m=${second.id}`, report)).status).toBe(200);
  expect(await readMessage(town, second.id)).toMatchObject({ status: "sending", providerSid: null });
  await town.pass(60_000);
  await untilStatus(town, second, "delivered");
});
