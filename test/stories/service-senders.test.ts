/** What an account's Messaging Services mean to the looks at it: senders that no other list has, and texts that they catch. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Connection } from "../../contract/channels.ts";
import { askProvider } from "../support/provider.ts";
import { asOwner } from "../support/sql.ts";
import { leap, newcomer, openWith, thread, untilStatus, write } from "../support/story.ts";
import { foundTown, type Town } from "../support/town.ts";

const MINUTE_MS = 60_000;
const MEMBER = "+14155550192";
const SHORT_CODE = "54321";
const ANOTHER_CODE = "65432";
const ABROAD = "+447700900123";

let town: Town;
beforeAll(async () => {
  town = await foundTown();
});
afterAll(() => town.stop());

/** What somebody does with a Messaging Service in the provider's console. */
const atService = (method: "POST" | "DELETE", path: string, form?: Record<string, string>) =>
  askProvider(town, method, `/v1/Services/${path}`, form);

/** Connects a service of these numbers; answers its channel and its SID. */
async function connectService(phoneNumbers: string[]): Promise<{ channel: Connection; sid: string }> {
  const { sid: accountSid, authToken } = town.twilio;
  const { sid } = town.simulator.createService({ accountSid, phoneNumbers });
  const body = { accountSid, authToken, messagingServiceSid: sid };
  const { body: channel } = await town.passing(town.api.post("/api/channels/sms/connect", body));
  return { channel: channel as unknown as Connection, sid };
}

const addNumber = (phoneNumber: string) => town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber });

test("a service stops only without any sender, and where it is gone: a short code or a name is one too", async () => {
  const member = addNumber(MEMBER);
  const shortCode = addNumber(SHORT_CODE);
  const { channel, sid } = await connectService([MEMBER, SHORT_CODE]);
  const check = async () => (await town.passing(town.api.post(`/api/channels/${channel.id}/check-health`, {}))).body;
  expect(await check()).toMatchObject({ status: "active", findings: [] });
  expect((await atService("DELETE", `${sid}/PhoneNumbers/${member.sid}`)).status).toBe(204);
  expect(await check()).toMatchObject({ status: "active", findings: [] });

  const added = await atService("POST", `${sid}/AlphaSenders`, { AlphaSender: "Kiln" });
  const name = (await added.json()) as { sid: string };
  expect((await atService("DELETE", `${sid}/ShortCodes/${shortCode.sid}`)).status).toBe(204);
  expect(await check()).toMatchObject({ status: "active", findings: [] });
  const conversation = await openWith(town, ABROAD, { connectionId: channel.id });
  await untilStatus(town, await write(town, "From a name", { in: conversation }), "delivered");
  expect(town.received(ABROAD)).toMatchObject([{ body: "From a name", with: "Kiln" }]);

  expect((await atService("DELETE", `${sid}/AlphaSenders/${name.sid}`)).status).toBe(204);
  expect(await check()).toMatchObject({ status: "error", findings: [{ code: "service_empty" }] });
  expect((await atService("DELETE", sid)).status).toBe(204);
  expect(await check()).toMatchObject({ status: "reclaimed", findings: [{ code: "service_gone" }] });
  expect((await town.passing(town.api.delete(`/api/channels/${channel.id}`))).status).toBe(200);
});

test("a text to a service's short code that Parley never heard of is found in its list", async () => {
  addNumber(ANOTHER_CODE);
  const { channel } = await connectService([ANOTHER_CODE]);
  expect(channel).toMatchObject({ status: "active", mps: 100 });
  const phone = newcomer();
  town.simulator.addFaults([{ kind: "callback_dropped", match: { webhook: "inbound", from: phone } }]);
  await town.passing(town.simulator.text({ from: phone, to: ANOTHER_CODE, body: "JOIN the workshop" }));
  await town.until("it was brought in", async () => {
    town.clock.advance(MINUTE_MS);
    return (await asOwner(town, "select 1 from messages where from_address = $1", [phone])).length > 0;
  });
  expect(await thread(town, phone)).toMatchObject([
    { content: "JOIN the workshop", to: ANOTHER_CODE, connectionId: channel.id },
  ]);
});

test("what catches texts is asked once for all the numbers of an account that are looked at together", async () => {
  const { sid: accountSid } = town.twilio;
  const lines = ["+14155550161", "+14155550162", "+14155550163"];
  for (const line of lines) {
    addNumber(line);
    await town.connect(line);
  }
  addNumber("+14155550164");
  const catcher = town.simulator.createService({ accountSid, phoneNumbers: ["+14155550164"] });
  const since = town.simulator.requests().at(-1)?.seq ?? 0;
  await leap(town, 16 * MINUTE_MS);
  const asked = (path: string) =>
    town.simulator.requests({ since }).filter((each) => each.method === "GET" && each.path.endsWith(path)).length;
  await town.until("they have all been looked at", async () => {
    const due = await asOwner(
      town,
      `select 1 from health_lanes l join connections c on c.id = l.connection_id
        where c.disconnected_at is null and (l.looked_at is null or l.looked_at < $1)`,
      [new Date(town.clock.now().getTime() - 10 * MINUTE_MS)],
    );
    return due.length === 0 && asked(`/Accounts/${accountSid}.json`) > lines.length;
  });
  expect([asked("/v1/Services"), asked(`/${catcher.sid}/PhoneNumbers`)]).toEqual([1, 1]);
});
