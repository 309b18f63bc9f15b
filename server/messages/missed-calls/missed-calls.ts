/** Missed calls: each is answered by one text at most, where its number's settings say so and the gate lets it. */
import { SYSTEM } from "../../../contract/accounts.ts";
import type { CallId } from "../../../contract/ids.ts";
import type { Reason } from "../../../contract/messages.ts";
import { countSegments } from "../../../contract/segments.ts";
import { fillTokens } from "../../../contract/tokens.ts";
import { workspaceOf } from "../../accounts/accounts.ts";
import {
  type CallRow,
  type ConnectionRow,
  findCall,
  findConnection,
  sendersOf,
  voiceSettingsOf,
} from "../../channels/channels.ts";
import { contactByAddress, ensureContact } from "../../contacts/contacts.ts";
import { openConversation } from "../../conversations/conversations.ts";
import type { Tx } from "../../platform/db/handles.ts";
import { maySend } from "../may-send.ts";
import { send } from "../send.ts";
import { holdUnasked } from "../store.ts";
import { ANSWERED_WITHIN_MS } from "./consent.ts";
import { textLine } from "./lines.ts";
import { insertCallText, takesNoTexts, textsOfCalls, wasTexted } from "./store.ts";

/** The provider's codes for a line that takes no texts: refused at once, or found out by the carrier. */
const LANDLINE = ["21614", "30006"];
const ONCE_IN_MS = 24 * 60 * 60_000;

/** What follows from a call that nobody took, in the transaction that learns of it: once, however often that is told. */
export async function textBack(tx: Tx, callId: CallId): Promise<void> {
  const call = await findCall(tx, callId);
  if (!call || (call.outcome !== "missed" && call.outcome !== "voicemail")) return;
  const { textOn, textContent } = await voiceSettingsOf(tx, call.connectionId);
  const connection = textOn ? await findConnection(tx.ground, tx.workspaceId, call.connectionId) : null;
  if (!connection || (await textsOfCalls(tx, [callId])).length > 0) return;
  const addressHash = call.from && tx.hashOf(connection.family, call.from);
  // Two calls of one person at once don't both find that they had no text yet.
  if (addressHash) await holdUnasked(tx, addressHash);
  const { name } = await workspaceOf(tx.ground, tx.workspaceId);
  const sent = await textOrWhyNot(tx, call, connection, fillTokens(textContent, { "org.name": name }));
  await insertCallText(tx, { callId, addressHash, ...sent });
}

type Sent = { messageId: `msg_${string}`; reason: null } | { messageId: null; reason: Reason };
const not = (code: string, message: string): Sent => ({ messageId: null, reason: { code, message } });

async function textOrWhyNot(tx: Tx, call: CallRow, connection: ConnectionRow, content: string): Promise<Sent> {
  const { from: address, told, id: answers } = call;
  const { family: channel, id: connectionId } = connection;
  if (address === null) return not("number_hidden", "They hid their number.");
  const line = textLine(address);
  if (!line.ok) return not(line.code, line.message);
  if (!told)
    return not(
      "not_told",
      "They hung up before they had heard that a text would answer them, or callers were not promised one then.",
    );
  if ((await sendersOf(tx, channel)).includes(address)) return not("own_number", "This is one of your own numbers.");
  const hash = tx.hashOf(channel, address);
  if (await takesNoTexts(tx, hash, LANDLINE)) return not("landline", "The last text to this number met a landline.");
  if (await wasTexted(tx, hash, new Date(tx.now.getTime() - ONCE_IN_MS)))
    return not("texted_today", "A call of theirs was answered by a text within the last 24 hours.");

  const contactId = (await contactByAddress(tx, channel, address))?.contactId ?? null;
  const verdict = await maySend(tx, {
    ...{ connection, address, kind: "automated", by: SYSTEM, lastInboundAt: null, contactId, answers },
    words: { content, segments: countSegments(content).segments, files: 0 },
  });
  if (verdict.verdict === "refused") return not(verdict.code, verdict.detail);
  if (verdict.verdict === "suppressed") return { messageId: null, reason: verdict.reason };
  if (verdict.verdict === "held" && verdict.until.getTime() - call.startedAt.getTime() > ANSWERED_WITHIN_MS)
    return { messageId: null, reason: verdict.reason };

  const known = await ensureContact(tx, address, SYSTEM);
  const conversation = await openConversation(tx, { contactId: known, channel, connectionId, address }, SYSTEM);
  const sent = await send(tx, {
    ...{ conversationId: conversation.id, content, kind: "automated", by: SYSTEM, connectionId, answers },
    environment: connection.environment, // the called number's, wherever else they are written to
  });
  return sent.outcome === "refused" ? not(sent.code, sent.detail) : { messageId: sent.message.id, reason: null };
}
