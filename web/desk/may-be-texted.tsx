import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleSlash } from "lucide-react";
import { Refused } from "../api/client.ts";
import { sentenceOf } from "../api/problems.ts";
import { smsStanding } from "../contacts/consent-words.ts";
import { useApi } from "../shell/desk-api.ts";
import { sayDates } from "../shell/words.ts";
import { cx } from "../ui/cx.ts";

export interface MayText {
  state: "asking" | "yes" | "no";
  /** Why not, or not yet. */
  sentence: string | null;
}

const ASKING = "Looking whether they may be texted.";

/** Whether the gate lets a person write to this number, asked before anything is written. */
export function useMayText(to: string | null, from: string | null): MayText {
  const { queries } = useApi();
  const { data, error } = useQuery({ ...queries.maySend(to ?? "", from), enabled: to !== null });
  if (error instanceof Refused) return { state: "no", sentence: sentenceOf(error) };
  if (!data) return { state: "asking", sentence: ASKING };
  // What time heals holds a message back, and does not forbid it.
  const reason = data.reasons.find((each) => each.until === undefined);
  return reason ? { state: "no", sentence: sayDates(reason.message) } : { state: "yes", sentence: null };
}

/** What they allowed, in words, and what it rests on. */
export function MayBeTexted({ verdict, contactId }: { verdict: MayText; contactId: string | null }) {
  const { queries } = useApi();
  const { data: contact } = useQuery({ ...queries.contact(contactId ?? ""), enabled: contactId !== null });
  const { data: consent = [] } = useQuery({ ...queries.consent(contactId ?? ""), enabled: contactId !== null });
  const standing = contact ? smsStanding(contact, consent) : null;
  const no = verdict.state === "no";
  return (
    <p
      role="status"
      className={cx(
        "flex min-h-9 items-start gap-2 rounded-md px-3 py-2 text-sm",
        no ? "bg-bad-soft text-bad" : "bg-sunken text-ink-2",
      )}
    >
      {verdict.state === "asking" ? (
        ASKING
      ) : no ? (
        <>
          <CircleSlash aria-hidden className="mt-0.5 size-4 shrink-0" /> {verdict.sentence}
        </>
      ) : (
        <>
          <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-good" />
          <span>
            {standing && standing.tone !== "plain"
              ? `${standing.text}: ${standing.because}.`
              : "They never opted in: you may text them one to one, but not market to them."}
          </span>
        </>
      )}
    </p>
  );
}
