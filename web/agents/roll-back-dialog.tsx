import { type FormEvent, useState } from "react";
import type { Agent, AgentVersion } from "../../contract/agents.ts";
import type { Environment } from "../../contract/channels.ts";
import { sentenceOf } from "../api/problems.ts";
import { sayMoment } from "../shell/words.ts";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { Dialog } from "../ui/dialog.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Failed } from "../ui/state.tsx";
import { sayDifferences, usePublishing } from "./use-publish.ts";

/** No version: the environment follows what is saved. */
const SAVED = "saved";

/** Has an earlier version answer again, or none. */
export function RollBackDialog({
  agent,
  environment,
  close,
}: {
  agent: Agent;
  environment: Environment;
  close(): void;
}) {
  const { name, version: now, versions, running, publish } = usePublishing(agent, environment, close);
  const [chosen, setChosen] = useState<AgentVersion["version"] | typeof SAVED | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (chosen === null || publish.isPending) return;
    const version = chosen === SAVED ? null : chosen;
    publish.mutate({
      body: { environments: [environment], version },
      said: () => (version === null ? `${name} follows what is saved.` : `${name} runs version ${version} again.`),
    });
  };
  return (
    <Dialog open onClose={close} title={`What ${agent.name} runs in ${name}`}>
      <form onSubmit={submit} className="grid gap-4">
        {versions.isPending && <Skeleton className="h-24 w-full" />}
        {versions.isError && <Failed again={() => void versions.refetch()}>{sentenceOf(versions.error)}</Failed>}
        {versions.data && (
          <fieldset className="min-w-0">
            <legend className="mb-1 text-sm font-medium text-ink-2">Versions, the newest first</legend>
            <div className="max-h-[44vh] overflow-y-auto rounded-sm border border-line-strong">
              {versions.data.map((each) => (
                <Option
                  key={each.version}
                  checked={each.version === (chosen ?? now)}
                  choose={() => setChosen(each.version === now ? null : each.version)}
                  name={`Version ${each.version}${each.version === now ? ", runs there now" : ""}`}
                  about={`${sayMoment(each.createdAt)} · by ${each.createdBy.name ?? "a program"}`}
                  changes={running && each !== running ? sayDifferences(running, each) : ""}
                />
              ))}
              <Option
                checked={chosen === SAVED}
                choose={() => setChosen(SAVED)}
                name="None: follow what is saved"
                about="Every change counts there at once, as before anything was published."
                changes={running ? sayDifferences(running, agent) : ""}
              />
            </div>
          </fieldset>
        )}
        <FormProblem>{publish.isError ? sentenceOf(publish.error) : null}</FormProblem>
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button
            type="submit"
            look="primary"
            busy={publish.isPending}
            reason={chosen === null ? "It runs that already. Choose another one." : null}
          >
            {chosen === SAVED ? "Follow what is saved" : chosen === null ? "Run it" : `Run version ${chosen}`}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

const Option = ({
  name,
  about,
  changes,
  checked,
  choose,
}: {
  name: string;
  about: string;
  /** What running it changes; empty: nothing. */
  changes: string;
  checked: boolean;
  choose(): void;
}) => (
  <label
    className={cx(
      "flex min-h-10 items-center gap-3 border-b px-3 py-1.5 last:border-b-0 hover:bg-sunken max-md:min-h-12",
      checked && "bg-accent-soft",
    )}
  >
    <input type="radio" name="version" className="shrink-0 accent-(--accent)" checked={checked} onChange={choose} />
    <span className="min-w-0 flex-1">
      <span className="block font-medium tabular">{name}</span>
      <span className="block text-sm text-pretty text-ink-3">{about}</span>
      {changes && <span className="block text-sm text-pretty text-ink-2">Changes {changes}</span>}
    </span>
  </label>
);
