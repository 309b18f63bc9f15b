/** Provider accounts and channel connections: the senders a business owns. */
import { z } from "zod";
import { Actor } from "./accounts.ts";
import { CONNECTION_STATUSES, FINDINGS } from "./channel-health.ts";
import { CHANNELS, ENVIRONMENTS } from "./channel-names.ts";
import { SmsCompliance } from "./compliance.ts";
import { idOf } from "./ids.ts";
import { nameUpTo } from "./names.ts";
import { Phone } from "./phone.ts";

export const ChannelName = z.enum(CHANNELS);
export type ChannelName = z.infer<typeof ChannelName>;

export const NUMBER_TYPES = ["local", "mobile", "national", "toll-free"] as const;

/** Which address a number asks for: none, one anywhere, one in the number's country or area, or one outside its country. */
export const AddressNeeded = z.enum(["none", "any", "local", "foreign"]);
export type AddressNeeded = z.infer<typeof AddressNeeded>;

/** Where a connection belongs: what is tried out stays apart from what customers meet. */
export const Environment = z.enum(ENVIRONMENTS);
export type Environment = z.infer<typeof Environment>;

const AccountSid = z.string().regex(/^AC[0-9a-f]{32}$/, "must be AC followed by 32 hexadecimal digits");
const AuthToken = z.string().regex(/^[0-9a-f]{32}$/, "must be the 32 hexadecimal digits that Twilio's console shows");
const MessagingServiceSid = z.string().regex(/^MG[0-9a-f]{32}$/, "must be MG followed by 32 hexadecimal digits");
const FriendlyName = nameUpTo(64);

export const ProviderAccount = z.object({
  id: idOf("prv"),
  provider: z.literal("twilio"),
  accountSid: z.string(),
  kind: z.enum(["byo", "managed", "simulated"]),
  status: z.enum(["active", "suspended", "closed", "disconnected"]),
  friendlyName: z.string(),
  type: z.enum(["full", "trial"]),
});
export type ProviderAccount = z.infer<typeof ProviderAccount>;

export const NewProviderAccount = z.strictObject({
  provider: z.literal("twilio"),
  accountSid: AccountSid,
  authToken: AuthToken,
  friendlyName: FriendlyName.optional(),
});

export const ConnectSms = z
  .strictObject({
    providerAccountId: idOf("prv").optional(),
    accountSid: AccountSid.optional(),
    authToken: AuthToken.optional(),
    phoneNumber: Phone.optional(),
    messagingServiceSid: MessagingServiceSid.optional(),
    friendlyName: FriendlyName.optional(),
    agentId: idOf("agt").optional(),
    workspaceId: idOf("wsp").optional(),
    environment: Environment.default("live"),
    /** Where another app gets its texts now: true has them come here instead, false leaves them there. */
    replaceWebhook: z.boolean().optional(),
  })
  .superRefine((body, context) => {
    const add = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    if (body.providerAccountId && (body.accountSid || body.authToken)) {
      add("providerAccountId", "give either providerAccountId or accountSid with authToken, not both");
    }
    if (!body.providerAccountId && !body.accountSid) add("accountSid", "is needed where no providerAccountId is given");
    if (!body.providerAccountId && !body.authToken) add("authToken", "is needed where no providerAccountId is given");
    if (!body.phoneNumber === !body.messagingServiceSid) {
      add("phoneNumber", "give either phoneNumber or messagingServiceSid");
    }
  });
export type ConnectSms = z.infer<typeof ConnectSms>;

export const StatusReason = z.object({ code: z.string(), message: z.string() });

/** Something that is wrong with a connection. */
export const Finding = z.object({
  code: z.enum(FINDINGS),
  /** What is wrong, and why. */
  message: z.string(),
  /** What to do. */
  remedy: z.string(),
  /** When it was first found, of the time that it lasts. */
  since: z.iso.datetime(),
  /** Whether nothing is sent while it lasts. */
  stopsSending: z.boolean(),
  /** The provider's own page on it. */
  helpUrl: z.string().nullable(),
});
export type Finding = z.infer<typeof Finding>;

