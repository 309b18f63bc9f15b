/** People and their sign-in in a real browser: the first set-up, the second step, sessions, invitations, and what each role sees. */
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { codeFor } from "../support/authenticator.ts";
import { type DeskSettings, describeAtDesk } from "./at-the-desk.ts";
import { barriers, onlyComplainedOf, type Visit, visit } from "./browser.ts";

/** Nothing is configured, and nobody wants a demo. */
const BARE: DeskSettings = {
  env: { PARLEY_ADMIN_EMAIL: "", PARLEY_ADMIN_PASSWORD: "", PARLEY_API_KEY: "", PARLEY_DEMO: "0" },
  enter: null,
};
const ANA = { email: "ana@kiln.example", password: "kiln-and-co-2026" };
const NOOR = { email: "noor@kiln.example", password: "glazes in the morning" };

describeAtDesk("people and their sign-in", BARE, (ana) => {
  let noor: Visit;
  /** What Ana's authenticator app scanned. */
  let scanned = "";
  let recoveryCodes: string[] = [];
  beforeAll(async () => {
    noor = await visit(ana.browser, { width: 390, height: 844 });
  });

  const at = (path: string) => `${ana.town.publicUrl}${path}`;
  const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true }).click();
  const untilOff = (page: Page, name: string) => page.getByRole("dialog", { name }).waitFor({ state: "detached" });

  async function signIn({ page }: Visit, { email, password }: typeof ANA): Promise<void> {
    await page.goto(at("/sign-in"));
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password").fill(password);
    await press(page, "Sign in");
  }
  async function signOut({ page }: Visit, name: string): Promise<void> {
    await press(page, `Account of ${name}`);
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in to Parley" }).waitFor();
  }

  test("a new installation asks for the token that its log has", async () => {
    const { page } = ana;
    await page.goto(at("/inbox"));
    await page.getByRole("heading", { name: "Set up Parley" }).waitFor();
    await page.getByLabel("Token").fill("a token that nobody printed");
    await page.getByLabel("Business").fill("Kiln & Co.");
    await page.getByLabel("Your name").fill("Ana Whitlock");
    await page.getByLabel("Email").fill(ANA.email);
    await page.getByLabel("Password").fill(ANA.password);
    expect(await barriers(page)).toEqual([]);
    await press(page, "Set up Parley");
    await page.getByText(/This link was used already, has expired or was replaced by a newer one/).waitFor();
    onlyComplainedOf(ana, /401|422/);
  });

  test("the link from the log carries it: business, owner, signed in, and what to do next", async () => {
    const { page } = ana;
    await page.goto("about:blank");
    await page.goto((await ana.town.house.newSetUpLink()) ?? "");
    await page.getByRole("heading", { name: "Set up Parley" }).waitFor();
    expect(new URL(page.url()).hash).toBe("");
    expect(await page.getByLabel("Token").count()).toBe(0);
    await page.getByLabel("Business").fill("Kiln & Co.");
    await page.getByLabel("Your name").fill("Ana Whitlock");
    await page.getByLabel("Email").fill(ANA.email);
    await page.getByLabel("Password").fill(ANA.password);
    await press(page, "Set up Parley");
    await page.getByRole("heading", { name: "No number is connected" }).waitFor();
    await page.getByRole("button", { name: "Add a channel" }).waitFor();
    expect(await barriers(page)).toEqual([]);
    onlyComplainedOf(ana);
  });

  test("the same link does nothing a second time", async () => {
    const { page } = noor;
    await page.goto(at("/set-up#token=whatever"));
    await page.getByRole("heading", { name: "Parley is set up already" }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole("link", { name: "Go to sign in" }).click();
    await page.getByRole("heading", { name: "Sign in to Parley" }).waitFor();
  });

  test("the second step is turned on with the app's first code, and gives recovery codes once", async () => {
    const { page } = ana;
    await page.goto(at("/settings/security"));
    expect(await barriers(page)).toEqual([]);
    await press(page, "Turn on");
    await page.waitForURL(/dialog=two-factor/);
    await page.getByLabel("Your password").fill("not hers at all");
    await press(page, "Go on");
    await page.getByText("This is not your password.").waitFor();
    await page.getByLabel("Your password").fill(ANA.password);
    await press(page, "Go on");
    await page.getByRole("img", { name: "QR code for your authenticator app" }).waitFor();
    scanned = (await page.getByRole("link", { name: "Open the app" }).getAttribute("href")) ?? "";
    await page.getByText("Can’t scan it?").click();
    const byHand = await page.getByLabel("Key for your authenticator app").inputValue();
    expect(byHand.replace(/ /g, "")).toBe(new URL(scanned).searchParams.get("secret"));
    expect(await barriers(page)).toEqual([]);
    await page.getByLabel("Code", { exact: true }).fill(codeFor(scanned));
    await press(page, "Turn on");
    const codes = page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
    await codes.first().waitFor();
    recoveryCodes = await codes.allTextContents();
    expect(recoveryCodes).toHaveLength(10);
    expect(await barriers(page)).toEqual([]);
    await press(page, "I have kept them");
    await page.getByText("10 recovery codes left").waitFor();
    onlyComplainedOf(ana, /422/);
  });

  test("signing in asks for the code", async () => {
    const { page } = ana;
    await signOut(ana, "Ana Whitlock");
    await signIn(ana, ANA);
    await page.getByRole("heading", { name: "One more step" }).waitFor();
    expect(await barriers(page)).toEqual([]);
    const right = codeFor(scanned, 1);
    await page.getByLabel("Code", { exact: true }).fill(right === "111111" ? "222222" : "111111");
    await press(page, "Go on");
    await page.getByText("This code is not right, or it was used already.").waitFor();
    await page.getByLabel("Code", { exact: true }).fill(right);
    await press(page, "Go on");
    await page.getByRole("heading", { name: "Inbox" }).waitFor();
    onlyComplainedOf(ana, /401|422/);
  });

  test("or, without the phone, for a recovery code", async () => {
    const { page } = ana;
    await signOut(ana, "Ana Whitlock");
    await signIn(ana, ANA);
    await press(page, "I don’t have my phone");
    await page.getByLabel("Recovery code").fill(recoveryCodes[0] ?? "");
    expect(await barriers(page)).toEqual([]);
    await press(page, "Go on");
    await page.getByRole("heading", { name: "Inbox" }).waitFor();
    await page.goto(at("/settings/security"));
    await page.getByText("9 recovery codes left").waitFor();
    onlyComplainedOf(ana, /401/);
  });

  test("somebody is invited by a link, and gets in with a password of their own", async () => {
    await ana.page.goto(at("/settings/members"));
    expect(await barriers(ana.page)).toEqual([]);
    await press(ana.page, "Invite somebody");
    await ana.page.getByLabel("Name").fill("Noor Haddad");
    await ana.page.getByLabel("Email").fill(NOOR.email);
    await ana.page.getByRole("combobox", { name: "Role" }).click();
    await ana.page.getByRole("option", { name: "Viewer" }).click();
    expect(await barriers(ana.page)).toEqual([]);
    await press(ana.page, "Make a link");
    const link = await ana.page.getByRole("textbox", { name: "One-time link" }).inputValue();
    expect(await barriers(ana.page)).toEqual([]);
    await press(ana.page, "Done");
    await ana.page.getByRole("region", { name: "Invited" }).getByText(NOOR.email).waitFor();

    const { page } = noor;
    await page.goto(link);
    await page.getByRole("heading", { name: "Join Kiln & Co." }).waitFor();
    await page.getByText("Ana Whitlock invited you as viewer.").waitFor();
    expect(new URL(page.url()).hash).toBe("");
    await page.getByLabel("Password").fill(NOOR.password);
    expect(await barriers(page)).toEqual([]);
    await press(page, "Join");
    await page.getByRole("heading", { name: "Inbox" }).waitFor();
    await page.goto(link);
    await page.getByRole("heading", { name: "This link does not work" }).waitFor();
    onlyComplainedOf(noor, /422/);
    // The inviter's page learns of it by itself.
    await ana.page.getByRole("region", { name: "Members" }).getByText("Noor Haddad").waitFor();
    await ana.page.getByRole("region", { name: "Invited" }).waitFor({ state: "detached" });
  });

  test("a viewer sees who is here and their own sign-in, and can change nothing else", async () => {
    const { page } = noor;
    await page.goto(at("/settings/members"));
    const members = page.getByRole("region", { name: "Members" });
    await members.getByText("Ana Whitlock").waitFor();
    await members.getByText("Second step").waitFor();
    expect(await members.getByRole("button").count()).toBe(0);
    expect(await members.getByRole("combobox").count()).toBe(0);
    expect(await page.getByRole("link", { name: "API keys" }).count()).toBe(0);
    expect(await barriers(page)).toEqual([]);
    await page.goto(at("/settings/api-keys"));
    await page.getByRole("heading", { name: "API keys are not yours to see" }).waitFor();
    await page.goto(at("/settings/workspace"));
    const save = page.getByRole("button", { name: "Save" });
    await save.waitFor();
    expect(await save.getAttribute("aria-disabled")).toBe("true");
    expect(await barriers(page)).toEqual([]);
    await page.goto(at("/settings/security"));
    await page.getByRole("button", { name: "Change password" }).waitFor();
    onlyComplainedOf(noor);
  });

  test("a role that is changed is felt in the other's open window", async () => {
    const { page } = ana;
    await page.getByRole("combobox", { name: "Role of Noor Haddad" }).click();
    await page.getByRole("option", { name: "Admin" }).click();
    await noor.page.getByRole("link", { name: "API keys" }).waitFor();
    expect(await page.getByRole("combobox", { name: "Role of Ana Whitlock" }).count()).toBe(0);
    await page.getByRole("button", { name: "More about Ana Whitlock" }).hover();
    await page.getByRole("tooltip", { name: /keeps at least one owner/ }).waitFor();
  });

  test("where one is signed in is listed, and ended from there", async () => {
    const other = await visit(ana.browser);
    await signIn(other, NOOR);
    await other.page.getByRole("heading", { name: "Inbox" }).waitFor();
    const { page } = noor;
    await page.goto(at("/settings/security"));
    const list = page.getByRole("region", { name: "Where you are signed in" });
    await list.getByText("This browser").waitFor();
    await expect.poll(() => list.getByRole("listitem").count()).toBe(2);
    expect(await barriers(page)).toEqual([]);
    await list.getByRole("button", { name: /^Sign out Chrome/ }).click();
    await expect.poll(() => list.getByRole("listitem").count()).toBe(1);
    await other.page.goto(at("/inbox"));
    await other.page.getByRole("heading", { name: "Sign in to Parley" }).waitFor();
    await other.context.close();
    onlyComplainedOf(noor);
  });

  test("a new password ends the other sessions and keeps this one", async () => {
    const { page } = noor;
    await press(page, "Change password");
    await page.getByLabel("Current password").fill(NOOR.password);
    await page.getByLabel("New password").fill("short");
    const submit = page.getByRole("dialog").getByRole("button", { name: "Change password" });
    expect(await submit.getAttribute("aria-disabled")).toBe("true");
    await page.getByLabel("New password").fill("a wheel of her own");
    expect(await barriers(page)).toEqual([]);
    await submit.click();
    await untilOff(page, "Change password");
    await page.goto(at("/inbox"));
    await page.getByRole("heading", { name: "Inbox" }).waitFor();
    onlyComplainedOf(noor);
  });

  test("whoever lost their password is let in again by a link", async () => {
    const { page } = ana;
    await page.goto(at("/settings/members"));
    await press(page, "More about Noor Haddad");
    await page.getByRole("menuitem", { name: "Let them sign in anew" }).click();
    await press(page, "Make a link");
    const link = await page.getByRole("textbox", { name: "One-time link" }).inputValue();
    await noor.page.goto(link);
    await noor.page.getByRole("heading", { name: "Choose a new password" }).waitFor();
    await noor.page.getByLabel("Password").fill(NOOR.password);
    expect(await barriers(noor.page)).toEqual([]);
    await press(noor.page, "Save and sign in");
    await noor.page.getByRole("heading", { name: "Inbox" }).waitFor();
  });

  test("a key is shown once, and revoked", async () => {
    const { page } = ana;
    await page.goto(at("/settings/api-keys?dialog=new"));
    await page.getByLabel("Name").fill("Shop");
    expect(await barriers(page)).toEqual([]);
    await press(page, "Make key");
    const key = await page.getByRole("textbox", { name: "API key" }).inputValue();
    expect(key).toMatch(/^parley_/);
    await press(page, "I have kept it");
    await page.getByText(`…${key.slice(-4)}`).waitFor();
    expect((await ana.town.as(`Bearer ${key}`).get("/api/me")).status).toBe(200);
    expect(await barriers(page)).toEqual([]);
    await press(page, "Revoke Shop");
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("heading", { name: "No keys" }).waitFor();
    expect((await ana.town.as(`Bearer ${key}`).get("/api/me")).status).toBe(401);
  });

  test("the workspace's own words are kept", async () => {
    const { page } = ana;
    await page.goto(at("/settings/workspace"));
    await page.getByLabel("Words that also mean STOP").fill("HALT, no more clay");
    await page.getByLabel("How to reach you").fill("Call 415 555 0142");
    await press(page, "Save");
    await page.getByText("Saved.", { exact: true }).waitFor();
    await page.reload();
    await expect.poll(() => page.getByLabel("Words that also mean STOP").inputValue()).toBe("HALT, no more clay");
    expect(await barriers(page)).toEqual([]);
  });

  test("the second step is turned off with the password", async () => {
    const { page } = ana;
    await page.goto(at("/settings/security?dialog=two-factor-off"));
    await page.getByLabel("Your password").fill(ANA.password);
    await page.getByRole("dialog").getByRole("button", { name: "Turn off" }).click();
    await page.getByRole("button", { name: "Turn on" }).waitFor();
    await signOut(ana, "Ana Whitlock");
    await signIn(ana, ANA);
    await page.getByRole("heading", { name: "Inbox" }).waitFor();
    onlyComplainedOf(ana, /401/);
  });

  test("too many wrong passwords say when to try again", async () => {
    const stranger = await visit(ana.browser);
    const { page } = stranger;
    await signIn(stranger, { ...NOOR, password: "guess number 0" });
    for (let n = 1; n <= 5; n++) {
      await expect
        .poll(() => page.getByRole("button", { name: "Sign in", exact: true }).getAttribute("aria-busy"))
        .toBeNull();
      await page.getByLabel("Password").fill(`guess number ${n}`);
      await press(page, "Sign in");
    }
    await page.getByText(/^Too many wrong passwords\. Try again in 1\d minutes\.$/).waitFor();
    expect(await barriers(page)).toEqual([]);
    await stranger.context.close();
  });
});
