import type { Call } from "./call.ts";
import { TwilioError } from "./errors.ts";
import type { ForSale } from "./inventory.ts";
import { isRegulated, regulationAt } from "./regulations.ts";

/**
 * The papers that a number is sold with, as given and checked: its address (21631 where there is none, 21615 where it has
 * to be in the number's country), and its bundle, which has to be approved for this country and type of number (21649).
 */
export function papersFor(
  call: Call,
  offer: Partial<ForSale>,
): { addressSid: string | null; bundleSid: string | null } {
  const addressSid = call.form.get("AddressSid") || null;
  const bundleSid = call.form.get("BundleSid") || null;
  const { files } = call.world;
  const address = files.addresses.get(addressSid ?? "");
  const isOurs = address?.accountSid === call.account.sid;
  const abroad = address?.isoCountry !== offer.country;
  const { country, type, address: needed = "none" } = offer;
  if (needed === "local" && (!isOurs || abroad)) throw new TwilioError(21615, 400);
  if ((needed !== "none" || addressSid !== null) && !isOurs) throw new TwilioError(21631, 400);
  if (needed === "foreign" && !abroad) throw new TwilioError(21631, 400);
  const bundle = files.bundles.get(bundleSid ?? "");
  const regulation = bundle && regulationAt(bundle.regulationSid);
  const isFit =
    bundle?.accountSid === call.account.sid &&
    (bundle.status === "twilio-approved" || bundle.status === "provisionally-approved") &&
    regulation?.country === country &&
    regulation?.numberType === type;
  const isNeeded = country !== undefined && type !== undefined && isRegulated(country, type);
  if ((isNeeded || bundleSid !== null) && !isFit) throw new TwilioError(21649, 400);
  return { addressSid, bundleSid };
}
