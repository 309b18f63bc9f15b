import { useQuery } from "@tanstack/react-query";
import type { ProviderNumber } from "../../contract/channels.ts";
import type { Page } from "../../contract/paging.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { sayMonthly, sayPhone } from "../shell/words.ts";
import { Field, Input } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { Failed } from "../ui/state.tsx";
import { hasAreaCodes, usualCountries } from "./countries.ts";
import { PapersNote } from "./papers-note.tsx";
import { abilities, LoadingOffers, SenderChoice } from "./sender-choice.tsx";
import type { Wizard } from "./wizard-draft.ts";

/** A number from Twilio's inventory, bought at the last step. */
export function NewNumbers({ wizard, accountId }: { wizard: Wizard; accountId: string }) {
  const { draft, set } = wizard;
  const { client } = useApi();
  const { country, areaCode, numberType } = draft;
  const ready = /^(\d{3})?$/.test(areaCode);
  const beginning = /^\d{1,2}$/.test(areaCode);
  const found = useQuery({
    queryKey: ["numbers-for-sale", accountId, country, areaCode, numberType],
    enabled: ready,
    staleTime: 0,
    queryFn: ({ signal }) =>
      client.ask<Page<ProviderNumber>>("/api/channels/sms/numbers", {
        query: { mode: "available", providerAccountId: accountId, country, areaCode, numberType },
        signal,
      }),
  });
  return (
    <div className="grid gap-4">
      <div className="grid grid-cols-2 items-start gap-4">
        <Field label="Country">
          {(field) => (
            <Select
              {...field}
              value={country}
              onChange={(next) =>
                set({ country: next, areaCode: "", sender: "", requestId: null, numberType: "local" })
              }
              choices={usualCountries(country)}
            />
          )}
        </Field>
        {hasAreaCodes(country) && (
          <Field
            label="Area code"
            error={ready || beginning ? undefined : "Must be three digits, such as 415."}
            help="Three digits, or left empty."
          >
            {(field) => (
              <Input
                {...field}
                inputMode="numeric"
                autoComplete="off"
                value={areaCode}
                onChange={(event) => set({ areaCode: event.target.value, sender: "" })}
              />
            )}
          </Field>
        )}
      </div>
      <PapersNote wizard={wizard} accountId={accountId} />
      {beginning && <p className="py-4 text-md text-ink-2">Its numbers are listed once it has three digits.</p>}
      {ready && found.isPending && <LoadingOffers />}
      {found.isError && <Failed again={() => void found.refetch()}>{sentenceOf(found.error)}</Failed>}
      {ready && found.data && (
        <SenderChoice
          label="Numbers for sale"
          empty="Twilio has no number there at the moment. Try another area code, or none."
          offers={found.data.items.map((each) => ({
            sender: each.phoneNumber,
            name: sayPhone(each.phoneNumber),
            about: [
              ...[each.locality, each.region, abilities(each.capabilities)],
              each.monthlyPrice && sayMonthly(each.monthlyPrice),
            ]
              .filter(Boolean)
              .join(" · "),
            otherApp: null,
            reason: null,
          }))}
          chosen={draft.sender}
          pick={({ sender }) => {
            const price = found.data.items.find((each) => each.phoneNumber === sender)?.monthlyPrice ?? null;
            set({ sender, bought: true, price, otherApp: null, replaceWebhook: null });
          }}
        />
      )}
      <p className="text-sm text-ink-3">
        Twilio bills the number to your account each month, at the price of its country. It is bought at the last step,
        not before.
      </p>
    </div>
  );
}
