/** What changed between two states of a thing, field by field, and which values may be kept of it. */
import { isDeepStrictEqual } from "node:util";
import type { AuditChange, AuditValue } from "../../../contract/audit.ts";

const LONGEST = 500;

function asValue(value: unknown): AuditValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map((each) => (typeof each === "string" ? each : JSON.stringify(each)));
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

const isPlain = (value: unknown): value is object =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Every field with its path; what stands in an object is a field of its own. */
const fieldsOf = (state: object, above = ""): Array<[field: string, value: unknown]> =>
  Object.entries(state).flatMap(([name, value]) =>
    isPlain(value) ? fieldsOf(value, `${above}${name}.`) : [[`${above}${name}`, value]],
  );

/**
 * The fields that `after` holds and that differ in `before`. Values are kept of those alone that are named as harmless
 * (with all that is in them): whoever adds a field and forgets it here keeps its name and nothing else.
 */
export function changesBetween(before: object, after: object, harmless: readonly string[]): AuditChange[] {
  const old = new Map(fieldsOf(before));
  const isHarmless = (field: string) => harmless.some((name) => field === name || field.startsWith(`${name}.`));
  return fieldsOf(after).flatMap(([field, value]) => {
    const was = old.get(field);
    if (isDeepStrictEqual(was ?? null, value ?? null)) return [];
    return [{ field, values: isHarmless(field) ? { before: asValue(was), after: asValue(value) } : null }];
  });
}
