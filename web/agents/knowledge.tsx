import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { Agent, KnowledgeBase, KnowledgeSource, NewKnowledgeSource } from "../../contract/agents.ts";
import type { KnowledgeBaseId } from "../../contract/ids.ts";
import { keys } from "../api/keys.ts";
import { fieldErrors, sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, Input, Textarea } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Failed } from "../ui/state.tsx";
import { useToast } from "../ui/toast.tsx";

/** The knowledge bases that an agent answers from, with what they hold. */
export function Knowledge({ agent, mayWrite }: { agent: Agent; mayWrite: boolean }) {
  const { client, cache, queries } = useApi();
  const say = useToast();
  const bases = useQuery(queries.knowledgeBases());
  const make = useMutation({
    async mutationFn() {
      const body = { name: `What ${agent.name} knows`.slice(0, 100) };
      const base = await client.ask<KnowledgeBase>("/api/knowledge-bases", { method: "POST", body });
      await client.ask(`/api/agents/${agent.id}`, { method: "PATCH", body: { knowledgeBaseIds: [base.id] } });
    },
    onSuccess: () =>
      Promise.all([keys.knowledgeBases, keys.agents].map((queryKey) => cache.invalidateQueries({ queryKey }))),
    onError: (error) => say(sentenceOf(error), { bad: true }),
  });
  if (bases.isPending) return <Skeleton className="h-24 w-full" />;
  if (!bases.data) return <Failed again={() => void bases.refetch()}>{sentenceOf(bases.error)}</Failed>;
  const its = bases.data.filter((base) => agent.knowledgeBaseIds.includes(base.id));
  if (its.length === 0)
    return (
      <div className="grid justify-items-start gap-2">
        <p className="text-md text-ink-2">It has no knowledge base, so it hands every question to your team.</p>
        {mayWrite && (
          <Button busy={make.isPending} onClick={() => make.mutate()}>
            Give it one
          </Button>
        )}
      </div>
    );
  return its.map((base) => <Base key={base.id} base={base} mayWrite={mayWrite} />);
}

function Base({ base, mayWrite }: { base: KnowledgeBase; mayWrite: boolean }) {
  const { queries } = useApi();
  const sources = useInfiniteQuery(queries.sources(base.id));
  const [adding, setAdding] = useState<"pair" | "text" | null>(null);
  const items = sources.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div>
      <div className="flex flex-wrap items-center gap-2 border-b pb-2">
        <h3 className="flex-1 text-md font-semibold">{base.name}</h3>
        {mayWrite && (
          <>
            <Button onClick={() => setAdding("pair")}>
              <Plus aria-hidden className="size-3.5" /> Question and answer
            </Button>
            <Button onClick={() => setAdding("text")}>
              <Plus aria-hidden className="size-3.5" /> Text
            </Button>
          </>
        )}
      </div>
      {sources.isPending && <Skeleton className="mt-3 h-16 w-full" />}
      {sources.isError && !sources.data && (
        <Failed again={() => void sources.refetch()}>{sentenceOf(sources.error)}</Failed>
      )}
      {sources.data && items.length === 0 && (
        <p className="py-4 text-md text-ink-2">
          It is empty. Begin with the three questions that customers ask most, each with the answer you would give.
        </p>
      )}
      <ul>
        {items.map((source) => (
          <Source key={source.id} source={source} mayWrite={mayWrite} />
        ))}
      </ul>
      {sources.hasNextPage && (
        <Button className="mt-3" busy={sources.isFetchingNextPage} onClick={() => void sources.fetchNextPage()}>
          Show more
        </Button>
      )}
      {adding && <AddSource kind={adding} baseId={base.id} close={() => setAdding(null)} />}
    </div>
  );
}

function Source({ source, mayWrite }: { source: KnowledgeSource; mayWrite: boolean }) {
  const { client, cache } = useApi();
  const say = useToast();
  const remove = useMutation({
    mutationFn: () =>
      client.ask(`/api/knowledge-bases/${source.knowledgeBaseId}/sources/${source.id}`, { method: "DELETE" }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.sources(source.knowledgeBaseId) }),
    onError: (error) => say(sentenceOf(error), { bad: true }),
  });
  return (
    <li className="flex items-start gap-3 border-b py-2.5">
      <div className="min-w-0 flex-1">
        <p className="font-medium break-words">{source.title}</p>
        <p className="line-clamp-3 text-sm break-words whitespace-pre-wrap text-ink-2">{source.content}</p>
      </div>
      {mayWrite && (
        <IconButton label={`Remove “${source.title}”`} busy={remove.isPending} onClick={() => remove.mutate()}>
          <Trash2 aria-hidden />
        </IconButton>
      )}
    </li>
  );
}

const WORDS = {
  pair: { title: "Add a question and its answer", head: "Question", body: "Answer", add: "Add answer" },
  text: { title: "Add a text", head: "Title", body: "Text", add: "Add text" },
} as const;

function AddSource({ kind, baseId, close }: { kind: "pair" | "text"; baseId: KnowledgeBaseId; close(): void }) {
  const { client, cache } = useApi();
  const [head, setHead] = useState("");
  const [body, setBody] = useState("");
  const words = WORDS[kind];
  const add = useMutation({
    mutationFn: () => {
      const source: NewKnowledgeSource =
        kind === "pair" ? { kind, question: head, answer: body } : { kind, title: head, content: body };
      return client.ask<KnowledgeSource>(`/api/knowledge-bases/${baseId}/sources`, { method: "POST", body: source });
    },
    async onSuccess() {
      await cache.invalidateQueries({ queryKey: keys.sources(baseId) });
      close();
    },
  });
  const errors = fieldErrors(add.error);
  const [headError, bodyError] = [errors.question ?? errors.title, errors.answer ?? errors.content];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!add.isPending) add.mutate();
  };
  return (
    <Dialog open onClose={close} title={words.title}>
      <form onSubmit={submit} className="grid gap-4" noValidate>
        <Field
          label={words.head}
          error={headError}
          {...(kind === "pair" ? { help: "As a customer would ask it." } : {})}
        >
          {(field) => <Input {...field} value={head} onChange={(event) => setHead(event.target.value)} />}
        </Field>
        <Field
          label={words.body}
          error={bodyError}
          {...(kind === "pair" ? { help: "Sent as it stands where no language model is set up." } : {})}
        >
          {(field) => (
            <Textarea
              {...field}
              rows={kind === "pair" ? 4 : 10}
              value={body}
              onChange={(event) => setBody(event.target.value)}
            />
          )}
        </Field>
        <FormProblem>{add.isError && !headError && !bodyError ? sentenceOf(add.error) : null}</FormProblem>
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button
            type="submit"
            look="primary"
            busy={add.isPending}
            reason={head.trim() && body.trim() ? null : "Fill in both first."}
          >
            {words.add}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
