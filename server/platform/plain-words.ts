/** What a schema finds wrong, as people say it: "must be a whole number". Goes after the name of a field, which is not in it. */
import type { z } from "zod";

type Issue = Parameters<z.core.$ZodErrorMap>[0];

const KINDS: Record<string, string> = {
  string: "must be text",
  number: "must be a number",
  int: "must be a whole number",
  boolean: "must be true or false",
  array: "must be a list",
  object: "must be an object with named fields",
  record: "must be an object with named fields",
  null: "must be null",
};

const FORMS: Record<string, string> = {
  email: "must be an email address, such as ana@example.com",
  url: "must be a web address, such as https://example.com",
  datetime: "must be a date and time, such as 2026-03-01T09:00:00Z",
  date: "must be a date, such as 2026-03-01",
  time: "must be a time of day, such as 09:30",
};

/** How many of what a thing has: characters of a text, entries of a list. */
function counted(count: number | bigint, origin: string): string {
  const unit = origin === "string" ? "character" : origin === "array" || origin === "set" ? "entry" : "field";
  return `${count} ${count === 1 ? unit : unit === "entry" ? "entries" : `${unit}s`}`;
}

const isAmount = (origin: string) => origin === "number" || origin === "int" || origin === "bigint";

function say(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === undefined) return "must be given";
      return KINDS[issue.expected] ?? "has the wrong type";
    case "too_small": {
      const { origin, minimum, inclusive } = issue;
      if (isAmount(origin)) return inclusive ? `must be ${minimum} or more` : `must be more than ${minimum}`;
      return minimum === 1 && origin !== "object"
        ? "must not be empty"
        : `must have at least ${counted(minimum, origin)}`;
    }
    case "too_big": {
      const { origin, maximum, inclusive } = issue;
      if (isAmount(origin)) return inclusive ? `must be ${maximum} or less` : `must be less than ${maximum}`;
      return `must have at most ${counted(maximum, origin)}`;
    }
    case "invalid_format":
      return FORMS[issue.format] ?? "does not have the right form";
    case "invalid_value": {
      const values = issue.values.map(String);
      return values.length === 1 ? `must be ${values[0]}` : `must be one of ${values.join(", ")}`;
    }
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "invalid_union":
      return issue.input === undefined ? "must be given" : "is none of what may stand here";
    default:
      return "can't be read";
  }
}

/** For `safeParse`, wherever a person or a program of theirs reads what is wrong. A schema's own words go first. */
export const IN_PLAIN_WORDS = { error: say };
