import { useMutation } from "@tanstack/react-query";
import type { RefObject } from "react";
import type { Conversation, Note } from "../../contract/conversations.ts";
import { keys } from "../api/keys.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { useToast } from "../ui/toast.tsx";
import { LETTERS, onSendKeys, useDraft, WriteBox } from "./write-box.tsx";

/** Notes follow one another: it stays until somebody chooses to answer, so that no word for the team is texted. */
export function NoteBox({
  conversation,
  box,
}: {
  conversation: Conversation;
  box: RefObject<HTMLTextAreaElement | null>;
}) {
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
      box.current?.focus();
    },
    onError: (error) => say(sentenceOf(error), { bad: true }),
  });
  const reason = text.trim() === "" ? "Write something first." : null;
  const save = () => {
    if (!reason && !add.isPending) add.mutate(text.trim());
  };
  return (
    <>
      <WriteBox
        ref={box}
        aria-label="Note for the team"
        placeholder="Write a note that only your team sees"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onSendKeys(save)}
        behind={<div aria-hidden className={cx(LETTERS, "invisible")}>{`${text} `}</div>}
      />
      <div className="flex items-center gap-3 px-2.5 pt-1 pb-2.5">
        <p className="flex-1 text-sm text-ink-3">The customer never sees it.</p>
        <Button look="primary" reason={reason} busy={add.isPending} onClick={save}>
          Add note
        </Button>
      </div>
    </>
  );
}
