/** Consent: every yes and every stop, as an append-only ledger. */
import { z } from "zod";
import { Actor } from "./accounts.ts";
import { ChannelName } from "./channels.ts";
import { idOf } from "./ids.ts";
import { nameUpTo } from "./names.ts";
import { pagingById } from "./paging.ts";
import { QueryPhone } from "./phone.ts";

export const MESSAGE_KINDS = ["reply", "service", "automated", "marketing", "notice"] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

export const CONSENT_SOURCES = [
  "keyword",
  "free_text",
  "inbound",
  "import",
  "api",
  "member",
  "form",
  "provider",
] as const;
export type ConsentSource = (typeof CONSENT_SOURCES)[number];

export const ConsentEvent = z.object({
  id: idOf("cse"),
  channel: ChannelName,
  action: z.enum(["opt_in", "opt_out", "suppressed", "review"]),
  contactId: idOf("con").nullable(),
  addressHash: z.string(),
  scope: z.enum(["workspace", "sender"]),
  sender: z.string().nullable(),
  source: z.enum(CONSENT_SOURCES),
  messageId: idOf("msg").nullable(),
  proof: z.string().nullable(),
  disclosure: z.string().nullable(),
  actor: Actor,
  at: z.iso.datetime(),
  seq: z.number().int(),
  hash: z.string(),
  previousHash: z.string(),
});
export type ConsentEvent = z.infer<typeof ConsentEvent>;

export const NewConsent = z.strictObject({
  channel: z.enum(["sms", "whatsapp"]),
  action: z.enum(["opt_in", "opt_out"]),
  source: z.enum(["api", "form", "import", "member"]),
  proof: z.string().trim().min(1).max(2000).optional(),
  disclosure: z.string().trim().min(1).max(4000).optional(),
});

export const MaySendQuery = z.strictObject({
  to: QueryPhone,
  channel: z.enum(["sms"]).default("sms"),
  from: QueryPhone.optional(),
  kind: z.enum(["reply", "service", "automated", "marketing"]).default("service"),
});

export const MaySend = z.object({
  allowed: z.boolean(),
  reasons: z.array(z.object({ code: z.string(), message: z.string(), until: z.iso.datetime().optional() })),
});
export type MaySend = z.infer<typeof MaySend>;

const Time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, "must be a time such as 09:00");

/** A day's hours at the recipient's; null: nothing that day. */
export const DayHours = z
  .strictObject({ from: Time, to: Time })
  .refine(({ from, to }) => from < to, "must begin before it ends, on one day")
  .nullable();

export const QuietHours = z.strictObject({ weekdays: DayHours, saturday: DayHours, sunday: DayHours });

const Count = z.number().int().min(1).max(1000).nullable();

/** How many messages of one kind somebody may get, from all of our numbers together; null: no limit. */
export const Caps = z.strictObject({ perHour: Count, perDay: Count, perWeek: Count });

export const CAPPED_KINDS = ["automated", "marketing"] as const;
/** Kinds that nobody asked for: quiet hours and caps hold for them. */
export type CappedKind = (typeof CAPPED_KINDS)[number];

/** The workspace's own rules. They only ever narrow the law's. */
export const SendingRules = z.object({
  quietHours: QuietHours,
  caps: z.object({ automated: Caps, marketing: Caps }),
});
export type SendingRules = z.infer<typeof SendingRules>;

const wholeDay = { from: "08:00", to: "21:00" };
export const DEFAULT_SENDING_RULES: SendingRules = {
  quietHours: { weekdays: wholeDay, saturday: wholeDay, sunday: wholeDay },
  caps: {
    automated: { perHour: null, perDay: 10, perWeek: null },
    marketing: { perHour: 1, perDay: 3, perWeek: null },
  },
};

export const SendingRulesPatch = z
  .strictObject({
    quietHours: QuietHours.partial(),
    caps: z.strictObject({ automated: Caps.partial(), marketing: Caps.partial() }).partial(),
  })
  .partial();

