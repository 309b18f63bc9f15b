import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { Agent, AgentPatch } from "../../contract/agents.ts";
import { keys } from "../api/keys.ts";
import { fieldErrors, sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { PageFrame } from "../shell/page-frame.tsx";
import { NOT_ALLOWED, useMay } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { Confirm } from "../ui/confirm.tsx";
import { Field, Input, Textarea } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Empty, Failed } from "../ui/state.tsx";
import { Switch } from "../ui/switch.tsx";
import { useToast } from "../ui/toast.tsx";
import { Knowledge } from "./knowledge.tsx";
import { LanguageModelSection } from "./language-model.tsx";
import { Published } from "./published.tsx";

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

function useChangeAgent(agent: Agent) {
  const { client, cache } = useApi();
  return useMutation({
    mutationFn: (body: AgentPatch) => client.ask<Agent>(`/api/agents/${agent.id}`, { method: "PATCH", body }),
    onSuccess(changed) {
      cache.setQueryData<Agent[]>(keys.agents, (all) => all?.map((each) => (each.id === changed.id ? changed : each)));
    },
  });
}

function OneAgent({ agent }: { agent: Agent }) {
  const may = useMay();
  const say = useToast();
  const change = useChangeAgent(agent);
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
        <AgentForm agent={agent} mayWrite={mayWrite} />
        <section aria-labelledby="knowledge" className="grid gap-4">
          <h2 id="knowledge" className="text-lg font-semibold tracking-tight">
            What it knows
          </h2>
          <Knowledge agent={agent} mayWrite={mayWrite} />
        </section>
        {mayWrite && (
          <section aria-labelledby="model" className="grid gap-2">
            <h2 id="model" className="text-lg font-semibold tracking-tight">
              Language model
            </h2>
            <LanguageModelSection agent={agent} busy={change.isPending} change={change.mutate} />
          </section>
        )}
        <section aria-labelledby="published" className="grid grid-cols-1 gap-3">
          <h2 id="published" className="text-lg font-semibold tracking-tight">
            Published
          </h2>
          <Published agent={agent} mayWrite={mayWrite} />
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
      {removing && <RemoveAgent agent={agent} close={() => setRemoving(false)} />}
    </PageFrame>
  );
}

function AgentForm({ agent, mayWrite }: { agent: Agent; mayWrite: boolean }) {
  const say = useToast();
  const change = useChangeAgent(agent);
  const [form, setForm] = useState({
    name: agent.name,
    instructions: agent.instructions,
    handoverText: agent.handoverText ?? "",
    bound: Math.round(agent.confidenceBound * 100),
  });
  const set = (part: Partial<typeof form>) => setForm((before) => ({ ...before, ...part }));
  const errors = fieldErrors(change.error);
  const placed = ["name", "instructions", "handoverText", "confidenceBound"].some((field) => errors[field]);
  const same =
    form.name.trim() === agent.name &&
    form.instructions === agent.instructions &&
    form.handoverText.trim() === (agent.handoverText ?? "") &&
    form.bound === Math.round(agent.confidenceBound * 100);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(
      {
        name: form.name.trim(),
        instructions: form.instructions,
        handoverText: form.handoverText.trim() || null,
        confidenceBound: form.bound / 100,
      },
      {
        onSuccess: ({ published }) =>
          say(published.some((each) => each.differs) ? "Saved. What is published stays as it is." : "Saved."),
      },
    );
  };
  return (
    <form onSubmit={submit} className="grid max-w-[40rem] gap-4" noValidate>
      <Field label="Name" error={errors.name}>
        {(field) => (
          <Input
            {...field}
            readOnly={!mayWrite}
            value={form.name}
            onChange={(event) => set({ name: event.target.value })}
          />
        )}
      </Field>
      <Field
        label="Instructions"
        error={errors.instructions}
        help={`How it should speak, and what it should leave to people. ${agent.modelId ? "Its language model goes by this." : "For a language model, where one writes its answers."}`}
      >
        {(field) => (
          <Textarea
            {...field}
            rows={5}
            readOnly={!mayWrite}
            value={form.instructions}
            onChange={(event) => set({ instructions: event.target.value })}
          />
        )}
      </Field>
      <Field
        label={`Confidence it needs to answer: ${form.bound}%`}
        error={errors.confidenceBound}
        help="Below it the agent asks your team. Higher means fewer answers of its own, and fewer wrong ones."
      >
        {(field) => (
          <input
            {...field}
            type="range"
            min={0}
            max={100}
            step={5}
            disabled={!mayWrite}
            value={form.bound}
            onChange={(event) => set({ bound: event.target.valueAsNumber })}
            className="h-8 w-full accent-(--accent) max-md:h-11"
          />
        )}
      </Field>
      <Field
        label="What it says when it hands over"
        error={errors.handoverText}
        help="Left empty, it says nothing and your team just takes over."
      >
        {(field) => (
          <Textarea
            {...field}
            rows={2}
            readOnly={!mayWrite}
            value={form.handoverText}
            onChange={(event) => set({ handoverText: event.target.value })}
          />
        )}
      </Field>
      <FormProblem>{change.isError && !placed ? sentenceOf(change.error) : null}</FormProblem>
      <Button
        type="submit"
        look="primary"
        className="justify-self-start"
        busy={change.isPending}
        reason={!mayWrite ? NOT_ALLOWED : same ? "Nothing was changed." : null}
      >
        Save
      </Button>
    </form>
  );
}

function RemoveAgent({ agent, close }: { agent: Agent; close(): void }) {
  const { client, cache } = useApi();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => client.ask(`/api/agents/${agent.id}`, { method: "DELETE" }),
    async onSuccess() {
      await navigate({ to: "/agents", search: { dialog: undefined } });
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
