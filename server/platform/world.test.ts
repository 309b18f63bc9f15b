import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { isId } from "../../contract/ids.ts";
import { idMaker, realWorld } from "./world.ts";

const AT = Date.UTC(2026, 5, 1, 16);
/** A maker whose time is what the test says. */
function maker(bytes: (count: number) => Buffer = randomBytes) {
  const clock = { ms: AT };
  const id = idMaker(() => new Date(clock.ms), bytes);
  return { clock, id };
}
const sorted = (ids: readonly string[]) => [...ids].sort();

test("an id is its kind and a UUIDv7: the time, the version, the variant", () => {
  const { id } = maker();
  const made = id("con");
  expect(isId("con", made)).toBe(true);
  expect(parseInt(made.slice(4, 16), 16)).toBe(AT);
  expect(made[16]).toBe("7");
  expect("89ab").toContain(made[20]);
});

test("ids of one moment grow in the order in which they were made, past any counter's end", () => {
  const { id } = maker(() => Buffer.alloc(8)); // without chance's help
  const ids = Array.from({ length: 20_000 }, () => id("msg"));
  expect(new Set(ids).size).toBe(ids.length);
  expect(sorted(ids)).toEqual(ids);
});

test("ids grow when time goes on, stands still, or goes back", () => {
  const { clock, id } = maker();
  const steps = [0, 0, 1, 5, -3, -1000, 0, 1, 1000, -1, 60_000];
  const ids = steps.flatMap((step) => {
    clock.ms += step;
    return [id("msg"), id("msg"), id("msg")];
  });
  expect(sorted(ids)).toEqual(ids);
});

test("after a moment with more ids than a counter holds, the next moment's ids still grow", () => {
  const { clock, id } = maker(() => Buffer.alloc(8));
  const ids = Array.from({ length: 4097 }, () => id("msg"));
  clock.ms += 1;
  ids.push(id("msg"), id("msg"));
  clock.ms += 1;
  ids.push(id("msg"));
  expect(sorted(ids)).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test("two makers at the same moment make different ids", () => {
  const ids = [maker(), maker(), maker()].map(({ id }) => id("con"));
  expect(new Set(ids).size).toBe(3);
});

test("a sleep ends at once when it is called off, and never fails", async () => {
  const { sleep } = realWorld();
  const off = new AbortController();
  const startedAt = performance.now();
  const sleeping = sleep(60_000, off.signal);
  off.abort();
  await sleeping;
  await sleep(60_000, off.signal);
  await sleep(0);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});
