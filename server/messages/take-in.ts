/** Storing ordinary texts: one at a time, or together all that came while the last ones were stored. */
import type { NewEvent } from "../../contract/events.ts";
import type { ContactId, ConversationId, MessageId } from "../../contract/ids.ts";
import { countSegments } from "../../contract/segments.ts";
import { type InboundText, type Sender, senderName } from "../channels/channels.ts";
import { BURST_AT_MOST_MS, BURST_PAUSE_MS, TURN_NEWS } from "../conversations/conversations.ts";
import { MEDIA_NEWS } from "../media/media.ts";
import type { Database } from "../platform/db/database.ts";
import type { Reader } from "../platform/db/handles.ts";
import type { Live } from "../platform/db/live.ts";
import { raced } from "../platform/db/pool.ts";
import type { Few } from "../platform/few.ts";
import { gather } from "../platform/gather.ts";
import { backdated, type World } from "../platform/world.ts";

export interface TakeInParts {
  database: Database;
  live: Live;
  world: World;
}

export interface Arrival {
  text: InboundText;
  sender: {
    workspace: Pick<Sender["workspace"], "id" | "consentScope" | "optedOutInbound">;
    connection: Pick<Sender["connection"], "id" | "active" | "agentId" | "phoneNumber" | "messagingServiceSid">;
  };
  /** Whether the conversation's agent may answer it. */
  answered: boolean;
}

export interface Stored {
  message_id: MessageId;
  conversation_id: ConversationId;
  contact_id: ContactId;
  duplicate: boolean;
  from_opted_out: boolean;
  seq: number | null;
  events: NewEvent[] | null;
  turn_given: boolean;
}

type Outcome = "stored" | "duplicate" | "dropped";

/** Stores a text that is nothing but words, durable when it resolves. */
export type TakeIn = (arrival: Arrival) => Promise<Outcome>;

/** One workspace's texts are stored one batch after the other, in the order in which they came. */
export function createTakeIn(parts: TakeInParts, few: Few): TakeIn {
  const { database, live } = parts;

  function tell({ sender: { workspace } }: Arrival, { seq, turn_given }: { seq: number | null; turn_given: boolean }) {
    if (seq !== null) live.publish(workspace.id, seq);
    if (turn_given) live.tell(TURN_NEWS);
  }

  return gather<Arrival, Outcome>({
    few,
    keyOf: ({ sender }) => sender.workspace.id,
    async alone(arrival) {
      const stored = await raced(() => storeText(database.ground, parts, arrival, { emit: true }));
      if (!stored) return "dropped";
      tell(arrival, stored);
      if (arrival.text.media.length > 0) live.tell(MEDIA_NEWS);
      return stored.duplicate ? "duplicate" : "stored";
    },
    async together(arrivals) {
      const [first] = arrivals;
      if (!first) return [];
      const { now } = database.ground;
      const rows = await database.ground.rows<{ outcome: Outcome; turn_given: boolean; seq: number | null }>(
        "select * from receive_messages($1, $2, $3, $4)",
        [
          first.sender.workspace.id,
          JSON.stringify(arrivals.map((each) => columnsOf(parts, each, now))),
          now,
          `${BURST_AT_MOST_MS} milliseconds`,
        ],
      );
      if (rows[0]) tell(first, rows[0]);
      if (arrivals.some(({ text }) => text.media.length > 0)) live.tell(MEDIA_NEWS);
      return rows.map((row) => row.outcome);
    },
  });
}

/**
 * One text by itself, in one statement: also within a larger transaction, which then stores the events itself.
 * @returns null where its writer has opted out, and the workspace drops what they write
 */
export async function storeText(
  handle: Reader,
  parts: TakeInParts,
  arrival: Arrival,
  { emit }: { emit: boolean },
): Promise<Stored | null> {
  const { now } = handle;
  const text = columnsOf(parts, arrival, now);
  return handle.maybe<Stored>(
    `select * from receive_message($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`,
    [
      arrival.sender.workspace.id,
      text.connection,
      text.agent,
      text.channel,
      text.sender,
      text.scope,
      emit && text.dropOptedOut,
      text.from,
      text.to,
      text.hash,
      text.content,
      JSON.stringify(text.media),
      text.segments,
      text.encoding,
      text.sid,
      text.contact,
      text.conversation,
      text.message,
      now,
      text.turnAt,
      `${BURST_AT_MOST_MS} milliseconds`,
      emit,
    ],
  );
}

/** What the functions in SQL are told of a text, with ids for all that it may make. */
function columnsOf({ database, world }: TakeInParts, { text, sender, answered }: Arrival, now: Date) {
  const { connection, workspace } = sender;
  return {
    connection: connection.id,
    agent: connection.active ? connection.agentId : null,
    channel: "sms",
    sender: senderName(connection),
    scope: workspace.consentScope,
    dropOptedOut: workspace.optedOutInbound === "drop",
    from: text.from,
    to: text.to,
    hash: database.hashOf(workspace.id, "sms", text.from),
    content: text.content,
    media: text.media,
    segments: text.segments,
    encoding: countSegments(text.content).encoding,
    sid: text.providerSid,
    contact: world.id("con"),
    conversation: world.id("cnv"),
    message: text.sentAt ? backdated(world.id("msg"), text.sentAt) : world.id("msg"),
    turnAt: answered ? new Date(now.getTime() + BURST_PAUSE_MS) : null,
  };
}
