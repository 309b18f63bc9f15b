import { expect, test } from "vitest";
import { z } from "zod";
import { limit } from "../../contract/paging.ts";
import { IN_PLAIN_WORDS } from "./plain-words.ts";

const said = (schema: z.ZodType, value: unknown) =>
  schema.safeParse(value, IN_PLAIN_WORDS).error?.issues.map(({ message }) => message);

test.each<[z.ZodType, unknown, string]>([
  [z.string(), undefined, "must be given"],
  [z.string(), 7, "must be text"],
  [z.string().trim().min(1), " ", "must not be empty"],
  [z.string().min(12), "short", "must have at least 12 characters"],
  [z.string().max(1), "ab", "must have at most 1 character"],
  [z.array(z.string()).max(2), ["a", "b", "c"], "must have at most 2 entries"],
  [limit, "abc", "must be a number"],
  [limit, "1.5", "must be a whole number"],
  [limit, "0", "must be 1 or more"],
  [limit, "201", "must be 200 or less"],
  [z.number().gt(0), 0, "must be more than 0"],
  [z.boolean(), "yes", "must be true or false"],
  [z.enum(["sms", "whatsapp"]), "fax", "must be one of sms, whatsapp"],
  [z.literal("none"), "nobody", "must be none"],
  [z.email(), "ana", "must be an email address, such as ana@example.com"],
  [z.url(), "kiln", "must be a web address, such as https://example.com"],
  [z.iso.datetime(), "soon", "must be a date and time, such as 2026-03-01T09:00:00Z"],
  [z.union([z.literal("none"), z.number()]), "all", "is none of what may stand here"],
  [z.strictObject({}), "words", "must be an object with named fields"],
  [z.string().regex(/^a/), "b", "does not have the right form"],
])("%# is said in plain words", (schema, value, words) => {
  expect(said(schema, value)).toEqual([words]);
});

test("a schema's own words go first", () => {
  expect(said(z.string().regex(/^\+/, "must begin with a plus"), "1")).toEqual(["must begin with a plus"]);
});
