/** What else was said with a person, newest first: who comes back has a conversation for each time. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CornerUpRight } from "lucide-react";
import { useState } from "react";
import type { ContactId, ConversationId } from "../../contract/ids.ts";
import { inShort } from "../desk/file-words.ts";
import { filtersOnly, type InboxSearch } from "../desk/inbox-search.ts";
import { STATUS_NAMES } from "../desk/statuses.ts";
import { useApi } from "../shell/desk-api.ts";
import { OPENED } from "../shell/opened.ts";
import { sayWhen } from "../shell/words.ts";
import { Button } from "../ui/button.tsx";

const AT_FIRST = 5;

interface Props {
  contactId: ContactId;
  /** The one that is open, which is not listed. */
  openId: ConversationId;
  search: InboxSearch;
}

export function OtherConversations({ contactId, openId, search }: Props) {
  const { queries } = useApi();
  const list = useInfiniteQuery(queries.conversations({ contactId }));
  const [all, setAll] = useState(false);
  const others = (list.data?.pages ?? []).flatMap(({ items }) => items).filter(({ id }) => id !== openId);
  if (others.length === 0) return null;
  const shown = all ? others : others.slice(0, AT_FIRST);
  const more = () => (all ? void list.fetchNextPage() : setAll(true));
  return (
    <section aria-label="Other conversations">
      <h4 className="mb-1 text-xs font-semibold text-ink-3">Other conversations</h4>
      <ul className="-mx-2">
        {shown.map((each) => (
          <li key={each.id}>
            <Link
              to="/inbox/$conversationId"
              params={{ conversationId: each.id }}
              search={filtersOnly(search)}
              state={OPENED}
              className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-2 rounded-sm px-2 py-1.5 text-sm -outline-offset-2 hover:bg-sunken max-md:min-h-11"
            >
              <span className="truncate">
                {each.lastMessage?.direction === "outbound" && (
                  <CornerUpRight role="img" aria-label="We wrote:" className="mr-1 inline size-3 text-ink-3" />
                )}
                {each.lastMessage ? inShort(each.lastMessage) : "No message yet"}
              </span>
              <time dateTime={each.lastActivityAt} className="text-xs leading-[1.65] text-ink-3 tabular">
                {sayWhen(each.lastActivityAt)}
              </time>
              <span className="col-span-2 text-xs text-ink-3">
                {STATUS_NAMES[each.status]}
                {each.archived && ", in the archive"}
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {(shown.length < others.length || list.hasNextPage) && (
        <Button look="quiet" className="-ml-2.5" busy={list.isFetchingNextPage} onClick={more}>
          Show more
        </Button>
      )}
    </section>
  );
}
