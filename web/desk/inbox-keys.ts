/** The inbox's keys: each acts on what is picked, else on the row in focus, else on the conversation that is open. */
import { useNavigate, useParams } from "@tanstack/react-router";
import type { ConversationId } from "../../contract/ids.ts";
import { useApi } from "../shell/desk-api.ts";
import { useKeys } from "../shell/keyboard.ts";
import { useOpened } from "../shell/opened.ts";
import { useMay } from "../shell/session.ts";
import { sayDone, useActs } from "./acts.ts";
import { useDialogs } from "./dialogs.ts";
import { filtersOnly, type InboxSearch, picksOf, pickText } from "./inbox-search.ts";
import { keptConversation, rowInFocus, useTargets } from "./targets.ts";

export function useInboxKeys(search: InboxSearch): void {
  const api = useApi();
  const may = useMay();
  const acts = useActs();
  const dialogs = useDialogs();
  const targets = useTargets();
  const pick = usePicking(search);
  const leaveIfOpen = useLeaving(search);
  const mayAct = may("inbox.reply");

  const meant = (): ConversationId[] => {
    const row = rowInFocus();
    return picksOf(search).length === 0 && row ? [row] : targets;
  };
  const open = (dialog: "assign" | "snooze" | "tags") => () => {
    const ids = meant();
    const [first] = ids;
    if (first) dialogs.open(dialog, ids.length === 1 && picksOf(search).length === 0 ? { of: first } : {});
  };
  const resolve = () => {
    const ids = meant();
    const done = ids.every((id) => keptConversation(api, id)?.status === "RESOLVED");
    acts.act(ids, { action: done ? "reopen" : "resolve" }, sayDone(ids.length, done ? "Reopened" : "Resolved"));
  };
  const unread = () => {
    const ids = meant();
    leaveIfOpen(ids);
    acts.act(ids, { action: "mark_unread" }, sayDone(ids.length, "Marked unread"));
  };
  const pickOne = () => {
    const [id] = rowInFocus() ? [rowInFocus()] : targets;
    if (id) pick.toggle(id);
  };
  useKeys({
    c: mayAct ? () => dialogs.open("new") : undefined,
    a: may("inbox.assign") ? open("assign") : undefined,
    s: mayAct ? open("snooze") : undefined,
    t: mayAct ? open("tags") : undefined,
    e: mayAct ? resolve : undefined,
    u: mayAct ? unread : undefined,
    x: mayAct ? pickOne : undefined,
  });
}

/** Goes back to the list where an act is about the open conversation, which would else be read again at once. */
export function useLeaving(search: InboxSearch): (ids: readonly ConversationId[]) => void {
  const { conversationId } = useParams({ strict: false });
  const navigate = useNavigate();
  return (ids) => {
    if (ids.some((id) => id === conversationId)) void navigate({ to: "/inbox", search: filtersOnly(search) });
  };
}

export interface Picking {
  /** Whether conversations are being picked. */
  on: boolean;
  ids: ConversationId[];
  toggle(id: ConversationId): void;
  all(ids: readonly ConversationId[]): void;
  /** Begins with none, for fingers. */
  begin(): void;
  end(): void;
}

/** The first pick is a step forward, so that back leaves picking; the others are not. */
export function usePicking(search: InboxSearch): Picking {
  const { open, close, replace } = useOpened();
  const ids = picksOf(search);
  const on = search.pick !== undefined;
  const set = (next: readonly ConversationId[]) => (on ? replace : open)({ pick: pickText(next) });
  return {
    on,
    ids,
    toggle(id) {
      const next = ids.includes(id) ? ids.filter((each) => each !== id) : [...ids, id];
      if (next.length === 0) close({ pick: undefined });
      else set(next);
    },
    all: set,
    begin: () => set([]),
    end: () => close({ pick: undefined }),
  };
}
