/** What Twilio has for sale now: numbers with SMS, by country and type. */
import { queryOptions, useQueries } from "@tanstack/react-query";
import type { ProviderNumber } from "../../contract/channels.ts";
import type { Page } from "../../contract/paging.ts";
import type { NumberType } from "../../contract/sms-requests.ts";
import type { Client } from "../api/client.ts";
import { useApi } from "../shell/desk-api.ts";
import { TYPE_CHOICES } from "../sms-requests/request-words.ts";

interface Search {
  accountId: string;
  country: string;
  areaCode: string;
  numberType: NumberType;
}

export const numbersForSale = (client: Client, { accountId, country, areaCode, numberType }: Search) =>
  queryOptions({
    queryKey: ["numbers-for-sale", accountId, country, areaCode, numberType],
    staleTime: 0,
    queryFn: async ({ signal }) =>
      (
        await client.ask<Page<ProviderNumber>>("/api/channels/sms/numbers", {
          query: { mode: "available", providerAccountId: accountId, country, areaCode, numberType },
          signal,
        })
      ).items,
  });

/** Whether it is sold with an address alone; where there is no such number, that is not known. */
export const needsAddress = (number: ProviderNumber | undefined): boolean =>
  (number?.addressNeeded ?? "none") !== "none";

/** Long enough to choose in peace; what is picked is asked for anew. */
const KNOWN_FOR_MS = 60_000;

interface Market {
  /** What of each type is for sale; undefined: that is not known, or not yet. */
  of(type: NumberType): ProviderNumber[] | undefined;
  /** The types that have any, in the order in which they are offered. */
  types: NumberType[];
  /** Whether nothing more is going to be known. */
  settled: boolean;
  /** The first type that has any, or that could not be asked; null: not known yet. Where there are none at all, local. */
  first: NumberType | null;
}

/** @param accountId null: nothing is asked */
export function useMarket(accountId: string | null, country: string): Market {
  const { client } = useApi();
  const asked = useQueries({
    queries: TYPE_CHOICES.map(({ value: numberType }) => ({
      ...numbersForSale(client, { accountId: accountId ?? "", country, areaCode: "", numberType }),
      enabled: accountId !== null,
      staleTime: KNOWN_FOR_MS,
    })),
  });
  const all = TYPE_CHOICES.map(({ value: type }, n) => ({ type, found: asked[n]?.data, failed: asked[n]?.isError }));
  const telling = all.find(({ found, failed }) => failed || found === undefined || found.length > 0);
  return {
    of: (type) => all.find((each) => each.type === type)?.found,
    types: all.filter(({ found }) => found && found.length > 0).map(({ type }) => type),
    settled: asked.every((each) => !each.isPending),
    first: telling ? (telling.failed || telling.found ? telling.type : null) : "local",
  };
}
