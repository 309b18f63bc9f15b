/** What of the inbox stands in its address: filters, the contact's panel, a message to look at. */

import type { ListFilter } from "../api/keys.ts";
import { STATUS_NAMES } from "./statuses.ts";

export interface InboxSearch {
  status?: string | undefined;
  /** "me", "none" or a member's id. */
  assignee?: string | undefined;
  channel?: string | undefined;
  unread?: true | undefined;
  starred?: true | undefined;
  q?: string | undefined;
  /** Narrow windows: the contact instead of the thread. */
  panel?: "contact" | undefined;
  /** The consent history, unfolded. */
  evidence?: true | undefined;
  /** The form with a contact's name and tags. */
  edit?: true | undefined;
  /** A message to scroll to and mark. */
  message?: string | undefined;
}

const CHANNELS = ["sms", "whatsapp", "instagram", "webchat"];

/** Reads an address; what it does not understand is left out, so that an old or mistyped link still opens. */
export function readInboxSearch(search: Record<string, unknown>): InboxSearch {
  const text = (name: string) => (typeof search[name] === "string" && search[name] !== "" ? search[name] : undefined);
  const flag = (name: string) => (search[name] === true || search[name] === "true" ? true : undefined);
  const [status, channel, assignee] = [text("status"), text("channel"), text("assignee")];
  const q = search.q === undefined ? undefined : String(search.q).slice(0, 200); // a number reads as one
  return {
    status: status && status in STATUS_NAMES ? status : undefined,
    assignee: assignee && /^(me|none|mem_[0-9a-f]{32})$/.test(assignee) ? assignee : undefined,
    channel: channel && CHANNELS.includes(channel) ? channel : undefined,
    unread: flag("unread"),
    starred: flag("starred"),
    q: q || undefined,
    panel: search.panel === "contact" ? "contact" : undefined,
    evidence: flag("evidence"),
    edit: flag("edit"),
    message: text("message"),
  };
}

/** The filter of the list that an address shows. */
export const filterOf = (search: InboxSearch, me: string | null): ListFilter => ({
  status: search.status,
  channel: search.channel,
  assigneeId: search.assignee === "me" ? (me ?? undefined) : search.assignee,
  unread: search.unread,
  starred: search.starred,
  q: search.q?.trim() || undefined,
});

/** Without what belongs to one conversation. */
export function filtersOnly({ status, assignee, channel, unread, starred, q }: InboxSearch): InboxSearch {
  return { status, assignee, channel, unread, starred, q };
}
