import type { NewAccount } from "./accounts.ts";
import { type CallResult, type PhoneCalls, receiveCall } from "./calls.ts";
import { realClock, type SimulatorClock } from "./clock.ts";
import type { FaultRule, OutcomeRule, StandingFault } from "./faults.ts";
import { type PhoneSends, receiveText, redeliver, type TextResult } from "./inbound.ts";
import type { LogFilter, RequestEntry, WebhookEntry } from "./journal.ts";
import type { Media } from "./model.ts";
import type { NewNumber } from "./numbers.ts";
import { type BundleView, bundleViews, type Review, review } from "./reviews.ts";
import { listen } from "./server.ts";
import type { NewService } from "./services.ts";
import { sidMaker } from "./sids.ts";
import type { AccountChanges, AccountView, MessageView, NumberChanges, NumberView, PhoneView } from "./steering.ts";
import * as steering from "./steering.ts";
import { endEra, newWorld, resetWorld } from "./world.ts";

export type SimulatorOptions = {
  /** 127.0.0.1 unless said otherwise. */
  host?: string;
  /** 0, any free port, unless said otherwise. */
  port?: number;
  clock?: SimulatorClock;
  /** Same seed, same SIDs and tokens in the same order; random without one. */
  seed?: string;
  /** After this time Twilio's reviewers approve of papers by themselves; without it they wait for `review`. */
  reviewsAfterMs?: number;
};

/** A running simulator of Twilio. Every method may throw ControlError, which names the field that is wrong. */
export type Simulator = {
  /** "http://127.0.0.1:4010": use it for api.twilio.com, messaging.twilio.com, numbers.twilio.com and numbers-upload.twilio.com. */
  readonly url: string;
  /** Ends everything: no socket, timer or task is left. */
  stop(): Promise<void>;
  /** Forgets messages, phones, blocks, faults and logs; with `everything` also accounts and all that they have. */
  reset(options?: { everything?: boolean }): Promise<void>;
  createAccount(input?: NewAccount): AccountView;
  updateAccount(sid: string, changes: AccountChanges): AccountView;
  addNumber(input: NewNumber): NumberView;
  updateNumber(phoneNumber: string, changes: NumberChanges): NumberView;
  releaseNumber(phoneNumber: string): void;
  createService(input: NewService): { sid: string };
  /** What was filed to be allowed a number, oldest first. */
  bundles(): BundleView[];
  /** Twilio's verdict on a bundle that was submitted. */
  review(bundleSid: string, verdict: Review): BundleView;
  /** A customer's phone texts a business number; answers when the webhook has been answered or given up. */
  text(input: PhoneSends): Promise<TextResult>;
  /** Posts an inbound message's webhook once more. */
  redeliver(messageSid: string): Promise<TextResult>;
  /** A customer's phone calls a business number; answers with the TwiML that its webhook gave. */
  call(input: PhoneCalls): Promise<CallResult>;
  phone(number: string): PhoneView;
  /** A picture of a text; null where there is none. */
  picture(messageSid: string, mediaSid: string): Media | null;
  setLandline(number: string, landline: boolean): void;
  hasOptedOut(phoneNumber: string, phone: string): boolean;
  /** Blocks a phone as its STOP of long ago did: no message tells of it. */
  optOut(phoneNumber: string, phone: string): void;
  addFaults(rules: FaultRule[]): StandingFault[];
  faults(): StandingFault[];
  clearFaults(): void;
  addOutcomes(rules: OutcomeRule[]): void;
  clearOutcomes(): void;
  /** Every message of the simulator, deleted ones too, oldest first in each account. */
  messages(filter?: { account?: string; to?: string; from?: string }): MessageView[];
  requests(filter?: LogFilter): RequestEntry[];
  webhooks(filter?: LogFilter): WebhookEntry[];
  overview(): { accounts: AccountView[]; numbers: NumberView[] };
  /** Resolves when no webhook is on the wire and none is due at the clock's present time. */
  idle(): Promise<void>;
};

/** Starts Twilio's side of the wire on real HTTP: its API, its webhooks, its customers' phones. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const world = newWorld(options.clock ?? realClock, sidMaker(options.seed), options.reviewsAfterMs ?? null);
  const simulator: Simulator = {
    get url() {
      return world.url;
    },
    async stop() {
      await endEra(world);
      await server.close();
      world.agents.http.destroy();
      world.agents.https.destroy();
    },
    reset: (how) => resetWorld(world, how?.everything ?? false),
    createAccount: (input = {}) => steering.createAccount(world, input),
    updateAccount: (sid, changes) => steering.changeAccount(world, sid, changes),
    addNumber: (input) => steering.giveNumber(world, input),
    updateNumber: (phoneNumber, changes) => steering.changeNumber(world, phoneNumber, changes),
    releaseNumber: (phoneNumber) => steering.reclaimNumber(world, phoneNumber),
    createService: (input) => steering.createService(world, input),
    bundles: () => bundleViews(world),
    review: (bundleSid, verdict) => review(world, bundleSid, verdict),
    text: (input) => receiveText(world, input),
    redeliver: (messageSid) => redeliver(world, messageSid),
    call: (input) => receiveCall(world, input),
    phone: (number) => steering.phoneView(world, number),
    picture: (messageSid, mediaSid) => steering.pictureIn(world, messageSid, mediaSid),
    setLandline: (number, landline) => steering.setLandline(world, number, landline),
    hasOptedOut: (phoneNumber, phone) => steering.hasOptedOut(world, phoneNumber, phone),
    optOut: (phoneNumber, phone) => steering.optOut(world, phoneNumber, phone),
    addFaults: (rules) => steering.addFaults(world, rules),
    faults: () => [...world.faults],
    clearFaults: () => {
      world.faults = [];
    },
    addOutcomes: (rules) => steering.addOutcomes(world, rules),
    clearOutcomes: () => {
      world.outcomes = [];
    },
    messages: (filter = {}) => steering.messagesOf(world, filter),
    requests: (filter = {}) => steering.requestLog(world, filter),
    webhooks: (filter = {}) => steering.webhookLog(world, filter),
    overview: () => steering.overview(world),
    idle: () => steering.idle(world),
  };
  const server = await listen(world, simulator, options.host ?? "127.0.0.1", options.port ?? 0);
  world.url = server.url;
  return simulator;
}