export const Connection = z.object({
  id: idOf("chn"),
  providerAccountId: idOf("prv"),
  mps: z.number(),
  dailyCap: z.number().int().nullable(),
  family: ChannelName,
  environment: Environment,
  keywordReplies: z.enum(["provider", "parley"]),
  status: z.enum(CONNECTION_STATUSES),
  statusReason: StatusReason.nullable(),
  /** What is wrong at the provider or with its messages, the gravest first. */
  findings: z.array(Finding),
  phoneNumber: z.string().nullable(),
  messagingServiceSid: z.string().nullable(),
  friendlyName: z.string().nullable(),
  workspaceId: idOf("wsp"),
  agentId: idOf("agt").nullable(),
  knowledgeBase: z.object({ id: idOf("kbs"), name: z.string() }).nullable(),
  active: z.boolean(),
  webhook: z.object({
    url: z.string(),
    verifiedAt: z.iso.datetime().nullable(),
    configuredBy: z.enum(["parley", "operator"]).nullable(),
  }),
  /** How customers' texts come in: the provider calls, or is asked every so many seconds because it can't call us. */
  inbound: z.object({
    by: z.enum(["webhook", "polling"]),
    /** How often its own list is looked at. */
    everySeconds: z.number().int(),
    /** Texts that it has and Parley has not; null: it can't be asked at the moment. */
    missing: z.number().int().nullable(),
    /** Texts of the last 24 hours that it did not report by itself: its list brought them in. */
    late: z.number().int(),
  }),
  /** Null where there is none yet, and for whoever may not manage it. */
  smsCompliance: SmsCompliance.nullable(),
  createdAt: z.iso.datetime(),
});
export type Connection = z.infer<typeof Connection>;

/** One change of a connection's health: what was wrong from then on; nothing: it was well again. */
export const HealthChange = z.object({
  id: idOf("hlc"),
  at: z.iso.datetime(),
  status: Connection.shape.status,
  findings: z.array(Finding),
  /** Who looked: somebody who asked for it, or the house by itself. */
  actor: Actor,
});
export type HealthChange = z.infer<typeof HealthChange>;

export const ConnectionPatch = z
  .strictObject({
    friendlyName: FriendlyName.nullable(),
    agentId: idOf("agt").nullable(),
    active: z.boolean(),
    environment: Environment,
    keywordReplies: Connection.shape.keywordReplies,
    mps: z.number().min(0.01).max(10_000),
    dailyCap: z.number().int().min(1).nullable(),
  })
  .partial();

/** What a number costs a month, without taxes: a decimal number as the provider writes it, and the currency by ISO 4217. */
export const MonthlyPrice = z.object({ amount: z.string(), currency: z.string() });
export type MonthlyPrice = z.infer<typeof MonthlyPrice>;

export const ProviderNumber = z.object({
  phoneNumber: z.string(),
  friendlyName: z.string(),
  locality: z.string().nullable(),
  region: z.string().nullable(),
  capabilities: z.object({ sms: z.boolean(), mms: z.boolean(), voice: z.boolean() }),
  /** Of one that is for sale, where the provider says it. */
  monthlyPrice: MonthlyPrice.optional(),
  /** Of one that is for sale: which address it is sold with; "none": it needs none. */
  addressNeeded: AddressNeeded.optional(),
  /** Of an owned one: which other app gets its texts now, without what may be secret in its address; null: none. */
  otherApp: z.string().nullable().optional(),
  /** Of an owned one: the Messaging Service that gets its texts, whatever is entered at the number; null: none but our own. */
  caughtBy: z.object({ messagingServiceSid: z.string(), friendlyName: z.string() }).nullable().optional(),
});
export type ProviderNumber = z.infer<typeof ProviderNumber>;

/** A Messaging Service on the customer's own account. */
export const ProviderService = z.object({
  messagingServiceSid: z.string(),
  friendlyName: z.string(),
  otherApp: z.string().nullable(),
});
export type ProviderService = z.infer<typeof ProviderService>;

export const SetupMutation = z.discriminatedUnion("mutation", [
  /** Keeps what was typed for carriers, exactly so. Nothing is submitted. */
  z.strictObject({ mutation: z.literal("set-sms-compliance"), smsCompliance: SmsCompliance }),
  /** Looks where the provider sends the texts now, after somebody entered the address by hand. */
  z.strictObject({ mutation: z.literal("check-webhook") }),
]);

export const NumbersQuery = z.strictObject({
  mode: z.enum(["available", "owned"]).default("available"),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, "must be a two-letter country code, such as US")
    .default("US"),
  areaCode: z
    .string()
    .regex(/^\d{3}$/, "must be three digits")
    .optional(),
  numberType: z.enum(NUMBER_TYPES).default("local"),
  providerAccountId: idOf("prv").optional(),
});
