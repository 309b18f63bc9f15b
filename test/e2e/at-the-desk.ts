/** Where stories at the desk begin: a town whose time passes as ours does, the web app built, and a window in which one is signed in. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { foundTown, OWNER, type Town } from "../support/town.ts";
import { describeInBrowser, launch, onlyComplainedOf, PATIENCE_MS, type Visit, visit } from "./browser.ts";
import { buildWebApp } from "./web-app.ts";

/** A window on a town's desk. It is there when the first story begins: take its parts inside of stories and hooks. */
export interface Desk extends Visit {
  town: Town;
  browser: Browser;
  /** Expects something before long: within the desk's patience. */
  soon<T>(ask: () => T): ReturnType<typeof expect.poll<T>>;
}

export interface DeskSettings {
  /** Settings over those of the town. */
  env?: Record<string, string>;
  /** Brings about what the town has before anybody looks. */
  prepare?: (town: Town) => Promise<unknown>;
  /** How one gets in; by default the owner signs in. Null: nobody does, the stories tell of it. */
  enter?: ((visit: Visit, town: Town) => Promise<unknown>) | null;
  /** How long the page, and `soon`, wait. */
  patience_ms?: number;
  /** What the browser may have complained of when all is told; anything else fails. */
  mayComplainOf?: RegExp;
  /** What setting it up and clearing it away may take, where that is not what every hook may. */
  opensWithin_ms?: number;
  closesWithin_ms?: number;
}

/** Stories at one desk, each of which begins where the last has ended. The last one is that the browser had nothing to complain about. */
export function describeAtDesk(what: string, settings: DeskSettings, tell: (desk: Desk) => void): void {
  const { env, prepare, enter = signInAsOwner, patience_ms = PATIENCE_MS, mayComplainOf } = settings;
  const { opensWithin_ms, closesWithin_ms } = settings;
  describeInBrowser(what, {}, () => {
    let living: LivingTown | undefined;
    let browser: Browser | undefined;
    let visited: Visit | undefined;
    beforeAll(async () => {
      buildWebApp();
      living = await foundLivingTown(env);
      await prepare?.(living.town);
      browser = await launch();
      visited = await visit(browser);
      visited.page.setDefaultTimeout(patience_ms);
      if (!enter) return;
      await enter(visited, living.town);
      onlyComplainedOf(visited, /401/); // the browser notes by itself that nobody was signed in
    }, opensWithin_ms);
    afterAll(async () => {
      await browser?.close();
      await living?.stop();
    }, closesWithin_ms);

    const desk: Desk = {
      get town() {
        return open(living).town;
      },
      get browser() {
        return open(browser);
      },
      get page() {
        return open(visited).page;
      },
      get context() {
        return open(visited).context;
      },
      get complaints() {
        return open(visited).complaints;
      },
      soon: (ask) => expect.poll(ask, { timeout: patience_ms }),
    };
    tell(desk);
    test("the browser had nothing to complain about", () => onlyComplainedOf(desk, mayComplainOf));
  });
}

function open<T>(part: T | undefined): T {
  if (part === undefined) throw new Error("the desk is not open yet: take its parts inside of a story or a hook");
  return part;
}

/** Signs the first owner in through the page. */
export async function signInAsOwner({ page }: Pick<Visit, "page">, town: Town): Promise<void> {
  await page.goto(`${town.publicUrl}/`);
  await page.getByLabel("Email").fill(OWNER.email);
  await page.getByLabel("Password").fill(OWNER.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Inbox" }).waitFor();
}

const TICK_MS = 20;

interface LivingTown {
  town: Town;
  stop(): Promise<void>;
}

/** A town that begins now and whose clock goes as the browser's does. */
async function foundLivingTown(env: Record<string, string> = {}): Promise<LivingTown> {
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
