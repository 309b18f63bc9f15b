import type { UseMutationResult } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { fieldErrors, sentenceOf } from "../api/problems.ts";
import { Button } from "../ui/button.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { PasswordField } from "./password-field.tsx";

/** Asks for one's password before something that only the person themselves may do. */
export function PasswordProof<T>({
  act,
  danger = false,
  attempt,
  close,
}: {
  /** What the button says it does. */
  act: string;
  danger?: boolean;
  attempt: UseMutationResult<T, Error, string>;
  close(): void;
}) {
  const [password, setPassword] = useState("");
  const errors = fieldErrors(attempt.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!attempt.isPending) attempt.mutate(password);
  };
  return (
    <form onSubmit={submit} className="grid gap-4" noValidate>
      <PasswordField
        label="Your password"
        name="current-password"
        value={password}
        onChange={setPassword}
        error={errors.password}
      />
      <FormProblem>{attempt.isError && !errors.password ? sentenceOf(attempt.error) : null}</FormProblem>
      <div className="flex justify-end gap-2">
        <Button onClick={close}>Cancel</Button>
        <Button
          type="submit"
          look={danger ? "danger" : "primary"}
          busy={attempt.isPending}
          reason={password ? null : "Enter your password first."}
        >
          {act}
        </Button>
      </div>
    </form>
  );
}
