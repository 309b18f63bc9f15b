/** The demo with a real account connected beside it, in a browser: each number's words go their own way. */
import { expect, test } from "vitest";
import { heard } from "../support/story.ts";
import { DANA, KILN, type Town } from "../support/town.ts";
import { type DeskSettings, describeAtDesk } from "./at-the-desk.ts";
import { barriers, type Visit } from "./browser.ts";

const MAYA = "+18285550101";
const PATIENCE_MS = 30_000;

const SETTINGS: DeskSettings = {
  env: { PARLEY_ADMIN_EMAIL: "", PARLEY_ADMIN_PASSWORD: "", PARLEY_API_KEY: "", PARLEY_DEMO: "1" },
  enter: openDemo,
  patience_ms: PATIENCE_MS,
  opensWithin_ms: 4 * PATIENCE_MS,
  closesWithin_ms: PATIENCE_MS,
};

async function openDemo({ page }: Visit, { publicUrl }: Town): Promise<void> {
  await page.goto(`${publicUrl}/`);
  await page.getByRole("button", { name: "Open the demo" }).click();
  await page.getByRole("heading", { name: "Inbox" }).waitFor();
}

/** The town's provider is the real one's stand-in; the demo's phones are on a simulator of the product's own. */
describeAtDesk("a real account beside the demo", SETTINGS, (desk) => {
  const phone = () => desk.page.getByRole("complementary", { name: "A customer’s phone" });
  const onPhone = () => phone().getByRole("log");
  const thread = () => desk.page.getByRole("main").getByRole("log");
  const answer = async (words: string) => {
    await desk.page.getByRole("textbox", { name: /^Answer to/ }).fill(words);
    await desk.page.getByRole("button", { name: "Send", exact: true }).click();
    await thread().getByRole("article").filter({ hasText: words }).getByText("Delivered").waitFor();
  };
  /** What reached the real account's provider. */
  const leftForReal = () => desk.town.simulator.requests().map((each) => each.body);

  test("stands among the simulated ones", async () => {
    const { page, town } = desk;
    const body = JSON.stringify({
      accountSid: town.twilio.sid,
      authToken: town.twilio.authToken,
      phoneNumber: KILN,
      friendlyName: "Our real line",
    });
    const status = await page.evaluate<number>(`fetch("/api/channels/sms/connect", {
      method: "POST", headers: { "content-type": "application/json" }, body: ${JSON.stringify(body)},
    }).then((answer) => answer.status)`);
    expect(status).toBe(201);
    await page.goto(`${town.publicUrl}/account/channels`);
    for (const name of ["Studio line", "Parties & events", "Our real line"])
      await page.getByRole("main").getByText(name).first().waitFor();
    expect(await barriers(page)).toEqual([]);
  });

  test("its customers' texts come into the same inbox, and answers leave by it", async () => {
    const { page, town } = desk;
    await town.simulator.text({ from: DANA, to: KILN, body: "Is this the real studio?" });
    await page.getByRole("link", { name: /^Inbox/ }).click();
    await page.getByRole("link", { name: /Is this the real studio\?/ }).click();
    await answer("It is. From the real line");
    expect(heard(town, DANA)).toEqual(["It is. From the real line"]);
  });

  test("what is written to a simulated customer comes to the phone on the screen, and to nobody else", async () => {
    const { page, town } = desk;
    await page.goto(`${town.publicUrl}/inbox?phone=${encodeURIComponent(MAYA)}`);
    await phone().getByRole("link", { name: "Open in the inbox" }).click();
    await answer("Your blue bowl waits for you");
    await onPhone().getByText("Your blue bowl waits for you").waitFor();
    expect(leftForReal()).toContain("It is. From the real line");
    expect(leftForReal()).not.toContain("Your blue bowl waits for you");
    expect(town.simulator.phone(MAYA).texts).toEqual([]);
  });

  test("the phones on the screen text the simulated numbers alone", async () => {
    const { page } = desk;
    await phone().getByRole("combobox", { name: "Number of the business to text" }).click();
    const numbers = page.getByRole("option");
    await numbers.first().waitFor();
    const names = await numbers.allTextContents();
    expect(names.map((each) => each.replace(/ \+.*/, ""))).toEqual(["Studio line", "Parties & events"]);
    await page.keyboard.press("Escape");
  });
});
