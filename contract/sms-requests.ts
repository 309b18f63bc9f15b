/** Requests for numbers that need papers: what a country asks for, what was filled in, and how the provider's review stands. */
import { z } from "zod";
import { AddressNeeded, NUMBER_TYPES, StatusReason } from "./channels.ts";
import { idOf } from "./ids.ts";

export const NumberType = z.enum(NUMBER_TYPES);
export type NumberType = z.infer<typeof NumberType>;
export const EndUserType = z.enum(["individual", "business"]);
export type EndUserType = z.infer<typeof EndUserType>;

const Country = z.string().regex(/^[A-Z]{2}$/, "must be a two-letter country code, such as DE");

/** What is to be filled in, in the provider's words. `name` is the key of its value. */
const AskedField = z.object({
  name: z.string(),
  label: z.string(),
  description: z.string().nullable(),
  /** One of these; empty: any words. */
  choices: z.array(z.string()),
  optional: z.boolean(),
});
export type AskedField = z.infer<typeof AskedField>;

/** One kind of document that will do. */
const AcceptedDocument = z.object({
  /** The provider's name of the kind, such as `utility_bill`. */
  type: z.string(),
  label: z.string(),
  fields: z.array(AskedField),
  /** Whether it shows the address, which then is needed. */
  address: z.boolean(),
  /** Whether a file belongs to it. */
  file: z.boolean(),
});

/** Something to be proved, by any one of the documents. */
const AskedDocument = z.object({
  name: z.string(),
  label: z.string(),
  description: z.string().nullable(),
  anyOf: z.array(AcceptedDocument),
});
export type AskedDocument = z.infer<typeof AskedDocument>;

/** What a country asks of whoever wants such a number; as it was when the request was begun. */
export const Asked = z.object({
  /** The provider's words, such as "Germany: Local - Business". */
  title: z.string(),
  endUser: z.array(AskedField),
  /** Which address the number itself asks for. */
  address: AddressNeeded,
  documents: z.array(AskedDocument),
  /** Whether somebody at the provider reviews it: where an address is all that is asked, nobody does. */
  reviewed: z.boolean(),
});
export type Asked = z.infer<typeof Asked>;

/** Kept to the letter: nothing is trimmed or rewritten. */
const Words = z.string().max(1000);
const Values = z
  .record(z.string().max(100), Words)
  .refine((values) => Object.keys(values).length <= 100, "has more than 100 fields");

/** What was filled in so far; what is left out was not begun. */
export const Papers = z.strictObject({
  /** Where the provider writes to when its review is over. */
  email: Words,
  endUser: Values,
  address: z.strictObject({
    customerName: Words,
    street: Words,
    streetSecondary: Words,
    city: Words,
    region: Words,
    postalCode: Words,
    country: z.string().max(2),
  }),
  /** By the names of what is asked for. `type`: the document that was chosen; empty: none yet. */
  documents: z
    .record(
      z.string().max(100),
      z.strictObject({ type: z.string().max(100), values: Values, fileId: idOf("pfl").nullable() }),
    )
    .refine((documents) => Object.keys(documents).length <= 50, "has more than 50 documents"),
});
export type Papers = z.infer<typeof Papers>;

export const SMS_REQUEST_STATUSES = [
  "draft",
  "sending",
  "in_review",
  "approved",
  "ready",
  "rejected",
  "withdrawn",
] as const;

/** What stands at the provider already while a request is being sent. */
export const SENDING_STEPS = [
  "address",
  "end_user",
  "documents",
  "bundle",
  "assignments",
  "evaluation",
  "submission",
] as const;

/** Where something is wrong: `email`, `endUser.first_name`, `address.street`, `documents.proof`, `documents.proof.document_number`. */
const PaperFinding = z.object({ path: z.string(), message: z.string() });
export type PaperFinding = z.infer<typeof PaperFinding>;

export const PaperFile = z.object({
  id: idOf("pfl"),
  name: z.string(),
  contentType: z.string(),
  /** In bytes. */
  size: z.number().int(),
});
export type PaperFile = z.infer<typeof PaperFile>;

export const SmsRequestSummary = z.object({
  id: idOf("smr"),
  providerAccountId: idOf("prv"),
  country: z.string(),
  numberType: NumberType,
  endUserType: EndUserType,
  /**
   * `sending`: on its way, Parley goes on by itself. `in_review`, `approved`, `rejected`: the provider's word, as it was last
   * heard. `ready`: the provider reviews nothing for such a number; it has the address. `withdrawn`: taken back here.
   */
  status: z.enum(SMS_REQUEST_STATUSES),
  /** While it is sent: what is being done; else null. */
  step: z.enum(SENDING_STEPS).nullable(),
  /** While it is sent: whether it goes to the reviewers, or only as far as the provider's own check. */
  goal: z.enum(["check", "review"]).nullable(),
  /** What it waits for, or why it could not be sent; null where all is well. */
  problem: StatusReason.nullable(),
  /** How many fields the provider finds wrong. */
  findingCount: z.number().int(),
  createdAt: z.iso.datetime(),
  /** When the provider last found nothing missing in what is filled in now; null: it was not asked, or found something. */
  checkedAt: z.iso.datetime().nullable(),
  submittedAt: z.iso.datetime().nullable(),
  decidedAt: z.iso.datetime().nullable(),
  /** Until when an approval holds; null: without an end, or there is none. */
  validUntil: z.iso.datetime().nullable(),
  /** Whether what was filled in was erased here. */
  erased: z.boolean(),
});
export type SmsRequestSummary = z.infer<typeof SmsRequestSummary>;

export const SmsRequest = SmsRequestSummary.extend({
  asked: Asked,
  papers: Papers,
  files: z.array(PaperFile),
  /** What the provider finds wrong, in its words or ours. */
  findings: z.array(PaperFinding),
});
export type SmsRequest = z.infer<typeof SmsRequest>;

export const NewSmsRequest = z.strictObject({
  /** Left out: the business's first. */
  providerAccountId: idOf("prv").optional(),
  country: Country,
  numberType: NumberType,
  endUserType: EndUserType,
});
export type NewSmsRequest = z.infer<typeof NewSmsRequest>;

export const SmsRequestPatch = z.strictObject({ papers: Papers });

/** Kinds of numbers for which a country asks for papers. */
export const PapersQuery = z.strictObject({ country: Country, providerAccountId: idOf("prv").optional() });
export const KindWithPapers = z.object({ numberType: NumberType, endUserType: EndUserType, title: z.string() });
export type KindWithPapers = z.infer<typeof KindWithPapers>;
