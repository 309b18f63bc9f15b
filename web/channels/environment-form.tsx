import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ENVIRONMENTS } from "../../contract/channel-names.ts";
import type { Connection, Environment } from "../../contract/channels.ts";
import { keys } from "../api/keys.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { NOT_ALLOWED, useMay } from "../shell/session.ts";
import { ENVIRONMENT_NAMES } from "../shell/words.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { Select } from "../ui/select.tsx";

/** To which environment a number belongs. */
export function EnvironmentField({
  value,
  help,
  disabled = false,
  onChange,
}: {
  value: Environment;
  help: string;
  disabled?: boolean;
  onChange(environment: Environment): void;
}) {
  return (
    <Field label="Environment" help={help}>
      {(field) => (
        <Select
          {...field}
          value={value}
          disabled={disabled}
          onChange={(next) => onChange(ENVIRONMENTS.find((each) => each === next) ?? value)}
          choices={ENVIRONMENTS.map((each) => ({ value: each, label: ENVIRONMENT_NAMES[each] }))}
        />
      )}
    </Field>
  );
}

/** Moves a connection into another environment, having said what follows from it. */
export function EnvironmentForm({ connection }: { connection: Connection }) {
  const { client, cache } = useApi();
  const may = useMay();
  const [chosen, setChosen] = useState(connection.environment);
  const move = useMutation({
    mutationFn: () =>
      client.ask<Connection>(`/api/channels/${connection.id}`, { method: "PATCH", body: { environment: chosen } }),
    onSuccess: (changed) =>
      cache.setQueryData<Connection[]>(keys.channels, (all) =>
        all?.map((each) => (each.id === changed.id ? changed : each)),
      ),
  });
  const from = ENVIRONMENT_NAMES[connection.environment];
  const moves = chosen !== connection.environment;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (moves && !move.isPending && may("channels.connect")) move.mutate();
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-3">
      <EnvironmentField
        value={chosen}
        help="Its texts are answered by what its agent runs there, and nothing of another environment leaves by it."
        onChange={setChosen}
      />
      {moves && (
        <p className="rounded-sm bg-warn-soft px-3 py-2 text-sm text-pretty text-warn">
          What waits to be sent from it was written for {from}: it fails when its time comes, unless the number is in{" "}
          {from} again by then.
        </p>
      )}
      <FormProblem>{move.isError ? sentenceOf(move.error) : null}</FormProblem>
      <div className="flex items-center gap-3">
        <Button
          type="submit"
          busy={move.isPending}
          reason={!may("channels.connect") ? NOT_ALLOWED : moves ? null : `It belongs to ${from}.`}
        >
          {moves ? `Move to ${ENVIRONMENT_NAMES[chosen]}` : "Move"}
        </Button>
        {move.isSuccess && !moves && (
          <span role="status" className="text-sm text-ink-3">
            Moved
          </span>
        )}
      </div>
    </form>
  );
}
