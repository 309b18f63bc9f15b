import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, CheckCheck, CircleAlert, Clock } from "lucide-react";
import type { AgentRun } from "../../contract/agents.ts";
import type { Message } from "../../contract/messages.ts";
import { useApi } from "../shell/desk-api.ts";
import { useMay, useMe } from "../shell/session.ts";
import { plural, sayFully, sayTime } from "../shell/words.ts";
import { cx } from "../ui/cx.ts";
import { Popover } from "../ui/popover.tsx";
import { useDialogs } from "./dialogs.ts";
import { isBlockedByTwilio, mayArriveTwice, remediesFor, sayWhy } from "./failures.ts";
import type { InboxSearch } from "./inbox-search.ts";
import { useResend } from "./resend.ts";

export const FOOT = "mx-1 mt-px mb-2 flex flex-wrap items-center gap-x-1.5 text-xs text-ink-3 tabular";
const LINK =
  "font-medium text-accent underline underline-offset-2 max-md:inline-flex max-md:min-h-11 max-md:items-center";

/** Who wrote it, what it rests on, what it took, and how it fared. */
export function OurFoot({ message, run, resent }: { message: Message; run: AgentRun | null; resent: boolean }) {
  const me = useMe();
  const dialogs = useDialogs();
  const { sender, segments, kind, resendOf } = message;
  const who =
    kind === "notice"
      ? "Automatic"
      : sender.id === me.actor.id
        ? "You"
        : (sender.name ?? (sender.type === "agent" ? "Agent" : "Parley"));
  return (
    <>
      <div className={cx(FOOT, "justify-end")}>
        <span>{sender.type === "agent" && kind !== "notice" ? `${who}, agent` : who}</span>
        {resendOf && <span>· once more</span>}
        {run && run.sources.length > 0 && (
          <>
            <span aria-hidden>·</span>
            <Sources run={run} />
          </>
        )}
        <span aria-hidden>·</span>
        {sender.type !== "agent" && (
          <>
            <span>{plural(segments, "segment")}</span>
            <span aria-hidden>·</span>
          </>
        )}
        <button
          type="button"
          title="How it fared"
          onClick={() => dialogs.open("details", { of: message.id })}
          className="rounded-[3px] hover:text-ink max-md:min-h-11"
        >
          <State message={message} />
          <span className="sr-only">. Details</span>
        </button>
      </div>
      {message.reason && <Why message={message} resent={resent} />}
    </>
  );
}

/** Why it did not get there, and what can be done about it. */
function Why({ message, resent }: { message: Message; resent: boolean }) {
  const may = useMay();
  const dialogs = useDialogs();
  const resend = useResend();
  const unblocked = useUnblocked(message);
  const { id, reason, status } = message;
  if (!reason) return null;
  const waits = status === "queued" || status === "scheduled";
  const remedies = remediesFor(message);
  const mayAgain = remedies.again || unblocked;
  const again = () => (mayArriveTwice(message) ? dialogs.open("again", { of: id }) : resend.mutate(message));
  return (
    <div
      className={cx(
        "mx-1 -mt-1.5 mb-2 grid max-w-[66%] justify-items-end gap-0.5 text-right text-xs max-md:max-w-[86%]",
        waits ? "text-warn" : "text-bad",
      )}
    >
      <p className="text-pretty">
        {sayWhy(message)}
        {reason.providerCode && <span className="text-ink-3"> Provider’s code {reason.providerCode}.</span>}
      </p>
      <p className="flex flex-wrap justify-end gap-x-3 empty:hidden">
        {reason.helpUrl && (
          <a href={reason.helpUrl} target="_blank" rel="noreferrer" className={LINK}>
            What it means
          </a>
        )}
        {remedies.channel && may("channels.connect") && (
          <Link to="/account/channels" search={{ dialog: undefined }} className={LINK}>
            Open Channels
          </Link>
        )}
        {remedies.evidence && (
          <Link
            to="."
            search={(before: InboxSearch) => ({ ...before, panel: "contact" as const, evidence: true as const })}
            className={LINK}
          >
            See the evidence
          </Link>
        )}
        {mayAgain && !resent && may("inbox.reply") && (
          <button type="button" onClick={again} disabled={resend.isPending} className={LINK}>
            Send again
          </button>
        )}
        {resent && <span className="text-ink-3">It was sent once more below.</span>}
      </p>
    </div>
  );
}

