import { useQuery } from "@tanstack/react-query";
import type { Agent } from "../../contract/agents.ts";
import { useApi } from "../shell/desk-api.ts";
import { useMay } from "../shell/session.ts";
import { Field, Input } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import type { Wizard, WizardDraft } from "./wizard-draft.ts";

export interface Answering {
  /** Null where it is still to be made, or the team answers. */
  agent: Agent | null;
  /** The name of the agent that is still to be made; null: none is. */
  newName: string | null;
  /** What has to be chosen first; null: nothing. */
  missing: string | null;
}

/** Who answers by what was chosen: an agent, also the only one there is; where there is none yet, a new one or the team. */
export function answering({ agentId, newAgent }: WizardDraft, agents: readonly Agent[] | undefined): Answering {
  if (agents?.length !== 0) {
    const agent = agents?.find(({ id }) => id === (agentId ?? (agents.length === 1 ? agents[0]?.id : null))) ?? null;
    return { agent, newName: null, missing: agent ? null : "Choose an agent first." };
  }
  if (newAgent === null) return { agent: null, newName: null, missing: null };
  const name = newAgent.trim();
  return { agent: null, newName: name, missing: name ? null : "Name the agent first, or let the team answer." };
}

export function WhoAnswers({
  wizard: { draft, set },
  errors,
}: {
  wizard: Pick<Wizard, "draft" | "set">;
  /** Of the agent that was chosen, and of the name of a new one. */
  errors: { agentId?: string | undefined; name?: string | undefined };
}) {
  const { queries } = useApi();
  const agents = useQuery(queries.agents());
  if (agents.data?.length === 0) return <NobodyYet wizard={{ draft, set }} error={errors.name} />;
  return (
    <Field
      label="Agent"
      error={errors.agentId}
      help="Answers its texts from its knowledge, and hands over to the team."
    >
      {(field) => (
        <Select
          {...field}
          value={answering(draft, agents.data).agent?.id ?? ""}
          placeholder="Choose an agent"
          onChange={(next) => set({ agentId: next })}
          choices={(agents.data ?? []).map((each) => ({ value: each.id, label: each.name }))}
        />
      )}
    </Field>
  );
}

/** Where the workspace has no agent, a number need not wait for one. */
function NobodyYet({
  wizard: { draft, set },
  error,
}: {
  wizard: Pick<Wizard, "draft" | "set">;
  error: string | undefined;
}) {
  const mayAdd = useMay()("agents.write");
  const ways = [
    { name: null, words: "No agent: the team answers" },
    ...(mayAdd ? [{ name: draft.newAgent ?? "", words: "A new agent, which you teach afterwards" }] : []),
  ];
  return (
    <div className="grid gap-3">
      <fieldset>
        <legend className="text-sm font-medium text-ink-2">Who answers its texts</legend>
        {ways.map(({ name, words }) => (
          <label key={words} className="flex min-h-8 items-center gap-2 text-md max-md:min-h-11">
            <input
              type="radio"
              name="who-answers"
              className="accent-(--accent)"
              checked={(draft.newAgent === null) === (name === null)}
              onChange={() => set({ newAgent: name })}
            />
            {words}
          </label>
        ))}
      </fieldset>
      {draft.newAgent === null ? (
        <p className="-mt-2 text-sm text-ink-3">There is no agent yet. You can give the number one at any time.</p>
      ) : (
        <Field label="Name of the agent" error={error} help="What your team calls it.">
          {(field) => (
            <Input
              {...field}
              autoComplete="off"
              value={draft.newAgent ?? ""}
              onChange={(event) => set({ newAgent: event.target.value })}
            />
          )}
        </Field>
      )}
    </div>
  );
}
