import { ControlError } from "./errors.ts";

/** Reads the fields of a JSON object one by one; what is wrong is refused by the field's name. */
export type Fields = {
  text(name: string): string;
  optionalText(name: string): string | undefined;
  flag(name: string): boolean | undefined;
  number(name: string): number | undefined;
  numberOrNull(name: string): number | null | undefined;
  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined;
  texts(name: string): string[] | undefined;
  object(name: string): Fields | undefined;
  list(name: string): unknown[] | undefined;
  /** The whole object as text values, for parameters with free names. */
  textMap(name: string): Record<string, string> | undefined;
  /** Refuses what was not asked for. */
  end(): void;
};

export function fieldsOf(value: unknown, path = ""): Fields {
  if (!isObject(value)) throw new ControlError(path || "body", "must be a JSON object");
  const known = new Set<string>();
  const at = (name: string) => (path === "" ? name : `${path}.${name}`);
  const get = (name: string): unknown => {
    known.add(name);
    return value[name];
  };
  const typed = <Type>(name: string, is: (candidate: unknown) => candidate is Type, what: string): Type | undefined => {
    const candidate = get(name);
    if (candidate === undefined) return undefined;
    if (!is(candidate)) throw new ControlError(at(name), `must be ${what}`);
    return candidate;
  };
  const fields: Fields = {
    text(name) {
      const text = typed(name, isText, "a text");
      if (text === undefined || text === "") throw new ControlError(at(name), "is required");
      return text;
    },
    optionalText: (name) => typed(name, isText, "a text"),
    flag: (name) => typed(name, (it): it is boolean => typeof it === "boolean", "true or false"),
    number: (name) => typed(name, isNumber, "a number, 0 or more"),
    numberOrNull: (name) => (get(name) === null ? null : fields.number(name)),
    choice: (name, choices) =>
      typed(
        name,
        (it): it is (typeof choices)[number] => choices.some((choice) => choice === it),
        `one of ${choices.join(", ")}`,
      ),
    texts: (name) => typed(name, (it): it is string[] => Array.isArray(it) && it.every(isText), "a list of texts"),
    object(name) {
      const inner = get(name);
      return inner === undefined ? undefined : fieldsOf(inner, at(name));
    },
    list: (name) => typed(name, (it): it is unknown[] => Array.isArray(it), "a list"),
    textMap: (name) =>
      typed(
        name,
        (it): it is Record<string, string> => isObject(it) && Object.values(it).every(isText),
        "an object of texts",
      ),
    end() {
      const unknown = Object.keys(value).find((name) => !known.has(name));
      if (unknown !== undefined) {
        throw new ControlError(at(unknown), `is not known here; known are ${[...known].join(", ") || "none"}`);
      }
    },
  };
  return fields;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
