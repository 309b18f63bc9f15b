/** A channel that falls ill, as people see it: what is wrong, since when, what to do, and a look whether it is well again. */
import { expect, test } from "vitest";
import { untilStatus, write } from "../support/story.ts";
import { KILN } from "../support/town.ts";
import { type DeskSettings, describeAtDesk } from "./at-the-desk.ts";
import { barriers } from "./browser.ts";
import { channelsPage } from "./channels-page.ts";

const NAME = "+1 415 555 0142";
const CUSTOMER = "+14155550107";

const SETTINGS: DeskSettings = {
  prepare: (town) => town.connect(),
  patience_ms: 15_000,
  mayComplainOf: /status of 503/, // where the provider can't be reached
};

describeAtDesk("a channel's health", SETTINGS, (desk) => {
  const { open, row, channels } = channelsPage(desk);
  const notice = () => desk.page.getByRole("region", { name: `What is wrong with ${NAME}` });
  const checkAgain = () => notice().getByRole("button", { name: "Check again" }).press("Enter");
  const check = async () => {
    const [channel] = await channels();
    await desk.town.passing(desk.town.api.post(`/api/channels/${channel?.id}/check-health`));
  };

  test("what is wrong appears by itself, with what to do", async () => {
    const { page, town } = desk;
    await open();
    await row(NAME).getByText("Active", { exact: true }).first().waitFor();
    expect(await notice().count()).toBe(0);
    town.simulator.updateAccount(town.twilio.sid, { status: "suspended" });
    await check();
    await notice().getByText("this account is suspended").waitFor();
    await notice().getByText("Open the Twilio console").waitFor();
    await notice()
      .getByText(/^Since /)
      .waitFor();
    await row(NAME).getByText("Restricted", { exact: true }).waitFor();
    expect(await barriers(page)).toEqual([]);
  });

  test("looking again says that it is still so, that nobody could be asked, or that it is over", async () => {
    const { page, town } = desk;
    await checkAgain();
    await notice().getByText("it is still so").waitFor();
    town.simulator.addFaults([{ kind: "status", status: 503 }]);
    await checkAgain();
    await notice().getByText("Twilio can't be reached right now.").waitFor();
    town.simulator.clearFaults();
    town.simulator.updateAccount(town.twilio.sid, { status: "active" });
    await checkAgain();
    await page.getByText(`Nothing is wrong with ${NAME} any more.`).first().waitFor(); // said to a screen reader too
    await notice().waitFor({ state: "hidden" });
    await row(NAME).getByText("Active", { exact: true }).first().waitFor();
  });

  test("carriers' words come with their page, on a phone too, and the settings tell what changed", async () => {
    const { page, town } = desk;
    town.simulator.addOutcomes([{ match: { to: CUSTOMER }, status: "undelivered", errorCode: 30034 }]);
    await untilStatus(town, await write(town, "Your bowl is ready.", { to: CUSTOMER }), "undelivered");
    town.simulator.updateNumber(KILN, { smsUrl: "https://other.example/sms" });
    await check();
    await page.setViewportSize({ width: 390, height: 844 });
    await notice().getByText("not registered for A2P 10DLC").waitFor();
    await notice().getByText("go to other.example/sms now").waitFor();
    const help = notice().getByRole("link", { name: "Twilio’s page on this error" });
    expect(await help.getAttribute("href")).toBe("https://www.twilio.com/docs/api/errors/30034");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
    expect(await barriers(page)).toEqual([]);
    await page.getByRole("button", { name: `Edit ${NAME}` }).click();
    const settings = page.getByRole("dialog", { name: `Settings of ${NAME}` });
    await settings.getByRole("region", { name: `What is wrong with ${NAME}` }).waitFor();
    await settings.getByText("Its texts do not come here by themselves yet").waitFor();
    const history = settings.getByRole("region", { name: "Health" });
    await history.getByText("Well again.").waitFor();
    expect(await history.getByRole("listitem").count()).toBe(3);
    expect(await barriers(page)).toEqual([]);
  });
});
