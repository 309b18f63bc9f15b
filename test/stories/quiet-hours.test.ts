/** What nobody asked for waits for the recipient's day and for room under the caps, and passes the gate again when its time comes. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Message } from "../../contract/messages.ts";
import { workspaceOf } from "../support/people.ts";
import { asOwner } from "../support/sql.ts";
import {
  ask,
  contactOf,
  heard,
  openWith,
  readMessage,
  sendRequests,
  setPace,
  untilStatus,
  wait,
  write,
} from "../support/story.ts";
import { foundTown, type Town } from "../support/town.ts";

const NEW_YORK = "America/New_York";
const HOUR_MS = 60 * 60 * 1000;

let town: Town;
let channel: { id: string };
beforeAll(async () => {
  // Friday 20 November 2026, 10:00 in New York.
  town = await foundTown({}, undefined, new Date("2026-11-20T15:00:00.000Z"));
  channel = await town.connect();
  await setPace(town, channel, 100);
});
afterAll(() => town.stop());
beforeEach(() => town.api.patch("/api/consent/rules", RULES));

const wholeDay = { from: "08:00", to: "21:00" };
const RULES = {
  quietHours: { weekdays: wholeDay, saturday: wholeDay, sunday: wholeDay },
  caps: {
    automated: { perHour: null, perDay: null, perWeek: null },
    marketing: { perHour: null, perDay: null, perWeek: null },
  },
};

let people = 0;
/** Somebody with a number of this area who said yes to texts; Georgia has no rule of its own. */
async function optedIn(area = "404", attributes: Record<string, unknown> = {}): Promise<string> {
  people += 1;
  const phone = `+1${area}555${String(people).padStart(4, "0")}`;
  const { status } = await town.api.post("/api/contacts", { phone, smsOptedIn: true, attributes });
  expect(status).toBe(201);
  return phone;
}

/** Goes to the next such time, by the clocks of New York. */
async function until(time: string, zone = NEW_YORK): Promise<void> {
  const now = Temporal.Instant.fromEpochMilliseconds(town.clock.now().getTime()).toZonedDateTimeISO(zone);
  const today = now.withPlainTime(time);
  const then = Temporal.ZonedDateTime.compare(today, now) > 0 ? today : today.add({ days: 1 });
  town.clock.advance(then.epochMilliseconds - now.epochMilliseconds);
  await wait(town, 100);
}

const inZone = (iso: string | null, zone = NEW_YORK) =>
  iso && Temporal.Instant.from(iso).toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: "minute" });
const today = () => inZone(town.clock.now().toISOString())?.slice(0, 10) ?? "";
const tomorrow = () => Temporal.PlainDate.from(today()).add({ days: 1 }).toString();

const marketing = (to: string, more: Record<string, unknown> = {}): Promise<Message> =>
  write(town, "Our winter sale begins.", { to, kind: "marketing", ...more });
const mayReach = async (to: string, kind = "marketing") =>
  (await town.api.get(`/api/consent/may-send?to=${encodeURIComponent(to)}&kind=${kind}`)).body as {
    allowed: boolean;
    reasons: Array<{ code: string; message: string; until?: string }>;
  };

test("what is still in the queue when their day ends waits for the next one, though it was allowed when it was written", async () => {
  await until("20:58");
  await setPace(town, channel, 1 / 60);
  const [first, second, third] = [await optedIn(), await optedIn(), await optedIn()];
  const sent = [await marketing(first), await marketing(second), await marketing(third)];
  for (const each of sent) expect(each.status).toBe("queued");
  await untilStatus(town, sent[0] as Message, "delivered");
  await until("21:00");
  for (const each of sent.slice(1)) {
    await town.pass(60_000);
    const { status, sendAt, reason } = await readMessage(town, each.id);
    if (status === "delivered") continue; // it left in the last minute of the day
    expect(reason).toMatchObject({ code: "quiet_hours" });
    expect([status, inZone(sendAt)]).toEqual(["scheduled", `${tomorrow()}T08:00`]);
  }
  expect(heard(town, third)).toEqual([]);
  await setPace(town, channel, 100);
  await until("08:00");
  await untilStatus(town, sent[2] as Message, "delivered");
});

