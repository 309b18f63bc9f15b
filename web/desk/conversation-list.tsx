import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import type { Conversation } from "../../contract/conversations.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { useKeys } from "../shell/keyboard.ts";
import { useMay, useMe } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Empty, Failed } from "../ui/state.tsx";
import { ConversationRow } from "./conversation-row.tsx";
import { useDialogs } from "./dialogs.ts";
import { usePicking } from "./inbox-keys.ts";
import { filterOf, filtersOnly, type InboxSearch } from "./inbox-search.ts";

const ROW_PX = 76;

export function ConversationList({ search, openId }: { search: InboxSearch; openId: string | null }) {
  const { queries } = useApi();
  const me = useMe();
  const list = useInfiniteQuery(queries.conversations(filterOf(search, me.actor.id)));
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  if (list.isPending) return <ListSkeleton />;
  if (list.isError && !list.data)
    return (
      <Failed again={() => void list.refetch()}>{sentenceOf(list.error)} Customers can still write to you.</Failed>
    );
  if (items.length === 0) return <NothingHere search={search} />;
  return <Rows search={search} openId={openId} items={items} list={list} />;
}

interface RowsProps {
  search: InboxSearch;
  openId: string | null;
  items: readonly Conversation[];
  list: {
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    isFetchNextPageError: boolean;
    fetchNextPage(): Promise<unknown>;
  };
}

function Rows({ search, openId, items, list }: RowsProps) {
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = list;
  const may = useMay();
  const picking = usePicking(search);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (at) => items[at]?.id ?? at,
    overscan: 8,
  });
  const rows = virtual.getVirtualItems();
  const lastShown = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError && lastShown >= items.length - 10)
      void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, lastShown, items.length, fetchNextPage]);

  const focusOn = (at: number) => {
    const { id } = items[at] ?? {};
    if (!id) return;
    virtual.scrollToIndex(at);
    const row = () => scroller.current?.querySelector<HTMLElement>(`[data-conversation="${id}"] a`);
    const focus = () => row()?.focus({ preventScroll: true });
    if (row()) focus();
    else requestAnimationFrame(focus); // it is drawn with the next frame
  };
  const cursor = useCursor(items, focusOn);
  useRowKeys(search, openId, items, cursor, focusOn);

  const shown = filtersOnly(search);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears where the focus goes
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto" onFocus={cursor.note} onBlur={cursor.leave}>
      <ul aria-label="Conversations, newest first" style={{ height: virtual.getTotalSize() }} className="relative">
        {rows.map((row) => {
          const conversation = items[row.index];
          return (
            conversation && (
              <li
                key={row.key}
                data-row
                data-conversation={conversation.id}
                aria-setsize={hasNextPage ? -1 : items.length}
                aria-posinset={row.index + 1}
                className="absolute inset-x-0 top-0"
                style={{ height: ROW_PX, transform: `translateY(${row.start}px)` }}
              >
                <ConversationRow
                  conversation={conversation}
                  open={conversation.id === openId}
                  search={shown}
                  picking={may("inbox.reply") ? picking.on : null}
                  picked={picking.ids.includes(conversation.id)}
                  togglePick={picking.toggle}
                />
              </li>
            )
          );
        })}
      </ul>
      {isFetchNextPageError && (
        <div className="grid place-items-center p-3">
          <Button onClick={() => void fetchNextPage()}>Show more conversations</Button>
        </div>
      )}
    </div>
  );
}

interface Cursor {
  at(): number | null;
  note(event: { target: EventTarget }): void;
  leave(event: { relatedTarget: EventTarget | null }): void;
}

/** Where the focus is among the rows. A row that an act takes away leaves it to the row that takes its place. */
function useCursor(items: readonly Conversation[], focusOn: (at: number) => void): Cursor {
  const last = useRef<{ id: string; at: number } | null>(null);
  const latest = useRef(focusOn);
  latest.current = focusOn;
  useEffect(() => {
    const { current } = last;
    if (!current) return;
    const at = items.findIndex((each) => each.id === current.id);
    if (at >= 0) current.at = at;
    else if (document.activeElement === document.body && items.length > 0)
      latest.current(Math.min(current.at, items.length - 1));
  }, [items]);
  return {
    at: () => last.current?.at ?? null,
    note({ target }) {
      const row = target instanceof Element ? target.closest("[data-conversation]") : null;
      const id = row?.getAttribute("data-conversation");
      if (id) last.current = { id, at: items.findIndex((each) => each.id === id) };
    },
    leave({ relatedTarget }) {
      if (relatedTarget !== null) last.current = null;
    },
  };
}

/** J and K go along the rows; Escape leaves picking, then the conversation that is open. */
function useRowKeys(
  search: InboxSearch,
  openId: string | null,
  items: readonly Conversation[],
  cursor: Cursor,
  focusOn: (at: number) => void,
): void {
  const navigate = useNavigate();
  const picking = usePicking(search);
  const step = (by: 1 | -1) => {
    const open = items.findIndex((each) => each.id === openId);
    const at = cursor.at() ?? (open < 0 ? null : open);
    focusOn(at === null ? 0 : Math.max(0, Math.min(items.length - 1, at + by)));
  };
  const leave = () => {
    if (picking.on) picking.end();
    else if (openId) void navigate({ to: "/inbox", search: filtersOnly(search) });
  };
  useKeys({ j: () => step(1), k: () => step(-1), ArrowDown: () => step(1), ArrowUp: () => step(-1), Escape: leave });
}

const LINK = "text-sm font-medium text-accent underline underline-offset-2";

const NOTHING: Record<string, [title: string, about: string]> = {
  snoozed: ["Nothing sleeps", "What you snooze waits here, and comes back when its time has come or they write."],
  review: [
    "Nothing to decide",
    "Texts that may be an opt-out wait here for a person. Until somebody has decided, automated messages to their writer are held.",
  ],
  archived: ["The archive is empty", "What you archive is kept here, out of the way, until they write again."],
};

function NothingHere({ search }: { search: InboxSearch }) {
  const may = useMay();
  const dialogs = useDialogs();
  const narrowed = Object.values({ ...filtersOnly(search), phone: undefined }).some((value) => value !== undefined);
  const [title, about] = NOTHING[search.view ?? ""] ?? [
    "Nothing is waiting here",
    "No conversation matches these filters at the moment.",
  ];
  if (narrowed)
    return (
      <Empty
        title={title}
        act={
          <Link to="." search={{}} className={LINK}>
            Show all conversations
          </Link>
        }
      >
        {about}
      </Empty>
    );
  return (
    <Empty
      title="No conversations yet"
      act={
        <div className="grid justify-items-center gap-3">
          {may("inbox.reply") && (
            <Button look="primary" onClick={() => dialogs.open("new")}>
              Write to somebody
            </Button>
          )}
          {may("channels.connect") && (
            <Link to="/account/channels" search={{ dialog: undefined }} className={LINK}>
              See the connected numbers
            </Link>
          )}
        </div>
      }
    >
      As soon as a customer texts one of your numbers, their words appear here.
    </Empty>
  );
}

export const ListSkeleton = () => (
  <div role="status" aria-label="Loading conversations" className="overflow-hidden">
    {Array.from({ length: 8 }, (_, at) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
      <div key={at} className="flex h-[76px] gap-2.5 px-3.5 py-2.5">
        <Skeleton className="size-[30px] rounded-full!" />
        <div className="grid flex-1 content-start gap-2 pt-1">
          <Skeleton className="h-3 w-2/5" />
          <Skeleton className="h-3 w-4/5" />
          <Skeleton className="h-3 w-1/4" />
        </div>
      </div>
    ))}
  </div>
);
