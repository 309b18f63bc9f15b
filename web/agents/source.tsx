import { useMutation } from "@tanstack/react-query";
import { Pencil, Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { KnowledgeSource } from "../../contract/agents.ts";
import { keys } from "../api/keys.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { IconButton } from "../ui/button.tsx";
import { useToast } from "../ui/toast.tsx";
import { asSent, SourceForm, type SourceWords } from "./source-form.tsx";

/** One thing that a knowledge base holds, to be read or, in the same place, changed. */
export function Source({ source, mayWrite }: { source: KnowledgeSource; mayWrite: boolean }) {
  const { client, cache } = useApi();
  const say = useToast();
  const [editing, setEditing] = useState(false);
  const row = useRef<HTMLLIElement>(null);
  const wasEditing = useRef(false);
  const path = `/api/knowledge-bases/${source.knowledgeBaseId}/sources/${source.id}`;
  const readAgain = () => cache.invalidateQueries({ queryKey: keys.sources(source.knowledgeBaseId) });
  const remove = useMutation({
    mutationFn: () => client.ask(path, { method: "DELETE" }),
    onSuccess: readAgain,
    onError: (error) => say(sentenceOf(error), { bad: true }),
  });
  const change = useMutation({
    mutationFn: (words: SourceWords) =>
      client.ask<KnowledgeSource>(path, { method: "PATCH", body: asSent(source.kind, words) }),
    async onSuccess() {
      await readAgain();
      setEditing(false);
    },
  });
  // The keys go into what opened, and back to where they came from.
  useEffect(() => {
    if (editing) row.current?.querySelector("input")?.focus();
    else if (wasEditing.current) row.current?.querySelector("button")?.focus();
    wasEditing.current = editing;
  }, [editing]);
  const cancel = () => {
    change.reset();
    setEditing(false);
  };
  if (editing)
    return (
      <li
        ref={row}
        className="border-b bg-canvas px-3.5 py-3"
        onKeyDown={(event) => {
          if (event.key === "Escape" && !change.isPending) cancel();
        }}
      >
        <SourceForm
          kind={source.kind}
          label={`Edit “${source.title}”`}
          before={source}
          act="Save"
          busy={change.isPending}
          error={change.error}
          onSave={(words) => change.mutate(words)}
          onCancel={cancel}
        />
      </li>
    );
  return (
    <li ref={row} className="flex items-start gap-1 border-b py-2.5">
      <div className="mr-2 min-w-0 flex-1">
        <p className="font-medium break-words">{source.title}</p>
        <p className="line-clamp-3 text-sm break-words whitespace-pre-wrap text-ink-2">{source.content}</p>
      </div>
      {mayWrite && (
        <>
          <IconButton label={`Edit “${source.title}”`} onClick={() => setEditing(true)}>
            <Pencil aria-hidden />
          </IconButton>
          <IconButton label={`Remove “${source.title}”`} busy={remove.isPending} onClick={() => remove.mutate()}>
            <Trash2 aria-hidden />
          </IconButton>
        </>
      )}
    </li>
  );
}
