import { ChevronRight } from "lucide-react";
import { useId, useState } from "react";
import type { AuditChange, AuditEntry, AuditValue } from "../../contract/audit.ts";
import { plural, sayFully, sayMoment } from "../shell/words.ts";
import { cx } from "../ui/cx.ts";
import { sayActor, sayDeed } from "./deed-words.ts";
import { sayField, saysNothing, sayValue } from "./field-words.ts";
import { useNames } from "./names.ts";

/** Who did what, and when; the fields are folded in. */
export function EntryRow({ entry, only }: { entry: AuditEntry; only(thingId: string): void }) {
  const [open, setOpen] = useState(false);
  const details = useId();
  const { at, changes } = entry;
  return (
    <li className="border-b py-2.5">
      <div className="flex gap-x-4 gap-y-0.5 max-md:flex-col">
        <time dateTime={at} title={sayFully(at)} className="w-36 shrink-0 pt-px text-sm text-ink-3 tabular">
          {sayMoment(at)}
        </time>
        <div className="min-w-0 flex-1">
          <Said entry={entry} only={only} />
          {changes.length > 0 && (
            <button
              type="button"
              aria-expanded={open}
              aria-controls={details}
              onClick={() => setOpen(!open)}
              className="mt-0.5 -ml-1 inline-flex min-h-6 items-center gap-1 rounded-sm px-1 text-left text-sm text-ink-3 hover:bg-sunken hover:text-ink max-md:min-h-11"
            >
              <ChevronRight aria-hidden className={cx("size-3.5 shrink-0 transition-transform", open && "rotate-90")} />
              {summaryOf(changes)}
            </button>
          )}
          <div id={details} hidden={!open}>
            {open && <Changes changes={changes} />}
          </div>
        </div>
      </div>
    </li>
  );
}

const MOST_NAMED = 3;

/** The first fields by name, and how many more. */
function summaryOf(changes: readonly AuditChange[]): string {
  const names = changes.slice(0, MOST_NAMED).map(({ field }) => sayField(field));
  const more = changes.length - names.length;
  return more === 0 ? names.join(", ") : `${names.join(", ")} and ${plural(more, "more field")}`;
}

function Said({ entry, only }: { entry: AuditEntry; only(thingId: string): void }) {
  const [before, thing, after] = sayDeed(entry);
  return (
    <p className="text-md text-pretty break-words">
      <span className="font-medium">{sayActor(entry.actor)}</span> <span className="text-ink-2">{before}</span>
      {thing !== null && (
        <button
          type="button"
          title={`Everything about ${thing}`}
          onClick={() => only(entry.thing.id)}
          className="rounded-sm font-medium underline decoration-line-strong underline-offset-2 hover:decoration-ink"
        >
          {thing}
        </button>
      )}
      <span className="text-ink-2">{after}</span>
    </p>
  );
}

/** Each field with what it held and what it holds, where that may be said. */
const Changes = ({ changes }: { changes: readonly AuditChange[] }) => (
  <dl className="mt-1.5 mb-1 grid max-w-[44rem] gap-y-1.5 border-l-2 border-line pl-3 text-sm">
    {changes.map(({ field, values }) => (
      <div key={field} className="flex gap-x-4 max-md:flex-col">
        <dt className="w-44 shrink-0 text-ink-3">{sayField(field)}</dt>
        <dd className="min-w-0 flex-1 break-words">
          {values ? (
            <Values field={field} {...values} />
          ) : (
            <span className="text-ink-3">Changed. What it says is not kept here.</span>
          )}
        </dd>
      </div>
    ))}
  </dl>
);

function Values({ field, before, after }: { field: string; before: AuditValue; after: AuditValue }) {
  const names = useNames();
  const nothing = before === null || (Array.isArray(before) && before.length === 0);
  if (nothing && !saysNothing(field)) return <span>{sayValue(field, after, names)}</span>;
  return (
    <>
      <del className="text-ink-3">{sayValue(field, before, names)}</del>{" "}
      <span aria-hidden className="text-ink-3">
        →
      </span>{" "}
      <ins className="no-underline">{sayValue(field, after, names)}</ins>
    </>
  );
}
