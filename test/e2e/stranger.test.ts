/**
 * A stranger starts the product as it comes, on its own database, and has nothing but the address that it printed: they text
 * as a customer, answer as the business, and are stopped by a STOP.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { allGone, type Product, startProduct, treeOf } from "../support/product.ts";
import { freePort } from "../support/town.ts";
import { barriers, describeInBrowser, launch, onlyComplainedOf, type Visit, visit } from "./browser.ts";
import { buildWebApp } from "./web-app.ts";

/** Everything here takes its own time: the agent waits for more words, messages are sent and delivered. */
const PATIENCE_MS = 45_000;
const STORY = { timeout: 3 * PATIENCE_MS };

describeInBrowser("a stranger", STORY, () => {
  const dataDir = mkdtempSync(join(tmpdir(), "parley-stranger-"));
  let env: Record<string, string>;
  let product: Product;
  let browser: Browser;
  let seen: Visit;
  beforeAll(async () => {
    buildWebApp();
    // Nothing else is set, so it is a demo.
    env = { PORT: String(await freePort()), PARLEY_DATA_DIR: dataDir, PARLEY_DEMO: "" };
    product = startProduct(env);
    browser = await launch();
    seen = await visit(browser);
    seen.context.setDefaultTimeout(PATIENCE_MS);
    await product.ready;
  }, 4 * PATIENCE_MS);
  afterAll(async () => {
    await browser?.close();
    await stop();
    rmSync(dataDir, { recursive: true, force: true });
  }, PATIENCE_MS);

  async function stop(): Promise<void> {
    const tree = treeOf(product.child.pid ?? -1);
    product.child.kill("SIGTERM");
    await product.ended;
    await allGone(tree);
  }
  const address = () => /^Parley: (\S+)$/m.exec(product.printed())?.[1] ?? "nothing was printed";
  const phone = () => seen.page.getByRole("complementary", { name: "A customer’s phone" });
  const onPhone = () => phone().getByRole("log");
  const thread = () => seen.page.getByRole("main").getByRole("log");
  const composer = () => seen.page.getByRole("textbox", { name: /^Answer to/ });
  const eventually = <T>(ask: () => Promise<T>) => expect.poll(ask, { timeout: PATIENCE_MS });
  const write = async (words: string) => {
    const box = phone().getByRole("textbox", { name: "Text as Somebody new" });
    await box.fill(words);
    await box.press("Enter");
  };

  test("opens the printed address, and the demo without a password", async () => {
    const { page } = seen;
    await page.goto(address());
    await page.getByRole("button", { name: "Open the demo" }).click();
    await page.getByRole("heading", { name: "Inbox" }).waitFor();
    await page.getByRole("heading", { name: "Be a customer first" }).waitFor();
    await onPhone().getByRole("article").first().waitFor();
    expect(await barriers(page)).toEqual([]);
    onlyComplainedOf(seen, /401/); // the browser notes by itself that nobody was signed in
  });

  test("texts as somebody new, and sees it in the inbox at once", async () => {
    const { page } = seen;
    await phone().getByText("Somebody", { exact: true }).click();
    await phone().getByText("Nothing here yet.").waitFor();
    await write("Do I need experience to take a class?");
    await onPhone().getByText("Do I need experience to take a class?").waitFor();
    await onPhone().getByText("Delivered", { exact: true }).waitFor();
    await page
      .getByRole("list", { name: /^Conversations/ })
      .getByRole("link", { name: /\+1 828 555 0199/ })
      .waitFor();
    await phone().getByRole("link", { name: "Open in the inbox" }).click();
    await thread().getByText("Do I need experience to take a class?").waitFor();
    expect(new URL(page.url()).searchParams.get("phone"), "whose phone it is stays in the address").toBe(
      "+18285550199",
    );
  });

  test("is answered by the agent, who shows where it has that from", async () => {
    await thread().getByText("Not at all.").waitFor();
    await thread()
      .getByRole("button", { name: /^from Do I need experience/ })
      .click();
    await seen.page.getByText("What this answer rests on").waitFor();
    await seen.page.keyboard.press("Escape");
    await onPhone().getByText("Not at all.").waitFor();
  });

  test("takes over, answers, and has the words on the phone", async () => {
    await seen.page.getByRole("button", { name: "Take over" }).click();
    await composer().fill("Come as you are. Ana");
    await seen.page.getByRole("button", { name: "Send", exact: true }).click();
    await onPhone().getByText("Come as you are. Ana").waitFor();
    await thread().getByRole("article").filter({ hasText: "Come as you are. Ana" }).getByText("Delivered").waitFor();
    expect(await onPhone().getByText("Come as you are. Ana").count()).toBe(1);
  });

  test("sends a photo with one tap, and the phone shows it", async () => {
    const { page } = seen;
    await phone().getByRole("button", { name: "Photo", exact: true }).click();
    await onPhone().getByRole("img", { name: "Sent from this phone" }).waitFor();
    await eventually(() =>
      page.evaluate<number>("document.querySelector('aside [role=log] img').naturalWidth"),
    ).toBeGreaterThan(0);
  });

  test("texts STOP: the composer is locked, with the reason and the evidence", async () => {
    const { page } = seen;
    await phone().getByRole("button", { name: "STOP", exact: true }).click();
    await onPhone().getByText("Automatic: the provider says this by itself.").waitFor();
    await page.getByText(/opted out on .+ by writing “STOP”\. You can’t text .+ until they write START\./).waitFor();
    expect(await composer().count()).toBe(0);
    await page.getByRole("link", { name: "See the evidence" }).click();
    const entry = page
      .getByRole("list", { name: /Consent history/ })
      .getByRole("listitem")
      .first();
    await entry.getByText("Opted out by writing “STOP”").waitFor();
    await entry.getByText(/No\. \d+ in the ledger/).waitFor();
    await entry.getByRole("link", { name: "their message" }).waitFor();
    expect(await barriers(page)).toEqual([]);
    // The contact stands where the phone was.
    await page.getByRole("button", { name: "Back to the phone" }).click();
    await onPhone().waitFor();
  });

  test("needs no mouse for any of it", async () => {
    const { page } = seen;
    const focused = () => page.evaluate<string>("document.activeElement.getAttribute('aria-label')");
    const words = () => page.evaluate<string>("document.activeElement.textContent");
    await page.goto(`${address()}/inbox`);
    await phone().getByRole("radio", { name: "Maya Lindqvist" }).waitFor();
    await phone().getByRole("radio", { name: "Maya Lindqvist" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await eventually(focused).toBe("Tyrell Washington");
    await page.getByRole("textbox", { name: "Text as Tyrell Washington" }).waitFor();
    await phone().getByRole("link", { name: "Open in the inbox" }).waitFor();
    await page.keyboard.press("Tab"); // to the way into the inbox
    await page.keyboard.press("Tab");
    await eventually(focused).toBe("Number of the business to text");
    await page.keyboard.press("Enter");
    await eventually(words).toMatch(/^Studio line/);
    await page.keyboard.press("ArrowDown");
    await eventually(words).toMatch(/^Parties & events/);
    await page.keyboard.press("Enter");
    await eventually(() => phone().getByRole("combobox").textContent()).toMatch(/^Parties & events/);
    await page.evaluate("document.activeElement.blur()");
    await page.keyboard.press("p");
    await eventually(focused).toBe("Text as Tyrell Washington");
    await page.keyboard.type("Is the party room free on Friday?");
    await page.keyboard.press("Enter");
    await onPhone().getByText("Is the party room free on Friday?").waitFor();
    await page.keyboard.press("Escape");
    // Put away and taken out again, the focus goes along.
    await phone().getByRole("button", { name: "Put the phone away" }).press("Enter");
    await eventually(words).toBe("Text as a customer");
    await page.reload(); // it stays where it was put
    await page.getByRole("button", { name: "Text as a customer" }).waitFor();
    expect(await phone().count()).toBe(0);
    await page.keyboard.press("p");
    await eventually(focused).toBe("Text as Tyrell Washington");
  });

  test("starts it again and finds everything, the phone too", async () => {
    const { page } = seen;
    await page.goto("about:blank"); // nobody is there while it is down
    await stop();
    product = startProduct(env);
    await product.ready;
    await page.goto(`${address()}/inbox?phone=%2B18285550199`);
    await onPhone().getByText("Come as you are. Ana").waitFor();
    await onPhone().getByText("STOP", { exact: true }).waitFor();
    await phone().getByRole("link", { name: "Open in the inbox" }).click();
    await page.getByText(/opted out on .+ by writing “STOP”/).waitFor();
    await phone().getByRole("button", { name: "START", exact: true }).click();
    await composer().waitFor();
  });

  test("had nothing to complain about, nor had the browser", () => {
    onlyComplainedOf(seen);
  });
});
