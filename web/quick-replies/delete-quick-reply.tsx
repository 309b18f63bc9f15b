import { useMutation } from "@tanstack/react-query";
import type { QuickReply } from "../../contract/quick-replies.ts";
import { keys } from "../api/keys.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { Confirm } from "../ui/confirm.tsx";

export function DeleteQuickReply({ reply, close, done }: { reply: QuickReply; close(): void; done(): void }) {
  const { client, cache } = useApi();
  const remove = useMutation({
    mutationFn: () => client.ask(`/api/quick-replies/${reply.id}`, { method: "DELETE" }),
    onSuccess() {
      void cache.invalidateQueries({ queryKey: keys.quickReplies });
      done();
    },
  });
  return (
    <Confirm
      title={`Delete /${reply.shortcut}?`}
      act="Delete"
      busy={remove.isPending}
      problem={remove.isError ? sentenceOf(remove.error) : null}
      onConfirm={() => remove.mutate()}
      onClose={close}
    >
      Nobody can insert it any more. Messages that were written with it stay as they are.
    </Confirm>
  );
}
