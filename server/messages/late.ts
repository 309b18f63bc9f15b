/** Texts that are found in the provider's list after their time: stored where they belong, acted on, and answered only while fresh. */
import type { ConversationId, MessageId } from "../../contract/ids.ts";
import type { InboundText, Sender } from "../channels/channels.ts";
import { senderName } from "../channels/channels.ts";
import { eventsOf, isSuppressed, type Reading } from "../consent/consent.ts";
import { setLast, TURN_NEWS } from "../conversations/conversations.ts";
import type { Tx, View } from "../platform/db/handles.ts";
import * as queries from "./queries.ts";
import * as store from "./store.ts";
import { storeText, type TakeInParts } from "./take-in.ts";

/** An answer that comes later than this, and by itself, is worse than none (architecture 5.4). */
const FRESH_MS = 15 * 60_000;
export const isOld = ({ sentAt }: InboundText, now: Date): boolean =>
  sentAt !== undefined && now.getTime() - sentAt.getTime() > FRESH_MS;

/** Stores ordinary words among those that came before and after them. */
export function storeLate(
  parts: TakeInParts,
  text: InboundText,
  sender: Sender,
): Promise<"stored" | "duplicate" | "dropped"> {
  const { connection, workspace } = sender;
  return parts.database.tx(workspace.id, async (tx) => {
    const hash = tx.hashOf("sms", text.from);
    const dropped =
      workspace.optedOutInbound === "drop" &&
      (await isSuppressed(tx, "sms", hash, senderName(connection), workspace.consentScope));
    if (dropped) return "dropped";
    const answered = connection.active && !isOld(text, tx.now);
    const stored = await storeText(tx, parts, { text, sender, answered }, { emit: false });
    if (!stored) return "dropped";
    if (stored.duplicate) return "duplicate";
    if (text.sentAt) await noteLate(tx, stored, text.sentAt);
    for (const event of stored.events ?? []) await tx.emit(event);
    if (stored.turn_given) tx.afterCommit(() => parts.live.tell(TURN_NEWS));
    return "stored";
  });
}

/** A message that was just stored was sent earlier: it, and what is last in its conversation, say so. */
export async function noteLate(
  tx: Tx,
  stored: { message_id: MessageId; conversation_id: ConversationId },
  sentAt: Date,
): Promise<void> {
  await store.setCreatedAt(tx, stored.message_id, sentAt);
  await setLast(tx, stored.conversation_id, await queries.lastOf(tx, stored.conversation_id));
}

/** How far back in a person's acts of consent is looked: few people have so many in the weeks that a keyword may be late. */
const ACTS = 50;

/** So long a webhook may have been on its way (three more tries of 15 s): by then what it brought was said before. */
const ON_ITS_WAY_MS = 60_000;
const SECOND_MS = 1000;

/**
 * Whether a keyword that is found late was taken back since by its own writer: their later START stands over an earlier
 * STOP, and whatever ended consent later stands over an earlier START. An opt-in of anybody else's does not undo their STOP.
 * What counts is when it was said, not when we heard of it; where that leaves the order open, the STOP stands.
 */
export async function isOvertaken(
  view: View,
  { verdict }: Reading,
  text: InboundText,
  { connection }: Sender,
): Promise<boolean> {
  const { sentAt } = text;
  if (!sentAt || verdict === "help") return false;
  const own = senderName(connection);
  const acts = (await eventsOf(view, [view.hashOf("sms", text.from)], null, ACTS)).filter(
    // Where each sender has a consent of its own, what was said to another one is not about this one.
    ({ channel, scope, sender }) => channel === "sms" && (scope === "workspace" || sender === null || sender === own),
  );
  const behind = acts.flatMap(({ messageId }) => (messageId ? [messageId] : []));
  const saidAt = new Map((await queries.messagesByIds(view, behind)).map(({ id, createdAt }) => [id, createdAt]));
  const since = (from: number) =>
    acts.filter(({ messageId, at }) => ((messageId && saidAt.get(messageId)) ?? at).getTime() >= from);

  if (verdict === "stop" || verdict === "revoke")
    return since(sentAt.getTime() + ON_ITS_WAY_MS).some(
      (each) => each.action === "opt_in" && each.source === "keyword",
    );
  // The provider's times are whole seconds.
  const from = Math.floor(sentAt.getTime() / SECOND_MS) * SECOND_MS;
  if (verdict === "review") return since(from).some((each) => each.action !== "review");
  return since(from).some((each) => each.action === "opt_out");
}
