import { Clock, WifiOff } from "lucide-react";
import { sayAppointment } from "../shell/zones.ts";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { BUBBLE } from "./bubble.tsx";
import { FOOT } from "./bubble-foot.tsx";
import { useDeskZone } from "./clocks.ts";
import type { Pending } from "./outbox.ts";

/** Our words between the button and the server's answer. */
export function PendingBubble({ pending, again, forget }: { pending: Pending; again(): void; forget(): void }) {
  const zone = useDeskZone();
  const { body, problem, state } = pending;
  return (
    <article aria-label="We wrote, not sent yet" className="flex flex-col items-end">
      <div
        className={cx(
          BUBBLE,
          state === "failed"
            ? "bg-bubble-out text-bubble-out-ink"
            : "bg-bubble-agent text-bubble-agent-ink shadow-[inset_0_0_0_1px_var(--bubble-out)]",
        )}
      >
        {body.content}
      </div>
      {state === "failed" ? (
        <div role="alert" className="mx-1 mt-1 mb-2 grid max-w-[66%] justify-items-end gap-1.5 max-md:max-w-[86%]">
          <p className="text-right text-xs text-bad">Not sent. {problem}</p>
          <div className="flex gap-2">
            <Button onClick={forget}>Discard</Button>
            <Button look="primary" onClick={again}>
              Try again
            </Button>
          </div>
        </div>
      ) : (
        <p role="status" className={FOOT}>
          {state === "waiting" ? (
            <>
              Waits for the connection, then leaves by itself <WifiOff aria-hidden className="size-[13px]" />
              <button
                type="button"
                onClick={forget}
                className="underline decoration-line-strong underline-offset-2 hover:text-ink max-md:min-h-11"
              >
                Discard
              </button>
            </>
          ) : (
            <>
              {body.sendAt ? `Scheduling for ${sayAppointment(zone, new Date(body.sendAt))}` : "Sending"}{" "}
              <Clock aria-hidden className="size-[13px]" />
            </>
          )}
        </p>
      )}
    </article>
  );
}
