/** The evidence of one person's consent as a page to read and to print: no script, nothing fetched, nothing hidden. */
import { createHash } from "node:crypto";
import type { ExportedEvent } from "../consent/consent.ts";
import type { EvidencePack, ProvingMessage } from "./evidence.ts";
import { sayAct, sayHow, sayScope } from "./evidence-words.ts";

const STYLE = `
:root { color-scheme: light; --ink: #1d1c1a; --soft: #57544d; --line: #d3d0c8; --tint: #f6f5f2; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 52rem; padding: 2.5rem 1.5rem 4rem; color: var(--ink); background: #fff;
  font: 15px/1.5 "Inter Variable", Inter, ui-sans-serif, system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.05rem; margin: 2.25rem 0 .75rem; padding-top: .75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 0; }
p { margin: .35rem 0; }
dl { display: grid; grid-template-columns: minmax(7rem, 11rem) 1fr; gap: .3rem 1rem; margin: .5rem 0 0; }
dt { color: var(--soft); }
dd { margin: 0; }
ol { list-style: none; margin: 0; padding: 0; }
li { padding: 1rem 0; border-top: 1px solid var(--line); break-inside: avoid; }
li:first-child { border-top: 0; padding-top: 0; }
blockquote { margin: .35rem 0; padding: .5rem .75rem; background: var(--tint); border-radius: 6px; white-space: pre-wrap; }
code, .hash { font: 12px/1.5 "JetBrains Mono Variable", ui-monospace, monospace; }
.soft { color: var(--soft); }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
@media print { body { max-width: none; padding: 0; font-size: 10.5pt; } code, .hash { font-size: 8pt; } blockquote { border: 1px solid var(--line); } }
@page { margin: 18mm; }
`;

export const STYLE_HASH = `sha256-${createHash("sha256").update(STYLE).digest("base64")}`;

