/** What follows from what: each event's consequences, in order, in the event's own transaction. The whole list. */

import type { Actor } from "../contract/accounts.ts";
import type { EventType, NewEvent } from "../contract/events.ts";
import type { AgentId } from "../contract/ids.ts";
import { resolveAgent } from "./agents/agents.ts";
import { agentsShowing, DIRECTORY_NEWS, refreshAgent } from "./channels/channels.ts";
import { giveTurnBack, handOverAll, TURN_NEWS } from "./conversations/conversations.ts";
import {
  failWaiting,
  holdWaiting,
  judgeQueueAgain,
  releaseHeld,
  SENDING_NEWS,
  suppressWaiting,
  textBack,
  wakeSender,
} from "./messages/messages.ts";
import type { Tx } from "./platform/db/handles.ts";
import type { Live } from "./platform/db/live.ts";

type Reaction<T extends EventType> = (
  tx: Tx,
  event: Extract<NewEvent, { type: T }>,
  live: Live,
) => Promise<void> | void;

const tellDirectory = (tx: Tx, _event: unknown, live: Live) => tx.afterCommit(() => live.tell(DIRECTORY_NEWS));

/** Pushes down to its connections what they show of an agent: itself, and its first knowledge base. */
const showAgent = (tx: Tx, agentId: AgentId, by: Actor) => refreshAgent(tx, agentId, resolveAgent, by);

// `message.received` is not here: the function receive_message gives the agent its turn with the message itself.
const reactions: { [T in EventType]?: ReadonlyArray<Reaction<T>> } = {
  "consent.withdrawn": [(tx, { data, actor }) => suppressWaiting(tx, data, actor)],
  "review.opened": [(tx, { data, actor }) => holdWaiting(tx, data, actor)],
  "review.closed": [
    async (tx, { data, actor }, live) => {
      if (data.verdict !== "keep") return; // what waits was suppressed with the opt-out
      await releaseHeld(tx, data, actor);
      await giveTurnBack(tx, data.conversationId);
      tx.afterCommit(() => live.tell(TURN_NEWS));
    },
  ],
  "message.created": [(tx, _event, live) => tx.afterCommit(() => live.tell(SENDING_NEWS))],
  "message.changed": [
    (tx, { data }, live) => {
      if (data.status === "queued") tx.afterCommit(() => live.tell(SENDING_NEWS));
    },
  ],
  "conversation.handed_back": [(tx, _event, live) => tx.afterCommit(() => live.tell(TURN_NEWS))],
  "channel.connected": [tellDirectory],
  "channel.changed": [
    tellDirectory,
    async (tx, { data, actor }, live) => {
      if (data.environment) await judgeQueueAgain(tx, data.connectionId, actor);
      await wakeSender(tx, data.connectionId);
      tx.afterCommit(() => live.tell(SENDING_NEWS));
    },
  ],
  "channel.health_changed": [
    tellDirectory,
    async (tx, { data }, live) => {
      await wakeSender(tx, data.connectionId);
      tx.afterCommit(() => live.tell(SENDING_NEWS));
    },
  ],
  "channel.disconnected": [(tx, { data, actor }) => failWaiting(tx, data.connectionId, actor), tellDirectory],
  "workspace.changed": [tellDirectory],
  "call.changed": [(tx, { data }) => textBack(tx, data.callId)],
  "agent.changed": [(tx, { data, actor }) => showAgent(tx, data.agentId, actor)],
  "agent.published": [(tx, { data, actor }) => showAgent(tx, data.agentId, actor)],
  "agent.deleted": [
    (tx, { data, actor }) => showAgent(tx, data.agentId, actor),
    (tx, { data, actor }) => handOverAll(tx, data.agentId, "agent_gone", actor),
  ],
  "knowledge.changed": [
    async (tx, { data, actor }) => {
      for (const agentId of await agentsShowing(tx, data.knowledgeBaseId)) await showAgent(tx, agentId, actor);
    },
  ],
};

export const createReactions =
  (live: Live) =>
  async (tx: Tx, event: NewEvent): Promise<void> => {
    for (const react of (reactions[event.type] ?? []) as ReadonlyArray<Reaction<EventType>>)
      await react(tx, event as never, live);
  };
