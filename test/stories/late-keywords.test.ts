/** Keywords whose webhook was lost, found hours later: what counts is when they were written, and where that is open, the STOP. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FaultRule } from "../../simulator/faults.ts";
import { contactOf, conversationWith, heard, leap, newcomer, untilStatus, wait, write } from "../support/story.ts";
import { foundTown, KILN, type Town } from "../support/town.ts";
import { said, textUnheard, untilLookedAt } from "../support/unheard.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A number for whose keywords the provider does nothing. */
const OWN = "+14155550144";

let town: Town;
let channel: { id: string };
beforeAll(async () => {
  town = await foundTown();
  channel = await town.connect();
  town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: OWN, optOut: "off" });
  const own = await town.connect(OWN);
  await town.api.patch(`/api/channels/${own.id}`, { keywordReplies: "parley" });
});
afterAll(() => town.stop());

test("where each sender has a consent of its own, a START to one does not undo the STOP to another", async () => {
  const phone = newcomer();
  await town.text(phone, "Hello");
  await town.text(phone, "Hello", OWN);
  await town.api.patch("/api/workspace", { consentScope: "sender" });
  await textUnheard(town, phone, "STOP");
  await leap(town, 2 * MINUTE_MS);
  await town.text(phone, "START", OWN);
  await untilLookedAt(town);
  expect(await said(town, phone)).toContain("STOP");
  const again = await write(town, "Hello again", { to: phone, connectionId: channel.id });
  expect(again).toMatchObject({ status: "suppressed", from: KILN });
  await town.api.patch("/api/workspace", { consentScope: "workspace" });
});

describe("a keyword that is found late", () => {
  test("STOP ends what waits, and everything after it", async () => {
    const phone = newcomer();
    await town.text(phone, "Hello", OWN);
    const sendAt = new Date(town.clock.now().getTime() + HOUR_MS).toISOString();
    const { id } = await conversationWith(town, phone);
    const later = await write(town, "See you", { in: id, sendAt });
    await textUnheard(town, phone, "STOP", OWN);
    await untilLookedAt(town, OWN);
    expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: false });
    await untilStatus(town, later, "suppressed");
    expect((await write(town, "Still?", { in: id })).status).toBe("suppressed");
    // It is fresh enough for its one notice.
    expect(heard(town, phone)).toEqual([expect.stringMatching(/unsubscribed/)]);
  });

  test("STOP that is hours old acts too, without a notice", async () => {
    const phone = newcomer();
    await town.text(phone, "Hello", OWN);
    const away: FaultRule = { kind: "status", status: 503, match: { method: "GET", path: "/Messages.json" } };
    town.simulator.addFaults([away]);
    await textUnheard(town, phone, "STOP", OWN);
    await leap(town, 3 * HOUR_MS);
    town.simulator.clearFaults();
    await untilLookedAt(town, OWN);
    await wait(town, 30_000);
    expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: false });
    expect(heard(town, phone)).toEqual([]);
  });

  test("STOP does not stand over the START that was written after it", async () => {
    const phone = newcomer();
    await textUnheard(town, phone, "STOP", OWN);
    await leap(town, MINUTE_MS);
    await town.text(phone, "START", OWN);
    await untilLookedAt(town, OWN);
    expect(await said(town, phone)).toContain("STOP");
    expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: true });
  });

  test("START does not stand over the STOP that was written after it", async () => {
    const phone = newcomer();
    await textUnheard(town, phone, "START", OWN);
    await leap(town, MINUTE_MS);
    await town.text(phone, "STOP", OWN);
    await untilLookedAt(town, OWN);
    expect(await said(town, phone)).toContain("START");
    expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: false });
  });

  test("STOP stands over the START that was written before it, though both are found late", async () => {
    const phone = newcomer();
    await textUnheard(town, phone, "START", OWN);
    await textUnheard(town, phone, "STOP", OWN);
    await leap(town, MINUTE_MS);
    await untilLookedAt(town, OWN);
    expect(await said(town, phone)).toEqual(expect.arrayContaining(["START", "STOP"]));
    expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: false });
  });

  test("START stands over the STOP that was written before it, though both are found late", async () => {
    const phone = newcomer();
    await textUnheard(town, phone, "STOP", OWN);
    await leap(town, MINUTE_MS);
    await textUnheard(town, phone, "START", OWN);
    await untilLookedAt(town, OWN);
    expect(await said(town, phone)).toEqual(expect.arrayContaining(["START", "STOP"]));
    expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: true });
  });

  test("STOP stands over an opt-in that somebody else recorded after it", async () => {
    const phone = newcomer();
    await town.text(phone, "Hello", OWN);
    await textUnheard(town, phone, "STOP", OWN);
    await leap(town, MINUTE_MS);
    const { id } = await contactOf(town, phone);
    await town.api.post(`/api/contacts/${id}/consent`, { channel: "sms", action: "opt_in", source: "form" });
    expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: true });
    await untilLookedAt(town, OWN);
    expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: false });
  });
});
