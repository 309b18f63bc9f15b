import { useMutation, useQuery } from "@tanstack/react-query";
import { ChevronDown } from "lucide-react";
import { type KeyboardEvent, type RefObject, useState } from "react";
import type { Conversation, Note } from "../../contract/conversations.ts";
import type { ConnectionId } from "../../contract/ids.ts";
import { countSegments } from "../../contract/segments.ts";
import { keys } from "../api/keys.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { memory } from "../shell/page.ts";
import { callThem, sayPhone } from "../shell/words.ts";
import { Badge, channelLabel } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { Menu, MenuItem, MenuTitle } from "../ui/menu.tsx";
import { useToast } from "../ui/toast.tsx";
import { Locked, useLock } from "./lock.tsx";
import { useOutbox } from "./outbox.ts";
import { Marked, SegmentCount } from "./segment-count.tsx";

export type ComposerMode = "answer" | "note";

const MAX_CHARACTERS = 1600;

interface Props {
  conversation: Conversation;
  mode: ComposerMode;
  setMode(mode: ComposerMode): void;
  box: RefObject<HTMLTextAreaElement | null>;
}

/** Words that outlive the page: what was written is there when one comes back. */
function useDraft(name: string): [string, (text: string) => void] {
  const [text, setText] = useState(() => memory.get(name) ?? "");
  return [
    text,
    (next) => {
      setText(next);
      memory.set(name, next);
    },
  ];
}

export function Composer(props: Props) {
  const { conversation, mode, setMode } = props;
  const [chosen, setChosen] = useState<ConnectionId | null>(null);
  const connectionId = chosen ?? conversation.connectionId;
  const lock = useLock(conversation, connectionId);
  return (
    <div className="px-[18px] pb-4 max-md:px-2 max-md:pb-2">
      <div className="rounded-lg border border-line-strong bg-raised shadow-float focus-within:border-accent">
        <div className="flex items-center gap-1 px-2.5 pt-2">
          <ModeButton name="Answer" on={mode === "answer"} choose={() => setMode("answer")} />
          <ModeButton name="Note" on={mode === "note"} choose={() => setMode("note")} />
          <span className="flex-1" />
          {mode === "answer" && <Sender conversation={conversation} connectionId={connectionId} choose={setChosen} />}
        </div>
        {mode === "note" ? (
          <NoteBox {...props} />
        ) : lock ? (
          <Locked lock={lock} />
        ) : (
          <AnswerBox {...props} connectionId={connectionId} />
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

/** By which of our numbers the next words go. */
function Sender({
  conversation,
  connectionId,
  choose,
}: {
  conversation: Conversation;
  connectionId: ConnectionId | null;
  choose(id: ConnectionId): void;
}) {
  const { queries } = useApi();
  const { data: channels = [] } = useQuery(queries.channels());
  const current = channels.find((each) => each.id === connectionId);
  const nameOf = (each: (typeof channels)[number]) =>
    each.friendlyName ?? (each.phoneNumber ? sayPhone(each.phoneNumber) : "Messaging Service");
  const label = `${channelLabel(conversation.channel)}${current ? ` · ${nameOf(current)}` : ""}`;
  const usable = channels.filter((each) => each.active && each.family === conversation.channel);
  if (usable.length < 2) return <Badge tone={conversation.channel}>{label}</Badge>;
  return (
    <Menu
      trigger={
        <button type="button" aria-label={`Sends by ${label}. Change`} className="max-md:min-h-11">
          <Badge tone={conversation.channel}>
            {label} <ChevronDown aria-hidden className="size-3" />
          </Badge>
        </button>
      }
    >
      <MenuTitle>Send from</MenuTitle>
      {usable.map((each) => (
        <MenuItem key={each.id} checked={each.id === connectionId} onSelect={() => choose(each.id)}>
          {nameOf(each)}
        </MenuItem>
      ))}
    </Menu>
  );
}

const TEXT =
  "col-start-1 row-start-1 px-3.5 pt-2 pb-1 text-md leading-normal break-words whitespace-pre-wrap max-md:text-[16px]";

/** Ctrl or Cmd with Enter sends; Escape gives the page its keys back. */
const onKeys = (send: () => void) => (event: KeyboardEvent<HTMLTextAreaElement>) => {
  if (event.key === "Escape") event.currentTarget.blur();
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.nativeEvent.isComposing) return;
  event.preventDefault();
  send();
};

function AnswerBox({ conversation, box, connectionId }: Props & { connectionId: ConnectionId | null }) {
  const [text, setText] = useDraft(`draft.${conversation.id}`);
  const outbox = useOutbox(conversation.id);
  const count = countSegments(text);
  const tooLong = count.characters > MAX_CHARACTERS;
  const reason =
    text.trim() === "" ? "Write something first." : tooLong ? "A text holds 1,600 characters at most." : null;
  const send = () => {
    if (reason) return;
    outbox.send({ content: text, ...(connectionId ? { connectionId } : {}) });
    setText("");
    box.current?.focus();
  };
  return (
    <>
      <div className="grid max-h-[38dvh] min-h-[52px] overflow-y-auto">
        <Marked text={text} characters={count.unicodeCharacters} className={TEXT} />
        <textarea
          ref={box}
          aria-label={`Answer to ${callThem(conversation.contact)}`}
          aria-describedby="segment-count"
          placeholder="Write an answer"
          value={text}
          rows={1}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeys(send)}
          className={cx(TEXT, "resize-none overflow-hidden bg-transparent outline-none")}
        />
      </div>
      <div className="flex items-end gap-3 px-2.5 pt-1 pb-2.5">
        <SegmentCount count={count} text={text} tooLong={tooLong} replace={setText} />
        <Button look="primary" reason={reason} onClick={send} aria-keyshortcuts="Control+Enter Meta+Enter">
          Send
        </Button>
      </div>
    </>
  );
}

function NoteBox({ conversation, box, setMode }: Props) {
  const { client, cache } = useApi();
  const say = useToast();
  const [text, setText] = useDraft(`note.${conversation.id}`);
  const add = useMutation({
    mutationFn: (content: string) =>
      client.ask<Note>(`/api/conversations/${conversation.id}/notes`, { method: "POST", body: { content } }),
    onSuccess(note) {
      cache.setQueryData<Note[]>(keys.notes(conversation.id), (notes) =>
        notes?.some((each) => each.id === note.id) ? notes : [note, ...(notes ?? [])],
      );
      setText("");
      setMode("answer");
    },
    onError: (error) => say(sentenceOf(error), { bad: true }),
  });
  const reason = text.trim() === "" ? "Write something first." : null;
  const save = () => {
    if (!reason && !add.isPending) add.mutate(text.trim());
  };
  return (
    <>
      <div className="grid max-h-[38dvh] min-h-[52px] overflow-y-auto">
        <div aria-hidden className={cx(TEXT, "invisible")}>{`${text} `}</div>
        <textarea
          ref={box}
          aria-label="Note for the team"
          placeholder="Write a note that only your team sees"
          value={text}
          rows={1}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeys(save)}
          className={cx(TEXT, "resize-none overflow-hidden bg-transparent outline-none")}
        />
      </div>
      <div className="flex items-center gap-3 px-2.5 pt-1 pb-2.5">
        <p className="flex-1 text-sm text-ink-3">The customer never sees it.</p>
        <Button look="primary" reason={reason} busy={add.isPending} onClick={save}>
          Add note
        </Button>
      </div>
    </>
  );
}
