/** Pages of a list. */
import type { Page } from "../../contract/paging.ts";

interface Asked {
  limit: number;
  cursor?: string | undefined;
}

/** One page of a list that is short enough to be read whole; it comes in the order of its ids. */
export function pageOfAll<T extends { id: string }>(all: readonly T[], { limit, cursor = "" }: Asked): Page<T> {
  return pageOfRows(
    all.filter((each) => each.id > cursor),
    limit,
    (each) => each.id,
  );
}

/** A page of rows of which one more than `limit` was asked for: that there is one says that another page follows. */
export function pageOfRows<T>(rows: readonly T[], limit: number, cursorOf: (last: T) => string): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}
