import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { codeOf, fieldErrors, sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { Button } from "../ui/button.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { CodeField } from "./code-field.tsx";

/** After the password: a code of the app, or a recovery code of whoever has lost it. */
export function CodeStep({ done, again }: { done(): void; again(): void }) {
  const { client } = useApi();
  const [recovery, setRecovery] = useState(false);
  const [code, setCode] = useState("");
  const give = useMutation({
    mutationFn: () =>
      client.ask(recovery ? "/api/auth/recovery-code" : "/api/auth/code", { method: "POST", body: { code } }),
    onSuccess: done,
  });
  const errors = fieldErrors(give.error);
  const late = codeOf(give.error) === "sign_in_again";
  const busy = give.isPending || give.isSuccess;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) give.mutate();
  };
  const switchTo = (next: boolean) => {
    setRecovery(next);
    setCode("");
    give.reset();
  };
  return (
    <form onSubmit={submit} className="grid gap-4" noValidate>
      <CodeField key={String(recovery)} recovery={recovery} value={code} onChange={setCode} error={errors.code} />
      <FormProblem>{give.isError && !errors.code ? sentenceOf(give.error) : null}</FormProblem>
      {late ? (
        <Button look="primary" className="h-9" onClick={again}>
          Sign in again
        </Button>
      ) : (
        <Button
          type="submit"
          look="primary"
          className="h-9"
          busy={busy}
          reason={code.trim() ? null : recovery ? "Enter a recovery code first." : "Enter the code first."}
        >
          {busy ? "Signing in" : "Go on"}
        </Button>
      )}
      <div className="flex flex-wrap justify-between gap-x-4">
        <Button look="quiet" className="-mx-2.5" onClick={() => switchTo(!recovery)}>
          {recovery ? "Use the app instead" : "I don’t have my phone"}
        </Button>
        <Button look="quiet" className="-mx-2.5" onClick={again}>
          Start over
        </Button>
      </div>
    </form>
  );
}
