/**
 * The independent checker: what the provider's log and the tables say, held against the promises. It shares no code with the
 * house; where it needs a rule (ranks of states, the ledger's hash), the rule is written here once more.
 */
import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type pg from "pg";
import type { RequestEntry, WebhookEntry } from "../../simulator/journal.ts";
import type { Told } from "./schedule.ts";
import type { Business, Site } from "./site.ts";

/** What is looked at: the tables, the provider's log, and what the house printed. */
export type Scene = Pick<Site, "simulator" | "businesses" | "logLines" | "secrets" | "chains"> & {
  admin: { query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<{ rows: Row[] }> };
  /** How many more than its pace may arrive of a sender within a second, where the machine's hiccups add to the house's; else 1. */
  jitter?: number;
};

interface Stored {
  id: string;
  workspace_id: string;
  direction: "inbound" | "outbound";
  kind: string | null;
  connection_id: string;
  from_address: string;
  to_address: string;
  content: string;
  status: string;
  reason: { code: string } | null;
  provider_sid: string | null;
}

const STOP = /^(stop|unsubscribe)\.?$/i;
/** What no message of a schedule says but the answer to a STOP or a START. */
const NOTICE = /(un|re)subscribed/;
const OUT = new Set(["accepted", "sent", "delivered", "undelivered", "read"]);
const NEVER_LEFT = new Set(["suppressed", "canceled"]);
const OPEN = new Set(["queued", "scheduled", "sending"]);

/** Every promise that a schedule broke, one sentence each. */
export async function violationsOf(
  site: Scene,
  told: Pick<Told, "phones" | "sends" | "since" | "settled"> & Partial<Pick<Told, "unstored" | "departures">>,
): Promise<string[]> {
  const { admin, simulator, businesses } = site;
  const { phones, since } = told;
  const { rows: stored } = await admin.query<Stored>(
    `select id, workspace_id, direction, kind, connection_id, from_address, to_address, content, status, reason, provider_sid
       from messages where from_address = any($1) or to_address = any($1) order by id`,
    [phones],
  );
  const webhooks = simulator
    .webhooks()
    .filter((each) => each.seq > since && phones.some((p) => p === each.from || p === each.to));
  const requests = simulator
    .requests()
    .filter(
      ({ seq, method, path, to }) =>
        seq > since && method === "POST" && path.endsWith("/Messages.json") && to !== null && phones.includes(to),
    );
  return [
    ...(told.settled ? [] : ["I4: the schedule never came to rest"]),
    ...acknowledgedIsStoredOnce(stored, webhooks),
    ...(told.unstored ?? []).map((sid) => `I1: ${sid} was acknowledged before it was stored`),
    ...nothingAfterStop(businesses, webhooks, requests),
    ...handedOverOnce(site, told, stored),
    ...(await statesGoForward(site, phones)),
    ...(await paceIsKept(site, told, requests)),
    ...staysAtHome(businesses, stored),
    ...(await chainsHold(site)),
    ...logsAreSilent(site, phones),
  ];
}

/** I1, I2: what was answered 200 is stored, once; what is stored twice was never asked twice. */
function acknowledgedIsStoredOnce(stored: readonly Stored[], webhooks: readonly WebhookEntry[]): string[] {
  const bySid = new Map<string, Stored[]>();
  for (const each of stored) {
    if (each.direction !== "inbound" || !each.provider_sid) continue;
    bySid.set(each.provider_sid, [...(bySid.get(each.provider_sid) ?? []), each]);
  }
  const lost = webhooks
    .filter(({ kind, attempts }) => kind === "inbound" && attempts.some(({ status }) => status === 200))
    .filter(({ messageSid, params }) => bySid.get(messageSid)?.[0]?.content !== params.Body)
    .map(({ messageSid, params }) => `I1: ${messageSid} (${params.Body}) was acknowledged and is not stored`);
  const doubled = [...bySid]
    .filter(([, copies]) => copies.length > 1)
    .map(([sid, copies]) => `I2: ${sid} is stored ${copies.length} times`);
  return [...lost, ...doubled];
}

