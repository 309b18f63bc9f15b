/** Consent in a real browser: quiet hours and caps, a list brought along, the ledger checked, one person's evidence on paper. */
import { expect, test } from "vitest";
import { contactOf, conversationWith } from "../support/story.ts";
import { DANA, KILN } from "../support/town.ts";
import { describeAtDesk } from "./at-the-desk.ts";
import { barriers } from "./browser.ts";

describeAtDesk("consent", { prepare: (town) => town.connect() }, (desk) => {
  test("quiet hours and caps are changed, and the law stands beside them with its sources", async () => {
    const { page, town } = desk;
    await page.goto(`${town.publicUrl}/settings/workspace`);
    await page.getByRole("link", { name: "Consent" }).click();
    await page.getByLabel("Monday to Friday, from").fill("09:30");
    await page.getByRole("checkbox", { name: "Not on Sundays" }).click();
    await page.getByLabel("Marketing, in 7 days").fill("4");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText(/^Saved\./).waitFor();
    expect((await town.api.get("/api/consent/rules")).body).toMatchObject({
      quietHours: { weekdays: { from: "09:30", to: "21:00" }, sunday: null },
      caps: { marketing: { perHour: 1, perDay: 3, perWeek: 4 } },
    });
    const florida = page.getByRole("row", { name: /Florida/ });
    expect(await florida.innerText()).toMatch(/08:00 to 20:00[\s\S]*3 in 24 hours/);
    expect(await florida.getByRole("link").getAttribute("href")).toContain("flsenate.gov");
    expect(await barriers(page)).toEqual([]);
  });

  test("hours that end before they begin are refused where they stand", async () => {
    const { page } = desk;
    await page.getByLabel("Saturday, from").fill("22:00");
    await page.getByRole("button", { name: "Save" }).click();
    await page
      .getByRole("alert")
      .getByText(/before/)
      .waitFor();
    await page.getByLabel("Saturday, from").and(page.locator("[aria-invalid]")).waitFor();
    expect(await page.locator("[aria-invalid]").count()).toBe(2); // from and to, of that row alone
    expect(await barriers(page)).toEqual([]);
    desk.complaints.splice(0); // the refusal itself
    await page.getByLabel("Saturday, from").fill("08:00");
  });

  test("a keyword that means something else already is refused beside its list", async () => {
    const { page, town } = desk;
    await page.getByRole("link", { name: "Workspace" }).click();
    await page.getByLabel("Words that also mean START").fill("join us, stop");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("“stop” always means STOP. Take it out.").waitFor();
    desk.complaints.splice(0); // the refusal itself
    await page.getByLabel("Words that also mean START").fill("join us");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.", { exact: true }).waitFor();
    expect((await town.api.get("/api/workspace")).body.keywords).toMatchObject({ start: ["join us"] });
    await page.getByRole("link", { name: "Consent" }).click();
    await page.getByLabel("List to import").waitFor({ state: "attached" });
  });

  test("a list says first what it would do, then does it", async () => {
    const { page, town } = desk;
    const csv = "phone,reason\n+14045550101,asked\n+14045550102,asked\nsoon,later\n";
    await page
      .getByLabel("List to import")
      .setInputFiles({ name: "old-tool.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
    const dialog = page.getByRole("dialog", { name: "Import old-tool.csv" });
    await dialog.getByText("Line 4").waitFor();
    expect((await town.api.post("/api/consent/verify")).body.events).toBe(0);
    expect(await barriers(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Record 2 opt-outs" }).click();
    await page.getByText("2 opt-outs recorded.", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Check the ledger" }).click();
    await page.getByText("In order: 2 events, from the first to the last.").waitFor();
    const saving = page.waitForEvent("download");
    await page.getByRole("link", { name: "Export as CSV" }).click();
    expect((await saving).suggestedFilename()).toBe("suppressions.csv");
  });

  test("one person's evidence opens as a page to print, without scripts or anything from elsewhere", async () => {
    const { page, context, town } = desk;
    await town.simulator.text({ from: DANA, to: KILN, body: "Is my bowl done?" });
    await town.simulator.text({ from: DANA, to: KILN, body: "STOP" });
    const { id } = await contactOf(town, DANA);
    await town.api.patch(`/api/contacts/${id}`, { name: "Dana Okafor" });
    const conversation = await conversationWith(town, DANA);
    await page.goto(`${town.publicUrl}/inbox/${conversation.id}?panel=contact&evidence=true`);
    const link = page.getByRole("link", { name: "Evidence to print" });
    expect(await link.getAttribute("target")).toBe("_blank");
    const answer = await page.request.get(`${town.publicUrl}${await link.getAttribute("href")}`);
    expect(answer.headers()["content-security-policy"]).toContain("default-src 'none'; sandbox");

    // Read on a page of its own that can ask nobody for anything: as a file that was sent to a lawyer.
    const paper = await context.newPage();
    const asked: string[] = [];
    paper.on("request", (request) => asked.push(request.url()));
    await paper.setContent(await answer.text());
    await paper.getByRole("heading", { name: "Evidence of consent: Dana Okafor" }).waitFor();
    await paper.getByText(`Dana Okafor opted out of text messages from ${KILN}.`).waitFor();
    expect(await paper.locator("script, link, img").count()).toBe(0);
    expect(await barriers(paper)).toEqual([]);
    expect(asked).toEqual([]);
    await paper.close();
  });
});
