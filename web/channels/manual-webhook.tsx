import { useMutation } from "@tanstack/react-query";
import type { Connection } from "../../contract/channels.ts";
import { CopyButton } from "../accounts/copy-secret.tsx";
import { keys } from "../api/keys.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { NOT_ALLOWED, useMay } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";

/** The way by hand, with the exact place, and a look at Twilio whether it is done. */
export function ManualWebhook({ channel }: { channel: Connection }) {
  const { client, cache } = useApi();
  const may = useMay();
  const check = useMutation({
    mutationFn: () =>
      client.ask<Connection>(`/api/channels/${channel.id}/setup-status`, {
        method: "POST",
        body: { mutation: "check-webhook" },
      }),
    onSuccess: (changed) =>
      cache.setQueryData<Connection[]>(keys.channels, (all) =>
        all?.map((each) => (each.id === changed.id ? changed : each)),
      ),
  });
  const place = channel.messagingServiceSid
    ? "Messaging › Services › this service › Integration"
    : "Phone Numbers › Manage › Active numbers › this number › Messaging Configuration";
  const what = channel.messagingServiceSid
    ? "Choose “Send a webhook”, and under “Request URL” enter this, with HTTP POST:"
    : "Under “A message comes in” choose Webhook, and enter this, with HTTP POST:";
  return (
    <div className="grid gap-2">
      <p className="text-md text-pretty text-ink-2">
        Its texts do not come here by themselves yet. In Twilio’s console open{" "}
        <span className="font-medium text-ink">{place}</span>. {what}
      </p>
      <p className="flex flex-wrap items-center gap-2">
        <code className="rounded-[4px] bg-sunken px-1.5 py-1 font-mono text-[12px] break-all">
          {channel.webhook.url}
        </code>
        <CopyButton text={channel.webhook.url} />
      </p>
      <p className="flex flex-wrap items-center gap-2 text-sm" role="status">
        <Button busy={check.isPending} reason={may("sms.manage") ? null : NOT_ALLOWED} onClick={() => check.mutate()}>
          Look whether it is set
        </Button>
        {check.isSuccess && !check.data.webhook.verifiedAt && (
          <span className="text-warn">Twilio shows another address still. Save it there, then look again.</span>
        )}
        {check.isError && <span className="text-bad">{sentenceOf(check.error)}</span>}
      </p>
    </div>
  );
}
