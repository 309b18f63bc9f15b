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

/** What each keyword's answer is, and which words of one's own count as it. */
const KEYWORDS = [
  { name: "stop", label: "After STOP", words: "Words that also mean STOP", field: "stopWords" },
  { name: "start", label: "After START", words: "Words that also mean START", field: "startWords" },
  { name: "help", label: "After HELP", words: "Words that also mean HELP", field: "helpWords" },
] as const;

const listed = (words: string): string[] =>
  words
    .split(",")
    .map((word) => word.trim())
    .filter(Boolean);

type Form = ReturnType<typeof formOf>;

const formOf = ({ name, timeZone, consentScope, optedOutInbound, notices, keywords }: Workspace) => ({
  name,
  timeZone,
  consentScope,
  optedOutInbound,
  stop: notices.stop ?? "",
  start: notices.start ?? "",
  help: notices.help ?? "",
  contact: notices.contact ?? "",
  stopWords: keywords.stop.join(", "),
  startWords: keywords.start.join(", "),
  helpWords: keywords.help.join(", "),
});

const patchOf = (form: Form): z.input<typeof WorkspacePatch> => ({
  name: form.name.trim(),
  timeZone: form.timeZone.trim(),
  consentScope: form.consentScope,
  optedOutInbound: form.optedOutInbound,
  notices: {
    stop: form.stop.trim() || null,
    start: form.start.trim() || null,
    help: form.help.trim() || null,
    contact: form.contact.trim() || null,
  },
  keywords: { stop: listed(form.stopWords), start: listed(form.startWords), help: listed(form.helpWords) },
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
  /** A wrong word is named by its place in the list. */
  const wordError = (name: string) => Object.entries(errors).find(([path]) => path.startsWith(`keywords.${name}`))?.[1];
  const placed = Object.keys(errors).length > 0;
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
        <legend className="sr-only">Keywords and their answers</legend>
        <div>
          <h2 className="text-lg font-semibold tracking-tight">Keywords and their answers</h2>
          <p className="text-md text-pretty text-ink-2">
            Whoever writes a keyword gets one answer, in these words where Parley gives it and not Twilio. Left empty,
            it is in Parley’s own words. {"{brand}"} stands for the name above, {"{contact}"} for how to reach you.
          </p>
        </div>
        {KEYWORDS.map(({ name, label, words, field: wordsField }) => (
          <div key={name} className="grid gap-3">
            <Field label={label} error={errors[`notices.${name}`]}>
              {(field) => (
                <Textarea
                  {...field}
                  rows={2}
                  readOnly={!mayWrite}
                  placeholder="Parley’s own words"
                  value={form[name]}
                  onChange={(event) => set({ [name]: event.target.value })}
                />
              )}
            </Field>
            <Field label={words} error={wordError(name)} help="With commas between them. The usual ones always count.">
              {(field) => (
                <Input
                  {...field}
                  readOnly={!mayWrite}
                  value={form[wordsField]}
                  onChange={(event) => set({ [wordsField]: event.target.value })}
                />
              )}
            </Field>
          </div>
        ))}
        <Field
          label="How to reach you"
          error={errors["notices.contact"]}
          help="Part of the answer to HELP: a phone number, an email or a web address."
        >
          {(field) => (
            <Input
              {...field}
              readOnly={!mayWrite}
              value={form.contact}
              onChange={(event) => set({ contact: event.target.value })}
            />
          )}
        </Field>
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
