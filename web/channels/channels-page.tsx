import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Plus, Trash2 } from "lucide-react";
import type { Connection } from "../../contract/channels.ts";
import { keys } from "../api/keys.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { PageFrame } from "../shell/page-frame.tsx";
import { NOT_ALLOWED, useMay } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { Confirm } from "../ui/confirm.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Empty, Failed } from "../ui/state.tsx";
import { useToast } from "../ui/toast.tsx";
import { ConnectDialog } from "./connect-dialog.tsx";
import { ConnectionRow, nameOf } from "./connection-row.tsx";

const PAGE = "/app/account/channels";

export function ChannelsPage() {
  const { queries } = useApi();
  const may = useMay();
  const navigate = useNavigate();
  const { dialog } = useSearch({ from: PAGE });
  const channels = useQuery(queries.channels());
  const show = (next: string | undefined) => void navigate({ to: "/account/channels", search: { dialog: next } });
  const connect = (
    <Button look="primary" reason={may("channels.connect") ? null : NOT_ALLOWED} onClick={() => show("connect")}>
      <Plus aria-hidden className="size-3.5" /> Connect a number
    </Button>
  );
  const leaving = channels.data?.find((each) => dialog === `disconnect-${each.id}`);
  return (
    <PageFrame
      title="Channels"
      about="The numbers that your customers text. Each is answered by its agent, or waits for the team where it has none."
      act={channels.data?.length ? connect : null}
    >
      {channels.isPending && <RowsSkeleton />}
      {channels.isError && !channels.data && (
        <Failed again={() => void channels.refetch()}>{sentenceOf(channels.error)}</Failed>
      )}
      {channels.data?.length === 0 && (
        <Empty title="No number is connected" act={connect}>
          Connect a number of your own Twilio account. Texts to it appear in the inbox a moment later.
        </Empty>
      )}
      {channels.data && channels.data.length > 0 && (
        <ul className="border-t">
          {channels.data.map((connection) => (
            <ConnectionRow
              key={connection.id}
              connection={connection}
              actions={
                <Button
                  look="quiet"
                  aria-label={`Disconnect ${nameOf(connection)}`}
                  reason={may("channels.delete") ? null : NOT_ALLOWED}
                  onClick={() => show(`disconnect-${connection.id}`)}
                >
                  <Trash2 aria-hidden className="size-3.5" />
                </Button>
              }
            />
          ))}
        </ul>
      )}
      {dialog === "connect" && may("channels.connect") && <ConnectDialog close={() => show(undefined)} />}
      {leaving && may("channels.delete") && <Disconnect connection={leaving} close={() => show(undefined)} />}
    </PageFrame>
  );
}

function Disconnect({ connection, close }: { connection: Connection; close(): void }) {
  const { client, cache } = useApi();
  const say = useToast();
  const act = useMutation({
    mutationFn: () => client.ask<{ webhookCleared: boolean }>(`/api/channels/${connection.id}`, { method: "DELETE" }),
    async onSuccess({ webhookCleared }) {
      await cache.invalidateQueries({ queryKey: keys.channels });
      say(
        webhookCleared
          ? "Disconnected. Twilio no longer sends its texts here."
          : "Disconnected here, but Twilio’s webhook could not be cleared. Clear it in Twilio’s console.",
      );
      close();
    },
  });
  return (
    <Confirm
      title={`Disconnect ${nameOf(connection)}?`}
      act="Disconnect"
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

const RowsSkeleton = () => (
  <div role="status" aria-label="Loading channels" className="grid gap-4 border-t pt-4">
    <Skeleton className="h-10 w-full" />
    <Skeleton className="h-10 w-full" />
  </div>
);