/** I3: between the answer to a STOP and the next START, nothing but a notice reaches the provider for that person. */
function nothingAfterStop(
  businesses: readonly Business[],
  webhooks: readonly WebhookEntry[],
  requests: readonly RequestEntry[],
): string[] {
  const found: string[] = [];
  for (const { numbers, accountSid } of businesses) {
    const inbound = webhooks.filter(({ kind, accountSid: sid }) => kind === "inbound" && sid === accountSid);
    for (const stop of inbound) {
      if (!STOP.test(stop.params.Body ?? "") || stop.attempts.at(-1)?.status !== 200) continue;
      const from = stop.answeredSeq ?? 0;
      // A START from before that was still to be answered comes after the STOP, as far as the house can hear.
      const overtaken = inbound.some(
        ({ from: phone, params, seq, answeredSeq }) =>
          phone === stop.from && params.Body === "START" && seq < stop.seq && (answeredSeq ?? from) >= stop.seq,
      );
      if (overtaken) continue;
      const backAt = inbound
        .filter(({ from: phone, params, seq }) => phone === stop.from && params.Body === "START" && seq > stop.seq)
        .map(({ seq }) => seq);
      // A START that came while the STOP was still being answered leaves the order of the two open.
      const until = Math.min(...backAt, Number.POSITIVE_INFINITY);
      for (const { seq, to, from: sender, body } of requests) {
        if (to !== stop.from || sender === null || !numbers.includes(sender) || seq <= from || seq >= until) continue;
        if (!NOTICE.test(body ?? ""))
          found.push(`I3: "${body}" reached the provider for ${to} after its STOP was answered`);
      }
    }
  }
  return found;
}

/** I4: each promised message exists and left at most once; its end is known, or explained. */
function handedOverOnce(
  { simulator }: Scene,
  { phones, sends }: Pick<Told, "phones" | "sends">,
  stored: readonly Stored[],
): string[] {
  const found: string[] = [];
  const taken = simulator.messages().filter(({ to, direction }) => direction === "outbound-api" && phones.includes(to));
  const ofOurs = new Set<string>();
  for (const message of stored) {
    if (message.direction !== "outbound") continue;
    if (OPEN.has(message.status)) found.push(`I4: "${message.content}" is still ${message.status}`);
    if (message.kind === "notice") continue;
    const copies = taken.filter(({ to, body }) => to === message.to_address && body === message.content);
    for (const { sid } of copies) ofOurs.add(sid);
    if (copies.length > 1) found.push(`I4: "${message.content}" was handed over ${copies.length} times`);
    if (copies.length === 0 && OUT.has(message.status))
      found.push(`I4: "${message.content}" is ${message.status}, but never left`);
    if (copies.length > 0 && NEVER_LEFT.has(message.status))
      found.push(`I4: "${message.content}" is ${message.status}, but the provider has it`);
    if (message.status === "failed" && !message.reason) found.push(`I4: "${message.content}" failed without a reason`);
    if (copies.length > 0 && message.status === "failed" && copies[0]?.status === "delivered")
      found.push(`I4: "${message.content}" is failed, but was delivered`);
  }
  for (const { answer, content, phone } of sends) {
    if (!answer) found.push(`I4: the caller of "${content}" never had an answer`);
    if (answer?.status !== 201) continue;
    const copies = stored.filter(
      (each) => each.direction === "outbound" && each.content === content && each.to_address === phone,
    );
    if (copies.length !== 1 || copies[0]?.id !== answer.body.id)
      found.push(`I4: "${content}" was promised once and is stored ${copies.length} times`);
  }
  const notices = stored.filter(({ kind, status }) => kind === "notice" && OUT.has(status)).length;
  const strangers = taken.filter(({ sid }) => !ofOurs.has(sid)).length;
  // A notice whose answer was lost and that was given up may have left all the same: never more than there are notices.
  if (strangers < notices || strangers > stored.filter(({ kind }) => kind === "notice").length)
    found.push(`I4: ${notices} notices have left, and the provider has ${strangers}`);
  return found;
}

/** Later states have higher ranks; among the final ones only delivered may replace another. */
const RANK: Record<string, number> = {
  ...{ scheduled: 0, queued: 1, sending: 2, accepted: 3, sent: 4 },
  ...{ canceled: 5, suppressed: 5, failed: 5, undelivered: 5, delivered: 6, read: 7 },
};

/** I5: no state that was shown ever goes back, but for a message that provably did not leave and waits anew. */
async function statesGoForward({ admin }: Scene, phones: readonly string[]): Promise<string[]> {
  const { rows } = await admin.query<{ message: string; status: string; seq: number }>(
    `select e.data->>'messageId' as message, e.data->>'status' as status, e.seq from events e
       join messages m on m.workspace_id = e.workspace_id and m.id = e.data->>'messageId'
       where e.type in ('message.created', 'message.changed') and m.to_address = any($1) order by e.workspace_id, e.seq`,
    [phones],
  );
  const last = new Map<string, string>();
  const found: string[] = [];
  for (const { message, status } of rows) {
    const before = last.get(message);
    const again = before === "sending" && status === "queued";
    if (before && !again && (RANK[status] ?? -1) < (RANK[before] ?? -1))
      found.push(`I5: ${message} went from ${before} back to ${status}`);
    last.set(message, status);
  }
  const { rows: ends } = await admin.query<{ id: string; status: string }>(
    "select id, status from messages where to_address = any($1)",
    [phones],
  );
  for (const { id, status } of ends) {
    const shown = last.get(id);
    if (shown && shown !== status && !(shown === "queued" && status === "sending"))
      found.push(`I5: ${id} is ${status}, but was last shown as ${shown}`);
  }
  return found;
}

