import { useState } from "react";
import { Confirm } from "../ui/confirm.tsx";
import { LeaveUnsaved } from "./leave-unsaved.tsx";
import type { SourceWords } from "./source-form.tsx";

/** What is typed of a source, until it is saved. */
export interface Typed {
  words: SourceWords;
  set(words: SourceWords): void;
  isUnsaved: boolean;
  /** Closes what it is typed in, and asks first where that would lose something. */
  close(): void;
  /** The question, while it is asked. */
  question: { stay(): void; drop(): void } | null;
}

export function useTypedWords(before: SourceWords, drop: () => void): Typed {
  const [words, set] = useState(before);
  const [isAsked, ask] = useState(false);
  const isUnsaved = words.title !== before.title || words.content !== before.content;
  return {
    ...{ words, set, isUnsaved },
    close: () => (isUnsaved ? ask(true) : drop()),
    question: isAsked ? { stay: () => ask(false), drop } : null,
  };
}

/** Asks before what is typed is lost, by a key or a click beside it, or by leaving the page. */
export function AskBeforeLost({ typed: { isUnsaved, question } }: { typed: Typed }) {
  return (
    <>
      <LeaveUnsaved name="what it knows" isUnsaved={isUnsaved} />
      {question && (
        <Confirm
          title="Drop what you typed?"
          act="Drop it"
          busy={false}
          problem={null}
          onConfirm={question.drop}
          onClose={question.stay}
        >
          It is not saved. If you close this now, it is lost.
        </Confirm>
      )}
    </>
  );
}
