import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { ProviderAccount } from "../../contract/channels.ts";
import { keys } from "../api/keys.ts";
import { codeOf, fieldErrors, sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { Button } from "../ui/button.tsx";
import { Field, Input } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { Select } from "../ui/select.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Failed } from "../ui/state.tsx";
import type { Wizard } from "./wizard-draft.ts";

const NEW = "new";

/** The account that is meant: the chosen one, or else the first; null: one that is still to be added. */
export const accountOf = (usable: ProviderAccount[], chosen: string | null): ProviderAccount | null =>
  chosen === NEW ? null : (usable.find((each) => each.id === chosen) ?? usable[0] ?? null);

/** Accounts in which a number may be got: a subaccount that Parley opened is for its one number. */
export const usableOf = (accounts: ProviderAccount[]): ProviderAccount[] =>
  accounts.filter((each) => each.status === "active" && each.kind !== "managed");

/** Which field a refusal of Twilio's speaks of. */
const FIELD_OF: Record<string, string> = {
  credentials_rejected: "authToken",
  account_suspended: "accountSid",
  account_closed: "accountSid",
  account_connected_elsewhere: "accountSid",
};

/** Twilio is asked at once whether the credentials hold; the token goes there and is kept nowhere in the browser. */
export function AccountStep({ wizard: { draft, set }, back }: { wizard: Wizard; back: () => void }) {
  const { client, cache, queries } = useApi();
  const accounts = useQuery(queries.providerAccounts());
  const [authToken, setAuthToken] = useState("");
  const add = useMutation({
    mutationFn: () =>
      client.ask<ProviderAccount>("/api/provider-accounts", {
        method: "POST",
        body: {
          provider: "twilio",
          accountSid: draft.accountSid.trim(),
          authToken: authToken.trim(),
          ...(draft.accountName.trim() ? { friendlyName: draft.accountName.trim() } : {}),
        },
      }),
    async onSuccess({ id }) {
      await cache.invalidateQueries({ queryKey: keys.providerAccounts });
      set({ accountId: id, step: 2 });
    },
  });
  if (accounts.isPending) return <Skeleton className="h-24 w-full" />;
  if (accounts.isError) return <Failed again={() => void accounts.refetch()}>{sentenceOf(accounts.error)}</Failed>;
  const usable = usableOf(accounts.data);
  const account = accountOf(usable, draft.accountId);
  const code = codeOf(add.error) ?? "";
  const field = FIELD_OF[code];
  const errors = field ? { [field]: sentenceOf(add.error) } : fieldErrors(add.error);
  const placed = errors.accountSid || errors.authToken || errors.friendlyName;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (account) set({ accountId: account.id, step: 2 });
    else if (!add.isPending) add.mutate();
  };
  const missing = !account && (!draft.accountSid.trim() || !authToken.trim());
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      {usable.length > 0 && (
        <Field label="Twilio account">
          {(field) => (
            <Select
              {...field}
              value={account?.id ?? NEW}
              onChange={(accountId) =>
                set({ accountId, requestId: null, sender: "", otherApp: null, replaceWebhook: null })
              }
              choices={[
                ...usable.map((each) => ({ value: each.id, label: each.friendlyName })),
                { value: NEW, label: "Another account" },
              ]}
            />
          )}
        </Field>
      )}
      {account?.type === "trial" && <TrialWarning />}
      {!account && (
        <>
          <Field
            label="Account SID"
            error={errors.accountSid}
            help="Twilio’s console shows it on its first page. It begins with AC and has 34 characters."
          >
            {(field) => (
              <Input
                {...field}
                autoComplete="off"
                spellCheck={false}
                className="font-mono"
                value={draft.accountSid}
                onChange={(event) => set({ accountSid: event.target.value })}
              />
            )}
          </Field>
          <Field
            label="Auth token"
            error={errors.authToken}
            help="It stands below the SID. Parley keeps it sealed and never shows it again."
          >
            {(field) => (
              <Input
                {...field}
                type="password"
                autoComplete="off"
                className="font-mono"
                value={authToken}
                onChange={(event) => setAuthToken(event.target.value)}
              />
            )}
          </Field>
          <Field label="Name" error={errors.friendlyName} help="May be left empty: then it is called as at Twilio.">
            {(field) => (
              <Input
                {...field}
                value={draft.accountName}
                onChange={(event) => set({ accountName: event.target.value })}
              />
            )}
          </Field>
        </>
      )}
      <FormProblem>{add.isError && !placed ? sentenceOf(add.error) : null}</FormProblem>
      <div className="flex justify-between gap-2">
        <Button onClick={back}>Back</Button>
        <Button
          type="submit"
          look="primary"
          busy={add.isPending}
          reason={missing ? "Enter the Account SID and the auth token first." : null}
        >
          {add.isPending ? "Asking Twilio" : account ? "Continue" : "Check and continue"}
        </Button>
      </div>
    </form>
  );
}

export const TrialWarning = () => (
  <p className="rounded-sm bg-warn-soft px-3 py-2 text-sm text-warn">
    This is a trial account. Twilio lets it text only numbers that you verified there, puts a line of its own before
    each text, and limits how many leave a day. Upgrade it at Twilio before customers use it.
  </p>
);
