/** The desk in a real browser: a text appears, is answered and delivered; STOP locks the composer; keys alone suffice. */
import { expect, test } from "vitest";
import { conversationWith, heard } from "../support/story.ts";
import { DANA, KILN } from "../support/town.ts";
import { describeAtDesk, signInAsOwner } from "./at-the-desk.ts";
import { barriers, onlyComplainedOf } from "./browser.ts";

describeAtDesk("the inbox", { prepare: (town) => town.connect(), enter: null }, (desk) => {
  const ask = (body: string) => desk.town.simulator.text({ from: DANA, to: KILN, body });
  const composer = () => desk.page.getByRole("textbox", { name: /^Answer to/ });
  const row = (words: RegExp) => desk.page.locator("[data-row]").getByRole("link", { name: words });

  test("who is not signed in is asked to, and told when the password is wrong", async () => {
    const { page, town } = desk;
    await page.goto(`${town.publicUrl}/inbox?status=OPEN`);
    await page.getByRole("heading", { name: "Sign in to Parley" }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByLabel("Email").fill("ana@kiln.example");
    await page.getByLabel("Password").fill("not-this-one-either");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("This email and password don’t go together.").waitFor();
    onlyComplainedOf(desk, /401/); // the browser notes by itself that nobody was signed in
  });

  test("after signing in, the empty inbox says what it is for", async () => {
    const { town } = desk;
    await signInAsOwner(desk, town);
    onlyComplainedOf(desk, /401/);
    await desk.page.getByText("No conversations yet").waitFor();
    expect(await barriers(desk.page)).toEqual([]);
  });

  test("a customer's text appears without a reload", async () => {
    const { town } = desk;
    await ask("Hi, are you open on Sunday?");
    const row = desk.page.getByRole("link", { name: /Hi, are you open on Sunday\?/ });
    await row.waitFor();
    expect(await row.textContent()).toContain("SMS");
    await row.click();
    await desk.page.getByRole("log").getByText("Hi, are you open on Sunday?").waitFor();
    expect(await barriers(desk.page)).toEqual([]);
    await expect.poll(async () => (await conversationWith(town, DANA)).unreadCount).toBe(0);
  });

  test("the answer reaches the phone, and the page shows it delivered", async () => {
    const { town } = desk;
    await composer().fill("Yes… from ten to four.");
    await desk.page.getByText("Unicode because of …").waitFor();
    await desk.page.getByRole("button", { name: "replace" }).click();
    await expect.poll(() => composer().inputValue()).toBe("Yes... from ten to four.");
    await desk.page.getByRole("button", { name: "Send", exact: true }).click();
    const bubble = desk.page.getByRole("article").filter({ hasText: "Yes... from ten to four." });
    await bubble.getByText("Delivered").waitFor();
    expect(await bubble.count()).toBe(1);
    expect(heard(town, DANA)).toEqual(["Yes... from ten to four."]);
  });

  test("STOP locks the composer, with the reason and the evidence", async () => {
    await ask("STOP");
    await desk.page
      .getByText(/opted out on .+ by writing “STOP”\. You can’t text .+ until they write START\./)
      .waitFor();
    expect(await composer().count()).toBe(0);
    await desk.page.getByRole("link", { name: "See the evidence" }).click();
    const history = desk.page.getByRole("list", { name: /Consent history/ });
    await history.getByText("No. 1 in the ledger").waitFor();
    expect(await barriers(desk.page)).toEqual([]);
  });

  test("START opens it again", async () => {
    await ask("START");
    await composer().waitFor();
  });

  test("the keyboard is enough: find, open, answer, resolve", async () => {
    const { page, town } = desk;
    await page.goto(`${town.publicUrl}/inbox`);
    await page.getByRole("link", { name: /START/ }).waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.getByRole("log").getByText("START", { exact: true }).waitFor();
    await page.keyboard.press("r");
    await expect
      .poll(() => page.evaluate<string>("document.activeElement.getAttribute('aria-label')"))
      .toMatch(/^Answer to/);
    await page.keyboard.type("Welcome back.");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("article").filter({ hasText: "Welcome back." }).getByText("Delivered").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("e");
    await page.getByRole("button", { name: "Reopen" }).waitFor();
    expect((await conversationWith(town, DANA)).status).toBe("RESOLVED");
  });

  test("the line falls and stands again: nothing is missed, nothing is doubled", async () => {
    const { page, context, town } = desk;
    await context.setOffline(true);
    await ask("Are you there?");
    await context.setOffline(false);
    await town.restart();
    await ask("Hello?");
    await row(/Hello\?/).waitFor({ timeout: 30_000 });
    await row(/Hello\?/).click();
    await page.getByRole("log").getByText("Are you there?").waitFor();
    expect(await page.getByRole("log").getByText("Are you there?").count()).toBe(1);
    expect(await page.getByRole("log").getByText("Hello?", { exact: true }).count()).toBe(1);
    onlyComplainedOf(desk, /net::ERR_|503/); // a line that falls is noted too, and so is a door found shutting
  });

  test("nothing of the demo is here", async () => {
    expect(await desk.page.getByText("Text as a customer").count()).toBe(0);
  });
});
