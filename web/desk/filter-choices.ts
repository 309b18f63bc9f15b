/** What the list can be narrowed by, and how it is. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useApi } from "../shell/desk-api.ts";
import { useMe } from "../shell/session.ts";
import type { InboxSearch } from "./inbox-search.ts";

export const ANY = "any";
export const CHANNEL_CHOICES = [
  { value: ANY, label: "Any channel" },
  { value: "sms", label: "SMS" },
  { value: "whatsapp", label: "WhatsApp" },
  { value: "instagram", label: "Instagram" },
  { value: "webchat", label: "Web chat" },
];

/** A change of filters keeps the conversation that is open; what was picked in another list is not. */
export function useChangeFilters(): (change: InboxSearch) => void {
  const navigate = useNavigate();
  return (change) =>
    void navigate({ to: ".", search: (before: InboxSearch) => ({ ...before, pick: undefined, ...change }) });
}

export function useAssigneeChoices() {
  const { queries } = useApi();
  const me = useMe();
  const { data: members = [] } = useQuery(queries.members());
  return [
    { value: ANY, label: "Anybody or nobody" },
    { value: "none", label: "Nobody" },
    { value: "me", label: "Me" },
    ...members.filter((each) => each.id !== me.actor.id).map((each) => ({ value: each.id, label: each.name })),
  ];
}
