import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { StickyNote } from "lucide-react";
import { lazy, Suspense, useEffect, useRef } from "react";
import type { Conversation } from "../../contract/conversations.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { callThem, sayDay, sayFully, sayTime } from "../shell/words.ts";
import { Button } from "../ui/button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Failed } from "../ui/state.tsx";
import { stillMissing } from "./arrived.ts";
import { MessageBubble } from "./bubble.tsx";
import { useDeskZone } from "./clocks.ts";
import type { InboxSearch } from "./inbox-search.ts";
import { LaterBubble } from "./later-bubble.tsx";
import { useOutbox } from "./outbox.ts";
import { PendingBubble } from "./pending-bubble.tsx";
import { type ThreadItem, threadItems } from "./thread-items.ts";

const ThreadDialogs = lazy(async () => ({ default: (await import("./thread-dialogs.tsx")).ThreadDialogs }));
const Recording = lazy(async () => ({ default: (await import("../voice/recording.tsx")).Recording }));

export function Thread({ conversation, search }: { conversation: Conversation; search: InboxSearch }) {
  const { queries } = useApi();
  const { id, contactId, contact } = conversation;
  const marked = search.message ?? null;
  const messages = useInfiniteQuery(queries.messages(id));
  const { data: later = [] } = useQuery(queries.scheduled(id));
  const { data: notes = [] } = useQuery(queries.notes(id));
  const { data: changes = [] } = useQuery(queries.changes(id));
  const { data: runs } = useInfiniteQuery(queries.runs(id));
  const { data: consent = [] } = useQuery(queries.consent(contactId));
  const { data: calls } = useInfiniteQuery(queries.calls({ conversationId: id }));
  const zone = useDeskZone();
  const outbox = useOutbox(id);
  const name = callThem(contact);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = messages;
  const top = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const said = messages.data?.pages.flatMap((page) => page.items) ?? [];

  useEffect(() => {
    const element = top.current;
    if (!element || !hasNextPage || isFetchingNextPage) return;
    const seen = new IntersectionObserver(([entry]) => entry?.isIntersecting && void fetchNextPage());
    seen.observe(element);
    return () => seen.disconnect();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  // Ids sort by time: what is meant lies further up as long as the oldest one here is newer.
  const oldest = said.at(-1)?.id;
  const isFurtherUp = marked !== null && oldest !== undefined && marked < oldest;
  useEffect(() => {
    if (isFurtherUp && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [isFurtherUp, hasNextPage, isFetchingNextPage, fetchNextPage]);
  const isThere = marked !== null && said.some((each) => each.id === marked);
  useEffect(() => {
    if (isThere) list.current?.querySelector(`[data-message="${marked}"]`)?.scrollIntoView({ block: "center" });
  }, [marked, isThere]);

  if (messages.isPending) return <ThreadSkeleton />;
  if (!messages.data)
    return (
      <div className="grid flex-1 place-items-center">
        <Failed again={() => void messages.refetch()}>{sentenceOf(messages.error)}</Failed>
      </div>
    );
  const items = threadItems({
    messages: said,
    later,
    more: hasNextPage,
    notes,
    changes,
    runs: runs?.pages.flatMap((page) => page.items) ?? [],
    consent,
    calls: calls?.pages.flatMap((page) => page.items) ?? [],
    name,
    zone,
  });
  // What the thread has of a message is at least as new as what the list of later ones has.
  const waiting = [...new Map([...later, ...said].map((message) => [message.id, message])).values()]
    .filter((message) => message.status === "scheduled")
    .sort((one, other) => Date.parse(one.sendAt ?? "") - Date.parse(other.sendAt ?? ""));
  const missing = stillMissing(outbox.pending, [...said, ...waiting]);
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label="Messages"
      className="flex min-h-0 flex-1 flex-col-reverse overflow-y-auto -outline-offset-2"
    >
      <div
        ref={list}
        role="log"
        aria-label={`Messages with ${name}`}
        className="flex flex-col gap-[3px] px-[22px] pt-5 pb-3 max-md:px-3.5"
      >
        {hasNextPage && (
          <div ref={top} className="grid place-items-center py-2">
            <Button look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {isFetchingNextPage ? "Fetching earlier messages" : "Show earlier messages"}
            </Button>
          </div>
        )}
        {items.length + waiting.length + missing.length === 0 && (
          <p className="py-8 text-center text-sm text-ink-3">Nothing was said yet. Your first message starts it.</p>
        )}
        {items.map((item) => (
          <Item key={item.id} item={item} name={name} marked={item.id === marked} />
        ))}
        {missing.map((pending) => (
          <PendingBubble
            key={pending.key}
            pending={pending}
            again={() => outbox.again(pending)}
            forget={() => outbox.forget(pending)}
          />
        ))}
        {waiting.length > 0 && <div className="my-2 self-center text-xs text-ink-3">Later</div>}
        {waiting.map((message) => (
          <LaterBubble key={message.id} message={message} />
        ))}
      </div>
      {search.dialog && search.of && (
        <Suspense>
          <ThreadDialogs conversation={conversation} messages={[...said, ...later]} search={search} />
        </Suspense>
      )}
    </section>
  );
}

function Item({ item, name, marked }: { item: ThreadItem; name: string; marked: boolean }) {
  switch (item.kind) {
    case "day":
      return <div className="my-2 self-center text-xs text-ink-3">{sayDay(item.at)}</div>;
    case "event":
      return (
        <div className="my-1.5 max-w-[90%] self-center rounded-[8px] bg-sunken px-2.5 py-[3px] text-center text-sm text-ink-2">
          <time dateTime={item.at} title={sayFully(item.at)} className="mr-1 text-xs text-ink-3 tabular">
            {sayTime(item.at)}
          </time>{" "}
          {item.text}
          {item.call?.recording && (
            <Suspense>
              <Recording call={item.call} recording={item.call.recording} />
            </Suspense>
          )}
        </div>
      );
    case "note":
      return (
        <article className="my-1.5 max-w-[66%] self-end rounded-lg bg-warn-soft px-3 py-2 max-md:max-w-[86%]">
          <p className="flex items-center gap-1.5 text-xs font-medium text-warn">
            <StickyNote aria-hidden className="size-3" />
            Note by {item.note.author.name ?? "a program"}, for the team only
            <time dateTime={item.at} title={sayFully(item.at)} className="whitespace-nowrap tabular">
              {sayTime(item.at)}
            </time>
          </p>
          <p className="mt-0.5 break-words whitespace-pre-wrap">{item.note.content}</p>
        </article>
      );
    case "message":
      return (
        <MessageBubble
          message={item.message}
          run={item.run}
          withFoot={item.endsGroup}
          name={name}
          marked={marked}
          resent={item.resent}
        />
      );
  }
}

const ThreadSkeleton = () => (
  <div role="status" aria-label="Loading messages" className="flex flex-1 flex-col justify-end gap-3 px-[22px] py-5">
    <Skeleton className="h-9 w-1/2 rounded-lg!" />
    <Skeleton className="h-14 w-3/5 self-end rounded-lg!" />
    <Skeleton className="h-9 w-2/5 rounded-lg!" />
    <Skeleton className="h-9 w-1/2 self-end rounded-lg!" />
  </div>
);
