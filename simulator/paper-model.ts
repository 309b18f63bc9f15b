/** What an account files at Twilio before it may have a number of a country that asks for papers. */

export type EndUserType = "individual" | "business";
export type BundleStatus =
  | "draft"
  | "pending-review"
  | "in-review"
  | "twilio-rejected"
  | "twilio-approved"
  | "provisionally-approved";
export type DocumentStatus = "draft" | "pending-review" | "rejected" | "approved" | "provisionally-approved";

type Filed = { sid: string; accountSid: string; friendlyName: string; createdAt: Date; updatedAt: Date };
export type Attributes = Record<string, unknown>;

export type Address = Filed & {
  customerName: string;
  street: string;
  streetSecondary: string | null;
  city: string;
  region: string;
  postalCode: string;
  isoCountry: string;
  /** Whether its country's records confirm it. */
  validated: boolean;
};

export type EndUser = Filed & { type: EndUserType; attributes: Attributes };

export type UploadedFile = { fileName: string; contentType: string; bytes: Uint8Array };

export type SupportingDocument = Filed & {
  type: string;
  attributes: Attributes;
  status: DocumentStatus;
  failureReason: string | null;
  file: UploadedFile | null;
};

export type Assignment = { sid: string; objectSid: string; createdAt: Date };

export type InvalidField = { friendly_name: string; object_field: string; failure_reason: string; error_code: number };
export type Result = {
  friendly_name: string;
  object_type: string;
  passed: boolean;
  failure_reason: string | null;
  error_code: number | null;
  valid: { friendly_name: string; object_field: string; failure_reason: null; error_code: null }[];
  invalid: InvalidField[];
  requirement_friendly_name: string;
  requirement_name: string;
};
export type Evaluation = { sid: string; status: "compliant" | "noncompliant"; results: Result[]; createdAt: Date };

export type Bundle = Filed & {
  email: string;
  statusCallback: string | null;
  regulationSid: string;
  status: BundleStatus;
  validUntil: Date | null;
  items: Assignment[];
  evaluations: Evaluation[];
};

/** All of it, over all accounts, by SID. */
export type Files = {
  addresses: Map<string, Address>;
  endUsers: Map<string, EndUser>;
  documents: Map<string, SupportingDocument>;
  bundles: Map<string, Bundle>;
};

export const noFiles = (): Files => ({
  addresses: new Map(),
  endUsers: new Map(),
  documents: new Map(),
  bundles: new Map(),
});

export const documentsIn = ({ documents }: Files, { items }: Bundle): SupportingDocument[] =>
  items.flatMap(({ objectSid }) => documents.get(objectSid) ?? []);

/** Takes what an account has filed away with it. */
export function shred(files: Files, accountSid: string): void {
  for (const kind of [files.addresses, files.endUsers, files.documents, files.bundles])
    for (const [sid, filed] of kind) if (filed.accountSid === accountSid) kind.delete(sid);
}
