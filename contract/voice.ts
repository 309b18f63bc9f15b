/** Calls to a number of ours: how they are answered, what came of each, and the text that answers a missed one. */
import { z } from "zod";
import { idOf } from "./ids.ts";
import { Reason } from "./messages.ts";
import { pagingById } from "./paging.ts";
import { Phone } from "./phone.ts";

/** In which a greeting is read out, and what the caller is told with it. */
export const VOICE_LANGUAGES = [
  "en-US",
  "en-GB",
  "es-ES",
  "es-MX",
  "fr-FR",
  "de-DE",
  "it-IT",
  "nl-NL",
  "pt-BR",
] as const;
export type VoiceLanguage = (typeof VOICE_LANGUAGES)[number];

/** `{{org.name}}` is the workspace's name; the first text to somebody names the business and says how to stop it. */
export const MISSED_CALL_WORDS =
  "Sorry we missed your call. This is {{org.name}}: reply here and we'll get back to you. Reply STOP to opt out.";

const MissedCallText = z.strictObject({
  on: z.boolean(),
  /** `{{org.name}}` is filled in. */
  content: z.string().trim().min(1).max(640),
});

const settings = {
  /** Off: a call is ended at once, and counts as missed. */
  answering: z.boolean(),
  /** Read out first; empty: nothing is. */
  greeting: z.string().trim().max(500),
  language: z.enum(VOICE_LANGUAGES),
  /** Whose phone rings; null: nobody's. */
  forwardTo: Phone.nullable(),
  ringSeconds: z.int().min(5).max(120),
  /** Whether the caller may leave a message where nobody answers. */
  voicemail: z.boolean(),
  voicemailSeconds: z.int().min(10).max(300),
};

export const VoiceSettings = z.object({
  channelId: idOf("chn"),
  ...settings,
  forwardTo: z.string().nullable(),
  missedCallText: MissedCallText,
  /**
   * Where the provider asks about a call to this number, and where it tells of its end; `setAt`: since when Parley has set
   * both at the provider. Null: it has not, or they were changed there since.
   */
  webhooks: z.object({ call: z.string(), ended: z.string(), setAt: z.iso.datetime().nullable() }),
  /** When the last call came in; null: none has. */
  lastCallAt: z.iso.datetime().nullable(),
});
export type VoiceSettings = z.infer<typeof VoiceSettings>;

export const VoicePatch = z.strictObject({ ...settings, missedCallText: MissedCallText.partial() }).partial();
export type VoicePatch = z.infer<typeof VoicePatch>;

/** Has the number's calls come here. `overwrite`: also where something else gets them now. */
export const PointCalls = z.strictObject({ overwrite: z.literal(true).optional() });

export const CALL_OUTCOMES = ["missed", "voicemail", "answered"] as const;
export type CallOutcome = (typeof CALL_OUTCOMES)[number];

export const Call = z.object({
  id: idOf("cal"),
  channelId: idOf("chn"),
  /** Null: the caller hid their number, or was erased. */
  from: z.string().nullable(),
  /** Who is known by that number. */
  contact: z.object({ id: idOf("con"), name: z.string().nullable() }).nullable(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  /** Null: it is under way; or it has ended, and what it came to is not known yet, which takes about a minute at most. */
  outcome: z.enum(CALL_OUTCOMES).nullable(),
  recording: z.object({ seconds: z.int(), url: z.string() }).nullable(),
  /** The text that answers it, or why there is none; null: none was asked for. */
  text: z
    .object({ messageId: idOf("msg").nullable(), conversationId: idOf("cnv").nullable(), reason: Reason.nullable() })
    .nullable(),
});
export type Call = z.infer<typeof Call>;

export const CallsQuery = z.strictObject({
  channelId: idOf("chn").optional(),
  /** Calls from the person of this conversation. */
  conversationId: idOf("cnv").optional(),
  ...pagingById("cal"),
});
