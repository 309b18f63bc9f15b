/** What a number that Parley gets would cost a month, for whoever is about to have it get one. */
import type { ActivationPrice, ActivationPriceQuery } from "../../../contract/activations.ts";
import { Refusal } from "../../platform/errors.ts";
import type { Caller } from "../../platform/http/route.ts";
import type { AskPrices } from "../prices.ts";
import { usableAccount } from "../provider-accounts.ts";
import type { ActivationParts } from "./act.ts";
import { parentFor } from "./activations.ts";

/** By the account that it would be under; nothing where there is none, or the provider does not say. */
export async function priceThere(
  parts: ActivationParts,
  askPrices: AskPrices,
  { country, providerAccountId }: ActivationPriceQuery,
  caller: Caller,
): Promise<ActivationPrice> {
  const { database, secrets } = parts;
  try {
    const { id } = await parentFor(parts, { providerAccountId }, caller);
    const credentials = id ? (await usableAccount(database.ground, secrets, caller, id)).credentials : parts.parent;
    if (!credentials) return {};
    const { local, mobile } = await askPrices(database.outside, credentials, country);
    const monthlyPrice = local ?? mobile; // in the order in which numbers are looked for
    return monthlyPrice ? { monthlyPrice } : {};
  } catch (error) {
    if (error instanceof Refusal) return {};
    throw error;
  }
}
