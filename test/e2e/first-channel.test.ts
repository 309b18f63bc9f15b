/** The first channels of a business that has no agent yet: whoever answers, and whatever kind of number it is. */
import { expect, test } from "vitest";
import { KILN } from "../support/town.ts";
import { type DeskSettings, describeAtDesk } from "./at-the-desk.ts";
import { barriers } from "./browser.ts";
import { channelsPage } from "./channels-page.ts";

const TOLL_FREE = "+18885550142";
const SHARED = "+14155550183";

const SETTINGS: DeskSettings = {
  async prepare({ api, simulator, twilio: { sid: accountSid, authToken } }) {
    simulator.addNumber({ accountSid, phoneNumber: TOLL_FREE });
    simulator.addNumber({ accountSid, phoneNumber: SHARED });
    await api.post("/api/provider-accounts", { provider: "twilio", accountSid, authToken });
  },
  mayComplainOf: /status of 4\d\d/, // what the API refuses
};

describeAtDesk("the first channels", SETTINGS, (desk) => {
  const { soon } = desk;
  const { open, wizard, done, press, channels } = channelsPage(desk);
  const connectStep = async () => {
    await open("/account/channels?dialog=connect");
    await wizard().getByRole("button", { name: /^SMS/ }).click();
    await press("Continue");
  };
  const typed = () => wizard().getByLabel("Or type it");
  const step = () => wizard().locator("[aria-current=step]").innerText();

  test("an area code that is none is called so, and half of one says what it waits for", async () => {
    await connectStep();
    await wizard().getByRole("tab", { name: "Get a new number" }).click();
    await wizard().getByLabel("Area code").fill("ab");
    await wizard().getByText("Must be three digits, such as 415.").waitFor();
    await wizard().getByLabel("Area code").fill("41");
    await wizard().getByText("Its numbers are listed once it has three digits.").waitFor();
  });

  test("a number is judged while it is typed: half of one is not wrong, a whole one can be gone on with", async () => {
    await wizard().getByRole("tab", { name: "Use my number" }).click();
    await typed().pressSequentially("+1 888 555 01");
    expect(await wizard().getByRole("alert").count()).toBe(0);
    await wizard()
      .getByRole("radio", { name: /^\+1 888 555 0142/ })
      .and(wizard().locator(":not(:checked)"))
      .waitFor();
    await typed().pressSequentially("42");
    await soon(() =>
      wizard()
        .getByRole("radio", { name: /^\+1 888 555 0142/ })
        .isChecked(),
    ).toBe(true);
    await press("Continue");
    expect(await step()).toContain("Compliance");
  });

  test("a toll-free number is not asked for 10DLC", async () => {
    await wizard().getByText("toll-free verification applies instead").waitFor();
    expect(await wizard().getByText("Brand", { exact: true }).count()).toBe(0);
    await press("Continue");
  });

  test("a number can be connected without an agent: the team answers", async () => {
    const { page } = desk;
    await wizard().getByRole("radio", { name: "No agent: the team answers" }).and(page.locator(":checked")).waitFor();
    expect(await barriers(page)).toEqual([]);
    await press("Connect");
    await done().getByText("its texts come here").waitFor();
    await press("Done");
    expect(await channels()).toMatchObject([{ phoneNumber: TOLL_FREE, agentId: null, smsCompliance: null }]);
  });

  test("the first agent is made where its first number is connected", async () => {
    const { page, town } = desk;
    await connectStep();
    await typed().fill(KILN);
    await press("Continue");
    await press("Skip for now");
    await wizard()
      .getByRole("radio", { name: /^A new agent/ })
      .check();
    await page.getByRole("button", { name: "Connect", exact: true }).and(page.locator("[aria-disabled]")).waitFor();
    await wizard().getByLabel("Name of the agent").fill("Clay");
    expect(await barriers(page)).toEqual([]);
    await press("Connect");
    await done().getByText("its texts come here").waitFor();
    await press("Done");
    const [agent, ...others] = (await town.api.get("/api/agents")).body.items ?? [];
    expect([agent?.name, others]).toEqual(["Clay", []]);
    expect((await channels()).find((each) => each.phoneNumber === KILN)).toMatchObject({
      agentId: agent?.id,
      knowledgeBase: { name: "What Clay knows" },
    });
  });

  test("where another app took the number meanwhile, it is asked in words and not by the API's names", async () => {
    const { town } = desk;
    await connectStep();
    await typed().fill(SHARED);
    await press("Continue");
    await press("Skip for now");
    town.simulator.updateNumber(SHARED, { smsUrl: "https://other.example/sms" });
    await press("Connect");
    await wizard().getByText("It is not connected yet: say first where its texts shall go.").waitFor();
    expect(await wizard().innerText()).not.toContain("replaceWebhook");
    await wizard()
      .getByRole("radio", { name: /^Send its texts to Parley/ })
      .check();
    await soon(() => wizard().getByText("It is not connected yet").count()).toBe(0);
    await press("Continue");
    await press("Skip for now");
    await press("Connect");
    await done().getByText("its texts come here").waitFor();
    await press("Done");
  });

  test("a type that is sold out at the next look stays the one of which a number was picked", async () => {
    const { page, town } = desk;
    await connectStep();
    await wizard().getByRole("tab", { name: "Get a new number" }).click();
    await wizard().getByRole("radio").first().check();
    town.simulator.addFaults([
      { kind: "status", status: 404, code: 20404, match: { path: "/AvailablePhoneNumbers/US/Local" } },
    ]);
    await page.reload();
    await wizard().getByText("Twilio has no local number with SMS there at the moment.", { exact: false }).waitFor();
    expect(await wizard().getByRole("combobox", { name: "Type of number" }).innerText()).toBe("Local");
    town.simulator.clearFaults();
  });
});
