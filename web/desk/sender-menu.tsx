import { useQuery } from "@tanstack/react-query";
import { ChevronDown } from "lucide-react";
import type { ChannelName, Connection } from "../../contract/channels.ts";
import type { ConnectionId } from "../../contract/ids.ts";
import { useApi } from "../shell/desk-api.ts";
import { sayPhone } from "../shell/words.ts";
import { Badge, channelLabel } from "../ui/badge.tsx";
import { Menu, MenuItem, MenuTitle } from "../ui/menu.tsx";

const nameOf = (each: Connection) =>
  each.friendlyName ?? (each.phoneNumber ? sayPhone(each.phoneNumber) : "Messaging Service");

/** By which of our numbers the next words go. */
export function SenderMenu({
  channel,
  connectionId,
  choose,
}: {
  channel: ChannelName;
  connectionId: ConnectionId | null;
  choose(id: ConnectionId): void;
}) {
  const { queries } = useApi();
  const { data: channels = [] } = useQuery(queries.channels());
  const current = channels.find((each) => each.id === connectionId);
  const label = `${channelLabel(channel)}${current ? ` · ${nameOf(current)}` : ""}`;
  // A conversation stays in its environment: the numbers of another one would be refused.
  const usable = channels.filter(
    (each) => each.active && each.family === channel && (!current || each.environment === current.environment),
  );
  if (usable.length < 2) return <Badge tone={channel}>{label}</Badge>;
  return (
    <Menu
      trigger={
        <button type="button" aria-label={`Sends by ${label}. Change`} className="max-md:min-h-11">
          <Badge tone={channel}>
            {label} <ChevronDown aria-hidden className="size-3" />
          </Badge>
        </button>
      }
    >
      <MenuTitle>Send from</MenuTitle>
      {usable.map((each) => (
        <MenuItem key={each.id} checked={each.id === connectionId} onSelect={() => choose(each.id)}>
          {nameOf(each)}
        </MenuItem>
      ))}
    </Menu>
  );
}
