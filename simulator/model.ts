/** What exists on Twilio's side: accounts, the numbers they own, services, messages and the phones they reach. */

export type AccountType = "Trial" | "Full";
export type AccountStatus = "active" | "suspended" | "closed";
export type NumberType = "local" | "toll-free" | "mobile" | "short code";
/** Who answers STOP: Twilio by default, Advanced Opt-Out (adds OptOutType to the webhook), or nobody. */
export type OptOutMode = "default" | "advanced" | "off";
/** Which address a number is sold with: none, any, one in its own country, or one outside of it. */
export type AddressNeeded = "none" | "any" | "local" | "foreign";
export type Capabilities = { sms: boolean; mms: boolean; voice: boolean; fax: boolean };

/** How sends fare in time; what a number leaves out comes from its account, then from DEFAULT_PACING. */
export type Pacing = {
  /** From leaving the queue to `sent`. */
  sentAfterMs: number;
  /** From `sent` to the final state. */
  finalAfterMs: number;
  /** Segments a second; null is unlimited. Without it the number's type decides. */
  mps: number | null;
};

export const DEFAULT_PACING = { sentAfterMs: 100, finalAfterMs: 400 };

/** Segments a second by type of number (reference, "Throughput"). */
export const MPS_BY_TYPE: Record<NumberType, number> = { local: 1, mobile: 1, "toll-free": 3, "short code": 100 };

export type Account = {
  sid: string;
  authToken: string;
  /** Itself for a parent, the parent's SID for a subaccount. */
  ownerSid: string;
  friendlyName: string;
  type: AccountType;
  status: AccountStatus;
  createdAt: Date;
  updatedAt: Date;
  /** Numbers a Trial account may text. */
  verified: Set<string>;
  /** E.164 prefixes it may not text (21408). */
  refusedPrefixes: string[];
  /** Whether media needs the account's credentials. */
  mediaAuth: boolean;
  pacing: Partial<Pacing>;
  /** Its message log, oldest first. */
  messages: Message[];
};

/** The hooks of a number as Twilio keeps them: a blank string is "not set". */
export type NumberHooks = {
  smsUrl: string;
  smsMethod: string;
  smsFallbackUrl: string;
  smsFallbackMethod: string;
  smsApplicationSid: string;
  statusCallback: string;
  statusCallbackMethod: string;
  voiceUrl: string;
  voiceMethod: string;
  voiceFallbackUrl: string;
  voiceFallbackMethod: string;
  voiceApplicationSid: string;
};

export type OwnedNumber = NumberHooks & {
  sid: string;
  accountSid: string;
  phoneNumber: string;
  friendlyName: string;
  type: NumberType;
  capabilities: Capabilities;
  optOut: OptOutMode;
  pacing: Partial<Pacing>;
  serviceSid: string | null;
  addedToServiceAt: Date | null;
  addressNeeded: AddressNeeded;
  /** The papers it was bought with. */
  addressSid: string | null;
  bundleSid: string | null;
  createdAt: Date;
  updatedAt: Date;
};

/** A name of up to 11 letters that texts come from, in countries that have them. */
export type AlphaSender = { sid: string; name: string; createdAt: Date };

export type MessagingService = {
  sid: string;
  accountSid: string;
  friendlyName: string;
  inboundRequestUrl: string | null;
  inboundMethod: string;
  fallbackUrl: string | null;
  fallbackMethod: string;
  statusCallback: string | null;
  useInboundWebhookOnNumber: boolean;
  stickySender: boolean;
  mmsConverter: boolean;
  smartEncoding: boolean;
  fallbackToLongCode: boolean;
  areaCodeGeomatch: boolean;
  synchronousValidation: boolean;
  scanMessageContent: string;
  validityPeriodSeconds: number;
  usecase: string;
  alphaSenders: AlphaSender[];
  /** Recipient to the sender that served it before. */
  sticky: Map<string, string>;
  createdAt: Date;
  updatedAt: Date;
};

export type Media = {
  sid: string;
  contentType: string;
  bytes: Uint8Array;
  createdAt: Date;
  /** Where the business has what it sends. */
  source?: string;
};

export type MessageStatus =
  | "accepted"
  | "scheduled"
  | "queued"
  | "sending"
  | "sent"
  | "delivered"
  | "undelivered"
  | "failed"
  | "canceled"
  | "received";

export type Message = {
  sid: string;
  accountSid: string;
  direction: "inbound" | "outbound-api" | "outbound-reply";
  from: string | null;
  to: string;
  body: string;
  media: Media[];
  segments: number;
  status: MessageStatus;
  errorCode: number | null;
  serviceSid: string | null;
  statusCallback: string | null;
  validitySeconds: number;
  /** When the request that made it reached the simulator. */
  receivedAt: Date;
  createdAt: Date;
  updatedAt: Date;
  sentAt: Date | null;
  /** Deleted through the API: gone from fetch and list. */
  deleted: boolean;
};

/** A text on a customer's phone. `receivedAt`: at the simulator; `arrivedAt`: on the handset (or typed there). */
export type PhoneText = {
  direction: "received" | "sent";
  /** The business number at the other end. */
  with: string;
  body: string;
  mediaSids: string[];
  /** null: the carrier's own toll-free notice, which no message log holds. */
  messageSid: string | null;
  /** True for the keyword answers that Twilio or the carrier gives by itself. */
  automatic: boolean;
  receivedAt: Date;
  arrivedAt: Date;
};

export const FINAL_STATUSES: ReadonlySet<MessageStatus> = new Set([
  "delivered",
  "undelivered",
  "failed",
  "canceled",
  "received",
]);
