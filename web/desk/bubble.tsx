import { memo } from "react";
import type { AgentRun } from "../../contract/agents.ts";
import type { Message } from "../../contract/messages.ts";
import { sayFully, sayTime } from "../shell/words.ts";
import { cx } from "../ui/cx.ts";
import { BubbleFiles } from "./bubble-files.tsx";
import { FOOT, OurFoot } from "./bubble-foot.tsx";

export const BUBBLE = "max-w-[66%] rounded-lg px-3 py-2 break-words whitespace-pre-wrap max-md:max-w-[86%]";

interface Props {
  message: Message;
  run: AgentRun | null;
  withFoot: boolean;
  name: string;
  marked: boolean;
  /** Another message repeats it already. */
  resent: boolean;
}

/** Drawn again only where something about it changed: a long thread takes a new message as fast as a short one. */
export const MessageBubble = memo(function MessageBubble({ message, run, withFoot, name, marked, resent }: Props) {
  const ours = message.direction === "outbound";
  const automatic = message.sender.type === "agent" || message.kind === "notice";
  return (
    <article
      data-message={message.id}
      aria-label={ours ? "We wrote" : `${name} wrote`}
      className={cx("flex flex-col", ours ? "items-end" : "items-start")}
    >
      <BubbleFiles message={message} />
      {(message.content || message.media.length === 0) && (
        <div
          className={cx(
            BUBBLE,
            ours
              ? automatic
                ? "bg-bubble-agent text-bubble-agent-ink"
                : "bg-bubble-out text-bubble-out-ink"
              : "bg-bubble-in",
            (message.status === "suppressed" || message.status === "canceled") &&
              "bg-transparent! text-ink-2! shadow-[inset_0_0_0_1px_var(--line-strong)]",
            marked && "outline-2 outline-offset-2 outline-focus",
          )}
        >
          {message.content}
        </div>
      )}
      {ours ? (
        <OurFoot message={message} run={run} resent={resent} />
      ) : (
        (withFoot || message.fromOptedOut) && (
          <p className={FOOT}>
            <time dateTime={message.createdAt} title={sayFully(message.createdAt)}>
              {sayTime(message.createdAt)}
            </time>
            {message.fromOptedOut && (
              <>
                <span aria-hidden>·</span>
                <span className="text-warn">Written after opting out, so nobody answers it automatically</span>
              </>
            )}
          </p>
        )
      )}
    </article>
  );
});
