import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { useKeys } from "../shell/keyboard.ts";
import { useMay, useMe } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Empty, Failed } from "../ui/state.tsx";
import { ConversationRow } from "./conversation-row.tsx";
import { filterOf, filtersOnly, type InboxSearch } from "./inbox-search.ts";

const ROW_PX = 76;

export function ConversationList({ search, openId }: { search: InboxSearch; openId: string | null }) {
  const { queries } = useApi();
  const me = useMe();
  const navigate = useNavigate();
  const list = useInfiniteQuery(queries.conversations(filterOf(search, me.actor.id)));
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
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
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = list;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError && lastShown >= items.length - 10)
      void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, lastShown, items.length, fetchNextPage]);

  /** Moves the focus along the rows; from elsewhere it begins at the conversation that is open. */
  const step = (by: 1 | -1) => {
    const focused = document.activeElement?.closest("[data-conversation]")?.getAttribute("data-conversation") ?? null;
    const at = items.findIndex((each) => each.id === (focused ?? openId));
    const next = Math.max(0, Math.min(items.length - 1, at < 0 ? 0 : at + by));
    const { id } = items[next] ?? {};
    if (!id) return;
    virtual.scrollToIndex(next);
    const row = () => scroller.current?.querySelector<HTMLElement>(`[data-conversation="${id}"] a`);
    const focus = () => row()?.focus({ preventScroll: true });
    if (row()) focus();
    else requestAnimationFrame(focus); // it is drawn with the next frame
  };
  const close = () => {
    if (openId) void navigate({ to: "/inbox", search: filtersOnly(search) });
  };
  useKeys({ j: () => step(1), k: () => step(-1), ArrowDown: () => step(1), ArrowUp: () => step(-1), Escape: close });

  if (list.isPending) return <ListSkeleton />;
  if (list.isError && !list.data)
    return (
      <Failed again={() => void list.refetch()}>{sentenceOf(list.error)} Customers can still write to you.</Failed>
    );
  if (items.length === 0) return <NothingHere search={search} />;
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto">
      <ul aria-label="Conversations, newest first" style={{ height: virtual.getTotalSize() }} className="relative">
        {rows.map((row) => {
          const conversation = items[row.index];
          return (
            conversation && (
              <li
                key={row.key}
                data-conversation={conversation.id}
                aria-setsize={hasNextPage ? -1 : items.length}
                aria-posinset={row.index + 1}
                className="absolute inset-x-0 top-0"
                style={{ height: ROW_PX, transform: `translateY(${row.start}px)` }}
              >
                <ConversationRow
                  conversation={conversation}
                  open={conversation.id === openId}
                  search={filtersOnly(search)}
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

function NothingHere({ search }: { search: InboxSearch }) {
  const may = useMay();
  const narrowed = Object.values(filtersOnly(search)).some((value) => value !== undefined);
  const link = "text-sm font-medium text-accent underline underline-offset-2";
  if (!narrowed)
    return (
      <Empty
        title="No conversations yet"
        act={
          may("channels.connect") && (
            <Link to="/account/channels" search={{ dialog: undefined }} className={link}>
              See the connected numbers
            </Link>
          )
        }
      >
        As soon as a customer texts one of your numbers, their words appear here.
      </Empty>
    );
  return (
    <Empty
      title={search.q ? `Nobody matches “${search.q}”` : "Nothing is waiting here"}
      act={
        <Link to="." search={{}} className={link}>
          Show all conversations
        </Link>
      }
    >
      {search.q ? "Search looks at names and phone numbers." : "No conversation matches these filters at the moment."}
    </Empty>
  );
}

const ListSkeleton = () => (
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
