import { useMutation, useQuery } from "@tanstack/react-query";
import type { Connection, ProviderAccount } from "../../contract/channels.ts";
import { keys } from "../api/keys.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { useMay } from "../shell/session.ts";
import { Confirm } from "../ui/confirm.tsx";
import { useToast } from "../ui/toast.tsx";
import { nameOf } from "./connection-words.ts";

const WHAT_FOLLOWS =
  "New texts to it no longer arrive here, and what still waits to leave fails. Conversations and consent stay. With the account’s last number, its credentials are wiped.";

/** What becomes of the number and its bill; a kind that may not be seen is taken for the business's own account. */
const BILLS: Record<ProviderAccount["kind"], string> = {
  byo: "The number stays in your Twilio account and is billed there, until you release it in Twilio’s console.",
  managed:
    "Parley got this number at Twilio, so it can’t be deleted here. Deactivate it under Settings > Voice, which gives it back.",
  simulated: "",
};

export function Disconnect({ connection, close }: { connection: Connection; close(): void }) {
  const { client, cache, queries } = useApi();
  const say = useToast();
  const { data: accounts } = useQuery({ ...queries.providerAccounts(), enabled: useMay()("providers.manage") });
  const kind = accounts?.find(({ id }) => id === connection.providerAccountId)?.kind ?? "byo";
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
      {kind === "managed" ? BILLS.managed : `${WHAT_FOLLOWS} ${BILLS[kind]}`}
    </Confirm>
  );
}
