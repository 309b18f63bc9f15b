/** A channel that falls ill says so by itself: what is wrong, since when and what to do; and it says when it is well again. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { FindingCode } from "../../contract/channel-health.ts";
import type { Connection, HealthChange } from "../../contract/channels.ts";
import type { FaultRule } from "../../simulator/faults.ts";
import { askProvider } from "../support/provider.ts";
import { asOwner } from "../support/sql.ts";
import { ask, heard, leap, listed, newcomer, untilStatus, write } from "../support/story.ts";
import { foundTown, KILN, type Town } from "../support/town.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const OTHERS_APP = "https://other.example/sms?secret=hunter2";

let town: Town;
let channel: { id: string };
beforeAll(async () => {
  town = await foundTown();
  channel = await town.connect();
  await town.api.patch(`/api/channels/${channel.id}`, { mps: 100 });
});
afterAll(() => town.stop());

const read = async (id = channel.id) => (await town.api.get(`/api/channels/${id}`)).body as unknown as Connection;
const check = (id = channel.id) => town.passing(town.api.post(`/api/channels/${id}/check-health`, {}));
const codes = (connection: Connection): FindingCode[] => connection.findings.map(({ code }) => code);
const changes = (id = channel.id) => listed<HealthChange>(town, `/api/channels/${id}/health-changes`);
const eventsOf = async (id = channel.id) =>
  (await asOwner(town, "select data, actor from events where type = 'channel.health_changed' order by seq"))
    .map(({ data, actor }) => ({ ...(data as { connectionId: string; status: string; findings: string[] }), actor }))
    .filter((each) => each.connectionId === id);

/**
 * Lets the timetable come round, a minute with each question, until something is so. The house is asked each time, and so
 * keeps step: were minutes to pass in no time, a worker's hold on a look would be over before its turn came, again and again.
 */
const comesRound = <T>(what: string, ask: () => Promise<T | null | false> | T | null | false): Promise<T> =>
  town.until(what, async () => {
    town.clock.advance(MINUTE_MS);
    await read();
    return ask();
  });
const untilItIs = (status: Connection["status"], id = channel.id): Promise<Connection> =>
  comesRound(`the channel is ${status}`, async () => {
    const connection = await read(id);
    return connection.status === status && connection;
  });
/** Lets the timetable come round until a look came to nothing. */
const untilInVain = () =>
  comesRound("the provider was asked in vain", async () => {
    const [lane] = await asOwner(town, "select failures from health_lanes where connection_id = $1", [channel.id]);
    return Number(lane?.failures) > 0;
  });

const looks = (account = town.twilio.sid) =>
  town.simulator
    .requests({ account })
    .filter(({ method, path }) => method === "GET" && path.endsWith(`/Accounts/${account}.json`));

/** Each story begins with a channel that is well. */
beforeEach(async () => {
  town.simulator.clearFaults();
  expect(codes(await read())).toEqual([]);
});

test("a channel that is well is looked at again and again, and nothing is told", async () => {
  const before = looks().length;
  await comesRound("it was looked at three times", () => looks().length >= before + 3);
  expect(await read()).toMatchObject({ status: "active", statusReason: null, findings: [] });
  expect(await eventsOf()).toEqual([]);
  expect(await changes()).toEqual([]);
});

