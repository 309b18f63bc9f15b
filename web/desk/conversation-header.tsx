import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeft, Bot, EllipsisVertical, Star, UserRound, UserRoundPlus } from "lucide-react";
import type { Conversation } from "../../contract/conversations.ts";
import type { MemberId } from "../../contract/ids.ts";
import { useApi } from "../shell/desk-api.ts";
import { NOT_ALLOWED, useMay, useMe } from "../shell/session.ts";
import { callThem, sayPhone } from "../shell/words.ts";
import { Button, IconButton, Kbd } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { Menu, MenuItem, MenuLine, MenuTitle } from "../ui/menu.tsx";
import type { ConversationActs } from "./acts.ts";
import { filtersOnly, type InboxSearch } from "./inbox-search.ts";

interface Props {
  conversation: Conversation;
  acts: ConversationActs;
  search: InboxSearch;
  assigning: boolean;
  setAssigning(open: boolean): void;
  showContact(): void;
}

export function ConversationHeader(props: Props) {
  const { conversation, acts, search, showContact } = props;
  const may = useMay();
  const { contact, status, starred } = conversation;
  const resolved = status === "RESOLVED";
  const withAgent = status === "AI_ACTIVE" || status === "BOT_ACTIVE";
  const reason = may("inbox.reply") ? null : NOT_ALLOWED;
  return (
    <header className="flex items-center gap-2 border-b px-[18px] py-[11px] max-md:gap-1 max-md:px-1 max-md:py-1.5">
      <Link
        to="/inbox"
        search={filtersOnly(search)}
        aria-label="Back to the list"
        className="grid size-11 shrink-0 place-items-center text-ink-2 md:hidden"
      >
        <ArrowLeft aria-hidden className="size-5" />
      </Link>
      <div className="min-w-0 flex-1">
        <h2 className="truncate text-lg leading-tight font-semibold tracking-tight tabular">{callThem(contact)}</h2>
        <Ways conversation={conversation} />
      </div>
      <IconButton
        label={starred ? "Remove the star" : "Star"}
        aria-pressed={starred}
        reason={reason}
        onClick={() => acts.star(!starred)}
        className="max-md:hidden"
      >
        <Star aria-hidden className={cx(starred && "fill-warn text-warn")} />
      </IconButton>
      <IconButton label="Show the contact" className="lg:hidden" onClick={showContact}>
        <UserRound aria-hidden />
      </IconButton>
      <Assign {...props} reason={may("inbox.assign") ? null : NOT_ALLOWED} />
      {withAgent ? <TakeOver {...props} reason={reason} /> : <HandBack {...props} reason={reason} />}
      <Button
        look={withAgent ? "plain" : "primary"}
        busy={acts.busy}
        reason={reason}
        onClick={() => acts.change({ status: resolved ? "OPEN" : "RESOLVED" }, resolved ? "Reopened." : "Resolved.")}
      >
        {resolved ? "Reopen" : "Resolve"}
        <Kbd className="border-transparent! text-current! opacity-80 max-lg:hidden">E</Kbd>
      </Button>
      <More {...props} reason={reason} />
    </header>
  );
}

/** By which way the words go: their number, and ours. */
function Ways({ conversation }: { conversation: Conversation }) {
  const { queries } = useApi();
  const { data: channels } = useQuery(queries.channels());
  const connection = channels?.find((each) => each.id === conversation.connectionId);
  const { phone, name } = conversation.contact;
  const ours = [connection?.friendlyName, connection?.phoneNumber && sayPhone(connection.phoneNumber)].filter(Boolean);
  return (
    <p className="truncate text-sm text-ink-3 tabular">
      {name && phone && <>{sayPhone(phone)} </>}
      {ours.length > 0 && <span className={cx(name && "max-md:hidden")}>to {ours.join(", ")}</span>}
    </p>
  );
}

type WithReason = Props & { reason: string | null };

function Assign({ conversation, acts, assigning, setAssigning, reason }: WithReason) {
  const { queries } = useApi();
  const me = useMe();
  const { data: members = [] } = useQuery(queries.members());
  const assignee = members.find((each) => each.id === conversation.assigneeId);
  const assign = (assigneeId: MemberId | null) => acts.change({ assigneeId });
  const label = assignee ? (assignee.id === me.actor.id ? "You" : assignee.name) : "Assign";
  const trigger = (
    <Button reason={reason} aria-label={assignee ? `Assigned to ${label}. Assign` : "Assign"} className="max-md:hidden">
      <UserRoundPlus aria-hidden className="size-3.5" />
      <span className="max-w-28 truncate">{label}</span>
    </Button>
  );
  if (reason) return trigger;
  return (
    <Menu trigger={trigger} open={assigning} onOpenChange={setAssigning}>
      <MenuTitle>Assign to</MenuTitle>
      {members.map((each) => (
        <MenuItem key={each.id} checked={each.id === conversation.assigneeId} onSelect={() => assign(each.id)}>
          {each.id === me.actor.id ? `${each.name} (you)` : each.name}
        </MenuItem>
      ))}
      {conversation.assigneeId && (
        <>
          <MenuLine />
          <MenuItem onSelect={() => assign(null)}>Nobody</MenuItem>
        </>
      )}
    </Menu>
  );
}

function TakeOver({ acts, reason }: WithReason) {
  const me = useMe();
  return (
    <Button
      look="primary"
      reason={reason}
      busy={acts.busy}
      onClick={() => acts.change({ assigneeId: me.actor.id as MemberId }, "Yours now. The agent stays silent here.")}
    >
      Take over
    </Button>
  );
}

function useHandBack({ conversation, acts }: Props) {
  const { queries } = useApi();
  const { data = [] } = useQuery(queries.agents());
  const agents = data.filter((agent) => agent.active);
  // The agent that had it before stands first.
  agents.sort((a, b) => Number(b.id === conversation.agentId) - Number(a.id === conversation.agentId));
  return {
    agents,
    give: (agent: (typeof agents)[number]) => acts.change({ agentId: agent.id }, `${agent.name} answers here now.`),
  };
}

function HandBack(props: WithReason) {
  const { agents, give } = useHandBack(props);
  if (agents.length === 0 || props.reason) return null;
  return (
    <Menu
      trigger={
        <Button className="max-md:hidden">
          <Bot aria-hidden className="size-3.5" /> Hand back
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

/** What does not fit on a phone. */
function More(props: WithReason) {
  const { conversation, acts, reason } = props;
  const me = useMe();
  const { agents, give } = useHandBack(props);
  const mine = conversation.assigneeId === me.actor.id;
  const withAgent = conversation.status === "AI_ACTIVE";
  if (reason) return null;
  return (
    <Menu
      trigger={
        <IconButton label="More" className="md:hidden">
          <EllipsisVertical aria-hidden />
        </IconButton>
      }
    >
      <MenuItem onSelect={() => acts.change({ assigneeId: mine ? null : (me.actor.id as MemberId) })}>
        {mine ? "Give it back to the queue" : "Assign to me"}
      </MenuItem>
      <MenuItem onSelect={() => acts.star(!conversation.starred)}>
        {conversation.starred ? "Remove the star" : "Star"}
      </MenuItem>
      {!withAgent &&
        agents.map((agent) => (
          <MenuItem key={agent.id} onSelect={() => give(agent)}>
            Hand back to {agent.name}
          </MenuItem>
        ))}
    </Menu>
  );
}
