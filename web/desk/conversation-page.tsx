import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useRouter, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef } from "react";
import type { Conversation } from "../../contract/conversations.ts";
import type { ConversationId } from "../../contract/ids.ts";
import { conversationFromLists, placeConversation } from "../api/placing.ts";
import { codeOf, sentenceOf } from "../api/problems.ts";
import { ContactPanel } from "../contacts/contact-panel.tsx";
import { usePhonePlace } from "../demo/phone-place.ts";
import { useApi } from "../shell/desk-api.ts";
import { useKeys } from "../shell/keyboard.ts";
import { useOpened } from "../shell/opened.ts";
import { useMay } from "../shell/session.ts";
import { callThem } from "../shell/words.ts";
import { sayAppointment } from "../shell/zones.ts";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { Skeleton } from "../ui/skeleton.tsx";
import { Empty, Failed } from "../ui/state.tsx";
import { useActs } from "./acts.ts";
import { useDeskZone } from "./clocks.ts";
import { Composer } from "./composer.tsx";
import { ConversationHeader } from "./conversation-header.tsx";
import { filtersOnly } from "./inbox-search.ts";
import { Thread } from "./thread.tsx";
import { type ComposerMode, useComposerMode } from "./write-box.tsx";

/** Few conversations need it. */
const ReviewCard = lazy(async () => ({ default: (await import("./review-card.tsx")).ReviewCard }));

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
  const { id } = conversation;
  const search = useSearch({ from: "/app/inbox" });
  const opened = useOpened();
  const navigate = useNavigate();
  const router = useRouter();
  const may = useMay();
  const [mode, setMode] = useComposerMode(id);
  const box = useRef<HTMLTextAreaElement>(null);
  const name = callThem(conversation.contact);
  useMarkRead(conversation);
  useEffect(() => {
    document.title = `${name} · Parley`;
  }, [name]);

  const write = (next: ComposerMode) => {
    setMode(next);
    requestAnimationFrame(() => box.current?.focus());
  };
  useKeys({ r: () => write("answer"), n: () => write("note") });
  const back = () => {
    if (router.state.location.state.opened) router.history.back();
    else void navigate({ to: "/inbox", search: filtersOnly(search), replace: true });
  };
  const contactOnly = search.panel === "contact";
  const place = usePhonePlace(search);

  return (
    <>
      <main
        data-screen="thread"
        aria-label={`Conversation with ${name}`}
        className={cx(
          "flex min-w-0 flex-1 flex-col border-l bg-surface max-md:border-l-0",
          contactOnly && "narrow:hidden",
        )}
      >
        <ConversationHeader
          conversation={conversation}
          search={search}
          back={back}
          showContact={() => opened.open({ panel: "contact" })}
        />
        <Aside conversation={conversation} />
        <Thread conversation={conversation} search={search} />
        {conversation.inReview && (
          <Suspense>
            <ReviewCard conversation={conversation} />
          </Suspense>
        )}
        {may("inbox.reply") ? (
          <Composer conversation={conversation} search={search} mode={mode} write={write} box={box} />
        ) : (
          <p className="border-t px-5 py-4 text-sm text-ink-2">
            Your role lets you read along. Ask an owner or admin of the workspace if you should answer too.
          </p>
        )}
      </main>
      <ContactPanel
        contactId={conversation.contactId}
        conversationId={id}
        onlyThis={contactOnly}
        insteadOfPhone={contactOnly && place.at === "beside"}
        close={() => opened.close({ panel: undefined })}
        search={search}
      />
    </>
  );
}

/** Says that it was put aside, and takes it back. */
function Aside({ conversation }: { conversation: Conversation }) {
  const may = useMay();
  const { act } = useActs();
  const zone = useDeskZone();
  const { id, snoozedUntil, archived } = conversation;
  if (!snoozedUntil && !archived) return null;
  return (
    <div className="flex items-center gap-2 border-b bg-warn-soft px-[18px] py-1 text-sm text-warn max-md:px-3.5">
      <p className="flex-1">
        {snoozedUntil ? `Snoozed until ${sayAppointment(zone, new Date(snoozedUntil))}` : "In the archive"}
      </p>
      {may("inbox.reply") && (
        <Button
          look="quiet"
          className="text-warn!"
          onClick={() =>
            act(
              [id],
              { action: snoozedUntil ? "wake" : "unarchive" },
              snoozedUntil ? "Awake." : "Taken out of the archive.",
            )
          }
        >
          {snoozedUntil ? "Wake it now" : "Take it out"}
        </Button>
      )}
    </div>
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
