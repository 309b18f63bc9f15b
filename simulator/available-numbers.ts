import { type Answer, booleanOf, type Call, idOf } from "./call.ts";
import { notFound, TwilioError } from "./errors.ts";
import { COUNTRIES, forSale, type InventoryType, matchesPattern, offerJson } from "./inventory.ts";

const PATH_NAMES: Record<InventoryType, string> = { Local: "local", TollFree: "toll_free", Mobile: "mobile" };

export function listCountries(call: Call): Answer {
  return { status: 200, json: { countries: COUNTRIES.map((country) => countryJson(call, country)), uri: call.path } };
}

export function fetchCountry(call: Call): Answer {
  const country = COUNTRIES.find(({ code }) => code === idOf(call, 0));
  if (country === undefined) throw notFound(call.path);
  return { status: 200, json: countryJson(call, country) };
}

/**
 * Search by AreaCode, Contains, SmsEnabled, MmsEnabled, VoiceEnabled, Exclude…AddressRequired, InRegion, InLocality and
 * InPostalCode; no paging, as Twilio.
 */
export function searchNumbers(call: Call): Answer {
  const { world, query, path } = call;
  const type = idOf(call, 1);
  const country = COUNTRIES.find(({ code }) => code === idOf(call, 0));
  if (country === undefined || !isInventoryType(type) || !country.types.includes(type)) throw notFound(path);
  const contains = query.get("Contains");
  if (contains !== null && !/^\+?[0-9A-Za-z*]{2,16}$/.test(contains))
    throw new TwilioError(21421, 400, "Invalid Contains");
  const excluded = ["All", "Local", "Foreign"]
    .filter((which) => booleanOf(query, `Exclude${which}AddressRequired`, false))
    .map((which) => which.toLowerCase());
  const needed = { sms: "SmsEnabled", mms: "MmsEnabled", voice: "VoiceEnabled" } as const;
  const offers = forSale(world, country.code, type, query.get("AreaCode"))
    .filter((offer) => contains === null || matchesPattern(offer.phoneNumber, contains))
    .filter(({ capabilities }) =>
      (["sms", "mms", "voice"] as const).every((kind) => {
        const wanted = needed[kind];
        return !query.has(wanted) || capabilities[kind] === booleanOf(query, wanted, true);
      }),
    )
    .filter(({ address }) => address === "none" || !excluded.some((which) => which === "all" || which === address))
    .map(offerJson)
    .filter((offer) =>
      [
        ["InRegion", "region"],
        ["InLocality", "locality"],
        ["InPostalCode", "postal_code"],
      ].every(([name = "", key = ""]) => !query.has(name) || offer[key] === query.get(name)),
    );
  const size = Math.min(Number(query.get("PageSize") ?? 30) || 30, 1000);
  return { status: 200, json: { available_phone_numbers: offers.slice(0, size), uri: path } };
}

function isInventoryType(text: string): text is InventoryType {
  return Object.hasOwn(PATH_NAMES, text);
}

function countryJson(call: Call, country: (typeof COUNTRIES)[number]): Record<string, unknown> {
  const base = `/2010-04-01/Accounts/${call.account.sid}/AvailablePhoneNumbers/${country.code}`;
  return {
    beta: false,
    country: country.name,
    country_code: country.code,
    subresource_uris: Object.fromEntries(country.types.map((type) => [PATH_NAMES[type], `${base}/${type}.json`])),
    uri: `${base}.json`,
  };
}
