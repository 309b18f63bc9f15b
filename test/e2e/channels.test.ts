/** Channels in a real browser: a number connected step by step, what carriers are told, and its end. */
import { expect, test } from "vitest";
import { asOwner } from "../support/sql.ts";
import { DANA, KILN } from "../support/town.ts";
import { type DeskSettings, describeAtDesk } from "./at-the-desk.ts";
import { barriers } from "./browser.ts";
import { channelsPage, hireClay } from "./channels-page.ts";

const TAKEN = "+14155550181";
const SILENT = "+14155550182";

const SETTINGS: DeskSettings = {
  async prepare(town) {
    const { sid: accountSid } = town.twilio;
    town.simulator.addNumber({ accountSid, phoneNumber: TAKEN, smsUrl: "https://other.example/sms?secret=1" });
    town.simulator.addNumber({ accountSid, phoneNumber: SILENT, capabilities: { sms: false } });
    await hireClay(town);
  },
  patience_ms: 15_000,
  mayComplainOf: /status of 4\d\d/, // what the API refuses
};

describeAtDesk("channels", SETTINGS, (desk) => {
  const { soon } = desk;
  const { open, wizard, done, press, table, row, channels } = channelsPage(desk);

  test("the wizard says what is wrong with an account, and forgets the token alone", async () => {
    const { page, town } = desk;
    await open();
    await page.getByRole("heading", { name: "No number is connected" }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole("button", { name: "Add a channel" }).press("Enter");
    await wizard().getByRole("button", { name: /^SMS/ }).press("Enter");
    await wizard().getByLabel("Account SID").fill(town.twilio.sid);
    await wizard().getByLabel("Auth token").fill("0".repeat(32));
    await press("Check and continue");
    await wizard().getByText("Twilio rejected the credentials.").waitFor();
    await page.keyboard.press("Escape");
    await wizard().waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Add a channel" }).click();
    expect(await wizard().getByLabel("Account SID").inputValue()).toBe(town.twilio.sid);
    expect(await wizard().getByLabel("Auth token").inputValue()).toBe("");
    expect(await page.evaluate("JSON.stringify({ ...sessionStorage })")).not.toContain("0".repeat(32));
  });

  test("a number of one's own is connected, and its first text ticks itself", async () => {
    const { page, town } = desk;
    await wizard().getByLabel("Auth token").fill(town.twilio.authToken);
    await press("Check and continue");
    await wizard()
      .getByRole("radio", { name: /^\+1 415 555 0142/ })
      .waitFor();
    expect(
      await wizard()
        .getByRole("radio", { name: /^\+1 415 555 0182/ })
        .isDisabled(),
    ).toBe(true);
    await wizard().getByLabel("Or type it").fill("+14155550199");
    await wizard().getByText("doesn’t belong to this Twilio account").waitFor();
    await wizard().getByLabel("Or type it").fill("");
    await wizard()
      .getByRole("radio", { name: /^\+1 415 555 0142/ })
      .check();
    expect(await barriers(page)).toEqual([]);
    await press("Continue");
    await wizard().getByLabel("Name customers know").fill(" Kiln & Co. ");
    await press("Continue");
    await wizard().getByText("+1 415 555 0142").waitFor();
    await press("Connect");
    await done().getByText("its texts come here").waitFor();
    await done().getByText("Waiting for your first text").waitFor();
    await town.simulator.text({ from: DANA, to: KILN, body: "Is this on?" });
    await done().getByText("Your first text has arrived").waitFor();
    await done().getByLabel("Send a test message to").fill(DANA);
    await press("Send a test message");
    await done().getByText("On its way").waitFor();
    await press("Done");
    await row("+1 415 555 0142").getByText("Kiln times").waitFor();
    const [channel] = await channels();
    expect(channel).toMatchObject({ phoneNumber: KILN, smsCompliance: { brand: { displayName: " Kiln & Co. " } } });
  });

  test("another app's webhook is taken only after a yes", async () => {
    const { page, town } = desk;
    await open();
    await page.getByRole("button", { name: "Add a channel" }).click();
    await wizard().getByRole("button", { name: /^SMS/ }).click();
    await press("Continue");
    await wizard()
      .getByRole("radio", { name: /^\+1 415 555 0181/ })
      .check();
    await wizard().getByText("other.example/sms").waitFor();
    await wizard()
      .getByRole("radio", { name: /^Leave them/ })
      .check();
    await press("Continue");
    await press("Skip for now");
    await press("Connect");
    await done().getByText("Its texts do not come here by themselves yet").waitFor();
    await press("Look whether it is set");
    await done().getByText("Twilio shows another address still").waitFor();
    await press("Done");
    const kept = town.simulator.overview().numbers.find((each) => each.phoneNumber === TAKEN);
    expect(kept?.smsUrl).toBe("https://other.example/sms?secret=1");
  });

  test("a new number is picked from what is for sale, bought and connected", async () => {
    const { page } = desk;
    await open();
    await page.getByRole("button", { name: "Add a channel" }).click();
    await wizard().getByRole("button", { name: /^SMS/ }).click();
    await press("Continue");
    await wizard().getByRole("tab", { name: "Get a new number" }).click();
    const offer = wizard().getByRole("radio").first();
    await wizard().getByText("$1.15 a month").first().waitFor();
    await offer.check();
    await press("Continue");
    await press("Skip for now");
    await wizard().getByText("New number").waitFor();
    await wizard().getByText("About $1.15 a month, billed by Twilio").waitFor();
    await wizard().getByRole("combobox", { name: "Environment" }).click();
    await page.getByRole("option", { name: "Sandbox" }).click();
    await press("Buy and connect");
    await done().waitFor();
    await press("Done");
    await table().getByText("Sandbox").waitFor();
    expect(await channels()).toHaveLength(3);
    expect((await channels()).map((each) => each.environment).sort()).toEqual(["live", "live", "sandbox"]);
  });

  test("a number is moved into another environment once it is said what follows", async () => {
    const { page } = desk;
    await open();
    const moved = (await channels()).find((each) => each.environment === "sandbox");
    await row("Sandbox").getByRole("button", { name: /^Edit/ }).click();
    const form = page.getByRole("dialog", { name: /^Settings of/ });
    await form.getByRole("combobox", { name: "Environment" }).click();
    await page.getByRole("option", { name: "Live" }).click();
    await form.getByText("was written for Sandbox").waitFor();
    expect(await barriers(page)).toEqual([]);
    await form.getByRole("button", { name: "Move to Live" }).click();
    await form.getByText("Moved").waitFor();
    await soon(async () => (await channels()).find((each) => each.id === moved?.id)?.environment).toBe("live");
    await page.keyboard.press("Escape");
    await form.waitFor({ state: "hidden" });
    expect(await table().getByText("Sandbox").count()).toBe(0);
  });

  test("what carriers are told saves itself, and the preflight leads to the field", async () => {
    const { page } = desk;
    await open();
    await page.getByRole("button", { name: "Edit +1 415 555 0142" }).click();
    const form = page.getByRole("dialog", { name: /^Settings of/ });
    await form.getByRole("button", { name: "Opting out" }).press("Enter");
    await form.getByLabel("Opt-out keywords").fill("STOP, quit ");
    await form.getByText("Saved", { exact: true }).waitFor();
    const kept = (await channels()).find((each) => each.phoneNumber === KILN);
    expect(kept).toMatchObject({ smsCompliance: { campaign: { optOutKeywords: "STOP, quit " } } });
    await press("Check what carriers often reject");
    await form.getByRole("button", { name: /^Website:/ }).click();
    await soon(() => form.getByLabel("Website").and(page.locator(":focus")).count()).toBe(1);
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await form.waitFor({ state: "hidden" });
  });

  test("what carriers are told is kept, and found again, though the form is left before typing rests", async () => {
    const { page } = desk;
    await open();
    const form = page.getByRole("dialog", { name: /^Settings of/ });
    const showOptingOut = async () => {
      await page.getByRole("button", { name: "Edit +1 415 555 0142" }).click();
      await form.getByRole("button", { name: "Opting out" }).press("Enter");
    };
    await showOptingOut();
    await form.getByLabel("Opt-out message").fill("You are out. ");
    await page.keyboard.press("Escape");
    await form.waitFor({ state: "hidden" });
    await showOptingOut();
    await soon(() => form.getByLabel("Opt-out message").inputValue()).toBe("You are out. ");
    await page.keyboard.press("Escape");
    await form.waitFor({ state: "hidden" });
    await soon(async () => (await channels()).find((each) => each.phoneNumber === KILN)).toMatchObject({
      smsCompliance: { campaign: { optOutKeywords: "STOP, quit ", optOutMessage: "You are out. " } },
    });
  });

  test("rows are sorted, reassigned, switched off and deleted", async () => {
    const { page } = desk;
    await open("/account/channels/sms");
    await page.getByRole("button", { name: "Phone number" }).click();
    await page.getByRole("button", { name: "Phone number" }).click();
    await soon(() => new URL(page.url()).searchParams.get("sort")).toBe("-number");
    await page.getByRole("combobox", { name: "Agent of +1 415 555 0142" }).click();
    await page.getByRole("option", { name: /^No agent/ }).click();
    await row("+1 415 555 0142").getByRole("link", { name: "Assign in Agents" }).waitFor();
    await page.getByRole("switch", { name: "+1 415 555 0142 is active" }).click();
    const notices = page.getByRole("region", { name: /^Notifications/ });
    await notices.getByText("texts to it still arrive and wait for the team").waitFor();
    await row("+1 415 555 0142").getByText("Off", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Delete +1 415 555 0181" }).click();
    await page.getByRole("dialog").getByText("is billed there, until you release it").waitFor();
    await press("Delete");
    await soon(async () => (await channels()).length).toBe(2);
    await table().waitFor();
    await soon(() => row("+1 415 555 0181").count()).toBe(0);
  });

  test("a number that was taken back says so, and a phone shows it all", async () => {
    const { page, town } = desk;
    await asOwner(town, `update connections set status = 'reclaimed' where phone_number = '${KILN}'`);
    await page.setViewportSize({ width: 390, height: 844 });
    await open();
    await row("+1 415 555 0142").getByText("Twilio has taken this number back").waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
    expect(await barriers(page)).toEqual([]);
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  test("the other families are empty, and a viewer may only look", async () => {
    const { page, town } = desk;
    await open("/account/channels/whatsapp");
    await page.getByRole("heading", { name: "No WhatsApp here" }).waitFor();
    await asOwner(town, "update memberships set role = 'viewer'");
    await open("/account/channels?dialog=connect");
    await page.getByText("Your role lets you look, and change nothing here.").waitFor();
    await table().waitFor();
    expect(await wizard().count()).toBe(0);
    expect(await page.getByRole("button", { name: "Add a channel" }).getAttribute("aria-disabled")).toBe("true");
    expect(await page.getByRole("switch").first().isDisabled()).toBe(true);
  });
});
