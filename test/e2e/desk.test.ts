/** A day at the desk in a real browser: writing first, writing for later, putting aside, putting in order, finding again. */
import type { Locator } from "playwright-core";
import { beforeEach, expect, test } from "vitest";
import type { Conversation } from "../../contract/conversations.ts";
import { contactOf, conversationWith, heard, newcomer, readMessage, setPace, thread } from "../support/story.ts";
import { KILN } from "../support/town.ts";
import { type DeskSettings, describeAtDesk } from "./at-the-desk.ts";
import { barriers } from "./browser.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const newYork = new Intl.DateTimeFormat("sv-SE", { timeZone: "America/New_York", timeStyle: "short" });
/** The time of day there; of nothing, nothing. */
const inNewYork = (iso: string): string => (iso ? newYork.format(new Date(iso)) : "");

const SETTINGS: DeskSettings = {
  prepare: async (town) => setPace(town, await town.connect(), 100),
  patience_ms: 15_000,
  mayComplainOf: /401/,
};

describeAtDesk("the desk", SETTINGS, (desk) => {
  const { soon } = desk;
  const views = () => desk.page.getByRole("navigation", { name: "Views" });
  /** The page stands: keys that come before are nobody's. */
  async function openInbox(): Promise<void> {
    await desk.page.goto(`${desk.town.publicUrl}/inbox`);
    await views().waitFor();
  }
  beforeEach(openInbox);

  const texts = (from: string, body: string) => desk.town.simulator.text({ from, to: KILN, body });
  const dialog = (name: string | RegExp) => desk.page.getByRole("dialog", { name });
  const row = (words: string | RegExp) => desk.page.locator("[data-row]").getByRole("link", { name: words });
  const composer = () => desk.page.getByRole("textbox", { name: /^Answer to/ });
  const said = (words: string) => desk.page.getByRole("log").getByText(words, { exact: true });
  const param = (name: string) => new URL(desk.page.url()).searchParams.get(name);
  const hasFocus = (locator: Locator) => soon(() => locator.and(desk.page.locator(":focus")).count()).toBe(1);
  const read = async (phone: string): Promise<Conversation> => conversationWith(desk.town, phone);

  /** Takes back what a notice says was done. */
  const undo = (done: RegExp) =>
    desk.page.locator("li").filter({ hasText: done }).getByRole("button", { name: "Undo" }).click();

  /** Somebody new has texted, and their conversation is open. */
  async function withSomebody(body: string): Promise<string> {
    const phone = newcomer();
    await texts(phone, body);
    await row(body).click();
    await said(body).waitFor();
    return phone;
  }

  test("writes to a number first, after showing whether it may be texted", async () => {
    const { page, town } = desk;
    const phone = newcomer();
    await page.keyboard.press("c");
    const form = dialog("New conversation");
    await form.getByLabel("To").fill(phone);
    await form.getByRole("option", { name: /^\d* ?Text \+1/ }).waitFor();
    await page.keyboard.press("Enter");
    await form.getByText("They never opted in: you may text them one to one").waitFor();
    expect(await barriers(page)).toEqual([]);
    await form.getByLabel("First message").fill("Your bowls are fired.");
    await page.keyboard.press("Control+Enter");
    await said("Your bowls are fired.").waitFor();
    await soon(() => heard(town, phone)).toEqual(["Your bowls are fired."]);
    expect(param("dialog")).toBeNull();
    await page.goBack();
    expect(new URL(page.url()).pathname).toBe("/inbox");
  });

  test("does not write first to somebody who said stop", async () => {
    const { page, town } = desk;
    const phone = newcomer();
    await texts(phone, "STOP");
    await page.goto(`${town.publicUrl}/inbox?dialog=new&to=${encodeURIComponent(phone)}`);
    const form = dialog("New conversation");
    await form.getByText(/They opted out on .+ You can't text them until they write START\./).waitFor();
    expect(await form.getByLabel("First message").count()).toBe(0);
    expect(await form.getByRole("button", { name: "Send" }).getAttribute("aria-disabled")).toBe("true");
    await page.keyboard.press("Control+Enter");
    expect(await form.count()).toBe(1);
    expect(heard(town, phone)).toEqual([]);
  });

  test("puts off by the workspace's clocks, and says so where the browser's show another time", async () => {
    const { town, browser, context } = desk;
    const phone = await withSomebody("Call me tomorrow");
    const elsewhere = await browser.newContext({
      timezoneId: "Asia/Tokyo",
      storageState: await context.storageState(),
    });
    const page = await elsewhere.newPage();
    page.setDefaultTimeout(15_000);
    try {
      await page.goto(desk.page.url());
      const asks = (name: string) => page.getByRole("dialog", { name }).filter({ hasText: "All times are New York’s" });
      const later = async () => (await thread(town, phone)).find((each) => each.status === "scheduled")?.sendAt ?? "";
      await page.getByRole("textbox", { name: /^Answer to/ }).fill("Good morning.");
      await page.getByRole("button", { name: "Send later" }).click();
      await asks("Send later").getByRole("button", { name: "Tomorrow morning" }).click();
      await soon(async () => inNewYork(await later())).toBe("09:00");

      const before = Date.now();
      await page.getByRole("button", { name: "Change" }).click();
      await asks("Change when it leaves").getByRole("button", { name: "In an hour" }).click();
      await soon(async () => Math.abs(Date.parse(await later()) - Date.now())).toBeLessThanOrEqual(
        HOUR_MS + MINUTE_MS / 2,
      );
      expect(Date.parse(await later()) - before).toBeGreaterThanOrEqual(HOUR_MS - MINUTE_MS / 2);

      await page.getByRole("button", { name: "Snooze" }).click();
      await asks("Snooze").getByRole("button", { name: "Tomorrow morning" }).click();
      await soon(async () => inNewYork((await read(phone)).snoozedUntil ?? "")).toBe("09:00");
      await page
        .getByRole("log")
        .getByText(/snoozed this until (today|tomorrow) at 0?9:00.* \(New York\)$/)
        .waitFor();
      await page
        .getByRole("main")
        .getByText(/^Snoozed until (today|tomorrow) at 0?9:00.* \(New York\)$/)
        .waitFor();

      // The machine slept with the question on it: an hour from then is past by now, and is not sent at once.
      await page.getByRole("textbox", { name: /^Answer to/ }).fill("Not before lunch.");
      await page.getByRole("button", { name: "Send later" }).click();
      const inAnHour = asks("Send later").getByRole("button", { name: "In an hour" });
      const shown = await inAnHour.textContent();
      await page.clock.setFixedTime(Date.now() + 2 * HOUR_MS);
      await inAnHour.click();
      await soon(() => inAnHour.textContent()).not.toBe(shown);
      await inAnHour.click();
      await asks("Send later").waitFor({ state: "hidden" });
      const written = async () => (await thread(town, phone)).find((each) => each.content === "Not before lunch.");
      await soon(async () => (await written())?.status).toBe("scheduled");
      expect(Date.parse((await written())?.sendAt ?? "") - Date.now()).toBeGreaterThan(2 * HOUR_MS);
    } finally {
      await elsewhere.close();
    }
  });

  test("writes for later, moves it, lets it go, takes another back", async () => {
    const { page, town } = desk;
    const phone = await withSomebody("When are you open?");
    const schedule = async (words: string) => {
      await composer().fill(words);
      await page.getByRole("button", { name: "Send later" }).click();
      await dialog("Send later").getByRole("button", { name: "Tomorrow morning" }).click();
      await said(words).waitFor();
      await page
        .getByText(/^Leaves .+ \(/)
        .first()
        .waitFor();
    };
    await schedule("At ten.");
    const [later] = (await thread(town, phone)).filter((each) => each.status === "scheduled");
    await page.getByRole("button", { name: "Change" }).click();
    await dialog("Change when it leaves").getByRole("button", { name: "In a week" }).click();
    await soon(async () => (await readMessage(town, later?.id ?? "")).sendAt).not.toBe(later?.sendAt);
    expect(await barriers(page)).toEqual([]);
    await page.getByRole("button", { name: "Send now" }).click();
    await soon(() => heard(town, phone)).toEqual(["At ten."]);
    await schedule("Or at eleven.");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("Taken back, never sent").waitFor();
    town.clock.advance(48 * HOUR_MS);
    await composer().fill("See you.");
    await page.keyboard.press("Control+Enter");
    await soon(() => heard(town, phone)).toEqual(["At ten.", "See you."]);
  });

  test("snoozes by a key; it comes back by itself when they write", async () => {
    const { page } = desk;
    const phone = await withSomebody("I will think about it");
    await page.keyboard.press("s");
    await dialog("Snooze").getByRole("button", { name: "In a week" }).click();
    await page
      .getByText(/^Snoozed until/)
      .first()
      .waitFor();
    await row("I will think about it").waitFor({ state: "detached" });
    await views().getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: /Snoozed/ }).click();
    await row("I will think about it").waitFor();
    expect(param("view")).toBe("snoozed");
    await page.goBack();
    await texts(phone, "I have thought about it");
    await row("I have thought about it").waitFor();
    await page.getByText(/^Snoozed until/).waitFor({ state: "hidden" });
  });

  test("assigns, tags, stars and resolves by keys, and takes back what it did", async () => {
    const { page } = desk;
    const phone = await withSomebody("Is the wheel free?");
    await page.keyboard.press("a");
    await dialog("Assign").waitFor();
    await page.keyboard.type("ana");
    await page.keyboard.press("Enter");
    await soon(async () => (await read(phone)).status).toBe("ASSIGNED");
    await dialog("Assign").waitFor({ state: "hidden" });
    await page.keyboard.press("t");
    await dialog("Tags").waitFor();
    await page.keyboard.type("wheel");
    await page.keyboard.press("Enter");
    await soon(async () => (await read(phone)).tags).toEqual(["wheel"]);
    await page.keyboard.press("Escape");
    await dialog("Tags").waitFor({ state: "hidden" });
    await page.keyboard.press("e");
    await soon(async () => (await read(phone)).status).toBe("RESOLVED");
    await undo(/^Resolved\./);
    await soon(async () => (await read(phone)).status).toBe("ASSIGNED");
    await page.getByRole("button", { name: "Reopen" }).waitFor({ state: "hidden" });
  });

  test("picks several, acts on all of them, and undoes it to what each was", async () => {
    const { page, town } = desk;
    const phones = [newcomer(), newcomer(), newcomer()];
    for (const [at, phone] of phones.entries()) await texts(phone, `Batch ${at}`);
    await row("Batch 2").waitFor();
    const [first = "", second = ""] = phones;
    await town.api.patch(`/api/conversations/${(await read(first)).id}`, { starred: true });
    for (const at of [0, 1]) {
      await row(`Batch ${at}`).focus();
      await page.keyboard.press("x");
    }
    await page.getByText("2 picked").waitFor();
    expect(param("pick")?.split(".")).toHaveLength(2);
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press("e");
    for (const phone of [first, second]) await soon(async () => (await read(phone)).status).toBe("RESOLVED");
    await undo(/2 conversations resolved/);
    for (const phone of [first, second]) await soon(async () => (await read(phone)).status).toBe("OPEN");
    await page.getByRole("button", { name: "Star", exact: true }).click();
    await soon(async () => (await read(second)).starred).toBe(true);
    expect(param("pick")).toBeNull();
    await undo(/2 conversations starred/);
    await soon(async () => (await read(second)).starred).toBe(false);
    expect((await read(first)).starred).toBe(true);
  });

  test("finds words and people, marks what it found, and opens where it was said", async () => {
    const { page, town } = desk;
    const phone = await withSomebody("The <b>celadon</b> glaze ran");
    const { id } = await read(phone);
    for (let n = 0; n < 55; n++) await town.api.post(`/api/conversations/${id}/messages`, { content: `Line ${n}` });
    await openInbox();
    await page.keyboard.press("/");
    await page.keyboard.type("celad");
    const found = row(/celadon/);
    await found.waitFor();
    expect(await found.locator("mark").allTextContents()).toEqual(["celadon"]);
    expect(await found.textContent()).toContain("<b>celadon</b>");
    expect(param("q")).toBe("celad");
    await page.keyboard.press("Enter");
    await hasFocus(found);
    await page.keyboard.press("Enter");
    await said("The <b>celadon</b> glaze ran").waitFor();
    await page.goBack();
    await page.goBack();
    await views().waitFor();
    expect(param("q")).toBeNull();
  });

  test("writes with quick replies; what is not filled in does not leave", async () => {
    const { page, town } = desk;
    await page.goto(`${town.publicUrl}/quick-replies`);
    await page.getByRole("button", { name: "Add a quick reply" }).click();
    const form = dialog("Add a quick reply");
    await form.getByLabel("Shortcut").fill("/hours");
    await form.getByLabel("Text").fill("Hi ");
    await form.getByRole("button", { name: "Insert contact.firstName" }).click();
    await hasFocus(form.getByLabel("Text"));
    await page.keyboard.type(", ten to six.");
    await form.getByRole("button", { name: "Save" }).click();
    await page.getByText("/hours").waitFor();
    expect(await barriers(page)).toEqual([]);

    await openInbox();
    const phone = await withSomebody("Opening hours?");
    await page.keyboard.press("r");
    await hasFocus(composer());
    await page.keyboard.type("/ho");
    await page.getByRole("option", { name: /hours/ }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await soon(() => composer().inputValue()).toBe("Hi {{contact.firstName}}, ten to six.");
    await page.keyboard.press("Control+Enter"); // the hole is still there
    expect(await composer().inputValue()).toContain("{{contact.firstName}}");
    await page.keyboard.type("Noor"); // over the hole, which was selected
    await page.keyboard.press("Control+Enter");
    await soon(() => heard(town, phone)).toEqual(["Hi Noor, ten to six."]);
  });

  test("records an opt-in with its proof, and an opt-out at once", async () => {
    const { page, town } = desk;
    const phone = await withSomebody("Put me on the list");
    await page.getByRole("button", { name: "Record an opt-in" }).click();
    const form = dialog("Record an opt-in");
    await form.getByLabel("Proof").fill("Signed the sheet at the counter");
    await form.getByLabel("What they were told").fill("Four texts a month about classes");
    expect(await barriers(page)).toEqual([]);
    await form.getByRole("button", { name: "Record the opt-in" }).click();
    await page.getByText("May be texted").waitFor();
    await page.getByRole("button", { name: "evidence", exact: true }).click();
    await page.getByText("Proof: Signed the sheet at the counter").waitFor();
    expect((await contactOf(town, phone)).smsOptedIn).toBe(true);
    await page.getByRole("button", { name: "Opt out", exact: true }).click();
    await dialog(/^Opt .+ out\?$/)
      .getByRole("button", { name: "Opt out" })
      .click();
    await page.getByText(/You can’t text them until they write START\./).waitFor();
    expect((await contactOf(town, phone)).smsOptedIn).toBe(false);
    await texts(phone, "Still there?");
    await page.getByText("Written after opting out").waitFor();
  });

  test("a stop that Twilio heard outlasts an opt-in by hand, as the dialog says; after START the text is sent again", async () => {
    const { page, town } = desk;
    const phone = await withSomebody("Is it done?");
    await texts(phone, "STOP");
    await page.getByRole("button", { name: "Record an opt-in" }).click();
    const form = dialog("Record an opt-in");
    await form.getByText("Twilio itself heard their STOP, and its own block stays until they write START").waitFor();
    await form.getByLabel("Proof").fill("Said so on the phone");
    await form.getByRole("button", { name: "Record the opt-in" }).click();
    await composer().fill("It is done.");
    await page.keyboard.press("Control+Enter");
    const why = page.getByText("They had opted out of texts from this sender when this was sent, as Twilio has it.");
    await why.waitFor();
    await soon(() => page.getByRole("button", { name: "Send again" }).count()).toBe(0); // the gate hears of the block
    await texts(phone, "START");
    await page.getByRole("button", { name: "Send again" }).click();
    await page.getByText("It was sent once more below.").waitFor();
    await soon(() => heard(town, phone)).toContain("It is done.");
  });

  test("a name without spaces stays within the contact, also on a phone", async () => {
    const { page } = desk;
    await withSomebody("My name is long");
    await page.getByRole("button", { name: "Edit", exact: true }).click();
    await dialog("Edit contact").getByLabel("Name").fill("W".repeat(200));
    await dialog("Edit contact").getByRole("button", { name: "Save" }).click();
    const contact = page.getByRole("complementary", { name: "Contact" });
    await contact.getByRole("heading", { name: "WWWW" }).waitFor();
    const overflow = () =>
      page.evaluate(
        "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('aside[aria-label=Contact]'))",
      );
    expect(await overflow()).toBe(0);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${page.url().split("?")[0]}?panel=contact`);
    await contact.getByRole("heading", { name: "WWWW" }).waitFor();
    expect(await overflow()).toBe(0);
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  test("says why a message did not get there, how it fared, and sends it once more", async () => {
    const { page, town } = desk;
    const phone = await withSomebody("Text me when it is done");
    town.simulator.addOutcomes([{ match: { to: phone }, status: "undelivered", errorCode: 30003, times: 1 }]);
    await composer().fill("It is done.");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("button", { name: "Send again" }).waitFor();
    await page.getByTitle("How it fared").last().click();
    await dialog("How this message fared").getByText("Written").waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(param("dialog")).toBe("details");
    await page.goBack();
    await dialog("How this message fared").waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Send again" }).click();
    await soon(() => heard(town, phone)).toEqual(["It is done."]);
    await page.getByText("It was sent once more below.").waitFor();
  });
});