describe("an account that Twilio suspends", () => {
  test("is restricted: what waits fails with the reason, nothing more is taken, and it recovers by itself", async () => {
    const [first, second] = [newcomer(), newcomer()];
    await town.api.patch(`/api/channels/${channel.id}`, { dailyCap: 1 });
    await untilStatus(town, await write(town, "Today's one", { to: first }), "delivered");
    const waiting = await write(town, "For tomorrow", { to: second });
    const later = await write(town, "For next week", {
      to: second,
      sendAt: new Date(town.clock.now().getTime() + 7 * DAY_MS).toISOString(),
    });
    const foundAt = town.clock.now();
    town.simulator.updateAccount(town.twilio.sid, { status: "suspended" });
    const ill = await untilItIs("restricted");
    expect(ill.findings).toMatchObject([{ code: "account_suspended", stopsSending: true, helpUrl: null }]);
    expect(ill.findings[0]?.message).toContain("suspended");
    expect(ill.findings[0]?.remedy).toContain("Twilio console");
    expect(Date.parse(ill.findings[0]?.since ?? "")).toBeGreaterThanOrEqual(foundAt.getTime());
    expect(await untilStatus(town, waiting, "failed")).toMatchObject({ reason: { code: "account_suspended" } });
    expect((await ask(town, "Now?", { to: second })).body).toMatchObject({ code: "channel_inactive" });
    expect((await ask(town, "Now?", { to: second })).body.detail).toContain("suspended");

    const before = looks().length; // still so: told once, and since the first time
    await comesRound("it was looked at again", () => looks().length >= before + 2);
    expect((await read()).findings[0]?.since).toBe(ill.findings[0]?.since);
    await town.api.patch(`/api/channels/${channel.id}`, { dailyCap: null });
    town.simulator.updateAccount(town.twilio.sid, { status: "active" });
    expect((await untilItIs("active")).findings).toEqual([]);
    await untilStatus(town, await write(town, "Here we are again", { to: second }), "delivered");
    expect(heard(town, second)).toEqual(["Here we are again"]);
    expect((await eventsOf()).map(({ status, findings }) => [status, findings])).toEqual([
      ["restricted", ["account_suspended"]],
      ["active", []],
    ]);
    expect(await changes()).toMatchObject([
      { status: "active", findings: [], actor: { type: "system" } },
      { status: "restricted", findings: [{ code: "account_suspended" }] },
    ]);
    expect((await town.api.post(`/api/messages/${later.id}/cancel`)).status).toBe(200);
  });

  test("is news of all its channels: each of the others is looked at at once, and when it is over again", async () => {
    const others: Array<{ id: string }> = [];
    for (const phoneNumber of ["+14155550192", "+14155550193"]) {
      town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber });
      others.push(await town.connect(phoneNumber));
    }
    await untilQuiet();
    const areAll = (status: Connection["status"]) =>
      town.until(`all are ${status}`, async () => {
        const all = await Promise.all([channel, ...others].map(({ id }) => read(id)));
        return all.every((each) => each.status === status);
      });
    const before = looks().length;
    town.simulator.updateAccount(town.twilio.sid, { status: "suspended" });
    await check();
    await areAll("restricted"); // nobody waits for the timetable
    await leap(town, MINUTE_MS);
    await untilQuiet();
    expect(looks().length - before, "one look each, and a second one because it stops").toBe(6);
    town.simulator.updateAccount(town.twilio.sid, { status: "active" });
    await check();
    await areAll("active");
    await untilQuiet();
    expect(looks().length - before, "and one more each").toBe(9);

    // One of them was well all the time, as far as anybody knows: the third one hears of it still.
    await leap(town, 3 * 60 * MINUTE_MS);
    town.simulator.updateAccount(town.twilio.sid, { status: "suspended" });
    await check();
    await areAll("restricted");
    await leap(town, MINUTE_MS);
    await untilQuiet();
    await asOwner(town, "update connections set health = '[]', status = 'active', status_reason = null where id = $1", [
      others[0]?.id,
    ]);
    town.simulator.updateAccount(town.twilio.sid, { status: "active" });
    await check();
    await areAll("active");
    for (const { id } of others) expect((await town.api.delete(`/api/channels/${id}`)).status).toBe(200);
  });

  test("says with what code Twilio keeps it out", async () => {
    const out: FaultRule = { kind: "status", status: 403, code: 20003, match: { path: town.twilio.sid } };
    town.simulator.addFaults([out]);
    const ill = (await check()).body as unknown as Connection;
    expect(ill).toMatchObject({ status: "restricted", findings: [{ code: "account_restricted" }] });
    expect(ill.findings[0]?.message).toContain("20003");
    expect(ill.findings[0]?.helpUrl).toBe("https://www.twilio.com/docs/api/errors/20003");
    town.simulator.clearFaults();
    expect((await check()).body).toMatchObject({ status: "active" });
  });
});

test("an auth token that is not valid any more is an error, until the new one is given", async () => {
  const { sid: accountSid, authToken: first } = town.twilio;
  const second = randomBytes(16).toString("hex");
  town.simulator.updateAccount(accountSid, { authToken: second });
  const ill = await untilItIs("error");
  expect(codes(ill)).toEqual(["credentials_rejected"]);
  expect((await ask(town, "Hello?", { to: newcomer() })).body).toMatchObject({ code: "channel_inactive" });
  const give = (authToken: string) =>
    town.passing(town.api.post("/api/provider-accounts", { provider: "twilio", accountSid, authToken }));
  expect((await give(second)).status).toBe(200);
  // Nobody waits for the timetable then.
  await town.until("the channel is well", async () => (await read()).status === "active");
  town.simulator.updateAccount(accountSid, { authToken: first });
  expect((await give(first)).status).toBe(200);
});

