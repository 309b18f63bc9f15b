/**
 * The port for the papers that some countries ask for before a business may have a number: an address, who the business is,
 * its documents, and the bundle that holds them while the provider reviews it. Every method is one attempt. What is created
 * is found again by the name it was given, so that a lost answer never makes two: look first, name it for good.
 */

import type { AddressNeeded } from "../../contract/channels.ts";
import type { PAPER_TYPES } from "../../contract/papers.ts";
import type { AskedDocument, AskedField, EndUserType, NumberType } from "../../contract/sms-requests.ts";
import type { Outside } from "../platform/db/handles.ts";
import type { Credentials } from "./channel.ts";
import type { Stuck } from "./market.ts";

/** What a country asks of whoever wants a number of this type. All of it is needed. */
export interface Regulation {
  regulationSid: string;
  /** The provider's words, such as "Germany: Local - Business". */
  friendlyName: string;
  /** Two capital letters. */
  country: string;
  numberType: NumberType;
  endUserType: EndUserType;
  endUser: AskedField[];
  documents: AskedDocument[];
}

export interface NewAddress {
  /** Ours, to find it again; at most 64 characters. Nobody's business but ours and the provider's. */
  name: string;
  customerName: string;
  street: string;
  streetSecondary: string | null;
  city: string;
  region: string;
  postalCode: string;
  /** Two capital letters. */
  country: string;
}

/** Values by the names of a regulation's fields. */
export type PaperValues = Readonly<Record<string, string>>;

interface DocumentFile {
  /** With its ending, such as `register.pdf`. */
  fileName: string;
  contentType: (typeof PAPER_TYPES)[number];
  bytes: Uint8Array;
}

export interface NewDocument {
  /** Ours, to find it again. */
  name: string;
  type: string;
  values: PaperValues;
  /** The addresses that it shows; none: empty. */
  addressSids: readonly string[];
  /** Null for the type `address` alone. */
  file: DocumentFile | null;
}

export interface NewBundle {
  /** Ours, to find it again. */
  name: string;
  regulationSid: string;
  /** Where the provider writes to when its review is over. */
  email: string;
}

export type BundleStatus =
  | "draft"
  | "pending-review"
  | "in-review"
  | "twilio-rejected"
  | "twilio-approved"
  | "provisionally-approved";

/** One thing that a reviewer refused, in the provider's words. */
export interface PaperRefusal {
  /** The document that it is about. */
  documentSid: string;
  /** The name it was given when it was created. */
  name: string;
  reason: string;
}

export interface Bundle {
  bundleSid: string;
  name: string;
  regulationSid: string;
  status: BundleStatus;
  /** Until when an approval holds; null: without an end, or there is none. */
  validUntil: Date | null;
}

/** One requirement that a bundle does not meet yet. `label`, `reason`: the provider's words. */
export interface Unmet {
  /** The requirement's name (that of a regulation's document, or of its end user). */
  requirement: string;
  label: string;
  reason: string;
  /** The fields to blame; empty: the whole is missing. */
  fields: Array<{ name: string; label: string; reason: string }>;
}

/**
 * The provider has read what was given and does not take it; nothing was made. `address_not_found`: its records have no such
 * address; `address_differs`: they have another one that is like it; `address_incomplete`: a part is missing or malformed;
 * `file_refused`: the file's kind or size; `not_editable`: it is under review or approved; `in_use`: a bundle or a number holds on to it.
 */
export interface NotTaken {
  ok: false;
  why: "address_not_found" | "address_differs" | "address_incomplete" | "file_refused" | "not_editable" | "in_use";
  /** The provider's own code. */
  providerCode: string | null;
  /** Its own words, such as the address that it knows instead. */
  said: string | null;
}

/** Something that was given this name, oldest first. */
export type Found = { ok: true; sids: string[] };

export interface Paperwork {
  /** What a country asks for, by type of number and of end user; nothing for a type that asks for no papers. */
  regulations(
    outside: Outside,
    credentials: Credentials,
    country: string,
  ): Promise<{ ok: true; items: Regulation[] } | Stuck>;
  /** Which address a number of this type asks for, of one that is for sale now; null: none is for sale. */
  addressNeeded(
    outside: Outside,
    credentials: Credentials,
    of: { country: string; numberType: NumberType },
  ): Promise<{ ok: true; needed: AddressNeeded | null } | Stuck>;

  findAddresses(outside: Outside, credentials: Credentials, name: string): Promise<Found | Stuck>;
  createAddress(
    outside: Outside,
    credentials: Credentials,
    address: NewAddress,
  ): Promise<{ ok: true; sid: string } | NotTaken | Stuck>;
  /** One that is not there is fine; so it is with all that is removed here. */
  removeAddress(outside: Outside, credentials: Credentials, sid: string): Promise<{ ok: true } | NotTaken | Stuck>;

  findEndUsers(outside: Outside, credentials: Credentials, name: string): Promise<Found | Stuck>;
  createEndUser(
    outside: Outside,
    credentials: Credentials,
    endUser: { name: string; type: EndUserType; values: PaperValues },
  ): Promise<{ ok: true; sid: string } | NotTaken | Stuck>;
  removeEndUser(outside: Outside, credentials: Credentials, sid: string): Promise<{ ok: true } | NotTaken | Stuck>;

  findDocuments(outside: Outside, credentials: Credentials, name: string): Promise<Found | Stuck>;
  /** With its file, in one call. A file is never changed later: make another document, and remove this one. */
  createDocument(
    outside: Outside,
    credentials: Credentials,
    document: NewDocument,
  ): Promise<{ ok: true; sid: string } | NotTaken | Stuck>;
  removeDocument(outside: Outside, credentials: Credentials, sid: string): Promise<{ ok: true } | NotTaken | Stuck>;

  findBundles(outside: Outside, credentials: Credentials, name: string): Promise<{ ok: true; items: Bundle[] } | Stuck>;
  createBundle(
    outside: Outside,
    credentials: Credentials,
    bundle: NewBundle,
  ): Promise<({ ok: true } & Bundle) | NotTaken | Stuck>;
  /** Makes these the end user and documents that a bundle holds, no more and no fewer. May be repeated. */
  fillBundle(
    outside: Outside,
    credentials: Credentials,
    bundleSid: string,
    sids: readonly string[],
  ): Promise<{ ok: true } | NotTaken | Stuck>;
  /** Whether all that is asked for is there. Empty: it may be submitted. */
  evaluate(
    outside: Outside,
    credentials: Credentials,
    bundleSid: string,
  ): Promise<{ ok: true; unmet: Unmet[] } | Stuck>;
  /**
   * Hands a draft, or one that was rejected, to the provider's reviewers. One that is with them already is fine; one that
   * lacks something must not come here (`evaluate` says so): what the provider answers to that is not documented.
   */
  submitBundle(
    outside: Outside,
    credentials: Credentials,
    bundleSid: string,
  ): Promise<{ ok: true; status: BundleStatus } | NotTaken | Stuck>;
  /** How it stands, with what was refused about it where it is `twilio-rejected`; null: it is not there. */
  readBundle(
    outside: Outside,
    credentials: Credentials,
    bundleSid: string,
  ): Promise<{ ok: true; bundle: (Bundle & { refusals: PaperRefusal[] }) | null } | Stuck>;
  /** A draft or a rejected one; its end user and documents stay. */
  removeBundle(outside: Outside, credentials: Credentials, bundleSid: string): Promise<{ ok: true } | NotTaken | Stuck>;
}
