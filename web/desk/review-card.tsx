import { useMutation, useQuery } from "@tanstack/react-query";
import { CircleAlert } from "lucide-react";
import type { Review } from "../../contract/consent.ts";
import type { Conversation } from "../../contract/conversations.ts";
import { reviewQuestion } from "../../contract/review-question.ts";
import { keys } from "../api/keys.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { useMay } from "../shell/session.ts";
import { callThem, firstNameOf, sayFully, sayMomentWithin } from "../shell/words.ts";
import { Button } from "../ui/button.tsx";
import { useToast } from "../ui/toast.tsx";
import { sayRule } from "./review-words.ts";

/** A text that may be an opt-out: the words that fired, what it means until somebody has decided, and the decision. */
export function ReviewCard({ conversation }: { conversation: Conversation }) {
  const { queries } = useApi();
  const { data: [review] = [] } = useQuery(queries.reviews(conversation.id));
  return review ? <Card review={review} conversation={conversation} /> : null;
}

function Card({ review, conversation }: { review: Review; conversation: Conversation }) {
  const may = useMay();
  const { queries } = useApi();
  const { data: workspace } = useQuery(queries.workspace());
  const { decide, ask, busy } = useDecision(review);
  const { dueAt, askedAt, rule } = review;
  const { name } = conversation.contact;
  const who = name ? firstNameOf(callThem(conversation.contact)) : "they";
  const due = (
    <time dateTime={dueAt} title={sayFully(dueAt)} className="font-medium whitespace-nowrap tabular">
      {sayMomentWithin(dueAt)}
    </time>
  );
  return (
    <section
      aria-labelledby="review"
      className="mx-[18px] mb-3 grid gap-2 rounded-lg bg-warn-soft px-3.5 py-3 text-sm max-md:mx-2 max-md:mb-2"
    >
      <h2 id="review" className="flex items-center gap-2 font-semibold text-warn">
        <CircleAlert aria-hidden className="size-4 shrink-0" />
        Did {who} ask you to stop?
      </h2>
      <Words review={review} />
      <p className="text-pretty text-ink-2">
        {sayRule(rule)} Until it is decided, only your own replies leave.{" "}
        {askedAt ? (
          <>They were asked ({sayMomentWithin(askedAt)}). Without an answer by </>
        ) : (
          <>Without a decision by </>
        )}
        {due}, it counts as a stop.
      </p>
      {may("consent.record") && (
        <div className="mt-1 flex flex-wrap items-center gap-2">
          <Button busy={busy} onClick={() => decide("opt_out")}>
            They meant stop
          </Button>
          <Button busy={busy} onClick={() => decide("keep")}>
            Not an opt-out
          </Button>
          {may("inbox.reply") && (
            <Button
              look="quiet"
              busy={busy}
              aria-describedby={askedAt ? undefined : "review-question"}
              reason={askedAt ? "They were asked already, and may be asked once." : null}
              onClick={ask}
            >
              Ask once
            </Button>
          )}
        </div>
      )}
      {may("inbox.reply") && !askedAt && workspace && (
        <p id="review-question" className="text-xs text-pretty text-ink-3">
          Asking sends “{reviewQuestion(workspace.name)}”
        </p>
      )}
    </section>
  );
}

/** Their text, with the words that made the rule fire marked. */
function Words({ review: { message, fired } }: { review: Review }) {
  if (!message) return null;
  const { content } = message;
  const { start, end } = fired ?? { start: 0, end: 0 };
  return (
    <blockquote className="max-h-24 overflow-y-auto break-words whitespace-pre-wrap">
      “{content.slice(0, start)}
      {end > start && (
        <mark className="rounded-[3px] bg-transparent font-semibold text-ink underline decoration-warn decoration-2 underline-offset-3">
          {content.slice(start, end)}
        </mark>
      )}
      {content.slice(end)}”
    </blockquote>
  );
}

const DONE = {
  opt_out: "Recorded: they opted out. Nothing more leaves for them.",
  keep: "Noted: no opt-out. What was held goes on.",
};

function useDecision({ id, conversationId }: Review) {
  const { client, cache } = useApi();
  const say = useToast();
  const settled = () => {
    void cache.invalidateQueries({ queryKey: keys.reviews(conversationId) });
    void cache.invalidateQueries({ queryKey: keys.conversation(conversationId) });
  };
  const deciding = useMutation({
    mutationFn: (verdict: "opt_out" | "keep") =>
      client.ask<Review>(`/api/reviews/${id}/decide`, { method: "POST", body: { verdict } }),
    onSuccess(_review, verdict) {
      say(DONE[verdict]);
      // The card goes, and with it the button that has the focus.
      document.querySelector<HTMLElement>('section[aria-label="Messages"]')?.focus();
    },
    onError: (error) => say(sentenceOf(error), { bad: true }),
    onSettled: settled,
  });
  const asking = useMutation({
    mutationFn: () => client.ask<Review>(`/api/reviews/${id}/ask`, { method: "POST", body: {} }),
    onSuccess: () => say("Asked. Their answer, or silence, decides."),
    onError: (error) => say(sentenceOf(error), { bad: true }),
    onSettled: settled,
  });
  return {
    decide: (verdict: "opt_out" | "keep") => deciding.mutate(verdict),
    ask: () => asking.mutate(),
    busy: deciding.isPending || asking.isPending,
  };
}