test("one wrong answer to the credentials stops nobody", async () => {
  const match = { path: `${town.twilio.sid}.json` };
  town.simulator.addFaults([{ kind: "status", status: 401, code: 20003, match }]);
  expect(await check()).toMatchObject({ status: 503, body: { code: "provider_unreachable" } });
  expect(await read()).toMatchObject({ status: "active", findings: [] });
  town.simulator.clearFaults();
});

describe("a number", () => {
  const LENT = "+14155550190";
  let lent: { id: string };
  beforeAll(async () => {
    town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: LENT });
    lent = await town.connect(LENT);
  });

  test("that is taken back stops, and goes on when it is bought again, whatever its new SID is", async () => {
    town.simulator.releaseNumber(LENT);
    const ill = await untilItIs("reclaimed", lent.id);
    expect(codes(ill)).toEqual(["number_reclaimed"]);
    expect(ill.statusReason?.message).toContain("not on the account any more");
    expect((await ask(town, "Hello?", { to: newcomer(), connectionId: lent.id })).body).toMatchObject({
      code: "channel_inactive",
    });
    expect(await read()).toMatchObject({ status: "active" }); // its sister is well
    const { sid } = town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: LENT });
    // It sends again. Its webhook went with the old one, and is not set without a yes.
    expect(codes(await untilItIs("degraded", lent.id))).toEqual(["webhook_removed"]);
    const text = await ask(town, "Here again", { to: newcomer(), connectionId: lent.id });
    expect(text.status).toBe(201);
    town.simulator.updateNumber(LENT, { smsUrl: ill.webhook.url });
    expect((await check(lent.id)).body).toMatchObject({ status: "active", findings: [] });
    expect(await asOwner(town, "select provider_number_sid as sid from connections where id = $1", [lent.id])).toEqual([
      { sid },
    ]);
  });

  test("that can't do SMS any more stops, and goes on when it can again", async () => {
    town.simulator.updateNumber(LENT, { capabilities: { sms: false } });
    expect((await check(lent.id)).body).toMatchObject({ status: "error", findings: [{ code: "sms_lost" }] });
    expect((await ask(town, "Hello?", { to: newcomer(), connectionId: lent.id })).status).toBe(422);
    town.simulator.updateNumber(LENT, { capabilities: { sms: true } });
    expect((await check(lent.id)).body).toMatchObject({ status: "active", findings: [] });
  });
});

describe("a webhook", () => {
  const pointTo = (smsUrl: string) => town.simulator.updateNumber(KILN, { smsUrl });
  const urlAtProvider = () => town.simulator.overview().numbers.find((each) => each.phoneNumber === KILN)?.smsUrl;

  test("that another app took is a warning: it is named without its secret, and nothing is taken back", async () => {
    const ours = urlAtProvider() ?? "";
    pointTo(OTHERS_APP);
    const ill = await untilItIs("degraded");
    expect(codes(ill)).toEqual(["webhook_elsewhere"]);
    expect(ill.findings[0]).toMatchObject({ stopsSending: false });
    expect(ill.findings[0]?.message).toContain("other.example/sms");
    expect(ill.webhook.verifiedAt).toBeNull();
    const said = JSON.stringify([ill, await changes(), await eventsOf(), town.logLines]);
    expect(said).not.toContain("hunter2");
    expect(urlAtProvider()).toBe(OTHERS_APP);
    // What comes to it has a time of its own.
    town.simulator.updateAccount(town.twilio.sid, { status: "suspended" });
    const worse = await untilItIs("restricted");
    expect(codes(worse)).toEqual(["account_suspended", "webhook_elsewhere"]);
    expect(worse.findings[1]).toEqual(ill.findings[0]);
    expect(worse.findings[0]?.since).not.toBe(ill.findings[0]?.since);
    town.simulator.updateAccount(town.twilio.sid, { status: "active" });
    await untilItIs("degraded");
    await untilStatus(town, await write(town, "We still write", { to: newcomer() }), "delivered");
    pointTo(ours);
    const well = await untilItIs("active");
    expect(well.webhook).toMatchObject({ verifiedAt: expect.any(String), configuredBy: "operator" });
    expect(codes(well)).toEqual([]);
  });

  test("that a Messaging Service stands above, since the number joined it, is a warning with its name", async () => {
    const { sid: accountSid } = town.twilio;
    const { sid } = town.simulator.createService({ accountSid, friendlyName: "Campaigns", phoneNumbers: [KILN] });
    const ill = (await check()).body as unknown as Connection;
    expect(ill).toMatchObject({ status: "degraded", findings: [{ code: "caught_by_service", stopsSending: false }] });
    expect(ill.findings[0]?.message).toContain("Campaigns");
    expect((await askProvider(town, "DELETE", `/v1/Services/${sid}`)).status).toBe(204);
    expect((await check()).body).toMatchObject({ status: "active", findings: [] });
  });

  test("that was removed is a warning too, and one that was never ours is none", async () => {
    const ours = urlAtProvider() ?? "";
    pointTo("");
    expect(codes((await check()).body as unknown as Connection)).toEqual(["webhook_removed"]);
    pointTo(ours);
    const mutation = "check-webhook";
    expect((await town.passing(town.api.post(`/api/channels/${channel.id}/setup-status`, { mutation }))).status).toBe(
      200,
    );
    await town.until("the channel is well", async () => codes(await read()).length === 0);
    const phoneNumber = "+14155550191";
    town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber, smsUrl: OTHERS_APP });
    const left = await town.connect(phoneNumber, { replaceWebhook: false });
    expect((await check(left.id)).body).toMatchObject({ status: "active", findings: [] });
  });
});

