/** What the provider has and we have not is found in its list, brought in where it belongs, and acted on. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Connection } from "../../contract/channels.ts";
import type { FaultRule } from "../../simulator/faults.ts";
import { asOwner } from "../support/sql.ts";
import { conversationWith, heard, leap, newcomer, sendRequests, thread, wait } from "../support/story.ts";
import { foundTown, KILN, type Town } from "../support/town.ts";
import { said, textUnheard, untilLookedAt } from "../support/unheard.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let town: Town;
let channel: { id: string };
beforeAll(async () => {
  town = await foundTown();
  const base = (await town.api.post("/api/knowledge-bases", { name: "Studio" })).body.id;
  await town.api.post(`/api/knowledge-bases/${base}/sources`, {
    kind: "pair",
    question: "When are you open?",
    answer: "From ten to four.",
  });
  const agent = (await town.api.post("/api/agents", { name: "Clay", knowledgeBaseIds: [base] })).body.id;
  channel = await town.connect(KILN, { agentId: agent });
});
afterAll(() => town.stop());

const inboundOf = async (id = channel.id) =>
  ((await town.api.get(`/api/channels/${id}`)).body as unknown as Connection).inbound;
describe("a text that can't be stored", () => {
  const refuse = (which: string) =>
    asOwner(
      town,
      `create or replace function refuse_clay() returns trigger language plpgsql as $$ begin raise 'no clay'; end $$;
       create or replace trigger refuse_clay before insert on messages for each row when (new.content ~ '${which}') execute function refuse_clay()`,
    );
  const takeAll = () => asOwner(town, "drop trigger refuse_clay on messages");
  /** Lets the looks come round: what has failed often is tried every hour. */
  async function untilMissing(count: number): Promise<void> {
    for (let looked = 0; looked < 40 && (await inboundOf()).missing !== count; looked++) await untilLookedAt(town);
    expect((await inboundOf()).missing).toBe(count);
  }

  test("is said to be missing, tried again, and keeps none that came after it out, however long that lasts", async () => {
    await refuse("^Clay!$");
    const [stuck, later] = [newcomer(), newcomer()];
    await textUnheard(town, stuck, "Clay!");
    await untilLookedAt(town);
    expect((await inboundOf()).missing).toBe(1);
    await leap(town, 3 * HOUR_MS);
    await untilLookedAt(town);
    await textUnheard(town, later, "Are you there?");
    await untilLookedAt(town);
    expect(await said(town, later)).toContain("Are you there?");
    expect((await inboundOf()).missing).toBe(1);

    await takeAll();
    await untilMissing(0);
    expect(await said(town, stuck)).toEqual(["Clay!"]);
  });

  test("waits for no others, of which there are many that never can be", async () => {
    await refuse("^Clay");
    for (let n = 0; n < 20; n++) await textUnheard(town, newcomer(), `Clay ${n}`);
    await leap(town, 2000); // the provider's times are whole seconds
    const phone = newcomer();
    await textUnheard(town, phone, "Clay, please");
    await untilLookedAt(town);
    expect((await inboundOf()).missing).toBe(21);
    await leap(town, 3 * HOUR_MS);
    await untilLookedAt(town);
    await refuse("^Clay [0-9]");
    await untilMissing(20);
    expect(await said(town, phone)).toEqual(["Clay, please"]);

    await takeAll();
    await untilMissing(0);
  });
});

