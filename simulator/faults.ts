import { ControlError } from "./errors.ts";
import type { MessageStatus } from "./model.ts";

/** What a fault looks at; what is left out matches everything. `path` is a part of the path. */
export type FaultMatch = {
  account?: string;
  method?: string;
  path?: string;
  to?: string;
  from?: string;
  /** Callback faults only: which webhook (default "status"), and a status callback's status. */
  webhook?: "status" | "inbound";
  status?: MessageStatus;
};

type ApiFault =
  /** Waits before the request is taken, or (`after`) between taking it and answering. */
  | { kind: "latency"; ms: number; after?: boolean }
  /** Answers with an error of Twilio's and takes nothing; with `page`, as a proxy on the way does, that knows no codes. */
  | { kind: "status"; status: number; code?: number; retryAfterSeconds?: number; page?: boolean }
  | { kind: "reset_before" }
  | { kind: "reset_after" };

type CallbackFault =
  | { kind: "callback_duplicated" }
  | { kind: "callback_delayed"; ms: number }
  /** Held back until the message's next callback has been posted. */
  | { kind: "callback_reordered" }
  | { kind: "callback_dropped" };

/** `times`: how often it strikes; without it, until it is cleared. */
export type FaultRule = (ApiFault | CallbackFault) & { match?: FaultMatch; times?: number };
export type StandingFault = { id: number; rule: FaultRule; hits: number };

/** How messages end when nothing else is said: delivered. First standing rule that matches decides. */
export type OutcomeRule = {
  match?: { account?: string; to?: string; from?: string };
  times?: number;
  /** `sent`: the carrier never reports delivery. */
  status: "delivered" | "undelivered" | "failed" | "sent";
  errorCode?: number;
};
export type StandingOutcome = { rule: OutcomeRule; hits: number };

export type ApiRequestFacts = {
  account: string | null;
  method: string;
  path: string;
  to: string | null;
  from: string | null;
};

const API_KINDS: readonly string[] = ["latency", "status", "reset_before", "reset_after"];

/** Takes (counts) the API faults that strike this request: every latency, and the first of the others. */
export function strikeRequest(faults: StandingFault[], facts: ApiRequestFacts): FaultRule[] {
  const struck: FaultRule[] = [];
  for (const fault of faults) {
    const { rule } = fault;
    if (!API_KINDS.includes(rule.kind) || spent(fault) || !matchesRequest(rule.match, facts)) continue;
    if (rule.kind !== "latency" && struck.some((other) => other.kind !== "latency")) continue;
    fault.hits += 1;
    struck.push(rule);
  }
  return struck;
}

/** Takes the first callback fault that strikes this webhook. */
export function strikeCallback(
  faults: StandingFault[],
  facts: { account: string; webhook: "status" | "inbound"; status: MessageStatus; to: string; from: string },
): FaultRule | null {
  for (const fault of faults) {
    const { match = {}, kind } = fault.rule;
    if (API_KINDS.includes(kind) || spent(fault)) continue;
    if ((match.webhook ?? "status") !== facts.webhook) continue;
    if (match.status !== undefined && match.status !== facts.status) continue;
    if (match.account !== undefined && match.account !== facts.account) continue;
    if (match.to !== undefined && match.to !== facts.to) continue;
    if (match.from !== undefined && match.from !== facts.from) continue;
    fault.hits += 1;
    return fault.rule;
  }
  return null;
}

export function decideOutcome(
  outcomes: StandingOutcome[],
  facts: { account: string; to: string; from: string },
): { status: OutcomeRule["status"]; errorCode: number | null } {
  for (const outcome of outcomes) {
    const { match = {}, times } = outcome.rule;
    if (times !== undefined && outcome.hits >= times) continue;
    if (match.account !== undefined && match.account !== facts.account) continue;
    if (match.to !== undefined && match.to !== facts.to) continue;
    if (match.from !== undefined && match.from !== facts.from) continue;
    outcome.hits += 1;
    const failed = outcome.rule.status === "failed" || outcome.rule.status === "undelivered";
    return { status: outcome.rule.status, errorCode: outcome.rule.errorCode ?? (failed ? 30008 : null) };
  }
  return { status: "delivered", errorCode: null };
}

function spent(fault: StandingFault): boolean {
  return fault.rule.times !== undefined && fault.hits >= fault.rule.times;
}

function matchesRequest(match: FaultMatch | undefined, facts: ApiRequestFacts): boolean {
  if (match === undefined) return true;
  if (match.account !== undefined && match.account !== facts.account) return false;
  if (match.method !== undefined && match.method.toUpperCase() !== facts.method) return false;
  if (match.path !== undefined && !facts.path.includes(match.path)) return false;
  if (match.to !== undefined && match.to !== facts.to) return false;
  return match.from === undefined || match.from === facts.from;
}

/** Refuses a rule that could never strike as its author meant it. */
export function checkFault(rule: FaultRule): void {
  if (rule.times !== undefined && !(Number.isInteger(rule.times) && rule.times > 0)) {
    throw new ControlError("times", "must be a whole number above 0");
  }
  const match = rule.match ?? {};
  const onApi = API_KINDS.includes(rule.kind);
  if (onApi && (match.webhook !== undefined || match.status !== undefined)) {
    throw new ControlError("match", `webhook and status belong to callback faults, not to ${rule.kind}`);
  }
  if (!onApi && (match.method !== undefined || match.path !== undefined)) {
    throw new ControlError("match", `method and path belong to API faults, not to ${rule.kind}`);
  }
  if (rule.kind === "status" && !(rule.status >= 400 && rule.status <= 599)) {
    throw new ControlError("status", "must be an HTTP error, 400 to 599");
  }
}
