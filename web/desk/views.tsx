import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ChevronDown } from "lucide-react";
import type { ConversationCounts } from "../../contract/conversations.ts";
import { useApi } from "../shell/desk-api.ts";
import { cx } from "../ui/cx.ts";
import { Menu, MenuItem } from "../ui/menu.tsx";
import type { InboxSearch } from "./inbox-search.ts";

interface View {
  name: string;
  where: Pick<InboxSearch, "view" | "status" | "assignee">;
  count?: keyof ConversationCounts;
}

const VIEWS: readonly View[] = [
  { name: "All", where: {} },
  { name: "Open", where: { status: "OPEN" }, count: "open" },
  { name: "Mine", where: { status: "ASSIGNED", assignee: "me" }, count: "mine" },
  { name: "Agent", where: { status: "AI_ACTIVE" }, count: "withAgent" },
  { name: "Review", where: { view: "review" }, count: "review" },
];
/** What was put aside. */
const ASIDE: readonly View[] = [
  { name: "Snoozed", where: { view: "snoozed" }, count: "snoozed" },
  { name: "Resolved", where: { status: "RESOLVED" } },
  { name: "Archived", where: { view: "archived" } },
];

const shows = ({ where }: View, search: InboxSearch): boolean =>
  search.view === where.view && search.status === where.status && search.assignee === where.assignee;

/** Whether some view is what the address asks for, so that its assignee needs no words of its own. */
export const isView = (search: InboxSearch): boolean => [...VIEWS, ...ASIDE].some((view) => shows(view, search));

const sayCount = (count: number | undefined): string | null => (count ? (count > 999 ? "999+" : String(count)) : null);

const TAB =
  "inline-flex items-center gap-1 shrink-0 rounded-sm px-[5px] py-1 text-sm font-medium whitespace-nowrap text-ink-3 hover:text-ink max-md:min-h-11 max-md:px-2";
const ON = "bg-sunken text-ink!";

const intoView = (link: HTMLElement | null) => link?.scrollIntoView({ block: "nearest", inline: "nearest" });

export function Views({ search }: { search: InboxSearch }) {
  const { queries } = useApi();
  const navigate = useNavigate();
  const { data: counts } = useQuery(queries.counts());
  const aside = ASIDE.find((view) => shows(view, search));
  const go = ({ where }: View) => ({
    to: "." as const,
    search: (before: InboxSearch) => ({
      ...before,
      view: undefined,
      status: undefined,
      assignee: undefined,
      pick: undefined,
      ...where,
    }),
  });
  return (
    <nav aria-label="Views" className="flex items-center border-b px-2 pb-1.5">
      {/* Large counts need more room than there is: the views scroll, and what was put aside stays in reach. */}
      <div className="-m-1 flex min-w-0 flex-1 items-center overflow-x-auto p-1 [scrollbar-width:none]">
        {VIEWS.map((view) => {
          const count = view.count && sayCount(counts?.[view.count]);
          return (
            <Link
              key={view.name}
              {...go(view)}
              ref={shows(view, search) ? intoView : undefined}
              aria-current={shows(view, search) ? "true" : undefined}
              className={cx(TAB, shows(view, search) && ON)}
            >
              {view.name}
              {count && <span className="font-normal text-ink-3 tabular">{count}</span>}
            </Link>
          );
        })}
      </div>
      <Menu
        trigger={
          <button type="button" aria-current={aside ? "true" : undefined} className={cx(TAB, aside && ON)}>
            {aside?.name ?? "More"}
            <ChevronDown aria-hidden className="size-3" />
          </button>
        }
      >
        {ASIDE.map((view) => {
          const count = view.count && sayCount(counts?.[view.count]);
          return (
            <MenuItem
              key={view.name}
              checked={shows(view, search)}
              {...(count ? { hint: count } : {})}
              onSelect={() => void navigate(go(view))}
            >
              {view.name}
            </MenuItem>
          );
        })}
      </Menu>
    </nav>
  );
}
