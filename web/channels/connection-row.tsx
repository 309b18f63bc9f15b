import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Pencil, Trash2 } from "lucide-react";
import type { z } from "zod";
import type { Agent } from "../../contract/agents.ts";
import type { Connection, ConnectionPatch } from "../../contract/channels.ts";
import type { AgentId } from "../../contract/ids.ts";
import { keys } from "../api/keys.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { NOT_ALLOWED, useMay } from "../shell/session.ts";
import { ENVIRONMENT_NAMES } from "../shell/words.ts";
import { Badge, ChannelBadge } from "../ui/badge.tsx";
import { IconButton } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { Select } from "../ui/select.tsx";
import { Switch } from "../ui/switch.tsx";
import { useToast } from "../ui/toast.tsx";
import { healthOf, isByHand, nameOf, senderOf } from "./connection-words.ts";

const WHILE_OFF =
  "While it is off, texts to it still arrive and wait for the team; its agent does not answer, and nothing is sent from it.";
const NOBODY = "none";
const CELL = "py-2.5 pr-3 align-top max-md:block max-md:py-1 max-md:pr-0";

export function ConnectionRow({
  connection,
  workspace,
  agents,
  onEdit,
  onDelete,
}: {
  connection: Connection;
  workspace: string;
  agents: Agent[];
  onEdit(): void;
  onDelete(): void;
}) {
  const { client, cache } = useApi();
  const say = useToast();
  const may = useMay();
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
  const { agentId, friendlyName, knowledgeBase } = connection;
  const health = healthOf(connection);
  const name = nameOf(connection);
  return (
    <tr className="border-b max-md:block max-md:py-2">
      <td className={CELL}>
        <span className="flex min-h-9 flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-semibold break-all tabular md:whitespace-nowrap">{senderOf(connection)}</span>
          <ChannelBadge channel={connection.family} />
          <Badge tone={health.tone}>{health.text}</Badge>
          {connection.environment !== "live" && <Badge>{ENVIRONMENT_NAMES[connection.environment]}</Badge>}
        </span>
        {friendlyName && <span className="block max-w-80 text-sm text-ink-3">{friendlyName}</span>}
        {health.why && (
          <span className={cx("block max-w-80 text-sm text-pretty", health.tone === "bad" ? "text-bad" : "text-warn")}>
            {health.why}
          </span>
        )}
        {isByHand(connection) && !mayChange && (
          <span className="block max-w-80 text-sm text-pretty text-warn">Twilio does not send its texts here yet.</span>
        )}
        {isByHand(connection) && mayChange && (
          <button
            type="button"
            onClick={onEdit}
            className="block max-w-80 text-left text-sm text-pretty text-warn underline underline-offset-2 max-md:min-h-11"
          >
            Twilio does not send its texts here yet. Show what to enter there.
          </button>
        )}
      </td>
      <td className={`${CELL} max-md:hidden`}>
        <span className="flex min-h-9 items-center">{workspace}</span>
      </td>
      <td className={CELL}>
        <span className="flex min-h-9 items-center max-md:min-h-0 max-md:text-sm max-md:text-ink-3">
          <span className="whitespace-pre md:hidden">Knowledge base: </span>
          {knowledgeBase?.name ?? <span className="text-ink-3">None</span>}
        </span>
      </td>
      <td className={CELL}>
        <Select
          label={`Agent of ${name}`}
          value={agentId ?? NOBODY}
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
        {!agentId && (
          <Link
            to="/agents"
            search={{ dialog: undefined }}
            className="mt-1 inline-block text-sm font-medium text-accent underline-offset-2 hover:underline max-md:py-2.5"
          >
            Assign in Agents
          </Link>
        )}
      </td>
      <td className={`${CELL} max-md:inline-block max-md:align-middle`}>
        <span className="flex min-h-9 items-center gap-2">
          <Switch
            label={`${name} is active`}
            checked={connection.active}
            disabled={!mayChange || change.isPending}
            about={WHILE_OFF}
            onChange={(active) => change.mutate({ active }, { onSuccess: () => say(active ? "On again." : WHILE_OFF) })}
          />
          <span aria-hidden className="text-sm text-ink-3 md:hidden">
            Active
          </span>
        </span>
      </td>
      <td className={`${CELL} pr-0 max-md:float-right`}>
        <span className="flex min-h-9 items-center justify-end">
          <IconButton label={`Edit ${name}`} reason={mayChange ? null : NOT_ALLOWED} onClick={onEdit}>
            <Pencil aria-hidden />
          </IconButton>
          <IconButton label={`Delete ${name}`} reason={may("channels.delete") ? null : NOT_ALLOWED} onClick={onDelete}>
            <Trash2 aria-hidden />
          </IconButton>
        </span>
      </td>
    </tr>
  );
}
