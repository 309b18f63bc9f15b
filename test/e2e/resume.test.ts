/** The line falls, the server restarts, the page is loaded anew, two windows are open: nothing missed, nothing doubled. */
import type { Page, Route } from "playwright-core";
import { beforeEach, expect, test } from "vitest";
import type { Message } from "../../contract/messages.ts";
import { conversationWith, heard, newcomer, thread, write } from "../support/story.ts";
import { KILN } from "../support/town.ts";
import { type DeskSettings, describeAtDesk } from "./at-the-desk.ts";

const PATIENCE_MS = 30_000;
const TEN_MINUTES_MS = 600_000;
const A_DAY_MS = 24 * 60 * 60 * 1000;
const OFFLINE = "No connection to Parley.";
const WAITS = "Waits for the connection";

const SETTINGS: DeskSettings = {
  prepare: (town) => town.connect(),
  patience_ms: PATIENCE_MS,
  mayComplainOf: /net::ERR_|401|409|503/, // the line, and nothing else
};

describeAtDesk("a page that was cut off", SETTINGS, (desk) => {
  const { soon } = desk;
  /** Somebody new in each story, whose conversation is open. */
  let phone = "";
  beforeEach(async () => {
    phone = newcomer();
    await texts("Hello?");
    await openTheirs(desk.page);
  });

  const texts = (body: string, from = phone) => desk.town.simulator.text({ from, to: KILN, body });
  const log = (on: Page) => on.getByRole("log");
  const composer = (on: Page) => on.getByRole("textbox", { name: /^Answer to/ });

  async function openTheirs(on: Page): Promise<void> {
    const { id } = await conversationWith(desk.town, phone);
    await on.goto(`${desk.town.publicUrl}/inbox/${id}`);
    await log(on).getByText("Hello?", { exact: true }).waitFor();
  }
  async function answer(on: Page, words: string): Promise<void> {
    await composer(on).fill(words);
    await composer(on).press("Control+Enter");
    await log(on).getByText(words, { exact: true }).waitFor();
  }
  /** The words in the thread as the page shows them, those that wait too. */
  const shown = (on: Page): Promise<string[]> => log(on).locator("article > :first-child").allTextContents();
  const kept = async () => (await thread(desk.town, phone)).map((message: Message) => message.content);
  /** What the page shows is what the server has, and no more. */
  async function isWhole(on: Page, words: string[]): Promise<void> {
    await soon(() => shown(on)).toEqual(words);
    expect(await kept()).toEqual(words);
  }
  const delivered = (words: string[]) => soon(() => heard(desk.town, phone)).toEqual(words);
  const sending = /\/api\/conversations\/[^/]+\/messages$/;

  test("for ten minutes has everything, once, and sends what was written meanwhile", async () => {
    const { page, town } = desk;
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
    const { page, town } = desk;
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
    const { page, town } = desk;
    const restarted = town.restart();
    await answer(page, "Half past three.");
    await restarted;
    await texts("Thanks");
    await delivered(["Half past three."]);
    await soon(async () => (await shown(page)).sort()).toEqual(["Half past three.", "Hello?", "Thanks"]);
    expect((await kept()).sort()).toEqual(["Half past three.", "Hello?", "Thanks"]);
  });

  test("sends once what the server took without its answer coming back", async () => {
    const { page, town } = desk;
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
    await isWhole(page, ["Hello?", "It is ready."]); // once, though nobody has told the page that it was taken
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
    const { page, town } = desk;
    await page.route(sending, (route) => (route.request().method() === "POST" ? route.abort() : route.fallback()));
    await answer(page, "Glazed and fired.");
    await page.getByText(WAITS).waitFor();
    await composer(page).fill("And one more th");
    await page.unroute(sending);
    await page.reload();
    await soon(() => composer(page).inputValue()).toBe("And one more th");
    await delivered(["Glazed and fired."]);
    await isWhole(page, ["Hello?", "Glazed and fired."]);
    await page.reload();
    await isWhole(page, ["Hello?", "Glazed and fired."]);
    expect(heard(town, phone)).toEqual(["Glazed and fired."]);
  });

  test("in two windows shows the same in both, and sends once what waits in both", async () => {
    const { page } = desk;
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

  test("that slept for a day leaves it to a person whether words without an answer go again", async () => {
    const sleeper = await desk.context.newPage();
    sleeper.setDefaultTimeout(PATIENCE_MS);
    await openTheirs(sleeper);
    let posts = 0;
    await sleeper.route(sending, async (route: Route) => {
      if (route.request().method() !== "POST") return route.fallback();
      posts += 1;
      if (posts === 1) await route.fetch(); // taken, and the answer lost
      await route.abort();
    });
    await answer(sleeper, "See you at nine.");
    await delivered(["See you at nine."]);
    await isWhole(sleeper, ["Hello?", "See you at nine."]);
    await desk.context.setOffline(true);
    await sleeper.getByText(OFFLINE).waitFor();
    await sleeper.clock.setFixedTime(Date.now() + A_DAY_MS);
    const before = posts; // it may have tried again while its line was still opening
    await desk.context.setOffline(false);
    await sleeper.getByText("It was written too long ago to be sent by itself").waitFor();
    expect(posts).toBe(before);
    expect(heard(desk.town, phone)).toEqual(["See you at nine."]);
    await sleeper.close();
  });
});
