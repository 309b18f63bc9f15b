import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, CornerUpRight, Star } from "lucide-react";
import { memo } from "react";
import type { Conversation } from "../../contract/conversations.ts";
import type { ConversationId } from "../../contract/ids.ts";
import { useApi } from "../shell/desk-api.ts";
import { OPENED } from "../shell/opened.ts";
import { useMe } from "../shell/session.ts";
import { callThem, sayWhen } from "../shell/words.ts";
import { sayAppointment } from "../shell/zones.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Badge, ChannelBadge } from "../ui/badge.tsx";
import { cx } from "../ui/cx.ts";
import { useDeskZone } from "./clocks.ts";
import { inShort } from "./file-words.ts";
import type { InboxSearch } from "./inbox-search.ts";

interface Props {
  conversation: Conversation;
  open: boolean;
  search: InboxSearch;
  /** Whether conversations are being picked; null where one may not act on them. */
  picking: boolean | null;
  picked: boolean;
  togglePick(id: ConversationId): void;
}

export const ConversationRow = memo(
  function ConversationRow({ conversation, open, search, picking, picked, togglePick }: Props) {
    const { contact, channel, unreadCount, lastMessage, lastActivityAt, starred, tags } = conversation;
    const name = callThem(contact);
    const unread = unreadCount > 0;
    return (
      <div className={cx("group relative h-full", picked && "bg-accent-soft")}>
        <Link
          to="/inbox/$conversationId"
          params={{ conversationId: conversation.id }}
          search={search}
          state={OPENED}
          aria-current={open ? "true" : undefined}
          className={cx(
            "relative grid h-full grid-cols-[30px_minmax(0,1fr)_auto] content-center gap-x-2.5 px-3.5 -outline-offset-2",
            open
              ? "bg-accent-soft before:absolute before:inset-y-2 before:left-0 before:w-[3px] before:rounded-r-[3px] before:bg-accent"
              : !picked && "hover:bg-canvas",
          )}
        >
          <span className="row-span-2 pt-0.5">
            <Avatar name={name} />
          </span>
          <span className={cx("flex items-center gap-1 truncate", unread ? "font-[650]" : "font-semibold")}>
            <span className="truncate tabular">{name}</span>
            {starred && <Star role="img" aria-label="Starred" className="size-3 shrink-0 fill-warn text-warn" />}
          </span>
          <time dateTime={lastActivityAt} className="pt-px text-xs text-ink-3 tabular">
            {sayWhen(lastActivityAt)}
          </time>
          <span className={cx("truncate text-sm", unread ? "font-medium text-ink" : "text-ink-2")}>
            {lastMessage?.direction === "outbound" && (
              <CornerUpRight role="img" aria-label="We wrote:" className="mr-1 inline size-3 text-ink-3" />
            )}
            {lastMessage ? inShort(lastMessage) : "No message yet"}
          </span>
          <span className="justify-self-end">
            {unread && (
              <span className="block h-4 min-w-4 rounded-full bg-accent px-1 text-center text-[10px] leading-4 font-semibold text-accent-ink tabular">
                {unreadCount}
                <span className="sr-only"> unread</span>
              </span>
            )}
          </span>
          <span className="col-span-2 col-start-2 mt-1 flex gap-1.5 overflow-hidden">
            <ChannelBadge channel={channel} />
            <Standing conversation={conversation} />
            {tags.slice(0, 2).map((tag) => (
              <Badge key={tag}>{tag}</Badge>
            ))}
          </span>
        </Link>
        {picking !== null && (
          <Pick name={name} picking={picking} picked={picked} toggle={() => togglePick(conversation.id)} />
        )}
      </div>
    );
  },
  (before, after) =>
    before.conversation === after.conversation &&
    before.open === after.open &&
    before.picking === after.picking &&
    before.picked === after.picked &&
    JSON.stringify(before.search) === JSON.stringify(after.search),
);

/** In the place of the face: on hover and focus, and on every row while conversations are being picked. */
const Pick = ({
  name,
  picking,
  picked,
  toggle,
}: {
  name: string;
  picking: boolean;
  picked: boolean;
  toggle(): void;
}) => (
  // biome-ignore lint/a11y/useSemanticElements: a box of our own, as large as a finger
  <button
    type="button"
    role="checkbox"
    aria-checked={picked}
    aria-label={`Pick ${name}`}
    tabIndex={picking ? 0 : -1}
    onClick={toggle}
    className={cx(
      "absolute top-2 left-[7px] grid size-11 place-items-center -outline-offset-4",
      picking ? "" : "opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 max-md:hidden",
    )}
  >
    <span
      className={cx(
        "grid size-[30px] place-items-center rounded-full bg-surface",
        picked ? "bg-accent! text-accent-ink" : "shadow-[inset_0_0_0_1.5px_var(--ink-3)]",
      )}
    >
      {picked && <Check aria-hidden className="size-4" strokeWidth={2.5} />}
    </span>
  </button>
);

/** Where it stands: who has it, until when it sleeps, or what went wrong with its last message. */
function Standing({ conversation }: { conversation: Conversation }) {
  const { queries } = useApi();
  const me = useMe();
  const { data: members } = useQuery(queries.members());
  const zone = useDeskZone();
  const { lastMessage, status, assigneeId, snoozedUntil, inReview, optedOut } = conversation;
  if (inReview) return <Badge tone="warn">May be an opt-out</Badge>;
  if (snoozedUntil) return <Badge tone="warn">Until {sayAppointment(zone, new Date(snoozedUntil))}</Badge>;
  if (lastMessage?.status === "failed" || lastMessage?.status === "undelivered")
    return <Badge tone="bad">Not delivered</Badge>;
  if (lastMessage?.status === "suppressed") return <Badge tone="bad">Not sent: opted out</Badge>;
  if (optedOut && status !== "RESOLVED") return <Badge tone="bad">Opted out</Badge>;
  switch (status) {
    case "AI_ACTIVE":
      return <Badge tone="accent">Agent answering</Badge>;
    case "BOT_ACTIVE":
      return <Badge tone="accent">In a flow</Badge>;
    case "RESOLVED":
      return <Badge>Resolved</Badge>;
    case "ASSIGNED":
      return (
        <Badge>
          {assigneeId === me.actor.id ? "You" : (members?.find((each) => each.id === assigneeId)?.name ?? "Assigned")}
        </Badge>
      );
    case "OPEN":
      return <Badge>Unassigned</Badge>;
  }
}
