/** Departures: what is late for its slot does not crowd into the second of those that are on time. */
import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { testClock } from "../../test/support/clock.ts";
import { idMaker } from "../platform/world.ts";
import { createDepartures } from "./departures.ts";

const clock = testClock();
const world = { ...clock, bytes: randomBytes, chance: () => 0.5, id: idMaker(clock.now, randomBytes) };
const start = clock.now().getTime();

/** Lets each message ask at its time and answers when each left, in ms from the start. */
async function leaving(asks: ReadonlyArray<{ at: number; segments: number }>, mps: number): Promise<number[]> {
  const departures = createDepartures(world);
  const from = clock.now().getTime() - start;
  const left: number[] = [];
  const all = asks.map(async ({ at, segments }) => {
    await world.sleep(at);
    await departures.wait(segments, mps);
    left.push(clock.now().getTime() - start - from);
  });
  let done = false;
  void Promise.all(all).then(() => {
    done = true;
  });
  while (!done) {
    clock.advance(5);
    await new Promise((turn) => setImmediate(turn));
  }
  return left;
}

const most = (times: readonly number[]) =>
  Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length));

test("who is on time is not held up", async () => {
  const asks = Array.from({ length: 12 }, (_, n) => ({ at: 505 * (n + 1), segments: 1 }));
  expect(await leaving(asks, 2)).toEqual(asks.map(({ at }) => at));
});

test("after a stall no second sees more than the rate", async () => {
  // Five a second, and the first four are all late at once.
  const asks = Array.from({ length: 15 }, (_, n) => ({ at: Math.max(705, 205 * (n + 1)), segments: 1 }));
  const left = await leaving(asks, 5);
  expect(left.slice(0, 4)).toEqual([705, 705, 705, 820]);
  expect(most(left)).toBe(5);
});

test("segments count, and what is longer than a second's worth still leaves", async () => {
  const left = await leaving(
    [3, 1, 1].map((segments) => ({ at: 5, segments })),
    2,
  );
  expect(left).toEqual([5, 1010, 1010]);
});

test("a fraction of a message a second is rounded up here: its slots keep it", async () => {
  const asks = Array.from({ length: 4 }, (_, n) => ({ at: 670 * (n + 1), segments: 1 }));
  expect(await leaving(asks, 1.5)).toEqual([670, 1340, 2010, 2680]);
});
