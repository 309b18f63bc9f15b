import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { SimulatorClock } from "./clock.ts";
import type { StandingFault, StandingOutcome } from "./faults.ts";
import type { RequestEntry, WebhookEntry } from "./journal.ts";
import type { Account, Message, MessagingService, OwnedNumber, PhoneText } from "./model.ts";
import { type Files, noFiles } from "./paper-model.ts";
import type { CallRecording } from "./recordings.ts";
import type { SidMaker } from "./sids.ts";

/** Everything one running simulator knows, and the handles its parts share. */
export type World = {
  readonly clock: SimulatorClock;
  readonly sids: SidMaker;
  readonly agents: { http: HttpAgent; https: HttpsAgent };
  /** The simulator's own address, no slash at the end. */
  url: string;
  accounts: Map<string, Account>;
  /** By E.164 or short code; numbers are unique over all accounts, as in life. */
  numbers: Map<string, OwnedNumber>;
  services: Map<string, MessagingService>;
  /** Addresses and the papers of Regulatory Compliance. */
  files: Files;
  /** How long Twilio's reviewers take; null: they wait to be steered. */
  readonly reviewsAfterMs: number | null;
  messages: Map<string, Message>;
  recordings: Map<string, CallRecording>;
  /** Opted-out phones by scope: a Messaging Service's SID, or a number outside any service. */
  blocks: Map<string, Set<string>>;
  phones: Map<string, PhoneText[]>;
  /** Phones that can't take texts (21614). */
  landlines: Set<string>;
  faults: StandingFault[];
  outcomes: StandingOutcome[];
  /** When each sender's line is free again, in ms of the clock. */
  lanes: Map<string, number>;
  /** The callback that each message sends next waits for the one before it. */
  callbackTails: Map<string, Promise<void>>;
  /** Callbacks held back by `callback_reordered`, by message SID. */
  heldCallbacks: Map<string, () => Promise<void>>;
  requests: RequestEntry[];
  webhooks: WebhookEntry[];
  /** One count over requests and webhooks, so that their order is beyond doubt. */
  sequence: number;
  /** Webhooks on the wire now, and who waits for none to be. */
  inFlight: number;
  idleWaiters: (() => void)[];
  tasks: Set<Promise<void>>;
  /** Aborted by reset and stop: ends whatever sleeps or is on the wire. */
  era: AbortController;
};

export function newWorld(clock: SimulatorClock, sids: SidMaker, reviewsAfterMs: number | null): World {
  return {
    clock,
    sids,
    agents: { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) },
    url: "",
    accounts: new Map(),
    numbers: new Map(),
    services: new Map(),
    files: noFiles(),
    reviewsAfterMs,
    messages: new Map(),
    recordings: new Map(),
    blocks: new Map(),
    phones: new Map(),
    landlines: new Set(),
    faults: [],
    outcomes: [],
    lanes: new Map(),
    callbackTails: new Map(),
    heldCallbacks: new Map(),
    requests: [],
    webhooks: [],
    sequence: 0,
    inFlight: 0,
    idleWaiters: [],
    tasks: new Set(),
    era: new AbortController(),
  };
}

/** Runs work that nobody awaits. It may end by the era's abort; any other error is a bug and brings the process down. */
export function background(world: World, work: (signal: AbortSignal) => Promise<void>): void {
  const { signal } = world.era;
  const task = work(signal)
    .catch((error: unknown) => {
      if (!signal.aborted) throw error;
    })
    .finally(() => world.tasks.delete(task));
  world.tasks.add(task);
}

/** Forgets messages, phones, blocks, faults and logs; with `everything` also accounts and all that they have. */
export async function resetWorld(world: World, everything: boolean): Promise<void> {
  await endEra(world);
  world.era = new AbortController();
  for (const account of world.accounts.values()) account.messages = [];
  for (const service of world.services.values()) service.sticky.clear();
  for (const map of [world.messages, world.recordings, world.blocks, world.phones, world.lanes, world.callbackTails])
    map.clear();
  world.heldCallbacks.clear();
  world.landlines.clear();
  world.faults = [];
  world.outcomes = [];
  world.requests = [];
  world.webhooks = [];
  if (!everything) return;
  for (const map of [world.accounts, world.numbers, world.services]) map.clear();
  world.files = noFiles();
}

/** Aborts what is under way and waits until it has ended. */
export async function endEra(world: World): Promise<void> {
  world.era.abort(new Error("the simulator was stopped or reset"));
  await Promise.allSettled(world.tasks);
}

/** The opt-out scope of a number: its service where it is in one (reference, section 6). */
export function blockScope(number: OwnedNumber): string {
  return number.serviceSid ?? number.phoneNumber;
}

export function isBlocked(world: World, number: OwnedNumber, phone: string): boolean {
  return world.blocks.get(blockScope(number))?.has(phone) ?? false;
}

export function putOnPhone(world: World, phone: string, text: PhoneText): void {
  const texts = world.phones.get(phone);
  if (texts === undefined) world.phones.set(phone, [text]);
  else texts.push(text);
}
