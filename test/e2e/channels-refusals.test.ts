/** Channels in a real browser where things go wrong: what is said, what is kept, and the way on; and without a mouse. */
import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { asOwner } from "../support/sql.ts";
import { KILN } from "../support/town.ts";
import { type DeskSettings, describeAtDesk } from "./at-the-desk.ts";
import { barriers } from "./browser.ts";
import { channelsPage, hireClay } from "./channels-page.ts";

/** Longer than Parley waits before it asks Twilio again. */
const RETRY_MS = 20_000;
const MANY = 60;

const SETTINGS: DeskSettings = {
  prepare: hireClay,
  patience_ms: 15_000,
  mayComplainOf: /status of 4\d\d|status of 503|net::ERR_FAILED/, // what the stories bring about
};

describeAtDesk("channels, where something is wrong", SETTINGS, (desk) => {
  const { soon } = desk;
  const { open, wizard, done, press, row, channels } = channelsPage(desk);
  const focused = (selector: Locator) => selector.and(desk.page.locator(":focus"));

  const timePassesUntil = (wanted: Locator) =>
    soon(() => {
      desk.town.clock.advance(RETRY_MS);
      return wanted.count();
    }).toBe(1);
  const stepWithTheKeys = () =>
    desk.page.evaluate("document.activeElement.closest('section[aria-label]')?.getAttribute('aria-label')");

  /** Goes on with the Tab key until it is there. */
  async function tabTo(wanted: Locator): Promise<void> {
    for (let pressed = 0; pressed < MANY; pressed += 1) {
      if (await focused(wanted).count()) return;
      await desk.page.keyboard.press("Tab");
    }
    throw new Error(`the Tab key never came to ${String(wanted)}`);
  }
  async function wantNewNumber(): Promise<void> {
    await desk.page.evaluate("sessionStorage.clear()");
    await open("/account/channels?dialog=connect");
    await wizard().getByRole("button", { name: /^SMS/ }).click();
    await press("Continue");
    await wizard().getByRole("tab", { name: "Get a new number" }).click();
    await wizard().getByRole("radio").first().check();
    await press("Continue");
    await press("Skip for now");
    await press("Buy and connect");
  }

  test("a list that is slow shows its shape, and one that can't be had a way to try again", async () => {
    const { page } = desk;
    const held = Promise.withResolvers<void>();
    const lists = /\/api\/channels(\?|$)/;
    await page.route(lists, async (route) => {
      await held.promise;
      await route.abort();
    });
    await open();
    await page.getByRole("status", { name: "Loading channels" }).waitFor();
    held.resolve();
    await page.getByText("can't be reached").waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.unroute(lists);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "No number is connected" }).waitFor();
  });

  test("an unreachable, a suspended and a closed account are each told apart, and what was typed stays", async () => {
    const { page, town } = desk;
    const { sid, authToken } = town.twilio;
    await open("/account/channels?dialog=connect");
    await wizard().getByRole("button", { name: /^SMS/ }).click();
    await wizard().getByLabel("Account SID").fill(sid);
    await wizard().getByLabel("Auth token").fill(authToken);
    town.simulator.addFaults([{ kind: "reset_before" }]);
    await press("Check and continue");
    await wizard().getByText("Twilio can't be reached right now. Nothing was changed").waitFor();
    town.simulator.clearFaults();
    town.simulator.updateAccount(sid, { status: "suspended" });
    await press("Check and continue");
    await wizard().getByText("Twilio has suspended this account.").waitFor();
    expect(await wizard().getByLabel("Account SID").getAttribute("aria-invalid")).toBe("true");
    expect(await wizard().getByLabel("Auth token").inputValue()).toBe(authToken);
    expect(await barriers(page)).toEqual([]);
    town.simulator.updateAccount(sid, { status: "active" });
    const closed = town.simulator.createAccount();
    town.simulator.updateAccount(closed.sid, { status: "closed" });
    await wizard().getByLabel("Account SID").fill(closed.sid);
    await wizard().getByLabel("Auth token").fill(closed.authToken);
    await press("Check and continue");
    await wizard().getByText("This Twilio account is closed.").waitFor();
    expect((await town.api.get("/api/provider-accounts")).body.items).toEqual([]);
    await page.keyboard.press("Escape");
  });

  test("the whole wizard goes without a mouse, and each step has the keys when it comes", async () => {
    const { page, town } = desk;
    await page.evaluate("sessionStorage.clear()");
    await open();
    await tabTo(page.getByRole("button", { name: "Add a channel" }));
    await page.keyboard.press("Enter");
    await soon(() => focused(wizard().getByRole("button", { name: /^SMS/ })).count()).toBe(1);
    await page.keyboard.press("Enter");
    await soon(() => focused(wizard().getByLabel("Account SID")).count()).toBe(1);
    await page.keyboard.type(town.twilio.sid);
    await page.keyboard.press("Tab");
    await page.keyboard.type(town.twilio.authToken);
    await page.keyboard.press("Enter");
    await soon(() => stepWithTheKeys()).toBe("Connect");
    const mine = wizard().getByRole("radio", { name: /^\+1 415 555 0142/ });
    await mine.waitFor();
    await tabTo(mine);
    await page.keyboard.press("Space");
    await soon(() => mine.isChecked()).toBe(true);
    await page.keyboard.press("Enter");
    await soon(() => stepWithTheKeys()).toBe("Compliance");
    await tabTo(wizard().getByRole("button", { name: "Skip for now" }));
    await page.keyboard.press("Enter");
    await soon(() => stepWithTheKeys()).toBe("Destination");
    await wizard().getByRole("combobox", { name: "Agent" }).getByText("Clay").waitFor();
    await tabTo(wizard().getByRole("button", { name: "Connect", exact: true }));
    await page.keyboard.press("Enter");
    await done().getByText("its texts come here").waitFor();
    await tabTo(done().getByRole("button", { name: "Done" }));
    await page.keyboard.press("Enter");
    await done().waitFor({ state: "hidden" });
    await row("+1 415 555 0142").getByText("Active", { exact: true }).first().waitFor();
  });

  test("a purchase that has to wait says why, and goes on by itself", async () => {
    const { page, town } = desk;
    town.simulator.addFaults([
      { kind: "status", status: 429, code: 20429, match: { method: "POST", path: "IncomingPhoneNumbers" }, times: 1 },
    ]);
    await wantNewNumber();
    await wizard().getByText("Parley goes on by itself in a moment.").waitFor();
    expect(await barriers(page)).toEqual([]);
    await timePassesUntil(done().getByText("its texts come here"));
    await press("Done");
    expect(await channels()).toHaveLength(2);
  });

  test("a purchase that hangs is given up where it is waited for, or later on the page, and asks Twilio for nothing more", async () => {
    const { page, town } = desk;
    const question = page.getByRole("dialog", { name: /^Give up buying \+1/ });
    const giveUp = () => question.getByRole("button", { name: "Give up" }).click();
    town.simulator.addFaults([
      { kind: "status", status: 429, code: 20429, match: { method: "POST", path: "IncomingPhoneNumbers" } },
    ]);
    await wantNewNumber();
    await wizard().getByText("Parley goes on by itself in a moment.").waitFor();
    await wizard().getByRole("button", { name: "Give up" }).click();
    await question.getByText("If Twilio has sold you the number by now", { exact: false }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await giveUp();
    await wizard().getByText("This purchase was given up before it was over.", { exact: false }).waitFor();
    await wizard().getByRole("button", { name: "Buy and connect" }).click();
    await wizard().getByText("Parley goes on by itself in a moment.").waitFor();
    await press("Close");

    const purchases = page.getByRole("list", { name: "Numbers being bought" });
    await purchases.getByText("Parley goes on by itself in a moment.").waitFor();
    expect(await barriers(page)).toEqual([]);
    await purchases.getByRole("button", { name: /^Give up/ }).click();
    await giveUp();
    await question.waitFor({ state: "hidden" }); // while it is open, nothing behind it counts as shown
    await purchases.waitFor({ state: "hidden" });
    town.simulator.clearFaults();
    const all = (await town.api.get("/api/activations")).body.items ?? [];
    expect(all.slice(-2)).toMatchObject([
      { state: "undone", problem: { code: "purchase_given_up" } },
      { state: "undone", problem: { code: "purchase_given_up" } },
    ]);
    expect(await channels()).toHaveLength(2);
  });

  test("giving up a number that Twilio has sold says so, before and after", async () => {
    const { page, town } = desk;
    town.simulator.addFaults([
      { kind: "status", status: 503, match: { method: "POST", path: "IncomingPhoneNumbers/PN" } },
    ]);
    await wantNewNumber();
    await wizard().getByRole("button", { name: "Give up" }).click();
    const question = page.getByRole("dialog", { name: /^Give up buying \+1/ });
    await question.getByText("Twilio has sold you this number already.", { exact: false }).waitFor();
    await question.getByRole("button", { name: "Give up" }).click();
    await page
      .getByText("was given up before it was over. Twilio had sold the number already", { exact: false })
      .first()
      .waitFor();
    await wizard().getByText("Twilio had sold the number already", { exact: false }).waitFor();
    await press("Close");
    town.simulator.clearFaults();
  });

  test("a number that was sold meanwhile is said in those words, and another one can be picked", async () => {
    const { page, town } = desk;
    const buying = { method: "POST", path: "IncomingPhoneNumbers" };
    town.simulator.addFaults([
      { kind: "status", status: 429, code: 20429, match: buying, times: 1 },
      { kind: "status", status: 400, code: 21422, match: buying, times: 1 },
    ]);
    await wantNewNumber();
    await wizard().getByText("Parley goes on by itself in a moment.").waitFor();
    await timePassesUntil(
      wizard().getByText("Somebody else has bought this number in the meantime. Pick another one."),
    );
    await wizard().getByRole("tab", { name: "Get a new number" }).waitFor();
    expect(await channels()).toHaveLength(2);
    await page.keyboard.press("Escape");
  });

  test("a webhook that was set for a former address is set again once a look at Twilio finds it right", async () => {
    const { page, town } = desk;
    await asOwner(
      town,
      "update connections set webhook_url = 'https://former.example/api/webhooks/twilio/sms' where phone_number = $1",
      [KILN],
    );
    await open();
    await row("+1 415 555 0142").getByText("Needs a look").waitFor();
    await row("+1 415 555 0142")
      .getByRole("button", { name: /^Twilio does not send its texts here/ })
      .click();
    const form = page.getByRole("dialog", { name: /^Settings of/ });
    await press("Look whether it is set");
    await form.getByText("Its texts do not come here by themselves").waitFor({ state: "hidden" });
    await page.keyboard.press("Escape");
    await form.waitFor({ state: "hidden" });
    await row("+1 415 555 0142").getByText("Needs a look").waitFor({ state: "hidden" });
    const kept = (await channels()).find((each) => each.phoneNumber === KILN);
    expect(kept?.webhook).toMatchObject({ configuredBy: "operator", verifiedAt: expect.any(String) });
  });

  test("a degraded number says what to do, and an admin may do it", async () => {
    const { page, town } = desk;
    town.simulator.updateNumber(KILN, { smsUrl: "https://other.example/sms" });
    const kiln = (await channels()).find((each) => each.phoneNumber === KILN);
    expect((await town.api.post(`/api/channels/${kiln?.id}/check-health`)).body).toMatchObject({ status: "degraded" });
    await asOwner(town, "update memberships set role = 'admin'");
    await open();
    await row("+1 415 555 0142").getByText("Needs a look").waitFor();
    const notice = page.getByRole("region", { name: "What is wrong with +1 415 555 0142" });
    await notice.getByText("go to other.example/sms now").waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole("button", { name: "Edit +1 415 555 0142" }).click();
    await page.getByRole("dialog").getByLabel("Name", { exact: true }).fill("Front desk");
    await press("Save name");
    await page.getByRole("dialog", { name: "Settings of Front desk" }).getByText("10DLC compliance").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Add a channel" }).click();
    await wizard().getByRole("list", { name: "Steps" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Delete Front desk" }).click();
    await press("Delete");
    await soon(() => row("+1 415 555 0142").count()).toBe(0);
  });

  test("what was got for one number is not taken for another one that is picked after it", async () => {
    const { page, town } = desk;
    const [first, second] = ["+14155550191", "+14155550192"] as const;
    for (const phoneNumber of [first, second]) town.simulator.addNumber({ accountSid: town.twilio.sid, phoneNumber });
    await page.evaluate("sessionStorage.clear()");
    await open("/account/channels?dialog=connect");
    await wizard().getByRole("button", { name: /^SMS/ }).click();
    await press("Continue");
    const pick = (name: RegExp) => wizard().getByRole("radio", { name }).check();
    await pick(/^\+1 415 555 0191/);
    await press("Continue");
    await wizard().getByLabel("Name customers know").fill("Kiln & Co.");
    await press("Continue");
    const saving = /\/setup-status$/;
    await page.route(saving, (route) => route.abort());
    await press("Connect");
    await wizard().getByRole("button", { name: "Finish" }).waitFor();
    await page.unroute(saving);

    await wizard().getByRole("button", { name: /^3/ }).click();
    await pick(/^\+1 415 555 0192/);
    await press("Continue");
    await press("Continue");
    await press("Connect");
    await done().getByText("+1 415 555 0192").first().waitFor();
    await press("Done");
    const forms = (await channels()).map(({ phoneNumber, smsCompliance }) => [phoneNumber, smsCompliance !== null]);
    expect(forms).toContainEqual([first, false]);
    expect(forms).toContainEqual([second, true]);
  });
});
