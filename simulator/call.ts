import { TwilioError } from "./errors.ts";
import type { RequestEntry } from "./journal.ts";
import type { Account } from "./model.ts";
import type { UploadedFile } from "./paper-model.ts";
import type { World } from "./world.ts";

/** One authenticated API request, as the handlers of Twilio's resources see it. */
export type Call = {
  world: World;
  /** The account in the path; on paths without one, the account that signed in. */
  account: Account;
  /** The account that signed in: itself or the parent of `account`. */
  signedIn: Account;
  path: string;
  /** What stands in the path's braces after the account, in order. */
  ids: string[];
  query: URLSearchParams;
  form: URLSearchParams;
  /** The file among the form's parts. */
  file: UploadedFile | null;
  receivedAt: Date;
  entry: RequestEntry;
};

export type Answer = {
  status: number;
  json?: unknown;
  bytes?: Uint8Array;
  headers?: Record<string, string>;
};

export type Handler = (call: Call) => Answer;

/** The n-th id of the path; the route's pattern guarantees that it is there. */
export function idOf(call: Call, index: number): string {
  return call.ids[index] ?? "";
}

/** "true"/"false" as Twilio reads them, or `otherwise` where the parameter is absent. */
export function booleanOf(params: URLSearchParams, name: string, otherwise: boolean): boolean {
  const text = params.get(name)?.toLowerCase();
  if (text === undefined) return otherwise;
  if (text !== "true" && text !== "false") throw new TwilioError(20422, 400, `Invalid Parameter: ${name}`);
  return text === "true";
}

/** GET or POST, or `otherwise` where the parameter is absent. */
export function methodOf(params: URLSearchParams, name: string, otherwise: string): string {
  const text = params.get(name)?.toUpperCase();
  if (text === undefined || text === "") return otherwise;
  if (text !== "GET" && text !== "POST") throw new TwilioError(20422, 400, `Invalid Parameter: ${name}`);
  return text;
}

/** A hook's URL, blank where it is cleared. Loopback hosts are welcome here; Twilio itself would call none. */
export function hookUrlOf(params: URLSearchParams, name: string, otherwise: string): string {
  const text = params.get(name);
  if (text === null) return otherwise;
  if (text !== "" && !isCallable(text)) throw new TwilioError(21502, 400, `${name} is not a valid URL: ${text}`);
  return text;
}

/** Whether Twilio could call this URL: http or https, a host, and no underscore in it (reference, section 1). */
export function isCallable(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.hostname !== "" && !url.hostname.includes("_");
}

/** "Thu, 24 Aug 2023 05:01:45 +0000": the dates of the 2010 API. */
export function rfc2822(date: Date): string {
  return date.toUTCString().replace("GMT", "+0000");
}

/** "2015-07-30T20:12:31Z": the dates of the v1 APIs. */
export function isoSeconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