describe("in the night", () => {
  beforeEach(() => until("22:00"));

  test("marketing and automated words wait for 8:00 where they are, and leave then", async () => {
    const phone = await optedIn();
    for (const kind of ["marketing", "automated"]) {
      const message = await write(town, `Of the kind ${kind}`, { to: phone, kind });
      expect(message).toMatchObject({ status: "scheduled", reason: { code: "quiet_hours" }, attempts: [] });
      expect(message.reason?.message).toContain("it is 22:00 in New York");
      expect(inZone(message.sendAt)).toBe(`${tomorrow()}T08:00`);
      expect((await mayReach(phone, kind)).reasons).toMatchObject([{ code: "quiet_hours", until: message.sendAt }]);
    }
    await until("07:59");
    await wait(town, 30_000);
    expect(sendRequests(town, phone)).toEqual([]);
    await until("08:00");
    await town.until("both arrived", () => heard(town, phone).length === 2);
    expect(
      sendRequests(town, phone).every(
        (each) => inZone(new Date(Number(each.receivedAt)).toISOString()) === `${today()}T08:00`,
      ),
    ).toBe(true);
  });

  test("an answer to somebody who wrote, and one person's words to another, leave at once", async () => {
    const phone = await optedIn();
    await town.text(phone, "Are you open tomorrow?");
    const reply = await write(town, "From ten on.", { to: phone, kind: "reply" });
    const service = await write(town, "Your bowl is ready.", { to: await optedIn(), kind: "service" });
    expect([reply.status, service.status]).toEqual(["queued", "queued"]);
    await untilStatus(town, reply, "delivered");
    await untilStatus(town, service, "delivered");
    expect((await mayReach(phone, "reply")).allowed).toBe(true);
  });

  test("a STOP in the night ends what waits for the morning", async () => {
    const phone = await optedIn();
    const message = await marketing(phone);
    await town.text(phone, "STOP");
    expect(await readMessage(town, message.id)).toMatchObject({ status: "suppressed", reason: { code: "opted_out" } });
    await until("08:01");
    await wait(town, 5000);
    expect(sendRequests(town, phone)).toEqual([]);
  });

  test("what waits can be taken back", async () => {
    const phone = await optedIn();
    const message = await marketing(phone);
    expect((await town.api.post(`/api/messages/${message.id}/cancel`)).body.status).toBe("canceled");
    await until("08:01");
    await wait(town, 5000);
    expect(sendRequests(town, phone)).toEqual([]);
  });

  test("nobody lets it go before: moved to now, it goes on waiting", async () => {
    const message = await marketing(await optedIn());
    const moved = await town.api.patch(`/api/messages/${message.id}`, { sendAt: null });
    expect(moved.body).toMatchObject({ status: "scheduled", sendAt: message.sendAt, reason: { code: "quiet_hours" } });
  });

  test("a time that was chosen in the night is put off to the morning", async () => {
    const phone = await optedIn();
    const sendAt = new Date(town.clock.now().getTime() + 5 * HOUR_MS).toISOString();
    const message = await marketing(phone, { sendAt });
    expect(message).toMatchObject({ status: "scheduled", reason: { code: "quiet_hours" } });
    expect(inZone(message.sendAt)).toBe(`${tomorrow()}T08:00`);
  });
});

describe("by places", () => {
  test("from one office, each at their own morning: New York, Texas, California, France", async () => {
    do await until("07:00");
    while (Temporal.PlainDate.from(today()).dayOfWeek > 5);
    const california = await optedIn("415");
    const texas = await optedIn("214");
    const moved = await optedIn("404", { state: "CA" });
    const paris = `+3361234${String(1000 + people)}`;
    await town.api.post("/api/contacts", { phone: paris, smsOptedIn: true });
    const opens = async (phone: string) => inZone((await marketing(phone)).sendAt);
    expect(await opens(await optedIn())).toBe(`${today()}T08:00`);
    expect(await opens(texas)).toBe(`${today()}T10:00`);
    expect(await opens(california)).toBe(`${today()}T12:00`);
    expect(await opens(moved)).toBe(`${today()}T12:00`);
    expect((await mayReach(paris)).reasons.map((each) => each.code)).toEqual([]); // 13:00 there
  });

  test("an unknown place gets nothing unasked, and is asked about", async () => {
    await until("12:00");
    const phone = "+18005550123";
    await town.api.post("/api/contacts", { phone, smsOptedIn: true });
    const refused = await ask(town, "Sale!", { to: phone, kind: "marketing" });
    expect(refused).toMatchObject({ status: 422, body: { code: "unknown_area" } });
    expect(String(refused.body.detail)).toContain("timeZone");
    expect((await write(town, "Your bowl is ready.", { to: phone })).status).toBe("queued");

    const { id } = await contactOf(town, phone);
    await town.api.patch(`/api/contacts/${id}`, { attributes: { timeZone: NEW_YORK } });
    expect((await mayReach(phone)).reasons.map((each) => each.code)).not.toContain("unknown_area");
  });
});

