/** Our words between the button and the server's answer: shown at once, kept when something goes wrong. */
import { type QueryClient, useQuery } from "@tanstack/react-query";
import type { ConversationId, MessageId } from "../../contract/ids.ts";
import type { Message, NewMessage } from "../../contract/messages.ts";
import { Refused } from "../api/client.ts";
import { newestMessage, placeMessage } from "../api/placing.ts";
import { sentenceOf } from "../api/problems.ts";
import { noteSend } from "../api/sends.ts";
import { type DeskApi, useApi } from "../shell/desk-api.ts";

export interface Pending {
  /** Names this act to the server: asked twice, it is done once. */
  key: string;
  body: NewMessage;
  at: string;
  /** Why it is not sent; null while it is on its way. */
  problem: string | null;
  /** The server said no: the next try is another act. */
  refused: boolean;
}

const outboxOf = (id: ConversationId) => ["outbox", id] as const;
const NONE: readonly Pending[] = [];

function update(cache: QueryClient, id: ConversationId, change: (pending: readonly Pending[]) => readonly Pending[]) {
  cache.setQueryDefaults(["outbox"], { gcTime: Number.POSITIVE_INFINITY });
  cache.setQueryData<readonly Pending[]>(outboxOf(id), (pending) => change(pending ?? NONE));
}

async function attempt({ client, cache }: DeskApi, id: ConversationId, pending: Pending): Promise<void> {
  const without = (list: readonly Pending[]) => list.filter((each) => each.key !== pending.key);
  update(cache, id, (list) => [...without(list), pending]);
  const sending = client.ask<Message>(`/api/conversations/${id}/messages`, {
    method: "POST",
    body: pending.body,
    idempotencyKey: pending.key,
  });
  noteSend(id, sending);
  try {
    const message = await sending;
    update(cache, id, without);
    placeMessage(cache, message);
  } catch (error) {
    const failed = { ...pending, problem: sentenceOf(error), refused: error instanceof Refused };
    update(cache, id, (list) => list.map((each) => (each.key === pending.key ? failed : each)));
  }
}

export function useOutbox(id: ConversationId) {
  const api = useApi();
  const { data } = useQuery<readonly Pending[]>({
    queryKey: outboxOf(id),
    queryFn: () => NONE,
    enabled: false,
    initialData: NONE,
  });
  const seen = (): { lastSeenMessageId?: MessageId } => {
    const newest = newestMessage(api.cache, id);
    return newest ? { lastSeenMessageId: newest.id } : {};
  };
  return {
    pending: data,
    send(body: Omit<NewMessage, "lastSeenMessageId">) {
      const pending: Pending = {
        key: crypto.randomUUID(),
        body: { ...body, ...seen() },
        at: new Date().toISOString(),
        problem: null,
        refused: false,
      };
      void attempt(api, id, pending);
    },
    /** Once more: the same act where the answer was lost; where it was refused, another that has seen what came since. */
    again(pending: Pending) {
      const { problem: _, refused, ...same } = pending;
      if (refused) update(api.cache, id, (list) => list.filter((each) => each.key !== pending.key));
      const next = refused ? { ...same, key: crypto.randomUUID(), body: { ...same.body, ...seen() } } : same;
      void attempt(api, id, { ...next, problem: null, refused: false });
    },
    forget(pending: Pending) {
      update(api.cache, id, (list) => list.filter((each) => each.key !== pending.key));
    },
  };
}
