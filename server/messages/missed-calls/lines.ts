/** Which lines take texts, as far as their numbers say. */
import { parsePhoneNumberFromString } from "libphonenumber-js/max";

const NOT_MOBILE = new Set(["FIXED_LINE", "TOLL_FREE", "PREMIUM_RATE", "SHARED_COST", "UAN", "VOICEMAIL"]);

/** Where a country's mobile and fixed numbers look alike, as in North America, a number may be either. */
export function textLine(address: string): { ok: true } | { ok: false; code: string; message: string } {
  const parsed = parsePhoneNumberFromString(address);
  if (!parsed?.isPossible())
    return { ok: false, code: "no_such_number", message: "Their number is not one that can be texted." };
  if (NOT_MOBILE.has(parsed.getType() ?? ""))
    return {
      ok: false,
      code: "landline",
      message: "They called from a landline, or another line that takes no texts.",
    };
  return { ok: true };
}