/** One law of quiet hours, as Parley knows it. */
export const QuietLaw = z.object({
  id: z.string(),
  jurisdiction: z.string(),
  name: z.string(),
  weekdays: DayHours,
  saturday: DayHours,
  sunday: DayHours,
  /** Whether the public holidays of the place are closed too. */
  holidays: z.boolean(),
  cap: z.object({ count: z.number().int(), hours: z.number().int() }).nullable(),
  from: z.iso.date().nullable(),
  source: z.string(),
  checkedAt: z.iso.date(),
  note: z.string().nullable(),
});
export type QuietLaw = z.infer<typeof QuietLaw>;

export const SendingRulesAndLaws = SendingRules.extend({ laws: z.array(QuietLaw) });
export type SendingRulesAndLaws = z.infer<typeof SendingRulesAndLaws>;

export const LedgerVerdict = z.object({
  valid: z.boolean(),
  events: z.number().int(),
  headHash: z.string(),
  firstBreak: z.object({ seq: z.number().int(), reason: z.string() }).nullable(),
});

/** How a list of opt-outs is taken in. */
export const ImportQuery = z.strictObject({
  /** What the list is called, for the proof in the ledger. */
  name: nameUpTo(200).optional(),
  /** `true`: only says what would happen. */
  dryRun: z.stringbool().default(false),
});

export const ImportReport = z.object({
  /** SHA-256 of the file: every event of it in the ledger names it. */
  fileHash: z.string(),
  dryRun: z.boolean(),
  /** Lines that hold an opt-out. */
  rows: z.number().int(),
  added: z.number().int(),
  /** Known before: nothing was recorded again. */
  already: z.number().int(),
  rejected: z.number().int(),
  /** The first thousand lines that could not be read. */
  rejections: z.array(z.object({ line: z.number().int(), reason: z.string() })),
});
export type ImportReport = z.infer<typeof ImportReport>;

/** A link can name no header: where somebody belongs to several workspaces, its address names one. */
const linked = { workspace: idOf("wsp").optional() };
export const LedgerQuery = z.strictObject(linked);
export const ExportQuery = z.strictObject({ ...linked, format: z.enum(["csv", "ndjson"]).default("csv") });
export const EvidenceQuery = z.strictObject({ ...linked, format: z.enum(["html", "json"]).default("html") });

export const ReviewStatus = z.enum(["open", "opt_out", "keep"]);
export type ReviewStatus = z.infer<typeof ReviewStatus>;

/** A text that may be an opt-out, and what a person made of it. */
export const Review = z.object({
  id: idOf("rvw"),
  channel: ChannelName,
  contactId: idOf("con"),
  conversationId: idOf("cnv"),
  /** The text itself; null where the person was erased. */
  message: z.object({ id: idOf("msg"), content: z.string(), createdAt: z.iso.datetime() }).nullable(),
  /** The rule that fired (docs/consent.md), and the words that made it fire, in UTF-16 code units of the text. */
  rule: z.string(),
  fired: z.object({ start: z.number().int(), end: z.number().int() }).nullable(),
  status: ReviewStatus,
  openedAt: z.iso.datetime(),
  /** When silence means stop. */
  dueAt: z.iso.datetime(),
  /** When our one question was asked. */
  askedAt: z.iso.datetime().nullable(),
  closedAt: z.iso.datetime().nullable(),
  closedBy: Actor.nullable(),
});
export type Review = z.infer<typeof Review>;

export const ReviewsQuery = z.strictObject({
  status: ReviewStatus.optional(),
  conversationId: idOf("cnv").optional(),
  ...pagingById("rvw"),
});
export const ReviewDecision = z.strictObject({
  verdict: z.enum(["opt_out", "keep"]),
  /** Why, for the ledger. */
  note: z.string().trim().min(1).max(1000).optional(),
});
export const ReviewQuestion = z.strictObject({ content: z.string().trim().min(1).max(1600).optional() });
