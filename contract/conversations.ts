/** Conversations: one contact with one agent or with the team. */
import { z } from "zod";
import { Actor } from "./accounts.ts";
import { ChannelName, Environment } from "./channels.ts";
import { ContactSummary, Tag } from "./contacts.ts";
import { idOf } from "./ids.ts";
import { pagingBy } from "./paging.ts";
import { Phone } from "./phone.ts";

export const STATUSES = ["OPEN", "ASSIGNED", "RESOLVED", "BOT_ACTIVE", "AI_ACTIVE"] as const;
export const ConversationStatus = z.enum(STATUSES);
export type ConversationStatus = z.infer<typeof ConversationStatus>;

export const Conversation = z.object({
  id: idOf("cnv"),
  contactId: idOf("con"),
  contact: ContactSummary,
  channel: ChannelName,
  connectionId: idOf("chn").nullable(),
  agentId: idOf("agt").nullable(),
  status: ConversationStatus,
  assigneeId: idOf("mem").nullable(),
  teamId: z.string().nullable(),
  tags: z.array(z.string()),
  metadata: z.record(z.string(), z.json()),
  unreadCount: z.number().int(),
  starred: z.boolean(),
  archived: z.boolean(),
  snoozedUntil: z.iso.datetime().nullable(),
  /** Whether something they wrote here may be an opt-out, and waits for a decision (`/api/reviews`). */
  inReview: z.boolean(),
  /** Whether they said stop to the number that it goes by: nobody can write to them here. */
  optedOut: z.boolean(),
  /** What was said last: what still waits for its time, or was taken back, was not. */
  lastMessage: z
    .object({
      id: idOf("msg"),
      direction: z.enum(["inbound", "outbound"]),
      content: z.string(),
      media: z.array(z.object({ name: z.string().nullable(), contentType: z.string().nullable() })),
      status: z.string(),
      createdAt: z.iso.datetime(),
    })
    .nullable(),
  lastActivityAt: z.iso.datetime(),
  windowExpiresAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
});
export type Conversation = z.infer<typeof Conversation>;

const flag = z.enum(["true", "false"]).transform((text) => text === "true");

/** The last one's time in milliseconds and its id: activity alone would skip or repeat. */
export const CONVERSATION_CURSOR = /^(\d{1,15})\.(cnv_[0-9a-f]{32})$/;

export const ConversationsQuery = z.strictObject({
  status: ConversationStatus.optional(),
  channel: ChannelName.optional(),
  assigneeId: z.union([idOf("mem"), z.literal("none")]).optional(),
  agentId: idOf("agt").optional(),
  /** All with one person; archived ones too, unless `archived` says otherwise. */
  contactId: idOf("con").optional(),
  tag: Tag.optional(),
  unread: flag.optional(),
  starred: flag.optional(),
  archived: flag.optional(),
  snoozed: flag.optional(),
  /** Those with a review that is open, or without one; archived ones too, unless `archived` says otherwise. */
  inReview: flag.optional(),
  q: z.string().trim().min(1).max(200).optional(),
  ...pagingBy(CONVERSATION_CURSOR),
});
export type ConversationsQuery = z.infer<typeof ConversationsQuery>;

export const NewConversation = z
  .strictObject({
    phone: Phone.optional(),
    contactId: idOf("con").optional(),
    channel: z.enum(["sms"]),
    connectionId: idOf("chn").optional(),
    /** Where no `connectionId` says by which number: by one of this environment; live where it is left out. */
    environment: Environment.optional(),
  })
  .refine((body) => !body.phone !== !body.contactId, { path: ["phone"], error: "give either phone or contactId" });
export type NewConversation = z.infer<typeof NewConversation>;

export const ConversationPatch = z
  .strictObject({
    status: z.enum(["OPEN", "RESOLVED"]),
    assigneeId: idOf("mem").nullable(),
    teamId: z.string().max(60).nullable(),
    agentId: idOf("agt"),
    starred: z.boolean(),
    archived: z.boolean(),
    snoozedUntil: z.iso.datetime().nullable(),
    tags: z.array(Tag).max(100),
  })
  .partial();
export type ConversationPatch = z.infer<typeof ConversationPatch>;

export const BulkAction = z
  .strictObject({
    ids: z.array(idOf("cnv")).min(1).max(200),
    action: z.enum([
      "mark_read",
      "mark_unread",
      "star",
      "unstar",
      "archive",
      "unarchive",
      "resolve",
      "reopen",
      "assign",
      "unassign",
      "snooze",
      "wake",
      "tag",
      "untag",
    ]),
    assigneeId: idOf("mem").optional(),
    snoozedUntil: z.iso.datetime().optional(),
    tag: Tag.optional(),
  })
  .superRefine((body, context) => {
    const goesWith = (field: "assigneeId" | "snoozedUntil" | "tag", ...actions: string[]) => {
      if (actions.includes(body.action) === (body[field] !== undefined)) return;
      const message = `goes with the action ${actions.join(" or ")}, and only with it`;
      context.addIssue({ code: "custom", path: [field], message });
    };
    goesWith("assigneeId", "assign");
    goesWith("snoozedUntil", "snooze");
    goesWith("tag", "tag", "untag");
  });
export type BulkAction = z.infer<typeof BulkAction>;
export const BulkAnswer = z.object({ changed: z.array(idOf("cnv")), notFound: z.array(idOf("cnv")) });

/** How many conversations wait in each of the inbox's views; no more than `COUNTED_AT_MOST` are counted. */
export const COUNTED_AT_MOST = 1000;
export const ConversationCounts = z.object({
  unread: z.number().int(),
  open: z.number().int(),
  mine: z.number().int(),
  withAgent: z.number().int(),
  snoozed: z.number().int(),
  review: z.number().int(),
});
export type ConversationCounts = z.infer<typeof ConversationCounts>;

/** What somebody did with a conversation besides writing in it. */
export const ConversationChange = z.object({
  id: idOf("chg"),
  conversationId: idOf("cnv"),
  at: z.iso.datetime(),
  /** `taken_over`: by answering; `woken`: before its time by somebody, or by the clock. */
  kind: z.enum(["assigned", "unassigned", "taken_over", "handed_back", "resolved", "reopened", "snoozed", "woken"]),
  actor: Actor,
  /** To whom it was assigned, or to which agent it was handed back. */
  givenTo: Actor.nullable(),
  /** Until when it sleeps. */
  until: z.iso.datetime().nullable(),
});
export type ConversationChange = z.infer<typeof ConversationChange>;

export const NewNote = z.strictObject({ content: z.string().trim().min(1).max(10_000) });
export const Note = z.object({
  id: idOf("nte"),
  conversationId: idOf("cnv"),
  content: z.string(),
  author: Actor,
  createdAt: z.iso.datetime(),
});
export type Note = z.infer<typeof Note>;
