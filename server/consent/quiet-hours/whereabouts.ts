/** Where someone may be: every place and time zone that their number and their address speak of. The strictest counts. */
import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import { areaOf, zonesOfState } from "./area-codes.ts";
import { stateNamed, stateOfZip } from "./us-addresses.ts";

export interface Whereabouts {
  /** Whose rules count: countries and states, such as "US" and "US-FL". */
  places: readonly string[];
  zones: readonly string[];
  /** False: the number tells no place, so the rules of all of them count. */
  placeKnown: boolean;
}

/** What a contact's attributes say; any may be missing or nonsense. */
export interface AddressHints {
  timeZone?: string | undefined;
  country?: string | undefined;
  state?: string | undefined;
  zip?: string | undefined;
}

const HINTS: Record<keyof AddressHints, readonly string[]> = {
  timeZone: ["timezone"],
  country: ["country", "countrycode"],
  state: ["state", "region", "province"],
  zip: ["zip", "zipcode", "postalcode", "postcode"],
};

/** Reads the hints out of a contact's own attributes, however their names are written: "timeZone", "time_zone", "Time zone". */
export function hintsIn(attributes: Readonly<Record<string, unknown>>): AddressHints {
  const plain = new Map(
    Object.entries(attributes).map(([name, value]) => [name.toLowerCase().replace(/[\s_-]/g, ""), value]),
  );
  const read = (hint: keyof AddressHints) =>
    HINTS[hint].map((name) => plain.get(name)).find((value) => typeof value === "string" || typeof value === "number");
  const text = (hint: keyof AddressHints) => read(hint)?.toString();
  return { timeZone: text("timeZone"), country: text("country"), state: text("state"), zip: text("zip") };
}

/** Null: neither the number nor the address tells when it is night there. */
export function whereaboutsOf(phone: string, hints: AddressHints = {}): Whereabouts | null {
  const byNumber = placeOfNumber(phone);
  const byAddress = placeOfAddress(hints);
  const zone = hints.timeZone && isZone(hints.timeZone) ? [hints.timeZone] : [];
  const zones = [...new Set([...(byNumber?.zones ?? []), ...(byAddress?.zones ?? []), ...zone])];
  if (zones.length === 0) return null;
  const places = [...new Set([...(byNumber?.places ?? []), ...(byAddress?.places ?? [])])];
  return { places, zones, placeKnown: byNumber !== null || byAddress !== null };
}

interface Place {
  places: readonly string[];
  zones: readonly string[];
}

function placeOfNumber(phone: string): Place | null {
  if (phone.startsWith("+1")) return areaOf(phone.slice(2, 5));
  const parsed = parsePhoneNumberFromString(phone);
  if (!parsed) return null;
  return placeOfCountries(parsed.country ? [parsed.country] : parsed.getPossibleCountries());
}

function placeOfAddress({ country, state, zip }: AddressHints): Place | null {
  const abroad = country !== undefined && !/^(us|usa|united states( of america)?)$/i.test(country.trim());
  if (abroad) return /^[a-z]{2}$/i.test(country.trim()) ? placeOfCountries([country.trim().toUpperCase()]) : null;
  const states = [state && stateNamed(state), zip && stateOfZip(zip)].filter(
    (each) => typeof each === "string" && each,
  );
  const zones = states.flatMap((each) => (each ? zonesOfState(each) : []));
  return zones.length === 0 ? null : { places: ["US", ...states.map((each) => `US-${each}`)], zones };
}

/** Every zone of a country, as the time zone database has it (by way of CLDR). */
function placeOfCountries(countries: readonly string[]): Place | null {
  const zones = countries.flatMap((country) => new Intl.Locale("und", { region: country }).getTimeZones() ?? []);
  return zones.length === 0 ? null : { places: countries, zones: [...new Set(zones)] };
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return /\//.test(name) || name === "UTC";
  } catch {
    return false;
  }
}
