import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { CornerUpRight } from "lucide-react";
import type { ReactNode } from "react";
import type { Conversation } from "../../contract/conversations.ts";
import type { Message } from "../../contract/messages.ts";
import { sentenceOf } from "../api/problems.ts";
import type { Found } from "../api/queries.ts";
import { useApi } from "../shell/desk-api.ts";
import { useKeys } from "../shell/keyboard.ts";
import { OPENED } from "../shell/opened.ts";
import { callThem, sayPhone, sayWhen } from "../shell/words.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Empty, Failed } from "../ui/state.tsx";
import { ListSkeleton } from "./conversation-list.tsx";
import { useDialogs } from "./dialogs.ts";
import { filtersOnly, type InboxSearch } from "./inbox-search.ts";
import { fromFirstMatch, piecesOf, wantedIn } from "./match-words.ts";

const FEW = 6;

/** What a search found, in the place of the list: people, then what was said; also what is resolved or put away. */
export function SearchResults({ q, search, openId }: { q: string; search: InboxSearch; openId: string | null }) {
  const { queries } = useApi();
  const found = useQuery(queries.search(q));
  useStepping();
  if (found.isPending) return <ListSkeleton />;
  if (found.isError) return <Failed again={() => void found.refetch()}>{sentenceOf(found.error)}</Failed>;
  const { contacts, messages, conversations } = found.data;
  if (contacts.length + messages.length === 0)
    return (
      <Empty title={`Nothing matches “${q}”`}>
        Search looks at names, numbers and the words of messages, whole words or their beginnings.
      </Empty>
    );
  const wanted = wantedIn(q);
  const shared = { wanted, search: filtersOnly(search), openId };
  return (
    <div role="status" aria-live="off" className="min-h-0 flex-1 overflow-y-auto pb-3">
      {contacts.length > 0 && (
        <Group name="People">
          {contacts.slice(0, FEW).map((contact) => (
            <Person
              key={contact.id}
              contact={contact}
              conversation={conversations.find((each) => each.contactId === contact.id)}
              {...shared}
            />
          ))}
        </Group>
      )}
      {messages.length > 0 && (
        <Group name="Messages">
          {messages.map((message) => {
            const conversation = conversations.find((each) => each.id === message.conversationId);
            return conversation && <Said key={message.id} message={message} conversation={conversation} {...shared} />;
          })}
        </Group>
      )}
    </div>
  );
}

/** J and K go along what was found. */
function useStepping(): void {
  const step = (by: 1 | -1) => {
    const links = [...document.querySelectorAll<HTMLElement>("[data-row] a, [data-row] button")];
    const at = links.indexOf(document.activeElement as HTMLElement);
    links[at < 0 ? 0 : Math.max(0, Math.min(links.length - 1, at + by))]?.focus();
  };
  const navigate = useNavigate();
  const leave = () =>
    void navigate({ to: ".", search: (before: InboxSearch) => ({ ...before, q: undefined }), replace: true });
  useKeys({ j: () => step(1), k: () => step(-1), ArrowDown: () => step(1), ArrowUp: () => step(-1), Escape: leave });
}

const Group = ({ name, children }: { name: string; children: ReactNode }) => (
  <section aria-label={name}>
    <h2 className="px-3.5 pt-2.5 pb-1 text-xs font-semibold text-ink-3">{name}</h2>
    <ul>{children}</ul>
  </section>
);

interface Shared {
  wanted: RegExp | null;
  search: InboxSearch;
  openId: string | null;
}

const ROW =
  "grid w-full grid-cols-[30px_minmax(0,1fr)_auto] items-center gap-x-2.5 px-3.5 py-2 text-left -outline-offset-2 hover:bg-canvas max-md:min-h-11";

function Person({
  contact,
  conversation,
  wanted,
  search,
  openId,
}: Shared & { contact: Found["contacts"][number]; conversation: Conversation | undefined }) {
  const dialogs = useDialogs();
  const name = callThem(contact);
  const body = (
    <>
      <Avatar name={name} />
      <span className="min-w-0">
        <span className="block truncate font-semibold tabular">
          <Marked text={name} wanted={wanted} />
        </span>
        {contact.name && contact.phone && (
          <span className="block truncate text-sm text-ink-3 tabular">{sayPhone(contact.phone)}</span>
        )}
      </span>
      <span className="text-xs text-ink-3">{conversation ? "" : "Write"}</span>
    </>
  );
  return (
    <li data-row data-conversation={conversation?.id}>
      {conversation ? (
        <Link
          to="/inbox/$conversationId"
          params={{ conversationId: conversation.id }}
          search={search}
          state={OPENED}
          aria-current={conversation.id === openId ? "true" : undefined}
          className={`${ROW} aria-[current]:bg-accent-soft`}
        >
          {body}
        </Link>
      ) : (
        <button type="button" onClick={() => dialogs.open("new", { to: contact.phone ?? "" })} className={ROW}>
          {body}
        </button>
      )}
    </li>
  );
}

function Said({
  message,
  conversation,
  wanted,
  search,
  openId,
}: Shared & { message: Message; conversation: Conversation }) {
  const name = callThem(conversation.contact);
  return (
    <li data-row data-conversation={conversation.id}>
      <Link
        to="/inbox/$conversationId"
        params={{ conversationId: conversation.id }}
        search={{ ...search, message: message.id }}
        state={OPENED}
        aria-current={conversation.id === openId ? "true" : undefined}
        className={`${ROW} items-start! aria-[current]:bg-accent-soft`}
      >
        <Avatar name={name} />
        <span className="min-w-0">
          <span className="block truncate font-semibold tabular">{name}</span>
          <span className="line-clamp-2 text-sm text-ink-2">
            {message.direction === "outbound" && (
              <CornerUpRight role="img" aria-label="We wrote:" className="mr-1 inline size-3 text-ink-3" />
            )}
            <Marked text={fromFirstMatch(message.content, wanted)} wanted={wanted} />
          </span>
        </span>
        <time dateTime={message.createdAt} className="pt-px text-xs text-ink-3 tabular">
          {sayWhen(message.createdAt)}
        </time>
      </Link>
    </li>
  );
}

const Marked = ({ text, wanted }: { text: string; wanted: RegExp | null }) =>
  piecesOf(text, wanted).map((piece, at) =>
    piece.match ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text, which never move
      <mark key={at} className="rounded-[3px] bg-warn-soft px-px text-ink">
        {piece.text}
      </mark>
    ) : (
      piece.text
    ),
  );
