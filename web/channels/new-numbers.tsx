import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { ProviderNumber } from "../../contract/channels.ts";
import type { NumberType } from "../../contract/sms-requests.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { sayMonthly, sayPhone } from "../shell/words.ts";
import { sayType, TYPE_CHOICES, typeCalled } from "../sms-requests/request-words.ts";
import { cx } from "../ui/cx.ts";
import { Field, Input } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { Failed } from "../ui/state.tsx";
import { hasAreaCodes, usualCountries } from "./countries.ts";
import { needsAddress, numbersForSale, useMarket } from "./for-sale.ts";
import { PapersNote, usePapersFor } from "./papers-note.tsx";
import { abilities, LoadingOffers, type Offer, SenderChoice } from "./sender-choice.tsx";
import type { Wizard } from "./wizard-draft.ts";

/** Of what can't be picked now, so many are shown. */
const EXAMPLES = 3;

/** A number from Twilio's inventory, bought at the last step. What can't be sold is not picked. */
export function NewNumbers({ wizard, accountId }: { wizard: Wizard; accountId: string }) {
  const { draft, set } = wizard;
  const { client } = useApi();
  const { country, areaCode } = draft;
  const ready = /^(\d{3})?$/.test(areaCode);
  const beginning = /^\d{1,2}$/.test(areaCode);
  const market = useMarket(accountId, country);
  const numberType = draft.numberType ?? market.first;
  const found = useQuery({
    ...numbersForSale(client, { accountId, country, areaCode, numberType: numberType ?? "local" }),
    enabled: ready && numberType !== null,
  });
  const papers = usePapersFor(wizard, accountId, numberType);
  const offers = found.data?.map((each) => offerOf(each, papers.chosen ? null : papers.asked));
  const canNot = offers?.every(({ reason }) => reason !== null) ?? false;
  const isLooking = ready && (numberType === null || found.isPending || papers.pending);
  // What was picked before it was known that it can't be sold so is picked no longer.
  const mayNot = draft.bought && !isLooking && offers?.some(({ sender, reason }) => sender === draft.sender && reason);
  useEffect(() => {
    if (mayNot) set({ sender: "", bought: false, price: null });
  }, [mayNot, set]);
  return (
    <div className="grid gap-4">
      <div className={cx("grid grid-cols-2 items-start gap-4", hasAreaCodes(country) && "md:grid-cols-3")}>
        <Field label="Country">
          {(field) => (
            <Select
              {...field}
              value={country}
              onChange={(next) => set({ country: next, areaCode: "", sender: "", requestId: null, numberType: null })}
              choices={usualCountries(country)}
            />
          )}
        </Field>
        <Field label="Type of number">
          {(field) => (
            <Select
              {...field}
              value={numberType ?? ""}
              placeholder="Asking Twilio"
              onChange={(next) => set({ numberType: typeCalled(next), areaCode: "", sender: "", requestId: null })}
              choices={TYPE_CHOICES.filter(({ value }) => value === numberType || market.types.includes(value))}
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
      {numberType && !isLooking && (
        <PapersNote
          wizard={wizard}
          numberType={numberType}
          papers={papers}
          addressOnly={!papers.asked && (found.data?.some(needsAddress) ?? false)}
        />
      )}
      {beginning && <p className="py-4 text-md text-ink-2">Its numbers are listed once it has three digits.</p>}
      {isLooking && !found.isError && <LoadingOffers />}
      {found.isError && <Failed again={() => void found.refetch()}>{sentenceOf(found.error)}</Failed>}
      {ready && !isLooking && numberType && offers && (
        <SenderChoice
          label={canNot ? "For sale there, such as" : "Numbers for sale"}
          empty={sayNone(numberType, areaCode !== "", market.types.length > 0)}
          offers={canNot ? offers.slice(0, EXAMPLES) : offers}
          chosen={draft.sender}
          pick={({ sender }) => {
            const price = found.data?.find((each) => each.phoneNumber === sender)?.monthlyPrice ?? null;
            set({ numberType, sender, bought: true, price, otherApp: null, replaceWebhook: null });
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

/** @param others whether that country has numbers of another type */
function sayNone(type: NumberType, isArea: boolean, others: boolean): string {
  if (isArea) return `Twilio has no ${sayType(type)} number there at the moment. Try another area code, or none.`;
  if (others) return `Twilio has no ${sayType(type)} number with SMS there at the moment. Choose another type.`;
  return "Twilio has no number with SMS there at the moment. Choose another country, or look again another day.";
}

/** @param asked whether it is sold with approved papers alone; null: it is bought with what was chosen */
function offerOf(each: ProviderNumber, asked: boolean | null): Offer {
  const price = each.monthlyPrice && sayMonthly(each.monthlyPrice);
  const about = [each.locality, each.region, abilities(each.capabilities), price].filter(Boolean).join(" · ");
  const lacks = asked === null ? null : asked ? "needs papers" : needsAddress(each) ? "needs an address" : null;
  return {
    ...{ sender: each.phoneNumber, name: sayPhone(each.phoneNumber), about, otherApp: null },
    reason: lacks && `${about} · ${lacks}`,
  };
}
