/** The desk: the list, and beside it the conversation that is open; on a phone one after the other. */
import { Outlet, useParams, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { cx } from "../ui/cx.ts";
import { Empty } from "../ui/state.tsx";
import { ConversationList } from "./conversation-list.tsx";
import { ListFilters } from "./list-filters.tsx";

export function InboxPage() {
  const { conversationId } = useParams({ strict: false });
  const search = useSearch({ from: "/app/inbox" });
  useEffect(() => {
    if (!conversationId) document.title = "Inbox · Parley";
  }, [conversationId]);
  return (
    <div className="flex h-full min-w-0">
      <section
        aria-label="Conversations"
        className={cx(
          "flex w-[336px] shrink-0 flex-col border-l bg-surface max-lg:w-[320px] max-md:w-full max-md:border-l-0",
          conversationId && "max-md:hidden",
        )}
      >
        <ListFilters search={search} />
        <ConversationList search={search} openId={conversationId ?? null} />
      </section>
      <Outlet />
    </div>
  );
}

export const NoConversation = () => (
  <main className="grid flex-1 place-items-center border-l bg-surface max-md:hidden">
    <Empty title="No conversation is open">
      Choose one from the list. J and K go down and up, Enter opens, and ? shows the other keys.
    </Empty>
  </main>
);
