import { useMutation, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { z } from "zod";
import type { Connection, ConnectionPatch } from "../../contract/channels.ts";
import type { AgentId } from "../../contract/ids.ts";
import { keys } from "../api/keys.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { useMay } from "../shell/session.ts";
import { sayPhone } from "../shell/words.ts";
import { Badge, ChannelBadge, type Tone } from "../ui/badge.tsx";
import { Select } from "../ui/select.tsx";
import { Switch } from "../ui/switch.tsx";
import { useToast } from "../ui/toast.tsx";

export const nameOf = ({ friendlyName, phoneNumber, messagingServiceSid }: Connection): string =>
  friendlyName ?? (phoneNumber ? sayPhone(phoneNumber) : (messagingServiceSid ?? "a channel"));

const STATUSES: Record<Connection["status"], readonly [text: string, tone: Tone]> = {
  active: ["Active", "accent"],
  inactive: ["Off", "quiet"],
  degraded: ["Needs a look", "warn"],
  reclaimed: ["Taken back by Twilio", "bad"],
  error: ["Not working", "bad"],
};

const NOBODY = "none";

export function ConnectionRow({ connection, actions }: { connection: Connection; actions: ReactNode }) {
  const { client, cache, queries } = useApi();
  const say = useToast();
  const may = useMay();
  const { data: agents = [] } = useQuery(queries.agents());
  const change = useMutation({
    mutationFn: (body: z.input<typeof ConnectionPatch>) =>
      client.ask<Connection>(`/api/channels/${connection.id}`, { method: "PATCH", body }),
    onSuccess(changed) {
      cache.setQueryData<Connection[]>(keys.channels, (all) =>
        all?.map((each) => (each.id === changed.id ? changed : each)),
      );
    },
    onError: (error) => say(sentenceOf(error), { bad: true }),
  });
  const mayChange = may("channels.connect");
  const { friendlyName, phoneNumber, messagingServiceSid, status, statusReason, knowledgeBase, webhook } = connection;
  const [statusText, tone] = STATUSES[status];
  const number = phoneNumber ? sayPhone(phoneNumber) : messagingServiceSid;
  return (
    <li className="border-b py-3">
      <div className="grid grid-cols-[minmax(0,1fr)_13rem_auto_auto] items-center gap-x-4 gap-y-2 max-md:grid-cols-[minmax(0,1fr)_auto_auto]">
        <div className="min-w-0">
          <p className="flex items-center gap-2">
            <span className="truncate font-semibold tabular">{friendlyName ?? number}</span>
            <ChannelBadge channel={connection.family} />
            <Badge tone={tone}>{statusText}</Badge>
          </p>
          <p className="truncate text-sm text-ink-3 tabular">
            {friendlyName && `${number} · `}
            {knowledgeBase ? `knows ${knowledgeBase.name}` : "no knowledge base"}
          </p>
        </div>
        <Select
          label={`Agent of ${nameOf(connection)}`}
          className="max-md:col-span-3 max-md:row-start-2"
          value={connection.agentId ?? NOBODY}
          disabled={!mayChange || change.isPending}
          choices={[
            { value: NOBODY, label: "No agent: the team answers" },
            ...agents.map((agent) => ({
              value: agent.id,
              label: agent.active ? agent.name : `${agent.name} (off)`,
            })),
          ]}
          onChange={(value) => change.mutate({ agentId: value === NOBODY ? null : (value as AgentId) })}
        />
        <Switch
          label={`${nameOf(connection)} is active`}
          checked={connection.active}
          disabled={!mayChange || change.isPending}
          onChange={(active) => change.mutate({ active })}
        />
        {actions}
      </div>
      {statusReason && <p className="mt-2 text-sm text-warn">{statusReason.message}</p>}
      {!webhook.verifiedAt && (
        <p className="mt-2 text-sm text-pretty text-ink-2">
          Twilio does not send texts here by itself yet. In Twilio’s console, open the number, and under Messaging, “A
          message comes in”, enter{" "}
          <code className="rounded-[4px] bg-sunken px-1 font-mono text-[12px] break-all">{webhook.url}</code>
        </p>
      )}
    </li>
  );
}
