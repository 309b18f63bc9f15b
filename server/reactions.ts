/** What follows from what: each event's consequences, in order, in the event's own transaction. The whole list. */
import type { EventType, NewEvent } from "../contract/events.ts";
const refreshAgents = async (..._: unknown[]) => {}; const refreshKnowledge = refreshAgents;
import { DIRECTORY_NEWS } from "./channels/channels.ts";
import { TURN_NEWS } from "./conversations/conversations.ts";
import { failWaiting, SENDING_NEWS, suppressWaiting, wakeSender } from "./messages/messages.ts";
import type { Tx } from "./platform/db/handles.ts";
import type { Live } from "./platform/db/live.ts";

type Reaction<T extends EventType> = (
  tx: Tx,
  event: Extract<NewEvent, { type: T }>,
  live: Live,
) => Promise<void> | void;

const tellDirectory = (tx: Tx, _event: unknown, live: Live) => tx.afterCommit(() => live.tell(DIRECTORY_NEWS));

// `message.received` is not here: the function receive_message gives the agent its turn with the message itself.
const reactions: { [T in EventType]?: ReadonlyArray<Reaction<T>> } = {
  "consent.withdrawn": [(tx, { data, actor }) => suppressWaiting(tx, data, actor)],
  "message.created": [(tx, _event, live) => tx.afterCommit(() => live.tell(SENDING_NEWS))],
  "conversation.handed_back": [(tx, _event, live) => tx.afterCommit(() => live.tell(TURN_NEWS))],
  "channel.connected": [tellDirectory],
  "channel.changed": [
    tellDirectory,
    async (tx, { data }, live) => {
      await wakeSender(tx, data.connectionId);
      tx.afterCommit(() => live.tell(SENDING_NEWS));
    },
  ],
  "channel.disconnected": [(tx, { data, actor }) => failWaiting(tx, data.connectionId, actor), tellDirectory],
  "workspace.changed": [tellDirectory],
  "agent.changed": [(tx, { data, actor }) => refreshAgents(tx, [data.agentId], actor)],
  "agent.deleted": [(tx, { data, actor }) => refreshAgents(tx, [data.agentId], actor)],
  "knowledge.changed": [(tx, { data, actor }) => refreshKnowledge(tx, data.knowledgeBaseId, actor)],
};

export const createReactions =
  (live: Live) =>
  async (tx: Tx, event: NewEvent): Promise<void> => {
    for (const react of (reactions[event.type] ?? []) as ReadonlyArray<Reaction<EventType>>)
      await react(tx, event as never, live);
  };
