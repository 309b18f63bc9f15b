/** Consent: every yes and every stop, as an append-only ledger. */
import { z } from "zod";
import { Actor } from "./accounts.ts";
import { ChannelName } from "./channels.ts";
import { idOf } from "./ids.ts";
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

export const LedgerVerdict = z.object({
  valid: z.boolean(),
  events: z.number().int(),
  headHash: z.string(),
  firstBreak: z.object({ seq: z.number().int(), reason: z.string() }).nullable(),
});
