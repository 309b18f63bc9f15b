import { useQuery } from "@tanstack/react-query";
import {
  Archive,
  ArchiveRestore,
  ArrowLeft,
  Bot,
  Check,
  Clock,
  EllipsisVertical,
  Link2,
  Mail,
  Star,
  Tag,
  UserRound,
  UserRoundPlus,
} from "lucide-react";
import type { Conversation } from "../../contract/conversations.ts";
import type { MemberId } from "../../contract/ids.ts";
import { useApi } from "../shell/desk-api.ts";
import { NOT_ALLOWED, useMay, useMe } from "../shell/session.ts";
import { callThem, ENVIRONMENT_NAMES, sayPhone } from "../shell/words.ts";
import { Badge } from "../ui/badge.tsx";
import { Button, IconButton, Kbd } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { Menu, MenuItem, MenuLine, MenuTitle } from "../ui/menu.tsx";
import { useToast } from "../ui/toast.tsx";
import { type ConversationActs, useActs } from "./acts.ts";
import { useDialogs } from "./dialogs.ts";
import { useLeaving } from "./inbox-keys.ts";
import type { InboxSearch } from "./inbox-search.ts";

interface Props {
  conversation: Conversation;
  search: InboxSearch;
  back(): void;
  showContact(): void;
}

export function ConversationHeader({ conversation, search, back, showContact }: Props) {
  const may = useMay();
  const dialogs = useDialogs();
  const acts = useActs();
  const { id, contact, status, starred } = conversation;
  const resolved = status === "RESOLVED";
  const withAgent = status === "AI_ACTIVE" || status === "BOT_ACTIVE";
  const reason = may("inbox.reply") ? null : NOT_ALLOWED;
  return (
    <header className="flex items-center gap-1.5 border-b px-[18px] py-[11px] max-md:gap-1 max-md:px-1 max-md:py-1.5">
      <IconButton label="Back to the list" side="right" className="text-ink-2 md:hidden" onClick={back}>
        <ArrowLeft aria-hidden />
      </IconButton>
      <div className="min-w-0 flex-1">
        <h2 className="truncate text-lg leading-tight font-semibold tracking-tight tabular">{callThem(contact)}</h2>
        <Ways conversation={conversation} />
      </div>
      <IconButton
        label={starred ? "Remove the star" : "Star"}
        aria-pressed={starred}
        reason={reason}
        onClick={() => acts.act([id], { action: starred ? "unstar" : "star" })}
        className="max-md:hidden"
      >
        <Star aria-hidden className={cx(starred && "fill-warn text-warn")} />
      </IconButton>
      <IconButton
        label="Snooze"
        hint="S"
        reason={reason ?? (resolved ? "A resolved conversation does not sleep." : null)}
        onClick={() => dialogs.open("snooze", { of: id })}
        className="max-md:hidden"
      >
        <Clock aria-hidden />
      </IconButton>
      <IconButton label="Show the contact" className="roomy:hidden" onClick={showContact}>
        <UserRound aria-hidden />
      </IconButton>
      <Assignee conversation={conversation} reason={may("inbox.assign") ? null : NOT_ALLOWED} />
      {withAgent ? (
        <TakeOver conversation={conversation} acts={acts} reason={reason} />
      ) : (
        <HandBack conversation={conversation} acts={acts} reason={reason} />
      )}
      <Button
        look={withAgent || resolved ? "plain" : "primary"}
        busy={acts.busy}
        reason={reason}
        onClick={() =>
          acts.act([id], { action: resolved ? "reopen" : "resolve" }, resolved ? "Reopened." : "Resolved.")
        }
        className={cx(withAgent && "max-md:hidden")}
      >
        {resolved ? "Reopen" : "Resolve"}
        <Kbd className="border-transparent! text-current! opacity-80 narrow:hidden">E</Kbd>
      </Button>
      <More conversation={conversation} acts={acts} search={search} reason={reason} />
    </header>
  );
}

/** By which way the words go: their number, and ours; and how the conversation is tagged. */
function Ways({ conversation }: { conversation: Conversation }) {
  const { queries } = useApi();
  const dialogs = useDialogs();
  const { data: channels } = useQuery(queries.channels());
  const connection = channels?.find((each) => each.id === conversation.connectionId);
  const { phone, name } = conversation.contact;
  const ours = [connection?.friendlyName, connection?.phoneNumber && sayPhone(connection.phoneNumber)].filter(Boolean);
  return (
    <div className="flex items-center gap-2 text-sm text-ink-3 tabular">
      <p className="truncate">
        {name && phone && <>{sayPhone(phone)} </>}
        {ours.length > 0 && <span className={cx(name && "max-md:hidden")}>to {ours.join(", ")}</span>}
      </p>
      {connection && connection.environment !== "live" && <Badge>{ENVIRONMENT_NAMES[connection.environment]}</Badge>}
      {conversation.tags.length > 0 && (
        <button
          type="button"
          aria-label={`Tags: ${conversation.tags.join(", ")}. Change`}
          onClick={() => dialogs.open("tags", { of: conversation.id })}
          className="flex min-w-0 shrink gap-1 overflow-hidden max-md:hidden"
        >
          {conversation.tags.map((tag) => (
            <Badge key={tag}>{tag}</Badge>
          ))}
        </button>
      )}
    </div>
  );
}

interface ActProps {
  conversation: Conversation;
  acts: ConversationActs;
  reason: string | null;
}

