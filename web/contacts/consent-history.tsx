import { Link } from "@tanstack/react-router";
import type { ConsentEvent } from "../../contract/consent.ts";
import type { InboxSearch } from "../desk/inbox-search.ts";
import { sayFully, sayMoment, sayPhone } from "../shell/words.ts";
import { channelLabel } from "../ui/badge.tsx";
import { cx } from "../ui/cx.ts";
import { howWeKnow } from "./consent-words.ts";

const ACTS: Record<ConsentEvent["action"], string> = {
  opt_in: "Opted in",
  opt_out: "Opted out",
  suppressed: "Blocked",
  review: "Asked to look: not clear whether they want to stop",
};

/** Their own words stand in the sentence itself. */
const QUOTES_PROOF = new Set<ConsentEvent["source"]>(["keyword", "free_text"]);

/** Every act of consent as the ledger has it, newest first, with its number and fingerprint. */
export function ConsentHistory({ events }: { events: readonly ConsentEvent[] }) {
  if (events.length === 0)
    return <p className="mt-3 text-sm text-ink-2">Nothing is on record: they neither opted in nor out.</p>;
  return (
    <ol aria-label="Consent history, newest first" className="mt-3 grid gap-3 text-sm">
      {events.map((event) => (
        <li key={event.id} className="grid grid-cols-[8px_minmax(0,1fr)] gap-2.5">
          <span
            aria-hidden
            className={cx(
              "mt-[6px] size-[7px] rounded-full",
              event.action === "opt_in" ? "bg-good" : event.action === "review" ? "bg-warn" : "bg-bad",
            )}
          />
          <div className="break-words">
            {event.action === "review" && event.source !== "free_text" ? "Looked at: no opt-out" : ACTS[event.action]}{" "}
            {event.action !== "review" && howWeKnow(event)}
            <span className="block text-xs text-ink-3 tabular">
              <time dateTime={event.at} title={sayFully(event.at)}>
                {sayMoment(event.at)}
              </time>
              {" · "}
              {channelLabel(event.channel)}
              {event.sender && ` · to ${sayPhone(event.sender)}`}
            </span>
            {event.proof && !QUOTES_PROOF.has(event.source) && (
              <span className="block text-ink-2">Proof: {event.proof}</span>
            )}
            {event.disclosure && <span className="block text-ink-2">They were told: “{event.disclosure}”</span>}
            <span className="block text-xs text-ink-3 tabular">
              No. {event.seq} in the ledger,{" "}
              <span className="font-mono" title={event.hash}>
                {event.hash.slice(0, 12)}
              </span>
              {event.messageId && (
                <>
                  {" · "}
                  <Link
                    to="."
                    search={(before: InboxSearch) => ({
                      ...before,
                      panel: undefined,
                      message: event.messageId ?? undefined,
                    })}
                    className="underline underline-offset-2"
                  >
                    their message
                  </Link>
                </>
              )}
            </span>
          </div>
        </li>
      ))}
    </ol>
  );
}