describe("when its time comes, everything is asked again", () => {
  const later = (hours: number) => new Date(town.clock.now().getTime() + hours * HOUR_MS).toISOString();

  test("whether they still may be reached at that hour, by the rules of then", async () => {
    await until("10:00");
    const phone = await optedIn();
    const message = await marketing(phone, { sendAt: later(2) });
    expect(message).toMatchObject({ status: "scheduled", reason: null });
    const evening = { from: "18:00", to: "20:00" };
    await town.api.patch("/api/consent/rules", {
      quietHours: { weekdays: evening, saturday: evening, sunday: evening },
    });
    await until("12:00");
    const held = await town.until("it is held", async () => {
      const found = await readMessage(town, message.id);
      return found.reason && found;
    });
    expect(held).toMatchObject({ status: "scheduled", reason: { code: "quiet_hours" } });
    expect(inZone(held.sendAt)).toBe(`${today()}T18:00`);
    await until("18:00");
    await untilStatus(town, message, "delivered");
  });

  test("whether they opted out by another way meanwhile, though the suppression was made behind our back", async () => {
    await until("10:00");
    const phone = await optedIn();
    const message = await write(town, "Hello", { to: phone, sendAt: later(1) });
    await asOwner(
      town,
      `insert into suppressions (workspace_id, channel, address_hash, sender, source, created_at)
         select workspace_id, channel, address_hash, '*', 'api', created_at from messages where id = $1`,
      [message.id],
    );
    await until("11:00");
    expect(await untilStatus(town, message, "suppressed")).toMatchObject({
      reason: { code: "opted_out" },
      attempts: [],
    });
  });

  test("whether they still agree: an opt-in that is gone holds for nothing", async () => {
    await until("10:00");
    const phone = await optedIn();
    const message = await marketing(phone, { sendAt: later(1) });
    await asOwner(town, "update consent_states set opted_in = null where workspace_id = $1", [await workspaceOf(town)]);
    await until("11:00");
    expect(await untilStatus(town, message, "failed")).toMatchObject({ reason: { code: "no_consent" }, attempts: [] });
  });

  test("whether the number may send", async () => {
    await until("10:00");
    const message = await write(town, "Hello", { to: await optedIn(), sendAt: later(1) });
    await town.api.patch(`/api/channels/${channel.id}`, { active: false });
    await until("11:00");
    expect(await untilStatus(town, message, "failed")).toMatchObject({ reason: { code: "channel_inactive" } });
    await town.api.patch(`/api/channels/${channel.id}`, { active: true });
  });

  test("by one of several workers, once", async () => {
    await until("10:00");
    await town.hireWorker();
    const phones = await Promise.all(Array.from({ length: 20 }, () => optedIn()));
    const sendAt = later(1);
    for (const phone of phones) await marketing(phone, { sendAt });
    await until("11:00");
    await town.until("all have it", () => phones.every((phone) => heard(town, phone).length > 0));
    await wait(town, 3000);
    expect(phones.map((phone) => sendRequests(town, phone).length)).toEqual(phones.map(() => 1));
  });
});

