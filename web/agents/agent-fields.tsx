import type { FormEvent } from "react";
import type { Agent } from "../../contract/agents.ts";
import { fieldErrors, sentenceOf } from "../api/problems.ts";
import { NOT_ALLOWED } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { Field, Input, Textarea } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { useToast } from "../ui/toast.tsx";
import type { AgentForm } from "./use-agent-form.ts";

/** How the agent is called, how it speaks, and when it leaves the answer to people. */
export function AgentFields({ agent, form, mayWrite }: { agent: Agent; form: AgentForm; mayWrite: boolean }) {
  const say = useToast();
  const { typed, set, isUnsaved, error } = form;
  const errors = fieldErrors(error);
  const placed = ["name", "instructions", "handoverText", "confidenceBound"].some((field) => errors[field]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!mayWrite || !isUnsaved || form.saving) return;
    form.save().then(
      ({ published }) =>
        say(published.some((each) => each.differs) ? "Saved. What is published stays as it is." : "Saved."),
      () => {}, // it is shown
    );
  };
  return (
    <form onSubmit={submit} className="grid max-w-[40rem] gap-4" noValidate>
      <Field label="Name" error={errors.name}>
        {(field) => (
          <Input
            {...field}
            readOnly={!mayWrite}
            value={typed.name}
            onChange={(event) => set({ name: event.target.value })}
          />
        )}
      </Field>
      <Field
        label="Instructions"
        error={errors.instructions}
        help={`How it should speak, and what it should leave to people. ${agent.modelId ? "Its language model goes by this." : "For a language model, where one writes its answers."}`}
      >
        {(field) => (
          <Textarea
            {...field}
            rows={5}
            readOnly={!mayWrite}
            value={typed.instructions}
            onChange={(event) => set({ instructions: event.target.value })}
          />
        )}
      </Field>
      <Field
        label={`Confidence it needs to answer: ${typed.bound}%`}
        error={errors.confidenceBound}
        help="Below it the agent asks your team. Higher means fewer answers of its own, and fewer wrong ones."
      >
        {(field) => (
          <input
            {...field}
            type="range"
            min={0}
            max={100}
            step={5}
            disabled={!mayWrite}
            value={typed.bound}
            onChange={(event) => set({ bound: event.target.valueAsNumber })}
            className="h-8 w-full accent-(--accent) max-md:h-11"
          />
        )}
      </Field>
      <Field
        label="What it says when it hands over"
        error={errors.handoverText}
        help="Left empty, it says nothing and your team just takes over."
      >
        {(field) => (
          <Textarea
            {...field}
            rows={2}
            readOnly={!mayWrite}
            value={typed.handoverText}
            onChange={(event) => set({ handoverText: event.target.value })}
          />
        )}
      </Field>
      <FormProblem>{error && !placed ? sentenceOf(error) : null}</FormProblem>
      <Button
        type="submit"
        look="primary"
        className="justify-self-start"
        busy={form.saving}
        reason={!mayWrite ? NOT_ALLOWED : isUnsaved ? null : "Nothing was changed."}
      >
        Save
      </Button>
    </form>
  );
}
