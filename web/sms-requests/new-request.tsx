import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import type { EndUserType, NumberType, SmsRequest } from "../../contract/sms-requests.ts";
import { keys } from "../api/keys.ts";
import { fieldErrors, sentenceOf } from "../api/problems.ts";
import { accountOf, usableOf } from "../channels/account-step.tsx";
import { countryChoices, NUMBER_COUNTRIES, sayCountry } from "../channels/countries.ts";
import { useApi } from "../shell/desk-api.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { Select } from "../ui/select.tsx";
import { PEOPLE_CHOICES, TYPE_CHOICES } from "./request-words.ts";

interface Chosen {
  accountId: string | null;
  country: string;
  numberType: NumberType;
  endUserType: EndUserType;
}

/** Which number, and for whom; what is asked for follows from that. */
export function NewRequest({ country: first, close }: { country: string; close(): void }) {
  const { client, cache, queries } = useApi();
  const go = useNavigate();
  const accounts = useQuery(queries.providerAccounts());
  const usable = usableOf(accounts.data ?? []);
  const [chosen, setChosen] = useState<Chosen>({
    ...{ accountId: null, country: first, numberType: "local", endUserType: "business" },
  });
  const account = accountOf(usable, chosen.accountId);
  const { country, numberType, endUserType } = chosen;
  const kinds = useQuery({ ...queries.paperKinds(country, account?.id ?? null), enabled: account !== null });
  const isAsked = kinds.data?.find((each) => each.numberType === numberType && each.endUserType === endUserType);
  const begin = useMutation({
    mutationFn: () =>
      client.ask<SmsRequest>("/api/sms-requests", {
        method: "POST",
        body: { country, numberType, endUserType, ...(account ? { providerAccountId: account.id } : {}) },
      }),
    async onSuccess(request) {
      cache.setQueryData(keys.smsRequest(request.id), request);
      void cache.invalidateQueries({ queryKey: keys.smsRequests, exact: true });
      await go({
        to: "/settings/sms-requests/$requestId",
        params: { requestId: request.id },
        search: { dialog: undefined },
      });
    },
  });
  const set = (change: Partial<Chosen>) => {
    begin.reset(); // what was said is of another choice
    setChosen((before) => ({ ...before, ...change }));
  };
  const errors = fieldErrors(begin.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    begin.mutate();
  };
  const help = kinds.isError
    ? sentenceOf(kinds.error)
    : kinds.data &&
      (isAsked
        ? `Twilio asks for papers for this: ${isAsked.title}.`
        : kinds.data.length > 0
          ? "Twilio asks for no papers for this, at most for an address."
          : `Twilio names no papers for ${sayCountry(country)}; it may ask for an address.`);
  return (
    <Dialog open onClose={close} title="New request" about="What is asked for depends on the country and the number.">
      {accounts.data && usable.length === 0 ? (
        <NoAccount />
      ) : (
        <form onSubmit={submit} noValidate className="grid gap-4">
          {usable.length > 1 && (
            <Field label="Twilio account" error={errors.providerAccountId}>
              {(field) => (
                <Select
                  {...field}
                  value={account?.id ?? ""}
                  onChange={(accountId) => set({ accountId })}
                  choices={usable.map((each) => ({ value: each.id, label: each.friendlyName }))}
                />
              )}
            </Field>
          )}
          <Field label="Country" error={errors.country}>
            {(field) => (
              <Select
                {...field}
                value={country}
                onChange={(next) => set({ country: next })}
                choices={countryChoices(NUMBER_COUNTRIES)}
              />
            )}
          </Field>
          <Field label="Type of number" error={errors.numberType} help={help}>
            {(field) => (
              <Select
                {...field}
                value={numberType}
                onChange={(next) =>
                  set({ numberType: TYPE_CHOICES.find(({ value }) => value === next)?.value ?? "local" })
                }
                choices={TYPE_CHOICES}
              />
            )}
          </Field>
          <Field label="Who it is for" error={errors.endUserType}>
            {(field) => (
              <Select
                {...field}
                value={endUserType}
                onChange={(next) =>
                  set({ endUserType: PEOPLE_CHOICES.find(({ value }) => value === next)?.value ?? "business" })
                }
                choices={PEOPLE_CHOICES}
              />
            )}
          </Field>
          <FormProblem>
            {begin.isError && Object.keys(errors).length === 0 ? sentenceOf(begin.error) : null}
          </FormProblem>
          <div className="flex justify-end gap-2">
            <Button onClick={close}>Cancel</Button>
            <Button type="submit" look="primary" busy={begin.isPending || accounts.isPending}>
              {begin.isPending ? "Asking Twilio" : "Begin"}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

const NoAccount = () => (
  <p className="text-md text-pretty text-ink-2">
    A request is made in a Twilio account of yours, and there is none here yet.{" "}
    <Link to="/account/channels" search={{ dialog: "connect" }} className="font-medium text-accent hover:underline">
      Add a channel first
    </Link>
    : that is where accounts come in.
  </p>
);
