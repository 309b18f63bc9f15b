/** Numbers that need papers, in a real browser, where a business has two accounts at the provider: papers are good in one of them. */
import { expect, test } from "vitest";
import { act, beginRequest, fillIn } from "../support/papers.ts";
import { asOwner } from "../support/sql.ts";
import type { Town } from "../support/town.ts";
import { type DeskSettings, describeAtDesk } from "./at-the-desk.ts";
import { barriers } from "./browser.ts";
import { channelsPage } from "./channels-page.ts";

const SWEDISH = { country: "SE", numberType: "mobile", endUserType: "business" } as const;
const SECOND = "The second kiln";
const NEEDED = "Sweden sells such numbers only with an address.";
const CHOSEN = "Bought with the papers that Twilio has: Sweden, mobile, business.";

/** An address that Twilio has, which is all that a Swedish number asks for. */
async function giveAddress(town: Town): Promise<void> {
  const { id, papers } = await beginRequest(town, SWEDISH);
  const place = {
    customerName: "Kiln & Co.",
    street: "Storgatan 1",
    postalCode: "211 34",
    city: "Malmö",
    region: "Skåne",
  };
  await fillIn(town, id, { ...papers, address: { ...papers.address, ...place } });
  await act(town, id, "submit");
}

const SETTINGS: DeskSettings = {
  async prepare(town) {
    await town.connect();
    await giveAddress(town);
  },
  mayComplainOf: /422/, // what was refused on purpose
};

describeAtDesk("papers of one account and of another", SETTINGS, (desk) => {
  const { open, wizard, press } = channelsPage(desk);
  let second: { sid: string; authToken: string } | undefined;
  /** Adds the business's second account, were it once more; answers its id. */
  async function addSecond(): Promise<string> {
    second ??= desk.town.simulator.createAccount();
    const { sid: accountSid, authToken } = second;
    const body = { provider: "twilio", accountSid, authToken, friendlyName: SECOND };
    return String((await desk.town.api.post("/api/provider-accounts", body)).body.id);
  }
  async function chooseSecond(): Promise<void> {
    await press("Back");
    await wizard().getByLabel("Twilio account", { exact: true }).click();
    await desk.page.getByRole("option", { name: SECOND }).click();
    await press("Continue");
  }
  async function comeFromRequest(): Promise<void> {
    await open("/settings/sms-requests");
    await desk.page.getByRole("link", { name: "Sweden, mobile, business" }).click();
    await desk.page.getByRole("link", { name: "Get a number" }).click();
    await wizard().getByText(CHOSEN).waitFor();
  }
  /** How many numbers can be picked, of those that are shown. */
  async function pickable(): Promise<number> {
    await wizard().getByRole("radio").first().waitFor();
    return wizard().getByRole("radio").and(desk.page.locator(":enabled")).count();
  }

  test("papers are good for numbers of their own account alone", async () => {
    await addSecond();
    await comeFromRequest();
    await chooseSecond();
    await wizard().getByText(NEEDED, { exact: false }).waitFor();
    expect(await pickable()).toBe(0);
  });

  test("papers that the last step refuses are chosen no longer, so that nobody goes round in a circle", async () => {
    const { page, town } = desk;
    await comeFromRequest();
    await wizard().getByRole("radio").first().check();
    await press("Continue");
    await press("Continue");
    await wizard().getByRole("button", { name: "Buy and connect" }).waitFor();
    await asOwner(town, "update sms_requests set provider_account_id = $1", [await addSecond()]);
    await press("Buy and connect");
    await wizard().getByText("These papers are with another Twilio account.", { exact: false }).waitFor();
    await wizard().getByText(NEEDED, { exact: false }).waitFor();
    expect(await pickable()).toBe(0);
    expect(await barriers(page)).toEqual([]);
  });

  test("papers of an account that was added anew are good there still", async () => {
    await asOwner(desk.town, "update provider_accounts set status = 'disconnected' where friendly_name = $1", [SECOND]);
    await addSecond();
    await open("/account/channels?dialog=connect");
    await chooseSecond();
    await press("Use your address: Sweden, mobile, business");
    await wizard().getByText(CHOSEN).waitFor();
    expect(await pickable()).toBeGreaterThan(0);
  });
});
