import { type RefObject, useState } from "react";
import type { Conversation } from "../../contract/conversations.ts";
import type { ConnectionId } from "../../contract/ids.ts";
import { WRITING } from "../shell/keyboard.ts";
import { cx } from "../ui/cx.ts";
import { AnswerBox } from "./answer-box.tsx";
import type { InboxSearch } from "./inbox-search.ts";
import { Locked, useLock } from "./lock.tsx";
import { NoteBox } from "./note-box.tsx";
import { SenderMenu } from "./sender-menu.tsx";
import type { ComposerMode } from "./write-box.tsx";

interface Props {
  conversation: Conversation;
  search: InboxSearch;
  mode: ComposerMode;
  /** Goes over to a mode, and to its field. */
  write(mode: ComposerMode): void;
  box: RefObject<HTMLTextAreaElement | null>;
}

export function Composer({ conversation, search, mode, write, box }: Props) {
  const [chosen, setChosen] = useState<ConnectionId | null>(null);
  const connectionId = chosen ?? conversation.connectionId;
  const lock = useLock(conversation, connectionId);
  return (
    <div {...WRITING} className="px-[18px] pb-4 max-md:px-2 max-md:pb-2">
      <div
        className={cx(
          "relative rounded-lg border border-line-strong shadow-float",
          mode === "note" ? "bg-warn-soft focus-within:border-warn" : "bg-raised focus-within:border-accent",
        )}
      >
        <div className="flex items-center gap-1 px-2.5 pt-2">
          <ModeButton name="Answer" on={mode === "answer"} choose={() => write("answer")} />
          <ModeButton name="Note" on={mode === "note"} choose={() => write("note")} />
          <span className="flex-1" />
          {mode === "answer" && (
            <SenderMenu channel={conversation.channel} connectionId={connectionId} choose={setChosen} />
          )}
        </div>
        {mode === "note" ? (
          <NoteBox conversation={conversation} box={box} />
        ) : lock ? (
          <Locked lock={lock} />
        ) : (
          <AnswerBox conversation={conversation} search={search} box={box} connectionId={connectionId} />
        )}
      </div>
    </div>
  );
}

const ModeButton = ({ name, on, choose }: { name: string; on: boolean; choose(): void }) => (
  <button
    type="button"
    aria-pressed={on}
    onClick={choose}
    className={cx(
      "rounded-sm px-2 py-0.5 text-sm font-medium max-md:min-h-11 max-md:px-3",
      on ? "bg-sunken text-ink" : "text-ink-3 hover:text-ink",
    )}
  >
    {name}
  </button>
);
