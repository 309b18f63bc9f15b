/** What numbers cost a month, as far as the provider says so: asked beside what else is asked there, and kept for a while. */
import type { MonthlyPrice, ProviderNumber } from "../../contract/channels.ts";
import type { NumberType } from "../../contract/sms-requests.ts";
import type { Outside } from "../platform/db/handles.ts";
import type { Credentials, SmsProvider } from "./channel.ts";

/** By type of number; one that is not there is not known. */
export type MonthlyPrices = Partial<Record<NumberType, MonthlyPrice>>;

/** Never fails: where the provider does not say, nothing is known. */
export type AskPrices = (outside: Outside, credentials: Credentials, country: string) => Promise<MonthlyPrices>;

/** Whoever looks at numbers waits for it no longer than this; what comes later is kept for the next one. */
const WAITS_MS = 2000;
const KNOWN_FOR_MS = 24 * 60 * 60_000;
/** So long a provider that did not say is not asked again. */
const UNKNOWN_FOR_MS = 10 * 60_000;
/** Some accounts with all their countries; then it is begun anew. */
const MOST_KEPT = 500;

/** Prices are an account's own (discounts), so each account is asked. Several who ask at once share one answer. */
export function createPrices(provider: Pick<SmsProvider, "monthlyPrices">): AskPrices {
  const kept = new Map<string, { prices: Promise<MonthlyPrices | null>; until: number }>();
  return async (outside, credentials, country) => {
    const now = outside.world.now().getTime();
    const name = `${credentials.accountSid} ${country}`;
    const known = kept.get(name);
    if (known && now < known.until) return inTime(outside, known.prices);
    if (kept.size >= MOST_KEPT) kept.clear();
    const asked = { prices: provider.monthlyPrices(outside, credentials, country), until: now + KNOWN_FOR_MS };
    kept.set(name, asked);
    asked.prices = asked.prices.then((prices) => {
      if (!prices) asked.until = now + UNKNOWN_FOR_MS;
      return prices;
    });
    return inTime(outside, asked.prices);
  };
}

async function inTime({ world }: Outside, asked: Promise<MonthlyPrices | null>): Promise<MonthlyPrices> {
  const end = new AbortController();
  const tooLate = world.sleep(WAITS_MS, end.signal).then(() => null);
  const prices = await Promise.race([asked, tooLate]);
  end.abort();
  return prices ?? {};
}

/** Numbers of one type that are for sale, each with its price where that is known. */
export const withPrices = (
  items: readonly ProviderNumber[],
  prices: MonthlyPrices,
  type: NumberType,
): ProviderNumber[] =>
  items.map((each) => {
    const monthlyPrice = prices[type];
    return monthlyPrice ? { ...each, monthlyPrice } : each;
  });
