/** What a keyword message does: the consent it gives or takes, and the one notice that answers it. */
import type { Actor } from "../../contract/accounts.ts";
import type { ContactId, ConversationId, MessageId } from "../../contract/ids.ts";
import { type InboundText, type Sender, senderName } from "../channels/channels.ts";
import {
  defaultKeywords,
  extendKeywords,
  give,
  isSuppressed,
  type KeywordMatch,
  matchKeyword,
  noticeText,
  stateOf,
  weAnswer,
  withdraw,
} from "../consent/consent.ts";
import { cancelTurn } from "../conversations/conversations.ts";
import type { Tx, View } from "../platform/db/handles.ts";
import { send } from "./send.ts";
import { wakeSender } from "./store.ts";

/** The keyword that a text is as a whole, in this workspace's lists; null for ordinary words. */
export function keywordOf(text: InboundText, { workspace }: Sender): KeywordMatch | null {
  return matchKeyword(text.content, extendKeywords(defaultKeywords, workspace.keywords));
}

/** YES opts in only right after a keyword STOP to the same sender; anywhere else it is an answer to something. */
export async function isOrdinaryYes(
  view: View,
  match: KeywordMatch,
  address: string,
  { connection, workspace }: Sender,
): Promise<boolean> {
  if (match.verdict !== "yes") return false;
  const hash = view.hashOf("sms", address);
  if ((await stateOf(view, "sms", hash))?.lastAct !== "keyword_stop") return true;
  return !(await isSuppressed(view, "sms", hash, senderName(connection), workspace.consentScope));
}

interface Received {
  messageId: MessageId;
  conversationId: ConversationId;
  contactId: ContactId;
}

/** Applies a keyword in the transaction that stores its message: nothing is sent after a STOP but its notice. */
export async function applyKeyword(
  tx: Tx,
  match: KeywordMatch,
  text: InboundText,
  sender: Sender,
  received: Received,
): Promise<void> {
  const { connection, workspace } = sender;
  const by: Actor = { type: "contact", id: received.contactId, name: null };
  const act = {
    channel: "sms" as const,
    address: text.from,
    source: "keyword" as const,
    sender: senderName(connection),
    contactId: received.contactId,
    messageId: received.messageId,
    proof: text.content.slice(0, 2000),
    disclosure: null,
    by,
  };
  const kind = match.verdict === "yes" ? "start" : match.verdict;
  const answer = weAnswer(connection.keywordReplies, text.providerAnswers);
  // The sender's lane is locked before the messages that a STOP ends, as everywhere.
  if (answer) await wakeSender(tx, connection.id, tx.now);
  if (kind === "stop") await withdraw(tx, { ...act, action: "opt_out" });
  if (kind === "start") await give(tx, { ...act, action: "opt_in" });
  await cancelTurn(tx, received.conversationId);

  if (!answer) return;
  const content = noticeText(workspace, kind, match);
  await send(tx, {
    conversationId: received.conversationId,
    content,
    kind: "notice",
    connectionId: connection.id,
    by: { type: "system", id: null, name: null },
  });
}