const MARKS: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
/** What people wrote is shown as it is written; signs that nobody sees or that turn the text around are named. */
const plain = (text: string) =>
  text
    .replace(/[&<>"']/g, (mark) => MARKS[mark] ?? mark)
    .replace(
      /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g,
      (sign) => `[U+${sign.charCodeAt(0).toString(16).toUpperCase()}]`,
    );

const rows = (pairs: ReadonlyArray<readonly [string, string | null]>) =>
  `<dl>${pairs.flatMap(([name, value]) => (value === null ? [] : `<dt>${name}</dt><dd>${value}</dd>`)).join("")}</dl>`;

const quote = (text: string) => `<blockquote>${plain(text)}</blockquote>`;
const hash = (text: string) => `<span class="hash">${text}</span>`;

export function evidencePage(pack: EvidencePack): string {
  const { business, contact, events, ledger, messages, sentSinceOptOut } = pack;
  const who = contact.name ?? contact.phone ?? "This person";
  const when = timesIn(business.timeZone);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Evidence of consent: ${plain(who)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Evidence of consent: ${plain(who)}</h1>
<p class="soft">From the records of ${plain(business.name)}, made ${when(pack.madeAt)}${pack.madeBy.name ? ` by ${plain(pack.madeBy.name)}` : ""}.</p>
${rows([
  ["Person", plain(who)],
  ["Number", contact.phone && plain(contact.phone)],
  ["Text messages", standing(contact.smsOptedIn)],
  ["WhatsApp", standing(contact.optedIn)],
  ["Acts on record", String(events.length)],
])}
<h2>What was agreed and what was refused, oldest first</h2>
${events.length === 0 ? "<p>Nothing is on record: this person neither opted in nor out.</p>" : `<ol>${events.map((event) => act(event, who, messages, when)).join("\n")}</ol>`}
<h2>Blocks that stand</h2>
${contact.suppressions.length === 0 ? "<p>None. Nothing keeps messages from being sent.</p>" : `<ol>${contact.suppressions.map((each) => block(each, when)).join("\n")}</ol>`}
${sentSinceOptOut === null ? "" : sent(sentSinceOptOut, when)}
<h2>How to check this</h2>
<p>Each act above is one event of a ledger that is only ever added to. Its hash is the SHA-256 of the hash before it and of the
event itself as canonical JSON (RFC 8785), so that no event can be changed, removed or put in between without changing every hash
after it. Words and names enter by hashes with a salt, so that they can be erased on request without breaking the chain.</p>
${rows([
  ["Ledger", `${ledger.events} events, of which this person's are shown`],
  ["Its last hash", hash(ledger.headHash)],
  ["Workspace", hash(business.workspaceId)],
  ...pack.addresses.map(
    ({ channel, address, addressHash }) =>
      [`Hash of ${plain(channel)} address`, `${plain(address)} is ${hash(addressHash)}`] as const,
  ),
])}
<p>The same evidence as data is <code>GET /api/contacts/${contact.id}/evidence?format=json</code>; the whole ledger is
<code>GET /api/consent/export</code>. The program <code>docs/verify-evidence.mjs</code> checks both with nothing of ours.</p>
</body>
</html>
`;
}

const standing = (optedIn: boolean | null) =>
  optedIn === null ? "Never said yes or no" : optedIn ? "Opted in" : "<strong>Opted out</strong>";

/** "21 November 2026, 14:03:22 (America/New_York; 2026-11-21T19:03:22.000Z)". */
const timesIn = (timeZone: string) => {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone, dateStyle: "long", timeStyle: "medium" });
  return (iso: string) => `<time datetime="${iso}">${format.format(new Date(iso))} (${plain(timeZone)}; ${iso})</time>`;
};
type Say = ReturnType<typeof timesIn>;

function act(event: ExportedEvent, who: string, messages: readonly ProvingMessage[], when: Say): string {
  const message = messages.find((each) => each.id === event.messageId);
  const erased = event.salt === null;
  return `<li><h3>${plain(sayAct(event, who))}</h3>
<p>${when(event.at)}</p>
<p>${plain(sayHow(event))} ${plain(sayScope(event) ?? "")}</p>
${message ? `<p class="soft">Their message:</p>${quote(message.content)}<p class="soft">${plain(message.from)} to ${plain(message.to)}, ${when(message.at)}${message.providerSid ? `, at the provider ${plain(message.providerSid)}` : ""}</p>` : ""}
${event.proof && event.proof !== message?.content ? `<p class="soft">Proof:</p>${quote(event.proof)}` : ""}
${event.disclosure ? `<p class="soft">What they were shown:</p>${quote(event.disclosure)}` : ""}
${erased ? `<p class="soft">The words were erased on request; their hashes stay.</p>` : ""}
${rows([
  ["Event", `No. ${event.seq}, ${plain(event.id)}`],
  ["Hash", hash(event.hash)],
  ["Hash before it", hash(event.previousHash)],
])}</li>`;
}

const block = ({ channel, sender, source, at }: EvidencePack["contact"]["suppressions"][number], when: Say) =>
  `<li><p>${channel === "sms" ? "Text messages" : "WhatsApp messages"} from ${sender === "*" ? "every number" : plain(sender)} are blocked since ${when(at)}, by ${plain(SOURCES[source] ?? source)}.</p></li>`;

const SOURCES: Record<string, string> = {
  ...{ keyword: "a keyword", free_text: "their own words", import: "an imported list", provider: "the provider" },
  ...{ member: "a member of the team", api: "a program of the business", form: "a form" },
};

const sent = (messages: readonly ProvingMessage[], when: Say) => `<h2>What left after the opt-out</h2>
${
  messages.length === 0
    ? "<p>Nothing was handed to the messaging provider for this person after they opted out.</p>"
    : `<ol>${messages.map((each) => `<li><p>${when(each.at)}, ${each.kind === "notice" ? "the one confirmation of the opt-out" : `a message of the kind ${plain(each.kind ?? "")}`}, ${plain(each.status)}:</p>${quote(each.content)}</li>`).join("\n")}</ol>`
}`;
