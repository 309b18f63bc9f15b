/** Settings, Voice, in a real browser: how a number answers calls, who called, and the number that Parley gets. */
import { expect, test } from "vitest";
import { enterAtProvider, numberAtProvider, ring } from "../support/calls.ts";
import { newcomer } from "../support/story.ts";
import { DANA, KILN, MARCO } from "../support/town.ts";
import { describeAtDesk } from "./at-the-desk.ts";
import { barriers } from "./browser.ts";

const PBX = "https://pbx.example/answer?secret=1";
const MINUTE_MS = 60_000;

describeAtDesk(
  "voice",
  {
    prepare: (town) => town.connect(),
    mayComplainOf: /409|422/, // what was refused on purpose
  },
  (desk) => {
    const open = () => desk.page.goto(`${desk.town.publicUrl}/settings/voice`);
    const save = () => desk.page.getByRole("button", { name: "Save", exact: true }).click();
    const letParleyAnswer = () => desk.page.getByRole("button", { name: "Let Parley answer its calls" });
    const call = (words: string) =>
      desk.page.getByRole("list", { name: "Calls" }).getByRole("listitem").filter({ hasText: words });

    test("a number answers calls once somebody has said how, and says where calls have to lead", async () => {
      const { page } = desk;
      await open();
      await page.getByText("Nobody has called yet.").waitFor();
      await page.getByLabel("Answer calls to this number").click();
      await page.getByRole("button", { name: "Set it by hand" }).click();
      await page.getByText("/api/webhooks/twilio/voice#", { exact: false }).waitFor();
      await page
        .getByRole("button", { name: "Let Parley answer its calls" })
        .and(page.locator('[aria-disabled="true"]'))
        .waitFor(); // until it is saved, each would be ended at once
      await page.getByLabel("Greeting").fill("This is Kiln & Co.");
      await page.getByLabel("Let a phone ring").click();
      await page.getByLabel("Phone", { exact: true }).fill(KILN);
      await page.getByLabel("Answer missed calls with a text").click();
      expect(await barriers(page)).toEqual([]);
      await save();
      await page.getByText("This is one of your own connected numbers", { exact: false }).waitFor();
      await page.getByLabel("Phone", { exact: true }).fill("+1 415 555 0177");
      await save();
      await page.getByText("Saved. The next call is answered so.", { exact: true }).waitFor();
      const { body } = await desk.town.api.get("/api/channels");
      const voice = await desk.town.api.get(`/api/channels/${body.items?.[0]?.id}/voice`);
      expect(voice.body).toMatchObject({
        ...{ answering: true, greeting: "This is Kiln & Co.", forwardTo: "+14155550177", voicemail: true },
        missedCallText: { on: true },
      });
    });

    test("its calls come here once somebody says so, and are taken from another app only after a yes", async () => {
      const { page, town } = desk;
      await enterAtProvider(town, KILN, { VoiceUrl: PBX });
      await letParleyAnswer().click();
      await page.getByText("Its calls go to pbx.example/answer now", { exact: false }).waitFor();
      expect(await barriers(page)).toEqual([]);
      await page.getByRole("button", { name: "Leave them there" }).click();
      expect(numberAtProvider(town, KILN)?.voiceUrl).toBe(PBX);
      await letParleyAnswer().click();
      await page.getByRole("button", { name: "Let Parley answer them instead" }).click();
      await page.getByText("Its calls come to Parley.", { exact: false }).waitFor();
      expect(numberAtProvider(town, KILN)?.voiceUrl).toContain(town.publicUrl);
    });

    test("calls that go elsewhere later are told of, and may be left there", async () => {
      const { page, town } = desk;
      await enterAtProvider(town, KILN, { VoiceUrl: PBX });
      const [channel] = (await town.api.get("/api/channels")).body.items ?? [];
      await town.api.post(`/api/channels/${channel?.id}/check-health`);
      await page.getByText("Calls to this number go to pbx.example/answer now", { exact: false }).waitFor();
      await page.getByRole("button", { name: "Leave its calls there" }).click();
      expect(await barriers(page)).toEqual([]);
      await page.getByRole("dialog").getByRole("button", { name: "Leave them" }).click();
      await page.getByText("Calls to this number go to", { exact: false }).waitFor({ state: "hidden" });
      expect(numberAtProvider(town, KILN)?.voiceUrl).toBe(PBX);
    });

    test("they are sent here again, and no more, as somebody says", async () => {
      const { page, town } = desk;
      await letParleyAnswer().click();
      await page.getByRole("button", { name: "Let Parley answer them instead" }).click();
      await page.getByRole("button", { name: "Stop sending its calls here" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Stop", exact: true }).click();
      await letParleyAnswer().waitFor();
      expect(numberAtProvider(town, KILN)).toMatchObject({ voiceUrl: "", statusCallback: "" });
      await letParleyAnswer().click();
      await page.getByText("Its calls come to Parley.", { exact: false }).waitFor();
    });

    test("calls appear as they come, with what callers said and what they were sent", async () => {
      const { page, town } = desk;
      await ring(town, { from: DANA, outcome: "answered" });
      await call("Answered call").waitFor();
      await ring(town, { from: MARCO, outcome: "no-answer", voicemailSeconds: 3 });
      await call("Missed call · voicemail 0:03").waitFor();
      const heard = page.waitForResponse((response) => response.url().includes("/recording"));
      await call("voicemail")
        .getByRole("button", { name: /^Listen/ })
        .click();
      expect((await heard).ok()).toBe(true);
      expect(await barriers(page)).toEqual([]);
    });

    test("a call that has ended is not said to go on while it is not known yet what it came to", async () => {
      const { town } = desk;
      await ring(town, { from: newcomer(), outcome: "hangs-up" });
      await call("Call ended").waitFor();
      town.clock.advance(MINUTE_MS);
      await call("Missed call").first().waitFor();
      await call("Call ended").waitFor({ state: "detached" });
    });

    test("the thread of whoever called has a quiet line of it", async () => {
      const { page } = desk;
      await call("voicemail").getByRole("link").click(); // its text was sent, or waits for the morning
      await page.getByText("Missed call · voicemail 0:03", { exact: false }).waitFor();
    });

    test("a number from Parley is activated, and given back only by its own digits", async () => {
      const { page, town } = desk;
      await open();
      await page.getByLabel("Area code, if it matters").fill("628");
      await page.getByRole("button", { name: "Activate Voice & SMS" }).click();
      await page.getByRole("button", { name: "Deactivate this number" }).click();
      const [activation] = (await town.api.get("/api/activations")).body.items ?? [];
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Type the whole number").fill("+1 628");
      await dialog.getByRole("button", { name: "Deactivate" }).click();
      await dialog.getByText("Type the whole number, with its country code", { exact: false }).waitFor();
      await dialog.getByLabel("Type the whole number").fill(String(activation?.phoneNumber));
      await dialog.getByRole("button", { name: "Deactivate" }).click();
      await page.getByRole("button", { name: "Activate Voice & SMS" }).waitFor();
      await desk.soon(async () => (await town.api.get("/api/activations")).body.items?.[0]?.state).toBe("released");
    });

    test("one that can't be had says why where it was asked for, and what was chosen stays", async () => {
      const { page } = desk;
      await open();
      const country = page.getByLabel("Country");
      await country.click();
      await page.getByRole("option", { name: "Germany" }).click();
      await page.getByRole("button", { name: "Activate Voice & SMS" }).click();
      await page.getByText("Twilio has no number with voice and SMS there", { exact: false }).waitFor();
      expect(await country.textContent()).toBe("Germany");
      expect(await barriers(page)).toEqual([]);
    });
  },
);
