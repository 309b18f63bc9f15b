/** The gate: whether a message may leave, and why not. Every sender passes it: people, programs, agents, broadcasts. */
import type { Actor } from "../../contract/accounts.ts";
import type { Environment } from "../../contract/channels.ts";
import { CAPPED_KINDS, type CappedKind, type MessageKind } from "../../contract/consent.ts";
import type { CallId, ContactId, MessageId } from "../../contract/ids.ts";
import type { Reason } from "../../contract/messages.ts";
import { type ConnectionRow, canSend, senderName } from "../channels/channels.ts";
import { isSuppressed, openReviewOf, scopeOf, stateOf, suppressionsOf } from "../consent/consent.ts";
import type { View } from "../platform/db/handles.ts";
import { contentProblem } from "./content.ts";
import { answersTheirCall } from "./missed-calls/consent.ts";
import type { Objection } from "./objection.ts";
import { allowedUntil, objectionsToUnasked } from "./unasked.ts";

export type Verdict =
  /** `until`: what nobody asked for has to leave before this, or the gate is asked again. */
  | { verdict: "may_send"; until: Date | null }
  /** Not now: the message is kept and asks again then. */
  | { verdict: "held"; until: Date; reason: Reason }
  /** Opted out: the message is kept, marked, and never leaves. */
  | { verdict: "suppressed"; reason: Reason }
  /** Not allowed as asked: nothing is kept. */
  | { verdict: "refused"; code: string; detail: string; field?: string; more?: Record<string, unknown> };

export interface Asked {
  connection: ConnectionRow;
  address: string;
  kind: MessageKind;
  /** Who writes: a person's own reply leaves also while a review is open. */
  by: Actor;
  lastInboundAt: Date | null;
  /** Whose attributes say where they live; null: nobody is known by this address. */
  contactId: ContactId | null;
  /** When it shall leave: everything is asked for then. */
  at?: Date | undefined;
  /** The words and how many files go with them; left out where there are none yet, or they were looked at before. */
  words?: { content: string; segments: number; files: number } | undefined;
  /** On whose behalf it is sent, where that is known: an agent's version in the sandbox never uses the live number. */
  environment?: Environment | undefined;
  /** The missed call that it answers: where the caller was told of it, that is consent to this one text. */
  answers?: CallId | undefined;
  /** The message itself, where it stands already and is judged again. */
  except?: MessageId | undefined;
}

/** How long an inbound message is consent to be answered: 30 days (product 4.3). */
const REPLY_WINDOW_MS = 30 * 24 * 60 * 60 * 1000;

/** A message without a kind is a reply where, when it leaves, they wrote within 30 days, else a service message. */
export const kindFor = (at: Date, lastInboundAt: Date | null): "reply" | "service" =>
  withinReplyWindow(at, lastInboundAt) ? "reply" : "service";

/** A review whose time is up ends within this, as an opt-out. */
const SILENCE_SOON_MS = 60_000;

const withinReplyWindow = (at: Date, lastInboundAt: Date | null) =>
  lastInboundAt !== null && at.getTime() - lastInboundAt.getTime() <= REPLY_WINDOW_MS;

export function suppressedReason(since: Date | null): Reason {
  const when = since ? ` on ${since.toISOString().slice(0, 10)}` : "";
  return { code: "opted_out", message: `They opted out${when}. You can't text them until they write START.` };
}

export const IN_REVIEW: Reason = {
  code: "in_review",
  message: "What they wrote may be an opt-out. It waits until somebody has decided under Review.",
};

/** The gate's word on a message: the gravest of what stands against it. */
export async function maySend(view: View, asked: Asked): Promise<Verdict> {
  const objections = await objectionsTo(view, asked);
  const refusal = objections.find((each) => each.effect === "refuse");
  if (refusal) {
    const { effect: _, message: detail, ...rest } = refusal;
    return { verdict: "refused", detail, ...rest };
  }
  const suppression = objections.find((each) => each.effect === "suppress");
  if (suppression) return { verdict: "suppressed", reason: reasonOf(suppression) };
  const hold = objections.find((each) => each.effect === "hold");
  if (hold) return { verdict: "held", until: hold.until, reason: reasonOf(hold) };
  const { kind, at = view.now } = asked;
  return { verdict: "may_send", until: isUnasked(kind) ? await allowedUntil(view, { ...asked, at }) : null };
}

const reasonOf = ({ code, message }: Objection): Reason => ({ code, message });

