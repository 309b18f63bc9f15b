import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ListFilter as FilterIcon, Search, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useApi } from "../shell/desk-api.ts";
import { useKeys } from "../shell/keyboard.ts";
import { useMe } from "../shell/session.ts";
import { IconButton, Kbd } from "../ui/button.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { cx } from "../ui/cx.ts";
import { Field } from "../ui/field.tsx";
import { Popover } from "../ui/popover.tsx";
import { Select } from "../ui/select.tsx";
import type { InboxSearch } from "./inbox-search.ts";

const VIEWS: ReadonlyArray<{ name: string; status?: string; assignee?: string }> = [
  { name: "All" },
  { name: "Open", status: "OPEN" },
  { name: "Mine", status: "ASSIGNED", assignee: "me" },
  { name: "With agent", status: "AI_ACTIVE" },
  { name: "Resolved", status: "RESOLVED" },
];

/** A change of filters keeps the conversation that is open. */
export function useChangeFilters(): (change: InboxSearch, how?: { replace: boolean }) => void {
  const navigate = useNavigate();
  return (change, how) =>
    void navigate({
      to: ".",
      search: (before: InboxSearch) => ({ ...before, ...change }),
      replace: how?.replace ?? false,
    });
}

export function ListFilters({ search }: { search: InboxSearch }) {
  return (
    <>
      <header className="flex items-center gap-1 px-3.5 pt-3 pb-2">
        <h1 className="flex-1 text-xl font-[650] tracking-tight">Inbox</h1>
        <MoreFilters search={search} />
      </header>
      <SearchBox search={search} />
      <nav aria-label="Views" className="flex gap-0.5 overflow-x-auto border-b px-2.5 pb-1.5 [scrollbar-width:none]">
        {VIEWS.map(({ name, status, assignee }) => {
          const on = search.status === status && search.assignee === assignee;
          return (
            <Link
              key={name}
              to="."
              search={(before: InboxSearch) => ({ ...before, status, assignee })}
              aria-current={on ? "true" : undefined}
              className={cx(
                "rounded-sm px-2 py-1 text-sm font-medium whitespace-nowrap text-ink-3 hover:text-ink max-md:py-2.5",
                on && "bg-sunken text-ink",
              )}
            >
              {name}
            </Link>
          );
        })}
      </nav>
      <Narrowed search={search} />
    </>
  );
}

const PAUSE_MS = 200;

function SearchBox({ search }: { search: InboxSearch }) {
  const change = useChangeFilters();
  const [text, setText] = useState(search.q ?? "");
  const box = useRef<HTMLInputElement>(null);
  useKeys({ "/": () => box.current?.focus() });
  const asked = search.q ?? "";
  useEffect(() => setText(asked), [asked]);
  const { current: latest } = useRef({ change });
  latest.change = change;
  useEffect(() => {
    if (text.trim() === asked) return;
    const timer = setTimeout(() => latest.change({ q: text.trim() || undefined }, { replace: true }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, asked, latest]);
  return (
    <div className="relative mx-3.5 mb-2 flex items-center">
      <Search aria-hidden className="absolute left-2.5 size-3.5 text-ink-3" />
      <input
        ref={box}
        type="search"
        aria-label="Search people by name or number"
        placeholder="Search name or number"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          setText("");
          event.currentTarget.blur();
        }}
        className="h-8 w-full rounded-md bg-sunken pr-8 pl-8 text-md max-md:h-11 max-md:text-[16px] [&::-webkit-search-cancel-button]:hidden"
      />
      {text ? (
        <button
          type="button"
          aria-label="Clear the search"
          onClick={() => {
            setText("");
            box.current?.focus();
          }}
          className="absolute right-1 grid size-6 place-items-center rounded-sm text-ink-3 hover:text-ink max-md:size-11"
        >
          <X aria-hidden className="size-3.5" />
        </button>
      ) : (
        <Kbd className="absolute right-2.5">/</Kbd>
      )}
    </div>
  );
}

const CHANNEL_CHOICES = [
  { value: "any", label: "Any channel" },
  { value: "sms", label: "SMS" },
  { value: "whatsapp", label: "WhatsApp" },
  { value: "instagram", label: "Instagram" },
  { value: "webchat", label: "Web chat" },
];

function useAssigneeChoices() {
  const { queries } = useApi();
  const me = useMe();
  const { data: members = [] } = useQuery(queries.members());
  return [
    { value: "any", label: "Anybody or nobody" },
    { value: "none", label: "Nobody" },
    { value: "me", label: "Me" },
    ...members.filter((each) => each.id !== me.actor.id).map((each) => ({ value: each.id, label: each.name })),
  ];
}

function MoreFilters({ search }: { search: InboxSearch }) {
  const change = useChangeFilters();
  const assignees = useAssigneeChoices();
  return (
    <Popover
      label="Filters"
      trigger={
        <IconButton label="More filters">
          <FilterIcon aria-hidden />
        </IconButton>
      }
    >
      <div className="grid gap-3">
        <Field label="Assigned to">
          {(field) => (
            <Select
              {...field}
              value={search.assignee ?? "any"}
              choices={assignees}
              onChange={(value) => change({ assignee: value === "any" ? undefined : value })}
            />
          )}
        </Field>
        <Field label="Channel">
          {(field) => (
            <Select
              {...field}
              value={search.channel ?? "any"}
              choices={CHANNEL_CHOICES}
              onChange={(value) => change({ channel: value === "any" ? undefined : value })}
            />
          )}
        </Field>
        <div className="grid gap-1">
          <Checkbox checked={search.unread ?? false} onChange={(on) => change({ unread: on || undefined })}>
            Unread only
          </Checkbox>
          <Checkbox checked={search.starred ?? false} onChange={(on) => change({ starred: on || undefined })}>
            Starred only
          </Checkbox>
        </div>
      </div>
    </Popover>
  );
}

/** What narrows the list beyond its view, each with a way out: nobody should wonder where conversations went. */
function Narrowed({ search }: { search: InboxSearch }) {
  const change = useChangeFilters();
  const assignees = useAssigneeChoices();
  const inView = VIEWS.some((view) => view.status === search.status && view.assignee === search.assignee);
  const parts: Array<[name: string, without: InboxSearch]> = [];
  if (search.unread) parts.push(["Unread", { unread: undefined }]);
  if (search.starred) parts.push(["Starred", { starred: undefined }]);
  if (search.channel)
    parts.push([
      CHANNEL_CHOICES.find((each) => each.value === search.channel)?.label ?? search.channel,
      { channel: undefined },
    ]);
  if (search.assignee && !inView) {
    const name = assignees.find((each) => each.value === search.assignee)?.label ?? "Somebody else";
    parts.push([
      `Assigned to ${name === "Me" || name === "Nobody" ? name.toLowerCase() : name}`,
      { assignee: undefined },
    ]);
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
