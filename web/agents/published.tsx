import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { Agent } from "../../contract/agents.ts";
import { ENVIRONMENTS } from "../../contract/channel-names.ts";
import type { Connection, Environment } from "../../contract/channels.ts";
import { nameOf } from "../channels/connection-words.ts";
import { useApi } from "../shell/desk-api.ts";
import { NOT_ALLOWED } from "../shell/session.ts";
import { ENVIRONMENT_NAMES, sayFully, sayMoment } from "../shell/words.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { PublishDialog } from "./publish-dialog.tsx";
import { RollBackDialog } from "./roll-back-dialog.tsx";
import type { AgentForm } from "./use-agent-form.ts";
import { sayDifferences } from "./use-publish.ts";

/** What the agent runs in each environment, and whether that is what is saved. */
export function Published({ agent, form, mayWrite }: { agent: Agent; form: AgentForm; mayWrite: boolean }) {
  const { queries } = useApi();
  const navigate = useNavigate();
  const { dialog = "" } = useSearch({ from: "/app/agents/$agentId" });
  const { data: channels = [] } = useQuery(queries.channels());
  const show = (next: string | undefined) =>
    void navigate({ to: "/agents/$agentId", params: { agentId: agent.id }, search: { dialog: next } });
  const [act, about] = dialog.split(".");
  const environment = mayWrite ? ENVIRONMENTS.find((each) => each === about) : undefined;
  const close = () => show(undefined);
  return (
    <>
      <p className="max-w-[40rem] text-md text-pretty text-ink-2">
        An environment follows what is saved here until you publish to it. From then on it runs that version, whatever
        is saved later. Name, switch and the knowledge itself are shared by all.
      </p>
      <ul aria-label="Environments" className="border-t">
        {ENVIRONMENTS.map((each) => (
          <Row
            key={each}
            agent={agent}
            form={form}
            environment={each}
            lines={channels.filter((line) => line.agentId === agent.id && line.environment === each)}
            reason={mayWrite ? null : NOT_ALLOWED}
            publish={() => show(`publish.${each}`)}
            rollBack={() => show(`roll-back.${each}`)}
          />
        ))}
      </ul>
      {act === "publish" && environment && (
        <PublishDialog agent={agent} form={form} environment={environment} close={close} />
      )}
      {act === "roll-back" && environment && <RollBackDialog agent={agent} environment={environment} close={close} />}
    </>
  );
}

function Row({
  agent,
  form,
  environment,
  lines,
  reason,
  publish,
  rollBack,
}: {
  agent: Agent;
  form: AgentForm;
  environment: Environment;
  lines: Connection[];
  reason: string | null;
  publish(): void;
  rollBack(): void;
}) {
  const there = agent.published.find((each) => each.environment === environment);
  const name = ENVIRONMENT_NAMES[environment];
  const isCurrent = there && !there.differs && sayDifferences(agent, { ...agent, ...form.unsaved }) === "";
  return (
    <li
      aria-label={name}
      className="flex min-h-14 flex-wrap items-center gap-x-4 gap-y-2 border-b py-2 max-md:flex-col max-md:items-start"
    >
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-semibold">{name}</span>
          <span className="text-sm text-ink-3">{lines.length === 0 ? "No number" : lines.map(nameOf).join(", ")}</span>
        </p>
        <p className="flex flex-wrap items-center gap-x-2 text-md text-ink-2">
          {there ? (
            <>
              <span className="tabular">
                Version {there.version} · published by {there.by.name ?? "a program"} ·{" "}
                <time dateTime={there.at} title={sayFully(there.at)}>
                  {sayMoment(there.at)}
                </time>
              </span>
              {there.differs && <Badge tone="warn">What is saved differs</Badge>}
            </>
          ) : (
            "Follows what is saved"
          )}
        </p>
      </div>
      <div className="flex gap-2">
        {there && (
          <Button aria-label={`Roll back ${name}`} reason={reason} onClick={rollBack}>
            Roll back
          </Button>
        )}
        <Button
          aria-label={`Publish to ${name}`}
          look={there?.differs && lines.length > 0 ? "primary" : "plain"}
          reason={reason ?? (isCurrent ? "It runs what is saved." : null)}
          onClick={publish}
        >
          Publish
        </Button>
      </div>
    </li>
  );
}
