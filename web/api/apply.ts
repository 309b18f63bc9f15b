/** What each event changes in the cache. One line an event: a new one without a line does not compile. */
import type { QueryClient } from "@tanstack/react-query";
import type { Conversation } from "../../contract/conversations.ts";
import type { EventData, EventType, LiveEvent } from "../../contract/events.ts";
import type { ConversationId, MessageId } from "../../contract/ids.ts";
import type { Message, MessageWithEvents } from "../../contract/messages.ts";
import { type Client, Refused } from "./client.ts";
import { keys } from "./keys.ts";
import { placeConversation, placeMessage } from "./placing.ts";
import { sendsUnderWay } from "./sends.ts";

interface Applying {
  cache: QueryClient;
  /** Fetches these anew where they are shown, and marks them old where they are cached. */
  again(...names: ReadonlyArray<readonly unknown[]>): void;
  /** Fetches one conversation, and puts it where it belongs. */
  conversation(id: ConversationId): void;
  message(id: MessageId, conversationId: ConversationId): void;
}

type Handler<T extends EventType> = (to: Applying, data: EventData[T]) => void;

const consentMoved = (to: Applying, { contactId }: EventData["consent.given" | "consent.withdrawn"]) => {
  if (contactId) to.again(keys.contact(contactId), keys.consent(contactId));
  to.again(keys.allMaySend, keys.lists, keys.everyConversation); // each says whether they opted out
};

const conversationMoved = (to: Applying, { conversationId }: { conversationId: ConversationId }) => {
  to.conversation(conversationId);
  to.again(keys.changes(conversationId));
};

const reviewMoved = (to: Applying, { conversationId, contactId }: EventData["review.changed"]) => {
  to.conversation(conversationId);
  to.again(keys.reviews(conversationId), keys.consent(contactId), keys.allMaySend);
};

const handled = (to: Applying, { conversationId }: { conversationId: ConversationId }) => {
  to.conversation(conversationId);
  to.again(keys.runs(conversationId));
};

const messageMoved = (to: Applying, { messageId, conversationId }: EventData["message.created"]) => {
  to.message(messageId, conversationId);
  to.conversation(conversationId);
  to.again(keys.message(messageId), keys.scheduled(conversationId));
  to.again(keys.everyDemoTexts); // in the demo, their phone is on the screen
};

const agentMoved = (to: Applying) => to.again(keys.agents, keys.channels);

const handlers = {
  "contact.created": (to, { contactId }) => to.again(keys.contact(contactId), keys.searches, keys.calls),
  "contact.updated": (to, { contactId }) =>
    to.again(keys.contact(contactId), keys.lists, keys.everyConversation, keys.searches, keys.calls),
  "contact.erased": (to, { contactId }) =>
    to.again(keys.contact(contactId), keys.consent(contactId), keys.lists, keys.counts, keys.searches, keys.calls),
  "consent.given": consentMoved,
  "consent.withdrawn": consentMoved,
  "review.opened": reviewMoved,
  "review.changed": reviewMoved,
  "review.closed": reviewMoved,
  "conversation.opened": conversationMoved,
  "conversation.changed": conversationMoved,
  "conversation.handed_over": handled,
  "conversation.handed_back": conversationMoved,
  "conversation.woken": conversationMoved,
  "conversation.resolved": conversationMoved,
  "quick_reply.changed": (to) => to.again(keys.quickReplies),
  "quick_reply.deleted": (to) => to.again(keys.quickReplies),
  "note.added": (to, { conversationId }) => to.again(keys.notes(conversationId)),
  "message.received": (to, { messageId, conversationId }) => {
    to.message(messageId, conversationId);
    to.conversation(conversationId);
    to.again(keys.allMaySend, keys.everyDemoTexts); // their words open the reply window
  },
  "message.created": (to, data) => {
    messageMoved(to, data);
    to.again(keys.runs(data.conversationId)); // an agent's answer comes with what it used
  },
  "message.changed": messageMoved,
  "media.changed": (to, { messageId, conversationId }) => {
    to.message(messageId, conversationId);
    to.conversation(conversationId); // the list names what it turned out to be
  },
  "channel.connected": (to) => to.again(keys.channels, keys.providerAccounts, keys.allMaySend),
  "channel.changed": (to, { connectionId }) => to.again(keys.channels, keys.voice(connectionId), keys.allMaySend),
  "channel.health_changed": (to, { connectionId }) =>
    to.again(keys.channels, keys.voice(connectionId), keys.healthChanges(connectionId), keys.allMaySend),
  "channel.disconnected": (to, { connectionId }) =>
    to.again(keys.channels, keys.healthChanges(connectionId), keys.providerAccounts, keys.allMaySend),
  "sms_request.changed": (to) => to.again(keys.smsRequests),
  "activation.changed": (to) => to.again(keys.activations, keys.providerAccounts),
  "call.changed": (to, { connectionId }) => to.again(keys.calls, keys.voice(connectionId)),
  "agent.created": agentMoved,
  "agent.changed": agentMoved,
  "agent.deleted": agentMoved,
  "agent.published": agentMoved,
  "knowledge.changed": (to, { knowledgeBaseId }) =>
    to.again(keys.knowledgeBases, keys.sources(knowledgeBaseId), keys.channels),
  "members.changed": (to) => to.again(keys.members, keys.invitations, keys.me),
  "workspace.changed": (to) => to.again(keys.workspace, keys.me, keys.sendingRules, keys.allMaySend),
} satisfies { [T in EventType]: Handler<T> };

