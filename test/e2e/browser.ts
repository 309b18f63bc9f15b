/** A browser to tell stories in: real Chromium, its windows, and what it complains of. */
import { existsSync } from "node:fs";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { describe, expect } from "vitest";

const CHROMIUM = process.env.PARLEY_CHROMIUM ?? "/usr/bin/chromium";

function hasChromium(): boolean {
  if (existsSync(CHROMIUM)) return true;
  if (process.env.PARLEY_DEMAND_CHROMIUM === "1")
    throw new Error(`PARLEY_DEMAND_CHROMIUM is 1, but there is no Chromium at ${CHROMIUM}`);
  return false;
}

/** Stories that need a browser. Where there is none they are skipped and say so; where one is demanded they fail. */
export function describeInBrowser(what: string, options: { timeout?: number }, tell: () => void): void {
  const here = hasChromium();
  if (!here)
    process.stdout.write(`${what}: skipped: there is no Chromium at ${CHROMIUM} (set PARLEY_CHROMIUM to its path)\n`);
  describe.skipIf(!here)(what, options, tell);
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

/** How long a page waits for what it is told to find. */
export const PATIENCE_MS = 10_000;

/** A window of its own, with nothing remembered. */
export async function visit(browser: Browser, { width = 1440, height = 900 }: VisitOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: "reduce" });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return { page, context, complaints };
}

/**
 * Fails for whatever the browser complained of since it was asked last, but for what a story brought about on purpose: the
 * browser notes by itself each refusal (401, 422) and each line that falls (net::ERR_…).
 */
export function onlyComplainedOf({ complaints }: Pick<Visit, "complaints">, expected?: RegExp): void {
  expect(complaints.splice(0).filter((each) => !expected?.test(each))).toEqual([]);
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
