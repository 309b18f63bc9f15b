import type { Answer } from "./call.ts";
import {
  accountChanges,
  newAccount,
  newNumber,
  newService,
  numberChanges,
  phoneCalls,
  phoneSends,
  reviewOf,
} from "./control-inputs.ts";
import { faultRules, outcomeRules } from "./control-rules.ts";
import { ControlError } from "./errors.ts";
import { type Fields, fieldsOf } from "./fields.ts";
import type { LogFilter } from "./journal.ts";
import type { Simulator } from "./simulator.ts";

/** One control request: `ids` are what stands in the path's braces, `read` the JSON body, `query` the query. */
type Control = { simulator: Simulator; ids: string[]; read: Fields; query: URLSearchParams };
type Control200 = (control: Control) => unknown;

const id = ({ ids }: Control, index = 0): string => ids[index] ?? "";

const ENDPOINTS: [method: string, path: string, run: Control200][] = [
  ["GET", "/simulator", ({ simulator }) => simulator.overview()],
  ["POST", "/simulator/accounts", ({ simulator, read }) => simulator.createAccount(newAccount(read))],
  ["POST", "/simulator/accounts/{}", (it) => it.simulator.updateAccount(id(it), accountChanges(it.read))],
  ["POST", "/simulator/numbers", ({ simulator, read }) => simulator.addNumber(newNumber(read))],
  ["POST", "/simulator/numbers/{}", (it) => it.simulator.updateNumber(id(it), numberChanges(it.read))],
  ["POST", "/simulator/numbers/{}/release", (it) => done(it.read, () => it.simulator.releaseNumber(id(it)))],
  ["POST", "/simulator/services", ({ simulator, read }) => simulator.createService(newService(read))],
  ["POST", "/simulator/texts", ({ simulator, read }) => simulator.text(phoneSends(read))],
  ["POST", "/simulator/texts/{}/redeliver", (it) => it.simulator.redeliver(id(it))],
  ["POST", "/simulator/calls", ({ simulator, read }) => simulator.call(phoneCalls(read))],
  ["GET", "/simulator/bundles", ({ simulator }) => ({ bundles: simulator.bundles() })],
  ["POST", "/simulator/bundles/{}", (it) => it.simulator.review(id(it), reviewOf(it.read))],
  ["GET", "/simulator/phones/{}", (it) => it.simulator.phone(id(it))],
  ["POST", "/simulator/phones/{}", setPhone],
  ["GET", "/simulator/faults", ({ simulator }) => ({ faults: simulator.faults() })],
  ["POST", "/simulator/faults", ({ simulator, read }) => ({ faults: simulator.addFaults(faultRules(read)) })],
  ["DELETE", "/simulator/faults", ({ simulator, read }) => done(read, () => simulator.clearFaults())],
  ["POST", "/simulator/outcomes", ({ simulator, read }) => done(null, () => simulator.addOutcomes(outcomeRules(read)))],
  ["DELETE", "/simulator/outcomes", ({ simulator, read }) => done(read, () => simulator.clearOutcomes())],
  ["GET", "/simulator/messages", ({ simulator, query }) => ({ messages: simulator.messages(logFilter(query)) })],
  ["GET", "/simulator/log", ({ simulator, query }) => ({ requests: simulator.requests(logFilter(query)) })],
  ["GET", "/simulator/webhooks", ({ simulator, query }) => ({ webhooks: simulator.webhooks(logFilter(query)) })],
  ["POST", "/simulator/reset", reset],
];

const COMPILED = ENDPOINTS.map(([method, path, run]) => ({
  method,
  pattern: new RegExp(`^${path.replaceAll("{}", "([^/]+)")}/?$`),
  run,
}));

/** Answers one control request in JSON; bad input is a 400 whose `error` names the field. */
export async function answerControl(
  simulator: Simulator,
  method: string,
  url: URL,
  contentType: string | undefined,
  body: string,
): Promise<Answer> {
  try {
    const here = COMPILED.map(({ pattern, ...endpoint }) => ({ ...endpoint, match: pattern.exec(url.pathname) }));
    const matching = here.filter(({ match }) => match !== null);
    if (matching.length === 0) throw new ControlError("path", `there is no ${url.pathname}`, 404);
    const endpoint = matching.find((candidate) => candidate.method === method);
    if (endpoint === undefined) {
      throw new ControlError("method", `use ${matching.map((it) => it.method).join(" or ")} for ${url.pathname}`, 405);
    }
    const ids = (endpoint.match ?? []).slice(1).map(decodeURIComponent);
    const read = fieldsOf(parseJson(contentType, body));
    return { status: 200, json: await endpoint.run({ simulator, ids, read, query: url.searchParams }) };
  } catch (error) {
    if (error instanceof ControlError) {
      return { status: error.status, json: { error: error.message, field: error.field } };
    }
    throw error;
  }
}

/** Only JSON is taken, so that a web page cannot steer the simulator behind its user's back. */
function parseJson(contentType: string | undefined, body: string): unknown {
  if (body === "") return {};
  if (!/^application\/json/i.test(contentType ?? "")) {
    throw new ControlError("content-type", "must be application/json (curl --json does it)", 415);
  }
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new ControlError("body", `is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function done(read: Fields | null, act: () => void): { ok: true } {
  read?.end();
  act();
  return { ok: true };
}

function setPhone(it: Control): unknown {
  const landline = it.read.flag("landline");
  it.read.end();
  if (landline === undefined) throw new ControlError("landline", "is required");
  it.simulator.setLandline(id(it), landline);
  return it.simulator.phone(id(it));
}

async function reset({ simulator, read }: Control): Promise<{ ok: true }> {
  const everything = read.flag("everything") ?? false;
  read.end();
  await simulator.reset({ everything });
  return { ok: true };
}

function logFilter(query: URLSearchParams): LogFilter {
  const filter: LogFilter = {};
  for (const name of query.keys()) {
    const value = query.get(name) ?? "";
    if (name === "since") {
      if (!/^\d+$/.test(value)) throw new ControlError("since", "must be a sequence number");
      filter.since = Number(value);
    } else if (name === "account" || name === "to" || name === "from" || name === "messageSid") filter[name] = value;
    else throw new ControlError(name, "is not known here; known are since, account, to, from, messageSid");
  }
  return filter;
}
