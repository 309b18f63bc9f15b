import { present } from "./control-inputs.ts";
import { ControlError } from "./errors.ts";
import type { FaultMatch, FaultRule, OutcomeRule } from "./faults.ts";
import { type Fields, fieldsOf } from "./fields.ts";

const KINDS = [
  "latency",
  "status",
  "reset_before",
  "reset_after",
  "callback_duplicated",
  "callback_delayed",
  "callback_reordered",
  "callback_dropped",
] as const;
const STATUSES = [
  "accepted",
  "scheduled",
  "queued",
  "sending",
  "sent",
  "delivered",
  "undelivered",
  "failed",
  "canceled",
  "received",
] as const;

/** {"rules": [...]}; each is checked whole before any of them stands. */
export function faultRules(read: Fields): FaultRule[] {
  return rulesOf(read).map((rule, index) => {
    const at = fieldsOf(rule, `rules[${index}]`);
    const kind = required(at.choice("kind", KINDS), `rules[${index}].kind`);
    const common = present({ times: at.number("times"), match: faultMatch(at.object("match")) });
    const ms = () => required(at.number("ms"), `rules[${index}].ms`);
    const read = (): FaultRule => {
      switch (kind) {
        case "latency":
          return { kind, ms: ms(), ...present({ after: at.flag("after") }), ...common };
        case "status": {
          const status = required(at.number("status"), `rules[${index}].status`);
          const numbers = { code: at.number("code"), retryAfterSeconds: at.number("retryAfterSeconds") };
          const more = present({ ...numbers, page: at.flag("page") });
          return { kind, status, ...more, ...common };
        }
        case "callback_delayed":
          return { kind, ms: ms(), ...common };
        default:
          return { kind, ...common };
      }
    };
    const fault = read();
    at.end();
    return fault;
  });
}

export function outcomeRules(read: Fields): OutcomeRule[] {
  return rulesOf(read).map((rule, index) => {
    const at = fieldsOf(rule, `rules[${index}]`);
    const choice = at.choice("status", ["delivered", "undelivered", "failed", "sent"]);
    const status = required(choice, `rules[${index}].status`);
    const inner = at.object("match");
    const match = inner && addresses(inner);
    inner?.end();
    const outcome = { status, ...present({ times: at.number("times"), errorCode: at.number("errorCode"), match }) };
    at.end();
    return outcome;
  });
}

function rulesOf(read: Fields): unknown[] {
  const rules = required(read.list("rules"), "rules");
  read.end();
  return rules;
}

function faultMatch(read: Fields | undefined): FaultMatch | undefined {
  if (read === undefined) return undefined;
  const match = {
    method: read.optionalText("method"),
    path: read.optionalText("path"),
    webhook: read.choice("webhook", ["status", "inbound"]),
    status: read.choice("status", STATUSES),
  };
  const whole = { ...addresses(read), ...present(match) };
  read.end();
  return whole;
}

function addresses(read: Fields): { account?: string; to?: string; from?: string } {
  return present({
    account: read.optionalText("account"),
    to: read.optionalText("to"),
    from: read.optionalText("from"),
  });
}

function required<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new ControlError(name, "is required");
  return value;
}
