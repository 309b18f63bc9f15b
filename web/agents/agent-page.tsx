import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { useState } from "react";
import type { Agent } from "../../contract/agents.ts";
import { keys } from "../api/keys.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { PageFrame } from "../shell/page-frame.tsx";
import { useMay } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { Confirm } from "../ui/confirm.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Empty, Failed } from "../ui/state.tsx";
import { Switch } from "../ui/switch.tsx";
import { useToast } from "../ui/toast.tsx";
import { AgentFields } from "./agent-fields.tsx";
import { Knowledge } from "./knowledge.tsx";
import { LanguageModelSection } from "./language-model.tsx";
import { LeaveUnsaved } from "./leave-unsaved.tsx";
import { Published } from "./published.tsx";
import { sayNotSaved, useAgentForm, useChangeAgent } from "./use-agent-form.ts";

export function AgentPage() {
  const { agentId } = useParams({ from: "/app/agents/$agentId" });
  const { queries } = useApi();
  const agents = useQuery(queries.agents());
  const agent = agents.data?.find((each) => each.id === agentId);
  if (agent) return <OneAgent key={agent.id} agent={agent} />;
  return (
    <PageFrame title="Agent">
      {agents.isPending && <Skeleton className="h-40 w-full" />}
      {agents.isError && <Failed again={() => void agents.refetch()}>{sentenceOf(agents.error)}</Failed>}
      {agents.data && <Empty title="This agent is not here">It may have been removed, or belong elsewhere.</Empty>}
    </PageFrame>
  );
}

function OneAgent({ agent }: { agent: Agent }) {
  const may = useMay();
  const say = useToast();
  const change = useChangeAgent(agent);
  const form = useAgentForm(agent);
  const [removing, setRemoving] = useState(false);
  const mayWrite = may("agents.write");
  return (
    <PageFrame
      title={agent.name}
      about={
        agent.active ? "It answers where its numbers are connected." : "It is off: every text waits for your team."
      }
      act={
        <div className="flex items-center gap-3">
          <Link
            to="/agents"
            search={{ dialog: undefined }}
            className="flex min-h-8 items-center gap-1 text-sm font-medium text-ink-2 hover:text-ink max-md:min-h-11"
          >
            <ArrowLeft aria-hidden className="size-3.5" /> All agents
          </Link>
          <Switch
            label={`${agent.name} answers`}
            checked={agent.active}
            disabled={!mayWrite || change.isPending}
            onChange={(active) =>
              change.mutate({ active }, { onError: (error) => say(sentenceOf(error), { bad: true }) })
            }
          />
        </div>
      }
    >
      <div className="grid gap-10">
        <AgentFields agent={agent} form={form} mayWrite={mayWrite} />
        <section aria-labelledby="published" className="grid grid-cols-1 gap-3">
          <h2 id="published" className="text-lg font-semibold tracking-tight">
            Published
          </h2>
          <Published agent={agent} form={form} mayWrite={mayWrite} />
        </section>
        {mayWrite && (
          <section aria-labelledby="model" className="grid gap-2">
            <h2 id="model" className="text-lg font-semibold tracking-tight">
              Language model
            </h2>
            <LanguageModelSection agent={agent} busy={change.isPending} change={change.mutate} />
          </section>
        )}
        <section aria-labelledby="knowledge" className="grid gap-4">
          <h2 id="knowledge" className="text-lg font-semibold tracking-tight">
            What it knows
          </h2>
          <Knowledge agent={agent} mayWrite={mayWrite} />
        </section>
        {mayWrite && (
          <section aria-labelledby="remove" className="grid justify-items-start gap-2 border-t pt-5">
            <h2 id="remove" className="text-lg font-semibold tracking-tight">
              Remove
            </h2>
            <p className="text-md text-ink-2">Its numbers are answered by your team then. What it said stays.</p>
            <Button onClick={() => setRemoving(true)}>Remove {agent.name}</Button>
          </section>
        )}
      </div>
      <LeaveUnsaved name={agent.name} isUnsaved={form.isUnsaved} save={form.save} sayProblem={sayNotSaved} />
      {removing && <RemoveAgent agent={agent} close={() => setRemoving(false)} />}
    </PageFrame>
  );
}

function RemoveAgent({ agent, close }: { agent: Agent; close(): void }) {
  const { client, cache } = useApi();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => client.ask(`/api/agents/${agent.id}`, { method: "DELETE" }),
    async onSuccess() {
      await navigate({ to: "/agents", search: { dialog: undefined }, ignoreBlocker: true });
      void cache.invalidateQueries({ queryKey: keys.agents });
    },
  });
  return (
    <Confirm
      title={`Remove ${agent.name}?`}
      act="Remove"
      busy={remove.isPending}
      problem={remove.isError ? sentenceOf(remove.error) : null}
      onConfirm={() => remove.mutate()}
      onClose={close}
    >
      Conversations that it is answering wait for your team. What it knows stays in its knowledge base.
    </Confirm>
  );
}
