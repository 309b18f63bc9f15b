/** Two processes on one database: together they do everything once, and in order. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { asOwner } from "../support/sql.ts";
import {
  heard,
  leap,
  newcomer,
  openWith,
  sendRequests,
  setPace,
  thread,
  untilStatus,
  wait,
  write,
} from "../support/story.ts";
import { foundTown, type Town } from "../support/town.ts";

let town: Town;
let channel: { id: string };
beforeAll(async () => {
  town = await foundTown({ PARLEY_ROLE: "web" });
  channel = await town.connect();
  await setPace(town, channel, 10_000);
});
afterAll(() => town.stop());

test("a web process alone takes texts and messages, and sends nothing", async () => {
  const phone = newcomer();
  expect((await town.text(phone, "Are you open?")).status).toBe(200);
  expect((await write(town, "Yes.", { to: phone })).status).toBe("queued");
  await wait(town, 5000);
  expect(sendRequests(town)).toEqual([]);
});

test("a worker sends what waits, and the web process hears how it fared", async () => {
  await town.hireWorker();
  const [message] = await asOwner(town, "select id from messages where content = 'Yes.'");
  const done = await untilStatus(town, { id: String(message?.id) }, "delivered");
  expect(done.deliveryEvents.map((each) => each.source)).toContain("callback");
  const phone = newcomer();
  await untilStatus(town, await write(town, "Hello", { to: phone }), "delivered");
});

test("three workers send 200 messages once each, and every conversation in its order, whatever the provider does", async () => {
  await Promise.all([town.hireWorker(), town.hireWorker()]);
  const phones = Array.from({ length: 20 }, () => newcomer());
  const path = "Messages.json";
  town.simulator.addFaults([
    { kind: "latency", ms: 40, match: { path } },
    { kind: "latency", ms: 700, times: 25, match: { path } },
    ...phones.slice(0, 5).map((to) => ({ kind: "status" as const, status: 429, times: 1, match: { path, to } })),
    ...phones.slice(5, 10).map((to) => ({ kind: "reset_after" as const, times: 1, match: { path, to } })),
    { kind: "callback_duplicated" as const },
  ]);
  const words = Array.from({ length: 10 }, (_, n) => `Number ${n}`);
  await town.passing(
    Promise.all(
      phones.map(async (phone) => {
        const conversation = await openWith(town, phone);
        for (const content of words) await write(town, content, { in: conversation });
      }),
    ),
  );
  await town.until("all are there", () => phones.every((phone) => heard(town, phone).length >= words.length));
  await wait(town, 5000);
  for (const phone of phones) {
    expect(heard(town, phone)).toEqual(words);
    expect(town.simulator.messages({ to: phone }).map((each) => each.body)).toEqual(words);
    expect((await thread(town, phone)).map((each) => [each.content, each.status])).toEqual(
      words.map((each) => [each, "delivered"]),
    );
  }
  expect(town.logLines.filter((line) => /deadlock|"level":"error"/.test(line))).toEqual([]);
});

test("a worker that has not heard of a new number yet still sends from it, a little later", async () => {
  const ours = await foundTown({ PARLEY_ROLE: "web" });
  try {
    await ours.connect();
    await ours.hireWorker();
    // It looks for something to send in 800 ms, and listens for news again 100 ms after its connection was cut.
    const sendAt = new Date(ours.clock.now().getTime() + 900).toISOString();
    await write(ours, "A moment", { to: newcomer(), sendAt });
    await wait(ours, 760);
    await asOwner(
      ours,
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ~ '^listen'",
    );
    // Time stands still meanwhile.
    const phoneNumber = "+14155550147";
    ours.simulator.addNumber({ accountSid: ours.twilio.sid, phoneNumber });
    const [number, phone] = [
      { accountSid: ours.twilio.sid, authToken: ours.twilio.authToken, phoneNumber },
      newcomer(),
    ];
    const connectionId = (await ours.api.post("/api/channels/sms/connect", number)).body.id;
    const sent = await write(ours, "From the new one", {
      in: await openWith(ours, phone, { connectionId }),
      connectionId,
    });
    await leap(ours, 31_000);
    await untilStatus(ours, sent, "delivered");
    expect(heard(ours, phone)).toEqual(["From the new one"]);
  } finally {
    await ours.stop();
  }
});
