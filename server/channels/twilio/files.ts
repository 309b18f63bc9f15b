/**
 * The files of messages and recordings of calls, fetched from Twilio. Their addresses come from outside, so nothing is asked but Twilio's own
 * hosts: the account's credentials go to its API alone, and a redirect is followed to its file store (https) only.
 */
import type { Credentials, FetchTrouble } from "../channel.ts";
import { baseFor, type TwilioHosts } from "./client.ts";
import { type Answered, AnswerLost, exchangeBytes, NotSent, TooLarge } from "./transport.ts";

const TIMEOUT_MS = 20_000;
const MAX_REDIRECTS = 3;

/** Twilio's API, also of another region (api.dublin.ie1.twilio.com). */
const API_HOST = /^api(\.[a-z0-9-]+){0,2}\.twilio\.com$/;
/** Where its API sends whoever asks for a file. */
const STORES = [
  /^([a-z0-9-]+\.)*twiliocdn\.com$/,
  /^media\.twiliocdn\.com\.s3(-external-1|[.-][a-z0-9-]+)?\.amazonaws\.com$/,
];
const isRedirect = (status: number) => status >= 301 && status <= 308 && status !== 304;

/**
 * Where a file is asked for: at the API that this account's messages go to, whatever host the address names, as long as it
 * is Twilio's and the file is of this very account. Null: not an address of Twilio's.
 */
export function fileAddress(hosts: TwilioHosts, credentials: Credentials, url: string): string | null {
  const given = URL.parse(url);
  if (!given || given.username || given.password) return null;
  const base = baseFor(hosts, credentials, "api.twilio.com");
  const ours = given.origin === new URL(base).origin;
  if (!ours && !(given.protocol === "https:" && given.port === "" && API_HOST.test(given.hostname))) return null;
  const file =
    /^\/2010-04-01\/Accounts\/(AC[0-9a-f]{32})\/(?:Messages\/(?:SM|MM)[0-9a-f]{32}\/Media\/ME|Recordings\/RE)[0-9a-f]{32}$/.exec(
      given.pathname,
    );
  return file?.[1] === credentials.accountSid ? `${base}${given.pathname}` : null;
}

/** Where a redirect leads, if it may be followed: to Twilio's store, or to where a simulated API itself is. */
export function redirectTarget(base: string, from: string, location: string | undefined): string | null {
  const target = location === undefined ? null : URL.parse(location, from);
  if (!target || target.username || target.password) return null;
  const isStore =
    target.protocol === "https:" && target.port === "" && STORES.some((host) => host.test(target.hostname));
  return isStore || target.origin === new URL(base).origin ? target.href : null;
}

export async function fetchFile(
  hosts: TwilioHosts,
  credentials: Credentials,
  url: string,
  maxBytes: number,
): Promise<{ ok: true; bytes: Buffer } | { ok: false; code: FetchTrouble }> {
  const failed = (code: FetchTrouble) => ({ ok: false as const, code });
  try {
    const base = baseFor(hosts, credentials, "api.twilio.com");
    let address = fileAddress(hosts, credentials, url);
    if (address === null) return failed("address_not_allowed");
    const { accountSid: username, authToken: password } = credentials;
    const asked = { method: "GET", accept: "*/*", timeoutMs: TIMEOUT_MS, maxBytes } as const;
    let answer: Answered<Buffer> = await exchangeBytes({ ...asked, url: address, username, password });
    for (let redirects = 0; isRedirect(answer.status); redirects++) {
      address = redirectTarget(base, address, answer.headers.location);
      if (address === null || redirects === MAX_REDIRECTS) return failed("address_not_allowed");
      answer = await exchangeBytes({ ...asked, url: address }); // its address is its own permission
    }
    if (answer.status === 200) return { ok: true, bytes: answer.body };
    if (answer.status === 404 || answer.status === 410) return failed("gone");
    return failed(answer.status === 401 || answer.status === 403 ? "refused" : "unreachable");
  } catch (error) {
    if (error instanceof TooLarge) return failed("too_large");
    if (error instanceof NotSent || error instanceof AnswerLost) return failed("unreachable");
    throw error;
  }
}