/** Every event that has a handler. */
export const HANDLED = Object.keys(handlers) as EventType[];

export interface Applier {
  apply(event: LiveEvent): void;
  /** Resolves when nothing that an event asked for is under way. */
  settled(): Promise<void>;
}

/** More conversations at once than this are cheaper fetched as lists. */
const MANY = 20;

/**
 * Events that come together are worked off together: a conversation that moved five times is fetched once.
 * @param gather resolves when a burst is taken to be over (a frame, in the browser)
 */
export function createApplier(client: Client, cache: QueryClient, gather: () => Promise<void>): Applier {
  const conversations = new Set<ConversationId>();
  const messages = new Map<MessageId, ConversationId>();
  /** Asked for and not answered yet: the answer may be older than what an event brings meanwhile. */
  const asked = new Set<MessageId>();
  /** What the event that is being applied brought with it. */
  let placed: MessageId | null = null;
  const stale = new Map<string, readonly unknown[]>();
  let working: Promise<void> | null = null;

  async function fetchOne<T>(path: string, place: (answer: T) => void, gone: () => void): Promise<void> {
    try {
      place(await client.ask<T>(path));
    } catch (error) {
      if (error instanceof Refused && error.problem.status === 404) gone();
      else void cache.invalidateQueries(); // what was missed is fetched with everything else
    }
  }

  async function work(): Promise<void> {
    while (conversations.size + messages.size + stale.size > 0) {
      await gather();
      const [moved, written, old] = [[...conversations], [...messages], [...stale.values()]];
      conversations.clear();
      messages.clear();
      stale.clear();
      const jobs: Array<Promise<unknown>> = [];
      const said: Array<Promise<unknown>> = [];
      for (const [id, conversationId] of written) {
        if (!cache.getQueryState(keys.messages(conversationId))) continue; // nobody has looked at it
        asked.add(id);
        const fetched = () =>
          fetchOne<MessageWithEvents>(
            `/api/messages/${id}`,
            ({ deliveryEvents: _, ...message }) => placeMessage(cache, message satisfies Message),
            () => cache.invalidateQueries({ queryKey: keys.messages(conversationId) }),
          ).finally(() => asked.delete(id));
        const sends = sendsUnderWay(conversationId);
        if (sends)
          jobs.push(sends.then(fetched)); // our own words come with the answer to sending them
        else said.push(fetched());
      }
      // What was said stands in the thread before anything else is asked for: it is what somebody looks at.
      await Promise.all(said);
      if (moved.length > MANY) {
        jobs.push(cache.invalidateQueries({ queryKey: keys.lists }));
        jobs.push(cache.invalidateQueries({ queryKey: keys.everyConversation }));
      } else {
        for (const id of moved)
          jobs.push(
            fetchOne<Conversation>(
              `/api/conversations/${id}`,
              (conversation) => placeConversation(cache, conversation),
              () => cache.invalidateQueries({ queryKey: keys.lists }),
            ),
          );
      }
      for (const queryKey of old) jobs.push(cache.invalidateQueries({ queryKey }));
      await Promise.all(jobs);
    }
  }

  const start = () => {
    working ??= work().finally(() => {
      working = null;
    });
  };
  const to: Applying = {
    cache,
    again(...names) {
      for (const name of names) stale.set(JSON.stringify(name), name);
      start();
    },
    conversation(id) {
      conversations.add(id);
      to.again(keys.counts, keys.searches);
    },
    message(id, conversationId) {
      if (id === placed) return;
      messages.set(id, conversationId);
      start();
    },
  };

  /** Places a message that came with its event, where nothing is on its way that could undo it. Answers which, or null. */
  function placeAtOnce({ message }: LiveEvent): MessageId | null {
    if (!message || asked.has(message.id) || messages.has(message.id) || sendsUnderWay(message.conversationId))
      return null;
    placeMessage(cache, message);
    return message.id;
  }

  return {
    // An event of a newer server that this page does not know: fetch what is shown.
    apply(event) {
      const { type, data } = event;
      placed = placeAtOnce(event);
      const handler = (handlers as Record<string, Handler<EventType> | undefined>)[type];
      if (handler) handler(to, data as never);
      else void cache.invalidateQueries();
    },
    async settled() {
      while (working) await working;
    },
  };
}
