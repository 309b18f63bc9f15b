/** By whose clocks a time is meant: the contact's, where their time zone is known, else the workspace's. */
import { useQuery } from "@tanstack/react-query";
import type { Conversation } from "../../contract/conversations.ts";
import { useApi } from "../shell/desk-api.ts";
import { firstNameOf } from "../shell/words.ts";
import { here, isZone } from "../shell/zones.ts";

export interface ZoneOf {
  zone: string;
  /** "Dana’s", "the workspace’s". */
  whose: string;
}

export function useZoneOf({ contactId, contact }: Pick<Conversation, "contactId" | "contact">): ZoneOf {
  const { queries } = useApi();
  const { data: known } = useQuery(queries.contact(contactId));
  const { data: workspace } = useQuery(queries.workspace());
  const theirs = known?.attributes.timeZone;
  if (isZone(theirs)) return { zone: theirs, whose: contact.name ? `${firstNameOf(contact.name)}’s` : "their" };
  if (workspace && isZone(workspace.timeZone)) return { zone: workspace.timeZone, whose: "the workspace’s" };
  return { zone: here(), whose: "your" };
}
