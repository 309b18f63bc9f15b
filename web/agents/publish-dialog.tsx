import type { FormEvent } from "react";
import type { Agent } from "../../contract/agents.ts";
import type { Environment } from "../../contract/channels.ts";
import { sentenceOf } from "../api/problems.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { sayDifferences, usePublishing } from "./use-publish.ts";

export function PublishDialog({
  agent,
  environment,
  close,
}: {
  agent: Agent;
  environment: Environment;
  close(): void;
}) {
  const { name, running, publish } = usePublishing(agent, environment, close);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (publish.isPending) return;
    publish.mutate({
      body: { environments: [environment] },
      said(changed) {
        const now = changed.published.find((each) => each.environment === environment);
        return `${name} runs version ${now?.version} now.`;
      },
    });
  };
  return (
    <Dialog open onClose={close} title={`Publish ${agent.name} to ${name}?`} focus="first">
      <form onSubmit={submit} className="grid gap-4">
        <p className="text-md text-pretty text-ink-2">
          {running
            ? `Version ${running.version} answers there now. Publishing changes ${sayDifferences(running, agent)}, also in conversations that are under way.`
            : "It answers there by what is saved now. What you save later waits until you publish again."}
        </p>
        <FormProblem>{publish.isError ? sentenceOf(publish.error) : null}</FormProblem>
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="primary" busy={publish.isPending}>
            Publish
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
