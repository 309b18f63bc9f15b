/** What a text about consent does, keyword or free words: the consent it gives or takes, and the one notice that answers it. */
import { type Actor, SYSTEM } from "../../contract/accounts.ts";
import type { ContactId, ConversationId, MessageId } from "../../contract/ids.ts";
import { type InboundText, type Sender, senderName } from "../channels/channels.ts";
import {
  defaultKeywords,
  extendKeywords,
  give,
  isSuppressed,
  languageOf,
  noticeText,
  openReview,
  openReviewOf,
  proofOf,
  type Reading,
  readVerdict,
  stateOf,
  weAnswer,
  withdraw,
} from "../consent/consent.ts";
import { cancelTurn } from "../conversations/conversations.ts";
import type { Tx, View } from "../platform/db/handles.ts";
import { isOld } from "./late.ts";
import { trySend } from "./send.ts";
import { wakeSender } from "./store.ts";

/** What a text says about consent. */
export type AboutConsent = Exclude<Reading, { verdict: "none" }>;

/** What a text says about consent in this workspace's lists and in free words; null for ordinary words. Pure. */
export function aboutConsent(text: InboundText, { workspace }: Sender): AboutConsent | null {
  const reading = readVerdict(text.content, extendKeywords(defaultKeywords, workspace.keywords));
  return reading.verdict === "none" ? null : reading;
}

/**
 * What a text means by what was said before; null: it is ordinary after all. YES opts in only right after a keyword STOP to
 * the same sender; anywhere else it is an answer to something. Unclear words of somebody who has opted out change nothing.
 * Where we have asked whether they mean stop, YES and unclear words do: a second doubt is not for us to settle.
 */
export async function meantBy(
  view: View,
  reading: AboutConsent,
  address: string,
  sender: Sender,
): Promise<AboutConsent | null> {
  const { verdict } = reading;
  if (verdict === "yes" || verdict === "review") {
    const review = await openReviewOf(view, "sms", view.hashOf("sms", address));
    if (review?.askedAt && verdict === "yes")
      return { verdict: "revoke", rule: "answered_yes", language: languageOf(reading.keyword), fired: null };
    if (review?.askedAt && verdict === "review") return { ...reading, verdict: "revoke" };
  }
  return (await isOrdinary(view, verdict, address, sender)) ? null : reading;
}

async function isOrdinary(
  view: View,
  verdict: AboutConsent["verdict"],
  address: string,
  { connection, workspace }: Sender,
): Promise<boolean> {
  if (verdict !== "yes" && verdict !== "review" && verdict !== "revoke") return false;
  const hash = view.hashOf("sms", address);
  const stopped = await isSuppressed(view, "sms", hash, senderName(connection), workspace.consentScope);
  if (verdict === "review") return stopped;
  if (verdict === "revoke") return stopped && workspace.optedOutInbound === "drop";
  return !stopped || (await stateOf(view, "sms", hash))?.lastAct !== "keyword_stop";
}

interface Received {
  messageId: MessageId;
  conversationId: ConversationId;
  contactId: ContactId;
}

/** Applies a text in the transaction that stores it: nothing is sent after a STOP but its notice. */
export async function applyVerdict(
  tx: Tx,
  reading: AboutConsent,
  text: InboundText,
  sender: Sender,
  received: Received,
): Promise<void> {
  if (reading.verdict === "review") {
    const { from: address, content } = text;
    const about = { channel: "sms" as const, address, content, sender: senderName(sender.connection), match: reading };
    await cancelTurn(tx, received.conversationId);
    return openReview(tx, { ...about, ...received });
  }
  const { connection, workspace } = sender;
  const by: Actor = { type: "contact", id: received.contactId, name: null };
  const free = reading.verdict === "revoke";
  const act = {
    channel: "sms" as const,
    address: text.from,
    source: free ? ("free_text" as const) : ("keyword" as const),
    sender: senderName(connection),
    contactId: received.contactId,
    messageId: received.messageId,
    proof: free ? proofOf(reading.rule, text.content) : text.content.slice(0, 2000),
    disclosure: null,
    by,
  };
  const kind = noticeFor(reading.verdict);
  const hash = tx.hashOf("sms", text.from);
  // Who has opted out before and says so again has had their confirmation: one is all that the law allows.
  const again = free && (await isSuppressed(tx, "sms", hash, act.sender, workspace.consentScope));
  const answer = !again && !isOld(text, tx.now) && weAnswer(connection.keywordReplies, text.providerAnswers);
  // The sender's lane is locked before the messages that a STOP ends, as everywhere.
  if (answer) await wakeSender(tx, connection.id, tx.now);
  if (kind === "stop") await withdraw(tx, { ...act, action: "opt_out" });
  if (kind === "start") await give(tx, { ...act, action: "opt_in" });
  await cancelTurn(tx, received.conversationId);

  if (!answer) return;
  const language = "keyword" in reading ? languageOf(reading.keyword) : reading.language;
  // An answer that can't leave takes nothing back: what they said holds.
  await trySend(tx, {
    conversationId: received.conversationId,
    content: noticeText(workspace, kind, language),
    kind: "notice",
    connectionId: connection.id,
    by: SYSTEM,
  });
}

function noticeFor(verdict: Exclude<AboutConsent["verdict"], "review">): "stop" | "start" | "help" {
  switch (verdict) {
    case "stop":
    case "revoke":
      return "stop";
    case "start":
    case "yes":
      return "start";
    case "help":
      return "help";
  }
}
