import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { SignInLink } from "../../contract/sign-in.ts";
import { codeOf, fieldErrors, sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { memory } from "../shell/page.ts";
import { signOut } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { Field, Input } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { EntryFrame, LINK } from "./entry-frame.tsx";
import { forgetLinkToken, useLinkToken } from "./link-token.ts";
import { ENOUGH, PasswordField } from "./password-field.tsx";
import { roleName } from "./roles.ts";

export const JoinPage = () => <LinkPage place="join" />;
export const ResetPage = () => <LinkPage place="reset" />;

/** Where a one-time link leads: to choose a password, or to join with the one that one has. */
function LinkPage({ place }: { place: "join" | "reset" }) {
  const { client } = useApi();
  const token = useLinkToken(place);
  const link = useQuery({
    queryKey: ["sign-in-link", token],
    queryFn: () => client.ask<SignInLink>("/api/sign-in-links/look", { method: "POST", body: { token } }),
    enabled: token !== null,
    gcTime: 0,
  });
  const stale = token === null || codeOf(link.error) === "link_not_valid";
  if (link.data && token !== null) return <LinkUse key={token} place={place} token={token} link={link.data} />;
  if (stale)
    return (
      <EntryFrame
        title="This link does not work"
        about="It was used already, has expired, or was replaced by a newer one. Ask whoever gave it to you for a new one."
      >
        <a href="/sign-in" className={LINK}>
          Go to sign in
        </a>
      </EntryFrame>
    );
  return (
    <EntryFrame title={place === "join" ? "Join" : "Choose a new password"}>
      {link.isError ? (
        <div className="grid gap-3">
          <FormProblem>{sentenceOf(link.error)}</FormProblem>
          <Button className="justify-self-start" onClick={() => void link.refetch()}>
            Try again
          </Button>
        </div>
      ) : (
        <Skeleton className="h-40 w-full" />
      )}
    </EntryFrame>
  );
}

function LinkUse({ place, token, link }: { place: "join" | "reset"; token: string; link: SignInLink }) {
  const api = useApi();
  const [name, setName] = useState(link.name);
  const [password, setPassword] = useState("");
  const joining = link.kind === "invitation";
  const ownPassword = joining && link.known;
  const use = useMutation({
    mutationFn: () => {
      const chosen = joining ? { name, password } : { password };
      return api.client.ask("/api/sign-in-links/use", {
        method: "POST",
        body: ownPassword ? { token } : { token, ...chosen },
      });
    },
    onSuccess() {
      forgetLinkToken(place);
      memory.clear();
      memory.set("workspace", link.workspace?.id ?? null);
      location.assign("/inbox");
    },
  });
  const errors = fieldErrors(use.error);
  const busy = use.isPending || use.isSuccess;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) use.mutate();
  };
  const problem = (
    <FormProblem>{use.isError && !errors.name && !errors.password ? sentenceOf(use.error) : null}</FormProblem>
  );
  const title = joining ? `Join ${link.workspace?.name ?? "the workspace"}` : "Choose a new password";
  const invited = link.madeBy ? `${link.madeBy} invited you` : "You are invited";
  const about = joining
    ? `${invited}${link.role ? ` as ${roleName(link.role).toLowerCase()}` : ""}.`
    : `For ${link.email}. You are signed out everywhere else, and the second step of signing in is turned off.`;

  if (ownPassword && link.signedInAs !== link.email)
    return (
      <EntryFrame title={title} about={`${about} You sign in to Parley as ${link.email} already.`}>
        {link.signedInAs === null ? (
          <a href={`/sign-in?next=/${place}`} className={LINK}>
            Sign in to join
          </a>
        ) : (
          <div className="grid gap-3">
            <p className="text-md text-pretty text-ink-2">On this browser, {link.signedInAs} is signed in.</p>
            <Button className="justify-self-start" onClick={() => void signOut(api, `/sign-in?next=/${place}`)}>
              Sign out, and in as {link.email}
            </Button>
          </div>
        )}
      </EntryFrame>
    );
  if (ownPassword)
    return (
      <EntryFrame title={title} about={about}>
        <form onSubmit={submit} className="grid gap-4">
          {problem}
          <Button type="submit" look="primary" className="h-9" busy={busy}>
            Join as {link.email}
          </Button>
        </form>
      </EntryFrame>
    );
  return (
    <EntryFrame title={title} about={about}>
      <form onSubmit={submit} className="grid gap-4" noValidate>
        {joining && (
          <>
            <Field label="Email" help="You sign in with it from now on.">
              {(field) => <Input {...field} name="email" autoComplete="username" readOnly value={link.email} />}
            </Field>
            <Field label="Your name" error={errors.name}>
              {(field) => (
                <Input
                  {...field}
                  name="name"
                  autoComplete="name"
                  value={name}
                  onChange={(event) => setName(event.target.value)}
                />
              )}
            </Field>
          </>
        )}
        <PasswordField fresh name="new-password" value={password} onChange={setPassword} error={errors.password} />
        {problem}
        <Button
          type="submit"
          look="primary"
          className="h-9"
          busy={busy}
          reason={
            joining && !name.trim()
              ? "Enter your name first."
              : password.length < ENOUGH
                ? `Choose a password of ${ENOUGH} characters or more first.`
                : null
          }
        >
          {joining ? "Join" : "Save and sign in"}
        </Button>
      </form>
    </EntryFrame>
  );
}
