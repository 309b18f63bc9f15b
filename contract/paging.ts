/** Lists: `{ items, nextCursor }`, with `?limit=` and `?cursor=`. */
import { z } from "zod";
import type { IdPrefix } from "./ids.ts";

export const limit = z.coerce.number().int().min(1).max(200).default(50);

/** The query of a list whose cursors have this form. */
export const pagingBy = (form: RegExp) => ({
  limit,
  cursor: z.string().regex(form, "take it from nextCursor of the page before, or leave it out").optional(),
});

/** The query of a list whose cursor is its last item's id. */
export const pagingById = (prefix: IdPrefix) => pagingBy(new RegExp(`^${prefix}_[0-9a-f]{32}$`));

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}
