import type { FormEvent } from "react";
import type { KnowledgeSource } from "../../contract/agents.ts";
import { fieldErrors, sentenceOf } from "../api/problems.ts";
import { Button } from "../ui/button.tsx";
import { Field, Input, Textarea } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import type { Typed } from "./typed-words.tsx";

/** The words of a source: the question of a pair, or the title of a text; and what stands beneath it. */
export type SourceWords = Pick<KnowledgeSource, "title" | "content">;

const WORDS = {
  pair: { head: "Question", body: "Answer" },
  text: { head: "Title", body: "Text" },
} as const;

/** As the API names them. */
export const asSent = (kind: KnowledgeSource["kind"], { title, content }: SourceWords) =>
  kind === "pair" ? { question: title, answer: content } : { title, content };

export function SourceForm({
  kind,
  label,
  typed,
  act,
  busy,
  error,
  onSave,
  onCancel,
}: {
  kind: KnowledgeSource["kind"];
  /** What is edited, where no dialog says so. */
  label?: string;
  typed: Typed;
  act: string;
  busy: boolean;
  error: Error | null;
  onSave(words: SourceWords): void;
  onCancel(): void;
}) {
  const { title, content } = typed.words;
  const words = WORDS[kind];
  const errors = fieldErrors(error);
  const [headError, bodyError] = [errors.question ?? errors.title, errors.answer ?? errors.content];
  const isWhole = Boolean(title.trim() && content.trim());
  const reason = !isWhole ? "Fill in both first." : typed.isUnsaved ? null : "Nothing was changed.";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy && !reason) onSave({ title, content });
  };
  return (
    <form aria-label={label} onSubmit={submit} className="grid gap-4" noValidate>
      <Field label={words.head} error={headError} {...(kind === "pair" ? { help: "As a customer would ask it." } : {})}>
        {(field) => (
          <Input {...field} value={title} onChange={(event) => typed.set({ title: event.target.value, content })} />
        )}
      </Field>
      <Field
        label={words.body}
        error={bodyError}
        {...(kind === "pair" ? { help: "Sent as it stands where no language model is set up." } : {})}
      >
        {(field) => (
          <Textarea
            {...field}
            rows={kind === "pair" ? 4 : 10}
            value={content}
            onChange={(event) => typed.set({ title, content: event.target.value })}
          />
        )}
      </Field>
      <FormProblem>{error && !headError && !bodyError ? sentenceOf(error) : null}</FormProblem>
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" look="primary" busy={busy} reason={reason}>
          {act}
        </Button>
      </div>
    </form>
  );
}
