import { useMutation } from "@tanstack/react-query";
import type { Connection } from "../../contract/channels.ts";
import { keys } from "../api/keys.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { Confirm } from "../ui/confirm.tsx";
import { useToast } from "../ui/toast.tsx";
import { nameOf } from "./connection-words.ts";

export function Disconnect({ connection, close }: { connection: Connection; close(): void }) {
  const { client, cache } = useApi();
  const say = useToast();
  const act = useMutation({
    mutationFn: () => client.ask<{ webhookCleared: boolean }>(`/api/channels/${connection.id}`, { method: "DELETE" }),
    async onSuccess({ webhookCleared }) {
      await cache.invalidateQueries({ queryKey: keys.channels });
      say(
        webhookCleared
          ? "Deleted. Twilio no longer sends its texts here."
          : connection.webhook.verifiedAt
            ? "Deleted. Twilio’s webhook was not cleared: if it still shows Parley’s address, remove it in Twilio’s console."
            : "Deleted. If you entered Parley’s address in Twilio’s console yourself, remove it there.",
      );
      close();
    },
  });
  return (
    <Confirm
      title={`Delete ${nameOf(connection)}?`}
      act="Delete"
      busy={act.isPending}
      problem={act.isError ? sentenceOf(act.error) : null}
      onConfirm={() => act.mutate()}
      onClose={close}
    >
      New texts to it no longer arrive here, and what still waits to leave fails. Conversations and consent stay. With
      the account’s last number, its credentials are wiped.
    </Confirm>
  );
}
