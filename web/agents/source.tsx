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
import { AskBeforeLost, useTypedWords } from "./typed-words.tsx";

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
  // The keys go into what opened, and back to where they came from.
  useEffect(() => {
    if (editing) row.current?.querySelector("input")?.focus();
    else if (wasEditing.current) row.current?.querySelector("button")?.focus();
    wasEditing.current = editing;
  }, [editing]);
  if (editing)
    return (
      <li ref={row} className="border-b bg-canvas px-3.5 py-3">
        <EditSource source={source} path={path} readAgain={readAgain} close={() => setEditing(false)} />
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

function EditSource({
  source,
  path,
  readAgain,
  close,
}: {
  source: KnowledgeSource;
  path: string;
  readAgain(): Promise<void>;
  close(): void;
}) {
  const { client } = useApi();
  const typed = useTypedWords(source, close);
  const change = useMutation({
    mutationFn: (words: SourceWords) =>
      client.ask<KnowledgeSource>(path, { method: "PATCH", body: asSent(source.kind, words) }),
    async onSuccess() {
      await readAgain();
      close();
    },
  });
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it hears a key that its fields let pass */}
      <div
        onKeyDown={(event) => {
          if (event.key === "Escape" && !change.isPending) typed.close();
        }}
      >
        <SourceForm
          kind={source.kind}
          label={`Edit “${source.title}”`}
          typed={typed}
          act="Save"
          busy={change.isPending}
          error={change.error}
          onSave={(words) => change.mutate(words)}
          onCancel={close}
        />
      </div>
      <AskBeforeLost typed={typed} />
    </>
  );
}
