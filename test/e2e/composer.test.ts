/** Writing in a real browser: words for the team stay with the team, keys go where one writes, and to whom is never guessed. */
import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import type { Note } from "../../contract/conversations.ts";
import { contactOf, conversationWith, heard, listed, openWith, thread } from "../support/story.ts";
import { DANA, KILN, MARCO, OWNER } from "../support/town.ts";
import { describeAtDesk } from "./at-the-desk.ts";
import { barriers, onlyComplainedOf } from "./browser.ts";

describeAtDesk("the composer", { prepare: (town) => town.connect(), patience_ms: 15_000 }, (desk) => {
  const { soon } = desk;
  const texts = (from: string, body: string) => desk.town.simulator.text({ from, to: KILN, body });
  const answer = () => desk.page.getByRole("textbox", { name: /^Answer to/ });
  const note = () => desk.page.getByRole("textbox", { name: "Note for the team" });
  const mode = (name: string) => desk.page.getByRole("button", { name, exact: true, pressed: false });
  const row = (words: string) => desk.page.locator("[data-row]").getByRole("link", { name: words });
  const said = (words: string) => desk.page.getByRole("log").getByText(words, { exact: true });
  const dialog = (name: string) => desk.page.getByRole("dialog", { name });
  const hasFocus = (locator: Locator) => soon(() => locator.and(desk.page.locator(":focus")).count()).toBe(1);
  const notesAbout = async (phone: string) => {
    const { id } = await conversationWith(desk.town, phone);
    return (await listed<Note>(desk.town, `/api/conversations/${id}/notes`)).map(({ content }) => content);
  };
  async function open(phone: string): Promise<void> {
    const { id } = await conversationWith(desk.town, phone);
    await desk.page.goto(`${desk.town.publicUrl}/inbox/${id}`);
  }

  test("a second note follows the first: none is texted to the customer", async () => {
    const { page, town } = desk;
    await texts(DANA, "My bowl is cracked");
    await open(DANA);
    await said("My bowl is cracked").waitFor();
    await page.keyboard.press("n");
    await hasFocus(note());
    await page.keyboard.type("She is angry.");
    await page.keyboard.press("Control+Enter");
    await said("She is angry.").waitFor();
    await hasFocus(note());
    await soon(() => note().inputValue()).toBe("");
    await page.keyboard.type("Give her a new one.");
    await page.keyboard.press("Control+Enter");
    await said("Give her a new one.").waitFor();
    expect(await notesAbout(DANA)).toEqual(["Give her a new one.", "She is angry."]);
    expect((await thread(town, DANA)).map(({ content }) => content)).toEqual(["My bowl is cracked"]);
    expect(await barriers(page)).toEqual([]);
  });

  test("notes stay notes after a look elsewhere, until one chooses to answer; each conversation has its own", async () => {
    const { page, town } = desk;
    await texts(MARCO, "Is the wheel free?");
    await row("Is the wheel free?").click();
    await said("Is the wheel free?").waitFor();
    await answer().waitFor();
    await row("My bowl is cracked").click();
    await said("My bowl is cracked").waitFor();
    await note().waitFor();
    await page.reload();
    await note().waitFor();
    await mode("Answer").click();
    await hasFocus(answer());
    await page.keyboard.type("A new one is on its way.");
    await page.keyboard.press("Control+Enter");
    await soon(() => heard(town, DANA)).toEqual(["A new one is on its way."]);
  });

  test("a click on Note or Answer leads to the field: what is typed stands there, and does nothing else", async () => {
    const { page, town } = desk;
    await open(MARCO);
    await said("Is the wheel free?").waitFor();
    await mode("Note").click();
    await hasFocus(note());
    await page.keyboard.type("east");
    expect(await note().inputValue()).toBe("east");
    await note().fill("");
    await mode("Answer").click();
    await hasFocus(answer());
    await page.keyboard.type("use it");
    expect(await answer().inputValue()).toBe("use it");
    await answer().fill("");
    expect((await conversationWith(town, MARCO)).status).toBe("OPEN");
  });

  test("letters on a button of the composer do not act on the conversation", async () => {
    const { page, town } = desk;
    await mode("Note").focus();
    for (const key of ["e", "s", "t", "a", "u", "c", "x", "j"]) await page.keyboard.press(key);
    await page.keyboard.press("Enter"); // what it is for
    await hasFocus(note());
    await page.keyboard.type("Ask Dov.");
    await page.keyboard.press("Control+Enter");
    await said("Ask Dov.").waitFor(); // anything that was begun before is done by now
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect(new URL(page.url()).search).toBe("");
    expect((await conversationWith(town, MARCO)).status).toBe("OPEN");
  });

  test("writing first: a part of a number takes nobody, the arrow and the whole name do", async () => {
    const { page, town } = desk;
    const { id } = await contactOf(town, DANA);
    await town.api.patch(`/api/contacts/${id}`, { name: "Dana Okafor" });
    await page.goto(`${town.publicUrl}/inbox?dialog=new`);
    const form = dialog("New conversation");
    const to = form.getByRole("combobox", { name: "To" });
    await to.fill(DANA.slice(-4));
    const option = form.getByRole("option", { name: /Dana Okafor/ });
    await option.waitFor();
    await page.keyboard.press("Enter");
    expect(await option.getAttribute("aria-selected")).toBe("false");
    expect(await to.count()).toBe(1);
    await page.keyboard.press("ArrowDown");
    await soon(() => option.getAttribute("aria-selected")).toBe("true");
    await page.keyboard.press("Enter");
    await form.getByRole("button", { name: "Choose somebody else" }).click();
    await to.fill("dana okafor");
    await option.and(page.locator("[aria-selected=true]")).waitFor();
    await page.keyboard.press("Enter");
    await form.getByRole("button", { name: "Choose somebody else" }).waitFor();
  });

  test("what was said in passing goes when a dialog opens", async () => {
    const { page } = desk;
    await open(MARCO);
    await said("Is the wheel free?").waitFor();
    await page.keyboard.press("e");
    const notice = page.locator("li").filter({ hasText: /^Resolved\./ });
    await notice.waitFor();
    await page.evaluate("dispatchEvent(new Event('blur'))"); // who looks elsewhere is waited for: it does not end by itself
    await page.keyboard.press("t");
    await dialog("Tags").waitFor();
    await notice.waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
  });

  test("who comes back has their earlier conversations beside the new one", async () => {
    const { page, town } = desk;
    const { id: earlier } = await conversationWith(town, MARCO); // it was resolved just now
    await texts(MARCO, "It is me again");
    await row("It is me again").click();
    const others = page.getByRole("region", { name: "Other conversations" });
    const link = others.getByRole("link", { name: /Is the wheel free\?/ });
    await link.waitFor();
    expect(await link.innerText()).toMatch(/Resolved/);
    expect(await barriers(page)).toEqual([]);
    await link.click();
    await said("Is the wheel free?").waitFor();
    expect(page.url()).toContain(earlier);
    await others.getByRole("link", { name: /It is me again/ }).waitFor();
  });

  test("a photo is called one in the list", async () => {
    const { page, town } = desk;
    const id = await openWith(town, DANA);
    const photo = { contentType: "image/jpeg", bytes: Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70, 73, 70, 0) };
    await town.simulator.text({ from: DANA, to: KILN, media: [photo] });
    await page.goto(`${town.publicUrl}/inbox`);
    await page.locator(`[data-conversation="${id}"]`).getByText("A photo").waitFor();
  });

  test("a form that comes back leads to its first field that is wrong, and says it in plain words", async () => {
    const { page, town } = desk;
    await page.goto(`${town.publicUrl}/settings/workspace`);
    await page.getByLabel("Name", { exact: true }).fill(" ");
    await page.getByLabel("Time zone").fill("Kiln/Nowhere");
    await page.getByLabel("How to reach you").fill("+1 628 555 0100");
    await page.getByRole("button", { name: "Save" }).click();
    await hasFocus(page.getByLabel("Name", { exact: true }));
    await page.getByText("Must not be empty.").waitFor();
    await page.getByText(/^Must be an IANA time zone/).waitFor();
  });

  test("an email is written as it is where a sentence begins with it", async () => {
    const { page, town } = desk;
    await page.goto(`${town.publicUrl}/settings/members?dialog=new`);
    await dialog("Invite somebody").getByLabel("Name").fill("Ana");
    await dialog("Invite somebody").getByLabel("Email").fill(OWNER.email);
    await dialog("Invite somebody").getByRole("button", { name: "Make a link" }).click();
    await page.getByText(`${OWNER.email} is a member of this workspace already.`).waitFor();
    onlyComplainedOf(desk, /4(09|22)/); // the refusals themselves
  });

  test("what no text can hold is dropped as it is pasted", async () => {
    const { page } = desk;
    await open(MARCO);
    await answer().focus();
    await page.evaluate(String.raw`document.execCommand("insertText", false, "At\0 six\ud800.")`);
    await soon(() => answer().inputValue()).toBe("At six.");
    await answer().fill("");
  });

  test("dark from the first paint: as the system says, and as one chose", async () => {
    const { page, browser, town } = desk;
    const ground = "getComputedStyle(document.documentElement).backgroundColor";
    // Without scripts a page is what it is before any of them has run.
    const context = await browser.newContext({ javaScriptEnabled: false, colorScheme: "dark" });
    const bare = await context.newPage();
    await bare.goto(town.publicUrl);
    expect(await bare.evaluate(ground)).toBe("rgb(20, 20, 18)");
    await page.goto(town.publicUrl);
    await page.getByRole("button", { name: /account/i }).click();
    await page.getByRole("menuitem", { name: "Light" }).click();
    await context.addCookies(await desk.context.cookies());
    await bare.reload();
    expect(await bare.evaluate(ground)).toBe("rgb(246, 245, 242)");
    await context.close();
  });
});
