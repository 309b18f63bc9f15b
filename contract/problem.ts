/** What went wrong, as RFC 9457 problem documents: `code` is stable, `detail` says what to do. */
import { z } from "zod";

export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    errors: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })).optional(),
  })
  .catchall(z.unknown());

export type Problem = z.infer<typeof Problem>;
