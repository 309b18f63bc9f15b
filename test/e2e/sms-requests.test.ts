/** Settings, SMS Requests, in a real browser: papers filled in, checked, reviewed, and a number got with what was approved. */
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleOf, pdf } from "../support/papers.ts";
import { hire } from "../support/people.ts";
import { describeAtDesk } from "./at-the-desk.ts";
import { barriers, onlyComplainedOf, type Visit, visit } from "./browser.ts";

const FILE = { name: "register.pdf", mimeType: "application/pdf", buffer: pdf() };

describeAtDesk(
  "sms requests",
  {
    prepare: (town) => town.connect(),
    mayComplainOf: /422/, // what was refused on purpose
  },
  (desk) => {
    const open = () => desk.page.goto(`${desk.town.publicUrl}/settings/sms-requests`);
    const dialog = () => desk.page.getByRole("dialog");
    const form = () => desk.page.getByRole("form", { name: "What is asked for" });
    const section = async (title: string) => {
      const heading = form()
        .locator("h3")
        .filter({ has: desk.page.getByText(title, { exact: true }) });
      const trigger = heading.getByRole("button");
      if ((await trigger.getAttribute("aria-expanded")) === "false") await trigger.click();
    };
    /** What an open section holds. */
    const sectionOf = (title: string) => form().getByRole("region", { name: title });
    const choose = async (label: string, option: string, within: Pick<Locator, "getByLabel"> = desk.page) => {
      await within.getByLabel(label, { exact: true }).click();
      await desk.page.getByRole("option", { name: option, exact: true }).click();
    };
    const saved = () => desk.page.getByText("Saved", { exact: true }).waitFor();
    const request = async () =>
      (await desk.town.api.get("/api/sms-requests")).body.items?.find(({ country }) => country === "DE");
    const review = async (verdict: Parameters<typeof desk.town.simulator.review>[1]) =>
      desk.town.simulator.review(bundleOf(desk.town, String((await request())?.id))?.sid ?? "", verdict);
    /** Lets the timetable of the reviews come round. */
    const later = () => desk.town.clock.advance(20 * 60_000);

    test("where there is none yet, one is begun for a country, a type of number and whoever it is for", async () => {
      const { page } = desk;
      await open();
      await page.getByText("No request yet").waitFor();
      expect(await barriers(page)).toEqual([]);
      await page.getByRole("button", { name: "New request" }).click();
      await choose("Country", "United States");
      await dialog().getByRole("button", { name: "Begin" }).click();
      await dialog().getByText("Twilio asks for no papers for such a number", { exact: false }).waitFor();
      await choose("Country", "Germany");
      await dialog().getByText("Germany: Mobile - Business", { exact: false }).waitFor(); // what there are numbers of
      await choose("Type of number", "Local");
      await dialog().getByText("no local number with SMS for sale there now", { exact: false }).waitFor();
      await dialog().getByText("It has mobile ones.", { exact: false }).waitFor();
      expect(await barriers(page)).toEqual([]);
      await choose("Type of number", "Mobile");
      await dialog().getByText("for sale there now", { exact: false }).waitFor({ state: "hidden" });
      await dialog().getByText("Germany: Mobile - Business", { exact: false }).waitFor();
      expect(await barriers(page)).toEqual([]);
      await dialog().getByRole("button", { name: "Begin" }).click();
      await page.getByRole("heading", { name: "Germany, mobile, business" }).waitFor();
    });

    test("what is still empty is pointed at, and gets the keys", async () => {
      const { page } = desk;
      await page.getByRole("button", { name: "Submit for review" }).click();
      await page.getByText(/\d+ things to look at/).waitFor();
      await desk.soon(() => page.evaluate("document.activeElement.type")).toBe("email");
      expect(await barriers(page)).toEqual([]);
    });

    test("what was typed is kept as it is typed: leaving loses nothing", async () => {
      const { page } = desk;
      await page.getByLabel("Email", { exact: true }).fill("ana@kiln.example");
      await section("Who the number is for");
      await page.getByRole("textbox", { name: "Business Name", exact: true }).fill(" Kiln & Co. ");
      await open(); // before typing has rested
      await page.getByRole("link", { name: "Germany, mobile, business" }).click();
      await section("Who the number is for");
      await desk
        .soon(() => page.getByRole("textbox", { name: "Business Name", exact: true }).inputValue())
        .toBe(" Kiln & Co. ");
      await page.getByLabel("Business Registration Number").fill("HRB 1");
      await page.getByLabel("Authorized Representative's First Name").fill("Mara");
      await page.getByLabel("Authorized Representative's Last Name").fill("Ofen");
      await section("Address");
      for (const [label, text] of [
        ["Name at this address", "Kiln & Co."],
        ["Street and house number", "Nowhere 5"],
        ["Postal code", "10115"],
        ["City", "Berlin"],
        ["State or region", "Berlin"],
      ] as const)
        await page.getByLabel(label, { exact: true }).fill(text);
      await saved();
    });

    test("a file of another kind is refused with what to do; a PDF is kept", async () => {
      const { page } = desk;
      await section("Document: Business Name");
      await choose("Which document", "Excerpt from the commercial register", sectionOf("Document: Business Name"));
      const picker = page.getByLabel("File for Business Name");
      await picker.setInputFiles({ name: "register.txt", mimeType: "text/plain", buffer: Buffer.from("No paper") });
      await page.getByText("Twilio takes a PDF, a JPEG or a PNG.", { exact: false }).waitFor();
      await picker.setInputFiles({ name: "a.pdf", mimeType: "application/pdf", buffer: Buffer.from("No PDF at all") });
      await page.getByText("Save it as one of these first.", { exact: false }).waitFor();
      await picker.setInputFiles(FILE);
      await sectionOf("Document: Business Name").getByText("register.pdf").waitFor();
      await sectionOf("Document: Business Name")
        .getByRole("textbox", { name: "Business Name", exact: true })
        .fill(" Kiln & Co. ");
      await section("Document: Address (Proof of Address)");
      await choose("Which document", "Utility bill", sectionOf("Document: Address (Proof of Address)"));
      await page.getByLabel("File for Address (Proof of Address)").setInputFiles(FILE);
      await sectionOf("Document: Address (Proof of Address)").getByText("register.pdf").waitFor();
      await saved();
      expect(await barriers(page)).toEqual([]);
    });

    test("the provider's check points at the field it finds wrong, and submits nothing", async () => {
      const { page } = desk;
      await page.getByRole("button", { name: "Check with Twilio" }).click();
      await page.getByText("1 thing to look at").waitFor();
      const street = page.getByLabel("Street and house number");
      await street.waitFor();
      expect(await street.getAttribute("aria-invalid")).toBe("true");
      await street.fill("Töpferstraße 5");
      await saved();
      await page.getByRole("button", { name: "Check with Twilio" }).click();
      await page.getByText("Twilio’s check found nothing missing. It is not submitted yet.").waitFor();
      expect((await request())?.status).toBe("draft");
    });

    test("while a check waits for Twilio, nothing is said to be filed", async () => {
      const { page, town } = desk;
      town.simulator.addFaults([
        { kind: "status", status: 429, code: 20429, match: { method: "POST", path: "/Evaluations" } },
      ]);
      await page.getByRole("button", { name: "Check with Twilio" }).click();
      const checked = page.getByRole("region", { name: "What is being checked" });
      await checked.getByText("Töpferstraße 5", { exact: true }).waitFor();
      expect(await page.getByText("What was filed").count()).toBe(0);
      expect(await barriers(page)).toEqual([]);
      town.simulator.clearFaults();
      await desk
        .soon(() => {
          town.clock.advance(60_000);
          return page.getByText("Twilio’s check found nothing missing.", { exact: false }).count();
        })
        .toBe(1);
    });

    test("it is with the reviewers, and is not called approved before they say so", async () => {
      const { page } = desk;
      await page.getByRole("button", { name: "Submit for review" }).press("Enter");
      await page.getByText("Its reviewers have not decided", { exact: false }).waitFor();
      expect(await page.getByText("Approved").count()).toBe(0);
      const filed = page.getByRole("region", { name: "What was filed" });
      for (const text of ["HRB 1", "Töpferstraße 5", "Utility bill", "register.pdf"])
        await filed.getByText(text, { exact: true }).first().waitFor();
      expect(await filed.getByRole("textbox").count()).toBe(0);
      expect(await barriers(page)).toEqual([]);
    });

    test("a rejection says why where it was meant, and is sent again", async () => {
      const { page } = desk;
      await review({ status: "twilio-rejected", reason: "This paper is too old." });
      later();
      await page.getByText("Rejected", { exact: true }).waitFor();
      const meant = form().locator("[role=region]").filter({ hasText: "This paper is too old." });
      await meant.waitFor();
      expect(await barriers(page)).toEqual([]);
      await meant.locator("input[type=file]").setInputFiles({ ...FILE, name: "newer.pdf", buffer: pdf(900) });
      await page.getByText("newer.pdf").waitFor();
      await page.getByRole("button", { name: "Send again" }).click();
      await page.getByText("Its reviewers have not decided", { exact: false }).waitFor();
    });

    test("approved, it leads to a number that is bought with it", async () => {
      const { page, town } = desk;
      await review({ status: "twilio-approved" });
      later();
      await page.getByRole("link", { name: "Get a number" }).click();
      await dialog().getByText("Bought with the papers that Twilio has: Germany, mobile, business.").waitFor();
      await dialog().getByRole("radio").first().check();
      expect(await barriers(page)).toEqual([]);
      await dialog().getByRole("button", { name: "Continue" }).click();
      await dialog().getByText("Nothing needs to be filled in here.", { exact: false }).waitFor();
      await dialog().getByRole("button", { name: "Continue" }).click();
      await dialog().getByRole("button", { name: "Buy and connect" }).click();
      await page.getByRole("dialog", { name: "Connected" }).waitFor();
      const { body } = await town.api.get("/api/channels");
      expect(body.items?.some((each) => String(each.phoneNumber).startsWith("+4915"))).toBe(true);
    });

    test("where a country asks for papers, the wizard says so, lets none be picked, and leads to a request for it", async () => {
      const { page } = desk;
      await page.goto(`${desk.town.publicUrl}/account/channels?dialog=connect`);
      await dialog().getByRole("button", { name: /^SMS/ }).click();
      await dialog().getByRole("button", { name: "Continue" }).click();
      await dialog().getByRole("tab", { name: "Get a new number" }).click();
      await choose("Country", "United Kingdom");
      await dialog().getByText("United Kingdom sells such numbers only with papers", { exact: false }).waitFor();
      await dialog().getByRole("radio").first().waitFor();
      expect(await dialog().getByRole("radio").and(page.locator(":enabled")).count()).toBe(0);
      expect(await barriers(page)).toEqual([]);
      await choose("Type of number", "Mobile", dialog());
      await dialog().getByRole("link", { name: "Request a mobile number under Settings > SMS Requests" }).click();
      await dialog().getByText("United Kingdom: Mobile - Business", { exact: false }).waitFor();
    });

    test("where it asks for an address alone, nobody is told of a review, and a number is had with it", async () => {
      const { page, town } = desk;
      await page.goto(`${town.publicUrl}/account/channels?dialog=connect`);
      await dialog().getByRole("tab", { name: "Get a new number" }).waitFor();
      await choose("Country", "Sweden");
      await dialog().getByText("Sweden sells such numbers only with an address.", { exact: false }).waitFor();
      expect(await dialog().getByRole("radio").and(page.locator(":enabled")).count()).toBe(0);
      await dialog().getByRole("link", { name: "Request a mobile number under Settings > SMS Requests" }).click();
      await dialog().getByRole("button", { name: "Begin" }).click();
      await page.getByRole("heading", { name: "Sweden, mobile, business" }).waitFor();
      expect(await page.getByText("Submit for review").count()).toBe(0);
      expect(await page.getByText("Email", { exact: true }).count()).toBe(0);
      for (const [label, text] of [
        ["Name at this address", "Kiln & Co."],
        ["Street and house number", "Storgatan 1"],
        ["Postal code", "211 34"],
        ["City", "Malmö"],
        ["State or region", "Skåne"],
      ] as const)
        await page.getByLabel(label, { exact: true }).fill(text);
      expect(await barriers(page)).toEqual([]);
      await page.getByRole("button", { name: "Give the address to Twilio" }).click();
      await page.getByText("reviews nothing for such a number", { exact: false }).waitFor();
      await page.getByRole("region", { name: "What was filed" }).getByText("Storgatan 1").waitFor();
      await page.getByRole("link", { name: "Get a number" }).click();
      await dialog().getByText("Bought with the papers that Twilio has: Sweden, mobile, business.").waitFor();
      expect(await dialog().getByRole("radio").first().isEnabled()).toBe(true);
    });

    test("where there is no number for it at the moment, an address is not called an approval", async () => {
      const { page, town } = desk;
      town.simulator.addFaults([
        { kind: "status", status: 404, code: 20404, match: { path: "/AvailablePhoneNumbers/SE" } },
      ]);
      await open();
      await page.getByRole("link", { name: "Sweden, mobile, business" }).click();
      await page
        .getByText("no mobile number with SMS for sale there now, so the address could not be used", { exact: false })
        .waitFor();
      town.simulator.clearFaults();
    });

    describe("on a phone", () => {
      let phone: Visit;
      beforeAll(async () => {
        phone = await visit(desk.browser, { width: 390, height: 844 });
        await phone.context.addCookies(await desk.context.cookies());
      });
      afterAll(() => phone?.context.close());

      test("requests are listed, and what was filled in is erased once it is confirmed", async () => {
        const { page } = phone;
        await page.goto(`${desk.town.publicUrl}/settings/sms-requests`);
        await page.getByRole("link", { name: "Germany, mobile, business" }).click();
        await page.getByText("Twilio approved it", { exact: false }).waitFor();
        expect(await barriers(page)).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
        await page.getByRole("button", { name: "Erase what was filled in" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Erase", exact: true }).click();
        await page.getByText("What was filled in is erased here", { exact: false }).waitFor();
        expect((await request())?.erased).toBe(true);
        onlyComplainedOf(phone);
      });

      test("a draft is deleted once it is confirmed", async () => {
        const { page } = phone;
        await page.goto(`${desk.town.publicUrl}/settings/sms-requests?dialog=new&country=DE&numberType=local`);
        await page.getByRole("dialog").getByRole("button", { name: "Begin" }).click();
        await page.getByRole("heading", { name: "Germany, local, business" }).waitFor();
        await page.getByText("no local number with SMS for sale there now", { exact: false }).waitFor();
        expect(await barriers(page)).toEqual([]);
        await page.getByRole("button", { name: "Delete this request" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
        await page.getByRole("link", { name: "Germany, mobile, business" }).waitFor();
        await desk.soon(() => page.getByText("Germany, local, business").count()).toBe(0);
        onlyComplainedOf(phone, /404/); // what is shown is asked for once more when it is gone
      });

      test("where the accounts can't be had, a new request says so, and has a way to try again", async () => {
        const { page } = phone;
        const accounts = /\/api\/provider-accounts/;
        await page.route(accounts, (route) => route.abort());
        await page.goto(`${desk.town.publicUrl}/settings/sms-requests?dialog=new&country=DE&numberType=mobile`);
        await page.getByRole("dialog").getByText("Parley can't be reached", { exact: false }).waitFor();
        expect(await barriers(page)).toEqual([]);
        await page.unroute(accounts);
        await page.getByRole("dialog").getByRole("button", { name: "Try again" }).click();
        await page.getByRole("dialog").getByText("Germany: Mobile - Business", { exact: false }).waitFor();
        onlyComplainedOf(phone, /ERR_FAILED/); // what could not be had
      });
    });

    test("a viewer is told that it is not theirs", async () => {
      const viewer = await hire(desk.town, "viewer");
      const theirs = await visit(desk.browser);
      const { hostname } = new URL(desk.town.publicUrl);
      const cookies = viewer.cookie.split("; ").map((each) => {
        const [name = "", ...value] = each.split("=");
        return { name, value: value.join("="), domain: hostname, path: "/" };
      });
      await theirs.context.addCookies(cookies);
      await theirs.page.goto(`${desk.town.publicUrl}/settings/sms-requests`);
      await theirs.page.getByText("Your role does not allow this.", { exact: false }).waitFor();
      expect(await theirs.page.getByRole("link", { name: "SMS Requests" }).count()).toBe(0);
      onlyComplainedOf(theirs);
      await theirs.context.close();
    });
  },
);
