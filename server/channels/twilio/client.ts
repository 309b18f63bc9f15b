/** Twilio's own client over our transport: another base URL for each host, one attempt, nothing hidden. */
import type { Twilio } from "twilio";
import type { Credentials, Trouble } from "../channel.ts";
import { AnswerLost, exchange, NotSent } from "./transport.ts";

/** Where Twilio is; simulated accounts are served by the simulator. */
export interface TwilioHosts {
  apiUrl: string;
  messagingUrl: string;
  numbersUrl: string;
  /** Where documents with a file go. */
  numbersUploadUrl: string;
  pricingUrl: string;
  /** Null: no simulator runs here. */
  simulatorUrl: string | null;
}

const TIMEOUT_MS = 10_000;

export function baseFor(hosts: TwilioHosts, credentials: Credentials, host: string): string {
  if (credentials.simulated) {
    if (!hosts.simulatorUrl) throw new NotSent("no simulator is running");
    return hosts.simulatorUrl;
  }
  if (host === "api.twilio.com") return hosts.apiUrl;
  if (host === "messaging.twilio.com") return hosts.messagingUrl;
  if (host === "pricing.twilio.com") return hosts.pricingUrl;
  if (host === "numbers.twilio.com") return hosts.numbersUrl;
  if (host === "numbers-upload.twilio.com") return hosts.numbersUploadUrl;
  throw new Error(`no base URL is configured for ${host}`);
}

interface ClientRequest {
  method: string;
  uri: string;
  params?: unknown;
  data?: unknown;
}

function pairs(fields: unknown): Array<[string, string]> {
  return Object.entries(fields ?? {}).flatMap(([name, value]): Array<[string, string]> => {
    if (value === undefined || value === null) return [];
    return Array.isArray(value) ? value.map((item): [string, string] => [name, String(item)]) : [[name, String(value)]];
  });
}

/** The official client is large and seldom needed (connecting, numbers), so it is loaded at its first use. */
export async function twilioClient(hosts: TwilioHosts, credentials: Credentials): Promise<Twilio> {
  const { default: twilio } = await import("twilio");
  const httpClient = new twilio.RequestClient();
  httpClient.request = async <T>(request: ClientRequest) => {
    const url = new URL(request.uri);
    for (const [name, value] of pairs(request.params)) url.searchParams.append(name, value);
    const method = request.method.toUpperCase();
    if (method !== "GET" && method !== "POST" && method !== "DELETE") throw new Error(`Twilio's API has no ${method}`);
    const answer = await exchange({
      method,
      url: `${baseFor(hosts, credentials, url.host)}${url.pathname}${url.search}`,
      username: credentials.accountSid,
      password: credentials.authToken,
      timeoutMs: TIMEOUT_MS,
      ...(method === "POST" ? { form: pairs(request.data) } : {}),
    });
    return { statusCode: answer.status, body: answer.body as T, headers: answer.headers };
  };
  return twilio(credentials.accountSid, credentials.authToken, { httpClient, autoRetry: false });
}

interface RestError extends Error {
  status: number;
  code?: number;
}

export const isRestError = (error: unknown): error is RestError =>
  error instanceof Error && "status" in error && typeof error.status === "number";

const isCode = (code: number): boolean => /^\d{5}$/.test(String(code));

/** Reads a failure of a call that changes nothing, or that may be repeated: what the account's owner has to know. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof NotSent || error instanceof AnswerLost) return { ok: false, code: "provider_unreachable" };
  if (!isRestError(error)) throw error;
  if (error.status === 401) return { ok: false, code: "credentials_rejected" };
  if (error.code === 20005 || error.code === 10001 || error.code === 30002)
    return { ok: false, code: "account_suspended" };
  if (error.status === 429 || error.status >= 500) return { ok: false, code: "provider_unreachable" };
  // A proxy on the way refuses with a page, or with codes of its own; Twilio's have five digits.
  const providerCode = error.code !== undefined && isCode(error.code) ? String(error.code) : null;
  return { ok: false, code: "provider_refused", providerCode, status: error.status };
}

export const isNotFound = (error: unknown): boolean => isRestError(error) && error.status === 404;
export const isRefused = (error: unknown): boolean =>
  isRestError(error) && error.status >= 400 && error.status < 500 && error.status !== 401 && error.status !== 429;
