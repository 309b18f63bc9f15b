/** Whose clocks count at the desk. */
import { useQuery } from "@tanstack/react-query";
import type { Conversation } from "../../contract/conversations.ts";
import { useApi } from "../shell/desk-api.ts";
import { firstNameOf } from "../shell/words.ts";
import { here, isZone } from "../shell/zones.ts";

/** The time zone of whatever is put off, whoever does it: the workspace's. */
export function useDeskZone(): string {
  const { queries } = useApi();
  const { data: workspace } = useQuery(queries.workspace());
  return workspace && isZone(workspace.timeZone) ? workspace.timeZone : here();
}

export interface TheirClocks {
  zone: string;
  /** "Dana’s". */
  whose: string;
}

/** Those of the person, where their time zone is known. */
export function useTheirClocks({
  contactId,
  contact,
}: Pick<Conversation, "contactId" | "contact">): TheirClocks | null {
  const { queries } = useApi();
  const { data: known } = useQuery(queries.contact(contactId));
  const zone = known?.attributes.timeZone;
  return isZone(zone) ? { zone, whose: contact.name ? `${firstNameOf(contact.name)}’s` : "their" } : null;
}
