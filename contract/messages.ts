/** Messages: the words themselves, who sent them, and how they fared. */
import { z } from "zod";
import { Actor } from "./accounts.ts";
import { ChannelName } from "./channels.ts";
import { MESSAGE_KINDS } from "./consent.ts";
import { idOf } from "./ids.ts";

/** The longest SMS, in Unicode code points (Twilio's limit, its error 21617). */
export const MAX_SMS_CHARACTERS = 1600;

export const MESSAGE_STATUSES = [
  "received",
  "queued",
  "scheduled",
  "sending",
  "accepted",
  "sent",
  "delivered",
  "read",
  "undelivered",
  "failed",
  "canceled",
  "suppressed",
] as const;
export const MessageStatus = z.enum(MESSAGE_STATUSES);
export type MessageStatus = z.infer<typeof MessageStatus>;

export const Reason = z.object({
  code: z.string(),
  message: z.string(),
  providerCode: z.string().optional(),
  helpUrl: z.string().optional(),
});
export type Reason = z.infer<typeof Reason>;

export const Media = z.object({ url: z.string(), contentType: z.string().nullable() });
export type Media = z.infer<typeof Media>;

export const DeliveryEvent = z.object({
  at: z.iso.datetime(),
  status: z.string(),
  providerCode: z.string().nullable(),
  source: z.enum(["callback", "list", "send"]),
});

export const Attempt = z.object({
  at: z.iso.datetime(),
  outcome: z.enum(["pending", "accepted", "refused", "limited", "not_sent", "unknown", "absent"]),
  providerSid: z.string().nullable(),
  providerCode: z.string().nullable(),
});

export type Attempt = z.infer<typeof Attempt>;
export type DeliveryEvent = z.infer<typeof DeliveryEvent>;

export const Message = z.object({
  id: idOf("msg"),
  conversationId: idOf("cnv"),
  direction: z.enum(["inbound", "outbound"]),
  kind: z.enum(MESSAGE_KINDS).nullable(),
  attempts: z.array(Attempt),
  channel: ChannelName,
  connectionId: idOf("chn"),
  from: z.string(),
  to: z.string(),
  content: z.string(),
  media: z.array(Media),
  sender: Actor,
  status: MessageStatus,
  reason: Reason.nullable(),
  segments: z.number().int(),
  encoding: z.enum(["GSM-7", "UCS-2"]),
  providerSid: z.string().nullable(),
  sendAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  sentAt: z.iso.datetime().nullable(),
  deliveredAt: z.iso.datetime().nullable(),
});
export type Message = z.infer<typeof Message>;

export const MessageWithEvents = Message.extend({ deliveryEvents: z.array(DeliveryEvent) });
export type MessageWithEvents = z.infer<typeof MessageWithEvents>;

export const NewMessage = z.strictObject({
  content: z.string().max(20_000),
  channel: z.enum(["sms"]).optional(),
  connectionId: idOf("chn").optional(),
  kind: z.enum(["reply", "service", "automated", "marketing"]).optional(),
  mediaUrls: z
    .array(z.url({ protocol: /^https?$/ }))
    .max(10)
    .optional(),
  sendAt: z.iso.datetime({ offset: true }).optional(),
  lastSeenMessageId: idOf("msg").optional(),
});
export type NewMessage = z.infer<typeof NewMessage>;

export const SegmentsQuestion = z.strictObject({ content: z.string().max(20_000) });
export const SegmentsAnswer = z.object({
  encoding: z.enum(["GSM-7", "UCS-2"]),
  segments: z.number().int(),
  characters: z.number().int(),
  units: z.number().int(),
  unicodeCharacters: z.array(
    z.object({ index: z.number().int(), character: z.string(), replacement: z.string().optional() }),
  ),
});
