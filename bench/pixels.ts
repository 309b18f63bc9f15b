/** Pixels: from the 200 that acknowledges a text until a browser has painted it in the open conversation, against a bare page. */
import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { startNode } from "./child.ts";
import { type Figure, median } from "./figures.ts";
import { BENCH_OWNER } from "./product.ts";
import { inboundUrl, type Stage } from "./stage.ts";
import { messageSid, signatureOf } from "./webhooks.ts";

const CHROMIUM = process.env.PARLEY_CHROMIUM ?? "/usr/bin/chromium";
const ROUNDS = 4;
const EACH = 20;
const WARM_UP = 5;
/** Lets what one text leads to (it is marked read, lists are put in order) come to rest before the next. */
const REST_MS = 150;
const PATIENCE_MS = 10_000;
const GOAL = 3;
/** Messages of this measurement, apart from every round of the load generator. */
const OWN_ROUND = 900;

/** One page: `post` resolves when a text was acknowledged, `painted` when it can be seen. */
interface Shown {
  name: string;
  page: Page;
  post(text: string): Promise<void>;
  painted(n: number): Promise<number>;
}

export async function measurePixels(stage: Stage, say: (line: string) => void): Promise<Figure[]> {
  if (!existsSync(CHROMIUM)) {
    say(`skipped: there is no Chromium at ${CHROMIUM} (set PARLEY_CHROMIUM to its path)`);
    return [];
  }
  const { connection, rows } = await stage.product();
  await rows("create database bench_pixels");
  const bare = startNode("the bare page", "bench/bare-page.ts", {
    env: { HOST: "127.0.0.1", DATABASE: JSON.stringify({ ...connection, database: "bench_pixels" }) },
  });
  const { chromium } = await import("playwright-core");
  const args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
  const browser = await chromium.launch({ executablePath: CHROMIUM, args });
  try {
    const [bareUrl] = await bare.line(/^http:\S+/);
    const floor = await openBarePage(browser, bareUrl);
    const product = await openConversation(browser, stage);
    const waits = new Map<Shown, number[]>([
      [floor, []],
      [product, []],
    ]);
    let n = 0;
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [shown, all] of waits) {
        const found: number[] = [];
        await shown.page.bringToFront();
        for (let each = 0; each < (round === 0 ? WARM_UP : EACH); each++) found.push(await wait(shown, ++n));
        if (round === 0) continue; // warming up
        all.push(...found);
        say(`${shown.name}: median ${median(found).toFixed(1)} ms`);
      }
    }
    const [theirs = [], ours = []] = waits.values();
    const line = (what: string, of: (waits: readonly number[]) => number): Figure => ({
      what,
      measured: `${of(ours).toFixed(1)} ms`,
      against: `bare page ${of(theirs).toFixed(1)} ms`,
      ratio: of(ours) / of(theirs),
      goal: { is: "below", of: GOAL },
    });
    return [line("commit to pixels, median", median), line("commit to pixels, p95", p95)];
  } finally {
    await browser.close();
    await bare.stop();
  }
}

const p95 = (waits: readonly number[]): number => waits.toSorted((a, b) => a - b)[Math.floor(waits.length * 0.95)] ?? 0;

/**
 * The machine's one clock, finer than its whole milliseconds; for this process, and as text for a page. How far it is ahead of
 * `performance.now()` is seen when a millisecond begins. Answers the time in ms.
 */
function startFineClock(): () => number {
  let ahead = Number.NEGATIVE_INFINITY;
  for (const until = performance.now() + 20; performance.now() < until; )
    ahead = Math.max(ahead, Date.now() - performance.now());
  return () => performance.now() + ahead;
}
const fineNow = startFineClock();

/** How long one text takes from its acknowledgement to its picture, in ms. */
async function wait({ post, painted }: Shown, n: number): Promise<number> {
  const seen = painted(n);
  await post(`Text number ${n}.`);
  const acknowledgedAt = fineNow();
  const waited = (await seen) - acknowledgedAt;
  await pause(REST_MS);
  return Math.max(waited, 0.1); // the picture may be there before the answer is
}

/**
 * Tells when a text stands in the page's log and the frame with it was painted. Both pages have it.
 */
const WATCH = `
  const fineNow = (${startFineClock})();
  const told = new Set();
  new MutationObserver(() => {
    const log = document.querySelector("main [role=log]");
    for (const [, n] of log?.textContent.matchAll(/Text number (\\d+)\\./g) ?? []) {
      if (told.has(n)) continue;
      told.add(n);
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => tellPainted(Number(n), fineNow());
        port2.postMessage(null);
      });
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });`;

async function openWatched(browser: Browser, name: string, url: string): Promise<Omit<Shown, "post">> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const waiting = new Map<number, (at: number) => void>();
  await page.exposeFunction("tellPainted", (n: number, at: number) => waiting.get(n)?.(at));
  await page.addInitScript(WATCH);
  await page.goto(url);
  return {
    name,
    page,
    painted(n) {
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      waiting.set(n, resolve);
      const late = setTimeout(() => reject(new Error(`${name} never showed text number ${n}`)), PATIENCE_MS);
      promise.finally(() => clearTimeout(late)).catch(() => {}); // whoever waits for it is told
      return promise;
    },
  };
}

async function openBarePage(browser: Browser, url: string): Promise<Shown> {
  const opened = await openWatched(browser, "bare page", url);
  await opened.page.waitForFunction("document.title === 'Listening'");
  return {
    ...opened,
    async post(text) {
      await answered(await fetch(url, { method: "POST", body: text }));
    },
  };
}

async function openConversation(browser: Browser, stage: Stage): Promise<Shown> {
  const product = await stage.product();
  const { account, number: to } = await stage.provider();
  const [conversation] = await stage.conversations(1);
  if (!conversation) throw new Error("no conversation");
  const opened = await openWatched(browser, "product", `${product.url}/inbox/${conversation.id}`);
  const { page } = opened;
  await page.getByLabel("Email").fill(BENCH_OWNER.email);
  await page.getByLabel("Password").fill(BENCH_OWNER.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("main").getByRole("log").getByRole("article").first().waitFor();
  const url = inboundUrl(product);
  let count = 0;
  return {
    ...opened,
    async post(text) {
      const sid = messageSid(OWN_ROUND, count++);
      const fields: Array<[string, string]> = [
        ["MessageSid", sid],
        ["SmsSid", sid],
        ["AccountSid", account.accountSid],
        ["From", conversation.phone],
        ["To", to],
        ["Body", text],
        ["NumMedia", "0"],
        ["NumSegments", "1"],
        ["ApiVersion", "2010-04-01"],
      ];
      const headers = { "x-twilio-signature": signatureOf(url, account, fields) };
      await answered(await fetch(url, { method: "POST", headers, body: new URLSearchParams(fields) }));
    },
  };
}

async function answered(response: Response): Promise<void> {
  if (!response.ok) throw new Error(`a text was answered ${response.status}: ${await response.text()}`);
  void response.arrayBuffer();
}
