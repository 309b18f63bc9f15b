/** What the fields of the audit log are called, and what they held, in the words of the pages where they are changed. */
import type { AuditValue } from "../../contract/audit.ts";
import { PERMISSION_GROUPS } from "../accounts/permission-words.ts";
import { ROLES } from "../accounts/roles.ts";
import { BRAND, CAMPAIGN, FLAGS } from "../channels/compliance-fields.ts";
import { sayCountry } from "../channels/countries.ts";
import { ENVIRONMENT_NAMES } from "../shell/words.ts";
import { ADDRESS_LABELS } from "../sms-requests/address-fields.tsx";
import type { Names } from "./names.ts";

const FIELDS: Readonly<Record<string, string>> = {
  ...ENVIRONMENT_NAMES, // an agent's publishing names them as fields
  active: "Switched",
  agentId: "Agent",
  answering: "Answers calls",
  apiKey: "API key",
  baseUrl: "Base URL",
  callsHere: "Calls come here",
  confidenceBound: "Confidence it needs to answer",
  consentScope: "STOP to one of your numbers counts for",
  content: "Words",
  credentials: "Auth token",
  dailyCap: "Segments a day",
  fileHash: "Fingerprint of the file (SHA-256)",
  findings: "What is wrong",
  forwardTo: "Phone that rings",
  friendlyName: "Name",
  handoverText: "What it says when it hands over",
  keywordReplies: "STOP, START and HELP are answered by",
  kind: "Whose account",
  knowledgeBaseIds: "Knowledge bases",
  modelId: "Language model",
  mps: "Segments a second",
  optedOutInbound: "When someone who opted out writes something else",
  ringSeconds: "Seconds it rings",
  rows: "Opt-outs in it",
  shortcut: "Shortcut",
  sold: "Sold by Twilio",
  source: "Entry",
  status: "Health",
  voicemailSeconds: "Seconds of voicemail at most",
  "caps.automated": "Most automated texts",
  "caps.marketing": "Most marketing texts",
  "keywords.help": "Words that also mean HELP",
  "keywords.start": "Words that also mean START",
  "keywords.stop": "Words that also mean STOP",
  "missedCallText.content": "Text after a missed call, its words",
  "missedCallText.on": "Text after a missed call",
  "notices.contact": "How to reach you",
  "notices.help": "Answer to HELP",
  "notices.start": "Answer to START",
  "notices.stop": "Answer to STOP",
  "quietHours.saturday": "Texts leave on Saturdays",
  "quietHours.sunday": "Texts leave on Sundays",
  "quietHours.weekdays": "Texts leave Monday to Friday",
  "source.content": "Entry › answer or text",
  "source.kind": "Entry › kind",
  "source.title": "Entry › question or title",
  "webhook.configuredBy": "Webhook set by",
};

/** The last part of a path, under whichever field it stands. */
const PARTS: Readonly<Record<string, string>> = {
  from: "from",
  to: "until",
  perHour: "in an hour",
  perDay: "in 24 hours",
  perWeek: "in 7 days",
};

const ofCarriers = new Map<string, string>([
  ...[...BRAND, ...CAMPAIGN].flatMap(({ fields }) => fields.map(({ field, label }) => [field, label] as const)),
  ...FLAGS,
  ["messageSamples", "Samples"],
]);

/** "businessName" and "business_name" are "business name". */
const inWords = (code: string): string =>
  code
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/_/g, " ")
    .toLowerCase();
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
/** As it stands after something else; an abbreviation stays as it is. */
const small = (text: string): string =>
  /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;

/** A field of papers for a number: Twilio's own names of documents and fields are all that the log has. */
function sayPaper([first, ...rest]: readonly string[]): string | undefined {
  const last = rest.at(-1) ?? "";
  if (first === "endUser") return `Who the number is for › ${inWords(last)}`;
  if (first === "address") return `Address › ${small(ADDRESS_LABELS[last] ?? inWords(last))}`;
  if (first !== "documents") return undefined;
  const what = rest[1] === "fileId" ? "file" : rest[1] === "type" ? "kind" : inWords(last);
  return `Document: ${inWords(rest[0] ?? "")} › ${what}`;
}

/** A field's name as people read it; what stands in another one after it: "Brand › city". */
export function sayField(field: string): string {
  const named = FIELDS[field];
  if (named) return named;
  const parts = field.split(".");
  const last = parts.at(-1) ?? "";
  if (parts.length === 1) return capital(inWords(field));
  const [first = ""] = parts;
  if (first === "brand" || first === "campaign")
    return `${capital(first)} › ${small(ofCarriers.get(last) ?? inWords(last))}`;
  const above = FIELDS[parts.slice(0, -1).join(".")];
  if (above) return `${above}, ${PARTS[last] ?? inWords(last)}`;
  return sayPaper(parts) ?? capital(parts.map(inWords).join(" › "));
}

const languages = new Intl.DisplayNames(undefined, { type: "language" });
const PERMISSIONS: Readonly<Record<string, string>> = Object.fromEntries(
  PERMISSION_GROUPS.flatMap(({ permissions }) => permissions),
);

/** What is said of a field's codes. */
const VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  consentScope: { workspace: "all numbers of this workspace", sender: "that number alone" },
  environment: ENVIRONMENT_NAMES,
  keywordReplies: { provider: "Twilio", parley: "Parley" },
  kind: { managed: "one that Parley opens", bought: "your own" },
  optedOutInbound: { store: "show it in the inbox", drop: "drop it" },
  permissions: PERMISSIONS,
  provider: { "openai-compatible": "OpenAI-compatible" },
  role: Object.fromEntries(ROLES.map(({ value, label }) => [value, label])),
  sold: { yes: "yes", maybe: "maybe: look in its console", no: "no" },
  source: { pair: "a question with its answer", text: "a text" },
  "webhook.configuredBy": { parley: "Parley", operator: "somebody in Twilio’s console" },
};

/** What one who looks finds where nothing stood. */
const NOTHING: Readonly<Record<string, string>> = {
  agentId: "the team",
  dailyCap: "no limit",
  modelId: "none",
  ...Object.fromEntries(Object.keys(ENVIRONMENT_NAMES).map((field) => [field, "what is saved"])),
};

/** What a field held. */
export function sayValue(field: string, value: AuditValue, names: Names): string {
  const none = NOTHING[field] ?? (field.startsWith("caps.") ? "no limit" : "nothing");
  if (value === null) return none;
  if (typeof value === "boolean") return value ? "on" : "off";
  if (Array.isArray(value))
    return value.length === 0 ? none : value.map((each) => sayValue(field, each, names)).join(", ");
  if (field in ENVIRONMENT_NAMES) return `version ${value}`;
  if (field === "confidenceBound") return `${Math.round(Number(value) * 100)}%`;
  const text = String(value);
  const known = VALUES[field]?.[text] ?? names.byId.get(text);
  if (known) return known;
  if (/^[a-z]{3}_[0-9a-f]{32}$/.test(text))
    return names.areAll ? "one that was removed" : "one whose name is not known here";
  if (field === "country") return sayCountry(text);
  if (field === "language") return languages.of(text) ?? text;
  // A code, such as account_suspended, reads as the words that it is made of.
  return /^[a-z]+(_[a-z0-9]+)+$/.test(text) ? inWords(text) : text;
}

/** Whether it is said that nothing stood there before: where that is itself a choice, and not just the beginning. */
export const saysNothing = (field: string): boolean => field in ENVIRONMENT_NAMES;