describe("a text whose webhook was lost", () => {
  test("is found, once, and answered while it is fresh", async () => {
    const phone = newcomer();
    await textUnheard(town, phone, "When are you open?");
    expect((await town.api.get(`/api/contacts?phone=${encodeURIComponent(phone)}`)).body.items).toEqual([]);
    await untilLookedAt(town);
    await town.until("it is answered", () => heard(town, phone).length > 0);
    await untilLookedAt(town);
    expect(await said(town, phone)).toEqual(["When are you open?", "From ten to four."]);
    expect(await conversationWith(town, phone)).toMatchObject({ unreadCount: 1, status: "AI_ACTIVE" });
  });

  test("is shown by its own time, and counted on the channel", async () => {
    const phone = newcomer();
    const late = (await inboundOf()).late;
    const at = town.clock.now().getTime();
    await textUnheard(town, phone, "Hello?");
    await untilLookedAt(town);
    const [message] = await thread(town, phone);
    expect(Math.abs(Date.parse(message?.createdAt ?? "") - at)).toBeLessThan(5000);
    expect(await inboundOf()).toEqual({ by: "webhook", everySeconds: 300, missing: 0, late: late + 1 });
    await leap(town, 25 * HOUR_MS);
    await untilLookedAt(town);
    expect(await inboundOf()).toEqual({ by: "webhook", everySeconds: 300, missing: 0, late: 0 });
  });

  test("comes between the texts that were heard before and after it", async () => {
    const phone = newcomer();
    await town.text(phone, "One");
    await textUnheard(town, phone, "Two");
    await textUnheard(town, phone, "Three");
    await town.text(phone, "Four");
    await textUnheard(town, phone, "Five");
    expect(await said(town, phone)).toEqual(["One", "Four"]);
    const { lastActivityAt } = await conversationWith(town, phone);
    await untilLookedAt(town);
    const inbound = (await thread(town, phone)).filter((each) => each.direction === "inbound");
    expect(inbound.map((each) => each.content)).toEqual(["One", "Two", "Three", "Four", "Five"]);
    const times = inbound.map((each) => each.createdAt);
    expect(times).toEqual([...times].sort());
    const conversation = await conversationWith(town, phone);
    expect(conversation.unreadCount).toBe(5);
    expect(conversation.lastActivityAt > lastActivityAt).toBe(true);
  });

  test("does not take the place of a later one as the last of its conversation", async () => {
    const phone = newcomer();
    await textUnheard(town, phone, "Earlier");
    await leap(town, 2 * MINUTE_MS);
    await town.text(phone, "Later");
    await untilLookedAt(town);
    expect((await conversationWith(town, phone)).lastMessage?.content).not.toBe("Earlier");
  });

  test("comes with its pictures", async () => {
    const phone = newcomer();
    const bytes = Buffer.from("\xff\xd8\xff\xe0 a bowl", "latin1");
    await textUnheard(town, phone, "", KILN, [{ contentType: "image/jpeg", bytes }]);
    await untilLookedAt(town);
    await town.until("the picture is here", async () => (await thread(town, phone))[0]?.media[0]?.state === "stored");
  });

  test("older than fifteen minutes is not answered by itself any more", async () => {
    const phone = newcomer();
    const away: FaultRule = { kind: "status", status: 503, match: { method: "GET", path: "/Messages.json" } };
    town.simulator.addFaults([away]);
    await textUnheard(town, phone, "When are you open?");
    await leap(town, 20 * MINUTE_MS);
    town.simulator.clearFaults();
    await untilLookedAt(town);
    await wait(town, 30_000);
    expect(await said(town, phone)).toEqual(["When are you open?"]);
    expect(await conversationWith(town, phone)).toMatchObject({ unreadCount: 1 });
    // The next one is answered as ever.
    await town.text(phone, "When are you open?");
    await town.until("it is answered", () => heard(town, phone).length > 0);
  });

  test("to a number that is switched off is stored and not answered", async () => {
    await town.api.patch(`/api/channels/${channel.id}`, { active: false });
    const phone = newcomer();
    await textUnheard(town, phone, "When are you open?");
    await untilLookedAt(town);
    await wait(town, 30_000);
    expect(await said(town, phone)).toEqual(["When are you open?"]);
    await town.api.patch(`/api/channels/${channel.id}`, { active: true });
  });

  test("whose webhook comes after all is not stored a second time", async () => {
    const phone = newcomer();
    town.simulator.addFaults([
      { kind: "callback_delayed", ms: 20 * MINUTE_MS, times: 1, match: { webhook: "inbound", from: phone } },
    ]);
    const texting = town.simulator.text({ from: phone, to: KILN, body: "When are you open?" });
    await untilLookedAt(town);
    await town.until("it is answered", () => heard(town, phone).length > 0);
    await leap(town, 20 * MINUTE_MS);
    expect((await town.passing(texting)).webhook?.attempts.at(-1)?.status).toBe(200);
    await wait(town, 30_000);
    expect(await said(town, phone)).toEqual(["When are you open?", "From ten to four."]);
  });
});

