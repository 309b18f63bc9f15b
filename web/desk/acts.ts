/** What a person does with a conversation. */
import { useMutation } from "@tanstack/react-query";
import type { Conversation, ConversationPatch } from "../../contract/conversations.ts";
import { placeConversation } from "../api/placing.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { useToast } from "../ui/toast.tsx";

type Change = ConversationPatch & { status?: "OPEN" | "RESOLVED" };

export interface ConversationActs {
  change(change: Change, done?: string): void;
  star(starred: boolean): void;
  busy: boolean;
}

export function useActs(conversation: Conversation): ConversationActs {
  const { client, cache } = useApi();
  const say = useToast();
  const path = `/api/conversations/${conversation.id}`;
  const patch = useMutation({
    mutationFn: ({ change }: { change: Change; done?: string | undefined }) =>
      client.ask<Conversation>(path, { method: "PATCH", body: change }),
    onSuccess(changed, { done }) {
      placeConversation(cache, changed);
      if (done) say(done);
    },
    onError: (error) => say(sentenceOf(error), { bad: true }),
  });
  return {
    busy: patch.isPending,
    change: (change, done) => patch.mutate({ change, done }),
    // Nothing about a star can be refused for a reason worth waiting for.
    star(starred) {
      placeConversation(cache, { ...conversation, starred });
      patch.mutate({ change: { starred } }, { onError: () => placeConversation(cache, conversation) });
    },
  };
}
