/** A workspace's own keywords, before they are kept: what would contradict, or do nothing, is said instead. */
import type { Workspace } from "../../contract/accounts.ts";
import { type FieldError, Refusal } from "../platform/errors.ts";
import { defaultKeywords, type Verdict } from "./keywords.ts";
import { normalise } from "./normalise.ts";
import { readVerdict } from "./reading/verdict.ts";

type Lists = Workspace["keywords"];
type List = keyof Lists;
const LISTS = ["stop", "start", "help"] as const satisfies readonly List[];

/**
 * Refuses a word that already means something else, stands in two lists, can be no text at all, or, outside of the STOP
 * list, reads as an opt-out in free words: a keyword comes first, so it would take a person's stop away.
 * @throws Refusal `keyword_refused`, with each word at fault by its place
 */
export function checkOwnKeywords(lists: Lists): void {
  const words = LISTS.flatMap((list) =>
    lists[list].map((written, place) => ({
      list,
      written,
      path: `keywords.${list}.${place}`,
      form: normalise(written),
    })),
  );
  const errors = words.flatMap(({ list, written, path, form }): FieldError[] => {
    const other = words.find((each) => each.form === form && each.list !== list)?.list ?? null;
    const why = whyNot(list, form, other);
    return why ? [{ path, code: "keyword_refused", message: `“${written}” ${why}` }] : [];
  });
  const [first] = errors;
  if (first) throw new Refusal(422, "keyword_refused", first.message, { errors });
}

function whyNot(list: List, form: string, other: List | null): string | null {
  if (form === "") return "holds no letter and no digit, so no text can be it. Take it out.";
  const builtIn = builtInOf(form);
  if (builtIn === "yes") return "is an answer to a question: it opts in only right after a STOP. Take it out.";
  if (builtIn === list) return null;
  if (builtIn) return `always means ${builtIn.toUpperCase()}. Take it out.`;
  if (other) return `stands among the words for ${other.toUpperCase()} too, and can mean one thing only. Take one out.`;
  if (list !== "stop" && readVerdict(form).verdict !== "none")
    return `reads as an opt-out, so it can’t mean ${list.toUpperCase()}. Take it out.`;
  return null;
}

const builtInOf = (form: string): Verdict | null =>
  ([...LISTS, "yes"] as const).find((verdict) => defaultKeywords[verdict].includes(form)) ?? null;
