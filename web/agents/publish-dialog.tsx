import { useMutation } from "@tanstack/react-query";
import type { FormEvent } from "react";
import type { Agent } from "../../contract/agents.ts";
import type { Environment } from "../../contract/channels.ts";
import { sentenceOf } from "../api/problems.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { type AgentForm, sayNotSaved } from "./use-agent-form.ts";
import { sayDifferences, usePublishing } from "./use-publish.ts";

/** Has what stands on the page answer in an environment: what is not saved yet is saved first. */
export function PublishDialog({
  agent,
  form,
  environment,
  close,
}: {
  agent: Agent;
  form: AgentForm;
  environment: Environment;
  close(): void;
}) {
  const { name, version, running, publish } = usePublishing(agent, environment, close);
  const save = useMutation({ mutationFn: form.save });
  const busy = save.isPending || publish.isPending;
  const publishSaved = () =>
    publish.mutate({
      body: { environments: [environment] },
      said(changed) {
        const now = changed.published.find((each) => each.environment === environment);
        return `${name} runs version ${now?.version} now.`;
      },
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    if (form.isUnsaved) save.mutate(undefined, { onSuccess: publishSaved });
    else publishSaved();
  };
  const changes = running
    ? `changes ${sayDifferences(running, { ...agent, ...form.unsaved }) || "nothing of it"}, also`
    : "has it answer by what is on this page, also";
  return (
    <Dialog open onClose={close} title={`Publish ${agent.name} to ${name}?`} focus="first">
      <form onSubmit={submit} className="grid gap-4">
        {(form.isUnsaved || save.isPending) && (
          <p className="rounded-sm bg-warn-soft px-3 py-2 text-sm text-pretty text-warn">
            What you changed on this page is not saved yet. It is saved first, and then published.
          </p>
        )}
        <p className="text-md text-pretty text-ink-2">
          {version
            ? `Version ${version} answers there now. Publishing ${changes} in conversations that are under way.`
            : "It answers there by what is saved now. What you save later waits until you publish again."}
        </p>
        <FormProblem>
          {save.isError ? sayNotSaved(save.error) : publish.isError ? sentenceOf(publish.error) : null}
        </FormProblem>
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="primary" busy={busy}>
            {form.isUnsaved || save.isPending ? "Save and publish" : "Publish"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