function Assignee({ conversation, reason }: Pick<ActProps, "conversation" | "reason">) {
  const { queries } = useApi();
  const me = useMe();
  const dialogs = useDialogs();
  const { data: members = [] } = useQuery(queries.members());
  const assignee = members.find((each) => each.id === conversation.assigneeId);
  const label = assignee ? (assignee.id === me.actor.id ? "You" : assignee.name) : "Assign";
  return (
    <Button
      reason={reason}
      aria-label={assignee ? `Assigned to ${label}. Assign` : "Assign"}
      onClick={() => dialogs.open("assign", { of: conversation.id })}
      className="max-md:hidden"
    >
      <UserRoundPlus aria-hidden className="size-3.5" />
      <span className="max-w-28 truncate">{label}</span>
    </Button>
  );
}

function TakeOver({ conversation, acts, reason }: ActProps) {
  const me = useMe();
  return (
    <Button
      look="primary"
      reason={reason}
      busy={acts.busy}
      onClick={() =>
        acts.act(
          [conversation.id],
          { action: "assign", assigneeId: me.actor.id as MemberId },
          "Yours now. The agent stays silent here.",
        )
      }
    >
      Take over
    </Button>
  );
}

function useHandBack({ conversation, acts }: Pick<ActProps, "conversation" | "acts">) {
  const { queries } = useApi();
  const { data = [] } = useQuery(queries.agents());
  // The agent that had it before stands first.
  const agents = data
    .filter((agent) => agent.active)
    .sort((a, b) => Number(b.id === conversation.agentId) - Number(a.id === conversation.agentId));
  return {
    agents,
    give: (agent: (typeof agents)[number]) =>
      acts.handBack(conversation, { agentId: agent.id }, `${agent.name} answers here now.`),
  };
}

function HandBack(props: ActProps) {
  const { agents, give } = useHandBack(props);
  if (agents.length === 0 || props.reason) return null;
  return (
    <Menu
      trigger={
        <Button className="max-md:hidden">
          <Bot aria-hidden className="size-3.5" /> <span className="narrow:sr-only">Hand back</span>
        </Button>
      }
    >
      <MenuTitle>Let an agent answer from here</MenuTitle>
      {agents.map((agent) => (
        <MenuItem key={agent.id} onSelect={() => give(agent)}>
          {agent.name}
        </MenuItem>
      ))}
    </Menu>
  );
}

/** What is done more seldom; on a phone, what does not fit beside the name too. */
function More({ conversation, acts, search, reason }: ActProps & { search: InboxSearch }) {
  const say = useToast();
  const may = useMay();
  const dialogs = useDialogs();
  const leave = useLeaving(search);
  const { agents, give } = useHandBack({ conversation, acts });
  const { id, status, starred, archived } = conversation;
  const resolved = status === "RESOLVED";
  const withAgent = status === "AI_ACTIVE";
  const copy = () =>
    navigator.clipboard
      .writeText(`${location.origin}/inbox/${id}`)
      .then(() => say("The link to this conversation is copied."))
      .catch(() => say("This browser does not let Parley copy. Copy the page’s address instead.", { bad: true }));
  const phoneOnly = "md:hidden";
  return (
    <Menu
      trigger={
        <IconButton label="More">
          <EllipsisVertical aria-hidden />
        </IconButton>
      }
    >
      {!reason && (
        <>
          {withAgent && (
            <MenuItem className={phoneOnly} onSelect={() => acts.act([id], { action: "resolve" }, "Resolved.")}>
              <Check aria-hidden /> Resolve
            </MenuItem>
          )}
          {may("inbox.assign") && (
            <MenuItem className={phoneOnly} onSelect={() => dialogs.open("assign", { of: id })}>
              <UserRoundPlus aria-hidden /> Assign
            </MenuItem>
          )}
          {!resolved && (
            <MenuItem className={phoneOnly} onSelect={() => dialogs.open("snooze", { of: id })}>
              <Clock aria-hidden /> Snooze
            </MenuItem>
          )}
          <MenuItem className={phoneOnly} onSelect={() => acts.act([id], { action: starred ? "unstar" : "star" })}>
            <Star aria-hidden /> {starred ? "Remove the star" : "Star"}
          </MenuItem>
          {!withAgent &&
            agents.map((agent) => (
              <MenuItem key={agent.id} className={phoneOnly} onSelect={() => give(agent)}>
                <Bot aria-hidden /> Hand back to {agent.name}
              </MenuItem>
            ))}
          <MenuItem hint="T" onSelect={() => dialogs.open("tags", { of: id })}>
            <Tag aria-hidden /> Tags
          </MenuItem>
          <MenuItem
            hint="U"
            onSelect={() => {
              leave([id]);
              acts.act([id], { action: "mark_unread" }, "Marked unread.");
            }}
          >
            <Mail aria-hidden /> Mark unread
          </MenuItem>
          <MenuItem
            onSelect={() =>
              acts.act(
                [id],
                { action: archived ? "unarchive" : "archive" },
                archived ? "Taken out of the archive." : "Archived. It comes back when they write.",
              )
            }
          >
            {archived ? <ArchiveRestore aria-hidden /> : <Archive aria-hidden />}
            {archived ? "Take out of the archive" : "Archive"}
          </MenuItem>
          <MenuLine />
        </>
      )}
      <MenuItem onSelect={() => void copy()}>
        <Link2 aria-hidden /> Copy the link
      </MenuItem>
    </Menu>
  );
}
