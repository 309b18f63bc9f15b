import { createHash } from "node:crypto";
import type { AddressNeeded, Capabilities, NumberType } from "./model.ts";
import { friendlyNumber } from "./phone-numbers.ts";
import { areaCodesOf, placeOf } from "./places.ts";
import type { World } from "./world.ts";

/** Numbers for sale. They follow from the country, the type and the area code alone, so every run offers the same. */

export type InventoryType = "Local" | "TollFree" | "Mobile";
export type ForSale = {
  phoneNumber: string;
  type: NumberType;
  country: string;
  capabilities: Capabilities;
  address: AddressNeeded;
};

const PER_AREA = 30;
const TOLL_FREE = ["800", "833", "844", "855", "866", "877", "888"];
/** Area codes that never have any left (the magic 533), and what is no area code. */
const NO_STOCK = new Set(["533"]);

const NORTH_AMERICA: Capabilities = { voice: true, sms: true, mms: true, fax: false };
type Shelf = { prefix: string; digits: number; mms: boolean; sms?: boolean; address?: AddressNeeded };
const ELSEWHERE: Record<string, Partial<Record<InventoryType, Shelf>>> = {
  GB: {
    Local: { prefix: "+4420", digits: 8, mms: false },
    Mobile: { prefix: "+447", digits: 9, mms: false },
    TollFree: { prefix: "+44808", digits: 7, mms: false },
  },
  AU: {
    Local: { prefix: "+612", digits: 8, mms: false },
    Mobile: { prefix: "+614", digits: 8, mms: true, address: "local" },
    TollFree: { prefix: "+611800", digits: 6, mms: false },
  },
  DE: {
    Local: { prefix: "+4930", digits: 8, mms: false, sms: false, address: "local" },
    Mobile: { prefix: "+4915", digits: 9, mms: false, address: "local" },
  },
  SE: { Mobile: { prefix: "+467", digits: 8, mms: false, address: "any" } },
};

export const COUNTRIES: { code: string; name: string; types: InventoryType[] }[] = [
  { code: "US", name: "United States", types: ["Local", "TollFree"] },
  { code: "CA", name: "Canada", types: ["Local", "TollFree"] },
  { code: "GB", name: "United Kingdom", types: ["Local", "Mobile", "TollFree"] },
  { code: "AU", name: "Australia", types: ["Local", "Mobile", "TollFree"] },
  { code: "DE", name: "Germany", types: ["Local", "Mobile"] },
  { code: "SE", name: "Sweden", types: ["Mobile"] },
];

/** What is for sale now: in the given area code, or in every one that the country has. */
export function forSale(world: World, country: string, type: InventoryType, areaCode: string | null): ForSale[] {
  return stock(country, type, areaCode).filter((offer) => !world.numbers.has(offer.phoneNumber));
}

/** The offer of exactly this number, whether or not somebody has bought it meanwhile. */
export function offerOf(phoneNumber: string): ForSale | undefined {
  for (const { code, types } of COUNTRIES) {
    for (const type of types) {
      const areaCode = phoneNumber.startsWith("+1") ? phoneNumber.slice(2, 5) : null;
      const offer = stock(code, type, areaCode).find((candidate) => candidate.phoneNumber === phoneNumber);
      if (offer !== undefined) return offer;
    }
  }
  return undefined;
}

function stock(country: string, type: InventoryType, areaCode: string | null): ForSale[] {
  if (!COUNTRIES.some((known) => known.code === country && known.types.includes(type))) return [];
  const abroad = ELSEWHERE[country]?.[type];
  if (abroad !== undefined) {
    const { mms, sms = type !== "TollFree", address = "none" } = abroad;
    return digitStrings(`${country}/${type}`, abroad.digits).map((digits) => ({
      phoneNumber: abroad.prefix + digits,
      type: type === "Mobile" ? "mobile" : type === "TollFree" ? "toll-free" : "local",
      country,
      ...{ capabilities: { voice: true, sms, mms, fax: false }, address },
    }));
  }
  const codes = type === "TollFree" ? TOLL_FREE : areaCodesOf(country);
  const chosen = areaCode === null ? codes : [areaCode].filter((code) => sells(country, type, code));
  return chosen.flatMap((code) =>
    digitStrings(`+1${code}`, 7)
      .map((digits) => `+1${code}${2 + (Number(digits[0]) % 8)}${digits.slice(1)}`)
      .map((phoneNumber) => ({
        phoneNumber,
        type: type === "TollFree" ? "toll-free" : "local",
        country,
        ...{ capabilities: NORTH_AMERICA, address: "none" },
      })),
  );
}

/** Any well-formed area code has numbers; one that this simulator has no place for counts as American. */
function sells(country: string, type: InventoryType, areaCode: string): boolean {
  if (!/^[2-9]\d{2}$/.test(areaCode) || NO_STOCK.has(areaCode)) return false;
  if (type === "TollFree") return TOLL_FREE.includes(areaCode);
  return !TOLL_FREE.includes(areaCode) && (placeOf(areaCode)?.country ?? "US") === country;
}

function digitStrings(name: string, length: number): string[] {
  return Array.from({ length: PER_AREA }, (_, index) => {
    const hash = createHash("sha256").update(`${name}/${index}`).digest();
    return String(hash.readUIntBE(0, 6) % 10 ** length).padStart(length, "0");
  });
}

/** The `Contains` filter: 2 to 16 of digits, `*` for any one digit, and letters as on a keypad; anywhere in the number. */
export function matchesPattern(phoneNumber: string, contains: string): boolean {
  const keys = ["", "", "ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ"];
  const pattern = [...contains.toUpperCase().replace(/^\+/, "")]
    .map((character) => {
      if (character === "*") return "\\d";
      const key = keys.findIndex((letters) => letters.includes(character));
      return key > 0 ? String(key) : /\d/.test(character) ? character : "";
    })
    .join("");
  return new RegExp(pattern).test(phoneNumber.slice(1));
}

/** An offer as AvailablePhoneNumbers lists it. The place's degrees are numbers, as its schema says; its example has them as texts. */
export function offerJson(offer: ForSale): Record<string, unknown> {
  const place = offer.type === "local" ? placeOf(offer.phoneNumber.slice(2, 5)) : undefined;
  const { voice, sms, mms } = offer.capabilities;
  return {
    friendly_name: friendlyNumber(offer.phoneNumber),
    phone_number: offer.phoneNumber,
    lata: place?.lata ?? null,
    locality: place?.locality ?? null,
    rate_center: place?.locality.toUpperCase() ?? null,
    latitude: place?.latitude ?? null,
    longitude: place?.longitude ?? null,
    region: place?.region ?? null,
    postal_code: place?.postalCode ?? null,
    iso_country: offer.country,
    address_requirements: offer.address,
    beta: false,
    capabilities: { voice, sms, mms },
  };
}
