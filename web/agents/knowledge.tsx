import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { Agent, KnowledgeBase, KnowledgeSource } from "../../contract/agents.ts";
import type { KnowledgeBaseId } from "../../contract/ids.ts";
import { keys } from "../api/keys.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Failed } from "../ui/state.tsx";
import { useToast } from "../ui/toast.tsx";
import { Source } from "./source.tsx";
import { asSent, SourceForm, type SourceWords } from "./source-form.tsx";
import { AskBeforeLost, useTypedWords } from "./typed-words.tsx";

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

const TITLES = { pair: "Add a question and its answer", text: "Add a text" } as const;
const EMPTY: SourceWords = { title: "", content: "" };
const ACTS = { pair: "Add answer", text: "Add text" } as const;

function AddSource({ kind, baseId, close }: { kind: KnowledgeSource["kind"]; baseId: KnowledgeBaseId; close(): void }) {
  const { client, cache } = useApi();
  const add = useMutation({
    mutationFn: (words: SourceWords) =>
      client.ask<KnowledgeSource>(`/api/knowledge-bases/${baseId}/sources`, {
        method: "POST",
        body: { kind, ...asSent(kind, words) },
      }),
    async onSuccess() {
      await cache.invalidateQueries({ queryKey: keys.sources(baseId) });
      close();
    },
  });
  const typed = useTypedWords(EMPTY, close);
  return (
    <Dialog open onClose={typed.close} title={TITLES[kind]}>
      <SourceForm
        kind={kind}
        typed={typed}
        act={ACTS[kind]}
        busy={add.isPending}
        error={add.error}
        onSave={(words) => add.mutate(words)}
        onCancel={close}
      />
      <AskBeforeLost typed={typed} />
    </Dialog>
  );
}
