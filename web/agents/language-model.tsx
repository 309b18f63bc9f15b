import { useMutation, useQuery } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Agent, AgentPatch, LanguageModel } from "../../contract/agents.ts";
import { keys } from "../api/keys.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Failed } from "../ui/state.tsx";
import { useToast } from "../ui/toast.tsx";
import { AddModel } from "./add-model.tsx";

const NONE = "none";

/** Who writes an agent's answers, and the workspace's models; for those who may set them up. */
export function LanguageModelSection({
  agent,
  change,
  busy,
}: {
  agent: Agent;
  change(patch: AgentPatch, options: { onError(error: Error): void }): void;
  busy: boolean;
}) {
  const { queries } = useApi();
  const say = useToast();
  const models = useQuery(queries.models());
  const [adding, setAdding] = useState(false);
  const writeBy = (modelId: AgentPatch["modelId"]) =>
    change({ modelId }, { onError: (error) => say(sentenceOf(error), { bad: true }) });
  if (models.isPending) return <Skeleton className="h-24 w-full max-w-[40rem]" />;
  if (!models.data) return <Failed again={() => void models.refetch()}>{sentenceOf(models.error)}</Failed>;
  return (
    <div className="grid max-w-[40rem] gap-4">
      <p className="text-md text-pretty text-ink-2">
        Without one, {agent.name} sends your answers as you wrote them. With one, the model writes each answer, from
        what {agent.name} knows and by its instructions. Where it can’t be reached, your own words are sent.
      </p>
      {models.data.length > 0 && (
        <>
          <Field label="Answers are written by">
            {(field) => (
              <Select
                {...field}
                value={agent.modelId ?? NONE}
                disabled={busy}
                choices={[
                  { value: NONE, label: "No model: your own words" },
                  ...models.data.map(({ id, name }) => ({ value: id, label: name })),
                ]}
                onChange={(value) => writeBy(models.data.find(({ id }) => id === value)?.id ?? null)}
              />
            )}
          </Field>
          <ul aria-label="Language models" className="border-t">
            {models.data.map((model) => (
              <Model key={model.id} model={model} />
            ))}
          </ul>
        </>
      )}
      <Button className="justify-self-start" onClick={() => setAdding(true)}>
        <Plus aria-hidden className="size-3.5" /> Add a language model
      </Button>
      {adding && (
        <AddModel
          close={() => setAdding(false)}
          added={({ id }) => {
            if (agent.modelId === null) writeBy(id);
          }}
        />
      )}
    </div>
  );
}

function Model({ model: { id, name, model, baseUrl, hasKey } }: { model: LanguageModel }) {
  const { client, cache } = useApi();
  const say = useToast();
  const remove = useMutation({
    mutationFn: () => client.ask(`/api/models/${id}`, { method: "DELETE" }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.models }),
    onError: (error) => say(sentenceOf(error), { bad: true }),
  });
  return (
    <li className="flex items-start gap-3 border-b py-2.5">
      <div className="min-w-0 flex-1">
        <p className="font-medium break-words">{name}</p>
        <p className="text-sm break-words text-ink-2">
          <span className="font-mono">{model}</span> at <span className="font-mono break-all">{baseUrl}</span>
          {hasKey ? ", with a key" : ", without a key"}
        </p>
      </div>
      <IconButton label={`Remove the model “${name}”`} busy={remove.isPending} onClick={() => remove.mutate()}>
        <Trash2 aria-hidden />
      </IconButton>
    </li>
  );
}
