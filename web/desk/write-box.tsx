import type { ComponentProps, KeyboardEvent, ReactNode } from "react";
import { useState } from "react";
import type { ConversationId } from "../../contract/ids.ts";
import { memory } from "../shell/page.ts";
import { cx } from "../ui/cx.ts";

export type ComposerMode = "answer" | "note";

/** Where a box and what lies behind it have their letters. */
export const LETTERS =
  "col-start-1 row-start-1 px-3.5 pt-2 pb-1 text-md leading-normal break-words whitespace-pre-wrap max-md:text-[16px]";

/** Without what no text can hold: the character of no value, and halves of characters. */
const sendable = (text: string): string => text.replaceAll("\0", "").replace(/\p{Surrogate}/gu, "");

/** Words that outlive the page: what was written is there when one comes back. */
export function useDraft(name: string): [string, (text: string) => void] {
  const [text, setText] = useState(() => sendable(memory.get(name) ?? ""));
  return [
    text,
    (next) => {
      const kept = sendable(next);
      setText(kept);
      memory.set(name, kept);
    },
  ];
}

/** What is written in a conversation: answers, until one chooses notes there, and notes until one chooses to answer. */
export function useComposerMode(id: ConversationId): [ComposerMode, (mode: ComposerMode) => void] {
  const [mode, setMode] = useDraft(`mode.${id}`);
  return [mode === "note" ? "note" : "answer", (next) => setMode(next === "note" ? next : "")];
}

/** Ctrl or Cmd with Enter sends; Escape gives the page its keys back. */
export const onSendKeys = (send: () => void) => (event: KeyboardEvent<HTMLTextAreaElement>) => {
  if (event.defaultPrevented) return;
  if (event.key === "Escape") event.currentTarget.blur();
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.nativeEvent.isComposing) return;
  event.preventDefault();
  send();
};

/** A box that grows with its text. @param behind the same text once more, marked, of the same size */
export const WriteBox = ({ behind, className, ...rest }: ComponentProps<"textarea"> & { behind: ReactNode }) => (
  <div className="grid max-h-[38dvh] min-h-[52px] overflow-y-auto">
    {behind}
    <textarea
      rows={1}
      {...rest}
      className={cx(LETTERS, "resize-none overflow-hidden bg-transparent outline-none", className)}
    />
  </div>
);
