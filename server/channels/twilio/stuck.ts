/** What stands in the way at Twilio when something is bought, opened or filed, in the words of ../market.ts. */
import { ZodError } from "zod";
import type { Credentials } from "../channel.ts";
import type { Stuck } from "../market.ts";
import { isRestError, type TwilioHosts, twilioClient } from "./client.ts";
import { AnswerLost, NotSent } from "./transport.ts";

export type Client = Awaited<ReturnType<typeof twilioClient>>;

/** Twilio's codes for buying (its error dictionary): 21421 and 21422 no such number for sale. */
const TAKEN = new Set([21421, 21422, 21452]);
/** 21615 and 21631: an address, a local one or any. */
const ADDRESS_NEEDED = new Set([21615, 21631]);
/** 21649: an approved bundle of this country and type of number; 21650 and 21651: its forerunners. */
const BUNDLE_NEEDED = new Set([21649, 21650, 21651]);
const SUSPENDED = new Set([20005, 10001, 21476, 21478]);

export function stuckBy(error: unknown): Stuck {
  const stuck = (why: Stuck["why"], code: number | null = null): Stuck => ({
    ...{ ok: false, why },
    providerCode: code === null ? null : String(code),
  });
  if (error instanceof NotSent) return stuck("away");
  if (error instanceof AnswerLost) return stuck("lost");
  if (error instanceof ZodError) return stuck("refused"); // an answer of no shape that we know
  if (!isRestError(error)) throw error;
  const { status, code = null } = error;
  if (status === 429) return stuck("away", code);
  // 408 comes from something between us and Twilio, which can't know what Twilio did.
  if (status >= 500 || status === 408) return stuck("lost", code);
  if (status === 401) return stuck("credentials_rejected", code);
  if (code === null) return stuck("refused");
  if (TAKEN.has(code)) return stuck("number_taken", code);
  if (ADDRESS_NEEDED.has(code)) return stuck("address_needed", code);
  if (BUNDLE_NEEDED.has(code)) return stuck("bundle_needed", code);
  return stuck(SUSPENDED.has(code) ? "account_suspended" : "refused", code);
}

/** One attempt at some work. */
export async function attempt<T extends { ok: boolean }>(
  hosts: TwilioHosts,
  credentials: Credentials,
  work: (client: Client) => Promise<T>,
): Promise<T | Stuck> {
  try {
    return await work(await twilioClient(hosts, credentials));
  } catch (error) {
    return stuckBy(error);
  }
}
