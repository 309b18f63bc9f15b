import { Check, CheckCheck, CircleAlert, Clock, Paperclip } from "lucide-react";
import type { AgentRun } from "../../contract/agents.ts";
import type { Message } from "../../contract/messages.ts";
import { useMe } from "../shell/session.ts";
import { plural, sayFully, sayMoment, sayTime } from "../shell/words.ts";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { Popover } from "../ui/popover.tsx";
import type { Pending } from "./outbox.ts";

const BUBBLE = "max-w-[66%] rounded-lg px-3 py-2 break-words whitespace-pre-wrap max-md:max-w-[86%]";
const FOOT = "mx-1 mt-px mb-2 flex flex-wrap items-center gap-x-1.5 text-xs text-ink-3 tabular";

export function MessageBubble({
  message,
  run,
  withFoot,
  name,
  marked,
}: {
  message: Message;
  run: AgentRun | null;
  withFoot: boolean;
  name: string;
  marked: boolean;
}) {
  const ours = message.direction === "outbound";
  const automatic = message.sender.type === "agent" || message.kind === "notice";
  return (
    <article
      data-message={message.id}
      aria-label={ours ? "We wrote" : `${name} wrote`}
      className={cx("flex flex-col", ours ? "items-end" : "items-start")}
    >
      <div
        className={cx(
          BUBBLE,
          ours
            ? automatic
              ? "bg-bubble-agent text-bubble-agent-ink"
              : "bg-bubble-out text-bubble-out-ink"
            : "bg-bubble-in",
          message.status === "suppressed" && "bg-transparent! text-ink-2! shadow-[inset_0_0_0_1px_var(--line-strong)]",
          marked && "outline-2 outline-offset-2 outline-focus",
        )}
      >
        {message.content}
        {message.media.map((file) => (
          <span key={file.url} className="flex items-center gap-1.5 text-sm">
            <Paperclip aria-hidden className="size-3.5" /> {fileName(file.contentType)}
          </span>
        ))}
      </div>
      {ours ? (
        <OurFoot message={message} run={run} />
      ) : (
        withFoot && (
          <p className={FOOT}>
            <time dateTime={message.createdAt} title={sayFully(message.createdAt)}>
              {sayTime(message.createdAt)}
            </time>
          </p>
        )
      )}
    </article>
  );
}

function fileName(contentType: string | null): string {
  if (contentType?.startsWith("image/")) return "A photo";
  if (contentType?.startsWith("video/")) return "A video";
  if (contentType?.startsWith("audio/")) return "A recording";
  return "A file";
}

function OurFoot({ message, run }: { message: Message; run: AgentRun | null }) {
  const me = useMe();
  const { sender, segments, kind, reason } = message;
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
        <State message={message} />
      </div>
      {reason && (
        <p className="mx-1 -mt-1.5 mb-2 max-w-[66%] text-right text-xs text-pretty text-bad max-md:max-w-[86%]">
          {reason.message}
          {reason.providerCode && <span className="text-ink-3"> Provider’s code {reason.providerCode}.</span>}
          {reason.helpUrl && (
            <>
              {" "}
              <a href={reason.helpUrl} target="_blank" rel="noreferrer" className="underline underline-offset-2">
                What it means
              </a>
            </>
          )}
        </p>
      )}
    </>
  );
}

/** What the agent knew when it answered; the customer does not see it. */
function Sources({ run }: { run: AgentRun }) {
  const [first] = run.sources;
  const more = run.sources.length - 1;
  return (
    <Popover
      label="What this answer rests on"
      trigger={
        <button
          type="button"
          className="max-w-60 truncate rounded-[3px] underline decoration-line-strong underline-offset-2 hover:text-ink max-md:min-h-11"
        >
          from {first?.title}
          {more > 0 && ` and ${plural(more, "more source", "more sources")}`}
        </button>
      }
    >
      <p className="text-xs font-semibold text-ink-3">
        What this answer rests on
        {run.confidence !== null && (
          <span className="font-normal"> · confidence {Math.round(run.confidence * 100)} %</span>
        )}
      </p>
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

function State({ message }: { message: Message }) {
  const { status, createdAt, deliveredAt, sendAt } = message;
  const icon = "size-[13px]";
  const at = (moment: string) => (
    <time dateTime={moment} title={sayFully(moment)}>
      {sayTime(moment)}
    </time>
  );
  switch (status) {
    case "received":
    case "delivered":
      return (
        <span className="inline-flex items-center gap-1">
          Delivered {at(deliveredAt ?? createdAt)} <CheckCheck aria-hidden className={icon} />
        </span>
      );
    case "read":
      return (
        <span className="inline-flex items-center gap-1 text-accent">
          Read {at(deliveredAt ?? createdAt)} <CheckCheck aria-hidden className={icon} />
        </span>
      );
    case "sent":
      return (
        <span className="inline-flex items-center gap-1">
          Sent {at(createdAt)} <Check aria-hidden className={icon} />
        </span>
      );
    case "queued":
    case "sending":
    case "accepted":
      return (
        <span className="inline-flex items-center gap-1">
          {status === "queued" ? "Waiting to leave" : "Sending"} {at(createdAt)} <Clock aria-hidden className={icon} />
        </span>
      );
    case "scheduled":
      return <span>Leaves {sendAt ? sayMoment(sendAt) : "later"}</span>;
    case "canceled":
      return <span>Canceled</span>;
    case "undelivered":
    case "failed":
    case "suppressed":
      return (
        <span className="inline-flex items-center gap-1 font-medium text-bad">
          {status === "undelivered" ? "Not delivered" : "Not sent"} {at(createdAt)}{" "}
          <CircleAlert aria-hidden className={icon} />
        </span>
      );
  }
}

export function PendingBubble({ pending, again, forget }: { pending: Pending; again(): void; forget(): void }) {
  return (
    <article aria-label="We wrote" className="flex flex-col items-end">
      <div className={cx(BUBBLE, "bg-bubble-out text-bubble-out-ink", !pending.problem && "opacity-75")}>
        {pending.body.content}
      </div>
      {pending.problem ? (
        <div role="alert" className="mx-1 mt-1 mb-2 grid max-w-[66%] justify-items-end gap-1.5 max-md:max-w-[86%]">
          <p className="text-right text-xs text-bad">Not sent. {pending.problem}</p>
          <div className="flex gap-2">
            <Button onClick={forget}>Discard</Button>
            <Button look="primary" onClick={again}>
              Try again
            </Button>
          </div>
        </div>
      ) : (
        <p className={FOOT}>
          Sending <Clock aria-hidden className="size-[13px]" />
        </p>
      )}
    </article>
  );
}
