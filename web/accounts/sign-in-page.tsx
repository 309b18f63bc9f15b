import { useMutation, useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import type { DemoState } from "../../contract/demo.ts";
import type { SignedIn } from "../../contract/sign-in.ts";
import { codeOf, fieldErrors, sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { hasAccount } from "../shell/page.ts";
import { Button } from "../ui/button.tsx";
import { Field, Input } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { CodeStep } from "./code-step.tsx";
import { EntryFrame } from "./entry-frame.tsx";
import { PasswordField } from "./password-field.tsx";
import { SetUpPage } from "./set-up-page.tsx";

/** Only to a place of our own: an address from outside could lead anywhere. */
const placeOf = (next: string | undefined) => (next?.startsWith("/") && !/^\/[/\\]/.test(next) ? next : "/inbox");

export function SignInPage() {
  const { next } = useSearch({ from: "/sign-in" });
  const [codeNeeded, setCodeNeeded] = useState(false);
  const goOn = () => location.assign(placeOf(next));
  if (!hasAccount) return <SetUpPage />;
  if (codeNeeded)
    return (
      <EntryFrame title="One more step" about="Show that it is you, with a code from your phone.">
        <CodeStep done={goOn} again={() => setCodeNeeded(false)} />
      </EntryFrame>
    );
  return (
    <EntryFrame title="Sign in to Parley" about="Your team’s desk for texting with customers.">
      <DemoDoor goOn={goOn} />
      <PasswordStep done={(answer) => (answer.codeNeeded ? setCodeNeeded(true) : goOn())} />
    </EntryFrame>
  );
}

function PasswordStep({ done }: { done(answer: SignedIn): void }) {
  const { client } = useApi();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const attempt = useMutation({
    mutationFn: () =>
      client.ask<SignedIn>("/api/auth/sign-in/email", { method: "POST", body: { email: email.trim(), password } }),
    onSuccess: done,
  });
  const errors = fieldErrors(attempt.error);
  const problem =
    codeOf(attempt.error) === "wrong_credentials"
      ? "This email and password don’t go together. Check both and try again."
      : attempt.isError && !errors.email
        ? sentenceOf(attempt.error)
        : undefined;
  const busy = attempt.isPending || attempt.isSuccess;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) attempt.mutate();
  };
  return (
    <form onSubmit={submit} className="grid gap-4" noValidate>
      <Field label="Email" error={errors.email}>
        {(field) => (
          <Input
            {...field}
            type="email"
            name="email"
            autoComplete="username"
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      <PasswordField name="password" value={password} onChange={setPassword} error={problem} />
      <Button
        type="submit"
        look="primary"
        className="h-9"
        busy={busy}
        reason={email && password ? null : "Enter your email and password first."}
      >
        {busy ? "Signing in" : "Sign in"}
      </Button>
      <p className="text-sm text-pretty text-ink-3">
        No access yet, or lost your password? An owner or admin of your workspace can make you a link.
      </p>
    </form>
  );
}

/** On the machine that runs the demo, nobody needs a password to look around. */
function DemoDoor({ goOn }: { goOn(): void }) {
  const { client } = useApi();
  const { data } = useQuery({
    queryKey: ["demo"],
    queryFn: ({ signal }) => client.ask<DemoState>("/api/demo", { signal }),
  });
  const enter = useMutation({
    mutationFn: () => client.ask("/api/demo/sign-in", { method: "POST" }),
    onSuccess: goOn,
  });
  if (!data?.signInOffered) return null;
  return (
    <div className="mb-5 grid grid-cols-1 gap-3 border-b pb-5">
      <Button look="primary" className="h-9" busy={enter.isPending || enter.isSuccess} onClick={() => enter.mutate()}>
        Open the demo
      </Button>
      <FormProblem>{enter.isError ? sentenceOf(enter.error) : null}</FormProblem>
      <p className="text-sm text-pretty text-ink-2">This is a demo on your own machine, so it needs no password.</p>
      <details className="text-sm text-ink-2">
        <summary className="cursor-pointer font-medium text-ink max-md:py-2.5">Set up a business of your own</summary>
        <p className="mt-1.5 text-pretty">
          Stop Parley, and start it with an empty folder beside this one. It prints a link to set it up by.
        </p>
        <pre className="mt-1.5 rounded-md bg-sunken p-2.5 font-mono text-sm whitespace-pre-wrap">
          {"PARLEY_DEMO=0 PARLEY_DATA_DIR=./business npm start"}
        </pre>
      </details>
    </div>
  );
}
