import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { z } from "zod";
import type { Workspace, WorkspacePatch } from "../../contract/accounts.ts";
import { keys } from "../api/keys.ts";
import { fieldErrors, sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { NOT_ALLOWED, useMay } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { Field, Input, Textarea } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { Select } from "../ui/select.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Failed } from "../ui/state.tsx";
import { useToast } from "../ui/toast.tsx";

export function WorkspaceSettings() {
  const { queries } = useApi();
  const workspace = useQuery(queries.workspace());
  if (workspace.data) return <WorkspaceForm workspace={workspace.data} />;
  if (workspace.isError) return <Failed again={() => void workspace.refetch()}>{sentenceOf(workspace.error)}</Failed>;
  return <Skeleton className="h-60 w-full max-w-[40rem]" />;
}

const NOTICES = [
  ["stop", "After STOP"],
  ["start", "After START"],
  ["help", "After HELP"],
] as const;

type Form = ReturnType<typeof formOf>;

const formOf = ({ name, timeZone, consentScope, optedOutInbound, notices }: Workspace) => ({
  name,
  timeZone,
  consentScope,
  optedOutInbound,
  stop: notices.stop ?? "",
  start: notices.start ?? "",
  help: notices.help ?? "",
});

const patchOf = (form: Form): z.input<typeof WorkspacePatch> => ({
  name: form.name.trim(),
  timeZone: form.timeZone.trim(),
  consentScope: form.consentScope,
  optedOutInbound: form.optedOutInbound,
  notices: { stop: form.stop.trim() || null, start: form.start.trim() || null, help: form.help.trim() || null },
});

function WorkspaceForm({ workspace }: { workspace: Workspace }) {
  const { client, cache } = useApi();
  const say = useToast();
  const may = useMay();
  const mayWrite = may("settings.write");
  const [form, setForm] = useState(() => formOf(workspace));
  const set = (part: Partial<Form>) => setForm((before) => ({ ...before, ...part }));
  const save = useMutation({
    mutationFn: () => client.ask<Workspace>("/api/workspace", { method: "PATCH", body: patchOf(form) }),
    onSuccess(changed) {
      cache.setQueryData(keys.workspace, changed);
      setForm(formOf(changed));
      say("Saved.");
    },
  });
  const errors = fieldErrors(save.error);
  const placed = ["name", "timeZone", "notices.stop", "notices.start", "notices.help"].some((field) => errors[field]);
  const same = JSON.stringify(patchOf(form)) === JSON.stringify(patchOf(formOf(workspace)));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit} className="grid max-w-[40rem] gap-4" noValidate>
      <Field label="Name" error={errors.name} help="The business, as your notices to customers name it.">
        {(field) => (
          <Input
            {...field}
            readOnly={!mayWrite}
            value={form.name}
            onChange={(event) => set({ name: event.target.value })}
          />
        )}
      </Field>
      <Field label="Time zone" error={errors.timeZone} help="Such as America/New_York.">
        {(field) => (
          <>
            <Input
              {...field}
              readOnly={!mayWrite}
              list="time-zones"
              value={form.timeZone}
              onChange={(event) => set({ timeZone: event.target.value })}
            />
            <datalist id="time-zones">
              {Intl.supportedValuesOf("timeZone").map((zone) => (
                <option key={zone} value={zone} />
              ))}
            </datalist>
          </>
        )}
      </Field>
      <Field label="STOP to one of your numbers counts for">
        {(field) => (
          <Select
            {...field}
            disabled={!mayWrite}
            value={form.consentScope}
            onChange={(value) => set({ consentScope: value as Form["consentScope"] })}
            choices={[
              { value: "workspace", label: "All numbers of this workspace" },
              { value: "sender", label: "That number alone" },
            ]}
          />
        )}
      </Field>
      <Field label="When someone who opted out writes something else">
        {(field) => (
          <Select
            {...field}
            disabled={!mayWrite}
            value={form.optedOutInbound}
            onChange={(value) => set({ optedOutInbound: value as Form["optedOutInbound"] })}
            choices={[
              { value: "store", label: "Show it in the inbox" },
              { value: "drop", label: "Drop it" },
            ]}
          />
        )}
      </Field>
      <fieldset className="grid gap-4 border-t pt-4">
        <legend className="sr-only">Notices</legend>
        <div>
          <h2 className="text-lg font-semibold tracking-tight">Notices</h2>
          <p className="text-md text-pretty text-ink-2">
            The one answer to a keyword, where Parley gives it and not Twilio. Left empty, Parley’s own words are used.
          </p>
        </div>
        {NOTICES.map(([name, label]) => (
          <Field key={name} label={label} error={errors[`notices.${name}`]}>
            {(field) => (
              <Textarea
                {...field}
                rows={2}
                readOnly={!mayWrite}
                value={form[name]}
                onChange={(event) => set({ [name]: event.target.value })}
              />
            )}
          </Field>
        ))}
      </fieldset>
      <FormProblem>{save.isError && !placed ? sentenceOf(save.error) : null}</FormProblem>
      <Button
        type="submit"
        look="primary"
        className="justify-self-start"
        busy={save.isPending}
        reason={!mayWrite ? NOT_ALLOWED : same ? "Nothing was changed." : null}
      >
        Save
      </Button>
    </form>
  );
}
