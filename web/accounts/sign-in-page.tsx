import { useMutation, useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import type { DemoState } from "../../contract/demo.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { hasAccount, isOwnAddress, publicUrl } from "../shell/page.ts";
import { Button } from "../ui/button.tsx";
import { Field, Input } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { type SignInFailure, signIn } from "./sign-in.ts";

export function SignInPage() {
  useEffect(() => {
    document.title = "Sign in · Parley";
  }, []);
  return (
    <main className="grid min-h-dvh place-items-center bg-canvas p-4">
      <div className="w-full max-w-[22rem]">
        <div
          aria-hidden
          className="mb-5 grid size-9 place-items-center rounded-md bg-accent text-lg font-bold text-accent-ink"
        >
          P
        </div>
        {!isOwnAddress() ? <Elsewhere /> : hasAccount ? <SignInForm /> : <NoAccountYet />}
      </div>
    </main>
  );
}

function SignInForm() {
  const { client } = useApi();
  const { next } = useSearch({ from: "/sign-in" });
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  // Only to a place of our own: an address from outside could lead anywhere.
  const goOn = () => location.assign(next?.startsWith("/") && !next.startsWith("//") ? next : "/inbox");
  const attempt = useMutation<void, SignInFailure>({
    mutationFn: () => signIn(client, email.trim(), password),
    onSuccess: goOn,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!attempt.isPending) attempt.mutate();
  };
  return (
    <form onSubmit={submit} className="grid gap-4" noValidate>
      <div>
        <h1 className="text-xl font-semibold tracking-tight">Sign in to Parley</h1>
        <p className="mt-1 text-sm text-ink-2">Your team’s desk for texting with customers.</p>
      </div>
      <DemoDoor goOn={goOn} />
      <Field label="Email">
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
      <Field label="Password" error={attempt.error?.message}>
        {(field) => (
          <Input
            {...field}
            type="password"
            name="password"
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      <Button
        type="submit"
        look="primary"
        className="h-9"
        busy={attempt.isPending || attempt.isSuccess}
        reason={email && password ? null : "Enter your email and password first."}
      >
        {attempt.isPending || attempt.isSuccess ? "Signing in" : "Sign in"}
      </Button>
      <p className="text-sm text-ink-3">No access yet? Ask an owner or admin of your workspace to add you.</p>
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
    <>
      <Button look="primary" className="h-9" busy={enter.isPending || enter.isSuccess} onClick={() => enter.mutate()}>
        Open the demo
      </Button>
      <FormProblem>{enter.isError ? sentenceOf(enter.error) : null}</FormProblem>
      <p className="border-t pt-4 text-sm text-ink-2">This is a demo on your own machine, so it needs no password.</p>
    </>
  );
}

function NoAccountYet() {
  return (
    <div className="grid gap-3">
      <h1 className="text-xl font-semibold tracking-tight">Parley runs. It has no owner yet.</h1>
      <p className="text-md text-ink-2">
        Stop it, set these three where it is started, and start it again. The first start with them makes the account.
        The password needs 12 characters or more, the key 32.
      </p>
      <pre className="overflow-x-auto rounded-md bg-sunken p-3 font-mono text-sm leading-relaxed">
        {"PARLEY_ADMIN_EMAIL=you@example.com\nPARLEY_ADMIN_PASSWORD=…\nPARLEY_API_KEY=…"}
      </pre>
      <Button className="justify-self-start" onClick={() => location.reload()}>
        Look again
      </Button>
    </div>
  );
}

/** Signing in is refused to pages of other addresses: lead there instead of failing. */
function Elsewhere() {
  const there = `${publicUrl}${location.pathname}${location.search}`;
  return (
    <div className="grid gap-3">
      <h1 className="text-xl font-semibold tracking-tight">Parley has another address</h1>
      <p className="text-md text-ink-2">
        This page was opened at {location.origin}. Signing in works only at the address that Parley was set up for.
      </p>
      <a href={there} className="text-md font-medium text-accent underline underline-offset-2">
        Open {publicUrl}
      </a>
    </div>
  );
}
