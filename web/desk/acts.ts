/** What a person does with conversations, one or many: shown at once where nothing can stand against it, and undone. */
import { useMutation } from "@tanstack/react-query";
import type { BulkAction, Conversation, ConversationPatch } from "../../contract/conversations.ts";
import type { ConversationId } from "../../contract/ids.ts";
import { placeConversation } from "../api/placing.ts";
import { sentenceOf } from "../api/problems.ts";
import { type DeskApi, useApi } from "../shell/desk-api.ts";
import { plural } from "../shell/words.ts";
import { useToast } from "../ui/toast.tsx";
import { type Act, after, isSafe, type Step, undoing } from "./act-on.ts";
import { keptConversation } from "./targets.ts";

/** Conversations as they are kept here; what is not is fetched. */
const conversationsOf = (api: DeskApi, ids: readonly ConversationId[]): Promise<Conversation[]> =>
  Promise.all(ids.map((id) => keptConversation(api, id) ?? api.cache.fetchQuery(api.queries.conversation(id))));

export interface ConversationActs {
  /** @param done what to say when it is done; it can be undone from there */
  act(ids: readonly ConversationId[], act: Act, done?: string): void;
  /** Hands a conversation to an agent. */
  handBack(conversation: Conversation, change: Pick<ConversationPatch, "agentId">, done: string): void;
  busy: boolean;
}

export function useActs(): ConversationActs {
  const api = useApi();
  const { client, cache } = api;
  const say = useToast();
  const ask = (ids: readonly ConversationId[], act: Act) =>
    client.ask("/api/conversations/bulk", { method: "POST", body: { ids: [...ids], ...act } satisfies BulkAction });
  const place = (conversations: readonly Conversation[]) => {
    for (const each of conversations) placeConversation(cache, each);
  };
  const patch = (id: ConversationId, body: ConversationPatch) =>
    client.ask<Conversation>(`/api/conversations/${id}`, { method: "PATCH", body });

  async function undo(steps: readonly Step[]): Promise<void> {
    try {
      for (const step of steps) {
        if ("handBackTo" in step) {
          place([await patch(step.id, { agentId: step.handBackTo })]);
          continue;
        }
        const before = await conversationsOf(api, step.ids);
        await ask(step.ids, step.act);
        place(before.map((each) => after(each, step.act)));
      }
    } catch (error) {
      say(`Not undone. ${sentenceOf(error)}`, { bad: true });
    }
  }

  const acting = useMutation({
    async mutationFn({ ids, act }: { ids: readonly ConversationId[]; act: Act; done?: string | undefined }) {
      const before = await conversationsOf(api, ids);
      const next = before.map((each) => after(each, act));
      if (isSafe(act)) place(next);
      try {
        await ask(ids, act);
      } catch (error) {
        if (isSafe(act)) place(before);
        throw error;
      }
      if (!isSafe(act)) place(next);
      return undoing(act, before);
    },
    onSuccess(steps, { done }) {
      if (done) say(done, steps.length > 0 ? { act: { name: "Undo", run: () => void undo(steps) } } : {});
    },
    onError: (error) => say(sentenceOf(error), { bad: true }),
  });
  const handing = useMutation({
    mutationFn: ({ id, body }: { id: ConversationId; body: ConversationPatch; done: string }) => patch(id, body),
    onSuccess(changed, { done }) {
      place([changed]);
      say(done);
    },
    onError: (error) => say(sentenceOf(error), { bad: true }),
  });
  return {
    busy: acting.isPending || handing.isPending,
    act: (ids, act, done) => ids.length > 0 && acting.mutate({ ids, act, done }),
    handBack: (conversation, body, done) => handing.mutate({ id: conversation.id, body, done }),
  };
}

/** "Resolved." of one, "3 conversations resolved." of more. */
export const sayDone = (count: number, done: string): string =>
  count === 1 ? `${done}.` : `${plural(count, "conversation")} ${done.charAt(0).toLowerCase()}${done.slice(1)}.`;
