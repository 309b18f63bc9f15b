/** The gate: whether a message may leave, and why not. Every sender passes it: people, programs, agents, broadcasts. */
import type { MessageKind } from "../../contract/consent.ts";
import type { Reason } from "../../contract/messages.ts";
import { type ConnectionRow, senderName } from "../channels/channels.ts";
import { isSuppressed, scopeOf, stateOf, suppressionsOf } from "../consent/consent.ts";
import type { View } from "../platform/db/handles.ts";

export type Verdict =
  | { verdict: "may_send" }
  /** Opted out: the message is kept, marked, and never leaves. */
  | { verdict: "suppressed"; reason: Reason }
  /** Not allowed as asked: nothing is kept. */
  | { verdict: "refused"; code: string; detail: string };

/** How long an inbound message is consent to be answered: 30 days (product 4.3). */
const REPLY_WINDOW_MS = 30 * 24 * 60 * 60 * 1000;

/** A message without a kind is a reply where, when it leaves, they wrote within 30 days, else a service message. */
export const kindFor = (at: Date, lastInboundAt: Date | null): "reply" | "service" =>
  withinReplyWindow(at, lastInboundAt) ? "reply" : "service";

const withinReplyWindow = (at: Date, lastInboundAt: Date | null) =>
  lastInboundAt !== null && at.getTime() - lastInboundAt.getTime() <= REPLY_WINDOW_MS;

export function suppressedReason(since: Date | null): Reason {
  const when = since ? ` on ${since.toISOString().slice(0, 10)}` : "";
  return { code: "opted_out", message: `They opted out${when}. You can't text them until they write START.` };
}

/**
 * The matrix of product 4.3. A `notice` (our one answer to a keyword) is exempt from suppression. `false`: nothing else.
 * `null`: replies within 30 days of their last message, and one-to-one service texts. `true`: every kind.
 */
export async function maySend(
  view: View,
  {
    connection,
    address,
    kind,
    lastInboundAt,
    at = view.now,
  }: {
    connection: ConnectionRow;
    address: string;
    kind: MessageKind;
    lastInboundAt: Date | null;
    /** When it shall leave: the window to reply is asked for then. */
    at?: Date | undefined;
  },
): Promise<Verdict> {
  const { family: channel } = connection;
  if (!connection.active || (connection.status !== "active" && connection.status !== "degraded")) {
    const why = connection.statusReason?.message ?? "Switch it on under Channels, or write from another number.";
    return { verdict: "refused", code: "channel_inactive", detail: `This number can't send at the moment. ${why}` };
  }
  if (kind === "notice") return { verdict: "may_send" };

  const addressHash = view.hashOf(channel, address);
  const { scope } = await scopeOf(view);
  if (await isSuppressed(view, channel, addressHash, senderName(connection), scope)) {
    const standing = (await suppressionsOf(view, [addressHash])).filter((each) => each.channel === channel);
    return { verdict: "suppressed", reason: suppressedReason(standing[0]?.createdAt ?? null) };
  }
  if ((await stateOf(view, channel, addressHash))?.optedIn === true || kind === "service")
    return { verdict: "may_send" };
  if (kind === "reply" && withinReplyWindow(at, lastInboundAt)) return { verdict: "may_send" };
  return { verdict: "refused", code: "no_consent", detail: NO_CONSENT[kind] };
}

const NO_CONSENT = {
  reply:
    "They have not written within 30 days and never opted in, so this is no reply. Send it as kind service if it is one-to-one.",
  automated:
    "They never opted in to texts. An automated first message needs their opt-in: record it with its proof first.",
  marketing: "They never opted in to texts. Marketing needs their opt-in: record it with its proof first.",
} as const;