describe("caps", () => {
  const cap = (marketing: Record<string, number | null>) =>
    town.api.patch("/api/consent/rules", { caps: { marketing } });
  beforeEach(() => until("09:00"));

  test("the third within a day waits until the first is a day old, and for the morning then", async () => {
    await cap({ perDay: 2 });
    const phone = await optedIn();
    const first = await untilStatus(town, await marketing(phone), "delivered");
    await until("10:00");
    await untilStatus(town, await marketing(phone), "delivered");
    const third = await marketing(phone);
    expect(third).toMatchObject({ status: "scheduled", reason: { code: "frequency_cap" } });
    expect(third.sendAt).toBe(new Date(Date.parse(first.createdAt) + 24 * HOUR_MS).toISOString());
    expect(third.reason?.message).toContain("2 of this kind in 24 hours");
    await until("08:59");
    await wait(town, 30_000);
    expect(heard(town, phone)).toHaveLength(2);
    await until("09:05");
    await untilStatus(town, third, "delivered");
  });

  test("where the cap frees in the night, the morning is waited for too", async () => {
    await cap({ perHour: 1 });
    await until("20:30");
    const phone = await optedIn();
    await untilStatus(town, await marketing(phone), "delivered");
    const { reasons } = await mayReach(phone);
    const second = await marketing(phone);
    for (const time of [second.sendAt, reasons[0]?.until ?? null]) expect(inZone(time)).toBe(`${tomorrow()}T08:00`);
    expect(reasons.map((each) => each.code)).toEqual(["frequency_cap"]);
    // The second is there already when the third is asked for.
    expect(inZone((await marketing(phone)).sendAt)).toBe(`${tomorrow()}T09:00`);
  });

  test("each kind has its own, and what was asked for is not counted", async () => {
    await cap({ perDay: 1 });
    const phone = await optedIn();
    await town.text(phone, "Hello?");
    await marketing(phone);
    for (const kind of ["automated", "service", "reply"])
      expect((await write(town, "One of another kind", { to: phone, kind })).status).toBe("queued");
    expect((await marketing(phone)).status).toBe("scheduled");
  });

  test("what never left is not counted, nor what went to somebody else", async () => {
    await cap({ perDay: 1 });
    const [phone, other] = [await optedIn(), await optedIn()];
    const taken = await marketing(phone, { sendAt: new Date(town.clock.now().getTime() + HOUR_MS).toISOString() });
    await town.api.post(`/api/messages/${taken.id}/cancel`);
    expect((await marketing(phone)).status).toBe("queued");
    expect((await marketing(other)).status).toBe("queued");
  });

  test("the law of Florida counts both kinds from all numbers, whatever we allow", async () => {
    const phone = await optedIn("305");
    for (const kind of ["marketing", "automated", "marketing"])
      expect((await write(town, "Of some kind", { to: phone, kind })).status).toBe("queued");
    const fourth = await write(town, "The fourth", { to: phone, kind: "automated" });
    expect(fourth).toMatchObject({ status: "scheduled", reason: { code: "frequency_cap" } });
    expect(fourth.reason?.message).toContain("Florida is 3 in 24 hours");
  });

  test("two at once don't both find the last room", async () => {
    await cap({ perDay: 1 });
    const phone = await optedIn();
    const resolved = await openWith(town, phone);
    await town.api.patch(`/api/conversations/${resolved}`, { status: "RESOLVED" });
    const open = await openWith(town, phone);
    expect(open).not.toBe(resolved);
    const all = await Promise.all([open, resolved, open, resolved].map((each) => marketing(phone, { in: each })));
    expect(all.map((each) => each.status).sort()).toEqual(["queued", "scheduled", "scheduled", "scheduled"]);
  });
});

describe("it fails closed", () => {
  test("rules that can't be read let nothing unasked through, and hold back no answer", async () => {
    await until("12:00");
    const phone = await optedIn();
    await asOwner(town, `update sending_rules set quiet_hours = '{"weekdays": "always"}'`);
    expect(await ask(town, "Sale!", { to: phone, kind: "marketing" })).toMatchObject({
      status: 422,
      body: { code: "rules_unreadable" },
    });
    expect((await mayReach(phone)).reasons.map((each) => each.code)).toEqual(["rules_unreadable"]);
    expect((await write(town, "Your bowl is ready.", { to: phone })).status).toBe("queued");
    await asOwner(town, "delete from sending_rules");
    expect((await marketing(phone)).status).toBe("queued");
  });

  test("quiet hours without an end refuse instead of waiting for ever", async () => {
    await until("12:00");
    await town.api.patch("/api/consent/rules", { quietHours: { weekdays: null, saturday: null, sunday: null } });
    const refused = await ask(town, "Sale!", { to: await optedIn(), kind: "marketing" });
    expect(refused).toMatchObject({ status: 422, body: { code: "no_allowed_time" } });
  });
});

describe("the rules", () => {
  test("are shown with every law, its source and its days, and the defaults where nothing was set", async () => {
    await asOwner(town, "delete from sending_rules");
    const { body } = await town.api.get("/api/consent/rules");
    expect(body).toMatchObject({
      quietHours: { weekdays: { from: "08:00", to: "21:00" }, sunday: { from: "08:00", to: "21:00" } },
      caps: { marketing: { perHour: 1, perDay: 3, perWeek: null } },
    });
    const laws = body.laws as Array<{ id: string; source: string }>;
    expect(laws.find((law) => law.id === "us-fl")).toMatchObject({
      jurisdiction: "US-FL",
      weekdays: { from: "08:00", to: "20:00" },
      cap: { count: 3, hours: 24 },
      source: expect.stringContaining("flsenate.gov"),
    });
  });

  test("are changed one by one, and a day that ends before it begins is refused by its field", async () => {
    const sunday = { from: "12:00", to: "20:00" };
    await town.api.patch("/api/consent/rules", { quietHours: { sunday } });
    const { body } = await town.api.patch("/api/consent/rules", { caps: { marketing: { perWeek: 4 } } });
    expect(body).toMatchObject({ quietHours: { sunday, saturday: wholeDay }, caps: { marketing: { perWeek: 4 } } });
    const refused = await town.api.patch("/api/consent/rules", {
      quietHours: { sunday: { from: "20:00", to: "12:00" } },
    });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ path: "quietHours.sunday" }] } });
  });
});