describe("the look at the list", () => {
  test("that breaks off counts for nothing: the next one finds everything", async () => {
    const phones = Array.from({ length: 3 }, () => newcomer());
    for (const phone of phones) await textUnheard(town, phone, "Hello");
    const cut: FaultRule = {
      kind: "reset_after",
      times: 1,
      match: { method: "GET", path: "/Messages.json", to: KILN },
    };
    town.simulator.addFaults([cut]);
    await untilLookedAt(town);
    await leap(town, MINUTE_MS);
    await town.until("all are here", async () => {
      const found = await asOwner(town, "select 1 from messages where from_address = any($1)", [phones]);
      return found.length === phones.length;
    });
    expect((await inboundOf()).missing).toBe(0);
  });

  test("says that it does not know where the provider can't be asked, and knows again after", async () => {
    const away: FaultRule = { kind: "status", status: 500, match: { method: "GET", path: "/Messages.json" } };
    town.simulator.addFaults([away]);
    for (let tries = 0; tries < 5; tries++) await leap(town, 10 * MINUTE_MS);
    await town.until("it says so", async () => (await inboundOf()).missing === null);
    town.simulator.clearFaults();
    for (let tries = 0; tries < 2; tries++) await leap(town, 15 * MINUTE_MS);
    await town.until("it knows again", async () => (await inboundOf()).missing === 0);
  });

  test("of one account waits for no other", async () => {
    const number = "+14155550171";
    const slow = town.simulator.createAccount({ friendlyName: "Slow" });
    town.simulator.addNumber({ accountSid: slow.sid, phoneNumber: number });
    await town.connect(number, { accountSid: slow.sid, authToken: slow.authToken });
    town.simulator.addFaults([{ kind: "reset_before", match: { account: slow.sid, path: "/Messages.json" } }]);
    const phone = newcomer();
    await textUnheard(town, phone, "Hello");
    await untilLookedAt(town);
    expect((await said(town, phone))[0]).toBe("Hello");
    town.simulator.clearFaults();
  });

  test("begins when the number is connected: what was there before is not ours", async () => {
    const number = "+14155550172";
    town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber: number });
    const [before, after] = [newcomer(), newcomer()];
    await town.passing(town.simulator.text({ from: before, to: number, body: "Before" }));
    await leap(town, 2000);
    await town.connect(number);
    await leap(town, 2000);
    await textUnheard(town, after, "After", number);
    await untilLookedAt(town, number);
    expect(await said(town, after)).toEqual(["After"]);
    expect((await town.api.get(`/api/contacts?phone=${encodeURIComponent(before)}`)).body.items).toEqual([]);
  });

  test("of a Messaging Service is at the lists of its numbers", async () => {
    const numbers = ["+14155550173", "+14155550174"];
    for (const phoneNumber of numbers) town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber });
    const { sid } = town.simulator.createService({
      accountSid: town.twilio.sid,
      friendlyName: "Kiln",
      phoneNumbers: numbers,
    });
    const { authToken } = town.twilio;
    const connected = await town.passing(
      town.api.post("/api/channels/sms/connect", { accountSid: town.twilio.sid, authToken, messagingServiceSid: sid }),
    );
    const phone = newcomer();
    for (const number of numbers) await textUnheard(town, phone, `To ${number}`, number);
    await untilLookedAt(town, sid);
    expect(await thread(town, phone)).toMatchObject(
      numbers.map((to) => ({ content: `To ${to}`, to, connectionId: connected.body.id })),
    );
  });
});

test("after a start, what came in meanwhile is found at once, in slices, however long it was", async () => {
  const phones = Array.from({ length: 4 }, () => newcomer());
  await town.passing(town.house.stop());
  for (const phone of phones) {
    await textUnheard(town, phone, "Anybody there?");
    town.clock.advance(3 * HOUR_MS);
  }
  await town.restart();
  await town.until("all of them are here", async () => {
    const found = await asOwner(town, "select 1 from messages where from_address = any($1)", [phones]);
    return found.length === phones.length;
  });
  await wait(town, 30_000);
  for (const phone of phones) expect(await said(town, phone)).toEqual(["Anybody there?"]);
  expect(sendRequests(town, phones[0])).toEqual([]);
});
