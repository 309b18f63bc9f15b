import { type Answer, type Call, idOf } from "./call.ts";
import { notFound } from "./errors.ts";
import { COUNTRIES, type InventoryType } from "./inventory.ts";

const TYPES: Record<InventoryType, string> = { Local: "local", TollFree: "toll free", Mobile: "mobile" };

/** What a number costs a month, in US dollars. */
const MONTHLY: Record<string, Partial<Record<InventoryType, string>>> = {
  US: { Local: "1.15", TollFree: "2.15" },
  CA: { Local: "1.15", TollFree: "2.15" },
  GB: { Local: "1.15", Mobile: "1.15", TollFree: "2.15" },
  AU: { Local: "3.00", Mobile: "6.50", TollFree: "16.00" },
};

/** The prices of numbers in one country, of pricing.twilio.com. */
export function fetchPrices(call: Call): Answer {
  const country = COUNTRIES.find(({ code }) => code === idOf(call, 0));
  if (country === undefined) throw notFound(call.path);
  const { code, name, types } = country;
  return {
    status: 200,
    json: {
      country: name,
      iso_country: code,
      phone_number_prices: types.flatMap((type) => {
        const price = MONTHLY[code]?.[type];
        return price === undefined ? [] : [{ number_type: TYPES[type], base_price: price, current_price: price }];
      }),
      price_unit: "USD",
      url: `https://pricing.twilio.com/v1/PhoneNumbers/Countries/${code}`,
    },
  };
}
