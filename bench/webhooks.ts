/** Inbound webhooks as Twilio posts them: twenty fields, signed, and no two messages alike. */
import { createHmac } from "node:crypto";

export interface Signer {
  accountSid: string;
  authToken: string;
}

export interface Round {
  /** Keeps the senders and messages of one round apart from every other's. */
  number: number;
  count: number;
  /** How many phones write; each writes count / senders messages. */
  senders: number;
  /** Our number. */
  to: string;
}

const WORDS = [
  "Hi, are you open on Sunday?",
  "Could you hold two of the blue bowls for me until Friday please",
  "Running ten minutes late, sorry!",
  "What does glazing a set of six cost?",
  "Thanks so much, they arrived in one piece",
  "Do you fire other people's pots? I have about a dozen, none taller than 30 cm.",
];

export const messageSid = (round: number, n: number): string =>
  `SM${(round * 1_000_000 + n).toString(16).padStart(32, "0")}`;

/** Numbers of a range that no one owns; a round's phones are its own. */
export const phoneOf = (round: number, n: number): string => `+1415${String(2_000_000 + round * 10_000 + n)}`;

function fieldsOf({ accountSid }: Signer, { number, senders, to }: Round, n: number): Array<[string, string]> {
  const sid = messageSid(number, n);
  return [
    ["ToCountry", "US"],
    ["ToState", "CA"],
    ["SmsMessageSid", sid],
    ["NumMedia", "0"],
    ["ToCity", "SAN FRANCISCO"],
    ["FromZip", "94103"],
    ["SmsSid", sid],
    ["FromState", "CA"],
    ["SmsStatus", "received"],
    ["FromCity", "SAN FRANCISCO"],
    ["Body", WORDS[n % WORDS.length] ?? ""],
    ["FromCountry", "US"],
    ["To", to],
    ["ToZip", "94105"],
    ["NumSegments", "1"],
    ["MessageSid", sid],
    ["AccountSid", accountSid],
    ["From", phoneOf(number, n % senders)],
    ["ApiVersion", "2010-04-01"],
    ["MessagingServiceSid", "MGb3c0000000000000000000000000b3c0"],
  ];
}

/** What Twilio signs: the address, and every field by name. */
export function signatureOf(
  url: string,
  { authToken }: Signer,
  fields: ReadonlyArray<readonly [string, string]>,
): string {
  const sorted = fields.toSorted(([a], [b]) => (a < b ? -1 : 1));
  const signed = url + sorted.map(([name, value]) => name + value).join("");
  return createHmac("sha1", authToken).update(signed, "utf8").digest("base64");
}

/** The n-th request of a round, whole, as it goes over the wire. */
export function requestBytes(url: URL, signer: Signer, round: Round, n: number): Buffer {
  const fields = fieldsOf(signer, round, n);
  const signature = signatureOf(url.href, signer, fields);
  const body = new URLSearchParams(fields).toString();
  const head = [
    `POST ${url.pathname} HTTP/1.1`,
    `Host: ${url.host}`,
    "User-Agent: TwilioProxy/1.1",
    "Accept: */*",
    "Content-Type: application/x-www-form-urlencoded; charset=utf-8",
    `X-Twilio-Signature: ${signature}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`);
}
