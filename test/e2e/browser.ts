/** A browser to tell stories in: real Chromium on a town whose time passes as ours does. A console error fails the story. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { expect } from "vitest";
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

const ROOT = join(import.meta.dirname, "../..");
const BUILDING = join(ROOT, "dist/building");

/** Builds the web app as this checkout has it, as `npm start` would. One builds; whoever comes meanwhile waits. */
export function buildWebApp(): void {
  mkdirSync(join(ROOT, "dist"), { recursive: true });
  while (!tryLock()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  try {
    const script = join(ROOT, "web/build-if-older.ts");
    const { status, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8" });
    if (status !== 0 || stderr.includes("was not built")) throw new Error(stderr);
  } finally {
    rmSync(BUILDING);
  }
}

/** A lock that a run left behind which is gone by now is nobody's. */
function tryLock(): boolean {
  try {
    writeFileSync(BUILDING, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    try {
      process.kill(Number(readFileSync(BUILDING, "utf8")) || process.pid, 0);
    } catch {
      rmSync(BUILDING, { force: true });
    }
    return false;
  }
}

const TICK_MS = 20;

export interface LivingTown {
  town: Town;
  stop(): Promise<void>;
}

/** A town that begins now and whose clock goes as the browser's does. @param env settings over those of the town */
export async function foundLivingTown(env: Record<string, string> = {}): Promise<LivingTown> {
  const town = await foundTown(env, undefined, new Date());
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

/** Whether something is still coming or going; what turns for ever does not count. */
const MOVING = `document.getAnimations().some(
  (each) => each.playState === "running" && each.effect.getComputedTiming().iterations !== Infinity)`;

/** What keeps people out: serious and critical findings of axe on the page, once it stands still: what is half faded in is pale. */
export async function barriers(page: Page): Promise<string[]> {
  await expect.poll(() => page.evaluate(MOVING), { timeout: 10_000 }).toBe(false);
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join(" | ")}`);
}

/** Signs the first owner in through the page. */
export async function signInAsOwner({ page }: Visit, town: Town): Promise<void> {
  await page.goto(`${town.publicUrl}/`);
  await page.getByLabel("Email").fill(OWNER.email);
  await page.getByLabel("Password").fill(OWNER.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Inbox" }).waitFor();
}