/** I6: no second of slots holds more than the sender's rate; one more may leave in one (or arrive, where that alone is known). */
async function paceIsKept(
  { admin, businesses, jitter = 1 }: Scene,
  { phones, departures }: Pick<Told, "phones"> & Partial<Pick<Told, "departures">>,
  requests: readonly RequestEntry[],
): Promise<string[]> {
  const left = departures ?? requests.map(({ from, receivedAt }) => ({ from, at: receivedAt }));
  const { rows } = await admin.query<{ connection_id: string; at: Date; segments: number }>(
    `select a.connection_id, a.at, m.segments from attempts a
       join messages m on m.workspace_id = a.workspace_id and m.id = a.message_id where m.to_address = any($1) order by a.at`,
    [phones],
  );
  const found: string[] = [];
  for (const { numbers, connectionIds, mps } of businesses) {
    for (const [n, connectionId] of connectionIds.entries()) {
      const slots = rows
        .filter((each) => each.connection_id === connectionId)
        .map(({ at, segments }) => ({ at: at.getTime(), segments }));
      const most = mostInASecond(slots);
      if (most > mps) found.push(`I6: ${most} segments in one second's slots at ${mps} a second`);
      const its = left.filter(({ from }) => from === numbers[n]);
      const arrived = requests.filter(({ from }) => from === numbers[n]).length;
      if (its.length < arrived)
        found.push(`I6: ${arrived} messages arrived, but only ${its.length} were seen to leave`);
      const mostLeft = mostInASecond(its.map(({ at }) => ({ at: at.getTime(), segments: 1 })));
      if (mostLeft > mps + jitter) found.push(`I6: ${mostLeft} messages left within one second at ${mps} a second`);
    }
  }
  return found;
}

function mostInASecond(times: ReadonlyArray<{ at: number; segments: number }>): number {
  return Math.max(
    0,
    ...times.map(({ at }) =>
      times.filter((other) => other.at >= at && other.at < at + 1000).reduce((sum, { segments }) => sum + segments, 0),
    ),
  );
}

/** I7: a message belongs to the business whose number it came to or went from. */
function staysAtHome(businesses: readonly Business[], stored: readonly Stored[]): string[] {
  return stored.flatMap((message) => {
    const ours = message.direction === "inbound" ? message.to_address : message.from_address;
    const home = businesses.find(({ numbers }) => numbers.includes(ours));
    return home?.workspaceId === message.workspace_id &&
      home.connectionIds[home.numbers.indexOf(ours)] === message.connection_id
      ? []
      : [`I7: ${message.id} is with another business than ${ours} belongs to`];
  });
}

interface Link {
  workspace_id: string;
  seq: number;
  action: string;
  hash: string;
  previous_hash: string;
  [column: string]: unknown;
}

const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** I8: SHA-256(previousHash || canonical JSON of the event without its hash), from where the last check ended. */
async function chainsHold(site: Scene): Promise<string[]> {
  const found: string[] = [];
  for (const { workspaceId } of site.businesses) {
    const from = site.chains.get(workspaceId) ?? { seq: 0, hash: null };
    const { rows } = await site.admin.query<Link & { at: Date }>(
      "select * from consent_events where workspace_id = $1 and seq > $2 order by seq",
      [workspaceId, from.seq],
    );
    for (const row of rows) {
      const { hash, actor: _, at, ...rest } = row;
      const event = Object.fromEntries(Object.entries(rest).map(([name, value]) => [camel(name), value]));
      const text = row.previous_hash + canonicalize({ ...event, seq: Number(row.seq), at: at.toISOString() });
      if (createHash("sha256").update(text).digest("hex") !== hash) found.push(`I8: link ${row.seq} does not verify`);
      if (from.hash !== null && row.previous_hash !== from.hash)
        found.push(`I8: link ${row.seq} does not follow the one before`);
      if (Number(row.seq) !== from.seq + 1) found.push(`I8: link ${row.seq} follows number ${from.seq}`);
      from.seq = Number(row.seq);
      from.hash = hash;
    }
    site.chains.set(workspaceId, from);
  }
  return found;
}

/** I9: no log line holds a secret or a whole phone number. */
function logsAreSilent({ logLines, secrets }: Scene, phones: readonly string[]): string[] {
  const found = logLines.splice(0).filter((line) => [...secrets, ...phones].some((secret) => line.includes(secret)));
  return found.slice(0, 3).map((line) => `I9: a log line tells too much: ${line.slice(0, 200)}`);
}
