/** The port for what costs money at the provider: subaccounts and numbers. Every method is one attempt. */
import type { Outside } from "../platform/db/handles.ts";
import type { Credentials } from "./channel.ts";

/**
 * Why it was not done. `lost`: it may have been done, nobody can tell yet; `away`: certainly not, ask again later.
 * `address_needed`, `bundle_needed`: the number is sold with an address, or with papers that were approved for its country
 * and type (../paperwork.ts), and what was given with it, if anything, is not such a one.
 */
export type Stuck = {
  ok: false;
  why:
    | "lost"
    | "away"
    | "number_taken"
    | "address_needed"
    | "bundle_needed"
    | "credentials_rejected"
    | "account_suspended"
    | "account_closed"
    | "refused";
  /** The provider's own code. */
  providerCode: string | null;
};

export interface Subaccount {
  accountSid: string;
  authToken: string;
  friendlyName: string;
}

/** What a number may be sold with. */
export interface PapersHeld {
  addressSid?: string | null;
  bundleSid?: string | null;
}

export interface HeldNumber {
  /** The provider's own id. */
  sid: string;
  phoneNumber: string;
  sms: boolean;
}

export interface NumberMarket {
  /** The subaccounts of this name that are not closed, oldest first. */
  findSubaccounts(
    outside: Outside,
    parent: Credentials,
    name: string,
  ): Promise<{ ok: true; items: Subaccount[] } | Stuck>;
  /** Not to be repeated blindly: each call opens another one. */
  openSubaccount(outside: Outside, parent: Credentials, name: string): Promise<({ ok: true } & Subaccount) | Stuck>;
  /** For good, and its numbers with it. One that is closed, or not there, is fine. */
  closeSubaccount(outside: Outside, parent: Credentials, accountSid: string): Promise<{ ok: true } | Stuck>;
  /**
   * Numbers with voice and SMS that are for sale without an address: local ones, else mobile ones; at most 20. Whether they
   * ask for a bundle is not seen here, but by the country's regulations.
   */
  offeredNumbers(
    outside: Outside,
    credentials: Credentials,
    search: { country: string; areaCode: string | null },
  ): Promise<{ ok: true; phoneNumbers: string[] } | Stuck>;
  /** The numbers of an account: all, or only this one. */
  heldNumbers(
    outside: Outside,
    credentials: Credentials,
    phoneNumber: string | null,
  ): Promise<{ ok: true; items: HeldNumber[] } | Stuck>;
  buyNumber(
    outside: Outside,
    credentials: Credentials,
    phoneNumber: string,
    papers?: PapersHeld,
  ): Promise<({ ok: true } & HeldNumber) | Stuck>;
  /** Points a number's texts and calls at us, and reads both back. `set: false`: the provider did not let us. */
  pointNumber(
    outside: Outside,
    credentials: Credentials,
    sid: string,
    urls: { texts: string; calls: string; callsEnd: string },
  ): Promise<{ ok: true; set: boolean } | Stuck>;
  /** Gives a number back, for good. One that is not there is fine. */
  releaseNumber(outside: Outside, credentials: Credentials, sid: string): Promise<{ ok: true } | Stuck>;
}
