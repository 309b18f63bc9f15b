/** What of a request can be kept: PostgreSQL's text holds no zero byte and no half of a surrogate pair. */
import { invalid, type Refusal } from "../errors.ts";

const DEEPEST = 50;
const canBeKept = (text: string) => text.isWellFormed() && !text.includes("\0");

/** The refusal of the first value that can't be kept, naming its place; null where all can. */
export function unkeepable(value: unknown, path: readonly string[] = []): Refusal | null {
  const refused = (message: string) =>
    invalid("invalid_request", `${path.join(".") || "body"}: ${message}`, path.join("."));
  if (typeof value === "string")
    return canBeKept(value) ? null : refused("holds a character that is none: a zero byte or half of a surrogate pair");
  if (typeof value !== "object" || value === null) return null;
  if (path.length > DEEPEST) return refused(`is nested deeper than ${DEEPEST} levels`);
  for (const [name, item] of Object.entries(value)) {
    const found = canBeKept(name)
      ? unkeepable(item, [...path, name])
      : refused("holds a name with a zero byte or half of a surrogate pair");
    if (found) return found;
  }
  return null;
}
