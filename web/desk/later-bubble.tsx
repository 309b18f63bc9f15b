import { useMutation } from "@tanstack/react-query";
import { CalendarClock } from "lucide-react";
import type { Message } from "../../contract/messages.ts";
import { keys } from "../api/keys.ts";
import { placeMessage } from "../api/placing.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { useMay, useMe } from "../shell/session.ts";
import { sayDates, sayFully } from "../shell/words.ts";
import { placeOf, sayIn } from "../shell/zones.ts";
import { cx } from "../ui/cx.ts";
import { useToast } from "../ui/toast.tsx";
import { BUBBLE } from "./bubble.tsx";
import { FOOT } from "./bubble-foot.tsx";
import { useDeskZone } from "./clocks.ts";
import { useDialogs } from "./dialogs.ts";
import { sendWords } from "./outbox.ts";

const LINK =
  "font-medium text-accent underline underline-offset-2 max-md:inline-flex max-md:min-h-11 max-md:items-center";

/** Changes when a message leaves; null: now. */
export function useMoveMessage() {
  const { client, cache } = useApi();
  const say = useToast();
  return useMutation({
    mutationFn: ({ message, sendAt }: { message: Message; sendAt: Date | null; done: string }) =>
      client.ask<Message>(`/api/messages/${message.id}`, {
        method: "PATCH",
        body: { sendAt: sendAt?.toISOString() ?? null },
      }),
    onSuccess(moved, { done }) {
      placeMessage(cache, moved);
      void cache.invalidateQueries({ queryKey: keys.scheduled(moved.conversationId) });
      // The gate may hold it longer than asked, and says why.
      say(moved.reason?.message ?? done);
    },
    onError: (error) => say(sentenceOf(error), { bad: true }),
  });
}

function useCancel() {
  const api = useApi();
  const { client, cache } = api;
  const me = useMe();
  const say = useToast();
  return useMutation({
    mutationFn: (message: Message) => client.ask<Message>(`/api/messages/${message.id}/cancel`, { method: "POST" }),
    onSuccess(canceled, { sendAt, connectionId, content }) {
      placeMessage(cache, canceled);
      void cache.invalidateQueries({ queryKey: keys.scheduled(canceled.conversationId) });
      const run = () =>
        sendWords(api, me.actor.id ?? "", canceled.conversationId, {
          content,
          connectionId,
          ...(sendAt ? { sendAt } : {}),
        });
      // Files go with the message that they were uploaded for.
      say("Taken back. It never leaves.", canceled.media.length === 0 ? { act: { name: "Undo", run } } : {});
    },
    onError: (error) => say(sentenceOf(error), { bad: true }),
  });
}

/** What waits for its time: below all that was said, with what can still be done about it. */
export function LaterBubble({ message }: { message: Message }) {
  const may = useMay();
  const dialogs = useDialogs();
  const zone = useDeskZone();
  const move = useMoveMessage();
  const cancel = useCancel();
  const waitsForReview = message.reason?.code === "in_review";
  const at = message.sendAt ? new Date(message.sendAt) : null;
  return (
    <article data-message={message.id} aria-label="We wrote, for later" className="flex flex-col items-end">
      <div className={cx(BUBBLE, "border border-dashed border-accent text-ink-2")}>{message.content}</div>
      <p className={cx(FOOT, "justify-end gap-x-2.5!")}>
        <CalendarClock aria-hidden className="size-[13px]" />
        {waitsForReview ? (
          "Waits for the review"
        ) : at ? (
          <time dateTime={at.toISOString()} title={sayFully(at.toISOString())}>
            Leaves {sayIn(zone, at)} ({placeOf(zone)})
          </time>
        ) : (
          "Leaves later"
        )}
        {may("inbox.reply") && (
          <span className="inline-flex gap-x-3">
            {!waitsForReview && (
              <>
                <button
                  type="button"
                  className={LINK}
                  onClick={() => move.mutate({ message, sendAt: null, done: "It leaves now." })}
                >
                  Send now
                </button>
                <button type="button" className={LINK} onClick={() => dialogs.open("move", { of: message.id })}>
                  Change
                </button>
              </>
            )}
            <button type="button" className={LINK} onClick={() => cancel.mutate(message)}>
              Cancel
            </button>
          </span>
        )}
      </p>
      {message.reason && (
        <p className="mx-1 -mt-1.5 mb-2 max-w-[66%] text-right text-xs text-pretty text-warn max-md:max-w-[86%]">
          {sayDates(message.reason.message)}
        </p>
      )}
    </article>
  );
}
