import { expect, test } from "vitest";
import { pageOfAll, pageOfRows } from "./page.ts";

const all = ["a", "b", "c", "d", "e"].map((id) => ({ id }));
const idsOf = (page: { items: Array<{ id: string }> }) => page.items.map((each) => each.id).join("");

test.each([
  [1, undefined, "a", "a"],
  [2, undefined, "ab", "b"],
  [2, "b", "cd", "d"],
  [2, "d", "e", null],
  [5, undefined, "abcde", null],
  [9, undefined, "abcde", null],
  [2, "e", "", null],
  [2, "bb", "cd", "d"], // the one that the cursor named is gone
])("a page of %s behind %s", (limit, cursor, ids, nextCursor) => {
  const page = pageOfAll(all, { limit, cursor });
  expect([idsOf(page), page.nextCursor]).toEqual([ids, nextCursor]);
});

test("a page of rows says that there is more where one more came than was asked for", () => {
  expect(pageOfRows(all, 4, (last) => `behind ${last.id}`)).toMatchObject({ nextCursor: "behind d" });
  expect(pageOfRows(all, 5, (last) => last.id)).toEqual({ items: all, nextCursor: null });
  expect(pageOfRows([], 5, () => "never")).toEqual({ items: [], nextCursor: null });
});
