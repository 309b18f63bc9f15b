import { Link } from "@tanstack/react-router";
import { useMay } from "../shell/session.ts";
import { cx } from "../ui/cx.ts";
import { LIST_ID, type QuickReplyPicker } from "./quick-reply-picker.ts";

/** What a slash found, over the box that keeps the focus. */
export function QuickReplyList({ picker }: { picker: QuickReplyPicker }) {
  const may = useMay();
  const { found, chosen, any, insert } = picker;
  return (
    <div className="anim-fade absolute inset-x-2 bottom-full z-30 mb-1.5 overflow-hidden rounded-md border border-line bg-raised shadow-float">
      <div id={LIST_ID} role="listbox" aria-label="Quick replies" className="max-h-64 overflow-y-auto p-1 empty:hidden">
        {found.map((reply, at) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the box's, which keeps the focus
          <div
            key={reply.id}
            id={`${LIST_ID}-${at}`}
            role="option"
            aria-selected={at === chosen}
            tabIndex={-1}
            ref={at === chosen ? scrollTo : undefined}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => insert(reply)}
            className={cx(
              "flex min-h-9 cursor-pointer items-baseline gap-3 rounded-sm px-2.5 py-1.5 max-md:min-h-11 max-md:items-center",
              at === chosen && "bg-sunken",
            )}
          >
            <span className="shrink-0 font-mono text-sm text-accent">/{reply.shortcut}</span>
            <span className="truncate text-sm text-ink-2">{reply.content}</span>
          </div>
        ))}
      </div>
      {found.length === 0 && (
        <p role="status" className="px-3.5 py-2.5 text-sm text-ink-2">
          {any ? "No quick reply goes by that name." : "There are no quick replies yet."}{" "}
          {may("templates.write") && (
            <Link
              to="/quick-replies"
              search={{ dialog: undefined }}
              onMouseDown={(event) => event.preventDefault()}
              className="font-medium text-accent underline underline-offset-2"
            >
              {any ? "See them all" : "Write the first one"}
            </Link>
          )}
        </p>
      )}
    </div>
  );
}

const scrollTo = (element: HTMLElement | null) => element?.scrollIntoView({ block: "nearest" });
