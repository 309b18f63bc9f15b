/** Receiving a text: stored whole before it is acknowledged, once however often it comes. */
import type { NewEvent } from "../../contract/events.ts";
import type { ContactId, ConversationId, MessageId } from "../../contract/ids.ts";
import { countSegments } from "../../contract/segments.ts";
import { type InboundText, type Sender, senderName } from "../channels/channels.ts";
import { BURST_AT_MOST_MS, BURST_PAUSE_MS, TURN_NEWS } from "../conversations/conversations.ts";
import type { Database } from "../platform/db/database.ts";
import type { Reader } from "../platform/db/handles.ts";
import type { Live } from "../platform/db/live.ts";
import type { Few } from "../platform/few.ts";
import type { World } from "../platform/world.ts";
import { applyKeyword, isOrdinaryYes, keywordOf } from "./keywords.ts";
import { waitForSendsInFlight } from "./send-locks.ts";

export interface ReceiveParts {
  /** Lets few hot-path transactions in at once: all of a workspace's wait for its counter of events. */
  few: Few;
  database: Database;
  live: Live;
  world: World;
}

/** `stored`: durable. `busy`: durable, but a send to this address is still in flight, so the STOP can't be acknowledged yet. */
export type ReceiveOutcome = "stored" | "duplicate" | "dropped" | "busy";

interface Stored {
  message_id: MessageId;
  conversation_id: ConversationId;
  contact_id: ContactId;
  duplicate: boolean;
  from_opted_out: boolean;
  seq: number | null;
  events: NewEvent[] | null;
  turn_given: boolean;
}

export async function receive(parts: ReceiveParts, text: InboundText, sender: Sender): Promise<ReceiveOutcome> {
  const { database } = parts;
  const match = keywordOf(text, sender);
  const address = { workspaceId: sender.workspace.id, hash: database.hashOf(sender.workspace.id, "sms", text.from) };
  if (!match) return receiveOrdinary(parts, text, sender);

  const outcome = await database.tx(sender.workspace.id, async (tx) => {
    if (await isOrdinaryYes(tx, match, text.from, sender)) return "ordinary" as const;
    const stored = await store(tx, parts, text, sender, { answered: false, emit: false });
    if (!stored) throw new Error("a keyword message is never dropped");
    if (stored.duplicate) return "duplicate" as const;
    for (const event of stored.events ?? []) await tx.emit(event);
    await applyKeyword(tx, match, text, sender, {
      messageId: stored.message_id,
      conversationId: stored.conversation_id,
      contactId: stored.contact_id,
    });
    return "stored" as const;
  });
  if (outcome === "ordinary") return receiveOrdinary(parts, text, sender);
  if (match.verdict !== "stop") return outcome;
  // Repeated webhooks of a STOP wait too: whichever is answered 200, nothing leaves after it.
  return (await waitForSendsInFlight(parts, address)) ? outcome : "busy";
}

/** The hot path: one statement, one round trip, one commit. */
async function receiveOrdinary(parts: ReceiveParts, text: InboundText, sender: Sender): Promise<ReceiveOutcome> {
  const options = { answered: sender.connection.active, emit: true };
  const stored = await parts.few(() => store(parts.database.ground, parts, text, sender, options));
  if (!stored) return "dropped";
  if (stored.duplicate) return "duplicate";
  if (stored.seq !== null) parts.live.publish(sender.workspace.id, stored.seq);
  if (stored.turn_given) parts.live.tell(TURN_NEWS);
  return "stored";
}

async function store(
  handle: Reader,
  { database, world }: ReceiveParts,
  text: InboundText,
  { connection, workspace }: Sender,
  options: { answered: boolean; emit: boolean },
): Promise<Stored | null> {
  const now = handle.now;
  const { encoding } = countSegments(text.content);
  const rows = await handle.rows<Stored>(
    `select * from receive_message($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`,
    [
      workspace.id,
      connection.id,
      connection.active ? connection.agentId : null,
      "sms",
      senderName(connection),
      workspace.consentScope,
      options.emit && workspace.optedOutInbound === "drop",
      text.from,
      text.to,
      database.hashOf(workspace.id, "sms", text.from),
      text.content,
      JSON.stringify(text.media),
      text.segments,
      encoding,
      text.providerSid,
      world.id("con"),
      world.id("cnv"),
      world.id("msg"),
      now,
      options.answered ? new Date(now.getTime() + BURST_PAUSE_MS) : null,
      `${BURST_AT_MOST_MS} milliseconds`,
      options.emit,
    ],
  );
  return rows[0] ?? null;
}
