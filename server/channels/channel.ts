/** The port: what Parley asks of a provider of text messages. Adapters implement it; nothing else knows a vendor. */
import type { ProviderNumber, ProviderService } from "../../contract/channels.ts";
import type { Reason } from "../../contract/messages.ts";
import type { NumberType } from "../../contract/sms-requests.ts";
import type { Outside } from "../platform/db/handles.ts";
import type { MonthlyPrices } from "./prices.ts";

export interface Credentials {
  accountSid: string;
  authToken: string;
  /** Only simulated accounts reach the simulator, only real ones the provider. */
  simulated: boolean;
}

/** Why the provider can't serve this account now. */
export type Trouble =
  | { ok: false; code: "credentials_rejected" | "account_suspended" | "account_closed" | "provider_unreachable" }
  /** It answered, with a refusal that nobody here knows; null: without a code. */
  | { ok: false; code: "provider_refused"; providerCode: string | null; status: number };

export type AccountFound = { ok: true; type: "full" | "trial"; friendlyName: string };

export type SenderKind = "long_code" | "toll_free" | "short_code" | "messaging_service";

/** A number or Messaging Service on the customer's own account. */
export interface OwnedSender {
  ok: true;
  kind: SenderKind;
  /** The provider's own id of the number or service. */
  sid: string;
  /** Messages a second by default, in segments: of a service the sum of its senders. */
  mps: number;
}
export type SenderMissing =
  | { ok: false; code: "number_not_on_account" }
  | { ok: false; code: "number_not_sms_capable" };

export type SenderRef = { phoneNumber: string } | { messagingServiceSid: string };

/** A Messaging Service that gets its numbers' texts, whatever is entered at the numbers. */
export interface CaughtBy {
  messagingServiceSid: string;
  friendlyName: string;
}

/** Where the texts of a sender go. */
export interface TextsGo {
  /** Null: nowhere. Only `otherAppAt` makes words of it. */
  url: string | null;
  /** Of a number: the service that catches its texts; null: none does. */
  caughtBy: CaughtBy | null;
}

/** Of an account's numbers those whose texts a Messaging Service catches, by the provider's own id of the number. */
export type Caught = ReadonlyMap<string, TextsGo>;

/** Where the calls of a number go. */
export interface CallsGo {
  hasVoice: boolean;
  /** What the provider asks about them; null: nothing. Only `otherAppAt` makes words of it. */
  url: string | null;
  /** What it tells of their ends; null: nothing. */
  endedUrl: string | null;
  /** The SIP trunk that takes them, whatever is entered at the number; null: none does. */
  trunkSid: string | null;
}

/** Our addresses for calls: where the provider asks about one, and where it tells of its end. */
export interface CallUrls {
  call: string;
  ended: string;
}

export interface Outgoing {
  to: string;
  from: SenderRef;
  content: string;
  mediaUrls: readonly string[];
  /** Where the provider reports how the message fared; null: it is asked instead. */
  statusCallback: string | null;
}

/** What came of one attempt. `unknown`: the provider may have taken the message, nobody can tell yet. */
export type SendAnswer =
  | {
      outcome: "accepted";
      providerSid: string;
      status: "accepted" | "sent" | "delivered" | "undelivered" | "failed";
      providerCode: string | null;
    }
  | { outcome: "refused"; providerCode: string | null; reason: Reason; blocked: boolean }
  | { outcome: "limited"; providerCode: string | null; retryAfterMs: number | null }
  | { outcome: "not_sent" }
  | { outcome: "unknown" };

/** A message as the provider's list shows it. */
export interface ListedMessage {
  providerSid: string;
  to: string;
  from: string | null;
  messagingServiceSid: string | null;
  content: string;
  status: string;
  providerCode: string | null;
  /** Why it failed, in plain words; null where it did not. */
  reason: Reason | null;
  /** Whether the provider refuses this recipient because they opted out with it. */
  blocked: boolean;
  createdAt: Date;
}

