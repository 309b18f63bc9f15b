/** What of the inbox stands in its address: where one looks, what is chosen, which dialog is open. */
import { CHANNELS } from "../../contract/channel-names.ts";
import type { ConversationId } from "../../contract/ids.ts";
import type { ListFilter } from "../api/keys.ts";
import { STATUS_NAMES } from "./statuses.ts";

export const DIALOGS = [
  "new",
  "assign",
  "snooze",
  "tags",
  "later",
  "move",
  "details",
  "again",
  "picture",
  "edit",
  "opt-in",
  "opt-out",
] as const;
export type Dialog = (typeof DIALOGS)[number];

export interface InboxSearch {
  /** What was put aside; left out: what waits now. */
  view?: "snoozed" | "archived" | "review" | undefined;
  status?: string | undefined;
  /** "me", "none" or a member's id. */
  assignee?: string | undefined;
  channel?: string | undefined;
  tag?: string | undefined;
  unread?: true | undefined;
  starred?: true | undefined;
  q?: string | undefined;
  /** The conversations that are picked for an act on all of them, without their prefix; empty: nothing is picked yet. */
  pick?: string | undefined;
  /** Narrow windows: the contact, or in the demo the customer's phone, instead of the thread. */
  panel?: "contact" | "phone" | undefined;
  /** In the demo: the number of the customer whose phone is held. */
  phone?: string | undefined;
  /** The consent history, unfolded. */
  evidence?: true | undefined;
  /** A message to scroll to and mark. */
  message?: string | undefined;
  /** One of `DIALOGS`. */
  dialog?: string | undefined;
  /** What the dialog is about, where that is not the open conversation: a conversation, a message, a file. */
  of?: string | undefined;
  /** Whom a new conversation is with: a number. */
  to?: string | undefined;
}

/** Reads an address; what it does not understand is left out, so that an old or mistyped link still opens. */
export function readInboxSearch(search: Record<string, unknown>): InboxSearch {
  const text = (name: string) => {
    const value = search[name];
    if (typeof value === "number") return String(value); // a number reads as one
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const flag = (name: string) => (search[name] === true || search[name] === "true" ? true : undefined);
  const [status, channel, assignee, view, pick] = [
    ...[text("status"), text("channel"), text("assignee"), text("view")],
    search.pick === "" ? "" : text("pick"),
  ];
  return {
    view: view === "snoozed" || view === "archived" || view === "review" ? view : undefined,
    status: status && status in STATUS_NAMES ? status : undefined,
    assignee: assignee && /^(me|none|mem_[0-9a-f]{32})$/.test(assignee) ? assignee : undefined,
    channel: CHANNELS.find((each) => each === channel),
    tag: text("tag")?.slice(0, 60),
    unread: flag("unread"),
    starred: flag("starred"),
    q: text("q")?.slice(0, 200),
    pick: pick !== undefined && /^([0-9a-f]{32}(\.|$))*$/.test(pick) ? pick : undefined,
    panel: search.panel === "contact" || search.panel === "phone" ? search.panel : undefined,
    phone: text("phone"),
    evidence: flag("evidence"),
    message: text("message"),
    dialog: DIALOGS.find((each) => each === search.dialog),
    of: text("of"),
    to: text("to"),
  };
}

/** The filter of the list that an address shows. */
export const filterOf = (search: InboxSearch, me: string | null): ListFilter => ({
  status: search.status,
  channel: search.channel,
  assigneeId: search.assignee === "me" ? (me ?? undefined) : search.assignee,
  unread: search.unread,
  starred: search.starred,
  tag: search.tag,
  archived: search.view === "archived" || undefined,
  inReview: search.view === "review" || undefined,
  // What sleeps is out of sight but in its own view; what is done or put away does not sleep.
  snoozed:
    search.view === "snoozed"
      ? true
      : search.view === "archived" || search.view === "review" || search.status === "RESOLVED"
        ? undefined
        : false,
});

/** Without what belongs to one conversation. */
export function filtersOnly({
  view,
  status,
  assignee,
  channel,
  tag,
  unread,
  starred,
  q,
  pick,
  phone,
}: InboxSearch): InboxSearch {
  return { view, status, assignee, channel, tag, unread, starred, q, pick, phone };
}

/** The conversations that are picked, in the order in which they were. */
export const picksOf = ({ pick }: InboxSearch): ConversationId[] =>
  (pick ?? "")
    .split(".")
    .filter(Boolean)
    .map((body) => `cnv_${body}` as const);

export const pickText = (ids: readonly ConversationId[]): string => ids.map((id) => id.slice(4)).join(".");
