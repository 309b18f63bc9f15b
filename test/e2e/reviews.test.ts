/** The review queue in a real browser: a text that may be an opt-out is found, read and decided, and every tab sees it. */
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { contactOf, conversationWith, heard, readMessage, write } from "../support/story.ts";
import { DANA, KILN, MARCO } from "../support/town.ts";
import { describeAtDesk } from "./at-the-desk.ts";
import { barriers } from "./browser.ts";

describeAtDesk("the review queue", { prepare: (town) => town.connect() }, (desk) => {
  /** Another tab of the same person. */
  let other: Page;
  beforeAll(async () => {
    other = await desk.context.newPage();
    await other.goto(`${desk.town.publicUrl}/inbox`);
    await other.getByRole("heading", { name: "Inbox" }).waitFor();
  });

  const text = (from: string, body: string) => desk.town.simulator.text({ from, to: KILN, body });
  const card = () => desk.page.getByRole("region", { name: /ask you to stop\?$/ });

  test("an unclear text is counted under Review and found there, with the words that fired", async () => {
    const { page, town } = desk;
    await text(DANA, "Hi. Why do you keep texting me?");
    const { id } = await contactOf(town, DANA);
    await town.api.patch(`/api/contacts/${id}`, { name: "Dana Okafor" });
    await page.getByRole("link", { name: "Review 1" }).click();
    await page.getByRole("link", { name: /Dana Okafor/ }).click();
    await card().getByText("Without a decision by").waitFor();
    await card().getByRole("heading", { name: "Did Dana ask you to stop?" }).waitFor();
    expect(await card().locator("mark").textContent()).toBe("you keep texting");
    expect(await card().innerText()).toMatch(/displeased with being texted/);
    expect(page.url()).toContain("view=review");
    expect(await barriers(page)).toEqual([]);
  });

  test("what is held says so, and one's own reply still leaves", async () => {
    const { page, town } = desk;
    await write(town, "Your bowl is glazed.", { kind: "service" });
    const held = page.getByRole("article", { name: "We wrote, for later" });
    await held.getByText("Waits for the review").waitFor();
    await held.getByText(/may be an opt-out/).waitFor();
    await page.getByRole("textbox", { name: /^Answer to/ }).fill("Sorry! Shall we stop?");
    await page.keyboard.press("Control+Enter");
    await town.watch("Dana hears it", () => heard(town, DANA).includes("Sorry! Shall we stop?"));
    expect(heard(town, DANA)).toEqual(["Sorry! Shall we stop?"]);
  });

  test("they are asked once, by keyboard, and the button says why it can't be pressed again", async () => {
    const { page, town } = desk;
    const button = card().getByRole("button", { name: "Ask once" });
    await button.focus();
    await page.keyboard.press("Enter");
    await card()
      .getByText(/They were asked .* Without an answer by/)
      .waitFor();
    await town.watch("Dana hears the question", () => heard(town, DANA).length === 2);
    expect(await button.getAttribute("aria-disabled")).toBe("true");
    await button.focus();
    await page.getByRole("tooltip").getByText("may be asked once").waitFor();
  });

  test("“Not an opt-out” lets what was held go, in every tab, and the focus stays in the thread", async () => {
    const { page, town } = desk;
    await other.getByRole("link", { name: "Review 1" }).waitFor();
    await card().getByRole("button", { name: "Not an opt-out" }).press("Enter");
    await card().waitFor({ state: "detached" });
    await town.watch("Dana hears what was held", () => heard(town, DANA).includes("Your bowl is glazed."));
    await other.getByRole("link", { name: "Review", exact: true }).waitFor();
    expect(await page.locator("*:focus").getAttribute("aria-label")).toBe("Messages");
  });

  test("“They meant stop” locks the composer and suppresses what was held", async () => {
    const { page, town } = desk;
    await text(MARCO, "These are too many messages");
    const held = await write(town, "Class is on Friday.", { to: MARCO, kind: "service" });
    const { id } = await conversationWith(town, MARCO);
    await page.goto(`${town.publicUrl}/inbox/${id}`);
    await card().getByRole("button", { name: "They meant stop" }).click();
    await card().waitFor({ state: "detached" });
    await page.getByText(/You can’t text them until they write START/).waitFor();
    expect(await readMessage(town, held.id)).toMatchObject({ status: "suppressed" });
    expect(await barriers(page)).toEqual([]);
  });
});
