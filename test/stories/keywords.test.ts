/** Keywords: what STOP, START, YES and HELP do to a person's consent and to what waits for them. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { asOwner } from "../support/sql.ts";
import {
  consentOf,
  contactOf,
  heard,
  leap,
  listed,
  newcomer,
  openWith,
  readMessage,
  sendRequests,
  setPace,
  thread,
  untilStatus,
  wait,
  write,
} from "../support/story.ts";
import { foundTown, KILN, type Town } from "../support/town.ts";

let town: Town;
let channel: { id: string };
beforeAll(async () => {
  town = await foundTown();
  channel = await town.connect();
  await setPace(town, channel, 100);
});
afterAll(() => town.stop());

test.each(["STOP", "stop", " Stop. ", "sToP!", "S.T.O.P", "unsubscribe", "QUIT", "opt out"])(
  "%j alone ends the texts to a person, with the proof kept",
  async (words) => {
    const phone = newcomer();
    const { messageSid, status } = await town.text(phone, words);
    expect(status).toBe(200);

    const contact = await contactOf(town, phone);
    expect(contact).toMatchObject({
      smsOptedIn: false,
      optedIn: null,
      suppressions: [{ channel: "sms", address: phone, sender: KILN, source: "keyword" }],
    });
    expect(Date.parse(contact.smsOptOutDate ?? "")).toBeGreaterThan(0);
    const [message] = await thread(town, phone);
    expect(message).toMatchObject({ direction: "inbound", content: words, providerSid: messageSid });
    expect(await consentOf(town, phone)).toMatchObject([
      {
        channel: "sms",
        action: "opt_out",
        source: "keyword",
        contactId: contact.id,
        sender: KILN,
        scope: "workspace",
        messageId: message?.id,
        proof: words,
        actor: { type: "contact", id: contact.id },
        at: contact.smsOptOutDate,
      },
    ]);
  },
);

test.each(["Please stop by at noon", "STOP the presses", "Can I cancel my order?", "no"])(
  "%j is an ordinary message",
  async (words) => {
    const phone = newcomer();
    await town.text(phone, words);
    expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: null, suppressions: [] });
    expect(await consentOf(town, phone)).toEqual([]);
  },
);

test("what waits for a person turns suppressed in the STOP's own transaction, and stays so after START", async () => {
  const phone = newcomer();
  const conversation = await openWith(town, phone);
  town.simulator.addFaults([{ kind: "status", status: 429, retryAfterSeconds: 3600, times: 1, match: { to: phone } }]);
  const waiting = [
    await write(town, "One", { in: conversation }),
    await write(town, "Two", { in: conversation }),
    await write(town, "Later", {
      in: conversation,
      sendAt: new Date(town.clock.now().getTime() + 60_000).toISOString(),
    }),
  ];
  expect(waiting.map((each) => each.status)).toEqual(["queued", "queued", "scheduled"]);

  await town.text(phone, "Stop");
  for (const { id } of waiting) {
    expect(await readMessage(town, id)).toMatchObject({ status: "suppressed", reason: { code: "opted_out" } });
  }
  const transactions = await asOwner(
    town,
    `select xmin::text from messages where id = any($1) union
     select xmin::text from consent_events where message_id = (select id from messages where from_address = $2) union
     select xmin::text from suppressions where address_hash = (select address_hash from messages where from_address = $2)`,
    [waiting.map((each) => each.id), phone],
  );
  expect(transactions).toHaveLength(1);

  await town.text(phone, "START");
  await leap(town, 3_700_000);
  for (const { id } of waiting) expect((await readMessage(town, id)).status).toBe("suppressed");
  expect(heard(town, phone)).toEqual([]);
});

test.each(["START", "unstop", "Subscribe."])("%j from an unknown number is an opt-in", async (words) => {
  const phone = newcomer();
  await town.text(phone, words);
  expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: true, smsOptOutDate: null, suppressions: [] });
  expect(await consentOf(town, phone)).toMatchObject([
    { action: "opt_in", source: "keyword", proof: words, sender: KILN },
  ]);
});

test.each(["START", "UNSTOP"])("%j after a STOP lifts it, and the ledger keeps both", async (word) => {
  const phone = newcomer();
  await town.text(phone, "STOP");
  await town.text(phone, word);
  expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: true, smsOptOutDate: null, suppressions: [] });
  expect((await consentOf(town, phone)).map((each) => [each.action, each.proof])).toEqual([
    ["opt_out", "STOP"],
    ["opt_in", word],
  ]);
});

test("SUBSCRIBE after a STOP is an opt-in, but the provider's own block stands and shows", async () => {
  const phone = newcomer();
  await town.text(phone, "STOP");
  await town.text(phone, "SUBSCRIBE");
  const contact = await town.until("the provider has refused our notice", async () => {
    const found = await contactOf(town, phone);
    return found.suppressions.length > 0 && found;
  });
  expect(contact).toMatchObject({ smsOptedIn: true, suppressions: [{ sender: KILN, source: "provider" }] });
  expect((await consentOf(town, phone)).map((each) => each.action)).toEqual(["opt_out", "opt_in", "suppressed"]);
  expect(await write(town, "Welcome back.", { to: phone })).toMatchObject({ status: "suppressed" });

  await town.text(phone, "START");
  await untilStatus(town, await write(town, "Welcome back!", { to: phone }), "delivered");
  expect(heard(town, phone)).toEqual(["Welcome back!"]);
});

test("after START a person can be texted again", async () => {
  const phone = newcomer();
  await town.text(phone, "STOP");
  await town.text(phone, "START");
  await untilStatus(town, await write(town, "Welcome back.", { to: phone }), "delivered");
  expect(heard(town, phone)).toEqual(["Welcome back."]);
});

test("YES opts in directly after a keyword STOP", async () => {
  const phone = newcomer();
  await town.text(phone, "STOP");
  await town.text(phone, "Yes");
  expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: true, suppressions: [] });
  expect((await consentOf(town, phone)).at(-1)).toMatchObject({ action: "opt_in", source: "keyword", proof: "Yes" });
});

test("YES is an ordinary message everywhere else", async () => {
  const stranger = newcomer();
  await town.text(stranger, "YES");
  expect(await contactOf(town, stranger)).toMatchObject({ smsOptedIn: null });
  expect(await consentOf(town, stranger)).toEqual([]);

  const returned = newcomer();
  for (const words of ["STOP", "START", "YES"]) await town.text(returned, words);
  expect(await consentOf(town, returned)).toHaveLength(2);

  // Who was opted out by hand has not been asked anything that a YES would answer.
  const byHand = newcomer();
  await town.text(byHand, "Hello");
  const { id } = await contactOf(town, byHand);
  await town.api.post(`/api/contacts/${id}/consent`, { channel: "sms", action: "opt_out", source: "api" });
  await town.text(byHand, "YES");
  expect(await contactOf(town, byHand)).toMatchObject({ smsOptedIn: false });
  expect(await consentOf(town, byHand)).toHaveLength(1);
});

test("HELP changes nothing", async () => {
  const phone = newcomer();
  await town.text(phone, "HELP");
  expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: null, suppressions: [] });
  await town.text(phone, "STOP");
  await town.text(phone, "info");
  expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: false });
  expect(await consentOf(town, phone)).toHaveLength(1);
});

test("a STOP from an unknown number holds for whoever adds the number later", async () => {
  const phone = newcomer();
  await town.text(phone, "STOP");
  const { id } = await contactOf(town, phone);
  expect((await town.api.delete(`/api/contacts/${id}`)).status).toBe(204);

  const added = await town.api.post("/api/contacts", { phone, name: "Dana" });
  expect(added).toMatchObject({ status: 201, body: { smsOptedIn: false } });
  expect(await write(town, "Hello!", { to: phone })).toMatchObject({ status: "suppressed" });
  const imported = await town.api.patch(`/api/contacts/${added.body.id}`, { smsOptedIn: true });
  expect(imported).toMatchObject({ status: 409, body: { code: "opted_out" } });
  expect(sendRequests(town, phone)).toEqual([]);
});

test("whoever opted out is not texted: the call succeeds, the message is kept, the provider hears nothing", async () => {
  const phone = newcomer();
  await town.text(phone, "STOP");
  const sent = await town.api.post(`/api/conversations/${await openWith(town, phone)}/messages`, { content: "Wait!" });
  expect(sent.status).toBe(201);
  expect(sent.body).toMatchObject({ status: "suppressed", attempts: [], reason: { code: "opted_out" } });
  const later = new Date(town.clock.now().getTime() + 5000).toISOString();
  expect(await write(town, "And later?", { to: phone, sendAt: later })).toMatchObject({ status: "suppressed" });
  await wait(town, 10_000);
  expect(sendRequests(town, phone)).toEqual([]);
});

test("an opted-out person's ordinary words are stored and marked, and nobody answers by itself", async () => {
  const phone = newcomer();
  await town.text(phone, "STOP");
  expect((await town.text(phone, "Is my bowl ready?")).status).toBe(200);
  expect((await thread(town, phone)).map((each) => each.content)).toEqual(["STOP", "Is my bowl ready?"]);
  const marks = await asOwner(town, "select from_opted_out from messages where from_address = $1 order by id", [phone]);
  expect(marks).toEqual([{ from_opted_out: false }, { from_opted_out: true }]);
  await wait(town, 30_000);
  expect(sendRequests(town, phone)).toEqual([]);
});

test("a workspace may drop what opted-out people write, but never a keyword", async () => {
  const phone = newcomer();
  await town.text(phone, "STOP");
  await town.api.patch("/api/workspace", { optedOutInbound: "drop" });
  try {
    expect((await town.text(phone, "Is my bowl ready?")).status).toBe(200);
    expect((await town.text(phone, "HELP")).status).toBe(200);
    expect((await thread(town, phone)).map((each) => each.content)).toEqual(["STOP", "HELP"]);
    await town.text(phone, "START");
    await town.text(phone, "Is my bowl ready?");
    const said = (await thread(town, phone)).map((each) => each.content);
    expect(said).toEqual(["STOP", "HELP", "START", "Is my bowl ready?"]);
  } finally {
    await town.api.patch("/api/workspace", { optedOutInbound: "store" });
  }
});

test("a workspace's own keywords join the others", async () => {
  await town.api.patch("/api/workspace", {
    keywords: { stop: ["No más", "Quit it"], start: ["Kiln"], help: ["Opening hours"] },
  });
  const phone = newcomer();
  await town.text(phone, "no mas!");
  expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: false });
  await town.text(phone, "KILN");
  expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: true });
  await town.text(phone, "opening hours");
  expect(await consentOf(town, phone)).toHaveLength(2);
  await town.text(phone, "Quit it.");
  expect(await contactOf(town, phone)).toMatchObject({ smsOptedIn: false });
});

test.each([
  [
    "a word that always means something else",
    { stop: ["Halt", "help"] },
    "keywords.stop.1",
    "“help” always means HELP",
  ],
  ["the word that ends all texts", { start: ["Stop!"] }, "keywords.start.0", "“Stop!” always means STOP"],
  ["an answer to any question", { start: ["yes"] }, "keywords.start.0", "“yes” is an answer to a question"],
  ["a word that no text can be", { help: ["?!"] }, "keywords.help.0", "“?!” holds no letter and no digit"],
  [
    "what reads as an opt-out in free words",
    { help: ["stop texting me"] },
    "keywords.help.0",
    "“stop texting me” reads as an opt-out",
  ],
  [
    "a word that stands in the other list already",
    { start: ["kiln", "quit  it"] },
    "keywords.start.1",
    "“quit  it” stands among the words for STOP too",
  ],
])("%s is no keyword of one's own, and nothing of it is kept", async (_, keywords, path, why) => {
  const before = (await town.api.get("/api/workspace")).body.keywords;
  const refused = await town.api.patch("/api/workspace", { keywords });
  expect(refused).toMatchObject({ status: 422, body: { code: "keyword_refused" } });
  expect(refused.body.errors).toContainEqual({
    path,
    code: "keyword_refused",
    message: expect.stringContaining(why),
  });
  expect((await town.api.get("/api/workspace")).body.keywords).toEqual(before);
});

test("a word that counts anyway may be written down once more", async () => {
  const keywords = { stop: ["Unsubscribe"], start: [], help: ["info"] };
  expect((await town.api.patch("/api/workspace", { keywords })).body.keywords).toEqual(keywords);
});

test("the ledger is one unbroken chain, and shows where somebody touched it", async () => {
  const events = await asOwner(town, "select seq, hash, previous_hash from consent_events order by seq");
  expect(events.length).toBeGreaterThan(20);
  events.forEach((event, n) => {
    expect(event.previous_hash).toBe(n === 0 ? "0".repeat(64) : events[n - 1]?.hash);
  });
  const sound = await town.api.post("/api/consent/verify");
  expect(sound.body).toMatchObject({ valid: true, events: events.length, headHash: events.at(-1)?.hash });

  await asOwner(town, "update consent_events set at = at + interval '1 day' where seq = 5");
  const touched = await town.api.post("/api/consent/verify");
  expect(touched.body).toMatchObject({ valid: false, firstBreak: { seq: 5 } });
  await asOwner(town, "update consent_events set at = at - interval '1 day' where seq = 5");
  expect((await town.api.post("/api/consent/verify")).body).toMatchObject({ valid: true });
});

test("keyword messages take no turn of an agent and leave the channel as it is", async () => {
  const [row] = await asOwner(town, "select count(*)::int as turns from turns");
  expect(row).toEqual({ turns: 0 });
  expect(await listed(town, "/api/channels")).toMatchObject([{ id: channel.id, active: true }]);
});
