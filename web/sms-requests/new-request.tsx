import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import type { EndUserType, NumberType, SmsRequest } from "../../contract/sms-requests.ts";
import { keys } from "../api/keys.ts";
import { fieldErrors, sentenceOf } from "../api/problems.ts";
import { accountOf, usableOf } from "../channels/account-step.tsx";
import { countryChoices, NUMBER_COUNTRIES, sayCountry } from "../channels/countries.ts";
import { needsAddress, useMarket } from "../channels/for-sale.ts";
import { useApi } from "../shell/desk-api.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { Select } from "../ui/select.tsx";
import { Failed } from "../ui/state.tsx";
import { NoStock } from "./no-stock.tsx";
import { PEOPLE_CHOICES, TYPE_CHOICES, typeCalled } from "./request-words.ts";

interface Chosen {
  accountId: string | null;
  country: string;
  /** Null: none, so that it is one of which there are any. */
  numberType: NumberType | null;
  endUserType: EndUserType;
}

/** Which number, and for whom; what is asked for follows from that. */
export function NewRequest({
  country: first,
  numberType: wanted,
  close,
}: {
  country: string;
  numberType: NumberType | null;
  close(): void;
}) {
  const { client, cache, queries } = useApi();
  const go = useNavigate();
  const accounts = useQuery(queries.providerAccounts());
  const usable = usableOf(accounts.data ?? []);
  const [chosen, setChosen] = useState<Chosen>({
    ...{ accountId: null, country: first, numberType: wanted, endUserType: "business" },
  });
  const account = accountOf(usable, chosen.accountId);
  const { country, endUserType } = chosen;
  const market = useMarket(account?.id ?? null, country);
  const kinds = useQuery({ ...queries.paperKinds(country, account?.id ?? null), enabled: account !== null });
  const asksOf = (type: NumberType) =>
    kinds.data?.some((each) => each.numberType === type) || needsAddress(market.of(type)?.[0]);
  const preset = market.types.find(asksOf) ?? market.first;
  const numberType = chosen.numberType ?? (market.settled && !kinds.isPending ? preset : null);
  const offered = numberType ? market.of(numberType) : undefined;
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
        : needsAddress(offered?.[0])
          ? "Twilio asks for an address for this, which nobody reviews."
          : offered?.length
            ? "Twilio asks for no papers for this."
            : `Twilio names no papers for this in ${sayCountry(country)}; it may ask for an address.`);
  return (
    <Dialog open onClose={close} title="New request" about="What is asked for depends on the country and the number.">
      {accounts.isError && !accounts.data ? (
        <Failed again={() => void accounts.refetch()}>{sentenceOf(accounts.error)}</Failed>
      ) : accounts.data && usable.length === 0 ? (
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
                onChange={(next) => set({ country: next, numberType: null })}
                choices={countryChoices(NUMBER_COUNTRIES)}
              />
            )}
          </Field>
          <Field label="Type of number" error={errors.numberType} help={help}>
            {(field) => (
              <Select
                {...field}
                value={numberType ?? ""}
                placeholder="Asking Twilio"
                onChange={(next) => set({ numberType: typeCalled(next) })}
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
          {numberType && offered?.length === 0 && kinds.data && (
            <NoStock type={numberType} reviewed={isAsked !== undefined} others={market.types} />
          )}
          <FormProblem>
            {begin.isError && Object.keys(errors).length === 0 ? sentenceOf(begin.error) : null}
          </FormProblem>
          <div className="flex justify-end gap-2">
            <Button onClick={close}>Cancel</Button>
            <Button type="submit" look="primary" busy={begin.isPending || numberType === null}>
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