test.each<[string, FaultRule]>([
  ["a server fault", { kind: "status", status: 503 }],
  ["too many requests", { kind: "status", status: 429, code: 20429 }],
  ["a cut connection", { kind: "reset_before" }],
])("the network's trouble is nobody's illness: %s keeps what was known", async (_what, fault) => {
  const told = (await eventsOf()).length;
  town.simulator.addFaults([fault]);
  await untilInVain();
  expect(await check()).toMatchObject({ status: 503, body: { code: "provider_unreachable" } });
  expect(await read()).toMatchObject({ status: "active", findings: [] });

  town.simulator.clearFaults();
  town.simulator.updateAccount(town.twilio.sid, { status: "suspended" });
  await untilItIs("restricted");
  town.simulator.addFaults([fault]);
  await untilInVain();
  expect(await read()).toMatchObject({ status: "restricted", findings: [{ code: "account_suspended" }] });
  town.simulator.clearFaults();
  town.simulator.updateAccount(town.twilio.sid, { status: "active" });
  expect((await check()).body).toMatchObject({ status: "active" });
  expect((await eventsOf()).slice(told).map(({ status }) => status)).toEqual(["restricted", "active"]);
});

test("the switch stays the person's: a channel that is off is off, whatever heals meanwhile", async () => {
  await town.api.patch(`/api/channels/${channel.id}`, { active: false });
  town.simulator.updateAccount(town.twilio.sid, { status: "suspended" });
  expect((await check()).body).toMatchObject({ status: "restricted", active: false });
  town.simulator.updateAccount(town.twilio.sid, { status: "active" });
  expect((await check()).body).toMatchObject({ status: "inactive", active: false });
  await town.api.patch(`/api/channels/${channel.id}`, { active: true });
  expect(await read()).toMatchObject({ status: "active" });
});

test("two workers look at what falls ill twice between them, because it stops, and tell once", async () => {
  await town.hireWorker();
  await leap(town, 16 * MINUTE_MS);
  await untilQuiet();
  const [before, told] = [looks().length, (await eventsOf()).length];
  const channelsHere = (await listed<Connection>(town, "/api/channels")).length;
  town.simulator.updateAccount(town.twilio.sid, { status: "suspended" });
  town.simulator.addFaults([{ kind: "latency", ms: 1500, match: { path: `${town.twilio.sid}.json` } }]);
  const since = town.clock.now();
  await leap(town, 16 * MINUTE_MS);
  await town.until("every channel is looked at", async () => {
    const seen = await asOwner(town, "select 1 from health_lanes where looked_at > $1", [since]);
    return seen.length === channelsHere;
  });
  expect(await read()).toMatchObject({ status: "restricted" });
  await leap(town, MINUTE_MS);
  await untilQuiet();
  expect(looks().length - before, "each a second time, because it stops").toBe(2 * channelsHere);
  expect((await eventsOf()).slice(told)).toMatchObject([{ status: "restricted" }]);
  town.simulator.updateAccount(town.twilio.sid, { status: "active" });
  town.simulator.clearFaults();
  await Promise.all([check(), check(), check()]);
  expect((await eventsOf()).slice(told).map(({ status }) => status)).toEqual(["restricted", "active"]);
});

/** Lets time pass until every channel has been looked at, and none is due. */
const untilQuiet = () =>
  town.until("nothing is due", async () => {
    const due = await asOwner(
      town,
      `select 1 from health_lanes l join connections c on c.id = l.connection_id
        where c.disconnected_at is null and l.due_at <= $1::timestamptz + interval '6 minutes'`,
      [town.clock.now()],
    );
    return due.length === 0;
  });
