/** The desk: the list, and beside it the conversation that is open; on a phone one after the other. */
import { Outlet, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useEffect } from "react";
import { usePhonePlace } from "../demo/phone-place.ts";
import { useApi } from "../shell/desk-api.ts";
import { useMe } from "../shell/session.ts";
import { cx } from "../ui/cx.ts";
import { Empty } from "../ui/state.tsx";
import { ConversationList, ListSkeleton } from "./conversation-list.tsx";
import { InboxDialogs } from "./inbox-dialogs.tsx";
import { useInboxKeys } from "./inbox-keys.ts";
import { ListHeader } from "./list-header.tsx";
import { watchOutbox } from "./outbox.ts";

const SearchResults = lazy(async () => ({ default: (await import("./search-results.tsx")).SearchResults }));
const PhoneSide = lazy(async () => ({ default: (await import("../demo/phone-side.tsx")).PhoneSide }));
const PhoneStrip = lazy(async () => ({ default: (await import("../demo/pointers.tsx")).PhoneStrip }));
const FirstSteps = lazy(async () => ({ default: (await import("../demo/pointers.tsx")).FirstSteps }));

export function InboxPage() {
  const { conversationId } = useParams({ strict: false });
  const search = useSearch({ from: "/app/inbox" });
  const phone = usePhonePlace(search);
  const phoneAlone = phone.at === "alone";
  const q = search.q?.trim();
  useInboxKeys(search);
  const api = useApi();
  const me = useMe();
  useEffect(() => watchOutbox(api, me.actor.id ?? ""), [api, me.actor.id]);
  useEffect(() => {
    if (!conversationId) document.title = "Inbox · Parley";
  }, [conversationId]);
  return (
    <div className="flex h-full min-w-0">
      <div className={cx("flex min-w-0", phoneAlone ? "max-md:hidden" : "@container/desk flex-1")}>
        <section
          aria-label="Conversations"
          className={cx(
            "flex w-[336px] shrink-0 flex-col border-l bg-surface max-lg:w-[320px] max-md:w-full max-md:border-l-0",
            conversationId && "max-md:hidden",
          )}
        >
          <ListHeader search={search} />
          {q ? (
            <Suspense fallback={<ListSkeleton />}>
              <SearchResults q={q} search={search} openId={conversationId ?? null} />
            </Suspense>
          ) : (
            <ConversationList search={search} openId={conversationId ?? null} />
          )}
          {phone.at === "away" && (
            <Suspense>
              <PhoneStrip place={phone} />
            </Suspense>
          )}
        </section>
        {!phoneAlone && <Outlet />}
      </div>
      {(phone.at === "beside" || phoneAlone) && (
        <Suspense>
          <PhoneSide search={search} alone={phoneAlone} />
        </Suspense>
      )}
      <InboxDialogs search={search} />
    </div>
  );
}

export function NoConversation() {
  const phone = usePhonePlace(useSearch({ from: "/app/inbox" }));
  return (
    <main className="grid flex-1 place-items-center border-l bg-surface max-md:hidden">
      {phone.at === "none" ? (
        <Empty title="No conversation is open">
          Choose one from the list. J and K go down and up, Enter opens, and ? shows the other keys.
        </Empty>
      ) : (
        <Suspense>
          <FirstSteps place={phone} />
        </Suspense>
      )}
    </main>
  );
}
