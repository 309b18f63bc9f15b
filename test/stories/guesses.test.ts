/** Guessing passwords: shut where it is done, for a while; whoever is at home elsewhere does not notice. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { networkOf } from "../../server/accounts/sign-in/guesses.ts";
import { foundTown, OWNER, type Town } from "../support/town.ts";

const WRONG = "not the one at all";
const EVIL = "203.0.113.66";
const HOME = "198.51.100.7";
const MINUTE_MS = 60_000;

let town: Town;
beforeEach(async () => {
  await town?.stop();
  town = await foundTown();
});
afterAll(() => town.stop());

/** Tries to sign in, seen by the proxy at that address. */
const attempt = (password: string, from: string, email: string = OWNER.email) =>
  town.as(null).post("/api/auth/sign-in/email", { email, password }, { "x-forwarded-for": from });
const right = async (from: string) => (await attempt(OWNER.password, from)).status;

async function guess(times: number, from: string, email?: string): Promise<number[]> {
  const statuses: number[] = [];
  for (let n = 0; n < times; n++) statuses.push((await attempt(WRONG, from, email)).status);
  return statuses;
}

test("after five wrong passwords nobody tries that person's again there, and is told until when", async () => {
  expect(await guess(5, EVIL)).toEqual([401, 401, 401, 401, 401]);
  const refused = await attempt(OWNER.password, EVIL);
  expect(refused).toMatchObject({
    status: 429,
    body: {
      code: "too_many_guesses",
      detail: "Too many wrong passwords. Try again in 15 minutes.",
      retryAt: new Date(town.clock.now().getTime() + 15 * MINUTE_MS).toISOString(),
    },
  });
  expect(refused.headers.get("retry-after")).toBe(String(15 * 60));
  town.clock.advance(14 * MINUTE_MS);
  expect(await attempt(OWNER.password, EVIL)).toMatchObject({
    status: 429,
    body: { detail: "Too many wrong passwords. Try again in a minute." },
  });
  town.clock.advance(MINUTE_MS);
  expect(await right(EVIL)).toBe(200);
});

test("the person themselves signs in from where they are", async () => {
  await guess(6, EVIL);
  expect(await right(HOME)).toBe(200);
});

test("the right password forgets the wrong ones before it", async () => {
  for (let n = 0; n < 3; n++) {
    expect(await guess(4, HOME)).toEqual([401, 401, 401, 401]);
    expect(await right(HOME)).toBe(200);
  }
});

test("many at once are counted one by one", async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => attempt(WRONG, EVIL)));
  expect(answers.filter((each) => each.status === 401)).toHaveLength(5);
  expect(answers.filter((each) => each.status === 429)).toHaveLength(15);
});

test("a restart forgets nothing, and a second web process counts along", async () => {
  await guess(3, EVIL);
  await town.restart();
  expect(await guess(3, EVIL)).toEqual([401, 401, 429]);
});

test("addresses that nobody has are counted alike, so that the limit tells nothing", async () => {
  expect(await guess(6, EVIL, "nobody@kiln.example")).toEqual([401, 401, 401, 401, 401, 429]);
  expect(await right(EVIL)).toBe(200);
});

describe("somebody who tries everybody's password", () => {
  test("is shut out where they are; a colleague who signed in there before is not", async () => {
    expect(await right(EVIL)).toBe(200); // one office, one address
    for (let n = 0; n < 10; n++) await guess(5, EVIL, `person${n}@kiln.example`);
    expect(await guess(1, EVIL, "one-more@kiln.example")).toEqual([429]);
    expect(await right(EVIL)).toBe(200);
    expect(await right(HOME)).toBe(200);
  }, 60_000);

  test("from everywhere shuts the person's door to strange places, not to where they have been", async () => {
    expect(await right(HOME)).toBe(200);
    for (let n = 1; n <= 25; n++) expect(await guess(4, `203.0.113.${n}`)).toEqual([401, 401, 401, 401]);
    expect(await guess(1, "203.0.113.99")).toEqual([429]);
    expect(await right(HOME)).toBe(200);
    town.clock.advance(60 * MINUTE_MS);
    expect(await right("203.0.113.99")).toBe(200);
  }, 60_000);
});

test.each([
  ["203.0.113.7", "203.0.113.7"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:db8::5:6", "2001:db8:0:0"],
  ["::1", "0:0:0:0"],
])("%s counts as %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});
