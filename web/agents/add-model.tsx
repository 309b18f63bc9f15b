import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { LanguageModel, NewLanguageModel } from "../../contract/agents.ts";
import { keys } from "../api/keys.ts";
import { fieldErrors, sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, Input } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";

const EMPTY = { name: "", baseUrl: "", model: "", apiKey: "" };
const FIELDS = [
  { field: "name", label: "Name", help: "What your team calls it." },
  {
    field: "baseUrl",
    label: "Base URL",
    help: "Of any server that speaks OpenAI’s chat completions, such as https://api.openai.com/v1 or one of your own. What customers write is sent there.",
  },
  { field: "model", label: "Model", help: "As that server calls it." },
  {
    field: "apiKey",
    label: "API key",
    help: "Kept encrypted and never shown again. Left empty where the server asks for none.",
  },
] as const;

export function AddModel({ added, close }: { added(model: LanguageModel): void; close(): void }) {
  const { client, cache } = useApi();
  const [form, setForm] = useState(EMPTY);
  const add = useMutation({
    mutationFn() {
      const { apiKey, ...given } = form;
      const key = apiKey.trim();
      const body: NewLanguageModel = {
        name: given.name.trim(),
        provider: "openai-compatible",
        baseUrl: given.baseUrl.trim(),
        model: given.model.trim(),
        ...(key ? { apiKey: key } : {}),
      };
      return client.ask<LanguageModel>("/api/models", { method: "POST", body });
    },
    async onSuccess(model) {
      await cache.invalidateQueries({ queryKey: keys.models });
      added(model);
      close();
    },
  });
  const errors = fieldErrors(add.error);
  const placed = FIELDS.some(({ field }) => errors[field]);
  const reason = form.name.trim() && form.baseUrl.trim() && form.model.trim() ? null : "Fill in the first three first.";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!add.isPending && !reason) add.mutate();
  };
  return (
    <Dialog open onClose={close} title="Add a language model">
      <form onSubmit={submit} className="grid gap-4" noValidate autoComplete="off">
        {FIELDS.map(({ field: name, label, help }) => (
          <Field key={name} label={label} error={errors[name]} help={help}>
            {(field) => (
              <Input
                {...field}
                type={name === "apiKey" ? "password" : "text"}
                autoComplete={name === "apiKey" ? "new-password" : "off"}
                autoCapitalize="none"
                spellCheck={false}
                value={form[name]}
                onChange={(event) => setForm((before) => ({ ...before, [name]: event.target.value }))}
              />
            )}
          </Field>
        ))}
        <FormProblem>{add.isError && !placed ? sentenceOf(add.error) : null}</FormProblem>
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="primary" busy={add.isPending} reason={reason}>
            Add model
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