export interface SmsProvider {
  readAccount(outside: Outside, credentials: Credentials): Promise<AccountFound | Trouble>;
  findSender(
    outside: Outside,
    credentials: Credentials,
    sender: SenderRef,
  ): Promise<OwnedSender | SenderMissing | Trouble>;
  /** `ourUrl`: where Parley is called, which is no other app. */
  ownedNumbers(
    outside: Outside,
    credentials: Credentials,
    ourUrl: string,
  ): Promise<{ ok: true; items: ProviderNumber[] } | Trouble>;
  availableNumbers(
    outside: Outside,
    credentials: Credentials,
    search: { country: string; areaCode: string | undefined; numberType?: NumberType },
  ): Promise<{ ok: true; items: ProviderNumber[] } | Trouble>;
  /** What numbers of a country cost this account a month; null: that could not be learned within a moment. */
  monthlyPrices(outside: Outside, credentials: Credentials, country: string): Promise<MonthlyPrices | null>;
  /** Which app that is not ours is called at `url`, in words that hold no secret; null: none. */
  otherAppAt(url: string | null, ourUrl: string): string | null;
  /** At most 400 of them. */
  ownedServices(
    outside: Outside,
    credentials: Credentials,
    ourUrl: string,
  ): Promise<{ ok: true; items: ProviderService[] } | Trouble>;
  /** Many requests where an account has many services, so it is asked once for several numbers. */
  readCaught(outside: Outside, credentials: Credentials): Promise<{ ok: true; caught: Caught } | Trouble>;
  /**
   * Where the provider really sends the texts of a sender, which is not always what is entered at the sender itself.
   * `caught`: what was read of the sender's account; left out, it is read for this.
   */
  readWebhook(
    outside: Outside,
    credentials: Credentials,
    sender: { kind: SenderKind; sid: string },
    ourUrl: string,
    caught?: Caught,
  ): Promise<({ ok: true } & TextsGo) | Trouble>;
  /**
   * Points the sender's webhook at `url`, taking away what stands above it there, and looks where its texts go then.
   * `set: false`: not there, because the provider did not let us or something else catches them.
   */
  setWebhook(
    outside: Outside,
    credentials: Credentials,
    sender: { kind: SenderKind; sid: string },
    url: string,
  ): Promise<{ ok: true; set: boolean } | Trouble>;
  /** Clears the sender's webhook where it is `ourUrl` still. `cleared: false`: it is not, or the provider did not let us. */
  clearWebhook(
    outside: Outside,
    credentials: Credentials,
    sender: { kind: SenderKind; sid: string },
    ourUrl: string,
  ): Promise<{ ok: true; cleared: boolean } | Trouble>;
  /** Where the calls of a number go, by the provider's own id of it. */
  readCalls(outside: Outside, credentials: Credentials, numberSid: string): Promise<({ ok: true } & CallsGo) | Trouble>;
  /**
   * Has a number's calls come to `urls`, taking away an app that stands above it there, and looks where they go then.
   * `set: false`: not there, because the provider did not let us.
   */
  pointCalls(
    outside: Outside,
    credentials: Credentials,
    numberSid: string,
    urls: CallUrls,
  ): Promise<{ ok: true; set: boolean } | Trouble>;
  /** Clears those of a number's addresses for calls that are `urls` still. `left`: the provider did not let us. */
  clearCalls(
    outside: Outside,
    credentials: Credentials,
    numberSid: string,
    urls: CallUrls,
  ): Promise<{ ok: true; left: boolean } | Trouble>;
  /** One attempt of at most 4 s: a repeat is the dispatcher's decision alone. */
  send(outside: Outside, credentials: Credentials, message: Outgoing): Promise<SendAnswer>;
  /** Every message to `to` created since `since` and until now; null where the listing could not be completed. */
  listSentTo(outside: Outside, credentials: Credentials, to: string, since: Date): Promise<ListedMessage[] | null>;
  /** How one message fares; null where that could not be learned. */
  readSent(outside: Outside, credentials: Credentials, providerSid: string): Promise<ListedMessage | null>;
  /**
   * Every text that one of our numbers received from `since` on until before `until` (null: now); null where the listing
   * could not be completed.
   */
  listReceived(
    outside: Outside,
    credentials: Credentials,
    phoneNumber: string,
    since: Date,
    until: Date | null,
  ): Promise<Received | null>;
  /** The numbers of a Messaging Service, its short codes among them; null where they could not be listed. */
  numbersOfService(outside: Outside, credentials: Credentials, messagingServiceSid: string): Promise<string[] | null>;
  /** Whether a Messaging Service sends by a name in some countries; null where that could not be learned. */
  sendsByName(outside: Outside, credentials: Credentials, messagingServiceSid: string): Promise<boolean | null>;
  /** The bytes of a file that came with a message. `url` came from outside: only the provider's own hosts are asked. */
  fetchFile(
    outside: Outside,
    credentials: Credentials,
    url: string,
    maxBytes: number,
  ): Promise<{ ok: true; bytes: Buffer } | { ok: false; code: FetchTrouble }>;
}

