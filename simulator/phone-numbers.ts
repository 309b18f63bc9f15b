/** Numbers as Twilio reads them: E.164, a North American number without its plus or country code, or a short code. */

export const MAGIC = {
  ok: "+15005550006",
  invalid: "+15005550001",
  unreachable: "+15005550002",
  geo: "+15005550003",
  blocked: "+15005550004",
  notOwned: "+15005550007",
  queueFull: "+15005550008",
  landline: "+15005550009",
  unavailable: "+15005550000",
} as const;

/** E.164, or null where it is no phone number. North American numbers have an area code and exchange of 2-9. */
export function toE164(text: string): string | null {
  const bare = text.replace(/[\s().-]/g, "");
  const number = /^1?\d{10}$/.test(bare) ? `+1${bare.slice(-10)}` : bare;
  if (Object.values<string>(MAGIC).includes(number)) return number;
  if (number.startsWith("+1")) return /^\+1[2-9]\d{2}[2-9]\d{6}$/.test(number) ? number : null;
  return /^\+[2-9]\d{6,14}$/.test(number) ? number : null;
}

export function isShortCode(text: string): boolean {
  return /^\d{5,6}$/.test(text);
}

/** "(415) 555-0142" for North America, else E.164 as it is. */
export function friendlyNumber(phoneNumber: string): string {
  const parts = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(phoneNumber);
  return parts ? `(${parts[1]}) ${parts[2]}-${parts[3]}` : phoneNumber;
}

export function isTollFree(phoneNumber: string): boolean {
  return /^\+18(00|33|44|55|66|77|88)/.test(phoneNumber);
}

export function countryOf(phoneNumber: string): string {
  const prefixes: [string, string][] = [
    ["+1", "US"],
    ["+44", "GB"],
    ["+61", "AU"],
    ["+49", "DE"],
    ["+46", "SE"],
    ["+33", "FR"],
    ["+972", "IL"],
    ["+91", "IN"],
  ];
  return prefixes.find(([prefix]) => phoneNumber.startsWith(prefix))?.[1] ?? "US";
}
