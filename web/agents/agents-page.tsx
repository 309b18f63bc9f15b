import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { keys } from "../api/keys.ts";
import { fieldErrors, sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { PageFrame } from "../shell/page-frame.tsx";
import { NOT_ALLOWED, useMay } from "../shell/session.ts";
import { plural, sayPhone } from "../shell/words.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, Input } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Empty, Failed } from "../ui/state.tsx";
import { addAgent } from "./add-agent.ts";

export function AgentsPage() {
  const { queries } = useApi();
  const may = useMay();
  const navigate = useNavigate();
  const { dialog } = useSearch({ from: "/app/agents" });
  const agents = useQuery(queries.agents());
  const { data: channels = [] } = useQuery(queries.channels());
  const show = (next: string | undefined) => void navigate({ to: "/agents", search: { dialog: next } });
  const add = (
    <Button look="primary" reason={may("agents.write") ? null : NOT_ALLOWED} onClick={() => show("new")}>
      <Plus aria-hidden className="size-3.5" /> Add an agent
    </Button>
  );
  return (
    <PageFrame
      title="Agents"
      about="An agent answers customers from what you taught it, and hands over to your team where it is not sure."
      act={agents.data?.length ? add : null}
    >
      {agents.isPending && <Skeleton className="h-14 w-full" />}
      {agents.isError && !agents.data && (
        <Failed again={() => void agents.refetch()}>{sentenceOf(agents.error)}</Failed>
      )}
      {agents.data?.length === 0 && (
        <Empty title="No agent yet" act={add}>
          Give one a name and a few questions with their answers. Until then, every text waits for your team.
        </Empty>
      )}
      {agents.data && agents.data.length > 0 && (
        <ul className="border-t">
          {agents.data.map((agent) => {
            const lines = channels.filter((each) => each.agentId === agent.id);
            return (
              <li key={agent.id} className="border-b">
                <Link
                  to="/agents/$agentId"
                  params={{ agentId: agent.id }}
                  className="flex min-h-14 items-center gap-3 py-2 -outline-offset-2 hover:bg-canvas"
                >
                  <span className="min-w-0 flex-1">
                    <span className="flex items-center gap-2 font-semibold">
                      <span className="truncate">{agent.name}</span>
                      <Badge tone={agent.active ? "accent" : "quiet"}>{agent.active ? "On" : "Off"}</Badge>
                    </span>
                    <span className="block truncate text-sm text-ink-3 tabular">
                      {lines.length === 0
                        ? "Answers on no number yet"
                        : `Answers on ${lines.map((each) => each.friendlyName ?? sayPhone(each.phoneNumber ?? "")).join(", ")}`}
                      {` · ${plural(agent.knowledgeBaseIds.length, "knowledge base")}`}
                    </span>
                  </span>
                </Link>
              </li>
            );
          })}
        </ul>
      )}
      {dialog === "new" && may("agents.write") && <NewAgentDialog close={() => show(undefined)} />}
    </PageFrame>
  );
}

function NewAgentDialog({ close }: { close(): void }) {
  const { client, cache } = useApi();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const add = useMutation({
    mutationFn: () => addAgent(client, name.trim()),
    async onSuccess(agent) {
      await cache.invalidateQueries({ queryKey: keys.agents });
      void cache.invalidateQueries({ queryKey: keys.knowledgeBases });
      void navigate({ to: "/agents/$agentId", params: { agentId: agent.id } });
    },
  });
  const { name: problem } = fieldErrors(add.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() && !add.isPending) add.mutate();
  };
  return (
    <Dialog
      open
      onClose={close}
      title="Add an agent"
      about="You teach it on the next page, before it answers anywhere."
    >
      <form onSubmit={submit} className="grid gap-4" noValidate>
        <Field label="Name" error={problem} help="What your team calls it.">
          {(field) => <Input {...field} value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <FormProblem>{add.isError && !problem ? sentenceOf(add.error) : null}</FormProblem>
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button
            type="submit"
            look="primary"
            busy={add.isPending}
            reason={name.trim() ? null : "Give it a name first."}
          >
            Add agent
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
