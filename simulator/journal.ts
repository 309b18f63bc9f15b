/** One API request as it reached the simulator; never holds credentials. */
export type RequestEntry = {
  /** Position among all requests and webhooks. */
  seq: number;
  receivedAt: Date;
  method: string;
  path: string;
  /** Query and form together; a repeated name's values are joined by one space. */
  params: Record<string, string>;
  accountSid: string | null;
  to: string | null;
  from: string | null;
  body: string | null;
  /** The message this request made, whether or not the answer left. */
  messageSid: string | null;
  status: number | null;
  errorCode: number | null;
  outcome: "pending" | "answered" | "reset_before" | "reset_after" | "client_gone";
  answeredAt: Date | null;
};

export type WebhookAttempt = {
  url: string;
  startedAt: Date;
  /** Real milliseconds on the wire. */
  durationMs: number;
  /** null when no answer came. */
  status: number | null;
  /** ct: no connection; rt: silence; tt: out of time; aborted: the simulator stopped. */
  error: { kind: "ct" | "rt" | "tt" | "aborted"; message: string } | null;
  contentType: string | null;
  body: string;
};

/** One webhook (inbound message or status callback) with all its attempts, the fallback's included. */
export type WebhookEntry = {
  seq: number;
  kind: "inbound" | "status" | "call";
  accountSid: string;
  /** Of a call: its CallSid. */
  messageSid: string;
  /** The message's (or call's) status that the webhook tells. */
  messageStatus: string;
  from: string;
  to: string;
  url: string;
  params: Record<string, string>;
  startedAt: Date;
  answeredAt: Date | null;
  /** Position at which its answer came; compare it with requests' `seq`. */
  answeredSeq: number | null;
  attempts: WebhookAttempt[];
  outcome: "pending" | "answered" | "failed" | "dropped";
  /** What Twilio's debugger would show: 11200, 12100, 12300, 11750, 14109 and kin. */
  notices: { code: number; message: string }[];
};

/** Each log keeps its newest entries; a checker's run fits many times over. */
const MOST_ENTRIES = 500_000;

export function nextSeq(world: { sequence: number }): number {
  world.sequence += 1;
  return world.sequence;
}

export function record<Entry>(log: Entry[], entry: Entry): Entry {
  if (log.length >= MOST_ENTRIES) log.splice(0, MOST_ENTRIES / 10);
  log.push(entry);
  return entry;
}

export type LogFilter = { since?: number; account?: string; to?: string; from?: string; messageSid?: string };

/** Entries after sequence number `since`, oldest first, that match every given field. */
export function filterLog<
  Entry extends {
    seq: number;
    accountSid: string | null;
    to: string | null;
    from: string | null;
    messageSid: string | null;
  },
>(log: Entry[], filter: LogFilter): Entry[] {
  return log.filter(
    (entry) =>
      entry.seq > (filter.since ?? 0) &&
      (filter.account === undefined || entry.accountSid === filter.account) &&
      (filter.to === undefined || entry.to === filter.to) &&
      (filter.from === undefined || entry.from === filter.from) &&
      (filter.messageSid === undefined || entry.messageSid === filter.messageSid),
  );
}
