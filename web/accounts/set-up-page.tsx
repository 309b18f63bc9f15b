import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { SetUp } from "../../contract/sign-in.ts";
import { codeOf, fieldErrors, sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { hasAccount } from "../shell/page.ts";
import { Button } from "../ui/button.tsx";
import { Field, Input } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { EntryFrame, LINK } from "./entry-frame.tsx";
import { forgetLinkToken, useLinkToken } from "./link-token.ts";
import { ENOUGH, PasswordField } from "./password-field.tsx";

/** The first visit to an installation: whoever read its log makes the business, and owns it. */
export function SetUpPage() {
  const given = useLinkToken("set-up");
  if (hasAccount)
    return (
      <EntryFrame title="Parley is set up already" about="Sign in, or ask its owner for an invitation.">
        <SignInLink />
      </EntryFrame>
    );
  return (
    <EntryFrame
      title="Set up Parley"
      about="Name your business and make its first owner: you. You can invite your team afterwards."
    >
      <SetUpForm key={given} given={given} />
    </EntryFrame>
  );
}

const SignInLink = () => (
  <a href="/sign-in" className={LINK}>
    Go to sign in
  </a>
);

function SetUpForm({ given }: { given: string | null }) {
  const { client } = useApi();
  const [form, setForm] = useState({ token: given ?? "", business: "", name: "", email: "", password: "" });
  const set = (field: keyof typeof form) => (value: string) => setForm((before) => ({ ...before, [field]: value }));
  const make = useMutation({
    mutationFn: () => {
      const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
      const body: SetUp = { ...form, email: form.email.trim(), timeZone };
      return client.ask("/api/set-up", { method: "POST", body });
    },
    onSuccess() {
      forgetLinkToken("set-up");
      location.assign("/account/channels");
    },
  });
  const errors = fieldErrors(make.error);
  const taken = codeOf(make.error) === "already_set_up";
  const placed = ["token", "business", "name", "email", "password"].some((field) => errors[field]);
  const busy = make.isPending || make.isSuccess;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) make.mutate();
  };
  const missing = !form.token.trim()
    ? "Enter the token from the log first."
    : !form.business.trim() || !form.name.trim() || !form.email.trim()
      ? "Fill in business, name and email first."
      : form.password.length < ENOUGH
        ? `Choose a password of ${ENOUGH} characters or more first.`
        : null;
  return (
    <form onSubmit={submit} className="grid gap-4" noValidate>
      {(given === null || errors.token) && (
        <Field
          label="Token"
          error={errors.token}
          help="The part after “token=” of the link that Parley printed when it was started."
        >
          {(field) => (
            <Input
              {...field}
              autoComplete="off"
              spellCheck={false}
              className="font-mono"
              value={form.token}
              onChange={(event) => set("token")(event.target.value)}
            />
          )}
        </Field>
      )}
      <Field label="Business" error={errors.business} help="As your customers know it.">
        {(field) => (
          <Input
            {...field}
            name="organization"
            autoComplete="organization"
            autoFocus={given !== null}
            value={form.business}
            onChange={(event) => set("business")(event.target.value)}
          />
        )}
      </Field>
      <Field label="Your name" error={errors.name}>
        {(field) => (
          <Input
            {...field}
            name="name"
            autoComplete="name"
            value={form.name}
            onChange={(event) => set("name")(event.target.value)}
          />
        )}
      </Field>
      <Field label="Email" error={errors.email} help="You sign in with it. Parley sends no mail.">
        {(field) => (
          <Input
            {...field}
            type="email"
            name="email"
            autoComplete="username"
            value={form.email}
            onChange={(event) => set("email")(event.target.value)}
          />
        )}
      </Field>
      <PasswordField
        fresh
        name="new-password"
        value={form.password}
        onChange={set("password")}
        error={errors.password}
      />
      <FormProblem>{make.isError && !placed ? sentenceOf(make.error) : null}</FormProblem>
      {taken && <SignInLink />}
      <Button type="submit" look="primary" className="h-9" busy={busy} reason={taken ? "It is set up." : missing}>
        {busy ? "Setting up" : "Set up Parley"}
      </Button>
    </form>
  );
}
