/**
 * X-Twilio-Signature: base64(HMAC-SHA1(auth token, URL + every parameter's name and value, sorted by name)), as in
 * https://www.twilio.com/docs/usage/webhooks/webhooks-security and, where that page is silent, Twilio's Node library.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { parse, stringify } from "node:querystring";

export type FormParameter = readonly [name: string, value: string];

/** Reads an application/x-www-form-urlencoded body as it was sent: nothing trimmed, repeated names kept, order kept. */
export function parseForm(rawBody: string): [name: string, value: string][] {
  return rawBody
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=");
      return equals < 0 ? [decode(pair), ""] : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
    });
}

/** The signature that Twilio sends for this very URL; no parameters for GET, whose query is part of the URL. */
export function signatureOf(authToken: string, url: string, params: readonly FormParameter[]): string {
  return hmac(authToken, url + signedParameters(params));
}

/**
 * Whether one of the account's auth tokens (the old and the new one while they change) signed the request.
 * `url` is the full public URL with its query. `rawBody` is given for a body that is not a form, such as JSON: then the
 * signed URL must carry the body's SHA-256 as `bodySHA256`, and no parameter counts.
 */
export function isSignedBy(
  authTokens: readonly string[],
  signature: string | undefined,
  url: string,
  params: readonly FormParameter[],
  rawBody?: string,
): boolean {
  if (!signature) return false;
  if (rawBody !== undefined && !hasBodyHash(url, rawBody)) return false;
  const suffix = rawBody === undefined ? signedParameters(params) : "";
  for (const form of urlForms(url)) {
    if (authTokens.some((token) => isSame(signature, hmac(token, form + suffix)))) return true;
  }
  return false;
}

function decode(encoded: string): string {
  const spaced = encoded.replaceAll("+", " ");
  if (!spaced.includes("%")) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return decodeLoosely(spaced);
  }
}

/** A `%` that begins no escape stands for itself, and bytes that are not UTF-8 become U+FFFD (WHATWG URL, section 1.3). */
function decodeLoosely(text: string): string {
  const bytes = Buffer.from(text, "utf8").toString("latin1");
  const unescaped = bytes.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(unescaped, "latin1").toString("utf8");
}

/** The values of a repeated name count as a sorted set. */
function signedParameters(params: readonly FormParameter[]): string {
  const sorted = params.toSorted(([nameA, valueA], [nameB, valueB]) => order(nameA, nameB) || order(valueA, valueB));
  return sorted
    .filter(([name, value], at) => name !== sorted[at - 1]?.[0] || value !== sorted[at - 1]?.[1])
    .map(([name, value]) => name + value)
    .join("");
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function hmac(authToken: string, data: string): string {
  return createHmac("sha1", authToken).update(data, "utf8").digest("base64");
}

function isSame(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

function hasBodyHash(url: string, rawBody: string): boolean {
  const claimed = URL.parse(url)?.searchParams.get("bodySHA256");
  return claimed != null && isSame(claimed, createHash("sha256").update(rawBody, "utf8").digest("hex"));
}

/**
 * What Twilio may have signed for the URL that we see, the likeliest first: with and without the port (Twilio drops it for
 * some products and proxies add it), each as it is, normalised, and with the query written anew (%27 for an apostrophe).
 */
function* urlForms(url: string): Generator<string> {
  const tried = new Set<string>();
  const untried = (form: string) => !tried.has(form) && tried.add(form);
  for (const form of [url, withoutPort(url), withPort(url)]) if (untried(form)) yield form;
  const normal = URL.parse(url)?.href;
  if (normal === undefined) return;
  const normalForms = [withoutPort(normal), withPort(normal)];
  for (const form of [...normalForms, ...normalForms.map(withQueryWrittenAnew)]) if (untried(form)) yield form;
}

/** Scheme, credentials, host and port; the rest of the URL stays untouched, as it is signed character by character. */
const origin = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*@)?(\[[^\]/?#]*\]|[^:/?#]*)(:[^/?#]*)?/i;

function withoutPort(url: string): string {
  return url.replace(origin, (_, scheme: string, credentials = "", host: string) => scheme + credentials + host);
}

function withPort(url: string): string {
  return url.replace(origin, (all: string, scheme: string, _credentials, _host, port?: string) => {
    if (port) return all;
    return `${all}:${scheme.toLowerCase() === "https://" ? 443 : 80}`;
  });
}

function withQueryWrittenAnew(url: string): string {
  const start = url.indexOf("?");
  if (start < 0 || start === url.length - 1) return url;
  return `${url.slice(0, start)}?${stringify(parse(url.slice(start + 1)))}`;
}