/** Why the answer stands as it was written in the knowledge base, though a language model is to write. */
const WITHOUT_MODEL: Readonly<Record<string, string>> = {
  model_unreachable: "The language model could not be reached",
  model_refused: "The language model’s server refused to answer: look at its address, key and name",
  model_timed_out: "The language model took too long",
  model_malformed: "The language model’s answer could not be read",
  model_invented: "The language model said more than your knowledge does",
};

/** Whether a text that Twilio refused because of their STOP may leave by now, as the gate says. */
function useUnblocked(message: Message): boolean {
  const { queries } = useApi();
  const { to, from } = message;
  const { data, isFetching } = useQuery({
    ...queries.maySend(to, from.startsWith("+") ? from : null),
    enabled: isBlockedByTwilio(message),
  });
  return isBlockedByTwilio(message) && data?.allowed === true && !isFetching;
}

/** What the agent knew when it answered; the customer does not see it. */
function Sources({ run }: { run: AgentRun }) {
  const [first] = run.sources;
  const more = run.sources.length - 1;
  const withoutModel = WITHOUT_MODEL[run.reason ?? ""];
  return (
    <Popover
      label="What this answer rests on"
      trigger={
        <button
          type="button"
          className="max-w-60 truncate rounded-[3px] max-md:max-w-36 underline decoration-line-strong underline-offset-2 hover:text-ink max-md:min-h-11"
        >
          from {first?.title}
          {more > 0 && ` and ${plural(more, "more source", "more sources")}`}
        </button>
      }
    >
      <p className="text-xs font-semibold text-ink-3">
        What this answer rests on
        {run.confidence !== null && (
          <span className="font-normal whitespace-nowrap"> · {Math.round(run.confidence * 100)}% sure</span>
        )}
      </p>
      {withoutModel && (
        <p className="mt-1 text-sm text-pretty text-warn">{withoutModel}. So your own words were sent.</p>
      )}
      <ul className="mt-2 grid gap-3">
        {run.sources.map((source) => (
          <li key={source.sourceId}>
            <p className="text-sm font-medium">{source.title}</p>
            <p className="text-sm text-ink-2">{source.excerpt}</p>
          </li>
        ))}
      </ul>
    </Popover>
  );
}

/**
 * One word for what waits its turn and what is with the provider: no event tells of the step between them
 * (docs/decisions/0006), so a page can't know which of the two it is.
 */
function State({ message }: { message: Message }) {
  const { status, createdAt, sentAt, deliveredAt } = message;
  const icon = "size-[13px]";
  const line = "inline-flex items-center gap-1";
  const at = (moment: string) => (
    <time dateTime={moment} title={sayFully(moment)}>
      {sayTime(moment)}
    </time>
  );
  switch (status) {
    case "received":
    case "delivered":
      return (
        <span className={line}>
          Delivered {at(deliveredAt ?? createdAt)} <CheckCheck aria-hidden className={icon} />
        </span>
      );
    case "read":
      return (
        <span className={`${line} text-accent`}>
          Read {at(deliveredAt ?? createdAt)} <CheckCheck aria-hidden className={icon} />
        </span>
      );
    case "sent":
      return (
        <span className={line}>
          Sent {at(sentAt ?? createdAt)} <Check aria-hidden className={icon} />
        </span>
      );
    case "scheduled":
    case "queued":
    case "sending":
    case "accepted":
      return (
        <span className={line}>
          {message.reason ? "Waiting to leave" : "Sending"} <Clock aria-hidden className={icon} />
        </span>
      );
    case "canceled":
      return <span>Taken back, never sent</span>;
    case "undelivered":
    case "failed":
    case "suppressed":
      return (
        <span className={`${line} font-medium text-bad`}>
          {status === "undelivered" ? "Not delivered" : "Not sent"} <CircleAlert aria-hidden className={icon} />
        </span>
      );
  }
}