/** Everything that stands against a message: words, sender, consent, then the hour and how often. Empty: it may leave. */
export async function objectionsTo(view: View, asked: Asked): Promise<Objection[]> {
  const { connection, address, kind, at = view.now } = asked;
  // A notice's words were looked at when they were set: one segment too many is no reason against a confirmation.
  if (kind === "notice") return toSender(asked);
  const simple = [...toWords(asked), ...toSender(asked)];
  const consent = [...(await toConsent(view, { ...asked, at })), ...(await toReview(view, { ...asked, at }))];
  if (!isUnasked(kind)) return [...simple, ...consent];
  const { contactId, except } = asked;
  const hour = await objectionsToUnasked(view, { kind, channel: connection.family, address, contactId, except, at });
  return [...simple, ...consent, ...hour];
}

export const isUnasked = (kind: MessageKind): kind is CappedKind =>
  (CAPPED_KINDS as readonly MessageKind[]).includes(kind);

function toWords({ words, connection: { dailyCap } }: Asked): Objection[] {
  if (!words) return [];
  const problem = contentProblem(words.content, words.files);
  const effect = "refuse";
  const field = "content";
  if (problem) return [{ effect, field, ...problem }];
  if (dailyCap === null || words.segments <= dailyCap) return [];
  const message = `This message has ${words.segments} segments, and the number may send ${dailyCap} a day. Shorten it, or raise the cap.`;
  return [{ effect, field, code: "over_daily_cap", message }];
}

function toSender({ connection, environment }: Asked): Objection[] {
  const objections: Objection[] = [];
  if (!canSend(connection)) {
    const why =
      (connection.active && connection.statusReason?.message) ||
      "Switch it on under Channels, or write from another number.";
    const message = `This number can't send at the moment. ${why}`;
    objections.push({ effect: "refuse", code: "channel_inactive", message });
  }
  if (environment !== undefined && connection.environment !== environment) {
    const message = `This is sent on behalf of ${environment}, and the number belongs to ${connection.environment}. Connect a number for ${environment} first.`;
    objections.push({ effect: "refuse", code: "no_sender_for_environment", message });
  }
  return objections;
}

/**
 * The matrix of product 4.3. A `notice` (our one answer to a keyword) is exempt from suppression. `false`: nothing else.
 * `null`: replies within 30 days of their last message, one-to-one service texts, and the one text that answers their call.
 * `true`: every kind.
 */
async function toConsent(view: View, asked: Asked & { at: Date }) {
  const { connection, address, kind, lastInboundAt, at } = asked;
  const { family: channel } = connection;
  const addressHash = view.hashOf(channel, address);
  const { scope } = await scopeOf(view);
  const objections: Objection[] = [];
  if (await isSuppressed(view, channel, addressHash, senderName(connection), scope)) {
    const standing = (await suppressionsOf(view, [addressHash])).filter((each) => each.channel === channel);
    objections.push({ effect: "suppress", ...suppressedReason(standing[0]?.createdAt ?? null) });
  } else if (kind !== "service" && kind !== "notice") {
    const optedIn = (await stateOf(view, channel, addressHash))?.optedIn === true;
    const answered = kind === "reply" ? withinReplyWindow(at, lastInboundAt) : await answersTheirCall(view, asked);
    if (!optedIn && !answered) objections.push({ effect: "refuse", code: "no_consent", message: NO_CONSENT[kind] });
  }
  return objections;
}

/**
 * While it is not clear whether they want to stop, only a person's own reply leaves (as in the SQL function is_in_review).
 * What is meant for later is asked again when its time comes: by then somebody may have decided.
 */
async function toReview(view: View, { connection, address, kind, by, at }: Asked & { at: Date }): Promise<Objection[]> {
  if (at > view.now || (kind === "reply" && (by.type === "member" || by.type === "api"))) return [];
  const { family: channel } = connection;
  const review = await openReviewOf(view, channel, view.hashOf(channel, address));
  if (!review) return [];
  const soonest = new Date(view.now.getTime() + SILENCE_SOON_MS);
  return [{ effect: "hold", until: review.dueAt > soonest ? review.dueAt : soonest, ...IN_REVIEW }];
}

const NO_CONSENT = {
  reply:
    "They have not written within 30 days and never opted in, so this is no reply. Send it as kind service if it is one-to-one.",
  automated:
    "They never opted in to texts. An automated first message needs their opt-in: record it with its proof first.",
  marketing: "They never opted in to texts. Marketing needs their opt-in: record it with its proof first.",
} as const;
