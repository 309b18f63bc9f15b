/** Forms that save themselves, in a real browser: what is typed is kept whenever it is left, and the newest words stand. */
import type { Page, Route } from "playwright-core";
import { afterEach, expect, test } from "vitest";
import { beginRequest, germanPapers, uploadPaper } from "../support/papers.ts";
import { KILN } from "../support/town.ts";
import { describeAtDesk } from "./at-the-desk.ts";
import { channelsPage } from "./channels-page.ts";

/** Something that is waited for until it is let happen. */
function gate(): { opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

/** Has the next save of a page leave it only when `letGo()` is called there; `isHeld` says that it is waiting. */
const HOLD_NEXT_SAVE = `{
  const real = window.fetch;
  window.isHeld = false;
  window.fetch = async (path, init) => {
    if (!window.isHeld && String(path).includes("/setup-status")) {
      window.isHeld = true;
      await new Promise((resolve) => { window.letGo = resolve; });
    }
    return real(path, init);
  };
}`;

describeAtDesk(
  "forms that save themselves",
  {
    prepare: (town) => town.connect(),
    // The line falls on purpose, and a channel is gone when something is still said of it.
    mayComplainOf: /ERR_INTERNET_DISCONNECTED|status of 404/,
  },
  (desk) => {
    const { soon } = desk;
    const { open, channels } = channelsPage(desk);
    const formOn = (page: Page) => page.getByRole("dialog", { name: /^Settings of/ });
    const showOptingOut = async (page: Page) => {
      await page.getByRole("button", { name: /^Edit / }).click();
      await formOn(page).getByRole("button", { name: "Opting out" }).press("Enter");
    };
    const closeForm = async (page: Page) => {
      await page.keyboard.press("Escape");
      await formOn(page).waitFor({ state: "hidden" });
    };
    const type = (page: Page, label: string, words: string) => formOn(page).getByLabel(label).fill(words);
    const shown = (label: string) => formOn(desk.page).getByLabel(label).inputValue();
    /** What the server has of how people opt out. */
    const kept = async () => (await channels()).find((each) => each.phoneNumber === KILN)?.smsCompliance;

    afterEach(() => desk.context.setOffline(false));

    test("what was typed while the line was down is shown as not saved to who comes back, and is kept once it stands", async () => {
      const { page, context } = desk;
      await open();
      await showOptingOut(page);
      await context.setOffline(true);
      await type(page, "Opt-out keywords", "STOP, quit ");
      await closeForm(page);
      await showOptingOut(page);
      expect(await shown("Opt-out keywords")).toBe("STOP, quit ");
      await formOn(page).getByText("Not saved:", { exact: false }).waitFor();
      const asked = page.waitForEvent("dialog");
      await page.close({ runBeforeUnload: true });
      const question = await asked;
      expect(question.type()).toBe("beforeunload");
      await question.dismiss();
      await closeForm(page);
      await context.setOffline(false);
      await soon(kept).toMatchObject({ campaign: { optOutKeywords: "STOP, quit " } });
    });

    test("what is typed wins over what was asked for before, also in a form that is opened again", async () => {
      const { page, town } = desk;
      const [asked, answer, save] = [gate(), gate(), gate()];
      await open();
      await showOptingOut(page);
      const answersLate = async (route: Route) => {
        const response = await route.fetch();
        asked.open();
        await answer.opened;
        await route.fulfill({ response });
      };
      const savesLate = (route: Route) => save.opened.then(() => route.continue());
      await page.route("**/api/channels", answersLate);
      await page.route("**/setup-status", savesLate);
      const [channel] = await channels();
      await town.api.patch(`/api/channels/${channel?.id}`, { friendlyName: "Front desk" });
      await asked.opened;
      await type(page, "Opt-out message", "You are out. ");
      await closeForm(page);
      answer.open();
      await page.getByRole("button", { name: "Edit Front desk" }).waitFor(); // the old answer is shown
      await showOptingOut(page);
      expect(await shown("Opt-out message")).toBe("You are out. ");
      await type(page, "Opt-out keywords", "STOP, leave");
      await closeForm(page);
      save.open();
      await soon(kept).toMatchObject({ campaign: { optOutKeywords: "STOP, leave", optOutMessage: "You are out. " } });
      await page.unrouteAll({ behavior: "wait" });
    });

    test("what the server could not keep is tried again as time passes, though its form is closed", async () => {
      const page = await desk.context.newPage();
      await page.clock.install();
      await page.goto(`${desk.town.publicUrl}/account/channels`);
      await showOptingOut(page);
      await page.route("**/setup-status", (route) => route.fulfill({ status: 503 }), { times: 1 });
      await type(page, "Opt-out message", "Out at last.");
      await formOn(page).getByText("Not saved:", { exact: false }).waitFor();
      await closeForm(page);
      await page.clock.fastForward(15_000);
      await soon(kept).toMatchObject({ campaign: { optOutMessage: "Out at last." } });
      await page.close();
    });

    test("the last words of a tab that is closed are kept, though a save was still on its way", async () => {
      const page = await desk.context.newPage();
      await page.goto(`${desk.town.publicUrl}/account/channels`);
      await showOptingOut(page);
      await page.evaluate(HOLD_NEXT_SAVE);
      await type(page, "Opt-out message", "You are");
      await soon(() => page.evaluate("window.isHeld")).toBe(true);
      await type(page, "Opt-out message", "You are out, and welcome back.");
      await page.close();
      await soon(kept).toMatchObject({ campaign: { optOutMessage: "You are out, and welcome back." } });
    });

    test("the newest words stand, though an older save comes in after them", async () => {
      const page = await desk.context.newPage();
      await page.goto(`${desk.town.publicUrl}/account/channels`);
      await showOptingOut(page);
      await page.evaluate(HOLD_NEXT_SAVE);
      await type(page, "Opt-out message", "Older");
      await soon(() => page.evaluate("window.isHeld")).toBe(true);
      await type(page, "Opt-out message", "Newer");
      await page.evaluate(`{
        Object.defineProperty(document, "visibilityState", { configurable: true, value: "hidden" });
        document.dispatchEvent(new Event("visibilitychange"));
      }`);
      await soon(kept).toMatchObject({ campaign: { optOutMessage: "Newer" } });
      await page.evaluate("window.letGo()");
      await formOn(page).getByText("Saved", { exact: true }).waitFor();
      expect(await kept()).toMatchObject({ campaign: { optOutMessage: "Newer" } });
      await page.close();
    });

    test("papers can't be changed while they are handed in", async () => {
      const { page, town } = desk;
      const request = await beginRequest(town);
      const file = await uploadPaper(town, request.id);
      const papers = germanPapers(String(file.body.id));
      expect((await town.api.patch(`/api/sms-requests/${request.id}`, { papers })).status).toBe(200);
      const [asked, answer] = [gate(), gate()];
      const hold = async (route: Route) => {
        asked.open();
        await answer.opened;
        await route.continue();
      };
      await page.route("**/submit", hold, { times: 1 });
      await page.goto(`${town.publicUrl}/settings/sms-requests/${request.id}`);
      const email = page.getByLabel("Email", { exact: true });
      await email.press("Enter");
      await asked.opened;
      await soon(() => email.isDisabled()).toBe(true);
      answer.open();
      await page.getByRole("region", { name: "What was filed" }).getByText("ana@kiln.example").waitFor();
    });

    test("what is refused when nobody looks at its form any more is said", async () => {
      const { page, context, town } = desk;
      await open();
      await showOptingOut(page);
      await context.setOffline(true);
      await type(page, "Opt-out keywords", "STOP, no more");
      await closeForm(page);
      const [channel] = await channels();
      expect((await town.api.delete(`/api/channels/${channel?.id}`)).status).toBeLessThan(300);
      await context.setOffline(false);
      await page.getByText("What you typed under 10DLC compliance is not saved:", { exact: false }).first().waitFor();
      await page.getByRole("heading", { name: "No number is connected" }).waitFor();
    });
  },
);
