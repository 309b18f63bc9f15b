/** Messages: the words themselves, who sent them, and how they fared. */
import { z } from "zod";
import { Actor } from "./accounts.ts";
import { ChannelName, Environment } from "./channels.ts";
import { MESSAGE_KINDS } from "./consent.ts";
import { idOf } from "./ids.ts";
import { MAX_FILES, Media, mediaIdOf } from "./media.ts";

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
  /** The message that did not get there, which this one repeats by a person's decision. */
  resendOf: idOf("msg").nullable(),
  /** It came from somebody who had opted out: shown, and answered by nobody automatically. */
  fromOptedOut: z.boolean(),
  sendAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  sentAt: z.iso.datetime().nullable(),
  deliveredAt: z.iso.datetime().nullable(),
});
export type Message = z.infer<typeof Message>;

export const MessageWithEvents = Message.extend({ deliveryEvents: z.array(DeliveryEvent) });
export type MessageWithEvents = z.infer<typeof MessageWithEvents>;

/** What was sent again, and what to know about it: `may_arrive_twice` where nobody knows whether the first one arrived. */
export const ResentMessage = Message.extend({ warning: Reason.nullable() });
export type ResentMessage = z.infer<typeof ResentMessage>;

/** By which sender to try again; left out: by the same. */
export const Resend = z.strictObject({ connectionId: idOf("chn").optional() });

const MediaUrl = z
  .string()
  .max(2000)
  .refine((text) => mediaIdOf(text) !== null || z.url({ protocol: /^https?$/ }).safeParse(text).success, {
    error: "must be an http(s) address, or the url of a file that was uploaded here",
  });

export const NewMessage = z.strictObject({
  content: z.string().max(20_000),
  channel: z.enum(["sms"]).optional(),
  connectionId: idOf("chn").optional(),
  /** On whose behalf: it leaves by a number of this environment, or is refused. Left out: that of the conversation. */
  environment: Environment.optional(),
  kind: z.enum(["reply", "service", "automated", "marketing"]).optional(),
  /** Public addresses of files, or the `url` of an upload. */
  mediaUrls: z.array(MediaUrl).max(MAX_FILES).optional(),
  sendAt: z.iso.datetime({ offset: true }).optional(),
  lastSeenMessageId: idOf("msg").optional(),
});
export type NewMessage = z.infer<typeof NewMessage>;

/** The place of a message among those written for later: its time in milliseconds, and its id. */
export const LATER_CURSOR = /^(\d{1,15})\.(msg_[0-9a-f]{32})$/;

/** Moves a message that has not left yet; null: it leaves now. */
export const MessagePatch = z.strictObject({ sendAt: z.iso.datetime({ offset: true }).nullable() });

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
