/** The line falls, the server restarts, the page is loaded anew, two windows are open: nothing missed, nothing doubled. */
import type { Browser, Page, Route } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Message } from "../../contract/messages.ts";
import { conversationWith, heard, newcomer, thread, write } from "../support/story.ts";
import type { Town } from "../support/town.ts";
import {
  buildWebApp,
  foundLivingTown,
  hasChromium,
  type LivingTown,
  launch,
  noChromium,
  signInAsOwner,
  type Visit,
  visit,
} from "./browser.ts";

const here = hasChromium();
if (!here) process.stdout.write(`${noChromium}\n`);

const PATIENCE_MS = 30_000;
const TEN_MINUTES_MS = 600_000;
const OFFLINE = "No connection to Parley.";
const WAITS = "Waits for the connection";

describe.skipIf(!here)("a page that was cut off", () => {
  let living: LivingTown;
  let town: Town;
  let browser: Browser;
  let desk: Visit;
  let page: Page;
  /** Somebody new in each story, whose conversation is open. */
  let phone = "";
  beforeAll(async () => {
    buildWebApp();
    living = await foundLivingTown();
    ({ town } = living);
    await town.connect();
    browser = await launch();
    desk = await visit(browser);
    ({ page } = desk);
    page.setDefaultTimeout(PATIENCE_MS);
    await signInAsOwner(desk, town);
  });
  afterAll(async () => {
    await browser?.close();
    await living?.stop();
  });
  beforeEach(async () => {
    phone = newcomer();
    await texts("Hello?");
    await openTheirs(page);
  });

  const texts = (body: string, from = phone) => town.simulator.text({ from, to: "+14155550142", body });
  const log = (on: Page) => on.getByRole("log");
  const composer = (on: Page) => on.getByRole("textbox", { name: /^Answer to/ });

  async function openTheirs(on: Page): Promise<void> {
    const { id } = await conversationWith(town, phone);
    await on.goto(`${town.publicUrl}/inbox/${id}`);
    await log(on).getByText("Hello?", { exact: true }).waitFor();
  }
  async function answer(on: Page, words: string): Promise<void> {
    await composer(on).fill(words);
    await composer(on).press("Control+Enter");
    await log(on).getByText(words, { exact: true }).waitFor();
  }
  /** The words in the thread as the page shows them, those that wait too. */
  const shown = (on: Page): Promise<string[]> => log(on).locator("article > :first-child").allTextContents();
  const kept = async () => (await thread(town, phone)).map((message: Message) => message.content);
  /** What the page shows is what the server has, and no more. */
  async function isWhole(on: Page, words: string[]): Promise<void> {
    await expect.poll(() => shown(on), { timeout: PATIENCE_MS }).toEqual(words);
    expect(await kept()).toEqual(words);
  }
  const delivered = (words: string[]) => expect.poll(() => heard(town, phone), { timeout: PATIENCE_MS }).toEqual(words);
  const sending = /\/api\/conversations\/[^/]+\/messages$/;

  test("for ten minutes has everything, once, and sends what was written meanwhile", async () => {
    await desk.context.setOffline(true);
    await page.getByText(OFFLINE).waitFor();
    await answer(page, "On my way.");
    await page.getByText(WAITS).waitFor();
    await texts("One");
    town.clock.advance(TEN_MINUTES_MS);
    await texts("Two");
    const stranger = newcomer();
    await texts("Somebody new", stranger);
    await desk.context.setOffline(false);
    await page.getByText(OFFLINE).waitFor({ state: "hidden" });
    await delivered(["On my way."]);
    await isWhole(page, ["Hello?", "One", "Two", "On my way."]);
    const list = page.getByRole("list", { name: /Conversations/ });
    await list.getByRole("link", { name: /Somebody new/ }).waitFor();
    expect(await list.getByRole("link", { name: /Somebody new/ }).count()).toBe(1);
    const { body } = await town.api.get("/api/conversations/counts");
    await page.getByRole("link", { name: `Inbox, ${body.unread} unread` }).waitFor();
  });

  test("does not talk over a teammate who answered meanwhile", async () => {
    const { id } = await conversationWith(town, phone);
    await desk.context.setOffline(true);
    await page.getByText(OFFLINE).waitFor();
    await answer(page, "We are closed.");
    await page.getByText(WAITS).waitFor();
    await write(town, "We are open till six.", { in: id });
    await desk.context.setOffline(false);
    await page.getByText("A teammate or agent answered here meanwhile.").waitFor();
    await page.getByRole("button", { name: "Discard" }).click();
    await delivered(["We are open till six."]);
    await isWhole(page, ["Hello?", "We are open till six."]);
  });

  test("sends once what it wrote while the server restarted", async () => {
    const restarted = town.restart();
    await answer(page, "Half past three.");
    await restarted;
    await texts("Thanks");
    await delivered(["Half past three."]);
    await expect
      .poll(async () => (await shown(page)).sort(), { timeout: PATIENCE_MS })
      .toEqual(["Half past three.", "Hello?", "Thanks"]);
    expect((await kept()).sort()).toEqual(["Half past three.", "Hello?", "Thanks"]);
  });

  test("sends once what the server took without its answer coming back", async () => {
    let lost = 0;
    await page.route(sending, async (route: Route) => {
      if (route.request().method() !== "POST") return route.fallback();
      if (lost > 0) return route.fallback();
      lost += 1;
      await route.fetch();
      await route.abort();
    });
    await answer(page, "It is ready.");
    await delivered(["It is ready."]);
    await desk.context.setOffline(true);
    await page.getByText(OFFLINE).waitFor();
    await desk.context.setOffline(false);
    await page.getByText(WAITS).waitFor({ state: "hidden" });
    await isWhole(page, ["Hello?", "It is ready."]);
    expect(lost).toBe(1);
    expect(heard(town, phone)).toEqual(["It is ready."]);
    await page.unroute(sending);
  });

  test("keeps over a reload what is being written, and sends what was not answered", async () => {
    await page.route(sending, (route) => (route.request().method() === "POST" ? route.abort() : route.fallback()));
    await answer(page, "Glazed and fired.");
    await page.getByText(WAITS).waitFor();
    await composer(page).fill("And one more th");
    await page.unroute(sending);
    await page.reload();
    await expect.poll(() => composer(page).inputValue(), { timeout: PATIENCE_MS }).toBe("And one more th");
    await delivered(["Glazed and fired."]);
    await isWhole(page, ["Hello?", "Glazed and fired."]);
    await page.reload();
    await isWhole(page, ["Hello?", "Glazed and fired."]);
    expect(heard(town, phone)).toEqual(["Glazed and fired."]);
  });

  test("in two windows shows the same in both, and sends once what waits in both", async () => {
    await page.route(sending, (route) => (route.request().method() === "POST" ? route.abort() : route.fallback()));
    await answer(page, "Both know this.");
    await page.getByText(WAITS).waitFor();
    const other = await desk.context.newPage();
    other.setDefaultTimeout(PATIENCE_MS);
    await openTheirs(other); // it finds what waits, and sends it
    await delivered(["Both know this."]);
    await isWhole(other, ["Hello?", "Both know this."]);
    await page.unroute(sending);
    await desk.context.setOffline(true);
    await page.getByText(OFFLINE).waitFor();
    await desk.context.setOffline(false);
    await isWhole(page, ["Hello?", "Both know this."]);
    await texts("So do I");
    await answer(other, "Good.");
    for (const each of [page, other]) await isWhole(each, ["Hello?", "Both know this.", "So do I", "Good."]);
    await delivered(["Both know this.", "Good."]);
    await other.close();
  });

  test("complained of nothing but the line", () => {
    expect(desk.complaints.filter((each) => !/net::ERR_|401|409|503/.test(each))).toEqual([]);
  });
});
