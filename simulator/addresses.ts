import { type Answer, booleanOf, type Call, idOf, rfc2822 } from "./call.ts";
import { notFound, TwilioError } from "./errors.ts";
import { list2010 } from "./paging.ts";
import type { Address } from "./paper-model.ts";

/** Countries whose records addresses are held against, with the form of their postal codes. */
const POSTAL_CODES: Record<string, { form: RegExp; space: number | null }> = {
  AU: { form: /^\d{4}$/, space: null },
  DE: { form: /^\d{5}$/, space: null },
  GB: { form: /^[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}$/, space: -3 },
  SE: { form: /^\d{5}$/, space: 3 },
};
/** A street of which no country knows. */
const UNKNOWN_STREET = /\bnowhere\b/i;
const LONGEST_NAME = 64;

export function listAddresses(call: Call): Answer {
  const { query } = call;
  const mine = [...call.world.files.addresses.values()].filter(
    (address) =>
      address.accountSid === call.account.sid &&
      (query.get("FriendlyName") ?? address.friendlyName) === address.friendlyName &&
      (query.get("CustomerName") ?? address.customerName) === address.customerName &&
      (query.get("IsoCountry") ?? address.isoCountry) === address.isoCountry,
  );
  return list2010(call, "addresses", mine.reverse(), addressJson);
}

export function createAddress(call: Call): Answer {
  const { world, account, form } = call;
  const country = (form.get("IsoCountry") ?? "").toUpperCase();
  if (!/^[A-Z]{2}$/.test(country)) throw new TwilioError(21238, 400, "Invalid IsoCountry");
  const given = read(form, null);
  const now = world.clock.now();
  const address: Address = {
    ...{ sid: world.sids.sid("AD"), accountSid: account.sid, isoCountry: country, createdAt: now, updatedAt: now },
    ...given,
    ...validate(given, country, booleanOf(form, "AutoCorrectAddress", true)),
  };
  world.files.addresses.set(address.sid, address);
  return { status: 201, json: addressJson(address) };
}

export function fetchAddress(call: Call): Answer {
  return { status: 200, json: addressJson(addressAt(call)) };
}

export function updateAddress(call: Call): Answer {
  const address = mutableAt(call);
  const given = read(call.form, address);
  const checked = validate(given, address.isoCountry, booleanOf(call.form, "AutoCorrectAddress", true));
  Object.assign(address, given, checked, { updatedAt: call.world.clock.now() });
  return { status: 200, json: addressJson(address) };
}

export function deleteAddress(call: Call): Answer {
  call.world.files.addresses.delete(mutableAt(call).sid);
  return { status: 204 };
}

type Given = Omit<Address, "sid" | "accountSid" | "isoCountry" | "validated" | "createdAt" | "updatedAt">;

function read(form: URLSearchParams, old: Address | null): Given {
  const text = (name: string, before: string | undefined) => {
    const value = form.get(name) ?? before ?? "";
    if (value.trim() === "") throw new TwilioError(21238, 400, `${name} is required`);
    return value;
  };
  const friendlyName = form.get("FriendlyName") ?? old?.friendlyName ?? "";
  if (friendlyName.length > LONGEST_NAME) throw new TwilioError(21238, 400, "FriendlyName is too long");
  return {
    friendlyName,
    customerName: text("CustomerName", old?.customerName),
    street: text("Street", old?.street),
    streetSecondary: form.get("StreetSecondary") ?? old?.streetSecondary ?? null,
    city: text("City", old?.city),
    region: text("Region", old?.region),
    postalCode: text("PostalCode", old?.postalCode),
  };
}

/** 21628 where the country knows no such address, 21629 where it knows one like it and none may be put in its place. */
function validate(given: Given, country: string, mayCorrect: boolean): Pick<Address, "validated" | "postalCode"> {
  const known = POSTAL_CODES[country];
  if (known === undefined) return { validated: false, postalCode: given.postalCode };
  const bare = given.postalCode.toUpperCase().replace(/\s/g, "");
  if (!known.form.test(bare) || UNKNOWN_STREET.test(given.street)) throw new TwilioError(21628, 400);
  const { space } = known;
  const postalCode = space === null ? bare : `${bare.slice(0, space)} ${bare.slice(space)}`;
  if (postalCode !== given.postalCode && !mayCorrect) {
    const suggested = [given.street, given.city, given.region, postalCode, country].join(", ");
    throw new TwilioError(21629, 400, `Address Validation Error. Suggested address: ${suggested}`);
  }
  return { validated: true, postalCode };
}

function addressAt(call: Call): Address {
  const address = call.world.files.addresses.get(idOf(call, 0));
  if (address === undefined || address.accountSid !== call.account.sid) throw notFound(call.path);
  return address;
}

function mutableAt(call: Call): Address {
  const address = addressAt(call);
  const verified = [...call.world.files.documents.values()].some(
    ({ status, attributes }) => status === "approved" && addressesIn(attributes.address_sids).includes(address.sid),
  );
  if (verified) throw new TwilioError(21630, 400);
  return address;
}

/** The addresses that a document names: one, or a list. */
export const addressesIn = (named: unknown): string[] =>
  (Array.isArray(named) ? named : [named]).filter((sid): sid is string => typeof sid === "string" && sid !== "");

function addressJson(address: Address): Record<string, unknown> {
  return {
    account_sid: address.accountSid,
    city: address.city,
    customer_name: address.customerName,
    date_created: rfc2822(address.createdAt),
    date_updated: rfc2822(address.updatedAt),
    emergency_enabled: false,
    friendly_name: address.friendlyName,
    iso_country: address.isoCountry,
    postal_code: address.postalCode,
    region: address.region,
    sid: address.sid,
    street: address.street,
    street_secondary: address.streetSecondary,
    validated: address.validated,
    verified: false,
    uri: `/2010-04-01/Accounts/${address.accountSid}/Addresses/${address.sid}.json`,
  };
}