/** A file where somebody else keeps it. */
export interface RemoteFile {
  url: string;
  /** What they say it is. */
  contentType: string | null;
}

/** Why a file could not be had: `refused` and `unreachable` may pass, the others stay. */
export type FetchTrouble = "gone" | "too_large" | "address_not_allowed" | "refused" | "unreachable";

/** An inbound text in our words. */
export interface InboundText {
  providerSid: string;
  accountSid: string;
  messagingServiceSid: string | null;
  from: string;
  to: string;
  content: string;
  media: RemoteFile[];
  segments: number;
  /**
   * Whether the provider answers this text itself, were it a keyword: `yes` where it says that it has, `by_default` where
   * its default handling of keywords does, unless that is switched off for the number.
   */
  providerAnswers: "yes" | "by_default" | "no";
  /** When it was sent, of a text that the provider's list showed; a webhook comes at once, and says nothing of it. */
  sentAt?: Date;
}

/** What a list of received texts shows. */
export interface Received {
  /** The oldest first. */
  texts: InboundText[];
  /** What time it was at the provider when it began to answer; null: it does not say. */
  at: Date | null;
}

/** A status report in our words. */
export interface StatusReport {
  accountSid: string;
  providerSid: string;
  status: "accepted" | "sent" | "delivered" | "read" | "undelivered" | "failed" | "canceled";
  providerCode: string | null;
  reason: Reason | null;
  /** The recipient is on the provider's own block list. */
  blocked: boolean;
}

/** The steps of a call that a provider tells of: it began, the other phone was picked up, it has rung, a message was left, its file is there, it is over. */
export type CallStep = "started" | "taken" | "dialed" | "recorded" | "stored" | "ended";

/** A call to one of our numbers, as far as a report tells of it. */
export interface CallReport {
  accountSid: string;
  providerSid: string;
  /** E.164; null: the caller hides their number, or this report does not say. */
  from: string | null;
  /** Null: this report does not say. */
  to: string | null;
  /** Whether nobody is on the line any more. */
  over: boolean;
  /** How long it lasted; null: this report does not say. */
  seconds: number | null;
  /** Whether the other phone was answered; null: this report is not about that. */
  dial: "answered" | "unanswered" | null;
  recording: Recording | null;
}

export interface Recording {
  sid: string;
  url: string;
  seconds: number;
}

/** What a call goes on with, one after the other; after the last one it is over. URLs are called with what came of a step. */
export type CallAct =
  | { act: "reject" }
  | { act: "say"; words: string; language: string }
  | { act: "dial"; phone: string; ringSeconds: number; taken: string; next: string }
  | { act: "record"; maxSeconds: number; next: string; stored: string };

/** How a provider's webhooks are read; the signature is checked before anything is believed. */
export interface WebhookReader {
  readonly paths: { inbound: string; status: string; call: ReadonlyArray<readonly [CallStep, string]> };
  /** The header that carries the signature, in lower case. */
  readonly signatureHeader: string;
  parse(rawBody: string): ReadonlyArray<readonly [string, string]>;
  isSigned(
    authTokens: readonly string[],
    signature: string | undefined,
    url: string,
    fields: ReadonlyArray<readonly [string, string]>,
  ): boolean;
  accountSidOf(fields: ReadonlyArray<readonly [string, string]>): string | null;
  /** Null: not an inbound text that can be understood. */
  inboundText(fields: ReadonlyArray<readonly [string, string]>): InboundText | null;
  /** Null: not a status report, or of a state that says nothing new. */
  statusReport(fields: ReadonlyArray<readonly [string, string]>): StatusReport | null;
  /** Null: not about a call. */
  callReport(step: CallStep, fields: ReadonlyArray<readonly [string, string]>): CallReport | null;
  /** The answer that makes a call go on so; as the provider reads it. */
  callAnswer(acts: readonly CallAct[]): Promise<string>;
}
