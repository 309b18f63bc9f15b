/** A browser to tell stories in: real Chromium on a town whose time passes as ours does. A console error fails the story. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { foundTown, OWNER, type Town } from "../support/town.ts";

const CHROMIUM = process.env.PARLEY_CHROMIUM ?? "/usr/bin/chromium";

export const noChromium = `skipped: there is no Chromium at ${CHROMIUM} (set PARLEY_CHROMIUM to its path)`;

export function hasChromium(): boolean {
  if (existsSync(CHROMIUM)) return true;
  if (process.env.PARLEY_DEMAND_CHROMIUM === "1")
    throw new Error(`PARLEY_DEMAND_CHROMIUM is 1, but there is no Chromium at ${CHROMIUM}`);
  return false;
}

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const launch = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM, args: ARGS });

/** Builds the web app as this checkout has it, as `npm start` would. */
export function buildWebApp(): void {
  const script = join(import.meta.dirname, "../../web/build-if-older.ts");
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8" });
  if (status !== 0 || stderr.includes("was not built")) throw new Error(stderr);
}

const TICK_MS = 20;

export interface LivingTown {
  town: Town;
  stop(): Promise<void>;
}

/** A town that begins now and whose clock goes as the browser's does. */
export async function foundLivingTown(): Promise<LivingTown> {
  const town = await foundTown({}, undefined, new Date());
  let last = performance.now();
  const ticker = setInterval(() => {
    const now = performance.now();
    town.clock.advance(now - last);
    last = now;
  }, TICK_MS);
  return {
    town,
    async stop() {
      clearInterval(ticker);
      await town.stop();
    },
  };
}

export interface Visit {
  page: Page;
  context: BrowserContext;
  /** What the browser complained about so far. */
  complaints: string[];
}

export interface VisitOptions {
  width?: number;
  height?: number;
}

/** A window of its own, with nothing remembered. */
export async function visit(browser: Browser, { width = 1440, height = 900 }: VisitOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: "reduce" });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return { page, context, complaints };
}

/** Signs the first owner in through the page. */
export async function signInAsOwner({ page }: Visit, town: Town): Promise<void> {
  await page.goto(`${town.publicUrl}/`);
  await page.getByLabel("Email").fill(OWNER.email);
  await page.getByLabel("Password").fill(OWNER.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Inbox" }).waitFor();
}
