/** What numbers cost at Twilio: its Pricing API. */

import type { NumberType } from "../../../contract/sms-requests.ts";
import type { Credentials } from "../channel.ts";
import type { MonthlyPrices } from "../prices.ts";
import { type TwilioHosts, twilioClient } from "./client.ts";

/** The types by Twilio's names for them. */
const TYPES: Readonly<Record<string, NumberType>> = {
  local: "local",
  mobile: "mobile",
  national: "national",
  "toll free": "toll-free",
};

/** The present prices of a country for this account, discounts included; null: they can't be had now, or can't be read. */
export async function monthlyPrices(
  hosts: TwilioHosts,
  credentials: Credentials,
  country: string,
): Promise<MonthlyPrices | null> {
  try {
    const client = await twilioClient(hosts, credentials);
    const { phoneNumberPrices, priceUnit } = await client.pricing.v1.phoneNumbers.countries(country).fetch();
    const currency = priceUnit.toUpperCase();
    if (!/^[A-Z]{3}$/.test(currency)) return null;
    const prices: MonthlyPrices = {};
    for (const { numberType = "", currentPrice } of phoneNumberPrices) {
      const type = TYPES[numberType.toLowerCase()];
      const amount = String(currentPrice); // described as a number, and sent as a text
      if (type && /^\d+(\.\d+)?$/.test(amount)) prices[type] = { amount, currency };
    }
    return prices;
  } catch {
    return null; // without a price a number can be picked as well
  }
}
