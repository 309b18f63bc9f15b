import { ListFilter as FilterIcon, X } from "lucide-react";
import { lazy, Suspense } from "react";
import { IconButton } from "../ui/button.tsx";
import { Popover } from "../ui/popover.tsx";
import { CHANNEL_CHOICES, useAssigneeChoices, useChangeFilters } from "./filter-choices.ts";
import type { InboxSearch } from "./inbox-search.ts";
import { isView } from "./views.tsx";

/** Asked for when somebody opens it. */
const Filters = lazy(async () => ({ default: (await import("./filters.tsx")).Filters }));

export function MoreFilters({ search }: { search: InboxSearch }) {
  return (
    <Popover
      label="Filters"
      trigger={
        <IconButton label="More filters">
          <FilterIcon aria-hidden />
        </IconButton>
      }
    >
      <Suspense>
        <Filters search={search} />
      </Suspense>
    </Popover>
  );
}

/** What narrows the list beyond its view, each with a way out: nobody should wonder where conversations went. */
export function Narrowed({ search }: { search: InboxSearch }) {
  const change = useChangeFilters();
  const assignees = useAssigneeChoices();
  const parts: Array<[name: string, without: InboxSearch]> = [];
  if (search.unread) parts.push(["Unread", { unread: undefined }]);
  if (search.starred) parts.push(["Starred", { starred: undefined }]);
  if (search.tag) parts.push([`Tagged ${search.tag}`, { tag: undefined }]);
  if (search.channel) {
    const label = CHANNEL_CHOICES.find((each) => each.value === search.channel)?.label ?? search.channel;
    parts.push([label, { channel: undefined }]);
  }
  if (search.assignee && !isView(search)) {
    const name = assignees.find((each) => each.value === search.assignee)?.label ?? "somebody else";
    const who = name === "Me" || name === "Nobody" ? name.toLowerCase() : name;
    parts.push([`Assigned to ${who}`, { assignee: undefined }]);
  }
  if (parts.length === 0) return null;
  return (
    <ul aria-label="Filters" className="flex flex-wrap gap-1.5 border-b px-3.5 py-2">
      {parts.map(([name, without]) => (
        <li key={name}>
          <button
            type="button"
            aria-label={`Remove the filter: ${name}`}
            onClick={() => change(without)}
            className="inline-flex items-center gap-1 rounded-[5px] bg-accent-soft px-1.5 py-0.5 text-xs font-medium text-accent max-md:min-h-11"
          >
            {name} <X aria-hidden className="size-3" />
          </button>
        </li>
      ))}
    </ul>
  );
}
