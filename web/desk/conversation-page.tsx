import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import type { Conversation } from "../../contract/conversations.ts";
import type { ConversationId } from "../../contract/ids.ts";
import { conversationFromLists, placeConversation } from "../api/placing.ts";
import { codeOf, sentenceOf } from "../api/problems.ts";
import { ContactPanel } from "../contacts/contact-panel.tsx";
import { useApi } from "../shell/desk-api.ts";
import { useKeys } from "../shell/keyboard.ts";
import { useMay } from "../shell/session.ts";
import { callThem } from "../shell/words.ts";
import { Skeleton } from "../ui/skeleton.tsx";
import { Empty, Failed } from "../ui/state.tsx";
import { useActs } from "./acts.ts";
import { Composer, type ComposerMode } from "./composer.tsx";
import { ConversationHeader } from "./conversation-header.tsx";
import type { InboxSearch } from "./inbox-search.ts";
import { Thread } from "./thread.tsx";

export function ConversationPage() {
  const { conversationId } = useParams({ from: "/app/inbox/$conversationId" });
  const id = conversationId as ConversationId; // the server answers for any other text that there is no such thing
  const { queries, cache } = useApi();
  const query = useQuery({
    ...queries.conversation(id),
    placeholderData: () => conversationFromLists(cache, id),
  });
  if (query.data) return <OpenConversation key={id} conversation={query.data} />;
  return (
    <main className="grid flex-1 content-center border-l bg-surface">
      {query.isPending && <Skeleton className="absolute top-4 ml-5 h-4 w-40 self-start" />}
      {query.isError &&
        (codeOf(query.error) === "not_found" ? (
          <Empty
            title="This conversation is not here"
            act={
              <Link to="/inbox" className="text-sm font-medium text-accent underline underline-offset-2">
                Go to the list
              </Link>
            }
          >
            It may have been removed, or belong to another workspace of yours.
          </Empty>
        ) : (
          <Failed again={() => void query.refetch()}>{sentenceOf(query.error)}</Failed>
        ))}
    </main>
  );
}

function OpenConversation({ conversation }: { conversation: Conversation }) {
  const search = useSearch({ from: "/app/inbox" });
  const navigate = useNavigate();
  const may = useMay();
  const acts = useActs(conversation);
  const [mode, setMode] = useState<ComposerMode>("answer");
  const [assigning, setAssigning] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  const name = callThem(conversation.contact);
  const resolved = conversation.status === "RESOLVED";
  useMarkRead(conversation);
  useEffect(() => {
    document.title = `${name} · Parley`;
  }, [name]);

  const write = (next: ComposerMode) => {
    setMode(next);
    requestAnimationFrame(() => box.current?.focus());
  };
  useKeys({
    r: () => write("answer"),
    n: () => write("note"),
    e: may("inbox.reply") ? () => acts.change({ status: resolved ? "OPEN" : "RESOLVED" }) : undefined,
    a: may("inbox.assign") ? () => setAssigning(true) : undefined,
  });
  const showPanel = (open: boolean) =>
    void navigate({
      to: ".",
      search: (before: InboxSearch) => ({ ...before, panel: open ? ("contact" as const) : undefined }),
    });
  const contactOnly = search.panel === "contact";

  return (
    <>
      <main
        data-screen="thread"
        aria-label={`Conversation with ${name}`}
        className={`flex min-w-0 flex-1 flex-col border-l bg-surface max-md:border-l-0 ${contactOnly ? "max-lg:hidden" : ""}`}
      >
        <ConversationHeader
          conversation={conversation}
          acts={acts}
          search={search}
          assigning={assigning}
          setAssigning={setAssigning}
          showContact={() => showPanel(true)}
        />
        <Thread conversation={conversation} marked={search.message ?? null} />
        {may("inbox.reply") ? (
          <Composer conversation={conversation} mode={mode} setMode={setMode} box={box} />
        ) : (
          <p className="border-t px-5 py-4 text-sm text-ink-2">
            Your role lets you read along. Ask an owner or admin of the workspace if you should answer too.
          </p>
        )}
      </main>
      <ContactPanel
        contactId={conversation.contactId}
        onlyThis={contactOnly}
        close={() => showPanel(false)}
        search={search}
      />
    </>
  );
}

/** A conversation that is open before somebody's eyes is read. */
function useMarkRead(conversation: Conversation): void {
  const { client, cache } = useApi();
  const may = useMay();
  const mayRead = may("inbox.reply");
  const { id, unreadCount } = conversation;
  const latest = useRef(conversation);
  latest.current = conversation;
  useEffect(() => {
    if (!mayRead || unreadCount === 0) return;
    const read = () => {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", read);
      placeConversation(cache, { ...latest.current, unreadCount: 0 });
      client
        .ask("/api/conversations/bulk", { method: "POST", body: { ids: [id], action: "mark_read" } })
        .catch(() => {}); // then it stays unread, which is the safe side
    };
    document.addEventListener("visibilitychange", read);
    read();
    return () => document.removeEventListener("visibilitychange", read);
  }, [mayRead, unreadCount, id, client, cache]);
}
